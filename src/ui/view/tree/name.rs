//! The name of a path in the tree: indentation, fold, name, the target of a link, the layers of a path outside the range.

use ratatui::text::Span;

use crate::analysis::Status;
use crate::escape;
use crate::image::{EntryKind, Image, LayerId, NodeId};
use crate::ui::loaded::summary::status_word;
use crate::ui::model::explore::Explore;
use crate::ui::pane::{RowPrefix, TreeRow};
use crate::ui::theme::Theme;
use crate::ui::wording::outline;

use crate::ui::view::tree::columns;
use crate::ui::view::{category, text};

/// The columns that the name of a deep path keeps; indentation takes the rest.
const DEEP_NAME: usize = 10;

/// Appends the name of a row to its cells: indentation, fold, name, then the link's target or the layers that have the path.
pub(super) fn push(
    explore: &Explore,
    theme: &Theme,
    row: TreeRow<NodeId>,
    width: usize,
    spans: &mut Vec<Span<'_>>,
) {
    let image = &explore.image;
    let entry = explore.tree.entry(image, row.path);
    let (_, style) = columns::style_of(explore, theme, row.path);
    let fold = match row.shape {
        RowPrefix::Leaf => "  ",
        RowPrefix::Closed => "▸ ",
        RowPrefix::Open => "▾ ",
    };
    let used: usize = spans.iter().map(Span::width).sum();
    let room = width.saturating_sub(used + text::width(fold));
    // Deep paths keep their names in view.
    let most = (width / 6).min(room.saturating_sub(DEEP_NAME) / 2);
    let indent = usize::from(row.depth).min(most) * 2;
    spans.push(Span::styled(format!("{:indent$}", ""), theme.faint));
    let content = explore.tree.selection();
    let content = content.and_then(|selection| selection.shown(row.path));
    let is_visible = match content {
        Some(content) => content.hidden.is_none(),
        None => explore.image.visible(row.path).is_some(),
    };
    let is_file = entry.is_some_and(|entry| entry.kind() == EntryKind::File);
    if is_file && is_visible && row.shape == RowPrefix::Leaf {
        spans.push(category::of(explore, theme, row.path));
        spans.push(Span::raw(" "));
    } else {
        spans.push(Span::styled(fold, theme.faint));
    }
    let room = room - indent;
    let status = explore.tree.comparison().status(row.path);
    let is_dir = explore.tree.is_dir(image, row.path);
    let is_plain = status == Status::Unmodified || explore.query().is_some();
    let mut look = if is_dir && is_plain {
        theme.folder
    } else {
        style
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
    let name = text::clip_name(&name, room).into_owned();
    let room = room.saturating_sub(text::width(&name));
    spans.push(Span::styled(name, look));
    let counted_at = explore.tree.counted_at(row.path);
    let target = entry.and_then(|entry| outline::target(image, entry, counted_at));
    if let Some(target) = target {
        spans.push(Span::styled(
            text::clip(&target, room).into_owned(),
            theme.faint.patch(theme.link),
        ));
    } else if let Some(last) = explore.tree.layer_outside_range(image, row.path) {
        let removed_by = explore.tree.comparison().removed_by(image, row.path);
        let words = layers(image, row.path, (last, removed_by), room);
        spans.extend(words.map(|words| Span::styled(words, theme.faint)));
    }
}

/// Returns the layers that have a path, in the longest form that fits, rather than with a truncated number.
fn layers(
    image: &Image,
    path: NodeId,
    (last, removed_by): (LayerId, Option<LayerId>),
    room: usize,
) -> Option<String> {
    let events = image.timeline.events(path).iter();
    let layers = events.filter(|event| event.entry.is_some());
    let layers: Vec<String> = layers.map(|it| (it.layer.0 + 1).to_string()).collect();
    let last = last.0 + 1;
    let removed = removed_by.map_or_else(String::new, |by| {
        format!(", {} in layer {}", status_word(Status::Removed), by.0 + 1)
    });
    let words = match layers.len() {
        0 | 1 => vec![
            format!("  absent here, in layer {last}{removed}"),
            format!("  in layer {last}{removed}"),
            format!("  absent here, in layer {last}"),
            format!("  in layer {last}"),
            format!("  L{last}"),
        ],
        many => vec![
            format!("  absent here, in layers {}{removed}", layers.join(", ")),
            format!("  absent here, in layers {}", layers.join(", ")),
            format!("  in layers {}", layers.join(", ")),
            format!("  in {many} layers"),
            format!("  L{last}, …"),
        ],
    };
    words.into_iter().find(|words| text::width(words) <= room)
}
