//! What the reports of a comparison share: the facts they speak of, the changes they list and in which order, and the words for a difference. No
//! format's own layout.

use std::cmp::Reverse;

use super::transfer::Deliveries;
use crate::analysis::{ContentAnalysis, Differences};
use crate::bytes::{Units, signed};
use crate::compare::{Change, Comparison, ContentChanges, RowId, Side, Sides};
use crate::image::Image;
use crate::scan::Vulnerabilities;

/// Everything a report of a comparison may speak of.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// The images.
    pub images: Sides<&'a Image>,
    /// What came of comparing them.
    pub comparison: &'a Comparison,
    /// What moving them takes, when that was asked.
    pub deliveries: Option<&'a Deliveries>,
    /// What is told of either image, and why they differ, where a report tells it.
    pub why: Option<(Sides<&'a ContentAnalysis>, &'a ContentChanges)>,
    /// What a scanner found in them, when one was asked.
    pub vulnerabilities: Option<Sides<&'a Vulnerabilities>>,
    /// Units of sizes for people.
    pub units: Units,
}

/// A path that is not the same on both sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Changed {
    /// The row; of what moved, the new one.
    pub(super) row: RowId,
    /// Where it stood, if it moved.
    pub(super) from: Option<RowId>,
    /// What happened.
    pub(super) status: &'static str,
    /// In what it differs, beside its path.
    pub(super) what: Differences,
    /// Its own bytes on either side; nothing where a side has no such path.
    pub(super) bytes: Sides<Option<u64>>,
    /// Whether it is a folder on every side that has it: listed, not counted.
    pub(super) is_dir: bool,
}

impl Changed {
    /// Returns the bytes after − before.
    pub(super) fn delta(&self) -> i128 {
        i128::from(self.bytes.after.unwrap_or(0)) - i128::from(self.bytes.before.unwrap_or(0))
    }
}

impl Compared<'_> {
    /// Returns all that changed, in the order of the paths: everything but folders; of folders those whose own metadata differs, and empty ones.
    pub(super) fn changes(&self) -> impl Iterator<Item = Changed> + '_ {
        self.comparison
            .rows
            .ids()
            .filter_map(|row| self.changed(row))
    }

    /// Returns what of [`Self::changes`] counts, most bytes first, then in the order of the paths.
    pub(super) fn largest(&self) -> Vec<Changed> {
        let mut all: Vec<Changed> = self.changes().filter(|changed| !changed.is_dir).collect();
        all.sort_by_key(|changed| {
            let bytes = changed.bytes.before.max(changed.bytes.after);
            (
                Reverse(changed.delta().unsigned_abs()),
                Reverse(bytes),
                changed.row,
            )
        });
        all
    }

    fn changed(&self, row: RowId) -> Option<Changed> {
        let Self {
            images, comparison, ..
        } = *self;
        let (from, status, what) = match comparison.change(row) {
            Change::Same | Change::MovedTo(_) => return None,
            Change::Added => (None, "added", Differences::NOTHING),
            Change::Removed => (None, "removed", Differences::NOTHING),
            Change::Changed(what) => (None, "changed", what),
            Change::MovedFrom(from) => {
                let what = comparison.moved_what(images, from, row);
                (Some(from), "moved", what)
            }
        };
        let entry = |side: Side| {
            let at = if side == Side::Before {
                from.unwrap_or(row)
            } else {
                row
            };
            let id = comparison.entry(at, side)?;
            Some(images.get(side).entry(id))
        };
        let entries = Sides::new(entry(Side::Before), entry(Side::After));
        let is_dir = [entries.before, entries.after]
            .iter()
            .flatten()
            .all(|entry| entry.is_dir());
        let empty = comparison.rows.end(row).0 == row.0 + 1;
        if is_dir && status != "changed" && !empty {
            return None;
        }
        Some(Changed {
            row,
            from,
            status,
            what,
            bytes: entries.map(|entry| entry.map(|entry| entry.size)),
            is_dir,
        })
    }

    /// Returns bytes with their sign.
    pub(super) fn signed(&self, delta: i128) -> String {
        signed(delta, self.units)
    }
}

/// Returns the names of what differs as one list.
pub(super) fn names(what: Differences) -> String {
    what.names().collect::<Vec<_>>().join(", ")
}
