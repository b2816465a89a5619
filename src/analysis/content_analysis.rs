//! The content analysis: packages, categories and findings, which need the contents of some files. The caller reads the files and passes them in.

use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::image::{EntryId, Image};

use crate::analysis::categories::Categories;
use crate::analysis::findings::Findings;
use crate::analysis::image_analysis::Analysis;
use crate::analysis::needed_files::{ExtractedData, NeededFile};
use crate::analysis::packages::{Packages, find};

/// The content analysis of an image.
#[derive(Clone, Debug)]
pub struct ContentAnalysis {
    /// The installed packages.
    pub packages: Packages,
    /// The categories of bytes; their sum is the image size.
    pub categories: Categories,
    /// Savings and security findings.
    pub findings: Findings,
}

impl ContentAnalysis {
    /// Analyses the image of `analysis`. `extracted` has the result for each of `files`, in order; `hashes` has the contents that the checks compare
    /// and that no listing hashed.
    #[must_use]
    pub fn of(
        image: &Image,
        analysis: &Analysis,
        (files, extracted): (&[NeededFile], &[Option<ExtractedData>]),
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
