//! `--scan` and `--scan-report`. Reports are read here, so that a bad file is refused before an image is loaded; no scanner is started.

use super::args::{Args, ScannerArg};
use crate::failure::Failure;
use crate::scan::{self, ScanReport, Scanner};

/// The source of vulnerabilities.
#[derive(Clone, Debug)]
pub enum ScanOption {
    /// The contents of report files: one scan for each image.
    Reports(Vec<ScanReport>),
    /// A scanner to run on each image.
    Run(Scanner),
}

/// Returns the scans of one image, all its reports merged, or the scanner to run.
///
/// # Errors
/// [`Failure`] when a report cannot be read.
pub(super) fn scan_of_one(args: &Args) -> Result<Option<ScanOption>, Failure> {
    let merged = read_reports(args)?.into_iter().reduce(ScanReport::and);
    Ok(match merged {
        Some(scan) => Some(ScanOption::Reports(vec![scan])),
        None => scanner(args),
    })
}

/// Returns the scans of two images, the first report for BEFORE, or the scanner to run.
///
/// # Errors
/// [`Failure`] when a report cannot be read, or there are not two of them.
pub(super) fn scan_of_two(args: &Args) -> Result<Option<ScanOption>, Failure> {
    let scans = read_reports(args)?;
    match scans.len() {
        0 => Ok(scanner(args)),
        2 => Ok(Some(ScanOption::Reports(scans))),
        count => Err(
            Failure::new(format!("two images need two scan reports, not {count}"))
                .hint("--scan-report BEFORE.json --scan-report AFTER.json BEFORE AFTER"),
        ),
    }
}

fn scanner(args: &Args) -> Option<ScanOption> {
    args.scan.map(|word| {
        ScanOption::Run(match word {
            ScannerArg::Trivy => Scanner::Trivy,
            ScannerArg::Grype => Scanner::Grype,
        })
    })
}

fn read_reports(args: &Args) -> Result<Vec<ScanReport>, Failure> {
    args.scan_reports
        .iter()
        .map(|path| scan::read(path))
        .collect()
}
