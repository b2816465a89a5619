//! The header: a line with both images and the difference of their sizes, a line of sizes and times, and a line of the folders that make the difference.
//! Computed when they change, laid out for every width. What arrives late stands last or has its place from the start, so that it moves nothing out.

use std::sync::Arc;

use crate::analysis::seconds;
use crate::bytes::{
    Units, count, factor, human, human_if_known, is_about_equal, percent, signed, times,
};
use crate::compare::{Comparison, FolderDelta, Side, Sides};
use crate::escape;
use crate::image::Image;
use crate::ui::layout::fit::{clip_start, width};
use crate::ui::loaded::extras::Extras;
use crate::ui::wording::image_names;

use crate::ui::compare::extras;

/// The text between two parts of a line.
const BETWEEN: &str = " · ";
/// How many folders are listed.
const FOLDERS: usize = 5;

/// The parts of the header, each list with the most important first.
#[derive(Clone, Debug, Default)]
pub(super) struct Headline {
    /// The names of the images.
    names: Sides<String>,
    /// Their sizes.
    sizes: Sides<String>,
    /// The difference of these, and as a percentage or a factor.
    delta: [String; 2],
    /// Sizes, times and counts.
    pub(super) numbers: Vec<String>,
    /// The folders with the largest differences.
    pub(super) folders: Vec<String>,
}

/// The columns of a name that is recognised, though it is cut.
const LEAST_NAME: usize = 16;

/// The header, laid out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    /// Both images.
    pub(crate) images: ImageLine,
    /// The lines below them.
    pub(crate) lines: Vec<String>,
}

/// Both images on one line.
#[derive(Clone, Debug, Default)]
pub(crate) struct ImageLine {
    /// The names, as far as there is room.
    pub(crate) names: Sides<String>,
    /// The sizes.
    pub(crate) sizes: Sides<String>,
    /// Whether the words before and after precede the names.
    pub(crate) has_sides: bool,
    /// The difference.
    pub(crate) delta: String,
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
    let percentage = percent(before, after).or_else(|| times(before, after));
    let percentage = percentage.filter(|_| comparison.is_exact);
    let delta = if comparison.is_exact {
        signed(comparison.size_delta(), units)
    } else {
        "Δ unknown".to_owned()
    };
    let name = |image: &Image| escape::text(image_names::image(&image.about)).into_owned();
    Headline {
        names: images.map(name),
        sizes: Sides::new(sum(Side::Before, before), sum(Side::After, after)),
        delta: [delta, percentage.unwrap_or_default()],
        numbers,
        folders: folders.collect(),
    }
}

/// Returns the number of shared layers and the bytes to download, the longest text first.
pub(super) fn shared(comparison: &Comparison, images: Sides<&Image>, units: Units) -> [String; 3] {
    let layers = &comparison.layers;
    let (same, of) = (layers.shared, images.after.layers.len());
    let all = count(of as u64, "layer", "layers");
    let transfer = layers.transfer;
    let download = match (transfer.compressed, transfer.unpacked) {
        (Some(bytes), _) => human(bytes, units),
        (None, Some(bytes)) => format!("{}, uncompressed", human(bytes, units)),
        (None, None) => "an unknown size".to_owned(),
    };
    [
        format!(" {same} of {all} shared · updating from before downloads {download} "),
        format!(" {same} of {all} shared "),
        format!(" {same}/{of} shared "),
    ]
}

impl Headline {
    /// Lays the parts out in so many columns, the numbers and the folders in at most `most` lines; parts that do not fit are left out.
    pub(super) fn laid_out(&self, columns: usize, most: usize) -> Header {
        let room = columns.saturating_sub(2);
        let lines = [&self.numbers, &self.folders].map(|parts| line(parts, room));
        let lines = lines.into_iter().filter(|line| !line.is_empty());
        Header {
            images: self.image_line(columns),
            lines: lines.take(most).collect(),
        }
    }

    /// Rather leaves out the percentage than a part of a name, and then rather the words before and after than most of a name.
    fn image_line(&self, columns: usize) -> ImageLine {
        let [delta, percentage] = &self.delta;
        let forms = [
            (true, format!("{delta}  {percentage}")),
            (true, delta.clone()),
            (false, delta.clone()),
        ];
        // What the names leave of the line: blanks, sides, sizes, the arrow and the difference.
        let room = |(has_sides, delta): &(bool, String)| {
            let each = |side: Side| {
                let word = if *has_sides {
                    width(side.name()) + 1
                } else {
                    0
                };
                word + width(self.sizes.get(side)) + 1
            };
            let used = each(Side::Before) + each(Side::After) + width(delta) + 8;
            columns.saturating_sub(used)
        };
        let wide = self.names.as_ref().map(|name| width(name));
        let whole = forms
            .iter()
            .find(|form| room(form) >= wide.before + wide.after);
        let cut = forms[1..].iter().find(|form| room(form) >= 2 * LEAST_NAME);
        let form = whole.or(cut).unwrap_or(&forms[2]);
        let room = room(form);
        // A short name leaves its columns to the other one.
        let half = room / 2;
        let rooms = match (wide.before <= half, wide.after <= half) {
            (true, _) => Sides::new(half, room - wide.before),
            (_, true) => Sides::new(room - wide.after, half),
            _ => Sides::new(half, half),
        };
        let name = |side: Side| clip_start(self.names.get(side), *rooms.get(side)).into_owned();
        ImageLine {
            names: Sides::new(name(Side::Before), name(Side::After)),
            sizes: self.sizes.clone(),
            has_sides: form.0,
            delta: form.1.clone(),
        }
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
