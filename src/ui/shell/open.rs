//! The entry points of the screens: explore an image, pick one, compare two. Each opens the terminal, starts the load, runs the shell and restores the
//! terminal.

use std::collections::HashMap;
use std::sync::mpsc::channel;

use crate::analysis::BaseHint;
use crate::compare::Sides;
use crate::failure::Failure;
use crate::load::{self, Cancel, Loaded, LocalImage, Progress, Request};

use crate::ui::layout::Size;
use crate::ui::model::{Model, ScreenOptions};
use crate::ui::shell::Shell;
use crate::ui::shell::input::Clicks;
use crate::ui::shell::jobs::{self, terminal_events};
use crate::ui::shell::terminal;

/// Opens the screen, loads the image and shows it until the user quits.
///
/// # Errors
/// [`Failure`] when the image cannot be loaded, the user cancels loading, or the terminal fails; the terminal is restored before it returns.
pub fn run(request: &Request, base: &BaseHint, options: ScreenOptions) -> Result<(), Failure> {
    let (reference, request) = (request.reference.clone(), request.clone());
    let model = |size| Model::new(&reference, size, options);
    let load_options = (request.clone(), base.clone());
    open(model, load_options, |shell| {
        let loader = move |cancel: &Cancel, progress: &(dyn Fn(Progress) + Sync)| {
            load::load(&request, cancel, progress)
        };
        shell.load(base.clone(), loader);
    })
}

/// Does as [`run`] with the given loader.
///
/// # Errors
/// As [`run`].
pub fn run_with<L>(
    reference: &str,
    base: &BaseHint,
    options: ScreenOptions,
    loader: L,
) -> Result<(), Failure>
where
    L: FnOnce(&Cancel, &(dyn Fn(Progress) + Sync)) -> Result<Loaded, load::Error> + Send + 'static,
{
    let model = |size| Model::new(reference, size, options);
    open(model, (keeping(), base.clone()), |shell| {
        shell.load(base.clone(), loader);
    })
}

/// Lets the user pick an image, then does as [`run`]. `request` sets how it is loaded, except its name and its engine; ages are relative to `now`, in
/// seconds since 1970.
///
/// # Errors
/// As [`run`].
pub fn pick(
    images: Vec<LocalImage>,
    now: i64,
    request: &Request,
    base: &BaseHint,
    options: ScreenOptions,
) -> Result<(), Failure> {
    let model = |size| Model::picking(images, now, size, options);
    open(model, (request.clone(), base.clone()), |_| {})
}

/// Opens the screen, loads two images at the same time, and shows their comparison until the user quits.
///
/// # Errors
/// As [`run`]; the error names the image.
pub(crate) fn run_two(
    requests: Sides<Request>,
    base: &BaseHint,
    options: ScreenOptions,
) -> Result<(), Failure> {
    let names = requests.as_ref().map(|request| request.reference.clone());
    let model = |size| Model::of_two(names.as_ref().map(String::as_str), size, options);
    let pair = Some((requests, base.clone()));
    open(model, (keeping(), BaseHint::default()), |shell| {
        shell.pair = pair;
        shell.load_pair();
    })
}

/// Returns the default request for another image.
fn keeping() -> Request {
    Request {
        keep_contents: true,
        ..Request::default()
    }
}

/// Opens the terminal, runs the shell and restores the terminal.
fn open(
    model: impl FnOnce(Size) -> Model,
    load_options: (Request, BaseHint),
    begin: impl FnOnce(&mut Shell),
) -> Result<(), Failure> {
    let terminal = terminal::open().map_err(|error| jobs::terminal(&error))?;
    let size = terminal.size().map_err(|error| jobs::terminal(&error));
    let ended = size.and_then(|size| {
        let size = Size {
            width: size.width,
            height: size.height,
        };
        let (events, received) = channel();
        let (resume, wait) = channel();
        terminal_events::input(events.clone(), wait);
        terminal_events::signals(events.clone());
        let mut shell = Shell {
            terminal,
            model: model(size),
            events,
            resume,
            cancel: Cancel::default(),
            contents: Vec::new(),
            loading: false,
            extracting: 0,
            load_options,
            pair: None,
            picking: None,
            running: HashMap::new(),
            preview: Cancel::default(),
            background: Cancel::default(),
            clicks: Clicks::default(),
        };
        begin(&mut shell);
        shell.run(&received)
    });
    terminal::close();
    ended
}
