//! The image and its look-ups. No analysis; only [`Image::with_hashes`] changes it.

use std::num::NonZeroU64;

use super::budget::Account;
use super::config::{Config, History, Platform};
use super::entry::{Entry, Extra, Kind};
use super::ids::{EntryId, LayerId, NodeId};
use super::instruction::plain_instruction;
use super::layer::{Compression, Layer, LayerHeading};
use super::named_base::NamedBase;
use super::snapshot::Snapshot;
use super::timeline::Timeline;
use super::tree::Tree;

/// The metadata of an image.
#[derive(Clone, Debug, Default)]
pub struct Description {
    /// The image as the user wrote it.
    pub reference: String,
    /// What it was read from: `docker`, `podman`, `OCI archive`; empty if unknown.
    pub origin: String,
    /// Its names in the archive: `alpine:3.20`.
    pub tags: Vec<String>,
    /// The image id: the digest of the config, if known.
    pub id: Option<String>,
    /// The digest of the manifest, if known.
    pub digest: Option<String>,
    /// Its platform.
    pub platform: Platform,
    /// Its run configuration.
    pub config: Config,
    /// Its history, oldest first, lines without a layer included.
    pub history: Vec<History>,
    /// Annotations of the manifest, sorted by key.
    pub annotations: Vec<(String, String)>,
    /// The base image in its annotations or labels.
    pub base: Option<NamedBase>,
    /// What is known of each layer, bottom first.
    pub headings: Vec<LayerHeading>,
    /// The name of each layer's blob in the archive, bottom first.
    pub blobs: Vec<String>,
}

/// Something odd in an image that can still be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The layer it is in.
    pub layer: Option<LayerId>,
    /// The text; names in it are escaped.
    pub text: String,
}

/// A container image. Immutable.
#[derive(Debug)]
pub struct Image {
    /// Its metadata.
    pub about: Description,
    /// The layers, bottom first.
    pub layers: Vec<Layer>,
    /// Every path of every layer, deleted ones included.
    pub tree: Tree,
    /// The versions of every path.
    pub timeline: Timeline,
    /// Warnings.
    pub warnings: Vec<Warning>,
    pub(super) entries: Vec<Entry>,
    pub(super) extras: Vec<Extra>,
    /// The memory of all this, until the image is dropped.
    pub(super) _account: Account,
}

impl Image {
    /// Returns an entry.
    #[must_use]
    pub fn entry(&self, id: EntryId) -> &Entry {
        &self.entries[id.index()]
    }

    /// Returns every entry of every layer, in no particular order.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Returns an entry's link target, extended attributes and device number.
    #[must_use]
    pub fn extra(&self, entry: &Entry) -> Option<&Extra> {
        entry.extra.map(|id| &self.extras[id.index()])
    }

    /// Returns where a symbolic or hard link points, as written.
    #[must_use]
    pub fn target(&self, entry: &Entry) -> Option<&[u8]> {
        matches!(entry.kind(), Kind::Symlink | Kind::HardLink)
            .then(|| self.extra(entry).map_or(&b""[..], |extra| &extra.target))
    }

    /// Returns every layer's id, bottom first.
    pub fn layer_ids(
        &self,
    ) -> impl DoubleEndedIterator<Item = LayerId> + ExactSizeIterator + use<> {
        let len = u32::try_from(self.layers.len()).unwrap_or(u32::MAX);
        (0..len).map(LayerId)
    }

    /// Returns a layer.
    #[must_use]
    pub fn layer(&self, id: LayerId) -> &Layer {
        &self.layers[id.index()]
    }

    /// Returns the top layer; nothing when the image has no layers.
    #[must_use]
    pub fn top(&self) -> Option<LayerId> {
        self.layer_ids().next_back()
    }

    /// Returns the entry that a container sees at a path, with the layer that stores it.
    #[must_use]
    pub fn visible_entry(&self, node: NodeId) -> Option<(LayerId, EntryId)> {
        let last = self.timeline.of(node).last()?;
        Some((last.layer, last.entry?))
    }

