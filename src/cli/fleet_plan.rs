//! The arguments of `fleet` become a [`FleetPlan`]. No list is read here.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::available_parallelism;

use super::args::Args;
use super::environment::CliEnvironment;
use super::fleet_args::{
    FleetAction, FleetArgs, FleetFormatArg, FleetListArgs, FleetPlanArgs, FleetReportArgs,
    FleetStageArg, TableFormArg,
};
use super::images::{engine, request};
use super::resolve::{colours, config, verbosity};
use super::rule_args::{typed_rules, unused_rules};
use super::run_plan::Plan;
use super::transfer::{TransferOption, transfer_of_one};
use crate::bytes::Units;
use crate::ci::Rules;
use crate::config::Configuration;
use crate::escape;
use crate::failure::Failure;
use crate::fleet::{Depth, Engines, Lists, OutputFolder, RunName, Shard, TableForm};
use crate::load::{LayerReading, Pull, Request};
use crate::report::{Destination, FleetFormat};

/// How many images are read at once by default: a request mostly waits for the registry.
const PARALLEL: usize = 16;
const USAGE: &str = "dive-rs fleet IMAGE…, dive-rs fleet FILE or … | dive-rs fleet -; dive-rs fleet --help lists its options";
/// How many rows of each list a report shows by default.
const MOST_ROWS: usize = 20;

/// Reading many images.
#[derive(Debug)]
pub struct FleetPlan {
    /// What is done.
    pub(crate) task: FleetTask,
    /// Where their names come from.
    pub(crate) lists: Lists,
    /// How each of them is read: a request without a name.
    pub(crate) template: Request,
    /// How far they are read.
    pub(crate) depth: Depth,
    /// The rules that each image is checked against, if any.
    pub(crate) rules: Option<Rules>,
    /// The part of the list that is read; `None` for all of it.
    pub(crate) shard: Option<Shard>,
    /// How many are described, and how many are read, at once.
    pub(crate) parallel: (NonZeroUsize, NonZeroUsize),
    /// The folder for the tables; standard output without one.
    pub(crate) out: Option<OutputFolder>,
    /// The units of sizes in messages.
    pub(crate) units: Units,
    /// The amount of output on standard error: 0 errors only, 1 notes, 2 and more the log.
    pub(crate) verbosity: u8,
    /// Warnings about the configuration, one line each.
    pub(crate) notes: Vec<String>,
}

/// What is done with many images.
#[derive(Debug)]
pub(crate) enum FleetTask {
    /// Their rows are written.
    Rows,
    /// Their layers are read into the cache.
    Layers,
    /// Their names are resolved, and the plan is written.
    Resolve(Destination),
}

/// Summing up the rows of a run.
#[derive(Debug)]
pub struct FleetReportPlan {
    /// The folders with the rows; `-` for standard input.
    pub(crate) from: Vec<PathBuf>,
    /// The folder with the rows of an earlier run.
    pub(crate) earlier: Option<PathBuf>,
    /// The format to write; `None` opens the screen.
    pub(crate) format: Option<FleetFormat>,
    /// The links and nodes that pull times are estimated for.
    pub(crate) transfer: TransferOption,
    /// How many rows of each list are shown.
    pub(crate) most: usize,
    /// The configuration, after the options of the command line.
    pub(crate) config: Configuration,
    /// Whether the screen has colours.
    pub(crate) colours: bool,
    /// The amount of output on standard error.
    pub(crate) verbosity: u8,
    /// Warnings about the configuration, one line each.
    pub(crate) notes: Vec<String>,
}

