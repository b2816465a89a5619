//! What a message does to the model. Pure: no reading, no writing, no clock, no waiting; what the world has to do comes back as an [`Effect`].

mod actions;
mod compare;
mod details;
mod files;
mod help;
mod mouse;
mod outline;
mod overlay;
mod packages;
mod picker;
mod prompt;

use crate::image::Image;
use crate::ui::keys::availability;
use crate::ui::layout;
use crate::ui::model::explore::Explore;
use crate::ui::model::message::{Action, Effect, LoadId, Msg, News};
use crate::ui::model::overlay::Overlay;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::Edit;

/// Takes a message and returns what the shell has to do, if anything.
#[must_use]
pub fn update(model: &mut Model, msg: Msg) -> Option<Effect> {
    if matches!(msg, Msg::Do(_) | Msg::Edit(_) | Msg::Unbound(_)) {
        model.notice = None;
    }
    if matches!(
        msg,
        Msg::Content(..) | Msg::Found(..) | Msg::Differs(..) | Msg::Extracted(..)
    ) {
        model.again = None;
    }
    let effect = match msg {
        Msg::Resize(size) => {
            model.size = size;
            None
        }
        Msg::Do(action) => act(model, action),
        Msg::Unbound(key) => {
            model.notice = Some(availability::unbound(model, key));
            None
        }
        Msg::Edit(edit) => {
            type_(model, edit);
            None
        }
        Msg::Mouse(mouse) => mouse::mouse(model, mouse),
        Msg::Load(load, news) => {
            take_news(model, load, news);
            None
        }
        Msg::Content(ticket, answer) => {
            overlay::content(model, ticket, answer);
            None
        }
        Msg::Again(ticket, again) => {
            let waits = model.overlay.as_ref().and_then(Overlay::ticket);
            if waits == Some(ticket) {
                model.again = Some(again);
            }
            None
        }
        Msg::Found(ticket, answer) => overlay::found(model, ticket, answer),
        Msg::Differs(ticket, answer) => {
            overlay::differs(model, ticket, answer);
            None
        }
        Msg::Written(ticket, bytes) => {
            overlay::written(model, ticket, bytes);
            None
        }
        Msg::Extracted(ticket, answer) => {
            overlay::extracted(model, ticket, answer);
            None
        }
        Msg::Compared(images, comparison) => {
            compare::arrived(model, images, comparison);
            None
        }
        Msg::Asides(images, asides) => {
            if let Screen::Compare(compare) = &mut model.screen {
                compare.take(&images, *asides);
            }
            None
        }
        Msg::ContentComparison(images, told) => {
            if let Screen::Compare(compare) = &mut model.screen {
                compare.tell_of(&images, told);
            }
            None
        }
        Msg::Reported(answer) => {
            prompt::reported(model, answer);
            None
        }
        Msg::NotCompared(why) => {
            prompt::not_compared(model, why);
            None
        }
        Msg::Trouble(text) => {
            model.notice = Some(text);
            None
        }
        Msg::GoOn => {
            match &mut model.screen {
                Screen::Explore(explore) => explore.tree.go_on(&explore.image),
                Screen::Compare(compare) => compare.with_files(|lines, pair| lines.go_on(pair)),
                _ => {}
            }
            None
        }
    };
    if model.overlay.is_none() {
        model.again = None;
    }
    fit(model);
    effect
}

