//! The two images of a comparison, and the options that may have one value for each of them.

use std::ffi::OsStr;

use super::args::Args;
use super::images::{built_in, platform, request};
use crate::compare::{Side, Sides};
use crate::demo;
use crate::escape;
use crate::failure::Failure;
use crate::load::Request;
use crate::report::{Format, Report};

/// Returns the names of the two images to compare: typed or built in. `None` when there are not two, or when one image is checked: with `--ci` the
/// first of two images is the baseline, and `--demo` with a query or a report about one image shows one.
pub(super) fn names<'a>(
    args: &'a Args,
    judged: bool,
    queried: bool,
    reports: &[Report],
) -> Option<[&'a OsStr; 2]> {
    let is_of_one = || reports.iter().any(|report| !report.format.compares());
    let has_tag = args.reading.tag.is_some();
    if judged || args.demo && (queried && !has_tag || is_of_one()) {
        return None;
    }
    match (args.images.as_slice(), args.demo, &args.reading.tag) {
        ([before, after], false, _) => Some([before, after]),
        ([], true, None) => Some(demo::PAIR.map(OsStr::new)),
        ([], true, Some(tags)) => {
            let (before, after) = tags.split_once(',')?;
            Some([before.as_ref(), after.as_ref()])
        }
        _ => None,
    }
}

/// Returns the requests of two images.
///
/// # Errors
/// [`Failure`] when a report does not compare, or an image or one of its options is invalid.
pub(super) fn requests(
    args: &Args,
    [before, after]: [&OsStr; 2],
    reports: &[Report],
) -> Result<Sides<Request>, Failure> {
    if let Some(report) = reports.iter().find(|report| !report.format.compares()) {
        let name = report.format.name();
        let comparing = Format::ALL.into_iter().filter(|format| format.compares());
        let comparing: Vec<&str> = comparing.map(Format::name).collect();
        return Err(
            Failure::new(format!("--report {name} describes one image, not two")).hint(format!(
                "{} compare two images; --ci checks the second image against the first",
                comparing.join(", ")
            )),
        );
    }
    Ok(Sides::new(
        request_of(args, before, Side::Before)?,
        request_of(args, after, Side::After)?,
    ))
}

/// Returns the request of one side. `--platform` and `--tag` have one value for both sides, or one for each with a comma between.
fn request_of(args: &Args, image: &OsStr, side: Side) -> Result<Request, Failure> {
    let of_side = |text: &Option<String>| -> Result<Option<String>, Failure> {
        let Some(text) = text.as_deref() else {
            return Ok(None);
        };
        let values: Vec<&str> = text.split(',').collect();
        let word = match (values[..].as_ref(), side) {
            ([both], _) => *both,
            // Either may be left out.
            (["", _], Side::Before) | ([_, ""], Side::After) => return Ok(None),
            ([before, _], Side::Before) => *before,
            ([_, after], Side::After) => *after,
            _ => {
                let text = escape::text(text);
                return Err(Failure::new(format!("more than two values in `{text}`"))
                    .hint("one for both images, or BEFORE,AFTER"));
            }
        };
        Ok(Some(word.to_owned()))
    };
    let mut without = args.clone();
    without.reading.platform = None;
    without.reading.tag = None;
    let platform = of_side(&args.reading.platform)?
        .as_deref()
        .map(platform)
        .transpose()?;
    if args.demo {
        return Ok(Request {
            platform,
            ..built_in(&without, &image.to_string_lossy())?
        });
    }
    Ok(Request {
        platform,
        tag: of_side(&args.reading.tag)?,
        ..request(&without, image)?
    })
}
