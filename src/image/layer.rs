//! A layer: its changes to the paths, and its blob. No stacking here (that is `timeline`), no reading.

use super::ids::{EntryId, NodeId};
use super::listing::Unreachable;
use super::source_lines::SourceLines;

/// The compression of a layer's blob, detected by its magic bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compression {
    /// A plain tar.
    None,
    /// gzip (RFC 1952), also with several members, also eStargz.
    Gzip,
    /// zstd (RFC 8878), also with skippable frames, also zstd:chunked.
    Zstd,
}

/// What is known of a layer before its tar is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerHeading {
    /// The instruction that made it, from the build history, without a leading `/bin/sh -c `; empty if the history is missing.
    pub instruction: String,
    /// A description where the instruction is missing or too general: a comment, store paths, a buildpack.
    pub described: Option<String>,
    /// Digest of the decompressed tar (`sha256:…`), from the config.
    pub diff_id: Option<String>,
    /// Bytes of its blob as the registry or the archive stores it, compressed or not. Docker's archives store it uncompressed: then the size that the
    /// manifest lists, if it does.
    pub compressed: Option<u64>,
    /// Bytes of its files according to the engine: the approximate size of its tar.
    pub expected: Option<u64>,
    /// The lines of the build's sources that made it, if known.
    pub source: Option<SourceLines>,
}

/// One layer of the image.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Layer {
    /// What was known before it was read.
    pub heading: LayerHeading,
    /// The name of its blob in the archive: `blobs/sha256/…`, `<id>/layer.tar`, `<hex>.tar.gz`.
    pub blob: String,
    /// Whether it is read; one that is still loading is empty.
    pub read: bool,
    /// Whether its blob is not in the archive: its size and its entries are unknown, and sums over all layers are lower bounds.
    pub missing: bool,
    /// Whether it was listed from its table of contents, whose digest the manifest names. Its own bytes were not read.
    pub from_table: bool,
    /// Whether the digests of its bytes were computed and are those that manifest and config name.
    pub verified: bool,
    /// The compression of the blob.
    pub compression: Compression,
    /// Bytes of all entries of its tar, replaced duplicates and unreachable entries included.
    pub size: u64,
    /// Its entries that no kernel can open.
    pub unreachable: Unreachable,
    /// How many entries its tar has, folders and whiteouts included.
    pub entry_count: usize,
    /// Its changes.
    pub changes: ChangeSet,
}

impl Layer {
    /// Returns the identity of its content: its diff_id, else the digest in the blob's name.
    #[must_use]
    pub fn identity(&self) -> Option<&str> {
        let hex = |text: &str| {
            text.len() >= 64
                && text[text.len() - 64..]
                    .bytes()
                    .all(|b| b.is_ascii_hexdigit())
        };
        let name = self.blob.split('.').next().unwrap_or_default();
        let digest = Some(name).filter(|name| name.is_ascii() && hex(name));
        self.heading.diff_id.as_deref().or(digest)
    }
}

/// The changes of a layer to the layers below it, applied in the order of the fields (OCI image spec, "Image Layer Filesystem Changeset").
/// Each list is sorted by node; `whiteouts` and `entries` have a node at most once.
#[derive(Clone, Debug, Default)]
pub struct ChangeSet {
    /// Paths of lower layers that `.wh.NAME` hides, with the whiteout's entry.
    pub whiteouts: Vec<(NodeId, EntryId)>,
    /// Folders whose lower contents `.wh..wh..opq` hides.
    pub opaque: Vec<NodeId>,
    /// Paths in this layer, each with its last entry.
    pub entries: Vec<(NodeId, EntryId)>,
    /// Entries that a later entry of the same layer and path replaced: shipped, never visible.
    pub replaced: Vec<(NodeId, EntryId)>,
}
