//! One row of the two trees: its change, also in words, and the file to open there. No lists, no drawing.

use crate::analysis::{Amount, EntryDifferences, Status};
use crate::compare::{RowChange, RowId, Side, Sides};
use crate::escape;
use crate::image::{EntryId, LayerId, NodeId};
use crate::ui::pane::{NoFile, StatusKind, follow};

use crate::ui::compare::state::Compare;
use crate::ui::compare::trees::change;

impl Compare {
    /// Returns the change of a row, from the left side to the right.
    #[must_use]
    pub(crate) fn change(&self, row: RowId) -> StatusKind {
        change(&self.comparison, self.left, row)
    }

    /// Returns the bytes at and below a row on one side: those that the query selects, else all.
    #[must_use]
    pub fn bytes(&self, row: RowId, side: Side) -> u64 {
        match &self.query {
            Some(query) => query.bytes(&self.comparison, row, side),
            None => self.comparison.sizes.get(side)[row.index()],
        }
    }

    /// Returns the bytes at and below a row on one side as an amount: a missing layer may store more in a folder.
    #[must_use]
    pub(crate) fn amount(&self, row: RowId, side: Side) -> Amount {
        let bytes = self.bytes(row, side);
        let entry = self.comparison.entry(row, side);
        let image = self.images.get(side);
        if entry.is_some_and(|entry| !image.entry(entry).is_dir()) {
            return Amount::Known(bytes);
        }
        let analysis = self.comparison.analyses.get(side);
        match &self.query {
            Some(query) => query.amount(analysis, side, bytes),
            None => analysis.amount(bytes),
        }
    }

    /// Returns the bytes right − left at and below a row.
    #[must_use]
    pub fn delta(&self, row: RowId) -> i128 {
        let bytes = |side| i128::from(self.bytes(row, side));
        bytes(self.left.other()) - bytes(self.left)
    }

    /// Returns the side whose file a row opens: the near one where it has the path, else the other.
    #[must_use]
    pub(crate) fn side_at(&self, row: RowId) -> Side {
        match self.comparison.rows.node(row, self.active_side) {
            Some(_) => self.active_side,
            None => self.active_side.other(),
        }
    }

    /// Returns the regular file that a side shows at a row, links followed.
    ///
    /// # Errors
    /// [`NoFile`] when there is none.
    pub(crate) fn file(
        &self,
        row: RowId,
        side: Side,
    ) -> Result<(NodeId, LayerId, EntryId), NoFile> {
        let image = self.images.get(side);
        let node = self.comparison.rows.node(row, side);
        let node = node.ok_or(NoFile::NotInSide(side))?;
        let (node, layer, entry, _) = follow(image, node, |node| image.visible_entry(node))?;
        Ok((node, layer, entry))
    }

    /// Returns the two files of a row, the left one first; for a moved path, the file at its other end.
    ///
    /// # Errors
    /// [`NoFile`] when there are no two.
    pub(crate) fn versions(&self, row: RowId) -> Result<Sides<(LayerId, EntryId)>, NoFile> {
        let file = |side: Side| {
            let here = self.comparison.rows.node(row, side).is_some();
            let counterpart = self.comparison.moves.counterpart(row).filter(|_| !here);
            let (_, layer, entry) = self.file(counterpart.unwrap_or(row), side)?;
            Ok::<_, NoFile>((layer, entry))
        };
        Ok(Sides::new(file(self.left)?, file(self.left.other())?))
    }

    /// Returns the change of a row and below it in words, escaped.
    #[must_use]
    pub(crate) fn change_text(&self, row: RowId) -> String {
        let comparison = &self.comparison;
        let path = |row| escape::name(&comparison.path(self.both(), row)).into_owned();
        let status = comparison.statuses[row.index()];
        let below = matches!(status, Status::Modified(what) if what.has(EntryDifferences::BELOW));
        match comparison.change(row) {
            RowChange::Same if below => "changed below".to_owned(),
            RowChange::Same => "unchanged".to_owned(),
            RowChange::Changed(what) => {
                let what = what.list();
                let below = if below { ", and below" } else { "" };
                format!("changed: {what}{below}")
            }
            RowChange::MovedTo(to) => format!("moved to {}", path(to)),
            RowChange::MovedFrom(from) => format!("moved from {}", path(from)),
            RowChange::Removed => format!("only in {}", Side::Before.name()),
            RowChange::Added => format!("only in {}", Side::After.name()),
        }
    }
}
