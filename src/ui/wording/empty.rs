//! Why a tab of one image has no lines, in words: what is drawn where they would stand, and said to who wants one. No colours, no widths.

use crate::ui::model::explore::Explore;
use crate::ui::model::message::Tab;
use crate::ui::wording::categories;

/// Returns why a tab has no lines; nothing when it has some.
pub(in crate::ui) fn why(explore: &Explore, tab: Tab) -> Option<String> {
    let told = explore.content.ready().is_some();
    let why = match tab {
        Tab::Hidden => "nothing is shipped and not seen".to_owned(),
        Tab::Savings if told => "nothing that could go is worth a line".to_owned(),
        Tab::Savings | Tab::Packages => categories::waiting(explore),
        Tab::Image | Tab::Config => "nothing is told".to_owned(),
    };
    (explore.tab_len(tab) == 0).then_some(why)
}
