//! The data of a report: everything known about one image, or about two and their comparison. Borrowed from the run; nothing is computed here.

use crate::analysis::{Analysis, ContentAnalysis};
use crate::bytes::Units;
use crate::ci::{Rules, Verdict};
use crate::compare::{Comparison, ContentChanges, Sides};
use crate::image::Image;
use crate::query::Selection;
use crate::scan::Vulnerabilities;

use super::transfer::{ImageTransfer, PairTransfer};

/// The data of a report.
#[derive(Clone, Copy, Debug)]
pub enum Facts<'a> {
    /// One image.
    One(&'a ImageFacts<'a>),
    /// Two images and their comparison.
    Two(&'a ComparisonFacts<'a>),
}

/// Everything a report can show about one image.
#[derive(Clone, Copy, Debug)]
pub struct ImageFacts<'a> {
    /// The image.
    pub image: &'a Image,
    /// Its analysis.
    pub analysis: &'a Analysis,
    /// Its packages, categories and findings, when a report shows them.
    pub content_analysis: Option<&'a ContentAnalysis>,
    /// The files that the options of a query select.
    pub selection: Option<&'a Selection>,
    /// Those options as a command line has them; empty where none select the same.
    pub query: &'a str,
    /// Whether the JSON lists the changes of each layer.
    pub changes: bool,
    /// The verdict, when the image is checked.
    pub verdict: Option<&'a Verdict>,
    /// The rules of the verdict.
    pub rules: Option<&'a Rules>,
    /// The comparison with the image that is its baseline, when a report shows it.
    pub growth: Option<&'a ComparisonFacts<'a>>,
    /// The origin of the image as dive writes it: `docker-archive://save.tar`.
    pub source: &'a str,
    /// Its transfer times, when they are estimated.
    pub transfer: Option<&'a ImageTransfer>,
    /// Its vulnerabilities, when it was scanned.
    pub vulnerabilities: Option<&'a Vulnerabilities>,
    /// Units of sizes in text.
    pub units: Units,
}

/// Everything a report can show about two images.
#[derive(Clone, Copy, Debug)]
pub struct ComparisonFacts<'a> {
    /// The images.
    pub images: Sides<&'a Image>,
    /// Their comparison.
    pub comparison: &'a Comparison,
    /// Their transfer times, when they are estimated.
    pub transfer: Option<&'a PairTransfer>,
    /// The content analysis of both images and their differences, when a report shows them.
    pub why: Option<(Sides<&'a ContentAnalysis>, &'a ContentChanges)>,
    /// Their vulnerabilities, when they were scanned.
    pub vulnerabilities: Option<Sides<&'a Vulnerabilities>>,
    /// Units of sizes in text.
    pub units: Units,
}
