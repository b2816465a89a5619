//! The numbers of the header in words. No colours, no widths.

use crate::bytes::{Units, count};
use crate::ui::model::explore::Explore;
use crate::ui::wording::{facts, loading, savings};

/// Returns the numbers, the most important first: the size and the size after all fixes, hidden bytes, layers, the time that a download takes;
/// while loading, its progress.
#[must_use]
pub(in crate::ui) fn numbers(explore: &Explore, units: Units) -> Vec<String> {
    let analysis = &explore.summary.analysis;
    if let Some(load) = &explore.loading {
        return vec![loading::progress(load, units)];
    }
    let size = analysis.sum(analysis.size, units);
    let size = match savings::after_fixes(explore, units) {
        Some(after) => format!("{size} → {after} after all fixes"),
        None => size,
    };
    let mut parts = vec![size];
    parts.extend(savings::percent(explore));
    parts.push(format!(
        "hidden {}",
        analysis.sum(analysis.hidden.bytes(), units)
    ));
    let layers = explore.image.layers.len() as u64;
    parts.push(count(layers, "layer", "layers"));
    parts.extend(facts::download(explore));
    parts
}
