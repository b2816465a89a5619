//! Which paths the tree leaves out: by what happened to them and by what they weigh. Finding by name is `find`'s.

use crate::analysis::Status;
use crate::image::{Image, NodeId};

use super::comparison::Comparison;

/// What can have happened to a path, as the filter knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It differs.
    Modified,
    /// It is gone.
    Removed,
    /// It is as before.
    Unmodified,
}

impl Change {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 4] = [Self::Added, Self::Modified, Self::Removed, Self::Unmodified];

    /// Returns what a status is; nothing for a path that is in neither state.
    #[must_use]
    pub const fn of(status: Status) -> Option<Self> {
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
    /// Returns the filter that leaves out paths with these changes.
    #[must_use]
    pub fn hiding(changes: &[Change]) -> Self {
        let mut filter = Self::default();
        for change in changes {
            filter.hidden[*change as usize] = true;
        }
        filter
    }

    /// Returns whether anything is left out.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.least > 0 || self.hidden != [false; 4]
    }

    /// Returns whether paths with this change are shown.
    #[must_use]
    pub const fn shows(&self, change: Change) -> bool {
        !self.hidden[change as usize]
    }

    /// Returns the least size of a path that is shown, in bytes.
    #[must_use]
    pub const fn least(&self) -> u64 {
        self.least
    }

    /// Shows what was hidden and hides what was shown.
    pub const fn toggle(&mut self, change: Change) {
        self.hidden[change as usize] = !self.hidden[change as usize];
    }

    /// Goes on to the next least size, from the last one to none.
    pub fn next_least(&mut self) {
        let next = STEPS.iter().find(|&&step| step > self.least);
        self.least = next.copied().unwrap_or(0);
    }

    /// Returns whether a path passes for itself. A folder that merely holds changes does not: they pass, or they do not.
    fn passes(&self, image: &Image, shown: &Comparison, node: NodeId) -> bool {
        let status = shown.status(node);
        let Some(change) = Change::of(status) else {
            return false;
        };
        if !self.shows(change) {
            return false;
        }
        let is_dir = shown.is_dir(image, node);
        if let Status::Modified(what) = status
            && is_dir
            && what == crate::analysis::What::BELOW
        {
            return false;
        }
        if self.least == 0 {
            return !is_dir || change != Change::Unmodified || self.hidden == [false; 4];
        }
        !is_dir
            && shown
                .entry(image, node)
                .is_some_and(|entry| entry.size >= self.least)
    }
}

/// Which paths stay, as it is being worked out: what passes, and the folders above it, from the leaves up.
#[derive(Debug)]
pub struct Keeping {
    keep: Vec<bool>,
    /// The paths from here on are done.
    from: usize,
}

/// How many paths a step looks at.
const STEP: usize = 250_000;

impl Keeping {
    /// Starts.
    #[must_use]
    pub fn new(image: &Image) -> Self {
        Self {
            keep: vec![false; image.tree.len()],
            from: image.tree.len(),
        }
    }

    /// Looks at some more paths.
    ///
    /// # Errors
    /// Itself, while there are more.
    pub fn step(
        mut self,
        image: &Image,
        filter: Filter,
        shown: &Comparison,
    ) -> Result<Vec<bool>, Self> {
        let next = self.from.saturating_sub(STEP);
        let ids = (next..self.from)
            .rev()
            .filter_map(|id| u32::try_from(id).ok());
        for node in ids.map(NodeId) {
            let passes = self.keep[node.index()] || filter.passes(image, shown, node);
            if passes {
                self.keep[node.index()] = true;
                if let Some(parent) = image.tree.parent(node) {
                    self.keep[parent.index()] = true;
                }
            }
        }
        self.from = next;
        if next == 0 { Ok(self.keep) } else { Err(self) }
    }
}
