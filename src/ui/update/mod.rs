//! Applies a message to the model. Pure: no input or output, no clock, no waiting; work for the shell is returned as an [`Effect`].

mod action_list;
mod actions;
mod arrange;
mod compare;
mod copy;
mod details;
mod files;
mod fleet;
mod help;
mod mouse;
mod outline;
mod overlay;
mod picker;
mod prompt;
mod queries;
mod screens;
mod texts;
mod views;

use crate::image::Image;
use crate::ui::bindings;
use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::loaded::ticket::LoadId;
use crate::ui::model::effect::Effect;
use crate::ui::model::explore::Explore;
use crate::ui::model::message::{LoadUpdate, Msg};
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::Edit;

/// Applies a message and returns work for the shell, if any.
#[must_use]
pub fn update(model: &mut Model, msg: Msg) -> Option<Effect> {
    clear_outdated(model, &msg);
    let effect = match msg {
        Msg::Resize(size) => {
            model.size = size;
            None
        }
        Msg::Do(action) => act(model, action),
        Msg::Unbound(key) => {
            model.notice = Some(bindings::unbound(model, key));
            None
        }
        Msg::Edit(edit) => {
            edit_input(model, edit);
            None
        }
        Msg::Mouse(mouse) => mouse::mouse(model, mouse),
        Msg::Load(load, update) => {
            take_update(model, load, update);
            None
        }
        Msg::FileContent(ticket, answer) => {
            overlay::content(model, ticket, answer);
            None
        }
        Msg::Program(..) | Msg::Colouring(..) | Msg::DiffColouring(..) => {
            overlay::more(model, msg);
            None
        }
        Msg::RereadProgress(ticket, again) => {
            overlay::reads_again(model, ticket, again);
            None
        }
        Msg::SearchHits(ticket, answer) => overlay::found(model, ticket, answer),
        Msg::Diff(ticket, answer) => {
            overlay::differs(model, ticket, answer);
            None
        }
        Msg::ExtractProgress(ticket, bytes) => {
            overlay::written(model, ticket, bytes);
            None
        }
        Msg::Extracted(ticket, answer) => {
            overlay::extracted(model, ticket, answer);
            None
        }
        Msg::Compared(images, comparison, summaries) => {
            compare::arrived(model, images, comparison, summaries);
            None
        }
        Msg::Fleet(facts) => {
            fleet::arrived(model, facts);
            None
        }
        Msg::ComparisonExtras(images, extras) => {
            screens::share_extras(model, &images, &extras);
            None
        }
        Msg::ContentComparison(images, content) => {
            screens::share_content(model, &images, &content);
            None
        }
        Msg::Completed(typed, completed, names) => {
            prompt::completed(model, &typed, &completed, &names);
            None
        }
        Msg::Reported(answer) => {
            prompt::reported(model, answer);
            None
        }
        Msg::Pick(picker) => {
            picker::open(model, *picker);
            None
        }
        Msg::CompareFailed(why) => {
            prompt::not_compared(model, &why);
            None
        }
        Msg::Computed(ticket, computed) => {
            queries::answer(model, ticket, *computed);
            None
        }
        Msg::Error(why) => {
            model.notice = Some(why.one_line());
            None
        }
        Msg::Continue => {
            resume(model);
            None
        }
    };
    if model.overlay.is_none() {
        model.reread = None;
    }
    arrange::arrange(model);
    let effect = effect
        .or_else(|| queries::request(model))
        .or_else(|| files::preview(model));
    model.footer = bindings::footer(model);
    effect
}

/// Returns whether a message is shown and `esc` would clear a filter: then it clears the message alone. A filter that hides everything is cleared at
/// once: messages are about that.
fn is_message_above_filter(model: &Model) -> bool {
    let has_lines = match &model.screen {
        Screen::Explore(explore) => explore.tree.lines.selected().is_some(),
        Screen::Compare(compare) => compare.front.files.selected().is_some(),
        Screen::Fleet(fleet) => !fleet.front.is_empty(),
        _ => false,
    };
    model.notice.is_some() && has_lines && model.contexts().first() == Some(&Context::Filtered)
}

/// Clears the notice that the last key left, and the progress of a read that has ended.
fn clear_outdated(model: &mut Model, msg: &Msg) {
    let is_esc = matches!(msg, Msg::Do(Action::Escape));
    let is_key = matches!(msg, Msg::Do(_) | Msg::Edit(_) | Msg::Unbound(_));
    if is_key && !(is_esc && is_message_above_filter(model)) {
        model.notice = None;
    }
    if matches!(
        msg,
        Msg::FileContent(..) | Msg::SearchHits(..) | Msg::Diff(..) | Msg::Extracted(..)
    ) {
        model.reread = None;
    }
}

/// Continues work that takes several steps.
fn resume(model: &mut Model) {
    match &mut model.screen {
        Screen::Explore(explore) => explore.tree.resume(&explore.image),
        Screen::Compare(compare) => compare.with_files(|lines, pair| lines.resume(pair)),
        _ => {}
    }
}

