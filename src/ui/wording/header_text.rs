//! The numbers of the header in words. No colours, no widths.

use crate::bytes::{Units, count};
use crate::ui::loaded::content_analysis::LoadState;
use crate::ui::model::explore::{Explore, HeaderText};
use crate::ui::wording::{facts, loading, savings};

/// Returns the numbers: the size and the size after all fixes, hidden bytes, layers, the time that a pull takes; while loading, its progress.
#[must_use]
pub(in crate::ui) fn numbers(explore: &Explore, units: Units) -> HeaderText {
    let analysis = &explore.summary.analysis;
    if let Some(load) = &explore.loading {
        return HeaderText {
            numbers: vec![loading::progress(load, units)],
            pull: None,
        };
    }
    let size = analysis.sum(analysis.size, units);
    let after = match (savings::after_fixes(explore, units), &explore.content) {
        (Some(after), _) => after,
        (None, LoadState::Reading(..)) => "…".to_owned(),
        (None, LoadState::Ready(_) | LoadState::Failed(_)) => String::new(),
    };
    let fixes = match &*after {
        "" => String::new(),
        after => format!("→ {after} after all fixes"),
    };
    let percent = savings::percent(explore).unwrap_or_default();
    let numbers = vec![
        format!("{size} {fixes:<FIXES$}"),
        format!("{percent:<PERCENT$}"),
        format!("hidden {}", analysis.sum(analysis.hidden.bytes(), units)),
        count(explore.image.layers.len() as u64, "layer", "layers"),
    ];
    HeaderText {
        numbers,
        pull: facts::pull(explore),
    }
}

/// The columns of the size after all fixes, `→ 999.9 MB after all fixes`, and of what it saves, `−99.7 %`.
const FIXES: usize = 26;
const PERCENT: usize = 7;
