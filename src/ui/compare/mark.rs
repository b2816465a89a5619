//! What happened to a row of the trees: to its path, or to the hidden version of it that the query selects. No drawing.

use crate::analysis::HiddenKind;
use crate::compare::{RowChange, RowId, Side};
use crate::ui::pane::StatusKind;

use crate::ui::compare::trees::AlignedTrees;

/// What happened to a path, or to a version of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowMark {
    /// The path, from the image before to the one after.
    Path(StatusKind),
    /// The path moved; whether it is the old or the new one.
    Moved(StatusKind),
    /// A hidden version, in its own image.
    Hidden(HiddenKind),
}

impl RowMark {
    /// Returns the change that colours it, and that the filter shows or hides.
    #[must_use]
    pub(crate) const fn change(self) -> StatusKind {
        match self {
            Self::Path(change) | Self::Moved(change) => change,
            Self::Hidden(HiddenKind::Deleted) => StatusKind::Removed,
            Self::Hidden(HiddenKind::Overwritten | HiddenKind::ReStored) => StatusKind::Modified,
        }
    }
}

impl AlignedTrees<'_> {
    /// Returns what happened to a row itself: to the version that the query selects, if that is hidden, else to its path.
    pub(super) fn mark(&self, row: RowId) -> RowMark {
        match self.hidden(row) {
            Some(how) => RowMark::Hidden(how),
            None => match self.comparison.change(row) {
                RowChange::Same => RowMark::Path(StatusKind::Unmodified),
                RowChange::Changed(_) => RowMark::Path(StatusKind::Modified),
                RowChange::Removed => RowMark::Path(StatusKind::Removed),
                RowChange::Added => RowMark::Path(StatusKind::Added),
                RowChange::MovedTo(_) => RowMark::Moved(StatusKind::Removed),
                RowChange::MovedFrom(_) => RowMark::Moved(StatusKind::Added),
            },
        }
    }

    /// Returns what the filter shows or hides a row as. A path that is the same counts as changed where its bytes differ: they are in the query on one side
    /// only, or count at another name of the content.
    pub(super) fn filtered_as(&self, row: RowId) -> StatusKind {
        let is_same = self.comparison.change(row) == RowChange::Same;
        match (is_same, self.is_file(row) && self.differs(row)) {
            (true, false) => StatusKind::Unmodified,
            (true, true) => StatusKind::Modified,
            (false, _) => self.mark(row).change(),
        }
    }

    /// Returns whether the bytes at and below a row differ, or the number of contents that the query selects there: a finding may save nothing.
    pub(super) fn differs(&self, row: RowId) -> bool {
        let count = |side: Side| {
            let query = self.query?;
            Some(query.count(self.comparison, row, side))
        };
        self.delta(row) != 0 || count(Side::Before) != count(Side::After)
    }

    /// Returns how the version that the query selects of a file was hidden; `None` if it is visible. The image after comes first.
    fn hidden(&self, row: RowId) -> Option<HiddenKind> {
        let query = self.query.filter(|_| self.is_file(row))?;
        let hidden = |side: &Side| {
            let node = query.node(self.comparison, row, *side)?;
            query.selections.get(*side).as_deref()?.hidden_at(node)
        };
        [Side::After, Side::Before].iter().find_map(hidden)
    }
}
