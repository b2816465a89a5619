//! The compare screen: `header` above one pane, which is `tabs`, `trees` or `map`.

mod header;
mod map;
mod names;
mod tabs;
mod trees;

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use crate::ui::compare::Compare;
use crate::ui::model::Model;
use crate::ui::pane::StatusKind;
use crate::ui::theme::Theme;

/// Draws the screen.
pub(super) fn draw(compare: &Compare, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    header::draw(compare, theme, compare.areas.header, buffer);
    tabs::draw(compare, theme, buffer);
    trees::draw(compare, model, theme, buffer);
}

/// Returns the style of a change.
const fn style_of(theme: &Theme, change: StatusKind) -> Style {
    match change {
        StatusKind::Added => theme.added,
        StatusKind::Removed => theme.removed,
        StatusKind::Modified => theme.modified,
        StatusKind::Unmodified => theme.text,
    }
}
