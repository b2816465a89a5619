//! The comparison of two images: everything that screens and reports show, computed once. Contains no reference to the images.

use std::sync::Arc;

use super::aligned_tree::{AlignedTree, RowId};
use super::layer_alignment::LayerAlignment;
use super::metadata::{HistoryPair, MetadataField, history, metadata};
use super::moves::Moves;
use super::pending::{AlignedPair, Hashes, PendingComparison};
use super::side::{Side, Sides};
use super::statuses::{sizes, statuses};
use crate::analysis::{
    Amount, Analysis, BaseHint, EntryDifferences, KNOWN_LAYERS, Status, compare_entries,
};
use crate::compare::folder_deltas::{FolderDelta, folder_deltas};
use crate::image::{EntryId, Image, NodeId, Snapshot};

/// Numbers of files, without folders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileCounts {
    /// Only in the image after.
    pub added: usize,
    /// Only in the image before.
    pub removed: usize,
    /// In both, with differences.
    pub changed: usize,
    /// Equal content at another path; not counted as added or removed.
    pub moved: usize,
    /// Equal, at the same path.
    pub same: usize,
}

impl FileCounts {
    /// Returns the numbers for the same images in the other order.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) const fn swapped(self) -> Self {
        Self {
            added: self.removed,
            removed: self.added,
            ..self
        }
    }
}

/// The change of one row itself, without the rows below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowChange {
    /// None.
    Same,
    /// Only in the image after.
    Added,
    /// Only in the image before.
    Removed,
    /// In both, with these differences.
    Changed(EntryDifferences),
    /// Moved to that row.
    MovedTo(RowId),
    /// Moved from that row.
    MovedFrom(RowId),
}

/// Two images, compared.
#[derive(Debug)]
pub struct Comparison {
    /// Every path visible in either image.
    pub rows: AlignedTree,
    /// A status for every row; a folder is Modified when anything below it differs. A moved row is Removed or Added here.
    pub statuses: Vec<Status>,
    /// Unpacked bytes at and below every row, before and after.
    pub sizes: Sides<Vec<u64>>,
    /// The moved paths.
    pub moves: Moves,
    /// Numbers of files.
    pub counts: FileCounts,
    /// The layers, aligned.
    pub layers: LayerAlignment,
    /// The run configurations, aligned.
    pub metadata: Vec<MetadataField>,
    /// The histories, aligned.
    pub history: Vec<HistoryPair>,
    /// The largest differences by folder.
    pub folder_deltas: Vec<FolderDelta>,
    /// The analysis of each image.
    pub analyses: Sides<Arc<Analysis>>,
    /// Whether both are the same image.
    pub sameness: Sameness,
    /// Whether differences of stored bytes are known: every layer that is not in an archive is a layer of both images.
    pub is_exact: bool,
    visible: Sides<Snapshot>,
}

/// Whether two images are the same one: by their names, the id or the digests of layers with the configuration, and by what was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// The names differ.
    Other,
    /// The names are equal, but the files or the layers are not: one of the images does not have the bytes that its names promise.
    Contradicted,
    /// The names are equal and nothing that was read differs, but the bytes of some layer were not compared with its digest.
    Unverified,
    /// The names are equal, and every layer has the bytes of its digest.
    Verified,
}

impl Sameness {
    /// Returns whether the images count as the same one.
    #[must_use]
    pub const fn is_same(self) -> bool {
        matches!(self, Self::Unverified | Self::Verified)
    }

    fn of(images: Sides<&Image>, statuses: &[Status]) -> Self {
        if !same_names(images) {
            return Self::Other;
        }
        let contents = |side| {
            let layers = images.get(side).layers.iter();
            layers.map(|layer| (layer.missing, layer.size, layer.entry_count))
        };
        let is_changed = |status: &Status| {
            matches!(
                status,
                Status::Added | Status::Removed | Status::Modified(_)
            )
        };
        if contents(Side::Before).ne(contents(Side::After)) || statuses.iter().any(is_changed) {
            return Self::Contradicted;
        }
        let mut layers = Side::BOTH.iter().flat_map(|side| &images.get(*side).layers);
        if layers.all(|layer| layer.verified) {
            Self::Verified
        } else {
            Self::Unverified
        }
    }
}

