//! The image to scale: one segment for each layer, coloured by category, the selected layer highlighted; below it the names of the layers, if a line is free.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

use crate::analysis::{Category, layer_size};
use crate::image::LayerId;
use crate::ui::layout::stripe::apportion;
use crate::ui::model::Model;
use crate::ui::model::explore::Explore;
use crate::ui::theme::Theme;
use crate::ui::wording::facts;

use crate::ui::view::text;

/// The least columns of a segment that has a name.
const NAMED: u16 = 8;

/// Draws the stripe: the segments of all layers and their names.
pub(super) fn draw(explore: &Explore, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let areas = &explore.areas;
    let cells = areas.stripe_cells();
    if cells.is_empty() {
        return;
    }
    let mut x = cells.x;
    for (layer, &share) in explore.image.layer_ids().zip(&explore.stripe) {
        let segment = Rect {
            x,
            width: share,
            height: 1,
            ..cells
        };
        x += share;
        let is_lit = explore.layer() == Some(layer);
        categories(explore, theme, (layer, is_lit), segment, buffer);
        if cells.height > 1 && share >= NAMED {
            let below = Rect {
                y: cells.y + 1,
                ..segment
            };
            let size = layer_size(explore.image.layer(layer), model.options.units);
            let instruction = facts::instruction(explore, layer);
            let name = format!("{} {size} {instruction}", layer.0 + 1);
            let columns = usize::from(share).saturating_sub(1);
            let style = if is_lit { theme.title } else { theme.faint };
            Line::styled(text::clip(&name, columns).into_owned(), style).render(below, buffer);
        }
    }
}

/// Draws the segment of a layer: full cells when it is lit, else half ones. Without colours the letters of the categories, in capitals when it is lit.
fn categories(
    explore: &Explore,
    theme: &Theme,
    (layer, is_lit): (LayerId, bool),
    segment: Rect,
    buffer: &mut Buffer,
) {
    let content = explore.content.ready();
    let bytes = content.and_then(|content| {
        let layers = &content.content_analysis.categories.layers;
        layers.get(layer.index())
    });
    let mut symbols = Vec::with_capacity(usize::from(segment.width));
    if let Some(bytes) = bytes {
        // The largest first, so that colours have the same order in every segment.
        let mut order = Category::ALL;
        order.sort_by_key(|category| std::cmp::Reverse(bytes[*category as usize]));
        let shares = apportion(
            &order.map(|category| bytes[category as usize]),
            segment.width,
        );
        for (category, share) in order.into_iter().zip(shares) {
            let look = theme.category(category);
            for at in 0..share {
                symbols.push(match (theme.has_colours, is_lit) {
                    (true, true) if at == share / 2 && share > 2 => (look.letter, look.fill),
                    (true, true) => ("█", look.bar),
                    (true, false) => ("▄", look.bar),
                    (false, true) => (look.letter, theme.title),
                    (false, false) => (look.letter, theme.faint),
                });
            }
        }
    }
    let unknown = if is_lit { "█" } else { "▄" };
    symbols.resize(usize::from(segment.width), (unknown, theme.bar));
    for ((symbol, style), x) in symbols.into_iter().zip(segment.left()..) {
        if let Some(cell) = buffer.cell_mut((x, segment.y)) {
            cell.set_symbol(symbol).set_style(style);
        }
    }
}
