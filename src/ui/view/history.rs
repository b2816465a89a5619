//! A path's history: a line for each layer that changed the path, then its package and category.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::analysis::Status;
use crate::bytes::{Units, human};
use crate::compare::Side;
use crate::escape;
use crate::image::{EntryId, Event};
use crate::ui::layout::overlay::OverlayAreas;
use crate::ui::model::Model;
use crate::ui::model::overlay::PathHistory;
use crate::ui::theme::Theme;
use crate::ui::wording::facts;

use crate::ui::view::frame::{self, Stacked};
use crate::ui::view::text;

/// Draws the history.
pub(super) fn draw(
    history: &PathHistory,
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let image = &history.image;
    let path = escape::name(&image.tree.path(history.node)).into_owned();
    let room = usize::from(area.width).saturating_sub(16);
    let side = history.side.map_or("", Side::name);
    let gap = if side.is_empty() { "" } else { " · " };
    let room = room.saturating_sub(side.len() + gap.len());
    let title = format!(" History of {}{gap}{side} ", text::clip_start(&path, room));
    let titles = (Line::styled(title, theme.title), Line::default());
    frame::draw(area, Stacked::NOT, titles, theme.border_focus, buffer);
    let OverlayAreas {
        rows,
        package_lines,
        ..
    } = model.overlay_areas;
    let owners = history.summary.owner;
    let head = format!(
        " Layer      Size Permission {} Change",
        text::left("Owner", owners)
    );
    frame::heads(rows, &head, theme, buffer);
    let events = image.timeline.events(history.node);
    let columns = usize::from(rows.width);
    let top = history.cursor.top();
    for (line, (at, event)) in events
        .iter()
        .enumerate()
        .skip(top)
        .take(usize::from(rows.height))
        .enumerate()
    {
        let before = at.checked_sub(1).and_then(|at| events[at].entry);
        let units = model.options.units;
        let stored = history.stored.get(event.layer.index()).copied();
        let spans = version(history, (before, *event), stored, units, theme, columns);
        frame::line(rows, line, &Line::from(spans), buffer);
        if at == history.cursor.at() {
            frame::select(rows, line, true, theme, buffer);
        }
    }
    frame::scrollbar(rows, top, events.len(), theme.border_focus, buffer);
    for (at, (label, words)) in history.package_lines.iter().enumerate() {
        let line = Line::from(vec![
            Span::styled(format!(" {label:<8} "), theme.faint),
            Span::styled(
                text::clip(words, columns.saturating_sub(10)).into_owned(),
                theme.text,
            ),
        ]);
        frame::line(package_lines, at, &line, buffer);
    }
}

/// Returns the line of a version: its layer, its record, how it differs from the version before, and the layer's instruction. A folder has the bytes that the
/// layer stores in it.
fn version(
    history: &PathHistory,
    (before, event): (Option<EntryId>, Event),
    stored: Option<u64>,
    units: Units,
    theme: &Theme,
    columns: usize,
) -> Vec<Span<'static>> {
    let (image, owners) = (&history.image, history.summary.owner);
    let status = Status::between(image, before, event.entry);
    let (glyph, style, what) = match status {
        Status::Added => ("+", theme.added, "added".to_owned()),
        Status::Removed => ("−", theme.removed, "removed".to_owned()),
        Status::Modified(what) => ("~", theme.modified, what.list()),
        Status::Unmodified if stored.is_some_and(|bytes| bytes > 0) => {
            ("~", theme.modified, "modified below".to_owned())
        }
        Status::Unmodified | Status::Absent => ("=", theme.faint, "re-stored".to_owned()),
    };
    let (size, mode, owner) = match event.entry.map(|id| image.file_entry(id)) {
        Some(entry) => (
            human(
                stored.filter(|_| entry.is_dir()).unwrap_or(entry.size),
                units,
            ),
            entry.symbolic_mode(),
            format!("{}:{}", entry.uid, entry.gid),
        ),
        None => ("-".to_owned(), " ".repeat(10), String::new()),
    };
    let mut spans = vec![
        Span::styled(
            format!(" {}", text::right(&(event.layer.0 + 1).to_string(), 5)),
            theme.text,
        ),
        Span::styled(format!(" {} ", text::right(&size, 9)), style),
        Span::styled(
            format!("{mode} {} ", text::left(&owner, owners)),
            theme.faint,
        ),
        Span::styled(format!("{glyph} {what}"), style),
    ];
    let used: usize = spans.iter().map(Span::width).sum();
    let by = facts::instruction_in(image, &history.summary, event.layer);
    spans.push(Span::styled(
        format!("  {}", text::clip(&by, columns.saturating_sub(used + 2))),
        theme.faint,
    ));
    spans
}
