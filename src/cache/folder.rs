//! The folder of the cache. Files named by the digest of a layer have its index, its data and the places where its bytes were verified. Files named by the
//! digest of a table of contents have the table and the data of the layer that it lists. One file for each archive read as a stream has its index. A file
//! is written under a temporary name and renamed, so readers need no lock and writers may race. Above the limit, the least recently used files are deleted.
//! `entry` has the names of the files, `index`, `data`, `verified_places` and `stream` have the formats.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::checksummed_file::{Magic, open, seal};
use super::entry::{Cached, DATA, INDEX, PLACES, STREAM, TABLE};
use super::{data, index, stream, trusted, verified_places};
use crate::analysis::needed_files::LayerData;
use crate::archive::{BlobPlace, Checkpoint, LayerCache, LayerIndex, StreamIndex};
use crate::image::Listing;
use crate::user_folders::{folder_in, home};

/// The start of the file of a table of contents.
const TABLE_MAGIC: &Magic = b"dive-rs table 1\n";
/// The default limit, in bytes.
pub(crate) const DEFAULT_LIMIT: u64 = 1_000_000_000;

/// After how many bytes the folder is pruned again, as a part of the limit: looking at every file takes time where there are many.
const SHARE: u64 = 64;
/// The start of the names of temporary files.
const TEMPORARY: &str = ".tmp";
/// The age above which a temporary file is deleted: the run that wrote it was killed.
const ABANDONED: Duration = Duration::from_hours(1);
/// The count of unpruned bytes at the start, above any limit's share, so that the first write prunes.
const NEVER_PRUNED: u64 = 1 << 62;

/// Layers' indexes, kept in a folder.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
    /// The most bytes all files may have together.
    limit: u64,
    /// Bytes that this and its clones wrote since they pruned.
    unpruned: Arc<AtomicU64>,
    /// Locked by the clone that changes data.
    writing: Arc<Mutex<()>>,
}

impl Cache {
    /// Returns the cache of a folder, which may be missing.
    #[must_use]
    pub fn new(folder: PathBuf, limit: u64) -> Self {
        Self {
            folder,
            limit,
            unpruned: Arc::new(AtomicU64::new(NEVER_PRUNED)),
            writing: Arc::default(),
        }
    }

    /// Returns the most bytes that all files may have together.
    #[cfg(test)]
    pub(crate) const fn limit(&self) -> u64 {
        self.limit
    }

    /// Returns the same cache with another limit.
    #[must_use]
    pub(crate) fn limited(self, limit: u64) -> Self {
        Self { limit, ..self }
    }

