//! Whether the files of the cache are the user's own: what another user can write is not read. Windows has the user's own folder for it. Writes nothing.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// Returns why a folder is not used; nothing where it is the user's alone, or missing.
pub(super) fn fault(folder: &Path) -> Option<&'static str> {
    #[cfg(unix)]
    if let Ok(about) = std::fs::metadata(folder) {
        return own::fault(&about);
    }
    let _ = folder;
    None
}

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
    let about = file.metadata()?;
    match own::fault(&about) {
        None if about.is_file() => Ok(file),
        fault => Err(io::Error::other(fault.unwrap_or("not a regular file"))),
    }
}

#[cfg(unix)]
mod own {
    use std::fs::{self, Metadata};
    use std::os::unix::fs::MetadataExt as _;
    use std::sync::OnceLock;

    /// The bits of a mode that let the group and all others write.
    const OTHERS_WRITE: u32 = 0o022;

    /// Returns why a file or a folder is not used.
    pub(super) fn fault(about: &Metadata) -> Option<&'static str> {
        if user().is_some_and(|user| about.uid() != user) {
            Some("it belongs to another user")
        } else if about.mode() & OTHERS_WRITE != 0 {
            Some("other users can write to it")
        } else {
            None
        }
    }

    /// Returns the user of this process: the owner of its folder in `/proc`, else of a file that it makes.
    fn user() -> Option<u32> {
        static USER: OnceLock<Option<u32>> = OnceLock::new();
        *USER.get_or_init(|| {
            let of_process = fs::metadata("/proc/self");
            let about = of_process.or_else(|_| tempfile::tempfile()?.metadata());
            about.ok().map(|about| about.uid())
        })
    }
}
