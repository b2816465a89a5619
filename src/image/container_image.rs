//! The image and its look-ups, without analysis. Nothing changes an image that is shared: [`Image::with_hashes`], and
//! `Image::set_dockerfile` in `dockerfile`, complete it while it is read.

use std::num::NonZeroU64;

use super::archive_layout::ArchiveLayout;
use super::budget::Account;
use super::build_times::BuildTimes;
use super::config::{Config, HistoryEntry};
use super::dockerfile::Dockerfile;
use super::entry::{Entry, EntryKind, RareFields, must_hash};
use super::ids::{ContentId, EntryId, LayerId, NodeId};
use super::instruction::plain_instruction;
use super::layer::{Layer, LayerHeading};
use super::named_base::NamedBase;
use super::names::{HardLinks, Names, Removal, VisibleName};
use super::naming::Naming;
use super::platform::Platform;
use super::snapshot::Snapshot;
use super::timeline::Timeline;
use super::tree::Tree;

/// The metadata of an image.
#[derive(Clone, Debug, Default)]
pub struct Description {
    /// The image as the user wrote it.
    pub reference: String,
    /// What selected it beside that.
    pub selected_by: Naming,
    /// What it was read from: `docker`, `podman`, `OCI archive`; empty if unknown.
    pub origin: String,
    /// How the archive lists it; `None` if unknown.
    pub layout: Option<ArchiveLayout>,
    /// Whether it was read from a registry.
    pub is_in_registry: bool,
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
    pub history: Vec<HistoryEntry>,
    /// The measured times of its build.
    pub build_times: BuildTimes,
    /// The Dockerfile that it was built from, by its provenance or as the user named it.
    pub dockerfile: Option<Dockerfile>,
    /// Annotations of the manifest, sorted by key.
    pub annotations: Vec<(String, String)>,
    /// The base image in its annotations or labels.
    pub base: Option<NamedBase>,
    /// What is known of each layer, bottom first.
    pub headings: Vec<LayerHeading>,
    /// The name of each layer's blob in the archive, bottom first.
    pub blobs: Vec<String>,
    /// Whether manifest and config only were read, so that all layers count as [missing](Image::missing_layers).
    pub shallow: bool,
}

/// Something odd in an image that can still be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The layer it is in.
    pub layer: Option<LayerId>,
    /// The text; names in it are escaped.
    pub text: String,
}

impl Warning {
    /// Returns the text after the layer's number: `layer 2: its blob is empty`.
    #[cfg(feature = "cli")]
    pub(crate) fn sentence(&self) -> String {
        match self.layer {
            Some(layer) => format!("layer {}: {}", layer.index() + 1, self.text),
            None => self.text.clone(),
        }
    }
}

/// A container image. It does not change once it is read.
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
    pub(super) rare_fields: Vec<RareFields>,
    pub(super) links: HardLinks,
    /// The names after the top layer.
    pub(super) names: Names,
    /// The memory of all this, until the image is dropped.
    pub(super) _account: Account,
}

