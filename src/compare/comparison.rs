//! The comparison itself: everything screens and reports lead with, computed once. Holds no reference to the images, reads and draws nothing.

use super::aligned_tree::{AlignedTree, RowId};
use super::layer_alignment::LayerAlignment;
use super::metadata::{HistoryPair, MetadataField, history, metadata};
use super::moves::Moves;
use super::pending::{AlignedPair, Hashes, PendingComparison};
use super::side::{Side, Sides};
use super::statuses::{sizes, statuses};
use crate::analysis::{Analysis, BaseHint, Differences, Status, compare_entries};
use crate::compare::folder_deltas::{FolderDelta, folder_deltas};
use crate::image::{EntryId, Image, Snapshot};

/// How many files, folders not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileCounts {
    /// Only after has them.
    pub added: usize,
    /// Only before has them.
    pub removed: usize,
    /// Both have them, and they differ.
    pub changed: usize,
    /// The same bytes at another path; neither added nor removed.
    pub moved: usize,
    /// The same at the same path.
    pub same: usize,
}

/// What happened to one row, what lies below it left aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Same,
    /// Only after has it.
    Added,
    /// Only before has it.
    Removed,
    /// Both have it and differ in this.
    Changed(Differences),
    /// It now stands at that row.
    MovedTo(RowId),
    /// It stood at that row.
    MovedFrom(RowId),
}

/// Two images, compared.
#[derive(Debug)]
pub struct Comparison {
    /// Every path either finished image shows.
    pub rows: AlignedTree,
    /// A status for every row; a folder is Modified when anything below it differs. Moved rows are Removed and Added here.
    pub statuses: Vec<Status>,
    /// Unpacked bytes at and below every row, on either side.
    pub sizes: Sides<Vec<u64>>,
    /// What moved where.
    pub moves: Moves,
    /// How many files.
    pub counts: FileCounts,
    /// The layers, aligned.
    pub layers: LayerAlignment,
    /// What the images say of themselves.
    pub metadata: Vec<MetadataField>,
    /// Their histories, aligned.
    pub history: Vec<HistoryPair>,
    /// The largest parts of the difference, by folder.
    pub folder_deltas: Vec<FolderDelta>,
    /// Each image's own numbers.
    pub analyses: Sides<Analysis>,
    /// Whether both are one image: the same id, or the same layers and configuration.
    pub one_image: bool,
    seen: Sides<Snapshot>,
}

impl PendingComparison {
    /// Tells the images apart. `images` are those the draft is of; files whose content is in neither `hashes` nor the images are taken to differ.
    /// Linear in the paths, but for sorting what moved.
    #[must_use]
    pub fn finish(self, images: Sides<&Image>, hashes: &Hashes, hint: &BaseHint) -> Comparison {
        let pair = self.pair(images, hashes);
        let statuses = statuses(&pair);
        let sizes = sizes(&pair);
        let moves = Moves::find(&pair);
        let counts = count(&pair, &statuses, &moves);
        let folder_deltas = folder_deltas(&self.rows, &sizes);
        let layers = LayerAlignment::of(images);
        Comparison {
            statuses,
            sizes,
            counts,
            folder_deltas,
            moves,
            metadata: metadata(images),
            history: history(images),
            analyses: images.map(|image| Analysis::of(image, hint)),
            one_image: one_image(images),
            layers,
            rows: self.rows,
            seen: self.seen,
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
        let paired = moves.twin(row).is_some();
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

fn one_image(images: Sides<&Image>) -> bool {
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
    /// Returns what happened to a row itself.
    #[must_use]
    pub fn change(&self, row: RowId) -> Change {
        let twin = self.moves.twin(row);
        match (self.statuses[row.index()], twin) {
            (Status::Added, Some(from)) => Change::MovedFrom(from),
            (Status::Removed, Some(to)) => Change::MovedTo(to),
            (Status::Added, None) => Change::Added,
            (Status::Removed, None) => Change::Removed,
            (Status::Modified(what), _) => match what.without(Differences::BELOW) {
                Differences::NOTHING => Change::Same,
                what => Change::Changed(what),
            },
            (Status::Unmodified | Status::Absent, _) => Change::Same,
        }
    }

    /// Returns the record a side shows at a row.
    #[must_use]
    pub fn entry(&self, row: RowId, side: Side) -> Option<EntryId> {
        self.seen.get(side).get(self.rows.node(row, side)?)
    }

    /// Returns the bytes after − before at and below a row.
    #[must_use]
    pub fn delta(&self, row: RowId) -> i128 {
        let bytes = |side| i128::from(self.sizes.get(side)[row.index()]);
        bytes(Side::After) - bytes(Side::Before)
    }

    /// Returns the unpacked bytes over all layers, after − before.
    #[must_use]
    pub fn size_delta(&self) -> i128 {
        i128::from(self.analyses.after.size) - i128::from(self.analyses.before.size)
    }

    /// Returns the whole path of a row with a leading slash, as bytes.
    #[must_use]
    pub fn path(&self, images: Sides<&Image>, row: RowId) -> Vec<u8> {
        let (side, node) = self.rows.any_node(row);
        images.get(side).tree.path(node)
    }

    /// Returns in what a row that moved differs beside its path: mode, owner, xattrs.
    #[must_use]
    pub fn moved_what(&self, images: Sides<&Image>, from: RowId, to: RowId) -> Differences {
        let entry = |row, side: Side| Some(images.get(side).entry(self.entry(row, side)?));
        match (entry(from, Side::Before), entry(to, Side::After)) {
            (Some(before), Some(after)) => {
                let what = compare_entries((images.before, before), (images.after, after));
                what.without(Differences::CONTENT.and(Differences::TARGET))
            }
            _ => Differences::NOTHING,
        }
    }
}
