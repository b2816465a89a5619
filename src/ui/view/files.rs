//! The list of a query's files: size, layer, package, category, path. Only the lines in view are made.

use ratatui::buffer::Buffer;
use ratatui::text::{Line, Span};

use crate::bytes::{Units, human};
use crate::escape;
use crate::query::{PathContent, Selection};
use crate::ui::layout::ExploreAreas;
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{FileOrder, FilesPane, Focus};
use crate::ui::theme::Theme;
use crate::ui::wording::{categories, facts};

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::{text, tree};

/// From how many columns on the package, and the category, are shown, and the category in full.
const PACKAGE_FROM: usize = 76;
const CATEGORY_FROM: usize = 100;
const WHOLE_CATEGORY_FROM: usize = 118;
/// Their columns; the last one is that of the longest category.
const PACKAGE: usize = 18;
const CATEGORY: usize = 22;
const WHOLE_CATEGORY: usize = 34;

/// The widths of the columns, in terminal columns; 0 for a hidden one.
struct Columns {
    size: usize,
    layer: usize,
    package: usize,
    category: usize,
}

impl Columns {
    fn of(explore: &Explore, units: Units, room: usize) -> Self {
        let size = units.columns();
        let beside = |from: usize, columns: usize| if room >= from { columns } else { 0 };
        Self {
            size,
            layer: explore.layer_count().to_string().len().max(2),
            package: beside(PACKAGE_FROM, PACKAGE),
            category: if room >= WHOLE_CATEGORY_FROM {
                WHOLE_CATEGORY
            } else {
                beside(CATEGORY_FROM, CATEGORY)
            },
        }
    }
}

/// Draws the list in the tree's place.
pub(super) fn draw(
    (explore, selection, files): (&Explore, &Selection, &FilesPane),
    model: &Model,
    theme: &Theme,
    areas: &ExploreAreas,
    buffer: &mut Buffer,
) {
    let focused = explore.focus == Focus::Tree;
    let style = frame::style(theme, focused);
    let titles = tree::titles(explore, model, theme, usize::from(areas.tree.width));
    frame::draw(areas.tree, Stacked::NOT, titles, style, buffer);
    let rows = areas.tree_rows();
    let room = usize::from(rows.width);
    let columns = Columns::of(explore, model.options.units, room);
    let words = heads_words(&columns, files.sort());
    frame::heads(rows, &words, theme, buffer);
    let top = files.cursor().top();
    for at in 0..usize::from(rows.height) {
        let Some(content) = files.content(selection, top + at) else {
            break;
        };
        let line = line(explore, content, &columns, model.options.units, theme, room);
        frame::line(rows, at, &line, buffer);
        if top + at == files.cursor().at() {
            frame::select(rows, at, focused, theme, buffer);
        }
    }
    frame::scrollbar(rows, top, files.len(), style, buffer);
    let status = areas.tree_status();
    let line = tree::selected_line(explore, theme, usize::from(status.width));
    frame::line(status, 0, &Line::from(line), buffer);
}

fn heads_words(columns: &Columns, sort: FileOrder) -> String {
    let mark = |this: FileOrder, word: &str, mark: &str| {
        if sort == this {
            format!("{word} {mark}")
        } else {
            word.to_owned()
        }
    };
    let size = text::right(&mark(FileOrder::Size, "Size", "▾"), columns.size);
    let layer = match sort {
        FileOrder::Layer => text::right("L▴", columns.layer + 1),
        _ => text::right("L", columns.layer + 1),
    };
    let mut heads = format!("{size}{layer}   ");
    if columns.package > 0 {
        heads.push_str(&text::left("Package", columns.package));
    }
    if columns.category > 0 {
        heads.push_str(&text::left("Category", columns.category));
    }
    heads.push_str(&mark(FileOrder::Name, "Path", "▴"));
    heads
}

fn line<'a>(
    explore: &Explore,
    content: PathContent,
    columns: &Columns,
    units: Units,
    theme: &Theme,
    room: usize,
) -> Line<'a> {
    let (glyph, look) = match content.hidden {
        Some(kind) => (facts::hidden_kind(kind).0, theme.faint),
        None => (" ", theme.text),
    };
    let layer = (content.layer.0 + 1).to_string();
    let mut spans = vec![
        Span::styled(
            text::right(&human(content.bytes, units), columns.size),
            look,
        ),
        Span::styled(text::right(&layer, columns.layer + 1), theme.faint),
        Span::styled(format!(" {glyph} "), theme.faint),
    ];
    if columns.package > 0 {
        let [package, category] = categories::columns(explore, content);
        // Words keep a space between them.
        let cell = |words: &str, columns: usize| {
            let words = text::clip(words, columns - 1).into_owned();
            text::left(&words, columns)
        };
        spans.push(Span::styled(cell(&package, columns.package), theme.faint));
        if columns.category > 0 {
            spans.push(Span::styled(cell(&category, columns.category), theme.faint));
        }
    }
    let used: usize = spans.iter().map(Span::width).sum();
    let path = escape::name(&explore.image.tree.path(content.node)).into_owned();
    let path = text::clip_middle(&path, room.saturating_sub(used));
    spans.push(Span::styled(path.into_owned(), look));
    Line::from(spans)
}
