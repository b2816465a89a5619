//! Which reports a command line asks for, and where each goes: never over what is read. Which of them speak of one image or of two is `plan`'s and
//! `two`'s.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::args::Args;
use crate::argument::split;
use crate::ci::{Baseline, DEFAULT_FILE};
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
        reports.push(report(text)?);
    }
    for (at, report) in reports.iter().enumerate() {
        let place = report.target.place();
        let same = |other: &Report| other.target.place() == place;
        if reports[..at].iter().any(same) {
            return Err(Failure::new(format!("two reports go to {}", report.target))
                .hint("--report FORMAT=FILE gives each its own file"));
        }
        // A baseline of numbers may be renewed where it stands.
        let renews = |place: &Path| report.format == Format::Baseline && Baseline::is_file(place);
        let read = place.filter(|place| place.is_file() && !renews(place));
        if read.is_some_and(|place| is_read(args, &place)) {
            return Err(Failure::new(format!(
                "a report would replace {}, which is read",
                report.target
            ))
            .hint("name another file"));
        }
    }
    Ok(reports)
}

/// Returns a report as `FORMAT` or `FORMAT=FILE` asks for it. The file may have any name.
fn report(asked: &OsStr) -> Result<Report, Failure> {
    let (word, path) = match split(asked, "=") {
        Some((word, path)) => (word, Some(path)),
        None => (asked.to_string_lossy(), None),
    };
    let target = match path {
        None => Target::Stdout,
        Some(path) if !path.is_empty() => Target::of(PathBuf::from(&*path)),
        Some(_) => {
            let said = format!("--report {}: no file named", escape::text(&word));
            return Err(Failure::new(said)
                .hint("--report FORMAT=FILE writes a file, --report FORMAT prints"));
        }
    };
    let format = Format::of(&word).ok_or_else(|| {
        let known = Format::ALL.map(Format::name).join(", ");
        Failure::new(format!("--report: `{}` is no format", escape::text(&word)))
            .hint(format!("formats: {known}"))
    })?;
    Ok(Report { format, target })
}

/// Returns whether a file is one that the arguments name to be read.
fn is_read(args: &Args, place: &Path) -> bool {
    let images = args.images.iter().chain(&args.base).chain(&args.have);
    let path = |image: &OsString| match split(image, "://") {
        Some((_, path)) => PathBuf::from(&*path),
        None => PathBuf::from(image),
    };
    let paths: Vec<PathBuf> = images.map(path).collect();
    let files = args.ci_config.iter().chain(&args.dockerfile);
    let files = files.chain(&args.scan_reports).chain(&args.config);
    let mut read = paths
        .iter()
        .map(PathBuf::as_path)
        .chain(files.map(PathBuf::as_path))
        .chain([Path::new(DEFAULT_FILE)]);
    read.any(|path| path.canonicalize().is_ok_and(|path| path == place))
}
