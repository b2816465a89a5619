//! Arguments and environment become one valid [`Plan`]. Options are checked against each other here and nowhere else; the rules file is read here, so
//! that a bad value is refused before an image is loaded.

use std::sync::Arc;

use super::args::{Args, Command};
use super::complete;
use super::environment::CliEnvironment;
use super::file_plan::{self, FilePlan};
use super::fleet_plan;
use super::images::{base, baseline, budget, cache, engine, image_choice, read_stdin_once, source};
use super::man;
use super::pair;
use super::reports::reports;
use super::rule_args::{typed_rules, unused_rules};
use super::run_plan::{ImageChoice, InspectPlan, InspectedImages, PickerOption, Plan, SingleImage};
use super::scan::{scan_of_one, scan_of_two};
use super::shared_args::UnitsArg;
use super::transfer::{transfer_of_one, transfer_of_two};
use crate::bytes::Units;
use crate::ci::Rules;
use crate::config::Configuration;
use crate::dockerfile;
use crate::escape;
use crate::failure::Failure;
use crate::query::QueryOptions;
use crate::report::{Destination, Format, Report};
use crate::ui::ThemeName;
use crate::version;

/// Returns the plan that the arguments mean.
///
/// # Errors
/// [`Failure`] when an argument is invalid, or two contradict each other.
pub(super) fn plan(args: &Args, environment: &CliEnvironment) -> Result<Plan, Failure> {
    match &args.command {
        Some(Command::Cache { action, cache_size }) => {
            let size = cache_size.as_ref().or(args.reading.cache_size.as_ref());
            let cache = cache(size, args.reading.no_cache)?.ok_or_else(|| {
                Failure::new("there is no cache")
                    .hint("omit --no-cache; XDG_CACHE_HOME or HOME is its folder")
            })?;
            // Without a size, pruning removes all.
            let cache = match size {
                Some(_) => cache,
                None => cache.limited(0),
            };
            Ok(Plan::Cache(*action, cache))
        }
        Some(Command::Completion { shell }) => Ok(Plan::Text(complete::script(*shell))),
        Some(Command::InstallDockerPlugin) => Ok(Plan::InstallDockerPlugin),
        Some(Command::Man { page }) => Ok(Plan::Text(man::page(*page))),
        Some(Command::Version { json: true }) => Ok(Plan::Text(version::json())),
        Some(Command::Version { json: false }) => Ok(Plan::Text(version::text())),
        Some(Command::Ls(ls)) => Ok(files(file_plan::ls(args, ls, environment)?)),
        Some(Command::Cat(cat)) => Ok(files(file_plan::cat(args, cat, environment)?)),
        Some(Command::Du(du)) => Ok(files(file_plan::du(args, du, environment)?)),
        Some(Command::Extract(extract)) => {
            Ok(files(file_plan::extract(args, extract, environment)?))
        }
        Some(Command::Fleet(fleet)) => fleet_plan::plan(args, fleet, environment),
        Some(Command::Build { args: passed }) => {
            let engine = engine(args)?;
            if !args.images.is_empty() || args.demo {
                return Err(Failure::new(
                    "`build` takes no image: it inspects the image it builds",
                )
                .hint("dive-rs build [BUILD ARGS…], with dive-rs's own options before `build`"));
            }
            let inspect = inspect(args, environment)?;
            Ok(Plan::Build(passed.clone(), engine, Box::new(inspect)))
        }
        None => Ok(Plan::Inspect(Box::new(inspect(args, environment)?))),
    }
}

fn files(plan: FilePlan) -> Plan {
    Plan::Files(Box::new(plan))
}

/// Returns the failure of something that reads files, with `--shallow`.
pub(super) fn needs_files(what: &str) -> Failure {
    Failure::new(format!("{what} needs the files of the layers, which --shallow does not read"))
        .hint("omit --shallow; with it, the screen and the reports text, json, markdown, junit and github show layers, compressed sizes and instructions")
}

