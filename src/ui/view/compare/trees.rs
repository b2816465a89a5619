//! The two trees: every path on one line with name and size at either side, a gap where a side lacks it, and the difference. Narrow terminals get
//! one column of names with both sizes.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::analysis::Amount;
use crate::bytes::signed;
use crate::compare::{RowId, Side};
use crate::escape;
use crate::image::EntryKind;
use crate::ui::compare::{Compare, RowMark};
use crate::ui::model::Model;
use crate::ui::pane::{CompareView, StatusKind, TreeRow};
use crate::ui::theme::Theme;
use crate::ui::wording::facts;
use crate::ui::wording::outline::{self, glyph};

use crate::ui::view::compare::names::Names;
use crate::ui::view::compare::{map, style_of};
use crate::ui::view::{frame, text};

/// From how many columns on both trees are shown.
const TWO_TREES: u16 = 100;
/// Columns of a size and of a difference.
const SIZE: usize = 9;
const DELTA: usize = 10;

/// Draws the pane.
pub(super) fn draw(compare: &Compare, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let areas = &compare.areas;
    if areas.files.is_empty() {
        return;
    }
    let style = theme.border_focus;
    let none = |_| Line::default();
    frame::titled(
        areas.files,
        &compare.view_labels,
        &none,
        style,
        theme,
        buffer,
    );
    about(compare, model, theme, areas.about_files(), buffer);
    if compare.front.view == CompareView::Map {
        return map::draw(compare, model, theme, areas, buffer);
    }
    let rows = areas.file_rows();
    let lines = TreeLines {
        compare,
        model,
        theme,
        width: usize::from(rows.width),
        columns: Columns::of(compare, rows.width),
    };
    frame::heads(rows, &lines.heads(), theme, buffer);
    let top = compare.front.files.cursor().top();
    let shown = compare
        .front
        .files
        .rows()
        .iter()
        .skip(top)
        .take(usize::from(rows.height));
    for (at, row) in shown.enumerate() {
        frame::line(rows, at, &Line::from(lines.line(*row)), buffer);
        if top + at == compare.front.files.cursor().at() {
            frame::select(rows, at, true, theme, buffer);
        }
    }
    let has_work = compare.front.files.has_work();
    let computing = (has_work && compare.front.files.rows().is_empty()).then_some("computing …");
    let query = compare.front.query.as_ref();
    let lost = query.and_then(|query| query.without_row(model.options.units));
    let words = outline::empty(&compare.front.files, compare.usual_filter(), has_work);
    let words = words.map(|words| match lost {
        Some(bytes) => Cow::Owned(format!("{words} · {bytes}: o shows those of one image")),
        None => words,
    });
    if let Some(words) = computing.map(Into::into).or(words) {
        let words = Line::styled(format!(" {words}"), theme.faint);
        frame::line(rows, 0, &words, buffer);
    }
    frame::scrollbar(rows, top, compare.front.files.rows().len(), style, buffer);
    let below = Rect {
        y: rows.bottom(),
        height: 1,
        ..rows
    };
    if let Some(row) = compare.front.files.selected() {
        frame::line(below, 0, &lines.selected(row.path), buffer);
    }
}

/// Which columns there are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Columns {
    /// Size and name of either image, and the difference.
    Two,
    /// Both sizes, the difference and one name.
    One,
    /// Size and name of the image that the query is about.
    Only(Side),
}

impl Columns {
    fn of(compare: &Compare, width: u16) -> Self {
        let is_tree = compare.front.view == CompareView::Tree;
        match compare.only_side() {
            Some(side) => Self::Only(side),
            None if width + 2 >= TWO_TREES && is_tree => Self::Two,
            None => Self::One,
        }
    }
}

struct TreeLines<'a> {
    compare: &'a Compare,
    model: &'a Model,
    theme: &'a Theme,
    width: usize,
    columns: Columns,
}

