//! Vulnerabilities from scan reports: reads the reports of Trivy, Grype and OSV-Scanner, or runs a scanner, and locates each vulnerability in the image's
//! layers, files and packages.
//!
//! Nothing here searches for vulnerabilities or rates them. Re-exports only.

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
pub(crate) use scanner::stop;
pub use scanner::{ScanTarget, Scanner, run};
pub(crate) use vulnerability::SeverityCounts;
pub use vulnerability::{
    LocatedVulnerability, ScanReport, Severity, Vulnerabilities, Vulnerability,
};