/// Returns the plan of `fleet` or of one of its commands.
///
/// # Errors
/// [`Failure`] when an argument is invalid, or no image is named.
pub(super) fn plan(
    args: &Args,
    fleet: &FleetArgs,
    environment: &CliEnvironment,
) -> Result<Plan, Failure> {
    if !args.images.is_empty() || args.demo {
        return Err(Failure::new("`fleet` takes its images as its own arguments").hint(USAGE));
    }
    if args.json.is_some() || !args.reports.is_empty() || args.ci == Some(true) {
        return Err(Failure::new("`fleet` does not support these options").hint(
            "leave out --json, --report and --ci; --deep --rule checks each image, in the table `rules`",
        ));
    }
    let Some(action) = &fleet.action else {
        return Ok(Plan::Fleet(Box::new(reading(args, fleet, environment)?)));
    };
    let (name, output) = match action {
        FleetAction::Report(report) => ("report", &report.output),
        FleetAction::Plan(plan) => ("plan", &plan.output),
    };
    if fleet.is_given() {
        let message = format!("an option of `fleet` before `{name}` has no effect");
        let hint = format!(
            "write this option after `fleet {name}`; dive-rs fleet {name} --help lists its options"
        );
        return Err(Failure::new(message).hint(hint));
    }
    let args = &Args {
        output: output.clone().or(&fleet.output).or(&args.output),
        ..args.clone()
    };
    match action {
        FleetAction::Report(report) => {
            let plan = report_plan(args, report, environment)?;
            Ok(Plan::FleetReport(Box::new(plan)))
        }
        FleetAction::Plan(plan) => {
            let plan = resolving(args, fleet, plan, environment)?;
            Ok(Plan::Fleet(Box::new(plan)))
        }
    }
}

fn report_plan(
    args: &Args,
    report: &FleetReportArgs,
    environment: &CliEnvironment,
) -> Result<FleetReportPlan, Failure> {
    let args = Args {
        transfer: true,
        links: report.links.clone(),
        nodes: report.nodes,
        ..args.clone()
    };
    let (config, notes) = config(&args, environment)?;
    let transfer = transfer_of_one(&args)?;
    let is_screen = environment.terminal && !args.ci.unwrap_or_else(|| environment.is_ci());
    Ok(FleetReportPlan {
        from: report.from.clone(),
        earlier: report.earlier.clone(),
        format: match report.format {
            // The screen has no list to print the first rows of.
            None if is_screen && report.most.is_none() => None,
            None | Some(FleetFormatArg::Text) => Some(FleetFormat::Text),
            Some(FleetFormatArg::Markdown) => Some(FleetFormat::Markdown),
            Some(FleetFormatArg::Html) => Some(FleetFormat::Html),
            Some(FleetFormatArg::Json) => Some(FleetFormat::Json),
        },
        transfer: transfer.unwrap_or_default(),
        most: report.most.unwrap_or(MOST_ROWS),
        colours: colours(&args, environment),
        verbosity: verbosity(&args),
        config,
        notes,
    })
}

/// Returns the plan of `fleet plan`.
fn resolving(
    args: &Args,
    fleet: &FleetArgs,
    plan: &FleetPlanArgs,
    environment: &CliEnvironment,
) -> Result<FleetPlan, Failure> {
    if plan.lists.demo {
        return Err(Failure::new("`fleet plan` cannot resolve built-in images")
            .hint("leave out --demo: dive-rs fleet --demo reads the built-in images"));
    }
    let fleet = FleetArgs {
        lists: plan.lists.clone(),
        reading: plan.reading.clone().or(&fleet.reading),
        ..fleet.clone()
    };
    let out = plan.out.clone();
    Ok(FleetPlan {
        task: FleetTask::Resolve(out.map_or(Destination::Stdout, Destination::of)),
        ..reading(args, &fleet, environment)?
    })
}

