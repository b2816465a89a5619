//! Whether the files of the cache are the user's own: what another user can write is not read. Windows has the user's own folder for it. Writes nothing.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Returns the bytes of a regular file that no other user can write.
///
/// # Errors
/// [`io::Error`] when it cannot be read, or is another file.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens such a file.
///
/// # Errors
/// As [`read`].
#[cfg(not(unix))]
pub(super) fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens such a file.
///
/// # Errors
/// As [`read`].
#[cfg(unix)]
pub(super) fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    // A pipe would be waited for.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOFOLLOW;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    fault(&file.metadata()?).map_or(Ok(file), |fault| Err(io::Error::other(fault)))
}

/// The bits of a mode that let the group and all others write.
#[cfg(unix)]
const OTHERS_WRITE: u32 = 0o022;

/// Returns why a file is not read; `None` for a regular file that only its user, who runs this process, can write.
#[cfg(unix)]
fn fault(about: &std::fs::Metadata) -> Option<&'static str> {
    use std::os::unix::fs::MetadataExt as _;
    if about.uid() != rustix::process::geteuid().as_raw() {
        Some("it belongs to another user")
    } else if about.mode() & OTHERS_WRITE != 0 {
        Some("other users can write to it")
    } else if !about.is_file() {
        Some("not a regular file")
    } else {
        None
    }
}
