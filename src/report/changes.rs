//! The words and numbers of a comparison that its reports share. No format's own layout.

use serde::Serialize;

use super::facts::ComparisonFacts;
use crate::bytes::{human_if_known, ratio, signed, thousands};
use crate::compare::{FileCounts, PathChange, PathStatus, Side, Sides};

/// The JSON keys of [`FileCounts`].
#[derive(Serialize)]
pub(super) struct FileCountKeys {
    added: usize,
    removed: usize,
    changed: usize,
    moved: usize,
    same: usize,
}

impl From<FileCounts> for FileCountKeys {
    fn from(counts: FileCounts) -> Self {
        let FileCounts {
            added,
            removed,
            changed,
            moved,
            same,
        } = counts;
        Self {
            added,
            removed,
            changed,
            moved,
            same,
        }
    }
}

impl ComparisonFacts<'_> {
    /// Returns the path at which the content of a change counts on a side, when that is another name of it.
    pub(super) fn counted_at(&self, changed: &PathChange, side: Side) -> Option<Vec<u8>> {
        let node = self.comparison.counted_at(changed.at(side), side)?;
        Some(self.images.get(side).tree.path(node))
    }

    /// Returns where the content of an equal file counts, each path written by `name`; `None` for other changes.
    pub(super) fn counted(
        &self,
        changed: &PathChange,
        name: impl Fn(&[u8]) -> String,
    ) -> Option<String> {
        let counted_at = |side: Side| {
            let path = name(&self.counted_at(changed, side)?);
            Some(match side {
                Side::Before => format!("counted at {path} before"),
                Side::After => format!("counted at {path}"),
            })
        };
        let is_same = changed.status == PathStatus::Same;
        is_same.then(|| Side::BOTH.into_iter().find_map(counted_at))?
    }

    /// Returns the difference of a sum over all stored bytes with its sign, and its ratio; `unknown` when a missing layer decides it.
    pub(super) fn sum_delta(&self, bytes: Sides<u64>) -> (String, String) {
        self.delta(bytes, self.comparison.is_exact)
    }

    /// Returns the difference of visible or of hidden bytes as [`Self::sum_delta`].
    pub(super) fn visible_delta(&self, bytes: Sides<u64>) -> (String, String) {
        self.delta(bytes, self.comparison.knows_files())
    }

    fn delta(&self, bytes: Sides<u64>, is_known: bool) -> (String, String) {
        if !is_known {
            return ("unknown".to_owned(), String::new());
        }
        let delta = i128::from(bytes.after) - i128::from(bytes.before);
        (self.signed(delta), ratio(bytes.before, bytes.after))
    }

    /// Returns a sum over the layers of one image: `1.2 MB`, `≥ 1.2 MB` when a layer is missing.
    pub(super) fn sum(&self, side: Side, bytes: Sides<u64>) -> String {
        let amount = self.comparison.amount(side, *bytes.get(side));
        amount.bytes(self.units)
    }

    /// Returns the numbers of files by change: `3 added, 2 removed, …`.
    pub(super) fn counts(&self) -> String {
        let FileCounts {
            added,
            removed,
            changed,
            moved,
            same,
        } = self.comparison.counts;
        let [added, removed, changed, moved, same] =
            [added, removed, changed, moved, same].map(|count| thousands(count as u64));
        let scope = self.comparison.scope();
        format!(
            "{added} added, {removed} removed, {changed} changed, {moved} moved, {same} unchanged{scope}"
        )
    }

    /// Returns the bytes that a machine with the image before downloads, and what they are.
    pub(super) fn download(&self) -> (String, &'static str) {
        let transfer = self.comparison.layers.transfer;
        let (bytes, measured_as) = match (transfer.compressed, transfer.unpacked) {
            (Some(bytes), _) => (Some(bytes), "compressed"),
            (None, Some(bytes)) => (
                Some(bytes),
                "uncompressed, because the compressed size is unknown",
            ),
            (None, None) => (None, "the size of a missing layer is unknown"),
        };
        (human_if_known(bytes, self.units), measured_as)
    }

    /// Returns bytes with their sign.
    pub(super) fn signed(&self, delta: i128) -> String {
        signed(delta, self.units)
    }
}
