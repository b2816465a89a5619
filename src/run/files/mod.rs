//! The commands on files of an image: `ls`, `du`, `cat` and `extract`, one file a command. All of them load the image, look up the typed paths and write; what
//! a line looks like is `report`'s.

mod cat;
mod du;
mod extract;
mod ls;
mod operands;

use std::io::{self, BufWriter, Write};

use super::load::image;
use super::{interrupt, print_warnings, start_log};
use crate::cli::{FileCommand, FilePlan, VersionOption};
use crate::failure::{Failure, RunOutcome};
use crate::image::{Image, LayerId};
use crate::load::{self, Loaded};
use crate::query::{LayerSpan, Versions};
use crate::report::{Destination, ProgressLine};

/// Carries out a command.
///
/// # Errors
/// [`Failure`] when the image cannot be loaded, a path is not there, or the output cannot be written.
pub(super) fn run(plan: Box<FilePlan>) -> Result<RunOutcome, Failure> {
    start_log(plan.verbosity, false)?;
    print_warnings(plan.verbosity, &plan.notes);
    interrupt::interruptible(move || {
        let line = ProgressLine::new(plan.verbosity != 1, plan.units);
        let loaded = image(&plan.request, &line)?;
        drop(line);
        match &plan.command {
            FileCommand::Ls(options) => ls::run(&plan, &loaded, options)?,
            FileCommand::Du(options) => du::run(&plan, &loaded, options)?,
            FileCommand::Cat => cat::run(&plan, &loaded)?,
            FileCommand::Extract(options) => extract::run(&plan, &loaded, options)?,
        }
        Ok(RunOutcome::Done)
    })
}

/// Returns the versions that a plan means.
///
/// # Errors
/// [`Failure`] when the image has no such layer.
fn versions<'a>(plan: &FilePlan, loaded: &'a Loaded) -> Result<Versions<'a>, Failure> {
    let image = &*loaded.image;
    let VersionOption {
        layers,
        up_to,
        deleted,
    } = plan.versions;
    let span = match (layers, up_to) {
        (Some((first, last)), _) => Some(LayerSpan::Only(
            layer(image, "--layer", first)?,
            layer(image, "--layer", last)?,
        )),
        (None, Some(last)) => Some(LayerSpan::UpTo(layer(image, "--up-to", last)?)),
        (None, None) => None,
    };
    Ok(Versions::new(image, span, deleted))
}

/// Returns the layer of a number, from 1.
fn layer(image: &Image, option: &str, number: u32) -> Result<LayerId, Failure> {
    let layers = image.layers.len();
    let index = number
        .checked_sub(1)
        .filter(|index| (*index as usize) < layers);
    index.map(LayerId).ok_or_else(|| {
        let hint = match layers {
            0 => "the image has no layers".to_owned(),
            1 => "the image has one layer, number 1".to_owned(),
            layers => format!("the image has {layers} layers, 1 to {layers}, the lowest first"),
        };
        Failure::new(format!("{option}: there is no layer {number}")).hint(hint)
    })
}

/// Why the output stopped.
enum Stopped {
    /// The image could not be read.
    Reading(load::Error),
    /// The output could not be written.
    Writing(io::Error),
}

/// Writes what `fill` writes to standard output. A closed pipe is no failure.
fn to_stdout(
    fill: impl FnOnce(&mut BufWriter<Box<dyn Write>>) -> Result<(), Stopped>,
) -> Result<(), Failure> {
    let mut unread = None;
    let written = Destination::Stdout.write(|out| match fill(out) {
        Ok(()) => Ok(()),
        Err(Stopped::Writing(error)) => Err(error),
        Err(Stopped::Reading(error)) => {
            unread = Some(error);
            Ok(())
        }
    });
    match unread {
        Some(error) => Err(error.into()),
        None => written,
    }
}
