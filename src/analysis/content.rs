//! The answers that take reading some files: what is installed, what the bytes are for, what can go. Whoever can read hands in what was read.

use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::image::{EntryId, Image};

use crate::analysis::categories::Categories;
use crate::analysis::findings::Advice;
use crate::analysis::packages::{Packages, find};
use crate::analysis::reading::{Taken, Wanted};
use crate::analysis::summary::Analysis;

/// The answers.
#[derive(Clone, Debug)]
pub struct ContentAnalysis {
    /// What is installed.
    pub packages: Packages,
    /// What the bytes are for; together they are the image size.
    pub categories: Categories,
    /// What can go, and what is dangerous.
    pub advice: Advice,
}

impl ContentAnalysis {
    /// Answers, for the image that `analysis` is of. `taken` has what came of each of `wanted`, in its order; `hashes` the contents that
    /// [`unhashed`](crate::analysis::findings::unhashed) named.
    #[must_use]
    pub fn of(
        image: &Image,
        analysis: &Analysis,
        (wanted, taken): (&[Wanted], &[Option<Taken>]),
        hashes: &HashMap<EntryId, NonZeroU64>,
    ) -> Self {
        let packages = find(image, wanted, taken);
        let categories = Categories::of(image, &analysis.base, &analysis.waste, Some(&packages));
        let advice = Advice::of(
            image,
            analysis,
            (&packages, &categories),
            (wanted, taken),
            hashes,
        );
        Self {
            packages,
            categories,
            advice,
        }
    }
}
