//! Reads files of the image on worker threads and sends the results: a window of bytes, the hits of a search, a diff of two versions. No thread reads the
//! model.

use std::io::{Cursor, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Sender, sync_channel};
use std::thread::{self, Builder};

use crate::analysis::ProgramSummary;
use crate::compare::{FileDiff, Side, Sides, diff_files};
use crate::failure::Failure;
use crate::image::{EntryId, Image, LayerId};
use crate::load::{Cancel, FileContents};
use crate::syntax::{self, Colouring, MOST};

use crate::ui::loaded::job_result::JobResult;
use crate::ui::loaded::ticket::Ticket;
use crate::ui::model::effect::FileRef;
use crate::ui::model::message::Msg;
use crate::ui::pane::{DiffRows, FileWindow, Search, WINDOW};
use crate::ui::shell::jobs::{ShellEvent, internal_error, start};

/// The most bytes of a program in a compressed layer that is summarized: all of it is in memory meanwhile.
const PROGRAM_LIMIT: u64 = 64 << 20;
/// The bytes of a file that are read for the third pane.
const PREVIEW: usize = 64 << 10;
/// How many bytes a file may have to be compared line by line.
const LINES_LIMIT: u64 = 4 << 20;
/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// Runs work; a panic in it is an error.
fn guarded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(internal_error("reading the file")))
}

/// Runs work on a thread and sends the message made of its result.
fn answer<T: Send + 'static>(
    events: Sender<ShellEvent>,
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    msg: impl FnOnce(JobResult<T>) -> Msg + Send + 'static,
) {
    start(&events.clone(), move || {
        let answer = guarded(work).map_err(Arc::new);
        let _ = events.send(ShellEvent::message(msg(answer)));
    });
}

/// Reads a window of a file, then derives from its start what is shown about its content: the summary of a program, the tokens of source text.
pub(in crate::ui) fn window(
    ticket: Ticket,
    file_ref: FileRef,
    from: u64,
    contents: FileContents,
    cancel: Cancel,
    events: Sender<ShellEvent>,
) {
    let limits = ReadLimits {
        window: WINDOW,
        program: PROGRAM_LIMIT,
    };
    read(ticket, file_ref, from, limits, contents, cancel, events);
}

/// Reads the start of a file for the third pane; nothing where each read opens the image once more.
pub(in crate::ui) fn preview(
    ticket: Ticket,
    file_ref: FileRef,
    contents: FileContents,
    cancel: Cancel,
    events: Sender<ShellEvent>,
) {
    if !contents.are_kept() {
        let why = Arc::new(Failure::new(
            "contents not kept: press v to read the image again",
        ));
        let _ = events.send(ShellEvent::message(Msg::FileContent(ticket, Err(why))));
        return;
    }
    let limits = ReadLimits {
        window: PREVIEW,
        program: 0,
    };
    read(ticket, file_ref, 0, limits, contents, cancel, events);
}

/// How much of a file is read.
#[derive(Clone, Copy)]
struct ReadLimits {
    /// The bytes in memory.
    window: usize,
    /// The largest program that is read completely where it cannot be read in parts.
    program: u64,
}

fn read(
    ticket: Ticket,
    file_ref: FileRef,
    from: u64,
    limits: ReadLimits,
    contents: FileContents,
    cancel: Cancel,
    events: Sender<ShellEvent>,
) {
    start(&events.clone(), move || {
        let send = |msg| {
            let _ = events.send(ShellEvent::message(msg));
        };
        let read = guarded(|| {
            let (image, layer, entry) = (&file_ref.image, file_ref.layer, file_ref.entry);
            let bytes = contents.read(image, layer, entry, from, limits.window, &cancel)?;
            let mut document = FileWindow::window(bytes, from, image.entry(entry).size);
            let head = document.head(MOST);
            let is_program = from == 0 && head.starts_with(b"\x7fELF");
            if is_program && document.is_complete() {
                document.set_program(ProgramSummary::of(Cursor::new(document.bytes())));
            }
            let is_large = is_program && !document.is_complete();
            Ok((head, is_large, document))
        });
        let (head, is_large_program, document) = match read {
            Ok(read) => read,
            Err(error) => return send(Msg::FileContent(ticket, Err(Arc::new(error)))),
        };
        let is_text = !document.is_binary();
        send(Msg::FileContent(ticket, Ok(document)));
        if from > 0 {
            return;
        }
        // The content is shown; it stays when this fails.
        let _ = guarded(|| {
            if is_large_program
                && let Some(program) = program(&file_ref, limits, &contents, &cancel)?
            {
                send(Msg::Program(ticket, program));
            }
            if is_text {
                let send = |more| send(Msg::Colouring(ticket, more));
                colour(&file_ref.name, &head, &cancel, send);
            }
            Ok(())
        });
    });
}

