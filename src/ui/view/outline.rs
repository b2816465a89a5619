//! The words and glyphs that the tree of one image and the trees of a comparison share: changes, links, filters.

use crate::bytes::{Units, human};
use crate::image::Kind;
use crate::ui::pane::{Change, Outline, PathId};
use crate::ui::wording;

/// Returns the glyph of a change.
pub(super) const fn glyph(change: Change) -> &'static str {
    match change {
        Change::Added => "+",
        Change::Modified => "~",
        Change::Removed => "−",
        Change::Unmodified => "=",
    }
}

/// Returns the arrow between a link and its target.
pub(super) const fn arrow(kind: Kind) -> &'static str {
    match kind {
        Kind::HardLink => "⇒",
        _ => "→",
    }
}

/// Returns the filters in words: changes, least size, find.
pub(super) fn shown<I: PathId>(lines: &Outline<I>, units: Units) -> Vec<String> {
    let filter = lines.filter();
    let mut parts = Vec::new();
    let shown = Change::ALL
        .into_iter()
        .filter(|&change| filter.shows(change));
    match shown.clone().count() {
        4 if filter.is_active() => {}
        4 => parts.push("all".to_owned()),
        0 => parts.push("none".to_owned()),
        _ => parts.push(shown.map(glyph).collect()),
    }
    if filter.least() > 0 {
        parts.push(format!("≥ {}", human(filter.least(), units)));
    }
    parts.extend(found(lines));
    parts
}

/// Returns how many paths are found, and which of them is selected: `3 of 12 found`. `None` without a find.
pub(super) fn found<I: PathId>(lines: &Outline<I>) -> Option<String> {
    let find = lines.find()?;
    let hits = wording::find::place(lines);
    let more = if find.is_done() { "" } else { "…" };
    Some(format!("{hits}{more} found"))
}
