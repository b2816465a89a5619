//! What is meant by naming two images: their comparison. With `--ci` the first is a baseline instead, and `plan` has it.

use std::ffi::OsStr;

use super::args::Args;
use super::images::{base, built_in, platform, read_once, request};
use super::meant::{BaseWish, Surroundings};
use super::plan::{colours, config, unjudged, verbosity};
use super::reports::reports;
use super::scan::{self, ScanWish};
use super::transfer::{TransferWish, of_two};
use crate::compare::{Side, Sides};
use crate::config::Config;
use crate::demo;
use crate::escape;
use crate::failure::Failure;
use crate::load::Request;
use crate::report::{Format, Report, Target};
use crate::scan::ScanReport;

/// Loading two images and what becomes of their comparison.
#[derive(Debug)]
pub struct Two {
    /// The images.
    pub requests: Sides<Request>,
    /// What is known of their base.
    pub base: BaseWish,
    /// What to write, in order.
    pub reports: Vec<Report>,
    /// What to say of pulling them.
    pub transfer: Option<TransferWish>,
    /// Where their vulnerabilities come from.
    pub scan: Option<ScanWish<Sides<ScanReport>>>,
    /// Whether to open the screen.
    pub screen: bool,
    /// What the user configured, and said in its place.
    pub config: Config,
    /// Whether text on standard output has colours.
    pub colours: bool,
    /// How much to say on standard error: 0 nothing but errors, 1 notes, 2 progress too.
    pub verbosity: u8,
    /// What is odd in what was asked, one line each.
    pub notes: Vec<String>,
}

/// Gives two images their meaning; nothing when there are not two, or when the second is to be judged.
pub(super) fn two(args: &Args, around: &Surroundings) -> Result<Option<Two>, Failure> {
    let Some([before, after]) = pair(args) else {
        return Ok(None);
    };
    if args.ci.unwrap_or_else(|| around.is_ci()) {
        return Ok(None);
    }
    let mut reports = reports(args)?;
    let judging = reports.iter().find(|report| !report.format.compares());
    if args.demo && judging.is_some() {
        return Ok(None);
    }
    read_once(args)?;
    if let Some(report) = judging {
        let name = report.format.name();
        return Err(
            Failure::new(format!("--report {name} judges one image, not two"))
                .hint("text, json and markdown compare; --ci judges the second against the first"),
        );
    }
    let screen = around.terminal && reports.is_empty();
    let printed = reports.iter().any(|report| report.target == Target::Stdout);
    if !screen && !printed && reports.is_empty() && !args.quiet {
        reports.push(Report {
            format: Format::Text,
            target: Target::Stdout,
        });
    }
    let (config, mut notes) = config(args, around)?;
    notes.extend(unjudged(args));
    Ok(Some(Two {
        requests: Sides::new(
            one(args, before, Side::Before)?,
            one(args, after, Side::After)?,
        ),
        base: base(args)?,
        transfer: of_two(args)?,
        scan: scan::of_two(args)?,
        reports,
        screen,
        config,
        colours: colours(args, around),
        verbosity: verbosity(args),
        notes,
    }))
}

/// Returns the names of the two images: those that were typed, or those that are built in.
fn pair(args: &Args) -> Option<[&OsStr; 2]> {
    match (args.images.as_slice(), args.demo, &args.tag) {
        ([before, after], false, _) => Some([before, after]),
        ([], true, None) => Some(demo::PAIR.map(OsStr::new)),
        ([], true, Some(tags)) => {
            let (before, after) = tags.split_once(',')?;
            Some([before.as_ref(), after.as_ref()])
        }
        _ => None,
    }
}

/// Returns one side's request. `--platform` and `--tag` take a word for both, or one for each with a comma between.
fn one(args: &Args, image: &OsStr, side: Side) -> Result<Request, Failure> {
    let word = |text: &Option<String>| -> Result<Option<String>, Failure> {
        let Some(text) = text.as_deref() else {
            return Ok(None);
        };
        let words: Vec<&str> = text.split(',').collect();
        let word = match (words[..].as_ref(), side) {
            ([both], _) => *both,
            // Either may be left out.
            (["", _], Side::Before) | ([_, ""], Side::After) => return Ok(None),
            ([before, _], Side::Before) => *before,
            ([_, after], Side::After) => *after,
            _ => {
                let text = escape::text(text);
                return Err(Failure::new(format!("more than two in `{text}`"))
                    .hint("one for both images, or BEFORE,AFTER"));
            }
        };
        Ok(Some(word.to_owned()))
    };
    let plain = Args {
        platform: None,
        tag: None,
        ..args.clone()
    };
    let wanted = word(&args.platform)?;
    let platform = wanted.as_deref().map(platform).transpose()?;
    if args.demo {
        return Ok(Request {
            platform,
            ..built_in(&plain, &image.to_string_lossy())?
        });
    }
    Ok(Request {
        platform,
        tag: word(&args.tag)?,
        ..request(&plain, image)?
    })
}
