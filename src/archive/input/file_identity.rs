//! The identity of an open file's bytes: it differs from that of any other file, and from its own after a change. Taken from the open descriptor, never from a
//! path, which may lead to another file by then. Reads no content.

use std::fmt;
use std::fs::File;
#[cfg(unix)]
use std::time::{Duration, SystemTime};

/// The identity of an open file: any change of its bytes changes it, once it has [settled](Self::settle).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileIdentity {
    device: u64,
    inode: u64,
    bytes: u64,
    /// Seconds and nanoseconds since 1970 of the last change of the content, which programs can set.
    modified: (i64, i64),
    /// The same of content or attributes, which no program can set.
    changed: (i64, i64),
}

/// A range of a file, and the file's identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlobPlace {
    pub(crate) file: FileIdentity,
    pub(crate) start: u64,
    pub(crate) length: u64,
}

/// All that distinguishes it, on one line.
impl fmt::Display for BlobPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, start, length) = (&self.file, self.start, self.length);
        let (device, inode, bytes) = (file.device, file.inode, file.bytes);
        let ((modified, modified_ns), (changed, changed_ns)) = (file.modified, file.changed);
        write!(
            f,
            "{device} {inode} {bytes} {modified}.{modified_ns} {changed}.{changed_ns} {start} {length}"
        )
    }
}

/// The longest step of the clock by which a kernel dates changes: a change within it may leave the time as it is.
#[cfg(unix)]
const STEP: Duration = Duration::from_millis(20);
/// The same of a filesystem that stores no fractions of seconds.
#[cfg(unix)]
const COARSE_STEP: Duration = Duration::from_secs(2);

#[cfg(unix)]
impl FileIdentity {
    /// Returns the identity of an open file.
    pub(crate) fn of(file: &File) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let about = file.metadata().ok()?;
        about.is_file().then(|| Self {
            device: about.dev(),
            inode: about.ino(),
            bytes: about.len(),
            modified: (about.mtime(), about.mtime_nsec()),
            changed: (about.ctime(), about.ctime_nsec()),
        })
    }

    /// Returns whether the identity will show any later change. For a file that was just written this waits up to 20 ms.
    pub(crate) fn settle(&self) -> bool {
        let (seconds, nanoseconds) = self.changed;
        let parts = u64::try_from(seconds)
            .ok()
            .zip(u32::try_from(nanoseconds).ok());
        let Some(changed) = parts.and_then(|(seconds, nanoseconds)| {
            SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))
        }) else {
            return false;
        };
        // A change in the future is another machine's, or the clock was set.
        let Ok(age) = SystemTime::now().duration_since(changed) else {
            return false;
        };
        if nanoseconds == 0 {
            return age > COARSE_STEP;
        }
        if let Some(left) = STEP.checked_sub(age) {
            std::thread::sleep(left);
        }
        true
    }
}

#[cfg(not(unix))]
impl FileIdentity {
    /// Returns nothing: the standard library has no identity of a file here.
    pub(crate) fn of(_: &File) -> Option<Self> {
        None
    }

    /// Returns whether the identity will show any later change.
    #[expect(clippy::unused_self, reason = "the function of the other systems")]
    pub(crate) fn settle(&self) -> bool {
        false
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::FileExt as _;

    use super::FileIdentity;

    #[test]
    fn a_change_of_bytes_changes_the_identity_even_with_the_old_time() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"one").unwrap();
        let before = FileIdentity::of(&file).unwrap();
        assert!(before.settle());
        assert_eq!(FileIdentity::of(&file), Some(before.clone()));
        let modified = file.metadata().unwrap().modified().unwrap();
        file.write_all_at(b"two", 0).unwrap();
        file.set_modified(modified).unwrap();
        let after = FileIdentity::of(&file).unwrap();
        assert_eq!(after.modified, before.modified);
        assert_ne!(after, before);
    }

    #[test]
    fn a_change_in_the_future_never_settles() {
        let file = tempfile::tempfile().unwrap();
        let mut identity = FileIdentity::of(&file).unwrap();
        identity.changed = (i64::MAX / 4, 5);
        assert!(!identity.settle());
        identity.changed = (-1, 5);
        assert!(!identity.settle());
    }
}