impl PendingComparison {
    /// Compares the images, which must be those of [`PendingComparison::of`]. Files of equal size without a hash count as different. Linear in the paths,
    /// except for sorting moved files.
    #[must_use]
    pub fn finish(self, images: Sides<&Image>, hashes: &Hashes, hint: &BaseHint) -> Comparison {
        let pair = self.pair(images, hashes);
        let statuses = statuses(&pair);
        let sizes = sizes(&pair);
        let moves = Moves::find(&pair);
        let counts = count(&pair, &statuses, &moves);
        let folder_deltas = folder_deltas(&pair, &sizes);
        let layers = LayerAlignment::of(images);
        Comparison {
            sameness: Sameness::of(images, &statuses),
            statuses,
            sizes,
            counts,
            folder_deltas,
            moves,
            metadata: metadata(images),
            history: history(images),
            analyses: images.map(|image| Arc::new(Analysis::of(image, hint))),
            is_exact: is_exact(images),
            layers,
            rows: self.rows,
            visible: self.visible,
        }
    }
}

fn count(pair: &AlignedPair<'_>, statuses: &[Status], moves: &Moves) -> FileCounts {
    let mut counts = FileCounts::default();
    for row in pair.rows.ids() {
        let file = |side| pair.entry(row, side).is_some_and(|entry| !entry.is_dir());
        if !file(Side::Before) && !file(Side::After) {
            continue;
        }
        let paired = moves.counterpart(row).is_some();
        *match statuses[row.index()] {
            Status::Added if paired => &mut counts.moved,
            Status::Removed if paired => continue,
            Status::Added => &mut counts.added,
            Status::Removed => &mut counts.removed,
            Status::Modified(_) => &mut counts.changed,
            Status::Unmodified | Status::Absent => &mut counts.same,
        } += 1;
    }
    counts
}

fn is_exact(images: Sides<&Image>) -> bool {
    let missing = images.map(|image| {
        let layers = image.missing_layers().map(|id| image.layer(id).identity());
        layers.collect::<Vec<_>>()
    });
    missing.before == missing.after && missing.before.iter().all(Option::is_some)
}

/// Returns whether two images have the same names: equal id, or equal layers and configuration.
fn same_names(images: Sides<&Image>) -> bool {
    let (before, after) = (images.before, images.after);
    if before.about.id.is_some() && before.about.id == after.about.id {
        return true;
    }
    let ids = images.map(|image| {
        let layers = image.layers.iter();
        layers
            .map(|layer| layer.heading.diff_id.as_deref())
            .collect::<Option<Vec<_>>>()
    });
    let about = images.map(|image| (&image.about.config, &image.about.platform));
    ids.before.as_ref().is_some_and(|ids| !ids.is_empty())
        && ids.before == ids.after
        && about.before == about.after
}

