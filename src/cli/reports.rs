//! Which reports a command line asks for, and where each goes. Which of them speak of one image or of two is `plan`'s and `two`'s.

use std::path::PathBuf;

use super::args::Args;
use crate::escape;
use crate::failure::Failure;
use crate::report::{Format, Report, Target};

/// Returns the reports in the order they were asked for, `--json` first.
pub(super) fn reports(args: &Args) -> Result<Vec<Report>, Failure> {
    let mut reports: Vec<Report> = args
        .json
        .iter()
        .map(|path| Report {
            format: Format::Json,
            target: Target::of(path.clone()),
        })
        .collect();
    for text in &args.reports {
        let (word, target) = match text.split_once('=') {
            Some((word, path)) if !path.is_empty() => (word, Target::of(PathBuf::from(path))),
            Some((word, _)) => {
                return Err(Failure::new(format!(
                    "--report {}: no file named",
                    escape::text(word)
                ))
                .hint("--report FORMAT=FILE writes a file, --report FORMAT prints"));
            }
            None => (text.as_str(), Target::Stdout),
        };
        let format = Format::of(word).ok_or_else(|| {
            let known = Format::ALL.map(Format::name).join(", ");
            Failure::new(format!("--report: `{}` is no format", escape::text(word)))
                .hint(format!("formats: {known}"))
        })?;
        reports.push(Report { format, target });
    }
    for (at, report) in reports.iter().enumerate() {
        if reports[..at]
            .iter()
            .any(|other| other.target == report.target)
        {
            return Err(Failure::new(format!("two reports go to {}", report.target))
                .hint("--report FORMAT=FILE gives each its own file"));
        }
    }
    Ok(reports)
}
