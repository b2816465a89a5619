//! What there is to say of a path beside its name: the look of its status, the line about the selected one.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::analysis::Status;
use crate::escape;
use crate::ui::explore::Explore;
use crate::ui::known::status_word;
use crate::ui::made;
use crate::ui::theme::Theme;

use super::text;

/// The columns of a path that words about it leave free.
const PATH: usize = 8;

/// Returns the glyph and the style of a status.
pub(super) fn status_look(theme: &Theme, status: Status) -> (&'static str, Style) {
    match status {
        Status::Absent => ("·", theme.faint),
        Status::Unmodified => (" ", theme.text),
        Status::Added => ("+", theme.added),
        Status::Removed => ("−", theme.removed),
        Status::Modified(_) => ("~", theme.modified),
    }
}

/// Returns what there is to say of the selected path: what changed, which layer shows it, where it is in full.
pub(super) fn line<'a>(explore: &Explore, theme: &Theme, columns: usize) -> Vec<Span<'a>> {
    let Some(row) = explore.tree.lines.selected() else {
        return Vec::new();
    };
    let (image, comparison) = (&explore.image, explore.tree.comparison());
    let status = comparison.status(row.path);
    let (glyph, style) = status_look(theme, status);
    let mut said = format!(" {glyph} {}", status_word(status));
    if let Status::Modified(what) = status {
        let names: Vec<_> = what.names().collect();
        said = match names[..] {
            ["below"] => format!(" {glyph} changed below"),
            _ => format!("{said}: {}", names.join(", ")),
        };
    }
    let events = image.timeline.of(row.path);
    if status == Status::Absent {
        let places: Vec<String> = events
            .iter()
            .map(|event| {
                let verb = if event.entry.is_some() {
                    "in"
                } else {
                    "removed in"
                };
                format!("{verb} layer {}", event.layer.0 + 1)
            })
            .collect();
        said = format!("{said}: {}", places.join(", "));
    } else if let Some(layer) = comparison.removed_by(image, row.path) {
        said = format!("{said} in layer {}", layer.0 + 1);
    } else if let Some((layer, _)) = comparison.source(image, row.path) {
        said = format!("{said} · layer {}", layer.0 + 1);
    }
    let path = escape::name(&image.tree.path(row.path)).into_owned();
    // What is told of the bytes needs less room than a path whose end matters.
    let left = text::width(&path).min(PATH);
    for words in made::short(explore, row.path) {
        if text::width(&said) + text::width(&words) + 5 + left <= columns {
            said = format!("{said} · {words}");
        }
    }
    said.push_str("  ");
    let said = text::clip(&said, columns).into_owned();
    let room = columns.saturating_sub(text::width(&said));
    vec![
        Span::styled(said, style),
        Span::styled(text::clip_start(&path, room).into_owned(), theme.faint),
    ]
}
