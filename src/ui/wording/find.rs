//! The result of a find in words. No colours, no widths.

use crate::bytes::count;
use crate::escape;
use crate::ui::pane::{Find, PathId};

/// Returns the words beside the query of a find: how to write it, what is wrong with it, or the number of hits.
#[must_use]
pub(in crate::ui) fn query<I: PathId>(find: Option<&Find<I>>) -> String {
    match find.map(|find| (find, find.broken())) {
        None => "letters in order, or re: with a regular expression".to_owned(),
        Some((_, Some(why))) => escape::text(why).into_owned(),
        Some((find, None)) => {
            let hits = count(find.hits().len() as u64, "hit", "hits");
            let more = if find.is_done() { "" } else { " …" };
            format!("{hits}{more}")
        }
    }
}
