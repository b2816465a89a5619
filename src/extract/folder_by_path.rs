//! Folders on Windows, opened by their paths; the functions are those of `folder`. The standard library opens no file relative to a folder on Windows, so a
//! folder that another program replaces with a link while files are written is not detected. Creating a link needs a right that ordinary users lack.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use crate::archive::ModifiedTime;

/// A folder.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Takes the folder at a path.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        if !fs::metadata(path)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self(path.to_owned()))
    }

    /// Takes a folder in it that is not a link.
    pub(super) fn child(&self, name: &OsStr) -> io::Result<Self> {
        let path = self.0.join(name);
        if !fs::symlink_metadata(&path)?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self(path))
    }

    /// Takes the folder at a path below it, created where it is missing.
    pub(super) fn below(&self, path: &Path) -> io::Result<Self> {
        let path = self.0.join(path);
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// Takes the folder that a part of a path names. The second value is whether it was created.
    pub(super) fn child_or_new(&self, part: Component<'_>) -> io::Result<(Self, bool)> {
        let path = self.0.join(part);
        let is_new = match fs::create_dir(&path) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => false,
            Err(error) => return Err(error),
        };
        Ok((self.child(part.as_os_str())?, is_new))
    }

    /// Creates a folder.
    pub(super) fn create_private(&self, name: &OsStr) -> io::Result<Self> {
        fs::create_dir(self.0.join(name))?;
        self.child(name)
    }

    /// Creates a file.
    pub(super) fn create(&self, name: &OsStr) -> io::Result<File> {
        let path = self.0.join(name);
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    /// Creates a symbolic link. Returns false where the user lacks the right to.
    pub(super) fn symlink(&self, target: &Path, name: &OsStr) -> io::Result<bool> {
        use std::os::windows::fs::{symlink_dir, symlink_file};
        // `ERROR_PRIVILEGE_NOT_HELD`.
        const LACKS_RIGHT: i32 = 1314;
        // A target with slashes leads nowhere here, nor does a link to a folder that is made as one to a file.
        let target: PathBuf = target.components().collect();
        let path = self.0.join(name);
        let made = if self.0.join(&target).is_dir() {
            symlink_dir(target, path)
        } else {
            symlink_file(target, path)
        };
        match made {
            Err(error) if error.raw_os_error() == Some(LACKS_RIGHT) => Ok(false),
            made => made.map(|()| true),
        }
    }

    /// Gives a file a second name in a folder.
    pub(super) fn link(&self, name: &OsStr, to: &Self, other: &OsStr) -> io::Result<()> {
        fs::hard_link(self.0.join(name), to.0.join(other))
    }

    /// Opens a file for reading.
    pub(super) fn read(&self, name: &OsStr) -> io::Result<File> {
        File::open(self.0.join(name))
    }

    /// Returns whether there is anything of that name, a dangling link included.
    pub(super) fn contains(&self, name: &OsStr) -> bool {
        fs::symlink_metadata(self.0.join(name)).is_ok()
    }

    /// Moves a name to another folder, but not over an existing one.
    pub(super) fn move_new(&self, name: &OsStr, to: &Self) -> io::Result<()> {
        if to.contains(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.rename(name, to)
    }

    /// Moves a name to another folder.
    pub(super) fn rename(&self, name: &OsStr, to: &Self) -> io::Result<()> {
        fs::rename(self.0.join(name), to.0.join(name))
    }

    /// Leaves links and folders the time of writing.
    #[expect(clippy::unused_self, reason = "the function of the other systems")]
    pub(super) fn date(&self, _: &OsStr, _: ModifiedTime) {}

    /// Sets nothing: this system has no such bits.
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the function of the other systems"
    )]
    pub(super) fn permit(&self, _: &OsStr, _: u16) -> io::Result<()> {
        Ok(())
    }

    /// Returns nothing: this system has no such owners.
    #[expect(clippy::unused_self, reason = "the function of the other systems")]
    pub(super) fn owner(&self) -> Option<(u32, u32)> {
        None
    }

    /// Removes a folder in it that is empty.
    pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_dir(self.0.join(name))
    }

    /// Removes everything in it, without following a link.
    pub(super) fn clear(&self) -> io::Result<()> {
        fs::remove_dir_all(&self.0)?;
        fs::create_dir(&self.0)
    }
}

/// Returns whether a link at the end of a path is followed.
pub(super) fn is_followed(path: &Path) -> bool {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes.ends_with(b"/") || bytes.ends_with(b"\\")
}

/// Sets the modification time of a file.
pub(super) fn date_file(file: &File, time: ModifiedTime) {
    if let Ok(seconds) = u64::try_from(time.seconds)
        && let Some(time) = UNIX_EPOCH.checked_add(Duration::new(seconds, time.nanos))
    {
        let _ = file.set_modified(time);
    }
}

/// Sets nothing: this system has no such bits.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the function of the other systems"
)]
pub(super) fn permit_file(_: &File, _: u16) -> io::Result<()> {
    Ok(())
}
