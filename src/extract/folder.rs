//! Folders by file descriptor: a symlink put in the place of one changes nothing, and no path below one is resolved through a symlink (openat).

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Component, Path};

use rustix::fs::{
    AtFlags, CWD, Dir, Mode, OFlags, Timespec, Timestamps, UTIME_OMIT, fstat, futimens, linkat,
    mkdirat, openat, renameat, statat, symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;

use crate::archive::ModifiedTime;

/// A folder to find others in, without the right to list it.
#[cfg(any(target_os = "linux", target_os = "android"))]
const ANCHOR: OFlags = OFlags::PATH.union(OFlags::DIRECTORY);
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const ANCHOR: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY);

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW);

/// A folder, held open.
#[derive(Debug)]
pub(super) struct Folder(OwnedFd);

impl Folder {
    /// Opens the folder at a path. A link at its end is followed only if the path ends with a slash or a dot.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self(openat(
            CWD,
            path,
            ANCHOR | OFlags::NOFOLLOW | OFlags::CLOEXEC,
            Mode::empty(),
        )?))
    }

    /// Opens a folder in it that is not a link.
    pub(super) fn child(&self, name: &OsStr) -> io::Result<Self> {
        let flags = FOLDER | OFlags::CLOEXEC;
        Ok(Self(openat(&self.0, name, flags, Mode::empty())?))
    }

    /// Opens the folder at a path below it, created where it is missing. No part of the path is followed if it is a link.
    pub(super) fn below(&self, path: &Path) -> io::Result<Self> {
        if let Some(folder) = self.beneath(path)? {
            return Ok(folder);
        }
        let mut folder = self.child(OsStr::new("."))?;
        for part in path.components() {
            folder = folder.child_or_new(part)?.0;
        }
        Ok(folder)
    }

    /// Opens the folder at a path below it with one call; `None` if it is missing or the system has no such call.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn beneath(&self, path: &Path) -> io::Result<Option<Self>> {
        use rustix::fs::{ResolveFlags, openat2};
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        if path.as_os_str().is_empty() {
            return Ok(None);
        }
        match openat2(
            &self.0,
            path,
            FOLDER | OFlags::CLOEXEC,
            Mode::empty(),
            resolve,
        ) {
            Ok(folder) => Ok(Some(Self(folder))),
            // Linux has it since 5.6; sandboxes without it report that it is forbidden. `AGAIN` is a rename while it looked.
            Err(Errno::NOENT | Errno::NOSYS | Errno::PERM | Errno::AGAIN) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the function of Linux"
    )]
    fn beneath(&self, _: &Path) -> io::Result<Option<Self>> {
        Ok(None)
    }

    /// Opens the folder that a part of a path names. The second value is whether it was created.
    pub(super) fn child_or_new(&self, part: Component<'_>) -> io::Result<(Self, bool)> {
        let name = part.as_os_str();
        let is_new = match mkdirat(&self.0, name, Mode::from_raw_mode(0o777)) {
            Ok(()) => true,
            Err(Errno::EXIST) => false,
            Err(error) => return Err(error.into()),
        };
        if is_new {
            return Ok((self.created(name)?, true));
        }
        Ok((self.child(name)?, false))
    }

    /// Opens a folder that was created; removes it again when it cannot be opened.
    fn created(&self, name: &OsStr) -> io::Result<Self> {
        self.child(name).inspect_err(|_| {
            // The first error is reported.
            let _ = self.remove(name);
        })
    }

    /// Creates a folder that only the current user may enter.
    pub(super) fn create_private(&self, name: &OsStr) -> io::Result<Self> {
        mkdirat(&self.0, name, Mode::from_raw_mode(0o700))?;
        self.created(name)
    }

    /// Creates a file.
    pub(super) fn create(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        Ok(openat(&self.0, name, flags, Mode::from_raw_mode(0o666))?.into())
    }

    /// Creates a symbolic link. Returns true: here every user has the right to.
    pub(super) fn symlink(&self, target: &Path, name: &OsStr) -> io::Result<bool> {
        symlinkat(target, &self.0, name)?;
        Ok(true)
    }

    /// Gives a file a second name in a folder.
    pub(super) fn link(&self, name: &OsStr, to: &Self, other: &OsStr) -> io::Result<()> {
        Ok(linkat(&self.0, name, &to.0, other, AtFlags::empty())?)
    }

    /// Opens a regular file for reading.
    pub(super) fn read(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(openat(&self.0, name, flags, Mode::empty())?);
        if !file.metadata()?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(file)
    }

    /// Returns whether there is anything of that name, a dangling link included.
    pub(super) fn contains(&self, name: &OsStr) -> bool {
        statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Moves a name to another folder, but never over an existing one, even if it was created meanwhile.
    pub(super) fn move_new(&self, name: &OsStr, to: &Self) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "macos"))]
        {
            use rustix::fs::{RenameFlags, renameat_with};
            match renameat_with(&self.0, name, &to.0, name, RenameFlags::NOREPLACE) {
                // Not every filesystem supports it.
                Err(Errno::INVAL | Errno::NOSYS) => {}
                done => return Ok(done?),
            }
        }
        if to.contains(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.rename(name, to)
    }

    /// Moves a name to another folder.
    pub(super) fn rename(&self, name: &OsStr, to: &Self) -> io::Result<()> {
        Ok(renameat(&self.0, name, &to.0, name)?)
    }

    /// Sets the modification time of a folder or a link. Where the system does not support it, the time of writing stays.
    pub(super) fn date(&self, name: &OsStr, time: ModifiedTime) {
        let _ = utimensat(&self.0, name, &times(time), AtFlags::SYMLINK_NOFOLLOW);
    }

    /// Sets the permission bits of a folder in it.
    pub(super) fn permit(&self, name: &OsStr, mode: u16) -> io::Result<()> {
        permit_file(&File::from(self.child(name)?.0), mode)
    }

    /// Returns the user and the group that it belongs to.
    pub(super) fn owner(&self) -> Option<(u32, u32)> {
        let about = fstat(&self.0).ok()?;
        Some((about.st_uid, about.st_gid))
    }

    /// Removes a folder in it that is empty.
    pub(super) fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::REMOVEDIR)?)
    }

    /// Removes everything in it, without following a link. Folders in folders are moved up first, so that depth costs neither descriptors nor stack.
    pub(super) fn clear(&self) -> io::Result<()> {
        let mut number = 0_u64;
        loop {
            let folders = self.remove_files()?;
            if folders.is_empty() {
                return Ok(());
            }
            for name in folders {
                let folder = self.child(&name)?;
                for inner in folder.remove_files()? {
                    while let Err(error) = renameat(&folder.0, &inner, &self.0, number.to_string())
                    {
                        if !matches!(error, Errno::EXIST | Errno::NOTEMPTY | Errno::NOTDIR) {
                            return Err(error.into());
                        }
                        number += 1;
                    }
                    number += 1;
                }
                self.remove(&name)?;
            }
        }
    }

    /// Removes everything except folders. Returns the names of the folders.
    fn remove_files(&self) -> io::Result<Vec<OsString>> {
        let mut folders = Vec::new();
        for entry in Dir::read_from(&self.0)? {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name == "." || name == ".." {
                continue;
            }
            match unlinkat(&self.0, name, AtFlags::empty()) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(Errno::ISDIR | Errno::PERM) => folders.push(name.to_owned()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(folders)
    }
}

/// Returns whether a link at the end of a path is followed: it is if the path ends with a slash, as for other programs.
pub(super) fn is_followed(path: &Path) -> bool {
    let bytes = path.as_os_str().as_bytes();
    bytes.ends_with(b"/") || bytes.ends_with(b"/.")
}

/// Sets the modification time of a file. Where the system does not support it, the time of writing stays.
pub(super) fn date_file(file: &File, time: ModifiedTime) {
    let _ = futimens(file, &times(time));
}

/// Sets the permission bits of a file.
pub(super) fn permit_file(file: &File, mode: u16) -> io::Result<()> {
    file.set_permissions(std::fs::Permissions::from_mode(u32::from(mode)))
}

fn times(time: ModifiedTime) -> Timestamps {
    Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: Timespec {
            tv_sec: time.seconds,
            tv_nsec: time.nanos.into(),
        },
    }
}
