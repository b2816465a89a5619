//! Opens files, folders, pipes and standard input. `archive` detects their format and compression.

use std::fs::{self, File};
use std::io::{self, IsTerminal};
use std::path::Path;

use super::error::Error;
use crate::archive::Input;

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

/// Opens a path. A pipe is a stream; opening it waits for the writer. Character devices are refused.
pub(super) fn open(path: &Path, expected: ExpectedKind) -> Result<OpenedFile, Error> {
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
    let file = File::open(path).map_err(failed)?;
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

/// Returns standard input, unless it is a terminal.
pub(super) fn stdin() -> Result<Input, Error> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Err(Error::Terminal);
    }
    Ok(Input::Stream(Box::new(stdin)))
}
