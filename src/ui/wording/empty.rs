//! The empty states: why a tab of one image has no lines. Drawn in their place, and shown when a key needs a line. No colours, no widths.

use crate::ui::model::explore::Explore;
use crate::ui::pane::Tab;
use crate::ui::wording::categories;

/// Returns why a tab has no lines; `None` when it has some.
pub(in crate::ui) fn why(explore: &Explore, tab: Tab) -> Option<String> {
    let is_ready = explore.content.ready().is_some();
    let why = match tab {
        Tab::Hidden => match explore.summary.analysis.incomplete() {
            Some(missing) => format!("hidden bytes are unknown: {missing}"),
            None => "no hidden bytes: a container sees every stored file".to_owned(),
        },
        Tab::Savings if is_ready => savings(explore),
        Tab::Savings | Tab::Packages => categories::waiting(explore),
        Tab::Image | Tab::Config => "the image has no configuration".to_owned(),
    };
    (explore.tab_len(tab) == 0).then_some(why)
}

/// Returns why there are no savings, once they are known.
pub(in crate::ui) fn savings(explore: &Explore) -> String {
    match explore.summary.analysis.incomplete() {
        Some(missing) => format!("none found in the known layers: {missing}"),
        None => "no savings found".to_owned(),
    }
}