fn reading(
    args: &Args,
    fleet: &FleetArgs,
    environment: &CliEnvironment,
) -> Result<FleetPlan, Failure> {
    let args = Args {
        reading: fleet.reading.clone().or(&args.reading),
        output: fleet.output.clone().or(&args.output),
        ..args.clone()
    };
    if args.reading.tag.is_some() || args.reading.verify {
        return Err(Failure::new("`fleet` reads many images").hint("leave out --tag and --verify"));
    }
    let lists = lists(&args, &fleet.lists)?;
    let (config, mut notes) = config(&args, environment)?;
    let depth = if fleet.deep || fleet.stage == Some(FleetStageArg::Images) {
        Depth::Deep
    } else {
        Depth::Shallow
    };
    let rules = rules(&args, fleet, depth, &mut notes)?;
    let parallel = |usual: Option<NonZeroUsize>| {
        let given = fleet.lists.parallel.or(usual);
        given.unwrap_or(NonZeroUsize::MIN)
    };
    let mut template = template(&args, &fleet.lists)?;
    let task = task(fleet, &mut template)?;
    let shard = fleet.shard.as_deref();
    let shard = shard.map(|text| shard_of(text, environment)).transpose()?;
    Ok(FleetPlan {
        task,
        lists,
        template,
        depth,
        rules,
        shard,
        parallel: (
            parallel(NonZeroUsize::new(PARALLEL)),
            parallel(available_parallelism().ok()),
        ),
        out: output(fleet, shard)?,
        units: config.units,
        verbosity: verbosity(&args),
        notes,
    })
}

/// Returns where the names of the images come from.
fn lists(args: &Args, given: &FleetListArgs) -> Result<Lists, Failure> {
    let lists = Lists {
        words: given.images.clone(),
        built_in: given.demo,
        repositories: given.repository.clone(),
        catalogs: given.catalog.clone(),
        engines: match (given.engine, &args.reading.source) {
            (false, _) => None,
            (true, None) => Some(Engines::All),
            (true, Some(_)) => engine(args)?.map(Engines::One),
        },
    };
    if lists == Lists::default() {
        return Err(Failure::new("no image named").hint(USAGE));
    }
    let stdin = lists.words.iter().filter(|word| *word == "-");
    if stdin.count() > 1 {
        return Err(Failure::new("two lists from standard input")
            .hint("standard input can be read only once: save one of the lists to a file"));
    }
    Ok(lists)
}

/// Returns how each image is read: a request without a name.
fn template(args: &Args, given: &FleetListArgs) -> Result<Request, Failure> {
    let mut template = request(args, "fleet".as_ref())?;
    template.shallow = false;
    template.provenance = false;
    if args.reading.cache_size.is_none() {
        // A layer that was evicted would be read again for the next image with it.
        template.cache = template.cache.map(|cache| cache.limited(u64::MAX));
    }
    if args.reading.pull.is_none() {
        // An engine lists what it has.
        template.pull = Pull::Never;
    }
    template.registry.rate = given.rate;
    template.layers = LayerReading::Complete;
    Ok(template)
}

/// Returns the rules in options before or after `fleet`. `.dive-ci` is not read: the images do not belong to the current folder.
fn rules(
    args: &Args,
    fleet: &FleetArgs,
    depth: Depth,
    notes: &mut Vec<String>,
) -> Result<Option<Rules>, Failure> {
    let args = Args {
        ci_config: fleet
            .ci_config
            .as_ref()
            .or(args.ci_config.as_ref())
            .cloned(),
        rules: [&*args.rules, &*fleet.rules].concat(),
        ..args.clone()
    };
    if unused_rules(&args).is_none() {
        return Ok(None);
    }
    if depth == Depth::Shallow {
        return Err(Failure::new("rules need the files of the images")
            .hint("add --deep, or leave out --rule and --ci-config"));
    }
    let (rules, warnings) = Rules::merge_given(&typed_rules(&args)?)?;
    notes.extend(warnings);
    Ok(Some(rules))
}

/// Returns the folder of `--out` and the form of the tables in it.
fn output(fleet: &FleetArgs, shard: Option<Shard>) -> Result<Option<OutputFolder>, Failure> {
    let form = match (fleet.format, &fleet.run) {
        (None | Some(TableFormArg::Ndjson), None) => TableForm::Ndjson,
        (None | Some(TableFormArg::Ndjson), Some(_)) => {
            return Err(Failure::new("--run names the partition of Parquet files")
                .hint("add --format parquet, or leave out --run"));
        }
        (Some(TableFormArg::Parquet), run) => {
            let text = run.as_deref().unwrap_or("1");
            let run = RunName::new(text).ok_or_else(|| {
                let text = escape::text(text);
                Failure::new(format!("--run: `{text}` is not the name of a run"))
                    .hint("letters, digits, `.`, `_` and `-`, beginning with a letter or a digit: --run 2026-11-29")
            })?;
            TableForm::Parquet(run)
        }
    };
    match (&fleet.out, &form) {
        (None, TableForm::Parquet(_)) => {
            Err(Failure::new("--format parquet writes files").hint("add --out DIR"))
        }
        (None, TableForm::Ndjson) => Ok(None),
        (Some(folder), _) => Ok(Some(OutputFolder {
            folder: folder.clone(),
            form,
            shard: shard.unwrap_or(Shard::WHOLE),
        })),
    }
}

