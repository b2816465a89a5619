//! The entry points of the screens: explore an image, pick one, compare two, or pick one for another command. Each opens the terminal, starts the load, runs the shell and restores the
//! terminal.

use std::collections::HashMap;
use std::sync::mpsc::channel;

use crate::analysis::BaseHint;
use crate::compare::Sides;
use crate::failure::Failure;
use crate::fleet::page::FleetFacts;
use crate::load::{self, Cancel, ListedImage, Loaded, LocalImage, Progress, Request, SharedBlobs};

use crate::ui::layout::Size;
use crate::ui::model::picker::{CommandImage, PickImage, PickOrigin, Picker};
use crate::ui::model::{Model, Screen, ScreenOptions};
use crate::ui::shell::Shell;
use crate::ui::shell::input::Clicks;
use crate::ui::shell::jobs::{self, terminal_events};
use crate::ui::shell::terminal::{self, TerminalStream};

/// Opens the screen, loads the image and shows it until the user quits.
///
/// # Errors
/// [`Failure`] when the image cannot be loaded, the user cancels loading, or the terminal fails; the terminal is restored before it returns.
pub fn run(request: &Request, base: &BaseHint, options: ScreenOptions) -> Result<(), Failure> {
    let model = |size| Model::new(&request.reference, size, options);
    let load_options = (request.clone(), base.clone());
    open(TerminalStream::Stdout, model, load_options, |shell| {
        let request = shell.load_options.0.clone();
        let loader = move |cancel: &Cancel, progress: &(dyn Fn(Progress) + Sync)| {
            load::load(&request, cancel, progress)
        };
        shell.load(base.clone(), loader);
    })
    .map(drop)
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
    open(
        TerminalStream::Stdout,
        model,
        (keeping(), base.clone()),
        |shell| {
            shell.load(base.clone(), loader);
        },
    )
    .map(drop)
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
    open(
        TerminalStream::Stdout,
        model,
        (request.clone(), base.clone()),
        |_| {},
    )
    .map(drop)
}

/// Lets the user pick one of the images of an archive or a registry, on standard error: standard output is left to what follows.
///
/// # Errors
/// [`Failure`] when the user picks none, or the terminal fails; the terminal is restored before it returns.
pub(crate) fn pick_one(
    images: Vec<ListedImage>,
    operand: CommandImage,
    options: ScreenOptions,
) -> Result<ListedImage, Failure> {
    let model = |size| Model {
        screen: Screen::Picker(Picker::of_operand(images, operand, jobs::now())),
        ..Model::new("", size, options)
    };
    let load_options = (Request::default(), BaseHint::default());
    let picked = open(TerminalStream::Stderr, model, load_options, |_| {})?;
    match picked.map(|image| image.origin) {
        Some(PickOrigin::Listed(image)) => Ok(*image),
        _ => Err(Failure::cancelled("no image was picked")),
    }
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
    let load_options = (keeping(), BaseHint::default());
    open(TerminalStream::Stdout, model, load_options, |shell| {
        shell.pair = pair;
        shell.load_pair();
    })
    .map(drop)
}

/// Opens the screen, reads the rows of many images, and shows them until the user quits; `from` names what is read.
///
/// # Errors
/// [`Failure`] when the rows cannot be read, the user cancels that, or the terminal fails; it is restored before it returns.
pub(crate) fn show_fleet(
    from: &str,
    options: ScreenOptions,
    read: impl FnOnce() -> Result<FleetFacts, Failure> + Send + 'static,
) -> Result<(), Failure> {
    let model = |size| Model::waiting_for_fleet(from, size, options);
    let load_options = (Request::default(), BaseHint::default());
    open(TerminalStream::Stdout, model, load_options, |shell| {
        jobs::loading::fleet(shell.model.load, shell.events.clone(), read);
    })
    .map(drop)
}

/// Returns the default request for another image.
fn keeping() -> Request {
    Request {
        keep_contents: true,
        ..Request::default()
    }
}

/// Opens the terminal, runs the shell and restores the terminal; returns the image that the user picked, if that ended it.
fn open(
    stream: TerminalStream,
    model: impl FnOnce(Size) -> Model,
    (request, base): (Request, BaseHint),
    begin: impl FnOnce(&mut Shell),
) -> Result<Option<Box<PickImage>>, Failure> {
    let (events, received) = channel();
    // From here on a signal leaves the terminal as it was.
    terminal_events::signals(events.clone());
    let terminal = terminal::open(stream).map_err(jobs::terminal)?;
    let size = terminal.size().map_err(jobs::terminal);
    let ended = size.and_then(|size| {
        let size = Size {
            width: size.width,
            height: size.height,
        };
        // An image that is compared with the first one takes the layers that both have from there.
        let shared = Some(SharedBlobs::default());
        let load_options = (Request { shared, ..request }, base);
        let (resume, wait) = channel();
        terminal_events::input(events.clone(), wait);
        let mut shell = Shell {
            terminal,
            stream,
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
            signalled: None,
        };
        begin(&mut shell);
        shell.run(&received)
    });
    terminal::close();
    ended
}
