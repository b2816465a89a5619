//! The numbers of the header: a line of sizes and times, and a line of the folders that make the difference. Computed when they change, cut at every width. What
//! arrives late stands last or has its place from the start, so that it moves nothing out.

use std::sync::Arc;

use crate::analysis::seconds;
use crate::bytes::{Units, factor, human_if_known, is_about_equal, signed};
use crate::compare::{Comparison, FolderDelta, Side, Sides};
use crate::escape;
use crate::image::Image;
use crate::ui::loaded::extras::Extras;

use crate::ui::compare::extras;

/// The text between two parts of a line.
const BETWEEN: &str = " · ";
/// How many folders are listed.
const FOLDERS: usize = 5;

/// The parts of the header, each list with the most important first.
#[derive(Clone, Debug, Default)]
pub(super) struct Headline {
    /// Sizes, times and counts.
    pub(super) numbers: Vec<String>,
    /// The folders with the largest differences.
    pub(super) folders: Vec<String>,
}

/// Returns the parts; a number that neither image has is left out.
pub(super) fn parts(
    comparison: &Comparison,
    images: Sides<&Image>,
    extras: Option<&Sides<Arc<Extras>>>,
    counts: Vec<String>,
    units: Units,
) -> Headline {
    let analyses = &comparison.analyses;
    let two = |name: &str, value: &dyn Fn(Side) -> String| {
        format!("{name} {} → {}", value(Side::Before), value(Side::After))
    };
    let (before, after) = (analyses.before.size, analyses.after.size);
    // `1.0× larger` says less than the difference.
    let has_factor = comparison.is_exact && !is_about_equal(before, after);
    let factor = factor(before, after).filter(|_| has_factor);
    let mut numbers: Vec<String> = factor.into_iter().collect();
    numbers.extend(extras::pull(extras));
    if let Some((what, times)) = comparison.times(images) {
        let time = |side: Side| seconds(times.get(side).as_secs_f64());
        numbers.push(two(what.label(), &time));
    }
    let sum = |side: Side, bytes: u64| analyses.get(side).sum(bytes, units);
    numbers.push(two("visible", &|side| {
        sum(side, analyses.get(side).visible)
    }));
    let hidden = |side: Side| sum(side, analyses.get(side).hidden.bytes());
    numbers.push(two("hidden", &hidden));
    let stored = images.map(Image::compressed_size);
    if stored != Sides::default() {
        let compressed_bytes = |side: Side| human_if_known(*stored.get(side), units);
        numbers.push(two("compressed", &compressed_bytes));
    }
    numbers.extend(extras.into_iter().flat_map(extras::severe));
    numbers.extend(counts);
    let folder = |folder: &FolderDelta| {
        let path = comparison.path(images, folder.row);
        let known = if comparison.knows_files() {
            ""
        } else {
            " known"
        };
        let delta = signed(folder.delta(), units);
        format!("{}{known} {delta}", escape::name(&path))
    };
    let folders = comparison.folder_deltas.iter().take(FOLDERS).map(folder);
    Headline {
        numbers,
        folders: folders.collect(),
    }
}

impl Headline {
    /// Lays the parts out in at most `most` lines, the numbers first; parts that do not fit are left out.
    pub(super) fn lines(&self, columns: usize, most: usize) -> Vec<String> {
        let lines = [&self.numbers, &self.folders].map(|parts| line(parts, columns));
        let lines = lines.into_iter().filter(|line| !line.is_empty());
        lines.take(most).collect()
    }
}

/// Returns the parts that fit on a line. Counts a column for each character: only names of folders can be wider, and the view truncates those.
fn line(parts: &[String], columns: usize) -> String {
    let wide = |text: &str| text.chars().count();
    let mut line = String::new();
    for part in parts {
        let between = if line.is_empty() { "" } else { BETWEEN };
        if wide(&line) + wide(between) + wide(part) > columns {
            break;
        }
        line.push_str(between);
        line.push_str(part);
    }
    line
}
