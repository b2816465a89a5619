//! The map of a comparison: a rectangle is as large as the bytes that differ, in the colour of a smaller or a larger image.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::bytes::{self, human, signed};
use crate::compare::{RowId, Side};
use crate::escape;
use crate::ui::compare::{Compare, CompareAreas};
use crate::ui::model::Model;
use crate::ui::pane::Tile;
use crate::ui::theme::Theme;

use crate::ui::view::map::{MapStyle, label, rectangles};
use crate::ui::view::{frame, text};

/// Draws the rectangles and the line about the selected one.
pub(super) fn draw(
    compare: &Compare,
    model: &Model,
    theme: &Theme,
    areas: &CompareAreas,
    buffer: &mut Buffer,
) {
    let units = model.options.units;
    // What is left of a folder has no sum of its own.
    let delta = |tile: &Tile<RowId>| match tile.rest {
        0 => compare.delta(tile.node),
        _ => 0,
    };
    let look = MapStyle {
        map: &compare.front.map,
        fill: &|tile| theme.delta_fill(delta(tile)),
        letter: &|tile| match delta(tile) {
            0 => "±",
            1.. => "+",
            _ => "−",
        },
        words: &|tile| {
            let path = compare.comparison.path(compare.both(), tile.node);
            let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
            let bytes = match tile.rest {
                0 => signed(delta(tile), units),
                _ => format!("±{}", human(tile.bytes, units)),
            };
            [label(tile, &escape::name(name)), bytes]
        },
        has_colours: theme.has_colours,
    };
    let cells = areas.map_cells();
    rectangles(&look, cells, buffer);
    let below = Rect {
        y: cells.bottom(),
        height: 1.min(areas.files.height),
        ..cells
    };
    let words = match compare.front.map.selected() {
        None if compare.is_filtered() => {
            Line::styled("no bytes differ at paths that pass the filter", theme.faint)
        }
        None => Line::styled("no bytes differ", theme.faint),
        Some(tile) => status(compare, model, theme, tile, usize::from(cells.width)),
    };
    frame::line(below, 0, &words, buffer);
    let legend_words = format!(
        " area: bytes that differ at a path · {}: larger or smaller{} ",
        if theme.has_colours {
            "colour and sign"
        } else {
            "sign"
        },
        compare.comparison.scope(),
    );
    frame::legend(&[&legend_words], theme, areas.files, buffer);
}

/// Returns a rectangle in words: before, after, the difference and its share, and the path.
fn status<'a>(
    compare: &Compare,
    model: &Model,
    theme: &Theme,
    tile: &Tile<RowId>,
    columns: usize,
) -> Line<'a> {
    let units = model.options.units;
    let path = escape::name(&compare.comparison.path(compare.both(), tile.node)).into_owned();
    let total = compare.differing(compare.front.map.root());
    let share = format!("{} of the map", bytes::share(tile.bytes, total));
    let (words, style) = if tile.rest == 0 {
        let [from, to] = Side::BOTH.map(|side| compare.amount(tile.node, side).bytes(units));
        let delta = compare.delta(tile.node);
        let words = format!(" {from} → {to}  {}  {share}  ", signed(delta, units));
        (words, theme.delta(delta))
    } else {
        let entries = crate::bytes::count(tile.rest as u64, "small entry", "small entries");
        let words = format!(" {entries}, ±{}  {share}  ", human(tile.bytes, units));
        (words, theme.text)
    };
    let room = columns.saturating_sub(text::width(&words));
    Line::from(vec![
        Span::styled(words, style),
        Span::styled(text::clip_start(&path, room).into_owned(), theme.title),
    ])
}
