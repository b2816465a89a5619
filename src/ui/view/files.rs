//! The list of files: the query, then one line per file with size, layer, package, category and path. Only the lines in view are made.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::bytes::{Units, human, thousands};
use crate::escape;
use crate::image::date_and_time;
use crate::query::PathContent;
use crate::ui::layout::FileColumns;
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{FileOrder, Focus, copies};
use crate::ui::theme::Theme;
use crate::ui::wording::{categories, facts, outline};

use crate::ui::view::{category, frame, query, tabs, text, tree};

/// The columns that a path keeps beside the words behind it.
const LEAST_PATH: usize = 20;

/// Draws the pane.
pub(super) fn draw(explore: &Explore, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let areas = &explore.areas;
    if areas.view.is_empty() {
        return;
    }
    let (focused, units) = (explore.focus == Focus::Files, model.options.units);
    tabs::right_frame(explore, theme, focused, areas.view, buffer);
    let Some(files) = explore.list() else {
        let loading = Line::styled("loading …", theme.faint);
        return frame::line(areas.file_rows(), 0, &loading, buffer);
    };
    query::draw(explore, theme, areas.query, buffer);
    let rows = areas.file_rows();
    let room = usize::from(rows.width);
    let columns = &explore.file_columns;
    frame::heads(rows, &heads(columns, files.sort()), theme, buffer);
    let top = files.cursor().top();
    for at in 0..usize::from(rows.height) {
        let Some(content) = files.content(top + at) else {
            break;
        };
        let marked = files.is_marked(top + at);
        let line = line(explore, content, marked, columns, units, theme, room);
        frame::line(rows, at, &line, buffer);
        if top + at == files.cursor().at() {
            frame::select(rows, at, focused, theme, buffer);
        }
    }
    if files.is_empty() {
        let why_empty = match explore.loading {
            Some(_) => "no files yet: layers are loading",
            None => "no files",
        };
        frame::line(rows, 0, &Line::styled(why_empty, theme.faint), buffer);
    }
    let style = frame::style(theme, focused);
    frame::scrollbar(rows, top, files.len(), style, buffer);
    let status = areas.view_status();
    let line = tree::selected_line(explore, theme, units, usize::from(status.width));
    frame::line(status, 0, &Line::from(line), buffer);
}

fn heads(columns: &FileColumns, sort: FileOrder) -> String {
    let mark = |this: FileOrder, word: &str, mark: &str| {
        if sort == this {
            format!("{word}{mark}")
        } else {
            word.to_owned()
        }
    };
    let size = text::right(&mark(FileOrder::Size, "Size", " ▾"), columns.size);
    let layer = text::right(&mark(FileOrder::Layer, "L", "▴"), columns.layer);
    let mut heads = format!("{size}{layer}   ");
    if columns.copies > 0 {
        heads.push_str(&text::left("Copies▾", columns.copies));
    }
    if columns.modified > 0 {
        let modified = mark(FileOrder::Modified, "Modified", " ▾");
        heads.push_str(&text::left(&modified, columns.modified));
    }
    if columns.package > 0 {
        let package = mark(FileOrder::Package, "Package", " ▴");
        heads.push_str(&text::left(&package, columns.package));
    }
    if columns.category > 0 {
        heads.push_str(&text::left("Category", columns.category));
    }
    heads.push_str(&mark(FileOrder::Name, "Path", " ▴"));
    heads
}

fn line<'a>(
    explore: &Explore,
    content: PathContent,
    marked: bool,
    columns: &FileColumns,
    units: Units,
    theme: &Theme,
    room: usize,
) -> Line<'a> {
    let (glyph, look) = match content.hidden {
        Some(kind) => (facts::hidden_kind(kind).0, theme.faint),
        None => (" ", theme.text),
    };
    let look = if marked { look.patch(theme.key) } else { look };
    let mark = if marked { "●" } else { " " };
    let layer = (content.layer.0 + 1).to_string();
    let mut spans = vec![
        Span::styled(
            text::right(&human(content.bytes, units), columns.size),
            look,
        ),
        Span::styled(text::right(&layer, columns.layer), theme.faint),
        Span::styled(mark, theme.key),
        match content.hidden {
            Some(_) => Span::styled(glyph, theme.faint),
            None => category::of(explore, theme, content.node),
        },
        Span::raw(" "),
    ];
    if columns.copies > 0 {
        let copies = copies(&explore.image, content.node);
        let copies = text::right(&thousands(copies.into()), columns.copies - 2);
        spans.push(Span::styled(format!("{copies}  "), theme.faint));
    }
    if columns.modified > 0 {
        let modified = match explore.image.entry(content.entry).modified {
            0 => String::new(),
            seconds => date_and_time(seconds),
        };
        let modified = text::left(&modified, columns.modified);
        spans.push(Span::styled(modified, theme.faint));
    }
    if columns.package > 0 {
        let [package, category] = categories::columns(explore, content);
        // Words keep a space between them.
        let cell = |name: &str, columns: usize| {
            let name = text::clip(name, columns - 1).into_owned();
            text::left(&name, columns)
        };
        spans.push(Span::styled(cell(&package, columns.package), theme.faint));
        if columns.category > 0 {
            spans.push(Span::styled(cell(&category, columns.category), theme.faint));
        }
    }
    let used: usize = spans.iter().map(Span::width).sum();
    let path = escape::name(&explore.image.tree.path(content.node)).into_owned();
    let room = room.saturating_sub(used);
    // Where there is no column for it, versions of one path are told apart behind it.
    let hidden = match content.hidden {
        Some(_) if columns.package == 0 => {
            let [by, _] = categories::columns(explore, content);
            Some(format!("  {by}"))
        }
        _ => None,
    };
    let hidden = hidden.filter(|note| text::width(note) + LEAST_PATH <= room);
    let hidden = hidden.unwrap_or_default();
    let room = room - text::width(&hidden);
    let path = text::clip_middle(&path, room).into_owned();
    let room = room - text::width(&path);
    spans.push(Span::styled(path, look));
    let counted_at = explore
        .selection()
        .and_then(|selection| selection.counted_at(content.node))
        .filter(|_| content.hidden.is_none());
    let entry = explore.image.entry(content.entry);
    if let Some(target) = outline::target(&explore.image, entry, counted_at) {
        let target = text::clip(&target, room).into_owned();
        let look = theme.faint.patch(theme.link);
        spans.push(Span::styled(target, look));
    }
    spans.push(Span::styled(hidden, theme.faint));
    Line::from(spans)
}
