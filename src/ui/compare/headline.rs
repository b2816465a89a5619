//! The numbers of the header: sizes, hidden bytes and the folders that make the difference. Computed when the sides change, wrapped at every
//! width.

use std::sync::Arc;

use crate::analysis::seconds;
use crate::bytes::{Units, factor, human_if_known, signed};
use crate::compare::{Comparison, FolderDelta, Side, Sides};
use crate::escape;
use crate::image::Image;
use crate::ui::loaded::extras::Extras;

use crate::ui::compare::extras;

/// The text between two parts of a line.
const BETWEEN: &str = " · ";
/// How many folders are listed.
const FOLDERS: usize = 5;

/// Returns the parts, the most important first; a part that neither image has is left out.
pub(super) fn parts(
    comparison: &Comparison,
    images: Sides<&Image>,
    extras: Option<&Sides<Arc<Extras>>>,
    counts: Vec<String>,
    left: Side,
    units: Units,
) -> Vec<String> {
    let analyses = &comparison.analyses;
    let two = |name: &str, value: &dyn Fn(Side) -> String| {
        format!("{name} {} → {}", value(left), value(left.other()))
    };
    let total = |side: Side| analyses.get(side).size;
    let factor = factor(total(left), total(left.other()));
    let factor = factor.filter(|_| comparison.is_exact);
    let mut parts: Vec<String> = factor.into_iter().collect();
    let sum = |side: Side, bytes: u64| analyses.get(side).sum(bytes, units);
    parts.push(two("visible", &|side| {
        sum(side, analyses.get(side).visible)
    }));
    parts.extend(
        extras
            .into_iter()
            .flat_map(|extras| extras::short(extras, left)),
    );
    if let Some((label, times)) = comparison.times(images) {
        let time = |side: Side| seconds(times.get(side).as_secs_f64());
        parts.push(two(label, &time));
    }
    parts.extend(counts);
    let stored = images.map(Image::compressed_size);
    if stored != Sides::default() {
        let compressed_bytes = |side: Side| human_if_known(*stored.get(side), units);
        parts.push(two("compressed", &compressed_bytes));
    }
    let score = |side: Side| format!("{:.1}", analyses.get(side).efficiency.score * 100.0);
    let known = comparison.scope();
    parts.push(format!("{} %{known}", two("dive's efficiency", &score)));
    let hidden = |side: Side| sum(side, analyses.get(side).hidden.bytes());
    parts.push(two("hidden", &hidden));
    parts.extend(
        comparison
            .folder_deltas
            .iter()
            .take(FOLDERS)
            .map(|folder: &FolderDelta| {
                let delta = match left {
                    Side::Before => folder.delta(),
                    Side::After => -folder.delta(),
                };
                let path = comparison.path(images, folder.row);
                let known = if comparison.knows_files() {
                    ""
                } else {
                    " known"
                };
                format!("{}{known} {}", escape::name(&path), signed(delta, units))
            }),
    );
    parts
}

/// Lays parts out in at most `most` lines; parts that do not fit are left out. Counts a column for each character: only names of folders can be wider,
/// and the view truncates those.
pub(super) fn lay_out(parts: &[String], columns: usize, most: usize) -> Vec<String> {
    let wide = |text: &str| text.chars().count();
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        if let Some(last) = lines.last_mut()
            && wide(last) + wide(BETWEEN) + wide(part) <= columns
        {
            last.push_str(BETWEEN);
            last.push_str(part);
        } else if lines.len() < most && wide(part) <= columns {
            lines.push(part.clone());
        } else {
            break;
        }
    }
    lines
}