/// Runs an action.
fn act(model: &mut Model, action: Action) -> Option<Effect> {
    match action {
        Action::Quit if model.is_incomplete() => return Some(Effect::CancelLoad),
        Action::Quit => return Some(Effect::Quit),
        Action::Suspend => return Some(Effect::Suspend),
        _ => {}
    }
    if model.help.is_some() {
        help::act(model, action);
        return None;
    }
    if action == Action::Escape && is_message_above_filter(model) {
        model.notice = None;
        return None;
    }
    if action == Action::Back {
        screens::back(model);
        return None;
    }
    if let Some(why) = bindings::disabled_reason(model, action) {
        model.notice = Some(why.into_owned());
        return None;
    }
    if action == Action::Copy {
        return copy::selection(model);
    }
    if model.overlay.is_some() {
        return overlay::act(model, action);
    }
    match action {
        Action::Actions => {
            action_list::open(model);
            return None;
        }
        Action::CopyCommand => return copy::command(model),
        _ => {}
    }
    match &mut model.screen {
        Screen::Picker(_) => picker::act(model, action),
        Screen::Compare(_) => compare::act(model, action),
        Screen::Fleet(_) => {
            fleet::act(model, action);
            None
        }
        Screen::Loading(_) | Screen::LoadingTwo(_) => match action {
            Action::Escape => Some(Effect::CancelLoad),
            Action::Help => {
                help::open(model);
                None
            }
            _ => None,
        },
        Screen::Explore(_) => actions::act(model, action),
    }
}

/// Returns the notice for an action that is not one of the focused screen. No key of the table is bound to such an action; a test checks that.
fn unhandled(action: Action) -> String {
    format!("`{}` does nothing here", action.name())
}

/// Edits the line being typed.
fn edit_input(model: &mut Model, edit: Edit) {
    match (&mut model.overlay, &mut model.screen) {
        (Some(Overlay::Viewer(viewer)), _) => {
            if let Some(line) = &mut viewer.typing {
                line.apply(edit);
            }
        }
        (Some(Overlay::Destination(destination)), _) => destination.line.apply(edit),
        (Some(Overlay::Prompt(prompt)), _) => prompt.line.apply(edit),
        (Some(Overlay::Actions(list)), _) => list.edit(edit),
        (None, Screen::Picker(pick)) => pick.edit(edit),
        (None, Screen::Fleet(screen)) => fleet::edit(screen, edit),
        (None, Screen::Explore(explore)) => {
            let Explore {
                image,
                tree,
                typing,
                ..
            } = &mut **explore;
            if let Some(query) = typing {
                tree.with(image, |lines, paths| {
                    outline::edit(query, lines, paths, edit);
                });
            }
        }
        (None, Screen::Compare(compare)) => {
            if let Some(mut query) = compare.typing.take() {
                compare.with_files(|lines, pair| outline::edit(&mut query, lines, pair, edit));
                compare.typing = Some(query);
            }
        }
        _ => {}
    }
}

/// Applies a report of a loader thread; reports of an earlier load are dropped.
fn take_update(model: &mut Model, load: LoadId, update: LoadUpdate) {
    let two = matches!(model.screen, Screen::LoadingTwo(_)) || prompt::is_pending(model);
    if load != model.load && !two {
        return;
    }
    let loading = match &mut model.screen {
        Screen::LoadingTwo(both) if load == LoadId::AFTER => Some(&mut both.after),
        Screen::LoadingTwo(both) => Some(&mut both.before),
        Screen::Loading(loading) => Some(loading),
        Screen::Explore(_) if load == LoadId::AFTER => prompt::loading(&mut model.overlay),
        // A side of a comparison is loaded: this is about another image.
        Screen::Explore(_) if !model.behind.is_empty() => return,
        Screen::Explore(explore) => explore.loading.as_mut(),
        Screen::Picker(_) | Screen::Compare(_) | Screen::Fleet(_) => None,
    };
    let update = match update {
        LoadUpdate::Progress(progress, elapsed) => {
            return loading.map_or((), |it| it.apply(progress, elapsed));
        }
        LoadUpdate::Elapsed(elapsed) => return loading.map_or((), |it| it.set_elapsed(elapsed)),
        update => update,
    };
    match (update, &mut model.screen) {
        // Nothing is loaded before an image is picked.
        (_, Screen::Picker(_) | Screen::LoadingTwo(_) | Screen::Compare(_) | Screen::Fleet(_))
        | (LoadUpdate::Progress(..) | LoadUpdate::Elapsed(_), _)
        | (LoadUpdate::Extras(_) | LoadUpdate::Content(_), Screen::Loading(_)) => {}
        (LoadUpdate::Partial(image, summary), Screen::Loading(loading)) => {
            if image.layers.iter().all(|layer| !layer.read) {
                return;
            }
            let mut loading = std::mem::take(loading);
            loading.arrived(&image);
            model.screen = Screen::Explore(Box::new(Explore::new(
                image,
                summary,
                Some(loading),
                &model.options.start,
            )));
        }
        (LoadUpdate::Partial(image, summary), Screen::Explore(explore)) => {
            // A late one has no more layers.
            if let Some(loading) = &mut explore.loading
                && read(&image) > read(&explore.image)
            {
                loading.arrived(&image);
                explore.replace(image, summary);
                drop_history(&mut model.overlay);
            }
        }
        (LoadUpdate::Extras(extras), Screen::Explore(explore)) => explore.set_extras(extras),
        (LoadUpdate::Content(content), Screen::Explore(explore)) => {
            explore.set_content(content);
            overlay::update_owner(&mut model.overlay, explore);
        }
        (LoadUpdate::Loaded(image, summary), Screen::Loading(_)) => {
            model.screen = Screen::Explore(Box::new(Explore::new(
                image,
                summary,
                None,
                &model.options.start,
            )));
        }
        (LoadUpdate::Loaded(image, summary), Screen::Explore(explore)) => {
            explore.loading = None;
            explore.replace(image, summary);
            drop_history(&mut model.overlay);
        }
    }
}

/// Returns how many layers are loaded.
fn read(image: &Image) -> usize {
    image.layers.iter().filter(|layer| layer.read).count()
}

/// Closes overlays that refer to paths of a replaced image.
fn drop_history(overlay: &mut Option<Overlay>) {
    let lasts =
        |overlay: &mut Overlay| matches!(overlay, Overlay::Viewer(viewer) if viewer.file.is_none());
    *overlay = overlay.take_if(lasts);
}
