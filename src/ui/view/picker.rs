//! The picker: a line for each image.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::bytes::human;
use crate::escape;
use crate::load::LocalImage;
use crate::ui::layout;
use crate::ui::model::Model;
use crate::ui::model::picker::{Picker, display_name, short_id};
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::text;

/// Columns right of the name: size, age, engine, id.
const COLUMNS: [usize; 4] = [11, 12, 8, 14];

/// Draws it.
pub(in crate::ui) fn draw(pick: &Picker, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let size = model.size;
    Line::from(vec![
        Span::styled(" dive-rs  ", theme.key),
        Span::styled(
            "pick an image to explore, or mark two to compare",
            theme.text,
        ),
    ])
    .render(Rect::new(0, 0, size.width, 1), buffer);
    let (shown, all) = pick.counts();
    let place = (pick.cursor().at() + 1).min(shown);
    let title = Line::styled(" Images ", theme.title);
    let count = if shown == all {
        format!(" {place}/{all} ")
    } else {
        format!(" {place}/{shown} of {all} ")
    };
    let count = Line::styled(count, theme.faint);
    let area = layout::body(size);
    let titles = (title, count);
    frame::draw(area, Stacked::NOT, titles, theme.border_focus, buffer);
    let rows = layout::pick_rows(size);
    let columns = usize::from(rows.width);
    let heading = cells(columns, "Name", ["Size", "Age", "Engine", "Id"]);
    frame::heads(rows, &heading, theme, buffer);
    let top = pick.cursor().top();
    let in_view = pick.shown().enumerate().skip(top);
    for (at, image) in in_view.take(usize::from(rows.height)) {
        let style = if at == pick.cursor().at() {
            theme.selected
        } else {
            theme.text
        };
        let mut line = line(pick, image, model, columns);
        if let Some(mark) = pick.mark_of(at) {
            line.replace_range(..1, &mark.to_string());
        }
        if let Some(row) = frame::row(rows, at - top) {
            buffer.set_style(row, style);
        }
        frame::line(rows, at - top, &Line::styled(line, style), buffer);
    }
    if shown == 0 {
        let words = Line::styled(" no image matches", theme.faint);
        frame::line(rows, 0, &words, buffer);
    }
    frame::scrollbar(rows, top, shown, theme.border_focus, buffer);
}

fn line(pick: &Picker, image: &LocalImage, model: &Model, columns: usize) -> String {
    let name = if image.name.is_some() {
        escape::text(display_name(image)).into_owned()
    } else {
        "‹no name›".to_owned()
    };
    let size = human(image.size, model.options.units);
    let (age, engine) = (pick.age(image), image.engine.to_string());
    let id = escape::text(short_id(image)).into_owned();
    cells(columns, &name, [&size, &age, &engine, &id])
}

/// Returns a line of cells: the name takes what the others leave; those that find no room are left out, the last one first.
fn cells(columns: usize, name: &str, others: [&str; 4]) -> String {
    let mut count = COLUMNS.len();
    while count > 1 && COLUMNS[..count].iter().sum::<usize>() + 30 > columns {
        count -= 1;
    }
    let room = columns.saturating_sub(COLUMNS[..count].iter().sum::<usize>() + 2);
    let mut line = format!(" {}", text::left(&text::clip(name, room), room));
    for (at, (cell, columns)) in others.into_iter().zip(COLUMNS).take(count).enumerate() {
        // Sizes stand at the right.
        if at == 0 {
            line += &text::right(cell, columns);
        } else {
            line += "  ";
            line += &text::left(cell, columns - 2);
        }
    }
    line
}
