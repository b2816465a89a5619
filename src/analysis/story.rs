//! The answers that take reading some files: what is installed, what the bytes are for, what can go. Whoever can read hands in what was read.

use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::image::{EntryId, Image};

use super::advice::Advice;
use super::causes::Causes;
use super::packages::{Packages, find};
use super::reading::{Taken, Wanted};
use super::summary::Analysis;

/// The answers.
#[derive(Clone, Debug)]
pub struct Story {
    /// What is installed.
    pub packages: Packages,
    /// What the bytes are for; together they are the image size.
    pub causes: Causes,
    /// What can go, and what is dangerous.
    pub advice: Advice,
}

impl Story {
    /// Answers, for the image that `analysis` is of. `taken` has what came of each of `wanted`, in its order; `hashes` the contents that
    /// [`unhashed`](super::advice::unhashed) named.
    #[must_use]
    pub fn of(
        image: &Image,
        analysis: &Analysis,
        (wanted, taken): (&[Wanted], &[Option<Taken>]),
        hashes: &HashMap<EntryId, NonZeroU64>,
    ) -> Self {
        let packages = find(image, wanted, taken);
        let causes = Causes::of(image, &analysis.base, &analysis.waste, Some(&packages));
        let advice = Advice::of(
            image,
            analysis,
            (&packages, &causes),
            (wanted, taken),
            hashes,
        );
        Self {
            packages,
            causes,
            advice,
        }
    }
}
