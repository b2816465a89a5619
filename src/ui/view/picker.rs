//! The picker: a line for each image.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::bytes::human;
use crate::escape;
use crate::ui::model::Model;
use crate::ui::model::picker::{PickImage, Picker, display_name, short_id};
use crate::ui::theme::Theme;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::text;

/// Columns right of the name: size, age, engine, id.
const COLUMNS: [usize; 4] = [11, 12, 8, 14];
/// The columns that are left out where there is no room for all, the first one first: what distinguishes images stays.
const LEFT_OUT: [usize; 3] = [3, 1, 2];
/// The columns of a name that are shown before other columns.
const LEAST_NAME: usize = 30;

/// The widest column of platforms: the full version of a Windows image.
const WIDEST_PLACE: usize = 34;

/// Returns the widths of the columns that fit into a line, 0 for others: platforms need more room than engines, short names less than others.
fn widths(pick: &Picker, columns: usize) -> [usize; 4] {
    let [size, age, place, id] = COLUMNS;
    let places = pick.shown().map(|image| image.origin_text().len() + 2);
    let widest = places.max().unwrap_or(place);
    let mut widths = [size, age, widest.clamp(place, WIDEST_PLACE), id];
    let names = pick.shown().map(|image| text::width(&name(pick, image)));
    let name = names.max().unwrap_or(0).min(LEAST_NAME);
    for at in LEFT_OUT {
        if widths.iter().sum::<usize>() + name + 2 > columns {
            widths[at] = 0;
        }
    }
    widths
}

/// Returns what the list is for, in so many columns.
fn purpose(pick: &Picker, columns: usize) -> String {
    let side = pick.pair.as_ref();
    let side = side.map(|(side, names)| (Some(side.name()), names.get(*side)));
    let operand = pick.operand.as_ref();
    let operand = || operand.map(|operand| (operand.role, &operand.name));
    if let Some((role, name)) = side.or_else(operand) {
        let role = role.map_or_else(String::new, |role| format!("{role}: "));
        let words = format!("{role}pick one of the images of ");
        let name = escape::text(name);
        // The folder of a file is of little use here.
        let name = name.rsplit('/').next().unwrap_or(&name);
        let room = columns.saturating_sub(text::width(&words));
        return words + &text::clip_start(name, room);
    }
    let several = if pick.is_of_archive() {
        "several images: "
    } else {
        ""
    };
    format!("{several}pick an image to explore, or mark two to compare")
}

/// Draws the list of images with its header, its title and its column heads.
pub(in crate::ui) fn draw(pick: &Picker, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let header = model.areas.header;
    let program = Span::styled(" dive-rs  ", theme.key);
    let room = usize::from(header.width).saturating_sub(program.width());
    let purpose = Span::styled(purpose(pick, room), theme.text);
    Line::from(vec![program, purpose]).render(header, buffer);
    let (shown, all) = pick.counts();
    let number = (pick.cursor().at() + 1).min(shown);
    let title = Line::styled(" Images ", theme.title);
    let count = if shown == all {
        format!(" {number}/{all} ")
    } else {
        format!(" {number}/{shown} of {all} ")
    };
    let count = Line::styled(count, theme.faint);
    let area = model.areas.body;
    let titles = (title, count);
    frame::draw(area, Stacked::NOT, titles, theme.border_focus, buffer);
    let rows = model.areas.picker_rows();
    let columns = usize::from(rows.width);
    let place = if pick.is_of_archive() {
        "Platform"
    } else {
        "Engine"
    };
    let widths = widths(pick, columns);
    let heading = cells(columns, widths, "Name", ["Size", "Age", place, "Id"]);
    frame::heads(rows, &heading, theme, buffer);
    let top = pick.cursor().top();
    let in_view = pick.shown().enumerate().skip(top);
    for (at, image) in in_view.take(usize::from(rows.height)) {
        let style = if at == pick.cursor().at() {
            theme.selected
        } else {
            theme.text
        };
        let mut line = line(pick, image, model, (columns, widths));
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

/// Returns the name that is shown.
fn name(pick: &Picker, image: &PickImage) -> String {
    // In an archive only the id distinguishes unnamed images, and its own column may find no room.
    if image.name.is_some() || pick.is_of_archive() {
        escape::text(display_name(image)).into_owned()
    } else {
        "‹no name›".to_owned()
    }
}

fn line(
    pick: &Picker,
    image: &PickImage,
    model: &Model,
    (columns, widths): (usize, [usize; 4]),
) -> String {
    let name = name(pick, image);
    let size = image.size.map(|size| human(size, model.options.units));
    let size = size.unwrap_or_else(|| "?".to_owned());
    let (age, engine) = (
        pick.age(image),
        escape::text(&image.origin_text()).into_owned(),
    );
    let id = escape::text(short_id(image)).into_owned();
    cells(columns, widths, &name, [&size, &age, &engine, &id])
}

/// Returns a line of cells: the name takes what the others leave; those that find no room have no width.
fn cells(columns: usize, widths: [usize; 4], name: &str, others: [&str; 4]) -> String {
    let room = columns.saturating_sub(widths.iter().sum::<usize>() + 2);
    let mut line = format!(" {}", text::left(&text::clip(name, room), room));
    for (at, (cell, columns)) in others.into_iter().zip(widths).enumerate() {
        if columns == 0 {
            continue;
        }
        // Sizes are at the right.
        if at == 0 {
            line += &text::right(cell, columns);
        } else {
            line += "  ";
            line += &text::left(cell, columns - 2);
        }
    }
    line
}
