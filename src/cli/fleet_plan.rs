//! The arguments of `fleet` become a [`FleetPlan`]. No list is read here.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::args::Args;
use super::environment::CliEnvironment;
use super::fleet_args::FleetArgs;
use super::images::{engine, request};
use super::resolve::{config, verbosity};
use crate::bytes::Units;
use crate::failure::Failure;
use crate::fleet::{Engines, Lists};
use crate::load::{Pull, Request};

/// How many images are read at once by default: a request mostly waits for the registry.
const PARALLEL: usize = 16;

/// Describing many images.
#[derive(Debug)]
pub struct FleetPlan {
    /// Where their names come from.
    pub(crate) lists: Lists,
    /// How each of them is read: a request without a name.
    pub(crate) template: Request,
    /// How many are read at once.
    pub(crate) parallel: NonZeroUsize,
    /// The folder for the tables; standard output without one.
    pub(crate) out: Option<PathBuf>,
    /// The units of sizes in messages.
    pub(crate) units: Units,
    /// The amount of output on standard error: 0 errors only, 1 notes, 2 and more the log.
    pub(crate) verbosity: u8,
    /// Warnings about the configuration, one line each.
    pub(crate) notes: Vec<String>,
}

/// Returns the plan of `fleet`.
///
/// # Errors
/// [`Failure`] when an argument is invalid, or no image is named.
pub(super) fn fleet(
    args: &Args,
    fleet: &FleetArgs,
    environment: &CliEnvironment,
) -> Result<FleetPlan, Failure> {
    let usage = "dive-rs fleet IMAGE…, dive-rs fleet FILE or … | dive-rs fleet -; dive-rs fleet --help lists its options";
    if !args.images.is_empty() || args.demo {
        return Err(Failure::new("`fleet` takes its images as its own arguments").hint(usage));
    }
    if args.json.is_some() || !args.reports.is_empty() || args.ci == Some(true) {
        return Err(Failure::new("`fleet` writes rows and checks no rules")
            .hint("leave out --json, --report and --ci"));
    }
    let args = Args {
        reading: fleet.reading.clone().or(&args.reading),
        output: fleet.output.clone().or(&args.output),
        ..args.clone()
    };
    if args.reading.tag.is_some() || args.reading.verify {
        return Err(
            Failure::new("`fleet` reads manifests and configs of many images")
                .hint("leave out --tag and --verify"),
        );
    }
    let lists = Lists {
        words: fleet.images.clone(),
        repositories: fleet.repository.clone(),
        catalogs: fleet.catalog.clone(),
        engines: match (fleet.engine, &args.reading.source) {
            (false, _) => None,
            (true, None) => Some(Engines::All),
            (true, Some(_)) => engine(&args)?.map(Engines::One),
        },
    };
    if lists == Lists::default() {
        return Err(Failure::new("no image named").hint(usage));
    }
    let stdin = lists.words.iter().filter(|word| *word == "-");
    if stdin.count() > 1 {
        return Err(Failure::new("two lists from standard input")
            .hint("standard input can be read only once: save one of the lists to a file"));
    }
    let (config, notes) = config(&args, environment)?;
    let mut template = request(&args, "fleet".as_ref())?;
    template.shallow = true;
    if args.reading.pull.is_none() {
        // An engine lists what it has.
        template.pull = Pull::Never;
    }
    template.registry.rate = fleet.rate;
    Ok(FleetPlan {
        lists,
        template,
        parallel: fleet
            .parallel
            .or(NonZeroUsize::new(PARALLEL))
            .unwrap_or(NonZeroUsize::MIN),
        out: fleet.out.clone(),
        units: config.units,
        verbosity: verbosity(&args),
        notes,
    })
}
