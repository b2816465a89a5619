//! The result of a find in words. No colours, no widths.

use std::borrow::Cow;

use crate::bytes::{count, thousands};
use crate::ui::pane::{Find, Outline, PathId, RowPrefix, TreeRow};

/// Returns the words beside those of a find: how to write it, its error, or the number of hits; `position` is its [`hit_position`].
#[must_use]
pub(in crate::ui) fn result<I: PathId>(lines: &Outline<I>, position: &str) -> String {
    match lines.find().map(|find| (find, find.broken())) {
        None => "letters in order, a glob (*.so), or re: and a regular expression".to_owned(),
        Some((_, Some(why))) => why.to_string(),
        Some((find, None)) => {
            let more = if find.is_done() { "" } else { " …" };
            format!("{position}{more}")
        }
    }
}

/// Returns the reason why a find has no hits, once it is complete.
pub(in crate::ui) fn no_hits<I: PathId>(find: &Find<I>) -> Option<Cow<'static, str>> {
    if let Some(why) = find.broken() {
        return Some(Cow::Owned(why.to_string()));
    }
    let none = find.is_done() && find.hits().is_empty();
    none.then_some(Cow::Borrowed("no path matches"))
}

/// The most rows above the selected one that are counted for its position. A larger tree counts its hits in the order of paths.
const MOST_COUNTED: usize = 100_000;

/// Returns which hit is selected in the order of the rows, and of how many: `hit 3 of 12`; only their number, `12 hits`, if none is. Counts rows, so it is kept until
/// [`Outline::find_state`] changes. `end` returns one past the last path of a subtree.
#[must_use]
pub(in crate::ui) fn hit_position<I: PathId>(lines: &Outline<I>, end: impl Fn(I) -> I) -> String {
    let Some(find) = lines.find() else {
        return count(0, "hit", "hits");
    };
    let hits = find.hits();
    let before = |path: I| hits.partition_point(|&hit| hit < path);
    let hits_of = |row: &TreeRow<I>| match row.shape {
        RowPrefix::Closed => before(end(row.path)) - before(row.path),
        RowPrefix::Leaf | RowPrefix::Open => usize::from(find.is_hit(row.path)),
    };
    let selected = lines.selected().map(|row| row.path);
    let at = selected.and_then(|path| hits.binary_search(&path).ok());
    let above = lines.rows().iter().take(lines.cursor().at());
    let at = at.map(|at| match above.len() {
        ..=MOST_COUNTED => above.map(hits_of).sum(),
        _ => at,
    });
    match at {
        Some(at) => {
            let all = thousands(hits.len() as u64);
            let how = if find.is_literal() {
                "hit"
            } else {
                "fuzzy hit"
            };
            format!("{how} {} of {all}", thousands(at as u64 + 1))
        }
        None => count(hits.len() as u64, "hit", "hits"),
    }
}
