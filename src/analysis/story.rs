//! The answers that take reading some files: what is installed and what the bytes are for. Whoever can read hands the packages in.

use crate::image::Image;

use super::causes::Causes;
use super::packages::Packages;
use super::summary::Analysis;

/// The answers.
#[derive(Clone, Debug)]
pub struct Story {
    /// What is installed.
    pub packages: Packages,
    /// What the bytes are for; together they are the image size.
    pub causes: Causes,
}

impl Story {
    /// Answers, for the image that `analysis` is of.
    #[must_use]
    pub fn of(image: &Image, analysis: &Analysis, packages: Packages) -> Self {
        let causes = Causes::of(image, &analysis.base, &analysis.waste, Some(&packages));
        Self { packages, causes }
    }
}
