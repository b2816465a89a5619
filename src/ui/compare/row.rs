//! One row of the two trees: its change, also in words, and the file to open there. No lists, no drawing.

use crate::analysis::{Amount, EntryDifferences, Status};
use crate::compare::{RowChange, RowId, Side, Sides};
use crate::escape;
use crate::image::{EntryId, LayerId, NodeId};
use crate::ui::pane::{NoFile, StatusKind, follow};

use crate::ui::compare::state::Compare;

impl Compare {
    /// Returns the change of a row.
    #[must_use]
    pub(crate) fn change(&self, row: RowId) -> StatusKind {
        self.trees().change(row)
    }

    /// Returns the bytes at and below a row on one side: those that the query selects, else all.
    #[must_use]
    pub fn bytes(&self, row: RowId, side: Side) -> u64 {
        self.trees().bytes(row, side)
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

    /// Returns the bytes after − before at and below a row.
    #[must_use]
    pub fn delta(&self, row: RowId) -> i128 {
        let bytes = |side| i128::from(self.bytes(row, side));
        bytes(Side::After) - bytes(Side::Before)
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

    /// Returns the two files of a row; for a moved path, the file at its other end.
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
        Ok(Sides::new(file(Side::Before)?, file(Side::After)?))
    }

    /// Returns what the bytes that a query selects of a file on one side do not show: that a container does not see them, or that the visible file is in
    /// another category.
    #[must_use]
    pub(crate) fn note(&self, row: RowId, side: Side) -> Option<String> {
        let selection = self.query.as_ref()?.selections.get(side).as_deref()?;
        let node = self.comparison.rows.node(row, side)?;
        let image = self.images.get(side);
        let visible = image.visible(node);
        if visible.is_some_and(|visible| image.entry(visible.entry).is_dir()) {
            return None;
        }
        let selected = selection.at(node);
        let hidden = selected.iter().filter(|content| content.hidden.is_some());
        let hidden = match hidden.count() {
            0 => None,
            all if all == selected.len() => Some("hidden".to_owned()),
            _ => Some("partly hidden".to_owned()),
        };
        let is_shown = selected.iter().any(|content| content.hidden.is_none());
        let is_by_category = selection.is_by_category();
        let elsewhere = visible
            .filter(|_| is_by_category && !is_shown)
            .and_then(|_| {
                let categories = &self.content_analysis(side)?.content_analysis.categories;
                Some(format!("visible in {}", categories.category(node).name()))
            });
        let notes: Vec<String> = hidden.into_iter().chain(elsewhere).collect();
        (!notes.is_empty()).then(|| notes.join(", "))
    }

    /// Returns the notes of both sides; empty without any.
    #[must_use]
    pub(crate) fn notes(&self, row: RowId) -> String {
        let note = |side: Side| Some(format!("{}: {}", side.name(), self.note(row, side)?));
        let notes = Side::BOTH.into_iter().filter_map(note);
        notes.collect::<Vec<_>>().join("; ")
    }

    /// Returns the change of a row and below it in words, escaped; under a query what its bytes do not show.
    #[must_use]
    pub(crate) fn change_text(&self, row: RowId) -> String {
        let notes = self.notes(row);
        if !notes.is_empty() {
            return notes;
        }
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
