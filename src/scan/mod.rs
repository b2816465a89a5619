//! Vulnerabilities as the scanners people trust report them: their files are read, or they are run, and what they found is tied to the image's
//! layers, files and packages.
//!
//! Nothing here looks for vulnerabilities, judges them or knows how bad one is beyond what a report says. This file holds re-exports only.

mod cvss;
mod grype;
mod osv;
mod read;
mod sarif;
mod tie;
mod tool;
mod trivy;
mod value;

pub use read::{parse, read};
pub use tie::tie;
pub use tool::{Place, Scanner, run, stop};
pub use value::{Counts, Found, Scan, Severity, Vulnerabilities, Vulnerability};