/// Returns what is done. With `--stage images`, no layer is fetched.
fn task(fleet: &FleetArgs, template: &mut Request) -> Result<FleetTask, Failure> {
    if fleet.stage.is_some() && template.cache.is_none() {
        return Err(Failure::new("--stage needs the cache")
            .hint("leave out --no-cache; XDG_CACHE_HOME or HOME is its folder"));
    }
    match fleet.stage {
        None => Ok(FleetTask::Rows),
        Some(FleetStageArg::Images) => {
            template.registry.no_layers = true;
            Ok(FleetTask::Rows)
        }
        Some(FleetStageArg::Layers) if fleet.out.is_some() => {
            Err(Failure::new("--stage layers writes no rows")
                .hint("leave out --out; --stage images writes the rows"))
        }
        Some(FleetStageArg::Layers) => Ok(FleetTask::Layers),
    }
}

impl FleetArgs {
    /// Returns whether an option is set that must follow the name of the command of `fleet`.
    fn is_given(&self) -> bool {
        self.lists != FleetListArgs::default()
            || self.deep
            || self.stage.is_some()
            || self.shard.is_some()
            || self.out.is_some()
            || self.format.is_some()
            || self.run.is_some()
            || self.ci_config.is_some()
            || !self.rules.is_empty()
    }
}

/// Returns the part of a list that is written `I/N`, or `job/N` with the index of an array job in the environment.
fn shard_of(text: &str, environment: &CliEnvironment) -> Result<Shard, Failure> {
    let parse = || {
        let (index, count) = text.split_once('/')?;
        let index = match (index, &environment.job_index) {
            ("job", job) => job.as_deref()?,
            (index, _) => index,
        };
        Shard::new(index.trim().parse().ok()?, count.parse().ok()?)
    };
    parse().ok_or_else(|| {
        let text = escape::text(text);
        let job = match (&environment.job_index, text.starts_with("job/")) {
            (None, true) => ": the environment has no index of an array job",
            _ => "",
        };
        Failure::new(format!("--shard: `{text}` is not a shard{job}")).hint(
            "--shard 0/4 to --shard 3/4 are the parts of four; job/4 takes the index from JOB_COMPLETION_INDEX, AWS_BATCH_JOB_ARRAY_INDEX or SLURM_ARRAY_TASK_ID",
        )
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::{Args, CliEnvironment, Plan};
    use crate::cli::resolve;

    /// Returns the most bytes that the cache keeps during a run with these arguments.
    fn cache_limit(words: &str) -> Option<u64> {
        let args = Args::try_parse_from(words.split(' ')).unwrap();
        let plan = resolve::plan(&args, &CliEnvironment::default()).unwrap();
        let cache = match plan {
            Plan::Fleet(plan) => plan.template.cache,
            _ => None,
        };
        cache.map(|cache| cache.limit())
    }

    #[test]
    fn nothing_is_evicted_from_the_cache_unless_a_size_is_given() {
        let [deep, limited, layers, off] = [
            "--deep",
            "--deep --cache-size 5MB",
            "--stage layers",
            "--deep --no-cache",
        ]
        .map(|options| cache_limit(&format!("dive-rs fleet {options} alpine")));
        assert!(deep.is_none_or(|limit| limit == u64::MAX), "{deep:?}");
        assert_eq!(layers, deep);
        assert!(limited.is_none_or(|limit| limit == 5_000_000));
        assert_eq!(off, None);
    }
}