/// What a path of the finished image shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visible {
    /// The layer that stores it; of a hard link, the layer of its content.
    pub layer: LayerId,
    /// Its entry; of a hard link, the entry of its content.
    pub entry: EntryId,
    /// The bytes that count at this path: 0 for all names of a content but the first.
    pub bytes: u64,
    /// The path at which its content counts, when that is another one.
    pub counted_at: Option<NodeId>,
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
    pub fn rare_fields(&self, entry: &Entry) -> Option<&RareFields> {
        entry.rare_fields.map(|id| &self.rare_fields[id.index()])
    }

    /// Returns where a symbolic or hard link points, as written.
    #[must_use]
    pub fn target(&self, entry: &Entry) -> Option<&[u8]> {
        matches!(entry.kind(), EntryKind::Symlink | EntryKind::HardLink).then(|| {
            self.rare_fields(entry)
                .map_or(&b""[..], |fields| &fields.target)
        })
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

    /// Returns the top layer; `None` if the image has no layers.
    #[must_use]
    pub fn top(&self) -> Option<LayerId> {
        self.layer_ids().next_back()
    }

    /// Returns the entry that a container sees at a path, with the layer that stores it; for a hard link those of the file it names.
    #[must_use]
    pub fn visible_entry(&self, node: NodeId) -> Option<(LayerId, EntryId)> {
        self.visible(node).map(|seen| (seen.layer, seen.entry))
    }

    /// Returns whether COPY or ADD created a layer.
    #[must_use]
    pub(crate) fn is_copied(&self, layer: LayerId) -> bool {
        let instruction = plain_instruction(&self.layer(layer).heading.instruction);
        matches!(instruction.split(' ').next(), Some("COPY" | "ADD"))
    }

    /// Returns the filesystem after a layer; before the first one when there is none.
    #[must_use]
    pub fn snapshot(&self, layer: Option<LayerId>) -> Snapshot {
        layer.map_or_else(
            || Snapshot::empty(self.tree.len()),
            |layer| Snapshot::new(self.timeline.snapshot(layer), self.names_after(layer)),
        )
    }

    /// Returns the finished image with the file that each hard link names in place of the link.
    #[must_use]
    pub fn with_links_resolved(&self) -> Snapshot {
        let mut files = self.snapshot(self.top());
        for name in self.names.iter() {
            files.entries_mut()[name.1.index()] = Some(name.0.1);
        }
        files
    }

    fn names_after(&self, layer: LayerId) -> Names {
        if self.top() == Some(layer) {
            self.names.clone()
        } else {
            self.links.names_after(&self.timeline, layer)
        }
    }

    /// Returns what a path of the finished image shows.
    #[must_use]
    pub fn visible(&self, node: NodeId) -> Option<Visible> {
        let last = self.timeline.events(node).last()?;
        let stored = (last.layer, last.entry?);
        let name = self.name(&self.names, node, stored.1);
        let (layer, entry) = name.map_or(stored, |name| name.content);
        let counted_at = name.map(|name| name.first).filter(|first| *first != node);
        Some(Visible {
            layer,
            entry,
            bytes: match counted_at {
                Some(_) => 0,
                None => self.entry(entry).size,
            },
            counted_at,
        })
    }

    /// Returns the [`VisibleName`] of a path whose content has several names.
    fn name<'a>(&self, names: &'a Names, node: NodeId, entry: EntryId) -> Option<&'a VisibleName> {
        let linked = self.links.is_linked(entry);
        linked.then(|| names.get(node)).flatten()
    }

    /// Returns the content of an entry of a layer: its own, or that of the file a hard link names. `None` for other kinds and for links without a target.
    #[must_use]
    pub fn content(&self, (layer, id): ContentId) -> Option<ContentId> {
        match self.entry(id).kind() {
            EntryKind::File => Some((layer, id)),
            EntryKind::HardLink => self.links.content(id),
            _ => None,
        }
    }

    /// Returns an entry, or instead of a hard link the entry of the file it names.
    #[must_use]
    pub(crate) fn file_entry(&self, id: EntryId) -> &Entry {
        let content = self.links.content(id);
        self.entry(content.map_or(id, |(_, id)| id))
    }

    /// Returns every path that was a name of a content with hard links, in the tree's order, each once; none of any other content.
    pub fn names(&self, content: ContentId) -> impl Iterator<Item = NodeId> + '_ {
        self.links.paths(content)
    }

    /// Returns every visible name of the contents with hard links, in the tree's order.
    pub fn visible_names(&self) -> impl Iterator<Item = (ContentId, NodeId)> + '_ {
        self.names.iter()
    }

    /// Returns the paths at which a content with hard links is visible, in the tree's order; none of any other content.
    pub(crate) fn visible_paths(&self, content: ContentId) -> impl Iterator<Item = NodeId> {
        let top = self.top().into_iter();
        top.flat_map(move |top| self.links.visible_paths(&self.timeline, content, top))
    }

    /// Returns how the last name of a content was removed; `None` while one is visible. `own` is the path of its entry.
    #[must_use]
    pub(crate) fn removal(&self, content: ContentId, own: NodeId) -> Option<Removal> {
        self.links.removal(&self.timeline, content, own)
    }

    /// Returns the layers that are not in the archive, or were not read, bottom first.
    pub fn missing_layers(&self) -> impl Iterator<Item = LayerId> + '_ {
        let missing = |id: &LayerId| self.layer(*id).missing;
        self.layer_ids().filter(missing)
    }

    /// Returns how many layers were listed from their [tables of contents](Layer::from_table).
    #[must_use]
    pub fn layers_from_tables(&self) -> usize {
        self.layers.iter().filter(|layer| layer.from_table).count()
    }

    /// Returns the size of the image in uncompressed bytes: the sum over its layers; without [missing](Self::missing_layers) ones, a lower bound.
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

    /// Returns the entries whose content must be hashed before the versions of a path can be compared, with their layers: regular files with the same
    /// path and size in different layers, not empty, whose known hashes do not settle it. Sorted by layer, then by offset.
    #[must_use]
    pub(crate) fn versions_to_hash(&self) -> Vec<(LayerId, EntryId)> {
        let mut found = Vec::new();
        for node in self.tree.ids() {
            let events = self.timeline.events(node);
            if events.len() < 2 {
                continue;
            }
            let of_node = events
                .iter()
                .filter_map(|event| self.content((event.layer, event.entry?)));
            let mut files: Vec<(LayerId, EntryId)> =
                of_node.filter(|(_, id)| self.entry(*id).size > 0).collect();
            files.sort_unstable_by_key(|&(_, id)| (self.entry(id).size, id));
            files.dedup_by_key(|(_, id)| *id);
            for same_size in files.chunk_by(|a, b| self.entry(a.1).size == self.entry(b.1).size) {
                if same_size.len() > 1 {
                    let entries = same_size.iter().map(|(_, id)| self.entry(*id));
                    let unread = must_hash(entries);
                    let versions = same_size.iter();
                    found.extend(versions.filter(|(_, id)| unread(self.entry(*id))));
                }
            }
        }
        found.sort_by_key(|&(layer, id)| (layer, self.entry(id).offset(), id));
        found.dedup_by_key(|(_, id)| *id);
        found
    }

    /// Returns the image with content hashes of some entries.
    #[must_use]
    pub(crate) fn with_hashes(
        mut self,
        hashes: impl IntoIterator<Item = (EntryId, NonZeroU64)>,
    ) -> Self {
        for (id, hash) in hashes {
            self.entries[id.index()].hash = Some(hash);
        }
        self
    }

    /// Returns the bytes of all files that are visible at a path and below it after a layer.
    #[must_use]
    pub fn visible_size(&self, node: NodeId, layer: LayerId) -> u64 {
        let names = self.names_after(layer);
        (node.0..self.tree.end(node).0)
            .map(NodeId)
            .map(|id| self.bytes(&names, id, self.timeline.at(id, layer)))
            .fold(0, u64::saturating_add)
    }

    /// Returns the bytes that count at a path with a visible entry.
    fn bytes(&self, names: &Names, node: NodeId, entry: Option<EntryId>) -> u64 {
        let Some(entry) = entry else { return 0 };
        match self.name(names, node, entry) {
            Some(name) if name.first == node => self.entry(name.content.1).size,
            Some(_) => 0,
            None => self.entry(entry).size,
        }
    }

    /// Returns the bytes that count at a path in a filesystem: 0 for all names of a content but the first.
    #[must_use]
    pub(crate) fn bytes_in(&self, snapshot: &Snapshot, node: NodeId) -> u64 {
        self.bytes(snapshot.names(), node, snapshot.get(node))
    }
}
