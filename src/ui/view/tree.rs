//! The tree pane: a line a path with permissions, owner, size, bar, status and name, and below them what there is to say of the selected one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::analysis::Status;
use crate::bytes::human;
use crate::escape;
use crate::image::{Entry, Kind, NodeId};
use crate::ui::layout::{self, Areas, TreeColumns};
use crate::ui::model::Model;
use crate::ui::model::explore::{Explore, Focus};
use crate::ui::pane::{Range, Row, Shape, Sort};
use crate::ui::theme::Theme;
use crate::ui::wording::categories;
use crate::ui::wording::details::permissions;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::{outline, selected, text};

/// The columns a deep path's name keeps: what is left of the room is for how deep it is.
const DEEP_NAME: usize = 10;

/// Draws the pane.
pub(super) fn draw(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    areas: &Areas,
    buffer: &mut Buffer,
) {
    if areas.tree.is_empty() {
        return;
    }
    let focused = explore.focus == Focus::Tree;
    let style = frame::style(theme, focused);
    frame::draw(
        areas.tree,
        Stacked::NOT,
        titles(explore, model, theme, usize::from(areas.tree.width)),
        style,
        buffer,
    );
    let rows = areas.tree_rows();
    let columns = layout::tree_columns(explore, areas, model.options.units);
    if rows.height > 0 {
        let heads = Rect {
            y: rows.y - 1,
            height: 1,
            ..rows
        };
        frame::line(heads, 0, &Line::styled(head(&columns), theme.faint), buffer);
    }
    let tree = &explore.tree.lines;
    let top = tree.cursor().top();
    for (at, row) in tree
        .rows()
        .iter()
        .skip(top)
        .take(usize::from(rows.height))
        .enumerate()
    {
        let Some(line) = frame::row(rows, at) else {
            break;
        };
        let spans = path(
            explore,
            model,
            theme,
            &columns,
            *row,
            usize::from(line.width),
        );
        frame::line(line, 0, &Line::from(spans), buffer);
        if top + at == tree.cursor().at() {
            buffer.set_style(
                line,
                if focused {
                    theme.selected
                } else {
                    theme.selected_away
                },
            );
        }
    }
    if tree.rows().is_empty() {
        let after = explore.tree.comparison().range().after;
        let words = if after.is_some_and(|after| !explore.has(after)) {
            if explore.is_cancelled() {
                "this layer was not loaded; others can be browsed"
            } else {
                "this layer is still to come; others can be browsed"
            }
        } else {
            text::empty(explore.tree.lines.filter().is_active())
        };
        let (columns, height) = (usize::from(rows.width), usize::from(rows.height));
        let words = text::instead(words, columns, height, theme);
        for (at, line) in words.iter().enumerate() {
            frame::line(rows, at, line, buffer);
        }
    }
    frame::scrollbar(rows, top, tree.rows().len(), style, buffer);
    let said = Line::from(selected::line(
        explore,
        theme,
        usize::from(areas.tree_status().width),
    ));
    frame::line(areas.tree_status(), 0, &said, buffer);
}

fn titles<'a>(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    columns: usize,
) -> (Line<'a>, Line<'a>) {
    let mut parts = vec![match explore.tree.sort() {
        Sort::Size => "by size ▾".to_owned(),
        Sort::Name => "by name ▴".to_owned(),
    }];
    parts.extend(outline::shown(&explore.tree.lines, model.options.units));
    let group = explore.tree.lines.filter().group();
    if let Some((group, told)) = group.zip(explore.content.ready()) {
        parts.push(categories::share(told, group).1);
    }
    let right = format!(" {} ", parts.join(" · "));
    // The range is said in as many words as there is room for; how the lines are chosen and sorted is said nowhere else.
    let room = columns.saturating_sub(text::width(&right) + 2);
    let range = range(explore);
    let fits = |left: &String| text::width(left) <= room;
    let left = [
        format!(" Tree · {range} "),
        format!(" {range} "),
        " Tree ".to_owned(),
    ];
    let left = left.into_iter().find(fits).unwrap_or_default();
    (
        Line::styled(left, theme.title),
        Line::styled(right, theme.faint),
    )
}

