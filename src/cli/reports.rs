//! `--report` and `--json`: the reports to write and their destinations. A report never replaces a file that the run reads. Whether a format fits
//! one image or two is checked elsewhere.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::args::Args;
use crate::argument::split;
use crate::ci::{Baseline, DEFAULT_FILE};
use crate::escape;
use crate::failure::Failure;
use crate::report::{Destination, Format, Report};

/// Returns the reports in the order of the arguments, `--json` first.
///
/// # Errors
/// [`Failure`] when a format is unknown, two reports have one destination, or one would replace a file that is read.
pub(super) fn reports(args: &Args) -> Result<Vec<Report>, Failure> {
    let mut reports: Vec<Report> = args
        .json
        .iter()
        .map(|path| Report {
            format: Format::Json,
            destination: Destination::of(path.clone()),
        })
        .collect();
    for text in &args.reports {
        reports.push(report(text)?);
    }
    for (at, report) in reports.iter().enumerate() {
        let place = report.destination.resolved();
        let same = |other: &Report| other.destination.resolved() == place;
        if reports[..at].iter().any(same) {
            return Err(Failure::new(format!(
                "two reports have the destination {}",
                report.destination
            ))
            .hint("--report FORMAT=FILE gives each its own file"));
        }
        // A baseline may replace the file of numbers it is compared with.
        let renews = |place: &Path| report.format == Format::Baseline && Baseline::is_file(place);
        let read = place.filter(|place| place.is_file() && !renews(place));
        if read.is_some_and(|place| is_read(args, &place)) {
            return Err(Failure::new(format!(
                "a report would replace {}, which this run reads",
                report.destination
            ))
            .hint("name another file"));
        }
    }
    Ok(reports)
}

/// Reads `FORMAT` or `FORMAT=FILE`. The name of the file need not be UTF-8.
fn report(argument: &OsStr) -> Result<Report, Failure> {
    let (word, path) = match split(argument, "=") {
        Some((word, path)) => (word, Some(path)),
        None => (argument.to_string_lossy(), None),
    };
    let destination = match path {
        None => Destination::Stdout,
        Some(path) if !path.is_empty() => Destination::of(PathBuf::from(&*path)),
        Some(_) => {
            let message = format!("--report {}: no file name", escape::text(&word));
            return Err(Failure::new(message)
                .hint("--report FORMAT=FILE writes a file, --report FORMAT prints"));
        }
    };
    let format = Format::of(&word).ok_or_else(|| {
        let known = Format::ALL.map(Format::name).join(", ");
        Failure::new(format!(
            "--report: unknown format `{}`",
            escape::text(&word)
        ))
        .hint(format!("formats: {known}"))
    })?;
    Ok(Report {
        format,
        destination,
    })
}

/// Returns whether the arguments name a file as input.
fn is_read(args: &Args, place: &Path) -> bool {
    let images = args.images.iter().chain(&args.base).chain(&args.have);
    let path = |image: &OsString| match split(image, "://") {
        Some((_, path)) => PathBuf::from(&*path),
        None => PathBuf::from(image),
    };
    let paths: Vec<PathBuf> = images.map(path).collect();
    let files = args.ci_config.iter().chain(&args.dockerfile);
    let files = files.chain(&args.scan_reports).chain(&args.output.config);
    let files = files.chain(&args.reading.registry_ca);
    let mut read = paths
        .iter()
        .map(PathBuf::as_path)
        .chain(files.map(PathBuf::as_path))
        .chain([Path::new(DEFAULT_FILE)]);
    read.any(|path| path.canonicalize().is_ok_and(|path| path == place))
}
