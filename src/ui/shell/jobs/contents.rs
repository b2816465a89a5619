//! Reads files of the image on worker threads and sends the results: a window of bytes, the hits of a search, a diff of two versions. No thread reads the
//! model.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, sync_channel};
use std::thread::{self, Builder};

use crate::analysis::ProgramSummary;
use crate::compare::{FileDiff, Side, Sides, diff_files};
use crate::failure::Failure;
use crate::image::{EntryId, Image, LayerId};
use crate::load::{Cancel, Contents};

use crate::ui::loaded::ticket::Ticket;
use crate::ui::model::effect::FileRef;
use crate::ui::model::message::Msg;
use crate::ui::pane::{DiffRows, FileWindow, Search, WINDOW};
use crate::ui::shell::jobs::{ShellEvent, internal_error, one_line, start, thread_error};

/// The most bytes of a program that is summarized.
const PROGRAM_LIMIT: u64 = 64 << 20;
/// How many bytes a file may have to be compared line by line.
const LINES_LIMIT: u64 = 4 << 20;
/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// A layer and a record of it.
type Version = (LayerId, EntryId);

/// Runs work on a thread and sends the message made of its result.
fn answer<T: Send + 'static>(
    events: Sender<ShellEvent>,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    msg: impl FnOnce(Result<T, String>) -> Msg + Send + 'static,
) {
    start(&events.clone(), move || {
        let answer = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|_| Err(internal_error("reading the file")))
            .map_err(|error| one_line(&error));
        let _ = events.send(ShellEvent::message(msg(answer)));
    });
}

/// Reads a window of a file.
pub(in crate::ui) fn window(
    ticket: Ticket,
    file_ref: FileRef,
    from: u64,
    contents: Contents,
    cancel: Cancel,
    events: Sender<ShellEvent>,
) {
    let work = move || {
        let FileRef {
            image,
            layer,
            entry,
        } = file_ref;
        let size = image.entry(entry).size;
        let bytes = contents.read(&image, layer, entry, from, WINDOW, &cancel)?;
        let program = if from == 0 && bytes.starts_with(b"\x7fELF") && size <= PROGRAM_LIMIT {
            // The sections of a program stand at its end.
            let rest = contents.read(&image, layer, entry, 0, usize::MAX, &cancel)?;
            ProgramSummary::of(&rest)
        } else {
            None
        };
        Ok(FileWindow::window(bytes, from, size).with_program(program))
    };
    answer(events, work, move |read| Msg::FileContent(ticket, read));
}

/// Searches a file for a text.
pub(in crate::ui) fn search(
    ticket: Ticket,
    file_ref: FileRef,
    text: String,
    contents: Contents,
    cancel: Cancel,
    events: Sender<ShellEvent>,
) {
    let work = move || {
        let mut search = Search::new(&text);
        let FileRef {
            image,
            layer,
            entry,
        } = file_ref;
        contents.stream(&image, layer, entry, &cancel, |some| Ok(search.take(some)))?;
        Ok(search.hits())
    };
    answer(events, work, move |found| Msg::SearchHits(ticket, found));
}

/// Writes a file to a pager until the pager exits.
pub(in crate::ui) fn write_content(
    file_ref: &FileRef,
    contents: &Contents,
    cancel: &Cancel,
    mut pager: impl Write,
) -> Result<(), String> {
    let FileRef {
        image,
        layer,
        entry,
    } = file_ref;
    let pass = |some: &[u8]| Ok(pager.write_all(some).is_ok());
    match contents.stream(image, *layer, *entry, cancel, pass) {
        Err(error) if !error.is_cancelled() => Err(one_line(&error.into())),
        _ => Ok(()),
    }
}

/// Compares two versions of a file.
pub(in crate::ui) fn diff(
    ticket: Ticket,
    images: Sides<std::sync::Arc<Image>>,
    versions: Sides<Version>,
    contents: Sides<Contents>,
    cancel: Cancel,
    events: Sender<ShellEvent>,
) {
    let work = move || {
        let images = images.as_ref().map(|image| &**image);
        differences(images, versions, contents.as_ref(), &cancel)
    };
    answer(events, work, move |found| Msg::Diff(ticket, found));
}

fn differences(
    images: Sides<&Image>,
    versions: Sides<Version>,
    contents: Sides<&Contents>,
    cancel: &Cancel,
) -> Result<DiffRows, Failure> {
    let size = |side: Side| images.get(side).entry(versions.get(side).1).size;
    let sizes = Sides::new(size(Side::Before), size(Side::After));
    let large = sizes.before.max(sizes.after) > LINES_LIMIT;
    let content = if large {
        match first_difference(images, versions, contents, cancel)? {
            None => FileDiff::Same,
            Some(first) => FileDiff::Binary { first },
        }
    } else {
        let content_of = |side: Side| {
            let (image, (layer, entry)) = (images.get(side), *versions.get(side));
            contents
                .get(side)
                .read(image, layer, entry, 0, usize::MAX, cancel)
        };
        diff_files(
            &content_of(Side::Before)?,
            &content_of(Side::After)?,
            CONTEXT,
        )
    };
    Ok(DiffRows::new(content, sizes, large))
}

/// Returns the offset of the first differing byte. Both files are streamed; neither is kept in memory.
fn first_difference(
    images: Sides<&Image>,
    versions: Sides<Version>,
    contents: Sides<&Contents>,
    cancel: &Cancel,
) -> Result<Option<u64>, Failure> {
    let (send, receive) = sync_channel::<Vec<u8>>(4);
    let (before, after) = (versions.before, versions.after);
    thread::scope(|scope| {
        let other = Builder::new().spawn_scoped(scope, move || {
            let pass = |some: &[u8]| Ok(send.send(some.to_vec()).is_ok());
            contents
                .before
                .stream(images.before, before.0, before.1, cancel, pass)
        });
        let other = other.map_err(|error| thread_error(&error))?;
        let (mut at, mut found) = (0, None);
        let mut pending = Vec::new();
        let here = contents
            .after
            .stream(images.after, after.0, after.1, cancel, |mut some| {
                while !some.is_empty() {
                    if pending.is_empty() {
                        let Ok(more) = receive.recv() else {
                            found = Some(at);
                            return Ok(false);
                        };
                        pending = more;
                        continue;
                    }
                    let both = some.len().min(pending.len());
                    let pairs = some.iter().zip(&pending);
                    let same = pairs.take_while(|(one, other)| one == other).count();
                    at += same as u64;
                    if same < both {
                        found = Some(at);
                        return Ok(false);
                    }
                    some = &some[both..];
                    pending.drain(..both);
                }
                Ok(true)
            });
        if found.is_none() && here.is_ok() && (!pending.is_empty() || receive.recv().is_ok()) {
            found = Some(at);
        }
        drop(receive);
        let there = match other.join() {
            Ok(there) => there,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        Ok(here.and(there).map(|()| found)?)
    })
}