/// Returns which states are compared, in words, and what of them is still to come.
fn range(explore: &Explore) -> String {
    let Range { before, after } = explore.tree.comparison().range();
    let Some(after) = after else {
        return "no layers".to_owned();
    };
    let number = after.0 + 1;
    let range = match before {
        Some(before) => format!("layer {number} against {}", before.0 + 1),
        None if number > 1 => format!("layers 1–{number}"),
        None => "layer 1".to_owned(),
    };
    if !explore.has(after) {
        return format!("{range}, {}", explore.missing());
    }
    let missing = explore.missing_below(after);
    match missing[..] {
        [] => range,
        [one] => format!("{range}, without {}", one.0 + 1),
        _ => format!("{range}, without {} layers", missing.len()),
    }
}

fn head(columns: &TreeColumns) -> String {
    let mut head = String::new();
    if columns.permissions {
        head.push_str("Permission ");
    }
    if columns.owner > 0 {
        head.push_str(&text::left("Owner", columns.owner + 1));
    }
    head.push_str(&text::right("Size", columns.size));
    if columns.bar > 0 {
        head.push_str(&" ".repeat(columns.bar + 1));
    }
    head.push_str("   Name");
    head
}

fn path<'a>(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    columns: &TreeColumns,
    row: Row<NodeId>,
    width: usize,
) -> Vec<Span<'a>> {
    let (image, comparison) = (&explore.image, explore.tree.comparison());
    let entry = comparison.entry(image, row.path);
    let status = comparison.status(row.path);
    let (glyph, style) = selected::status_look(theme, status);
    let mut spans = Vec::with_capacity(8);
    if columns.permissions {
        let mut attributes = entry.map_or_else(|| " ".repeat(10), permissions);
        attributes.push(' ');
        if columns.owner > 0 {
            let owner = entry.map(|entry| format!("{}:{}", entry.uid, entry.gid));
            attributes.push_str(&text::left(&owner.unwrap_or_default(), columns.owner + 1));
        }
        spans.push(Span::styled(attributes, theme.faint));
    }
    let size = match entry {
        None => String::new(),
        Some(entry) if entry.kind() == Kind::File || row.weight > 0 || entry.is_dir() => {
            human(row.weight, model.options.units)
        }
        Some(_) => "-".to_owned(),
    };
    spans.push(Span::styled(text::right(&size, columns.size), style));
    if columns.bar > 0 {
        let bar = text::bar(row.weight, comparison.whole().max(1), columns.bar);
        spans.push(Span::styled(format!(" {bar}"), theme.bar));
    }
    let fold = match row.shape {
        Shape::Leaf => "  ",
        Shape::Closed => "▸ ",
        Shape::Open => "▾ ",
    };
    spans.push(Span::styled(format!(" {glyph} "), style));
    let used: usize = spans.iter().map(Span::width).sum();
    let room = width.saturating_sub(used + text::width(fold));
    // Deep paths keep their names in view.
    let most = (width / 6).min(room.saturating_sub(DEEP_NAME) / 2);
    let indent = usize::from(row.depth).min(most) * 2;
    spans.push(Span::styled(format!("{:indent$}{fold}", ""), theme.faint));
    let room = room - indent;
    let is_dir = entry.is_some_and(Entry::is_dir);
    let mut look = match (status, is_dir) {
        (Status::Unmodified, true) => theme.folder,
        _ => style,
    };
    if explore
        .tree
        .lines
        .find()
        .is_some_and(|find| find.is_hit(row.path))
    {
        look = look.patch(theme.hit);
    }
    let name = escape::name(image.tree.name(row.path));
    let name = text::clip(&name, room).into_owned();
    let room = room.saturating_sub(text::width(&name));
    spans.push(Span::styled(name, look));
    if let Some((entry, target)) = entry.and_then(|entry| Some((entry, image.target(entry)?))) {
        let arrow = outline::arrow(entry.kind());
        let target = format!(" {arrow} {}", escape::name(target));
        spans.push(Span::styled(
            text::clip(&target, room).into_owned(),
            theme.faint.patch(theme.link),
        ));
    } else if let Some(last) = explore.tree.layer_outside_range(image, row.path) {
        let events = image.timeline.of(row.path).iter();
        let layers = events.filter(|event| event.entry.is_some());
        let layers: Vec<String> = layers.map(|it| (it.layer.0 + 1).to_string()).collect();
        let last = last.0 + 1;
        // A word that is cut could be any other.
        let words = match layers.len() {
            0 | 1 => vec![format!("  in layer {last}"), format!("  L{last}")],
            many => vec![
                format!("  in layers {}", layers.join(", ")),
                format!("  in {many} layers"),
                format!("  L{last}, …"),
            ],
        };
        let words = words.into_iter().find(|words| text::width(words) <= room);
        spans.extend(words.map(|words| Span::styled(words, theme.faint)));
    }
    spans
}