/// Does what a key or a click means.
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
    if let Some(why) = availability::why_not(model, action) {
        model.notice = Some(why.into_owned());
        return None;
    }
    if model.overlay.is_some() {
        return overlay::act(model, action);
    }
    match &mut model.screen {
        Screen::Pick(_) => picker::act(model, action),
        Screen::Compare(_) => compare::act(model, action),
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

/// Changes the line being typed.
fn type_(model: &mut Model, edit: Edit) {
    match (&mut model.overlay, &mut model.screen) {
        (Some(Overlay::Viewer(viewer)), _) => {
            if let Some(line) = &mut viewer.typing {
                line.apply(edit);
            }
        }
        (Some(Overlay::Destination(destination)), _) => destination.line.apply(edit),
        (Some(Overlay::Asking(asking)), _) => asking.line.apply(edit),
        (None, Screen::Pick(pick)) => pick.edit(edit),
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

/// Takes news of a load; news of another load is refused.
fn take_news(model: &mut Model, load: LoadId, news: News) {
    let two = matches!(model.screen, Screen::LoadingTwo(_)) || prompt::waits(model);
    if load != model.load && !two {
        return;
    }
    let loading = match &mut model.screen {
        Screen::LoadingTwo(both) if load == LoadId::AFTER => Some(&mut both.after),
        Screen::LoadingTwo(both) => Some(&mut both.before),
        Screen::Loading(loading) => Some(loading),
        Screen::Explore(_) if load == LoadId::AFTER => prompt::coming(&mut model.overlay),
        Screen::Explore(explore) => explore.coming.as_mut(),
        Screen::Pick(_) | Screen::Compare(_) => None,
    };
    let news = match news {
        News::Progress(progress, elapsed) => {
            return loading.map_or((), |it| it.take(progress, elapsed));
        }
        News::Time(elapsed) => return loading.map_or((), |it| it.pass(elapsed)),
        news => news,
    };
    match (news, &mut model.screen) {
        // Nothing is loaded before something is picked.
        (_, Screen::Pick(_) | Screen::LoadingTwo(_) | Screen::Compare(_))
        | (News::Progress(..) | News::Time(_), _)
        | (News::Aside(_) | News::LoadState(_), Screen::Loading(_)) => {}
        (News::Partial(image, known), Screen::Loading(loading)) => {
            if image.layers.iter().all(|layer| !layer.read) {
                return;
            }
            let mut coming = std::mem::take(loading);
            coming.arrived(&image);
            model.screen = Screen::Explore(Box::new(Explore::new(
                image,
                known,
                Some(coming),
                &model.options.start,
            )));
        }
        (News::Partial(image, known), Screen::Explore(explore)) => {
            // Late ones say nothing new.
            if let Some(coming) = &mut explore.coming
                && read(&image) > read(&explore.image)
            {
                coming.arrived(&image);
                explore.replace(image, known);
                drop_history(&mut model.overlay);
            }
        }
        (News::Aside(aside), Screen::Explore(explore)) => explore.aside = Some(*aside),
        (News::LoadState(telling), Screen::Explore(explore)) => explore.tell(telling),
        (News::Loaded(image, known), Screen::Loading(_)) => {
            model.screen = Screen::Explore(Box::new(Explore::new(
                image,
                known,
                None,
                &model.options.start,
            )));
        }
        (News::Loaded(image, known), Screen::Explore(explore)) => {
            explore.coming = None;
            explore.replace(image, known);
            drop_history(&mut model.overlay);
        }
    }
}

/// Returns how many layers are read.
fn read(image: &Image) -> usize {
    image.layers.iter().filter(|layer| layer.read).count()
}

/// Takes away what names paths of an image that is no longer shown.
fn drop_history(overlay: &mut Option<Overlay>) {
    let lasts =
        |overlay: &mut Overlay| matches!(overlay, Overlay::Viewer(viewer) if viewer.file.is_none());
    *overlay = overlay.take_if(lasts);
}

/// Fits every pane into the areas there are, so that no cursor is ever out of view.
fn fit(model: &mut Model) {
    let size = model.size;
    if let Screen::Explore(explore) = &mut model.screen {
        let areas = layout::areas(size, explore);
        explore.fit(&areas, model.options.units);
    }
    if let Screen::Pick(pick) = &mut model.screen {
        pick.fit(usize::from(layout::pick_rows(size).height));
    }
    if let Screen::Compare(compare) = &mut model.screen {
        let areas = crate::ui::compare::areas(size, compare);
        compare.fit(&areas);
    }
    overlay::fit(model);
    help::fit(model);
}
