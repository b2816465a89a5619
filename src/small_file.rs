//! Reads files that the user names, such as rules and reports of scanners, into memory up to a limit. A pipe works too, as from a shell's `<(…)`, but one
//! that nothing writes to is an error instead of an endless wait. Parsing is not done here.

use std::fs::File;
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// Returns the text of a file; `too_long` is the error for one above `most` bytes.
///
/// # Errors
/// [`Error`] when it cannot be read, is longer, or is not UTF-8.
pub(crate) fn text(path: &Path, most: u64, too_long: &str) -> Result<String> {
    String::from_utf8(bytes(path, most, too_long)?)
        .map_err(|_| Error::new(ErrorKind::InvalidData, "not UTF-8"))
}

/// Returns the bytes of a file; `too_long` is the error for one above `most` bytes.
///
/// # Errors
/// [`Error`] when it cannot be read or is longer.
pub(crate) fn bytes(path: &Path, most: u64, too_long: &str) -> Result<Vec<u8>> {
    let mut begun = Vec::new();
    let file = open(path, &mut begun)?;
    bytes_of(begun.as_slice().chain(file), most, too_long)
}

/// Returns the text of a file of settings, of at most 16 MiB.
///
/// # Errors
/// As for [`text`]; [`is_absent`] for a file that does not exist.
pub(crate) fn settings(path: &Path) -> Result<String> {
    text(path, 16 << 20, "larger than 16 MiB")
}

/// Returns whether a file does not exist.
pub(crate) fn is_absent(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// Returns what a reader has, as standard input; `too_long` is the error for more than `most` bytes.
///
/// # Errors
/// [`Error`] when it cannot be read or has more.
pub(crate) fn bytes_of(from: impl Read, most: u64, too_long: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Error::other(too_long));
    }
    Ok(bytes)
}

/// Opens a file or a pipe. The first byte of a pipe is read: a pipe without a writer, which would block, is an error.
#[cfg(unix)]
fn open(path: &Path, begun: &mut Vec<u8>) -> Result<File> {
    use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl, open};
    use std::os::unix::fs::FileTypeExt as _;

    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let is_pipe = std::fs::metadata(path)?.file_type().is_fifo();
    let file = File::from(open(path, flags | OFlags::NONBLOCK, Mode::empty())?);
    fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    if is_pipe {
        let mut first = [0];
        let mut file = &file;
        // Where there is no writer, a pipe ends at once.
        if file.read(&mut first)? == 0 {
            return Err(Error::other("it is a pipe that nothing writes to"));
        }
        begun.extend(first);
    }
    Ok(file)
}

#[cfg(not(unix))]
fn open(path: &Path, _: &mut Vec<u8>) -> Result<File> {
    File::open(path)
}
