//! Which folders are open, by path and not by row. A change of the layer leaves the folds as they are.

use std::collections::BTreeSet;

use crate::ui::pane::paths::{PathId, Paths};

/// The folds: a rule and its exceptions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folds<I> {
    open: bool,
    except: BTreeSet<I>,
}

impl<I> Default for Folds<I> {
    fn default() -> Self {
        Self {
            open: false,
            except: BTreeSet::new(),
        }
    }
}

impl<I: PathId> Folds<I> {
    /// Returns whether a folder is open.
    #[must_use]
    pub(crate) fn is_open(&self, path: I) -> bool {
        self.open != self.except.contains(&path)
    }

    /// Opens or closes a folder.
    pub(crate) fn set(&mut self, path: I, open: bool) {
        if self.open == open {
            self.except.remove(&path);
        } else {
            self.except.insert(path);
        }
    }

    /// Opens or closes all folders.
    pub(crate) fn set_all(&mut self, open: bool) {
        self.open = open;
        self.except.clear();
    }

    /// Returns whether folders are open by default.
    #[must_use]
    pub(crate) const fn all_open(&self) -> bool {
        self.open
    }

    /// Opens every folder above a path.
    pub(crate) fn reveal(&mut self, paths: &impl Paths<Id = I>, path: I) {
        for folder in paths.above(path) {
            self.set(folder, true);
        }
    }

    /// Returns the same folds over another tree, path by path; paths it does not have are forgotten.
    #[must_use]
    pub(crate) fn carry(&self, same: impl Fn(I) -> Option<I>) -> Self {
        Self {
            open: self.open,
            except: self.except.iter().filter_map(|&path| same(path)).collect(),
        }
    }
}
