//! What one image's tree and the two of a comparison say alike: the glyph of a change, what is shown, how many paths were found.

use crate::bytes::{Units, count, human};
use crate::escape;
use crate::image::Kind;
use crate::ui::pane::{Change, Find, Outline, PathId};

/// Returns the glyph of what happened.
pub(super) const fn glyph(change: Change) -> &'static str {
    match change {
        Change::Added => "+",
        Change::Modified => "~",
        Change::Removed => "−",
        Change::Unmodified => "=",
    }
}

/// Returns the sign between a link and what it names.
pub(super) const fn arrow(kind: Kind) -> &'static str {
    match kind {
        Kind::HardLink => "⇒",
        _ => "→",
    }
}

/// Returns what of the paths is shown: by change, by least size, by name.
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
    if let Some(find) = lines.find() {
        let more = if find.is_done() { "" } else { "…" };
        parts.push(format!("{}{more} found", find.hits().len()));
    }
    parts
}

/// Returns what the footer says beside a query that is being typed.
pub(super) fn found<I: PathId>(find: Option<&Find<I>>) -> String {
    match find.map(|find| (find, find.broken())) {
        None => "letters in order, or re: and a regular expression".to_owned(),
        Some((_, Some(why))) => escape::text(why).into_owned(),
        Some((find, None)) => {
            let hits = count(find.hits().len() as u64, "hit", "hits");
            let more = if find.is_done() { "" } else { " …" };
            format!("{hits}{more}")
        }
    }
}
