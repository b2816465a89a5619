//! Draws the model: one file per pane, each a function of borrowed values. Does not change the model and derives no rows: `update` does.

mod action_list;
mod category;
mod compare;
mod dialog;
mod diff;
mod explore_header;
mod files;
mod fleet;
mod footer;
mod frame;
mod help;
mod history;
mod input;
mod layer_details;
mod layers;
mod loading;
mod map;
mod overview;
mod packages;
mod picker;
mod progress;
mod query;
mod savings;
mod selection_details;
mod stripe;
mod tabs;
mod text;
mod tree;
mod viewer;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Clear, Widget};

use crate::ui::layout;
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::View;
use crate::ui::theme::Theme;

/// Draws the model.
pub fn view(model: &Model, frame: &mut Frame) {
    let options = &model.options;
    let colours = &options.colours;
    let theme = Theme::of(options.theme, options.terminal, options.no_color, colours);
    let buffer = frame.buffer_mut();
    // A resize may be on its way: never draw outside what there is.
    let screen = buffer.area;
    if layout::is_too_small(model.size)
        || screen.width < model.size.width
        || screen.height < model.size.height
    {
        too_small(screen, buffer);
        return;
    }
    match &model.screen {
        Screen::Picker(pick) => picker::draw(pick, model, &theme, buffer),
        Screen::Loading(loading) => loading::draw(loading, model, &theme, buffer),
        Screen::LoadingTwo(both) => loading::draw_two(both, model, &theme, buffer),
        Screen::Compare(compare) => compare::draw(compare, model, &theme, buffer),
        Screen::Fleet(fleet) => fleet::draw(fleet, model, &theme, buffer),
        Screen::Explore(explore) => {
            explore_header::draw(explore, &theme, model.areas.header, buffer);
            stripe::draw(explore, model, &theme, buffer);
            layers::draw(explore, model, &theme, buffer);
            layer_details::draw(explore, &theme, buffer);
            tabs::draw(explore, model, &theme, buffer);
            selection_details::draw(explore, model.options.units, &theme, buffer);
            match explore.view {
                View::Tree => tree::draw(explore, model, &theme, buffer),
                View::Files => files::draw(explore, model, &theme, buffer),
                View::Overview => {
                    overview::draw(explore, model, &theme, buffer);
                }
                View::Map => map::draw(explore, model, &theme, buffer),
                View::Tabs => {}
            }
        }
    }
    if let Some(overlay) = &model.overlay {
        draw_overlay(overlay, model, &theme, buffer);
    }
    if let Some(list) = &model.help {
        let (area, rows) = (model.areas.help, model.areas.help_rows());
        frame::dim(screen, &theme, buffer);
        Clear.render(area, buffer);
        help::draw(list, &theme, (area, rows), buffer);
    }
    footer::draw(model, &theme, model.areas.footer, buffer);
}

/// Draws the overlay.
fn draw_overlay(overlay: &Overlay, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let area = model.overlay_areas.area;
    frame::dim(buffer.area, theme, buffer);
    Clear.render(area, buffer);
    match overlay {
        Overlay::Viewer(viewer) => viewer::draw(viewer, model, theme, area, buffer),
        Overlay::Diff(shown) => diff::draw(shown, model, theme, area, buffer),
        Overlay::Destination(prompt) => {
            dialog::destination(prompt, model, theme, area, buffer);
        }
        Overlay::Prompt(asking) => dialog::prompt(asking, model, theme, area, buffer),
        Overlay::Extracting(going) => dialog::extracting(going, model, theme, area, buffer),
        Overlay::Actions(list) => action_list::draw(list, model, theme, area, buffer),
        Overlay::History(history) => history::draw(history, model, theme, area, buffer),
    }
}

fn too_small(area: Rect, buffer: &mut Buffer) {
    let least = layout::MIN_SIZE;
    let lines = [
        "too small".to_owned(),
        format!("{}×{} needed", least.width, least.height),
    ];
    for (line, y) in lines.into_iter().zip(area.y..area.bottom()) {
        Line::raw(line).render(
            Rect {
                y,
                height: 1,
                ..area
            },
            buffer,
        );
    }
}
