//! The numbers at the top: what both images weigh, how well they use it, and which folders make the difference. Worked out when sides change; laid
//! out in as many lines as there are columns for.

use crate::bytes::{Units, human, ratio, signed};
use crate::compare::{Comparison, FolderDelta, Side, Sides};
use crate::escape;
use crate::image::Image;
use crate::ui::loaded::extras::Extras;

use crate::ui::compare::beside;

/// Between two parts of a line.
const BETWEEN: &str = " · ";
/// How many folders are named.
const FOLDERS: usize = 5;

/// Returns the parts, most telling first; what is not known of either image is left out.
pub(super) fn parts(
    comparison: &Comparison,
    images: Sides<&Image>,
    extras: Option<&Sides<Extras>>,
    counts: Vec<String>,
    left: Side,
    units: Units,
) -> Vec<String> {
    let analyses = &comparison.analyses;
    let two = |name: &str, say: &dyn Fn(Side) -> String| {
        format!("{name} {} → {}", say(left), say(left.other()))
    };
    let size = |bytes: u64| human(bytes, units);
    let whole = |side: Side| analyses.get(side).size;
    let ratio = ratio(whole(left), whole(left.other()));
    let factor = ratio.split_once(", ").map(|(_, factor)| factor.to_owned());
    let mut parts: Vec<String> = factor.into_iter().collect();
    parts.push(two("seen", &|side| size(analyses.get(side).visible)));
    parts.extend(
        extras
            .into_iter()
            .flat_map(|extras| beside::short(extras, left)),
    );
    parts.extend(counts);
    let stored = images.map(Image::compressed_size);
    if stored != Sides::default() {
        let say = |side: Side| stored.get(side).map_or_else(|| "?".to_owned(), size);
        parts.push(two("stored", &say));
    }
    let score = |side: Side| format!("{:.1}", analyses.get(side).efficiency.score * 100.0);
    parts.push(format!("{} %", two("efficiency", &score)));
    let reclaimable = |side: Side| size(analyses.get(side).hidden.bytes());
    parts.push(two("reclaimable", &reclaimable));
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
                format!("{} {}", escape::name(&path), signed(delta, units))
            }),
    );
    parts
}

/// Lays parts out in at most `most` lines of so many columns; what finds no room is left out. The parts' characters are a column wide each, but for
/// folders' names, which are cut where they are drawn.
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