    /// Returns the folder.
    #[must_use]
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns what is kept, the least recently used first.
    ///
    /// # Errors
    /// When the folder is there and cannot be read.
    pub fn list(&self) -> io::Result<Vec<Cached>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut all: BTreeMap<String, Cached> = BTreeMap::new();
        for file in entries.filter_map(|entry| Cached::of_file(entry.ok()?.path())) {
            match all.get_mut(&file.digest) {
                Some(kept) => {
                    kept.bytes += file.bytes;
                    kept.used = kept.used.max(file.used);
                    // A table has the data of its layer beside it.
                    kept.kind = kept.kind.max(file.kind);
                    kept.paths.extend(file.paths);
                }
                None => {
                    all.insert(file.digest.clone(), file);
                }
            }
        }
        let mut all: Vec<Cached> = all.into_values().collect();
        all.sort_by(|a, b| a.used.cmp(&b.used).then_with(|| a.digest.cmp(&b.digest)));
        Ok(all)
    }

    /// Removes the least recently used files until the limit is met, and the temporary files of killed runs; returns what was removed.
    ///
    /// # Errors
    /// When the folder cannot be read, or a file cannot be removed.
    pub fn prune(&self) -> io::Result<Vec<Cached>> {
        let all = self.list()?;
        self.remove_abandoned();
        let mut left: u64 = all.iter().map(|kept| kept.bytes).sum();
        let mut removed = Vec::new();
        for kept in all {
            if left <= self.limit {
                break;
            }
            for path in &kept.paths {
                match fs::remove_file(path) {
                    // Another process may have removed it.
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            left -= kept.bytes;
            removed.push(kept);
        }
        Ok(removed)
    }

    /// Removes the temporary files of killed runs. One that cannot be removed is left.
    fn remove_abandoned(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            if !name.as_encoded_bytes().starts_with(TEMPORARY.as_bytes()) {
                continue;
            }
            let about = entry.metadata().ok().filter(fs::Metadata::is_file);
            let age = about.and_then(|about| about.modified().ok()?.elapsed().ok());
            if age.is_some_and(|age| age > ABANDONED) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Returns what was extracted from the files of a layer whose bytes are known to have this digest; `None` if that was not kept.
    pub(crate) fn data(&self, digest: &str) -> Option<LayerData> {
        let bytes = trusted::read(&self.path(digest, DATA)?).ok()?;
        data::decode(&bytes, digest)
    }

    /// Returns whether the cache has all that any image with a layer needs, so that the layer's bytes are not read.
    pub(crate) fn is_complete(&self, digest: &str) -> bool {
        let data = self.data(digest);
        data.is_some_and(|data| data.is_complete()) && self.get(digest).is_some()
    }

    /// Changes what is kept of the files of such a layer. Two changes in this process are both kept; of changes in two processes, the later may win.
    pub(crate) fn change_data(&self, digest: &str, change: impl FnOnce(&mut LayerData)) {
        let _one_writer = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut data = self.data(digest).unwrap_or_default();
        change(&mut data);
        if let Some((path, bytes)) = self.path(digest, DATA).zip(data::encode(digest, &data)) {
            self.write(&path, &bytes);
        }
    }

    /// Returns a file's path; `None` if the digest is not one.
    fn path(&self, digest: &str, end: &str) -> Option<PathBuf> {
        let (algorithm, hex) = digest.split_once(':')?;
        let plain =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (plain(algorithm) && plain(hex))
            .then(|| self.folder.join(format!("{algorithm}-{hex}.{end}")))
    }

    /// Returns the decoded contents of a file, and notes its use; removes a file that cannot be decoded.
    fn read<T>(
        &self,
        name: &str,
        end: &str,
        decode: impl FnOnce(&[u8], &str) -> Option<T>,
    ) -> Option<T> {
        let path = self.path(name, end)?;
        let decoded = decode(&trusted::read(&path).ok()?, name);
        if decoded.is_some() {
            note_use(&path);
        } else {
            let _ = fs::remove_file(&path);
        }
        decoded
    }

    /// Writes one of a layer's files. A cache that cannot be written is ignored.
    fn write(&self, path: &Path, bytes: &[u8]) {
        if bytes.len() as u64 <= self.limit {
            let _ = self.replace(path, bytes);
        }
    }

    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)?;
        // A temporary file is its user's alone.
        let mut file = tempfile::Builder::new()
            .prefix(TEMPORARY)
            .tempfile_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        let written = bytes.len() as u64;
        let before = self.unpruned.fetch_add(written, Ordering::Relaxed);
        if before.saturating_add(written) > self.limit / SHARE {
            self.unpruned.store(0, Ordering::Relaxed);
            self.prune()?;
        }
        Ok(())
    }
}

impl LayerCache for Cache {
    fn get(&self, digest: &str) -> Option<LayerIndex> {
        self.read(digest, INDEX, index::decode)
    }

    fn length(&self, digest: &str) -> Option<u64> {
        self.read(digest, INDEX, index::decode_length)
    }

    fn put(&self, digest: &str, length: u64, listing: &Listing, checkpoints: &[Checkpoint]) {
        let bytes = index::encode(digest, length, listing, checkpoints);
        if let Some((path, bytes)) = self.path(digest, INDEX).zip(bytes) {
            self.write(&path, &bytes);
        }
    }

    fn stream(&self, name: &str) -> Option<(StreamIndex, Vec<Checkpoint>)> {
        self.read(name, STREAM, stream::decode)
    }

    fn put_stream(&self, name: &str, index: &StreamIndex, checkpoints: &[Checkpoint]) {
        let bytes = stream::encode(name, index, checkpoints);
        if let Some((path, bytes)) = self.path(name, STREAM).zip(bytes) {
            self.write(&path, &bytes);
        }
    }

