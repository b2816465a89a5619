//! Any bytes as a scan report: an error, or vulnerabilities of an image.

use crate::packages::{debian, installed};
use dive_rs::analysis::{Analysis, BaseHint};
use dive_rs::scan::{locate, parse};

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let Ok(report) = parse(bytes, "report") else {
        return;
    };
    let count = report.found.len();
    let (image, packages) = installed(&debian());
    let analysis = Analysis::of(&image, &BaseHint::default());
    let located = locate(report, &image, &analysis.base, &packages);
    assert_eq!(located.found.len(), count);
}
