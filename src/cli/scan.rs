//! What is meant by handing over scan reports or asking for a scan. Reports are read here, so that a wrong file is told before an image is loaded.

use super::args::{Args, ScannerWord};
use crate::compare::Sides;
use crate::failure::Failure;
use crate::scan::{self, ScanReport, Scanner};

/// Where the vulnerabilities come from.
#[derive(Clone, Debug)]
pub enum ScanWish<T> {
    /// Reports that were handed over.
    Reports(T),
    /// A scanner to run.
    Run(Scanner),
}

/// Returns what was asked for one image: its reports together, or a scanner.
pub(super) fn of_one(args: &Args) -> Result<Option<ScanWish<ScanReport>>, Failure> {
    let Some(scans) = scans(args)? else {
        return Ok(scanner(args).map(ScanWish::Run));
    };
    let whole = scans.into_iter().reduce(ScanReport::and);
    Ok(whole.map(ScanWish::Reports))
}

/// Returns what was asked for two images: a report for each, the first for BEFORE, or a scanner.
pub(super) fn of_two(args: &Args) -> Result<Option<ScanWish<Sides<ScanReport>>>, Failure> {
    let Some(scans) = scans(args)? else {
        return Ok(scanner(args).map(ScanWish::Run));
    };
    let count = scans.len();
    match <[ScanReport; 2]>::try_from(scans) {
        Ok([before, after]) => Ok(Some(ScanWish::Reports(Sides::new(before, after)))),
        Err(_) => Err(Failure::new(format!(
            "two images and {count} scan report{}",
            if count == 1 { "" } else { "s" }
        ))
        .hint("--scan-report BEFORE.json --scan-report AFTER.json BEFORE AFTER")),
    }
}

fn scanner(args: &Args) -> Option<Scanner> {
    args.scan.map(|word| match word {
        ScannerWord::Trivy => Scanner::Trivy,
        ScannerWord::Grype => Scanner::Grype,
    })
}

fn scans(args: &Args) -> Result<Option<Vec<ScanReport>>, Failure> {
    if args.scan_reports.is_empty() {
        return Ok(None);
    }
    let scans = args.scan_reports.iter().map(|path| scan::read(path));
    scans.collect::<Result<_, _>>().map(Some)
}