/// Checks that nothing is wanted of the files that `--shallow` does not read.
fn check_shallow(
    args: &Args,
    reports: &[Report],
    query: Option<&QueryOptions>,
) -> Result<(), Failure> {
    if !args.shallow {
        return Ok(());
    }
    if let Some(report) = reports.iter().find(|report| report.format.needs_files()) {
        let what = format!("--report {}", report.format.name());
        return Err(needs_files(&what));
    }
    let others = [
        (args.changes, "--changes"),
        (query.is_some(), "a query"),
        (
            args.scan.is_some() || !args.scan_reports.is_empty(),
            "a scan",
        ),
    ];
    match others.iter().find(|(wanted, _)| *wanted) {
        Some((_, what)) => Err(needs_files(what)),
        None => Ok(()),
    }
}

fn inspect(args: &Args, environment: &CliEnvironment) -> Result<InspectPlan, Failure> {
    let judged = args.ci.unwrap_or_else(|| environment.is_ci());
    let mut reports = reports(args)?;
    let query = selection(args, &reports)?;
    check_shallow(args, &reports, query.as_ref())?;
    let screen = environment.terminal && !judged && reports.is_empty() && query.is_none();
    read_stdin_once(args)?;
    if args.optional_baseline && !(judged && args.images.len() == 2) {
        return Err(
            Failure::new("--optional-baseline needs a check against a baseline")
                .hint("dive-rs --ci --optional-baseline BASELINE IMAGE"),
        );
    }
    // Before the arguments are copied for each of two images.
    budget(args)?;
    let (config, mut notes) = config(args, environment)?;
    let images = if let Some(names) = pair::names(args, judged, query.is_some(), &reports) {
        if args.shallow {
            return Err(needs_files("a comparison"));
        }
        if args.changes {
            let message = "--changes lists what the layers of one image change";
            return Err(
                Failure::new(message).hint("the JSON of two images always contains `changes`")
            );
        }
        if query.is_some() {
            return Err(
                Failure::new("a query selects files of one image, not of two")
                    .hint("name one image, or omit the options that select files"),
            );
        }
        notes.extend(unused_rules(args));
        InspectedImages::Comparison(Box::new(pair::requests(args, names, &reports)?))
    } else {
        let image = single_image(args, judged, screen, &reports, &mut notes)?;
        InspectedImages::Single(Box::new(SingleImage { query, ..image }))
    };
    let (transfer, scan) = match &images {
        InspectedImages::Single(_) => (transfer_of_one(args)?, scan_of_one(args)?),
        InspectedImages::Comparison(_) => (transfer_of_two(args)?, scan_of_two(args)?),
    };
    add_implied_reports(args, environment, judged, screen, &mut reports);
    Ok(InspectPlan {
        images,
        base: base(args)?,
        reports,
        transfer,
        scan,
        screen,
        config,
        picker: picker(args, environment, judged),
        colours: colours(args, environment),
        verbosity: verbosity(args),
        notes,
    })
}

/// Returns whether the JSON lists the changes of each layer.
fn changes(args: &Args, reports: &[Report]) -> Result<bool, Failure> {
    let has_json = reports.iter().any(|report| report.format == Format::Json);
    if args.changes && !has_json {
        return Err(Failure::new("--changes adds to the JSON of one image")
            .hint("dive-rs --changes --json FILE IMAGE; --report ndjson always has the changes"));
    }
    Ok(args.changes)
}

/// Returns the query whose files the reports show.
fn selection(args: &Args, reports: &[Report]) -> Result<Option<QueryOptions>, Failure> {
    let query = args.select.query(args.layer.as_deref())?;
    if query == QueryOptions::default() {
        return Ok(None);
    }
    if let Some(report) = reports
        .iter()
        .find(|report| !report.format.shows_selection())
    {
        let name = report.format.name();
        let message = format!("--report {name} does not show the files that a query selects");
        let formats = Format::ALL.iter();
        let formats = formats.filter(|format| format.shows_selection());
        let names: Vec<&str> = formats.map(|format| format.name()).collect();
        let hint = format!(
            "these reports do: {}; dive-rs ls lists the files",
            names.join(", ")
        );
        return Err(Failure::new(message).hint(hint));
    }
    Ok(Some(query))
}

