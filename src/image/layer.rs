//! A layer: what it did to the paths, and what is known of the blob it came in. No stacking here (that is `timeline`), no reading.

use super::ids::{EntryId, NodeId};

/// How a layer's blob is packed, found by its magic bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compression {
    /// A plain tar.
    None,
    /// gzip (RFC 1952), also of several members, also eStargz.
    Gzip,
    /// zstd (RFC 8878), also with skippable frames, also zstd:chunked.
    Zstd,
}

/// What is known of a layer before its tar has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerHeading {
    /// The instruction that made it, as the history has it, without a leading `/bin/sh -c `; empty when the history is missing.
    pub instruction: String,
    /// Digest of the unpacked tar (`sha256:…`), from the config.
    pub diff_id: Option<String>,
    /// Bytes as stored in the archive or registry, when known.
    pub compressed: Option<u64>,
    /// Unpacked bytes of its files as an engine tells them beforehand. They say about how large its tar will be, no more.
    pub expected: Option<u64>,
}

/// One layer of the image.
#[derive(Clone, Debug)]
pub struct Layer {
    /// What was known of it before reading.
    pub heading: LayerHeading,
    /// The name of its blob inside the archive: `blobs/sha256/…`, `<id>/layer.tar`, `<hex>.tar.gz`.
    pub blob: String,
    /// Whether it was read; one that is still to come is empty.
    pub read: bool,
    /// How the blob is packed.
    pub compression: Compression,
    /// Unpacked bytes: the sum over every record of its tar, replaced duplicates included.
    pub size: u64,
    /// How many records its tar has, folders and whiteouts included.
    pub records: usize,
    /// What it did.
    pub changes: ChangeSet,
}

impl Layer {
    /// Returns what its blob is known by: its diff_id, else the digest in its name.
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

/// What a layer does to the layers below it; applied in the order of the fields (OCI image spec, "Image Layer Filesystem Changeset").
/// Each list is sorted by node; `whiteouts` and `puts` name a node at most once.
#[derive(Clone, Debug, Default)]
pub struct ChangeSet {
    /// Paths of lower layers that `.wh.NAME` hides, with the whiteout's own record.
    pub whiteouts: Vec<(NodeId, EntryId)>,
    /// Folders whose lower contents `.wh..wh..opq` hides.
    pub opaque: Vec<NodeId>,
    /// Paths this layer holds, each with its last record.
    pub puts: Vec<(NodeId, EntryId)>,
    /// Records of `puts`' paths that a later record of the same layer replaced: shipped, never seen.
    pub replaced: Vec<(NodeId, EntryId)>,
}
