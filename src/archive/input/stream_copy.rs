//! A reader that copies its stream to an unnamed temporary file, so that contents can be read later. The copy is dropped, and reading continues, when the disk
//! runs low. Independent of formats.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// Bytes of the disk that must stay free.
#[cfg(unix)]
const SPARE: u64 = 1 << 30;
/// After how many bytes the free space is checked again.
const CHECK_EVERY: u64 = 64 << 20;

/// Reads a stream and keeps a copy.
pub(crate) struct StreamCopy<R> {
    inner: R,
    copy: Option<File>,
    written: u64,
}

impl<R: Read> StreamCopy<R> {
    /// Wraps a reader; copies it if `keep` is set and a disk has room.
    pub(crate) fn new(inner: R, keep: bool) -> Self {
        let copy = if keep { open_copy(0, false) } else { None };
        Self {
            inner,
            copy,
            written: 0,
        }
    }

    /// Returns the copy, if it is complete.
    pub(crate) fn into_copy(self) -> Option<File> {
        self.copy
    }

    fn keep(&mut self, bytes: &[u8]) {
        let Some(copy) = &mut self.copy else { return };
        let before = self.written / CHECK_EVERY;
        self.written += bytes.len() as u64;
        let low = self.written / CHECK_EVERY > before && !has_room(copy, 0);
        if low || copy.write_all(bytes).is_err() {
            self.copy = None;
        }
    }
}

impl<R: Read> Read for StreamCopy<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.keep(&buf[..count]);
        Ok(count)
    }
}

/// Opens an unnamed temporary file on a disk with room for `bytes` bytes, which are reserved if all of them will be written: `/tmp` is often in memory, so
/// `/var/tmp` goes first.
pub(crate) fn open_copy(bytes: u64, is_whole: bool) -> Option<File> {
    let places = [
        std::env::var_os("TMPDIR").map(PathBuf::from),
        Some(PathBuf::from("/var/tmp")),
        Some(std::env::temp_dir()),
    ];
    let files = places
        .into_iter()
        .flatten()
        .filter_map(|place| tempfile::tempfile_in(place).ok());
    // Copies that are written at the same time take their room from the same disk.
    files
        .into_iter()
        .find(|file| has_room(file, bytes) && (!is_whole || reserve(file, bytes)))
}

/// Reserves room for so many bytes; returns whether the disk has it. A disk that reserves none counts as one with room.
#[cfg(target_os = "linux")]
fn reserve(file: &File, bytes: u64) -> bool {
    use rustix::fs::{FallocateFlags, fallocate};
    use rustix::io::Errno;
    let reserved = || fallocate(file, FallocateFlags::KEEP_SIZE, 0, bytes);
    bytes == 0 || !matches!(reserved(), Err(Errno::NOSPC | Errno::DQUOT))
}

#[cfg(not(target_os = "linux"))]
fn reserve(_: &File, _: u64) -> bool {
    true
}

#[cfg(unix)]
fn has_room(file: &File, bytes: u64) -> bool {
    let needed = SPARE.saturating_add(bytes);
    rustix::fs::fstatvfs(file)
        .is_ok_and(|stat| stat.f_bavail.saturating_mul(stat.f_frsize) > needed)
}

#[cfg(not(unix))]
fn has_room(_: &File, _: u64) -> bool {
    true
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::{open_copy, reserve};

    #[test]
    fn room_is_reserved_for_what_will_be_written() {
        let blocks = |is_whole| {
            let file = open_copy(8 << 20, is_whole).expect("a disk with room");
            file.metadata().unwrap().blocks() * 512
        };
        assert_eq!(blocks(false), 0);
        // Some file systems reserve nothing.
        assert!(matches!(blocks(true), 0 | 8_388_608..));
        assert!(open_copy(u64::MAX, true).is_none());
    }

    #[test]
    fn a_disk_without_room_is_not_used() {
        let Ok(file) = tempfile::tempfile_in("/dev/shm") else {
            return;
        };
        let stat = rustix::fs::fstatvfs(&file).unwrap();
        let all = stat.f_blocks * stat.f_frsize;
        assert!(reserve(&file, 4096));
        assert!(!reserve(&file, all + (1 << 20)));
    }
}
