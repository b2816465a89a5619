//! The filter of a tree: by change, by size. `find` searches by name, `query` selects by category, `filtered_paths` is what they select of a tree.

use crate::analysis::Status;

/// A change of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusKind {
    /// The path was added.
    Added,
    /// The path was modified.
    Modified,
    /// The path was removed.
    Removed,
    /// The path is the same.
    Unmodified,
}

impl StatusKind {
    /// All of them, in the order they are shown.
    pub(crate) const ALL: [Self; 4] =
        [Self::Added, Self::Modified, Self::Removed, Self::Unmodified];

    /// Returns the change of a status; `None` for a path in neither state.
    #[must_use]
    pub(crate) const fn of(status: Status) -> Option<Self> {
        match status {
            Status::Absent => None,
            Status::Unmodified => Some(Self::Unmodified),
            Status::Added => Some(Self::Added),
            Status::Removed => Some(Self::Removed),
            Status::Modified(_) => Some(Self::Modified),
        }
    }
}

/// The least sizes one can step through, in bytes.
const STEPS: [u64; 6] = [0, 1_000, 100_000, 1_000_000, 10_000_000, 100_000_000];

/// The filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    hidden: [bool; 4],
    least: u64,
}

impl Filter {
    /// Returns the filter that hides paths with these changes.
    #[must_use]
    pub(crate) const fn hiding(changes: &[StatusKind]) -> Self {
        let mut hidden = [false; 4];
        let mut at = 0;
        while at < changes.len() {
            hidden[changes[at] as usize] = true;
            at += 1;
        }
        Self { hidden, least: 0 }
    }

    /// Returns whether anything is hidden.
    #[must_use]
    pub(crate) fn is_active(&self) -> bool {
        *self != Self::default()
    }

    /// Returns whether paths with this change are shown.
    #[must_use]
    pub(crate) const fn shows(&self, change: StatusKind) -> bool {
        !self.hidden[change as usize]
    }

    /// Returns the least size of a path that is shown, in bytes.
    #[must_use]
    pub(crate) const fn least(&self) -> u64 {
        self.least
    }

    /// Sets the least size.
    pub(crate) const fn set_least(&mut self, bytes: u64) {
        self.least = bytes;
    }

    /// Shows or hides paths with this change.
    pub(crate) const fn toggle(&mut self, change: StatusKind) {
        self.hidden[change as usize] = !self.hidden[change as usize];
    }

    /// Shows the same paths of two images once before and after are swapped: what was added is removed.
    pub(crate) const fn swap_sides(&mut self) {
        let (added, removed) = (StatusKind::Added as usize, StatusKind::Removed as usize);
        self.hidden.swap(added, removed);
    }

    /// Uses the next least size, after the last one none.
    pub(crate) fn next_least(&mut self) {
        let next = STEPS.iter().find(|&&step| step > self.least);
        self.least = next.copied().unwrap_or(0);
    }

    /// Returns whether an active filter shows a path for its own sake: by its change, whether it is a folder, and its own bytes. An unmodified folder never
    /// passes; it is listed when something below it does.
    #[must_use]
    pub(crate) fn passes(self, change: StatusKind, is_dir: bool, bytes: u64) -> bool {
        if !self.shows(change) || (is_dir && change == StatusKind::Unmodified) {
            return false;
        }
        self.least == 0 || (!is_dir && bytes >= self.least)
    }
}
