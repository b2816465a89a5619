//! The entry points of the library: open an image archive, and compare two of them. The command line uses `load` instead, which adds engines, progress and
//! cancelling.

use std::fs::{self, File};
use std::io;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::Path;
use std::thread::available_parallelism;

use crate::analysis::BaseHint;
use crate::archive::{
    self, Archive, Cancel, Choice, ContentHash, Error, Input, LayerBlobs, LayerReading, Piece,
    ReadOptions,
};
use crate::compare::{Comparison, Hashes, PendingComparison, Side, Sides};
use crate::image::{Budget, Description, EntryId, Image, LayerId};

/// Opens an image: a `docker save` archive, an OCI archive or a folder with an OCI layout, plain or compressed with gzip or zstd. `choice` selects one
/// image of an archive with several.
///
/// # Errors
/// [`Error`] when the file cannot be read, or contains no image or several that `choice` matches.
pub fn open(path: impl AsRef<Path>, choice: Choice) -> Result<Archive, Error> {
    let path = path.as_ref();
    let failed = |source: io::Error| Error::File {
        path: path.to_owned(),
        source,
    };
    let input = if fs::metadata(path).map_err(failed)?.is_dir() {
        Input::Folder(path.to_owned())
    } else {
        Input::File(File::open(path).map_err(failed)?)
    };
    let options = ReadOptions {
        shared: None,
        cache: None,
        budget: Budget::default(),
        reference: path.to_string_lossy().into_owned(),
        choice,
        verify: false,
        shallow: false,
        partial: false,
        keep: true,
        hash_versions: true,
        provenance: true,
        layers: LayerReading::default(),
        expected: Description::default(),
        sender_id: None,
        threads: available_parallelism().unwrap_or(NonZeroUsize::MIN),
    };
    archive::read(input, &options, &Cancel::default(), &|_| {})
}

/// Compares two images. Files of equal size are read again where only their content can distinguish them.
///
/// # Errors
/// [`Error`] when a layer cannot be read again.
pub fn compare_archives(before: &Archive, after: &Archive) -> Result<Comparison, Error> {
    let archives = Sides::new(before, after);
    let images = archives.map(|archive| &archive.image);
    let pending = PendingComparison::of(images);
    let unread = pending.unread(images);
    let hash = |side: Side| {
        let archive = archives.get(side);
        hash_entries(&archive.image, &archive.layers, unread.get(side))
    };
    let hashes = Hashes::new(Sides::new(hash(Side::Before)?, hash(Side::After)?));
    Ok(pending.finish(images, &hashes, &BaseHint::default()))
}

/// Returns xxh3 of the contents of some entries, which are sorted by layer, then by offset.
fn hash_entries(
    image: &Image,
    layers: &LayerBlobs,
    entries: &[(LayerId, EntryId)],
) -> Result<Vec<(EntryId, NonZeroU64)>, Error> {
    let mut all = Vec::with_capacity(entries.len());
    for part in entries.chunk_by(|one, other| one.0 == other.0) {
        let mut hasher = EntryHasher::new(part);
        let offsets = hasher.offsets(image);
        let add = |index, piece: Piece<'_>| {
            hasher.add(index, piece);
            Ok(true)
        };
        layers.read(part[0].0, &offsets, &Cancel::default(), add)?;
        all.append(&mut hasher.hashes);
    }
    Ok(all)
}

/// Hashes entries of one layer while their contents are read.
pub(crate) struct EntryHasher<'a> {
    entries: &'a [(LayerId, EntryId)],
    current: ContentHash,
    /// The entries that are complete, with their hashes.
    pub(crate) hashes: Vec<(EntryId, NonZeroU64)>,
}

impl<'a> EntryHasher<'a> {
    /// Returns a hasher of `entries`, which are of one layer.
    pub(crate) fn new(entries: &'a [(LayerId, EntryId)]) -> Self {
        Self {
            entries,
            current: ContentHash::default(),
            hashes: Vec::new(),
        }
    }

    /// Returns the offsets of the entries in their layer.
    pub(crate) fn offsets(&self, image: &Image) -> Vec<u64> {
        let entries = self.entries.iter();
        entries.map(|&(_, id)| image.entry(id).offset()).collect()
    }

    /// Adds a piece of the entry at `index`.
    pub(crate) fn add(&mut self, index: usize, piece: Piece<'_>) {
        self.current.add(piece);
        if piece == Piece::End {
            let hash = std::mem::take(&mut self.current).finish();
            self.hashes.push((self.entries[index].1, hash));
        }
    }
}
