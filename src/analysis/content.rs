//! The answers that take reading some files: what is installed, what the bytes are for, what can go. Whoever can read hands in what was read.

use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::image::{EntryId, Image};

use crate::analysis::categories::Categories;
use crate::analysis::findings::Findings;
use crate::analysis::image_analysis::Analysis;
use crate::analysis::needed_files::{Extracted, NeededFile};
use crate::analysis::packages::{Packages, find};

/// The answers.
#[derive(Clone, Debug)]
pub struct ContentAnalysis {
    /// What is installed.
    pub packages: Packages,
    /// What the bytes are for; together they are the image size.
    pub categories: Categories,
    /// What can go, and what is dangerous.
    pub findings: Findings,
}

impl ContentAnalysis {
    /// Answers, for the image that `analysis` is of. `extracted` has what came of each of `files`, in its order; `hashes` the contents that
    /// [`unhashed`](crate::analysis::findings::unhashed) named.
    #[must_use]
    pub fn of(
        image: &Image,
        analysis: &Analysis,
        (files, extracted): (&[NeededFile], &[Option<Extracted>]),
        hashes: &HashMap<EntryId, NonZeroU64>,
    ) -> Self {
        let packages = find(image, files, extracted);
        let categories = Categories::of(image, &analysis.base, &analysis.hidden, Some(&packages));
        let findings = Findings::of(
            image,
            analysis,
            (&packages, &categories),
            (files, extracted),
            hashes,
        );
        Self {
            packages,
            categories,
            findings,
        }
    }
}
