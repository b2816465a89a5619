//! The words and glyphs that the tree of one image and the trees of a comparison share: changes, links, filters. No colours, no widths.

use std::borrow::Cow;

use crate::bytes::{Units, human};
use crate::escape;
use crate::image::{Entry, EntryKind, Image, NodeId};
use crate::ui::pane::{Filter, Outline, PathId, StatusKind};
use crate::ui::wording::find;

/// Returns the glyph of a change.
pub(in crate::ui) const fn glyph(change: StatusKind) -> &'static str {
    match change {
        StatusKind::Added => "+",
        StatusKind::Modified => "~",
        StatusKind::Removed => "−",
        StatusKind::Unmodified => "=",
    }
}

/// Returns the text behind the name of a link: the target of a symbolic link, the path at which the content of a file with several names counts, or the
/// target of a hard link to nothing.
pub(in crate::ui) fn target(
    image: &Image,
    entry: &Entry,
    counted_at: Option<NodeId>,
) -> Option<String> {
    if let Some(first) = counted_at {
        return Some(format!(" = {}", escape::name(&image.tree.path(first))));
    }
    let arrow = match entry.kind() {
        EntryKind::HardLink => "⇒",
        _ => "→",
    };
    let target = image.target(entry)?;
    Some(format!(" {arrow} {}", escape::name(target)))
}

/// Returns why there are no rows; `None` when there are some, and while work is left that derives them. `usual` is the filter that `esc` leads back to.
pub(in crate::ui) fn empty<I: PathId>(
    lines: &Outline<I>,
    usual: Filter,
    has_work: bool,
) -> Option<Cow<'static, str>> {
    (lines.rows().is_empty() && !has_work).then(|| why_empty(lines, usual))
}

/// Returns the reason why a tree without rows has none: its find or its filter.
pub(in crate::ui) fn why_empty<I: PathId>(lines: &Outline<I>, usual: Filter) -> Cow<'static, str> {
    let found = lines.find().and_then(find::no_hits);
    match (found, lines.filter()) {
        (Some(why), filter) if filter != usual => Cow::Owned(format!("{why} with this filter")),
        (Some(why), _) => Cow::Owned(format!("{why}: esc clears the find")),
        (None, filter) if filter != usual => {
            Cow::Borrowed("no path passes the filter: esc clears it")
        }
        (None, filter) if filter.is_active() => {
            Cow::Borrowed("no path differs: = shows the unchanged ones")
        }
        (None, _) => Cow::Borrowed("there are no paths"),
    }
}

/// Returns the filters and the find in words; `position` is that of the selected hit.
pub(in crate::ui) fn shown<I: PathId>(
    lines: &Outline<I>,
    position: &str,
    units: Units,
) -> Vec<String> {
    let mut parts = filters(lines, units);
    parts.extend(found(lines, position));
    parts
}

/// Returns the filters in words: changes and least size.
pub(in crate::ui) fn filters<I: PathId>(lines: &Outline<I>, units: Units) -> Vec<String> {
    let filter = lines.filter();
    let mut parts = Vec::new();
    let shown = StatusKind::ALL
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
    parts
}

/// Returns how many paths are found, and which of them is selected: `hit 3 of 12`. `None` without a find.
pub(in crate::ui) fn found<I: PathId>(lines: &Outline<I>, position: &str) -> Option<String> {
    let find = lines.find()?;
    let more = if find.is_done() { "" } else { "…" };
    Some(format!("{position}{more}"))
}