impl Comparison {
    /// Returns the comparison of the same images in the other order, `images`: the rows and what differs are the same.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn swapped(&self, images: Sides<&Image>) -> Self {
        let status = |status: &Status| match *status {
            Status::Added => Status::Removed,
            Status::Removed => Status::Added,
            same => same,
        };
        Self {
            rows: self.rows.swapped(),
            statuses: self.statuses.iter().map(status).collect(),
            sizes: self.sizes.clone().swapped(),
            moves: self.moves.swapped(),
            counts: self.counts.swapped(),
            layers: LayerAlignment::of(images),
            metadata: metadata(images),
            history: history(images),
            folder_deltas: self
                .folder_deltas
                .iter()
                .map(FolderDelta::swapped)
                .collect(),
            analyses: self.analyses.clone().swapped(),
            sameness: self.sameness,
            is_exact: self.is_exact,
            visible: self.visible.clone().swapped(),
        }
    }

    /// Returns the fields of the configuration that differ.
    #[cfg(feature = "cli")]
    pub(crate) fn differing_metadata(&self) -> impl Iterator<Item = &MetadataField> {
        self.metadata.iter().filter(|field| !field.is_same())
    }

    /// Returns the change of a row itself.
    #[must_use]
    pub fn change(&self, row: RowId) -> RowChange {
        let counterpart = self.moves.counterpart(row);
        match (self.statuses[row.index()], counterpart) {
            (Status::Added, Some(from)) => RowChange::MovedFrom(from),
            (Status::Removed, Some(to)) => RowChange::MovedTo(to),
            (Status::Added, None) => RowChange::Added,
            (Status::Removed, None) => RowChange::Removed,
            (Status::Modified(what), _) => match what.without(EntryDifferences::BELOW) {
                EntryDifferences::NOTHING => RowChange::Same,
                what => RowChange::Changed(what),
            },
            (Status::Unmodified | Status::Absent, _) => RowChange::Same,
        }
    }

    /// Returns the visible entry of a row in one image; for a hard link the entry of the file it names.
    #[must_use]
    pub fn entry(&self, row: RowId, side: Side) -> Option<EntryId> {
        self.visible.get(side).get(self.rows.node(row, side)?)
    }

    /// Returns the node at which the content of a row counts in one image, when that is another name of it.
    #[must_use]
    pub fn counted_at(&self, row: RowId, side: Side) -> Option<NodeId> {
        let node = self.rows.node(row, side)?;
        self.visible.get(side).names().counted_at(node)
    }

    /// Returns the bytes after − before at and below a row.
    #[must_use]
    pub fn delta(&self, row: RowId) -> i128 {
        let bytes = |side| i128::from(self.sizes.get(side)[row.index()]);
        bytes(Side::After) - bytes(Side::Before)
    }

    /// Returns whether every layer of both images is in its archive.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.analyses.before.is_complete() && self.analyses.after.is_complete()
    }

    /// Returns whether differences between files are known, and so those of visible and of hidden bytes: of a missing layer that both images have, each may
    /// hide another part.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn knows_files(&self) -> bool {
        self.is_complete() || self.sameness.is_same() && self.is_exact
    }

    /// Returns a number over all layers of an image as an amount.
    #[must_use]
    pub fn amount(&self, side: Side, number: u64) -> Amount {
        self.analyses.get(side).amount(number)
    }

    /// Returns the words after numbers of both images that missing layers could raise or lower: `, known layers only`; empty when all are there.
    #[must_use]
    pub fn scope(&self) -> &'static str {
        if self.is_complete() { "" } else { KNOWN_LAYERS }
    }

    /// Returns the head of differences between files: `Δ`, or `known Δ` when a missing layer may have some of the files.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn delta_head(&self) -> &'static str {
        if self.knows_files() { "Δ" } else { "known Δ" }
    }

    /// Returns the unpacked bytes over all layers, after − before; of the known layers when the difference is not [exact](Self::is_exact).
    #[must_use]
    pub fn size_delta(&self) -> i128 {
        i128::from(self.analyses.after.size) - i128::from(self.analyses.before.size)
    }

    /// Returns the absolute path of a row, as bytes.
    #[must_use]
    pub fn path(&self, images: Sides<&Image>, row: RowId) -> Vec<u8> {
        let (side, node) = self.rows.any_node(row);
        images.get(side).tree.path(node)
    }

    /// Returns the differences of a moved row besides its path: mode, owner, xattrs.
    #[must_use]
    pub(crate) fn moved_what(
        &self,
        images: Sides<&Image>,
        from: RowId,
        to: RowId,
    ) -> EntryDifferences {
        let entry = |row, side: Side| Some(images.get(side).entry(self.entry(row, side)?));
        match (entry(from, Side::Before), entry(to, Side::After)) {
            (Some(before), Some(after)) => {
                let what = compare_entries((images.before, before), (images.after, after));
                what.without(EntryDifferences::CONTENT.and(EntryDifferences::TARGET))
            }
            _ => EntryDifferences::NOTHING,
        }
    }
}
