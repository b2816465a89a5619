//! The prompt for one line: the file of a report or the image to compare with, and its result.

use std::path::Path;
use std::sync::Arc;

use crate::escape;
use crate::failure::Failure;
use crate::report::Format;
use crate::ui::keys::action::Action;
use crate::ui::loaded::job_result::JobResult;
use crate::ui::loaded::loading::Loading;
use crate::ui::model::effect::Effect;
use crate::ui::model::overlay::{Overlay, Prompt, PromptKind};
use crate::ui::model::picker::{PickImage, PickOrigin, Picker};
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{Motion, TextInput};

/// The default file of a report.
const FILE: &str = "comparison.md";

/// Prompts for the file of the report.
pub(in crate::ui) fn report(model: &mut Model) {
    open_prompt(model, PromptKind::Report, TextInput::new(FILE));
}

/// Prompts for the image to compare with: the last one, until another one is typed.
pub(in crate::ui) fn other_image(model: &mut Model) {
    let last = model.typed.images.last().cloned().unwrap_or_default();
    open_prompt(model, PromptKind::OtherImage, TextInput::selected(&last));
}

fn open_prompt(model: &mut Model, kind: PromptKind, line: TextInput) {
    model.overlay = Some(Overlay::Prompt(Box::new(Prompt {
        kind,
        line,
        pending: None,
    })));
}

/// Returns the line of the open prompt and the lines that were accepted in such a prompt before.
fn line_and_history(model: &mut Model) -> Option<(&mut TextInput, &mut Vec<String>)> {
    let typed = &mut model.typed;
    match &mut model.overlay {
        Some(Overlay::Prompt(prompt)) if prompt.pending.is_none() => Some(match prompt.kind {
            PromptKind::Report => (&mut prompt.line, &mut typed.reports),
            PromptKind::OtherImage => (&mut prompt.line, &mut typed.images),
        }),
        Some(Overlay::Destination(prompt)) => Some((&mut prompt.line, &mut typed.folders)),
        _ => None,
    }
}

/// Replaces the line by the one accepted before it, or after it; after the last one by an empty line.
pub(in crate::ui) fn recall(model: &mut Model, motion: Motion) {
    let Some((line, history)) = line_and_history(model) else {
        return;
    };
    let at = history.iter().position(|one| one == line.text());
    let recalled = match (motion, at) {
        (Motion::Up, Some(at)) => at.checked_sub(1).and_then(|at| history.get(at)),
        (Motion::Up, None) => history.last(),
        (Motion::Down, Some(at)) => Some(history.get(at + 1).unwrap_or(const { &String::new() })),
        _ => None,
    };
    if let Some(recalled) = recalled {
        *line = TextInput::new(recalled);
    }
}

/// Remembers the line of the open prompt.
pub(in crate::ui) fn remember(model: &mut Model) {
    if let Some((line, history)) = line_and_history(model) {
        let typed = line.text().trim().to_owned();
        if !typed.is_empty() {
            history.retain(|one| *one != typed);
            history.push(typed);
        }
    }
}

/// Runs an action while a prompt is open.
pub(in crate::ui) fn act(model: &mut Model, action: Action) -> Option<Effect> {
    let Some(Overlay::Prompt(prompt)) = &mut model.overlay else {
        return None;
    };
    match (action, &prompt.pending) {
        (Action::Escape, Some((ticket, _))) => {
            let ticket = *ticket;
            prompt.pending = None;
            Some(Effect::Stop(ticket))
        }
        (Action::Escape, None) => {
            model.overlay = None;
            None
        }
        (Action::Complete, None) => complete(model),
        (Action::Move(motion), None) => {
            recall(model, motion);
            None
        }
        (Action::Accept, None) => accept(model),
        _ => None,
    }
}

fn accept(model: &mut Model) -> Option<Effect> {
    let ticket = model.ticket();
    let Some(Overlay::Prompt(prompt)) = &mut model.overlay else {
        return None;
    };
    let typed = prompt.line.text().trim().to_owned();
    let refused = match (prompt.kind, typed.as_str()) {
        (PromptKind::Report, "") => Some("name a file"),
        (PromptKind::OtherImage, "") => Some("name an image"),
        (PromptKind::OtherImage, "-") => {
            Some("standard input cannot be read while the screen is open")
        }
        _ => None,
    };
    if let Some(why) = refused {
        model.notice = Some(why.to_owned());
        return None;
    }
    let kind = prompt.kind;
    remember(model);
    match (kind, &model.screen) {
        (PromptKind::Report, Screen::Compare(compare)) => Some(Effect::Report {
            images: compare.images.clone(),
            comparison: Arc::clone(&compare.comparison),
            units: model.options.units,
            format: format(&typed),
            to: typed,
        }),
        (PromptKind::OtherImage, Screen::Explore(explore)) => {
            let image = Arc::clone(&explore.image);
            if let Some(Overlay::Prompt(prompt)) = &mut model.overlay {
                prompt.pending = Some((ticket, Loading::new(&typed)));
            }
            Some(Effect::CompareWith {
                ticket,
                image,
                reference: typed,
                picked: None,
            })
        }
        _ => None,
    }
}

