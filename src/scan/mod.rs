//! Vulnerabilities as the scanners people trust report them: their files are read, or they are run, and what they found is tied to the image's
//! layers, files and packages.
//!
//! Nothing here looks for vulnerabilities, judges them or knows how bad one is beyond what a report says. This file holds re-exports only.

mod grype;
mod locate;
mod osv;
mod read;
mod sarif;
mod scanner;
mod trivy;
mod vulnerability;

pub use locate::locate;
pub use read::{parse, read};
pub use scanner::{ScanTarget, Scanner, run, stop};
pub use vulnerability::{
    LocatedVulnerability, ScanReport, Severity, SeverityCounts, Vulnerabilities, Vulnerability,
};
