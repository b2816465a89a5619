//! Computations of a screen that grow with the size of an image, as values: a worker thread runs them, and the screen before stays until the result is there.

use crate::ui::compare::{PairComputation, PairResult};
use crate::ui::loaded::file_query::{FileQuery, FoundFiles};

/// A computation.
#[derive(Clone, Debug)]
pub enum Computation {
    /// Selects the files of a query.
    Files(FileQuery),
    /// Computes something about both images of a comparison.
    Pair(PairComputation),
}

/// The result of a computation.
#[derive(Clone, Debug)]
pub enum Computed {
    /// The files of a query.
    Files(FoundFiles),
    /// The result for a comparison.
    Pair(PairResult),
}

impl Computation {
    /// Runs it.
    #[must_use]
    pub fn run(self) -> Computed {
        match self {
            Self::Files(query) => Computed::Files(query.run()),
            Self::Pair(computation) => Computed::Pair(computation.run()),
        }
    }
}