/// Lets the user pick one of several images at the reference of the other image. The picker is in front of the image on the screen.
pub(in crate::ui) fn pick(model: &mut Model, picker: Picker) {
    model.overlay = None;
    model.open(Screen::Picker(picker));
}

/// Returns to the image on the screen, and loads the picked one of the images at a reference.
pub(in crate::ui) fn picked(
    model: &mut Model,
    reference: &str,
    image: PickImage,
) -> Option<Effect> {
    let PickOrigin::Listed(listed) = image.origin else {
        return None;
    };
    model.close();
    open_prompt(model, PromptKind::OtherImage, TextInput::new(reference));
    let effect = accept(model)?;
    Some(match effect {
        Effect::CompareWith {
            ticket,
            image,
            reference,
            ..
        } => Effect::CompareWith {
            ticket,
            image,
            reference,
            picked: Some(listed),
        },
        effect => effect,
    })
}

/// Returns the format for a file name extension.
fn format(file: &str) -> Format {
    let ending = Path::new(file).extension().and_then(|end| end.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("md" | "markdown") => Format::Markdown,
        Some("json") => Format::Json,
        _ => Format::Text,
    }
}

/// Returns the line of a prompt that waits for a path.
fn line(overlay: &mut Option<Overlay>) -> Option<&mut TextInput> {
    match overlay {
        Some(Overlay::Prompt(prompt)) if prompt.pending.is_none() => Some(&mut prompt.line),
        Some(Overlay::Destination(destination)) => Some(&mut destination.line),
        _ => None,
    }
}

/// Requests the completion of the path being typed.
pub(in crate::ui) fn complete(model: &mut Model) -> Option<Effect> {
    let typed = line(&mut model.overlay)?.text().to_owned();
    Some(Effect::Complete(typed))
}

/// The most names that a notice lists.
const MOST_NAMES: usize = 12;

/// Completes the path, unless another one is typed by now, and shows the names that fit.
pub(in crate::ui) fn completed(model: &mut Model, typed: &str, path: &str, names: &[String]) {
    let Some(line) = line(&mut model.overlay).filter(|line| line.text() == typed) else {
        return;
    };
    *line = TextInput::new(path);
    let more = if names.len() > MOST_NAMES { " …" } else { "" };
    let shown = names.iter().take(MOST_NAMES);
    let shown: Vec<_> = shown.map(|name| escape::text(name)).collect();
    model.notice = match names.len() {
        0 => Some("no matching path".to_owned()),
        1 => None,
        _ => Some(format!("{}{more}", shown.join("  "))),
    };
}

/// Takes the result of writing the report.
pub(in crate::ui) fn reported(model: &mut Model, answer: JobResult<String>) {
    model.notice = Some(match answer {
        Ok(file) => {
            if is_asking(model, PromptKind::Report) {
                model.overlay = None;
            }
            format!("written to {file}")
        }
        Err(why) => why.one_line(),
    });
}

/// Takes the error of the other image; the prompt stays open.
pub(in crate::ui) fn not_compared(model: &mut Model, why: &Failure) {
    if let Some(Overlay::Prompt(prompt)) = &mut model.overlay
        && prompt.pending.take().is_some()
    {
        model.notice = Some(why.one_line());
    }
}

/// Returns the load of the other image, while it is pending.
pub(in crate::ui) fn loading(overlay: &mut Option<Overlay>) -> Option<&mut Loading> {
    match overlay {
        Some(Overlay::Prompt(prompt)) => prompt.pending.as_mut().map(|(_, loading)| loading),
        _ => None,
    }
}

/// Returns whether the other image is pending.
pub(in crate::ui) fn is_pending(model: &Model) -> bool {
    matches!(&model.overlay, Some(Overlay::Prompt(prompt)) if prompt.pending.is_some())
}

fn is_asking(model: &Model, kind: PromptKind) -> bool {
    matches!(&model.overlay, Some(Overlay::Prompt(prompt)) if prompt.kind == kind)
}
