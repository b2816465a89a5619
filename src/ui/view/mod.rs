//! The model on the screen: one file a pane, all of them functions of borrowed values. Nothing here changes the model or derives rows; what is
//! costly was worked out when the model changed.

mod compare;
mod details;
mod dialog;
mod diff;
mod files;
mod frame;
mod header;
mod help;
mod history;
mod layers;
mod loading;
mod outline;
mod packages;
mod picker;
mod progress;
mod savings;
mod selected;
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
use crate::ui::theme::Theme;

/// Draws the model.
pub fn view(model: &Model, frame: &mut Frame) {
    let options = &model.options;
    let theme = Theme::of(options.theme, options.terminal, options.no_color);
    let buffer = frame.buffer_mut();
    // A resize may be on its way: never draw outside what there is.
    let whole = buffer.area;
    if layout::is_too_small(model.size)
        || whole.width < model.size.width
        || whole.height < model.size.height
    {
        too_small(whole, buffer);
        return;
    }
    match &model.screen {
        Screen::Picker(pick) => picker::draw(pick, model, &theme, buffer),
        Screen::Loading(loading) => loading::draw(loading, model, &theme, buffer),
        Screen::LoadingTwo(both) => loading::draw_two(both, model, &theme, buffer),
        Screen::Compare(compare) => {
            let areas = crate::ui::compare::areas(model.size, compare);
            compare::draw(compare, model, &theme, &areas, buffer);
            files::draw(compare, model, &theme, &areas, buffer);
        }
        Screen::Explore(explore) => {
            let areas = layout::areas(model.size, explore);
            header::header(explore, model, &theme, areas.header, buffer);
            layers::draw(explore, model, &theme, &areas, buffer);
            details::draw(explore, model, &theme, &areas, buffer);
            tabs::draw(explore, model, &theme, &areas, buffer);
            tree::draw(explore, model, &theme, &areas, buffer);
        }
    }
    if let Some(overlay) = &model.overlay {
        over(overlay, model, &theme, buffer);
    }
    if let Some(top) = model.help {
        let area = layout::overlay::help(model.size);
        Clear.render(area, buffer);
        help::draw(top, model, &theme, area, buffer);
    }
    header::footer(model, &theme, whole_footer(model), buffer);
}

/// Draws what lies over the screen.
fn over(overlay: &Overlay, model: &Model, theme: &Theme, buffer: &mut Buffer) {
    let area = layout::overlay::area(model);
    Clear.render(area, buffer);
    match (overlay, &model.screen) {
        (Overlay::Viewer(viewer), _) => viewer::draw(viewer, model, theme, area, buffer),
        (Overlay::Diff(shown), _) => diff::draw(shown, model, theme, area, buffer),
        (Overlay::Destination(asked), _) => dialog::destination(asked, model, theme, area, buffer),
        (Overlay::Prompt(asking), _) => dialog::prompt(asking, model, theme, area, buffer),
        (Overlay::Extracting(going), _) => dialog::extracting(going, model, theme, area, buffer),
        (Overlay::History(history), Screen::Explore(explore)) => {
            history::draw(history, explore, model, theme, area, buffer);
        }
        (Overlay::History(_), _) => {}
    }
}

fn whole_footer(model: &Model) -> Rect {
    Rect::new(0, model.size.height.saturating_sub(1), model.size.width, 1)
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