fn single_image(
    args: &Args,
    judged: bool,
    screen: bool,
    reports: &[Report],
    notes: &mut Vec<String>,
) -> Result<SingleImage, Failure> {
    let mut choice = image_choice(args, screen)?;
    if let Some(path) = &args.dockerfile {
        let (ImageChoice::Named(request) | ImageChoice::Picked(_, request)) = &mut choice;
        request.dockerfile = Some(Arc::new(dockerfile::read(path)?));
    }
    let rules = if judged || reports.iter().any(|report| report.format.needs_verdict()) {
        let (rules, warnings) = Rules::merge(&typed_rules(args)?)?;
        notes.extend(warnings);
        Some(rules)
    } else {
        notes.extend(unused_rules(args));
        None
    };
    let baseline = match (args.images.as_slice(), &rules) {
        ([image, _], Some(rules)) => baseline(args, image, rules, notes)?,
        _ => None,
    };
    let is_compared = |rules: &Rules| {
        rules.need_baseline() || reports.iter().any(|report| report.format.shows_growth())
    };
    if baseline.is_some() && !rules.as_ref().is_some_and(is_compared) {
        notes.push(
            "no rule compares the image with the baseline: --rule highestGrowthBytes=10MB does, for example"
                .to_owned(),
        );
    }
    Ok(SingleImage {
        choice,
        source: source(args),
        rules,
        baseline,
        query: None,
        changes: changes(args, reports)?,
        gate: judged,
    })
}

/// Adds the summary of a GitHub job to its annotations, and the text on standard output when nothing else is printed there.
fn add_implied_reports(
    args: &Args,
    environment: &CliEnvironment,
    judged: bool,
    screen: bool,
    reports: &mut Vec<Report>,
) {
    if let Some(summary) = &environment.summary
        && reports.iter().any(|report| report.format == Format::Github)
    {
        reports.push(Report {
            format: Format::Markdown,
            destination: Destination::Appended(summary.clone()),
        });
    }
    let prints = |report: &Report| report.destination == Destination::Stdout;
    let is_printed = reports.iter().any(prints);
    if !screen && !is_printed && !args.output.quiet && (judged || reports.is_empty()) {
        reports.push(Report {
            format: Format::Text,
            destination: Destination::Stdout,
        });
    }
}

pub(super) const fn colours(args: &Args, environment: &CliEnvironment) -> bool {
    let wanted = environment.terminal || environment.force_color;
    wanted && !args.no_color && !environment.no_color
}

/// Returns the picker: none without a terminal to show it and to type on, and none where a job checks rules.
pub(super) fn picker(
    args: &Args,
    environment: &CliEnvironment,
    judged: bool,
) -> Option<PickerOption> {
    (environment.prompts && !judged).then_some(PickerOption {
        no_color: args.no_color || environment.no_color,
    })
}

pub(super) const fn verbosity(args: &Args) -> u8 {
    if args.output.quiet {
        0
    } else {
        args.output.verbose.saturating_add(1)
    }
}

/// Returns the configuration, with the options of the command line in place of its own values, and its warnings.
pub(super) fn config(
    args: &Args,
    environment: &CliEnvironment,
) -> Result<(Configuration, Vec<String>), Failure> {
    let (mut config, notes) =
        Configuration::load(args.output.config.as_deref(), &environment.places)?;
    if let Some(name) = &args.theme {
        config.theme = theme(name)?;
    }
    match args.output.units {
        Some(UnitsArg::Binary) => config.units = Units::Binary,
        Some(UnitsArg::Si) => config.units = Units::Si,
        None => {}
    }
    Ok((config, notes))
}

fn theme(name: &str) -> Result<ThemeName, Failure> {
    ThemeName::of(name).ok_or_else(|| {
        let known = ThemeName::ALL.map(|(known, _)| known).join(", ");
        Failure::new(format!("--theme: unknown theme `{}`", escape::text(name)))
            .hint(format!("themes: {known}"))
    })
}
