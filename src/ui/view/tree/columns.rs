//! The columns beside the names: permissions, owner, size, bar, status. `layout::tree_columns` decides which of them fit.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::analysis::Status;
use crate::bytes::human;
use crate::image::{Entry, EntryKind, NodeId};
use crate::ui::layout::TreeColumns;
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::pane::TreeRow;
use crate::ui::theme::Theme;
use crate::ui::wording::facts;

use crate::ui::view::text;

/// Returns the column heads.
pub(super) fn heads(columns: &TreeColumns) -> String {
    let mut heads = String::new();
    if columns.permissions {
        heads.push_str("Permission ");
    }
    if columns.owner > 0 {
        heads.push_str(&text::left("Owner", columns.owner + 1));
    }
    heads.push_str(&text::right("Size", columns.size));
    if columns.bar > 0 {
        heads.push_str(&" ".repeat(columns.bar + 1));
    }
    heads.push_str("   Name");
    heads
}

/// Returns the cells of a row, up to the status.
pub(super) fn cells<'a>(
    explore: &Explore,
    model: &Model,
    theme: &Theme,
    columns: &TreeColumns,
    row: TreeRow<NodeId>,
) -> Vec<Span<'a>> {
    let image = &explore.image;
    let entry = explore.tree.entry(image, row.path);
    let (glyph, style) = style_of(explore, theme, row.path);
    let total_bytes = explore.tree.listed_bytes();
    let mut spans = Vec::with_capacity(8);
    if columns.permissions {
        let mut attributes = entry.map_or_else(|| " ".repeat(10), Entry::symbolic_mode);
        attributes.push(' ');
        if columns.owner > 0 {
            let owner = entry.map(|entry| format!("{}:{}", entry.uid, entry.gid));
            attributes.push_str(&text::left(&owner.unwrap_or_default(), columns.owner + 1));
        }
        spans.push(Span::styled(attributes, theme.faint));
    }
    let size = match entry {
        None if explore.tree.selection().is_none() => String::new(),
        None => explore.folder_sum(row.weight).bytes(model.options.units),
        Some(_) if explore.tree.counted_at(row.path).is_some() => "-".to_owned(),
        Some(entry) if entry.is_dir() => explore.folder_sum(row.weight).bytes(model.options.units),
        Some(entry) if entry.kind() == EntryKind::File || row.weight > 0 => {
            human(row.weight, model.options.units)
        }
        Some(_) => "-".to_owned(),
    };
    spans.push(Span::styled(text::right(&size, columns.size), style));
    if columns.bar > 0 {
        let bar = text::bar(row.weight, total_bytes.max(1), columns.bar);
        spans.push(Span::styled(format!(" {bar}"), theme.bar));
    }
    spans.push(Span::styled(format!(" {glyph} "), style));
    spans
}

/// Returns the glyph and the style of a path: its status, or under a query why what is selected there is hidden.
pub(super) fn style_of(explore: &Explore, theme: &Theme, node: NodeId) -> (&'static str, Style) {
    let Some(selection) = explore.selection() else {
        return status_look(theme, explore.tree.comparison().status(node));
    };
    match selection.hidden_at(node) {
        Some(kind) => (facts::hidden_kind(kind).0, theme.faint),
        None => (" ", theme.text),
    }
}

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
