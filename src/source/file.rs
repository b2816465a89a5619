//! Files, folders, pipes and standard input. What is in them is not looked at: packing and format show inside, to the archive room.

use std::fs::{self, File};
use std::io::{self, IsTerminal};
use std::path::Path;

use super::error::Error;
use crate::archive::Input;

/// What a scheme insists a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Insists {
    File,
    Folder,
    Nothing,
}

pub(super) struct OpenedFile {
    pub(super) input: Input,
    pub(super) total: Option<u64>,
}

/// Opens a path. A pipe is a stream, and opening it waits for its writer. A device that gives bytes for ever is refused.
pub(super) fn open(path: &Path, insists: Insists) -> Result<OpenedFile, Error> {
    let failed = |cause: io::Error| Error::File {
        path: path.to_owned(),
        cause,
    };
    let metadata = fs::metadata(path).map_err(failed)?;
    if metadata.is_dir() {
        if insists == Insists::File {
            return Err(Error::NotAFile(path.to_owned()));
        }
        fs::read_dir(path).map_err(failed)?;
        let input = Input::Folder(path.to_owned());
        return Ok(OpenedFile { input, total: None });
    }
    if insists == Insists::Folder {
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

/// Returns whether something may have no end: character devices, of which `/dev/zero` is one. A disk has an end.
#[cfg(unix)]
fn is_endless(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_char_device(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_endless(_: &fs::Metadata) -> bool {
    false
}

/// Returns standard input, unless that is the user's keyboard.
pub(super) fn stdin() -> Result<Input, Error> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return Err(Error::Terminal);
    }
    Ok(Input::Stream(Box::new(stdin)))
}