    /// Returns whether COPY or ADD created a layer.
    #[must_use]
    pub fn is_copied(&self, layer: LayerId) -> bool {
        let instruction = plain_instruction(&self.layer(layer).heading.instruction);
        matches!(instruction.split(' ').next(), Some("COPY" | "ADD"))
    }

    /// Returns the filesystem after a layer; before the first one when there is none.
    #[must_use]
    pub fn snapshot(&self, layer: Option<LayerId>) -> Snapshot {
        layer.map_or_else(
            || Snapshot::empty(self.tree.len()),
            |layer| self.timeline.snapshot(layer),
        )
    }

    /// Returns the size of the image in uncompressed bytes: the sum over its layers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.layers
            .iter()
            .map(|layer| layer.size)
            .fold(0, u64::saturating_add)
    }

    /// Returns the compressed bytes of all layers, if known of each.
    #[must_use]
    pub fn compressed_size(&self) -> Option<u64> {
        self.layers
            .iter()
            .map(|layer| layer.heading.compressed)
            .sum()
    }

    /// Returns whether any layer is compressed.
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        let mut layers = self.layers.iter();
        layers.any(|layer| layer.compression != Compression::None)
    }

    /// Returns the entries whose content must be hashed before the versions of a path can be compared, with their layers: regular files with the same
    /// path and size in different layers, not empty, that were not hashed while they were listed. Sorted by layer, then by offset.
    #[must_use]
    pub fn versions_to_hash(&self) -> Vec<(LayerId, EntryId)> {
        let mut found = Vec::new();
        for node in self.tree.ids() {
            let events = self.timeline.of(node);
            if events.len() < 2 {
                continue;
            }
            let of_node = events
                .iter()
                .filter_map(|event| Some((event.layer, event.entry?)));
            let mut files: Vec<(LayerId, EntryId)> =
                of_node.filter(|(_, id)| self.may_differ(*id)).collect();
            files.sort_unstable_by_key(|&(_, id)| (self.entry(id).size, id));
            files.dedup_by_key(|(_, id)| *id);
            for same_size in files.chunk_by(|a, b| self.entry(a.1).size == self.entry(b.1).size) {
                if same_size.len() > 1 {
                    let unread = same_size
                        .iter()
                        .filter(|(_, id)| self.entry(*id).hash.is_none());
                    found.extend(unread);
                }
            }
        }
        found.sort_by_key(|&(layer, id)| (layer, self.entry(id).offset, id));
        found.dedup_by_key(|(_, id)| *id);
        found
    }

    fn may_differ(&self, id: EntryId) -> bool {
        let entry = self.entry(id);
        entry.kind() == Kind::File && entry.size > 0
    }

    /// Returns the image with the content hashes that [`Self::versions_to_hash`] lists.
    #[must_use]
    pub fn with_hashes(mut self, hashes: impl IntoIterator<Item = (EntryId, NonZeroU64)>) -> Self {
        for (id, hash) in hashes {
            self.entries[id.index()].hash = Some(hash);
        }
        self
    }

    /// Returns the bytes of all files that are visible at a path and below it after a layer.
    #[must_use]
    pub fn visible_size(&self, node: NodeId, layer: LayerId) -> u64 {
        (node.0..self.tree.end(node).0)
            .filter_map(|id| self.timeline.at(NodeId(id), layer))
            .map(|entry| self.entry(entry).size)
            .fold(0, u64::saturating_add)
    }

    /// Returns the node that a link at `from` points to: hard links are relative to the root, symbolic links to their folder unless they start with a slash.
    /// `..` never leaves the root. One step only: the caller follows a link to a link.
    #[must_use]
    pub fn resolve(&self, from: NodeId, entry: &Entry) -> Option<NodeId> {
        let target = self.target(entry)?;
        let rooted = entry.kind() == Kind::HardLink || target.starts_with(b"/");
        let start = if rooted {
            NodeId::ROOT
        } else {
            self.tree.parent(from)?
        };
        target
            .split(|&byte| byte == b'/')
            .try_fold(start, |at, part| match part {
                b"" | b"." => Some(at),
                b".." => Some(self.tree.parent(at).unwrap_or(NodeId::ROOT)),
                name => self.tree.child(at, name),
            })
    }
}
