//! The operations that differ between systems: renaming, links, permission bits, times, owners.

use std::fs;
#[cfg(not(unix))]
use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use super::{ExtractPlan, LostAttributes};
use crate::archive::Modified;

/// Renames a file, but never over an existing one, even if it was created meanwhile.
pub(super) fn move_new(from: &Path, goal: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, from, CWD, goal, RenameFlags::NOREPLACE) {
            // Not every filesystem supports it.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {}
            done => return done.map_err(io::Error::from),
        }
    }
    if fs::symlink_metadata(goal).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, goal)
}

/// Sets the modification time of a file, a folder or a link. Where the system does not support it, the time of writing stays.
#[cfg(unix)]
pub(super) fn date(path: &Path, time: Modified) {
    use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_OMIT, utimensat};
    let times = Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: Timespec {
            tv_sec: time.seconds,
            tv_nsec: time.nanos.into(),
        },
    };
    let _ = utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW);
}

/// Sets the modification time of a file; links and folders keep the time of writing.
#[cfg(not(unix))]
pub(super) fn date(path: &Path, time: Modified) {
    use std::time::{Duration, UNIX_EPOCH};
    if let Ok(seconds) = u64::try_from(time.seconds)
        && let Some(time) = UNIX_EPOCH.checked_add(Duration::new(seconds, time.nanos))
        && fs::symlink_metadata(path).is_ok_and(|about| about.is_file())
        && let Ok(file) = OpenOptions::new().write(true).open(path)
    {
        let _ = file.set_modified(time);
    }
}

/// Returns the attributes of the image that are not kept.
#[cfg(unix)]
pub(super) fn lost(plan: &ExtractPlan, stage: &Path) -> LostAttributes {
    use std::os::unix::fs::MetadataExt;
    // Written files belong to the current user.
    let ours = fs::symlink_metadata(stage).map(|about| (about.uid(), about.gid()));
    let others = |ours| plan.owners.iter().any(|owner| *owner != ours);
    LostAttributes {
        owners: ours.is_ok_and(others),
        setuid: plan.setuid,
    }
}

/// Returns the attributes that are not kept; this system has no such owners.
#[cfg(not(unix))]
pub(super) fn lost(plan: &ExtractPlan, _: &Path) -> LostAttributes {
    LostAttributes {
        owners: false,
        setuid: plan.setuid,
    }
}

#[cfg(unix)]
pub(super) fn permit(path: &Path, mode: u16) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(u32::from(mode)))
}

#[cfg(not(unix))]
pub(super) fn permit(_: &Path, _: u16) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
pub(super) fn symlink(target: &Path, path: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(windows)]
pub(super) fn symlink(target: &Path, path: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target, path)
}
