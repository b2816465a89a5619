//! The letter of a category on its colour.

use ratatui::text::Span;

use crate::analysis::Category;
use crate::image::NodeId;
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;

/// Returns the letter of the category of a visible file; blank before the content analysis.
pub(super) fn of<'a>(explore: &Explore, theme: &Theme, node: NodeId) -> Span<'a> {
    let content = explore.content.ready();
    let category = content.map(|content| content.content_analysis.categories.category(node));
    letter(category, theme)
}

/// Returns the letter of a category; blank while it is unknown.
pub(super) fn letter<'a>(category: Option<Category>, theme: &Theme) -> Span<'a> {
    category.map_or(Span::raw(" "), |category| {
        let look = theme.category(category);
        Span::styled(look.letter, look.fill)
    })
}
