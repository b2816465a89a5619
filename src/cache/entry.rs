//! What is kept under one name, by the names of its files. Reads no contents.

use std::fs;
use std::path::PathBuf;
use std::time::SystemTime;

/// The extensions of a layer's files: its index, the places of its bytes, and what the content analysis needs of its files.
pub(super) const INDEX: &str = "layer";
pub(super) const PLACES: &str = "places";
pub(super) const DATA: &str = "data";
/// The extension of a table of contents.
pub(super) const TABLE: &str = "table";
/// The extension of what an archive has beside its layers.
pub(super) const STREAM: &str = "stream";

/// What is kept under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cached {
    /// The digest of the layer or the table; `file:` and a number for a layer without one; `image:` or `archive:` and a number.
    pub digest: String,
    /// The length of its files, in bytes.
    pub bytes: u64,
    /// When it was last used.
    pub used: SystemTime,
    /// What it is.
    pub kind: CachedKind,
    pub(super) paths: Vec<PathBuf>,
}

/// A kind of what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CachedKind {
    /// A layer.
    Layer,
    /// A table of contents of a layer, under a digest of its own.
    Table,
    /// What an archive that was read as one stream has beside its layers: one that is compressed as one file, or an engine's export.
    Archive,
}

impl Cached {
    /// Returns the kind of a file in the folder; `None` for one that is not of the cache.
    pub(super) fn of_file(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (name, end) = name.rsplit_once('.')?;
        let kind = match end {
            INDEX | PLACES | DATA => CachedKind::Layer,
            TABLE => CachedKind::Table,
            STREAM => CachedKind::Archive,
            _ => return None,
        };
        let (algorithm, hex) = name.split_once('-')?;
        let digest = format!("{algorithm}:{hex}");
        let about = fs::symlink_metadata(&path)
            .ok()
            .filter(fs::Metadata::is_file)?;
        Some(Self {
            digest,
            bytes: about.len(),
            used: about.modified().ok()?,
            kind,
            paths: vec![path],
        })
    }
}
