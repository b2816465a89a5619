//! The third pane of wide terminals: the details of the selection, as far as they fit, and the start of a selected file.

use ratatui::buffer::Buffer;
use ratatui::text::Line;

use crate::bytes::Units;
use crate::ui::layout;
use crate::ui::model::explore::Explore;
use crate::ui::pane::ReadState;
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::{text, viewer};

/// Draws the pane.
pub(super) fn draw(explore: &Explore, units: Units, theme: &Theme, buffer: &mut Buffer) {
    let (area, pane) = (explore.areas.selection_details, &explore.selection);
    if area.is_empty() {
        return;
    }
    let title = match pane.title.as_str() {
        "" => " Details ".to_owned(),
        title => format!(" {title} "),
    };
    let title = text::clip(&title, usize::from(area.width).saturating_sub(2)).into_owned();
    let titles = (Line::styled(title, theme.title), Line::default());
    frame::draw(area, Stacked::NOT, titles, theme.border, buffer);
    let rows = layout::inside(area, 1, 1);
    let height = usize::from(rows.height);
    let (above, has_preview) = pane.lines_above(height);
    let lines = pane.lines.iter().skip(pane.top);
    for (at, line) in lines.take(above).enumerate() {
        // The last line shows that there are more.
        let is_cut = at + 1 == height && pane.lines.len() > pane.top + height;
        let line = if is_cut {
            "… i shows all"
        } else {
            line.as_str()
        };
        frame::line(rows, at, &Line::styled(line, theme.text), buffer);
    }
    if let Some(preview) = pane.preview.as_ref().filter(|_| has_preview) {
        let areas = explore.preview_areas;
        let rule = "─".repeat(usize::from(rows.width));
        frame::line(rows, above, &Line::styled(rule, theme.border), buffer);
        match &preview.state {
            ReadState::Reading => {
                let line = Line::styled(" loading …", theme.faint);
                frame::line(areas.area, 0, &line, buffer);
            }
            _ => viewer::content(preview, areas.area, &areas, units, theme, buffer),
        }
    }
}
