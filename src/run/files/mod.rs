//! The commands on files of an image: `ls`, `du`, `cat` and `extract`, one file each. All of them load the image, look up the typed paths and write; `report`
//! formats the lines.

mod cat;
mod du;
mod extract;
mod ls;
mod operands;

use std::io::{self, BufWriter, Write};

use super::load::Loader;
use super::select::{layer, selection};
use super::{interrupt, print_warnings, start_log};
use crate::analysis::{Analysis, unread_sentences};
use crate::cli::{FileCommand, FilePlan, VersionOption};
use crate::failure::{Failure, RunOutcome};
use crate::load::{self, Cancel, Loaded};
use crate::query::{LayerSpan, PathContent, Versions};
use crate::report::{Destination, warning_lines};

/// Carries out a command.
///
/// # Errors
/// [`Failure`] when the image cannot be loaded, a path is not there, or the output cannot be written.
pub(super) fn run(plan: Box<FilePlan>) -> Result<RunOutcome, Failure> {
    start_log(plan.verbosity, false)?;
    print_warnings(plan.verbosity, &plan.notes);
    interrupt::interruptible(move || {
        let images = Loader::of_files(&plan);
        let loaded = images.image(&plan.request)?;
        drop(images);
        print_warnings(plan.verbosity, &unread_sentences(&loaded.image));
        print_warnings(plan.verbosity, &warning_lines(&loaded.image));
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
    // A selection includes hidden files, whose paths may be deleted.
    let deleted = deleted || plan.query.select();
    Ok(Versions::new(image, span, deleted))
}

/// Returns the versions that are listed, by path, then by layer: those that a query selects, else all.
///
/// # Errors
/// [`Failure`] when the image has no layer, package or finding that the query names, or cannot be read.
fn rows(
    plan: &FilePlan,
    loaded: &Loaded,
    versions: &Versions<'_>,
) -> Result<Vec<PathContent>, Failure> {
    if !plan.query.select() {
        return Ok(versions.all());
    }
    let image = &*loaded.image;
    let images = Loader::of_files(plan);
    let analysis = Analysis::of(image, &images.base_hint(&plan.base)?);
    let content = plan.query.need_content_analysis();
    let content = content
        .then(|| loaded.content_analysis(&analysis, &Cancel::default(), |_, _| {}))
        .transpose()?;
    print_warnings(plan.verbosity, &images.finish());
    let selection = selection(&plan.query, image, &analysis, content.as_ref())?;
    let mut rows = selection.contents().to_vec();
    if plan.versions.up_to.is_some() {
        // Each path as it is after the layer.
        rows.retain(|content| {
            let then = versions.last(content.node);
            let then = then.filter(|then| plan.versions.deleted || then.hidden.is_none());
            let version = |content: PathContent| (content.layer, content.entry);
            then.map(version) == Some(version(*content))
        });
    }
    Ok(rows)
}

/// Why the output stopped.
enum Stopped {
    /// The image could not be read.
    Reading(load::Error),
    /// The output could not be written.
    Writing(io::Error),
}

/// Writes what `fill` writes to standard output. A closed pipe is not a failure.
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