impl TreeLines<'_> {
    /// Returns the columns of a name.
    fn names(&self) -> usize {
        let size = self.size_columns();
        match self.columns {
            Columns::Two => self.width.saturating_sub(2 * size + DELTA + 9) / 2,
            Columns::One => self.width.saturating_sub(2 * size + DELTA + 5),
            Columns::Only(_) => self.width.saturating_sub(size + 3),
        }
    }

    /// Returns the columns of a size.
    fn size_columns(&self) -> usize {
        let is_known = self.compare.comparison.is_complete();
        Amount::columns(is_known, self.model.options.units).max(SIZE)
    }

    fn heads(&self) -> String {
        let size = |side: Side| text::right(side.name(), self.size_columns());
        let (left, right) = (size(Side::Before), size(Side::After));
        let delta = text::right(self.compare.comparison.delta_head(), DELTA);
        let name = match self.compare.front.view {
            CompareView::Files => "Path",
            _ => "Name",
        };
        match self.columns {
            Columns::Two => {
                let first = text::left(name, self.names());
                format!("{left}   {first} {delta} {right}   {name}")
            }
            Columns::One => format!("{left} {delta} {right}   {name}"),
            Columns::Only(one) => format!("{}   {name}", size(one)),
        }
    }

    fn line<'a>(&self, row: TreeRow<RowId>) -> Vec<Span<'a>> {
        let (left, right) = (Side::Before, Side::After);
        let change = self.compare.change(row.path);
        let below = self.compare.comparison.statuses[row.path.index()];
        let shown = match (change, below) {
            (StatusKind::Unmodified, crate::analysis::Status::Modified(_)) => StatusKind::Modified,
            _ => change,
        };
        let style = style_of(self.theme, change);
        let found = self.compare.front.files.find();
        let hit = found.is_some_and(|find| find.is_hit(row.path));
        let names = Names {
            compare: self.compare,
            columns: self.names(),
            two: self.columns == Columns::Two,
        }
        .of(row);
        let name = |side| {
            let text = names.get(side);
            let here = self.compare.node_at(row.path, side).is_some();
            let start = text.trim_start_matches([' ', '▸', '▾']).len();
            let (before, name) = text.split_at(text.len() - start);
            let (name, after) = name.split_at(name.trim_end().len());
            let found = if hit && here {
                style.patch(self.theme.hit)
            } else {
                style
            };
            let parts = [(before, style), (name, found), (after, style)];
            parts.map(|(part, style)| Span::styled(part.to_owned(), style))
        };
        let mark = match (self.compare.mark(row.path), shown) {
            (RowMark::Moved(_), _) => "⇢",
            (RowMark::Hidden(how), _) => facts::hidden_kind(how).0,
            (RowMark::Path(_), StatusKind::Unmodified) => " ",
            (RowMark::Path(_), other) => glyph(other),
        };
        let delta = self.compare.delta(row.path);
        let is_same = delta == 0 && shown == StatusKind::Unmodified;
        let words = if is_same {
            String::new()
        } else {
            signed(delta, self.model.options.units)
        };
        let delta = Span::styled(text::right(&words, DELTA), self.theme.delta(delta));
        let size = |side| Span::styled(format!("{} ", self.size(row.path, side)), style);
        let look = style_of(self.theme, shown);
        // A gap has no mark, unless the path moved.
        let mark = |side: Side| {
            let here = self.compare.node_at(row.path, side).is_some();
            let mark = if here || mark == "⇢" { mark } else { " " };
            Span::styled(format!("{mark} "), look)
        };
        let mut spans = Vec::new();
        match self.columns {
            Columns::Two => {
                spans.extend([size(left), mark(left)]);
                spans.extend(name(left));
                spans.extend([Span::raw(" "), delta, Span::raw(" ")]);
                spans.extend([size(right), mark(right)]);
                spans.extend(name(right));
            }
            Columns::One => {
                let (shown_at, _) = self.compare.comparison.rows.any_node(row.path);
                spans.extend([
                    size(left),
                    delta,
                    Span::raw(" "),
                    size(right),
                    mark(shown_at),
                ]);
                spans.extend(name(shown_at));
            }
            Columns::Only(one) => {
                let has_path = self.compare.node_at(row.path, one).is_some();
                let shown_at = if has_path { one } else { one.other() };
                spans.extend([size(one), mark(shown_at)]);
                spans.extend(name(shown_at));
            }
        }
        spans
    }

    fn size(&self, row: RowId, side: Side) -> String {
        let selected = self.compare.selected_content(row, side);
        let entry = self.compare.comparison.entry(row, side);
        let entry = entry.or(selected.map(|content| content.entry));
        let units = self.model.options.units;
        let amount = || self.compare.amount(row, side).bytes(units);
        let bytes = entry.map(|id| {
            let is_flat = self.compare.front.view == CompareView::Files;
            match self.compare.images.get(side).entry(id).kind() {
                _ if self.compare.comparison.counted_at(row, side).is_some() => "-".to_owned(),
                // A list has no folders: this one is a file in the other image.
                EntryKind::Directory if is_flat => "-".to_owned(),
                EntryKind::File | EntryKind::Directory => amount(),
                _ => "-".to_owned(),
            }
        });
        // A hidden folder has hidden files.
        let is_here = self.compare.node_at(row, side).is_some();
        let bytes = bytes.or_else(|| is_here.then(amount));
        text::right(&bytes.unwrap_or_default(), self.size_columns())
    }

    /// Returns the line about the selected path.
    fn selected<'a>(&self, row: RowId) -> Line<'a> {
        let change = self.compare.change_text(row);
        let words = match self.compare.all_bytes(row) {
            Some(all) => format!("{change}, in all {all}"),
            None => change,
        };
        let path = self.compare.comparison.path(self.compare.both(), row);
        let room = self.width.saturating_sub(text::width(&words) + 4);
        let path = text::clip_start(&escape::name(&path), room).into_owned();
        let style = style_of(self.theme, self.compare.change(row));
        Line::from(vec![
            Span::styled(format!(" {words}  "), style),
            Span::styled(path, self.theme.faint),
        ])
    }
}

/// Draws the line about the files: how many changed, or the query, with the sums; at the right order and filters.
fn about(compare: &Compare, model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let shown = outline::shown(
        &compare.front.files,
        compare.hit_position.get(),
        model.options.units,
    )
    .join(" · ");
    let right = match compare.front.view {
        CompareView::Map => format!("{shown} "),
        _ => format!("{} · {shown} ", compare.front.order.text()),
    };
    let room = usize::from(area.width).saturating_sub(text::width(&right) + 1);
    let words = compare.totals();
    let fits = words.iter().find(|words| text::width(words) <= room);
    let words = fits.or(words.last()).map_or("", String::as_str);
    let words = text::clip(words, room).into_owned();
    frame::line(area, 0, &Line::styled(words, theme.title), buffer);
    frame::right(area, right, theme.faint, buffer);
}