/// Returns the summary of a program. Only headers and the needed sections of a seekable file are read.
fn program(
    file_ref: &FileRef,
    limits: ReadLimits,
    contents: &FileContents,
    cancel: &Cancel,
) -> Result<Option<ProgramSummary>, Failure> {
    let FileRef {
        image,
        layer,
        entry,
        ..
    } = file_ref;
    if let Some(file) = contents.open(image, *layer, *entry)? {
        return Ok(ProgramSummary::of(file));
    }
    if image.entry(*entry).size > limits.program {
        return Ok(None);
    }
    let all = contents.read(image, *layer, *entry, 0, usize::MAX, cancel)?;
    Ok(ProgramSummary::of(Cursor::new(all)))
}

/// Sends the tokens of a text in pieces, the first soon; nothing if its language is not known.
fn colour(name: &[u8], text: &[u8], cancel: &Cancel, send: impl Fn(Colouring)) {
    /// Lines of the first piece, more than a screen has, and of the largest.
    const PIECES: (usize, usize) = (256, 4096);
    let Some(lines) = syntax::lines(name, text) else {
        return;
    };
    let (mut piece, mut most) = (Colouring::default(), PIECES.0);
    for line in lines {
        if cancel.is_cancelled() {
            return;
        }
        piece.push(line);
        if piece.len() == most {
            send(std::mem::take(&mut piece));
            most = (2 * most).min(PIECES.1);
        }
    }
    send(piece);
}

/// Searches a file for a text.
pub(in crate::ui) fn search(
    ticket: Ticket,
    file_ref: FileRef,
    text: String,
    contents: FileContents,
    cancel: Cancel,
    events: Sender<ShellEvent>,
) {
    let work = move || {
        let mut search = Search::new(&text);
        let FileRef {
            image,
            layer,
            entry,
            ..
        } = file_ref;
        contents.stream(&image, layer, entry, &cancel, |some| Ok(search.take(some)))?;
        Ok(search.hits())
    };
    answer(events, work, move |found| Msg::SearchHits(ticket, found));
}

/// Writes a file to a pager until the pager exits.
pub(in crate::ui) fn write_content(
    file_ref: &FileRef,
    contents: &FileContents,
    cancel: &Cancel,
    mut pager: impl Write,
) -> Result<(), Failure> {
    let FileRef {
        image,
        layer,
        entry,
        ..
    } = file_ref;
    let pass = |some: &[u8]| Ok(pager.write_all(some).is_ok());
    match contents.stream(image, *layer, *entry, cancel, pass) {
        Err(error) if !error.is_cancelled() => Err(error.into()),
        _ => Ok(()),
    }
}

/// Compares two versions of a file named `name`, then colours their lines.
pub(in crate::ui) fn diff(
    ticket: Ticket,
    name: Vec<u8>,
    images: Sides<Arc<Image>>,
    versions: Sides<(LayerId, EntryId)>,
    contents: Sides<FileContents>,
    cancel: Cancel,
    events: Sender<ShellEvent>,
) {
    start(&events.clone(), move || {
        let send = |msg| {
            let _ = events.send(ShellEvent::message(msg));
        };
        let compared = guarded(|| {
            let images = images.as_ref().map(|image| &**image);
            differences(images, versions, contents.as_ref(), &cancel)
        });
        let (differences, heads) = match compared {
            Ok(compared) => compared,
            Err(error) => return send(Msg::Diff(ticket, Err(Arc::new(error)))),
        };
        let is_text = !differences.is_empty();
        send(Msg::Diff(ticket, Ok(differences)));
        let _ = guarded(|| {
            for side in Side::BOTH.into_iter().filter(|_| is_text) {
                let send = |more| send(Msg::DiffColouring(ticket, side, more));
                colour(&name, heads.get(side), &cancel, send);
            }
            Ok(())
        });
    });
}

/// Returns the differences, and the start of each version if they are compared line by line.
fn differences(
    images: Sides<&Image>,
    versions: Sides<(LayerId, EntryId)>,
    contents: Sides<&FileContents>,
    cancel: &Cancel,
) -> Result<(DiffRows, Sides<Vec<u8>>), Failure> {
    let size = |side: Side| images.get(side).entry(versions.get(side).1).size;
    let sizes = Sides::new(size(Side::Before), size(Side::After));
    let large = sizes.before.max(sizes.after) > LINES_LIMIT;
    let mut heads = Sides::default();
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
        let (before, after) = (content_of(Side::Before)?, content_of(Side::After)?);
        let content = diff_files(&before, &after, CONTEXT);
        heads = Sides::new(before, after).map(|mut bytes| {
            bytes.truncate(MOST);
            bytes
        });
        content
    };
    Ok((DiffRows::new(content, sizes, large), heads))
}

/// Returns the offset of the first differing byte. Both files are streamed; neither is kept in memory.
fn first_difference(
    images: Sides<&Image>,
    versions: Sides<(LayerId, EntryId)>,
    contents: Sides<&FileContents>,
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
        let other = other.map_err(Failure::thread)?;
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