    fn table(&self, digest: &str) -> Option<Vec<u8>> {
        let path = self.path(digest, TABLE)?;
        let bytes = open(TABLE_MAGIC, &trusted::read(&path).ok()?)?;
        note_use(&path);
        Some(bytes)
    }

    fn put_table(&self, digest: &str, bytes: &[u8]) {
        if let Some((path, bytes)) = self.path(digest, TABLE).zip(seal(TABLE_MAGIC, bytes)) {
            self.write(&path, &bytes);
        }
    }

    fn is_verified(&self, digest: &str, place: &BlobPlace) -> bool {
        let path = self.path(digest, PLACES);
        path.is_some_and(|path| verified_places::has(&path, digest, place))
    }

    fn set_verified(&self, digest: &str, place: &BlobPlace) {
        if let Some(path) = self.path(digest, PLACES) {
            let text = verified_places::with(&path, digest, place);
            self.write(&path, text.as_bytes());
        }
    }
}

/// Records that a file was used now: the least recently used file is deleted first. If it cannot be recorded, only that order differs.
fn note_use(path: &Path) {
    let now = SystemTime::now();
    let file = File::options().append(true).open(path);
    let _ = file.and_then(|file| file.set_modified(now));
}

/// Returns the folder for the cache: below `$XDG_CACHE_HOME`, `~/.cache`, `~/Library/Caches` or `%LOCALAPPDATA%`.
#[must_use]
pub(crate) fn default_folder() -> Option<PathBuf> {
    let base = if cfg!(windows) {
        folder_in("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        folder_in("XDG_CACHE_HOME").or_else(|| Some(home()?.join("Library/Caches")))
    } else {
        folder_in("XDG_CACHE_HOME").or_else(|| Some(home()?.join(".cache")))
    };
    Some(base?.join("dive-rs").join("layers"))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{ABANDONED, Cache, File, INDEX};
    use crate::archive::LayerCache as _;
    use crate::image::{Compression, Listing};

    fn digest(number: u8) -> String {
        format!("sha256:{number:064}")
    }

    fn listing(number: u8) -> Listing {
        let mut listing = Listing::new(Compression::None);
        listing.digests = Some((digest(number), digest(number)));
        listing
    }

    fn put(cache: &Cache, number: u8) {
        cache.put(&digest(number), 1, &listing(number), &[]);
    }

    #[test]
    fn a_stored_index_is_found_and_a_damaged_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("a/b"), 1 << 20);
        assert!(cache.list().unwrap().is_empty() && cache.get(&digest(1)).is_none());
        put(&cache, 1);
        assert!(cache.get(&digest(1)).is_some() && cache.get(&digest(2)).is_none());
        let kept = cache.list().unwrap().remove(0);
        assert_eq!(kept.digest, digest(1));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(cache.folder()), mode(&kept.paths[0])), (0o700, 0o600));
        }
        std::fs::copy(&kept.paths[0], cache.path(&digest(2), INDEX).unwrap()).unwrap();
        assert!(cache.get(&digest(2)).is_none(), "another layer's");
        std::fs::write(&kept.paths[0], b"junk").unwrap();
        assert!(cache.get(&digest(1)).is_none());
        assert!(
            cache.list().unwrap().is_empty(),
            "what cannot be read is removed"
        );
        cache.put("sha256:../x", 1, &listing(1), &[]);
        assert!(cache.list().unwrap().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn what_other_users_can_write_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let set = |path: &std::path::Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        let folder = tempfile::tempdir().unwrap();
        let cache = || Cache::new(folder.path().to_owned(), 1 << 20);
        for number in 1..=3 {
            put(&cache(), number);
        }
        let path = |number| cache().path(&digest(number), INDEX).unwrap();
        set(&path(1), 0o666);
        assert!(cache().get(&digest(1)).is_none() && cache().get(&digest(2)).is_some());
        // A pipe that nothing writes to is not waited for.
        std::fs::remove_file(path(2)).unwrap();
        let made = std::process::Command::new("mkfifo").arg(path(2)).status();
        assert!(made.is_ok_and(|made| made.success()));
        assert!(cache().get(&digest(2)).is_none());
        // In a folder that others can write to, the user's own files are read.
        set(folder.path(), 0o777);
        assert!(cache().get(&digest(3)).is_some());
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().to_owned(), 1 << 20);
        for number in 1..=3 {
            put(&cache, number);
            let before = SystemTime::now() - Duration::from_secs(1000 - u64::from(number));
            let file = File::options()
                .append(true)
                .open(cache.path(&digest(number), INDEX).unwrap());
            file.unwrap().set_modified(before).unwrap();
        }
        assert!(cache.get(&digest(1)).is_some());
        let order: Vec<String> = cache
            .list()
            .unwrap()
            .into_iter()
            .map(|kept| kept.digest)
            .collect();
        assert_eq!(order, [digest(2), digest(3), digest(1)]);
        let each = cache.list().unwrap()[0].bytes;
        let small = Cache::new(folder.path().to_owned(), each * 3);
        put(&small, 4);
        assert!(small.get(&digest(2)).is_none() && small.get(&digest(1)).is_some());
        assert_eq!(small.limited(0).prune().unwrap().len(), 3);
    }

    #[test]
    fn temporary_files_of_killed_runs_are_removed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().to_owned(), 1 << 20);
        let [old, new, other] =
            [".tmpOLD", ".tmpNEW", "other"].map(|name| folder.path().join(name));
        for path in [&old, &new, &other] {
            std::fs::write(path, "cut").unwrap();
        }
        for path in [&old, &other] {
            let file = File::options().append(true).open(path).unwrap();
            file.set_modified(SystemTime::now() - ABANDONED - Duration::from_secs(9))
                .unwrap();
        }
        put(&cache, 1);
        assert_eq!(
            [&old, &new, &other].map(|path| path.exists()),
            [false, true, true]
        );
    }

    #[cfg(unix)]
    #[test]
    fn places_are_of_one_layer_and_the_latest_are_kept() {
        use super::PLACES;
        use crate::cache::verified_places::MOST_PLACES;
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("a"), 1 << 20);
        let file = tempfile::tempfile().unwrap();
        file.set_len(1 << 20).unwrap();
        let blob = crate::archive::Blob::file(file).unwrap();
        let place = |start: u64| blob.part(start, 10).place().unwrap();
        assert!(!cache.is_verified(&digest(1), &place(0)));
        for start in 0..=MOST_PLACES as u64 {
            cache.set_verified(&digest(1), &place(start));
            assert!(cache.is_verified(&digest(1), &place(start)));
        }
        assert!(cache.is_verified(&digest(1), &place(1)));
        assert!(!cache.is_verified(&digest(1), &place(0)), "the oldest");
        assert!(!cache.is_verified(&digest(2), &place(1)), "another layer");
        let path = |number| cache.path(&digest(number), PLACES).unwrap();
        std::fs::copy(path(1), path(2)).unwrap();
        assert!(!cache.is_verified(&digest(2), &place(1)));
        let text = std::fs::read(path(1)).unwrap();
        std::fs::write(path(1), &text[..text.len() - 2]).unwrap();
        assert!(!cache.is_verified(&digest(1), &place(1)), "cut");
        cache.set_verified(&digest(1), &place(1));
        assert!(cache.is_verified(&digest(1), &place(1)));
        assert_eq!(cache.list().unwrap().len(), 2);
        assert_eq!(cache.clone().limited(0).prune().unwrap().len(), 2);
        assert!(cache.list().unwrap().is_empty());
    }

    /// The estimate of a layer's size and the analysis of its contents run at the same time.
    #[test]
    fn no_change_of_a_layers_data_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().to_owned(), 1 << 20);
        let clones = [cache.clone(), cache.clone()];
        std::thread::scope(|scope| {
            for (cache, bytes) in clones.iter().zip(0..) {
                scope.spawn(move || {
                    for _ in 0..20 {
                        cache.change_data("sha256:00", |data| {
                            let known = data.compressed_estimate().unwrap_or_default();
                            data.set_compressed_estimate(known + 1 + (bytes << 32));
                        });
                    }
                });
            }
        });
        let estimate = cache.data("sha256:00").unwrap().compressed_estimate();
        assert_eq!(estimate, Some(40 + (20 << 32)));
    }
}
