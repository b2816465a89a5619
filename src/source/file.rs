//! Opens files, folders, pipes and standard input. `archive` detects their format and compression.

use std::fs::{self, File};
use std::io::{self, IsTerminal};
use std::path::Path;

#[cfg(unix)]
use super::blocking::CHECK_EVERY;
use super::error::Error;
use super::options::OpenEvent;
use crate::archive::{Cancel, Input};

/// What a scheme requires a path to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExpectedKind {
    File,
    Folder,
    Any,
}

pub(super) struct OpenedFile {
    pub(super) input: Input,
    pub(super) total: Option<u64>,
}

/// Opens a path. A pipe is a stream; what writes to it is waited for, which is reported. Character devices are refused.
pub(super) fn open(
    path: &Path,
    expected: ExpectedKind,
    cancel: &Cancel,
    report: &dyn Fn(OpenEvent),
) -> Result<OpenedFile, Error> {
    let failed = |cause: io::Error| Error::File {
        path: path.to_owned(),
        cause,
    };
    let metadata = fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        if expected == ExpectedKind::File {
            return Err(Error::NotAFile(path.to_owned()));
        }
        fs::read_dir(path).map_err(failed)?;
        let input = Input::Folder(path.to_owned());
        return Ok(OpenedFile { input, total: None });
    }
    if expected == ExpectedKind::Folder {
        return Err(Error::NotAFolder(path.to_owned()));
    }
    if is_endless(&metadata) {
        return Err(Error::Device(path.to_owned()));
    }
    let file = if is_pipe(&metadata) {
        let waiting = || report(OpenEvent::Waiting(path.to_owned()));
        let opened = open_pipe(path, cancel, waiting).map_err(failed)?;
        opened.ok_or(Error::Cancelled)?
    } else {
        File::open(path).map_err(failed)?
    };
    Ok(if metadata.is_file() {
        let total = Some(metadata.len());
        OpenedFile {
            input: Input::File(file),
            total,
        }
    } else {
        let input = Input::Stream(Box::new(file));
        OpenedFile { input, total: None }
    })
}

/// Returns whether a file may have no end: a character device such as `/dev/zero`. A disk has an end.
#[cfg(unix)]
fn is_endless(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_char_device(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_endless(_: &fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
fn is_pipe(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

/// Opens a pipe and waits for its first bytes or its end; `waiting` is called once when there are none yet. Returns `None` after a cancel.
#[cfg(unix)]
fn open_pipe(path: &Path, cancel: &Cancel, waiting: impl Fn()) -> io::Result<Option<File>> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, open};
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = File::from(open(path, flags, Mode::empty())?);
    let pause = Timespec {
        tv_sec: 0,
        tv_nsec: CHECK_EVERY.subsec_nanos().into(),
    };
    let mut is_reported = false;
    loop {
        match poll(&mut [PollFd::new(&file, PollFlags::IN)], Some(&pause)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => {}
            Ok(_) => break,
            Err(error) => return Err(error.into()),
        }
        if cancel.is_cancelled() {
            return Ok(None);
        }
        if !is_reported {
            waiting();
            is_reported = true;
        }
    }
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    Ok(Some(file))
}

#[cfg(not(unix))]
fn open_pipe(path: &Path, _: &Cancel, _: impl Fn()) -> io::Result<Option<File>> {
    File::open(path).map(Some)
}

/// Returns standard input, unless it is a terminal.
pub(super) fn stdin() -> Result<Input, Error> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Err(Error::Terminal);
    }
    Ok(Input::Stream(Box::new(stdin)))
}
