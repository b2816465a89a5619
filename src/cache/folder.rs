//! The folder of the indexes: one file per layer, named by its digest. A file is written under a temporary name and renamed, so readers need no lock and
//! writers may race. Beyond the limit the least recently used files are deleted. `index` has the format.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::index::{decode, encode};
use crate::archive::{LayerCache, LayerIndex};
use crate::user_folders::{folder_in, home};

/// The extension of an index's file.
const END: &str = "layer";
/// The default limit, in bytes.
pub(crate) const DEFAULT_LIMIT: u64 = 1_000_000_000;

/// Layers' indexes, kept in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
    /// The most bytes all files may have together.
    limit: u64,
}

/// A kept index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The layer's digest.
    pub digest: String,
    /// The file's length, in bytes.
    pub bytes: u64,
    /// When it was last used.
    pub used: SystemTime,
    path: PathBuf,
}

impl Cache {
    /// Returns the cache of a folder, which may be missing.
    #[must_use]
    pub const fn new(folder: PathBuf, limit: u64) -> Self {
        Self { folder, limit }
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
    pub fn list(&self) -> io::Result<Vec<Kept>> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut all: Vec<Kept> = entries
            .filter_map(|entry| kept(entry.ok()?.path()))
            .collect();
        all.sort_by(|a, b| a.used.cmp(&b.used).then_with(|| a.digest.cmp(&b.digest)));
        Ok(all)
    }

    /// Removes the least recently used indexes until no more bytes are left than the limit; returns how many were removed, and their bytes.
    ///
    /// # Errors
    /// When the folder cannot be read, or a file cannot be removed.
    pub fn prune(&self) -> io::Result<(usize, u64)> {
        let all = self.list()?;
        let mut left: u64 = all.iter().map(|kept| kept.bytes).sum();
        let (mut count, mut bytes) = (0, 0);
        for kept in all {
            if left <= self.limit {
                break;
            }
            match fs::remove_file(&kept.path) {
                // Another process may have removed it.
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            left -= kept.bytes;
            (count, bytes) = (count + 1, bytes + kept.bytes);
        }
        Ok((count, bytes))
    }

    fn path(&self, digest: &str) -> Option<PathBuf> {
        let (algorithm, hex) = digest.split_once(':')?;
        let plain =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (plain(algorithm) && plain(hex))
            .then(|| self.folder.join(format!("{algorithm}-{hex}.{END}")))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.folder)?;
        // A temporary file is its user's alone.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        self.prune()?;
        Ok(())
    }
}

impl LayerCache for Cache {
    fn get(&self, digest: &str) -> Option<LayerIndex> {
        let path = self.path(digest)?;
        let bytes = fs::read(&path).ok()?;
        let index = decode(&bytes, digest);
        match &index {
            Some(_) => {
                // The time of the last use decides what goes first; where it cannot be set the order is another.
                let now = SystemTime::now();
                let _ = File::options()
                    .append(true)
                    .open(&path)
                    .and_then(|file| file.set_modified(now));
            }
            None => {
                let _ = fs::remove_file(&path);
            }
        }
        index
    }

    fn put(&self, digest: &str, index: &LayerIndex) {
        let Some((path, bytes)) = self.path(digest).zip(encode(index)) else {
            return;
        };
        // A cache that cannot be written is none.
        if bytes.len() as u64 <= self.limit {
            let _ = self.write(&path, &bytes);
        }
    }
}

fn kept(path: PathBuf) -> Option<Kept> {
    let name = path.file_name()?.to_str()?;
    let (algorithm, hex) = name.strip_suffix(END)?.strip_suffix('.')?.split_once('-')?;
    let digest = format!("{algorithm}:{hex}");
    let about = fs::symlink_metadata(&path)
        .ok()
        .filter(fs::Metadata::is_file)?;
    Some(Kept {
        digest,
        bytes: about.len(),
        used: about.modified().ok()?,
        path,
    })
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

    use super::{Cache, File};
    use crate::archive::{LayerCache as _, LayerIndex};
    use crate::image::{Compression, Listing};

    fn digest(number: u8) -> String {
        format!("sha256:{number:064}")
    }

    fn index(number: u8) -> LayerIndex {
        let mut listing = Listing::new(Compression::None);
        listing.digests = Some((digest(number), digest(number)));
        LayerIndex {
            listing,
            checkpoints: Vec::new(),
        }
    }

    #[test]
    fn a_stored_index_is_found_and_a_damaged_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().join("a/b"), 1 << 20);
        assert!(cache.list().unwrap().is_empty() && cache.get(&digest(1)).is_none());
        cache.put(&digest(1), &index(1));
        assert!(cache.get(&digest(1)).is_some() && cache.get(&digest(2)).is_none());
        let kept = cache.list().unwrap().remove(0);
        assert_eq!(kept.digest, digest(1));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(cache.folder()), mode(&kept.path)), (0o700, 0o600));
        }
        std::fs::copy(&kept.path, cache.path(&digest(2)).unwrap()).unwrap();
        assert!(cache.get(&digest(2)).is_none(), "another layer's");
        std::fs::write(&kept.path, b"junk").unwrap();
        assert!(cache.get(&digest(1)).is_none());
        assert!(
            cache.list().unwrap().is_empty(),
            "what cannot be read is removed"
        );
        cache.put("sha256:../x", &index(1));
        assert!(cache.list().unwrap().is_empty());
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path().to_owned(), 1 << 20);
        for number in 1..=3 {
            cache.put(&digest(number), &index(number));
            let before = SystemTime::now() - Duration::from_secs(1000 - u64::from(number));
            let file = File::options()
                .append(true)
                .open(cache.path(&digest(number)).unwrap());
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
        small.put(&digest(4), &index(4));
        assert!(small.get(&digest(2)).is_none() && small.get(&digest(1)).is_some());
        assert_eq!(small.limited(0).prune().unwrap().0, 3);
    }
}
