//! What is meant: one [`Plan`], valid as a whole. Options are checked against each other here and nowhere else; the rules file is read here, so
//! that a bad value is told before an image is loaded.

use super::args::{Args, Command, UnitsWord};
use super::images::{base, baseline_of, engine, source, wanted};
use super::meant::{Look, Plan, Surroundings};
use super::reports::reports;
use super::scan;
use super::transfer::transfer;
use super::two;
use crate::bytes::Units;
use crate::ci::{RuleId, RuleOptions, Rules};
use crate::config::Config;
use crate::escape;
use crate::failure::Failure;
use crate::report::{Dockerfile, Format, Report, Target};
use crate::suggest::nearest;
use crate::ui::ThemeName;

/// Gives the arguments their meaning.
pub(super) fn plan(args: &Args, around: &Surroundings) -> Result<Plan, Failure> {
    match &args.command {
        Some(Command::Completion { shell }) => return Ok(Plan::Completion(*shell)),
        Some(Command::Build { args: passed }) => {
            let engine = engine(args)?;
            if !args.images.is_empty() || args.demo {
                return Err(
                    Failure::new("`build` takes no image: it looks at what it builds").hint(
                        "dive-rs build [BUILD ARGS…], with dive-rs's own options before `build`",
                    ),
                );
            }
            let (passed, look) = (passed.clone(), look(args, around)?);
            return Ok(Plan::Build(passed, engine, Box::new(look)));
        }
        None => {}
    }
    if let Some(two) = two::two(args, around)? {
        return Ok(Plan::Two(Box::new(two)));
    }
    Ok(Plan::Look(Box::new(look(args, around)?)))
}

fn look(args: &Args, around: &Surroundings) -> Result<Look, Failure> {
    let judged = args.ci.unwrap_or_else(|| around.is_ci());
    let wanted = wanted(args, judged, around)?;
    let mut reports = reports(args)?;
    let (config, mut notes) = config(args, around)?;
    let rules = if judged || reports.iter().any(|report| report.format.needs_verdict()) {
        let (rules, odd) = Rules::of(&typed_rules(args)?)?;
        notes.extend(odd);
        Some(rules)
    } else {
        notes.extend(unjudged(args));
        None
    };
    if reports.iter().any(|report| report.format == Format::Github)
        && let Some(summary) = &around.summary
    {
        reports.push(Report {
            format: Format::Markdown,
            target: Target::Appended(summary.clone()),
        });
    }
    let baseline = match (args.images.as_slice(), &rules) {
        ([baseline, _], Some(rules)) => Some(baseline_of(args, baseline, rules)?),
        _ => None,
    };
    let asked = !reports.is_empty();
    let printed = reports.iter().any(|report| report.target == Target::Stdout);
    let screen = around.terminal && !judged && !asked;
    if !screen && !printed && !args.quiet && (judged || !asked) {
        reports.push(Report {
            format: Format::Text,
            target: Target::Stdout,
        });
    }
    Ok(Look {
        source: source(args),
        wanted,
        base: base(args)?,
        rules,
        baseline,
        gate: judged,
        reports,
        transfer: transfer(args)?,
        scan: scan::of_one(args)?,
        dockerfile: args
            .dockerfile
            .as_deref()
            .map(Dockerfile::read)
            .transpose()?,
        screen,
        config,
        colours: colours(args, around),
        verbosity: verbosity(args),
        notes,
    })
}

/// Returns what is said of rules that were typed where nothing is judged: who reads the exit code would take it for a verdict.
pub(super) fn unjudged(args: &Args) -> Option<String> {
    let dives = [
        &args.lowest_efficiency,
        &args.highest_wasted_bytes,
        &args.highest_user_wasted_percent,
    ];
    let typed = dives.into_iter().any(Option::is_some)
        || !args.rules.is_empty()
        || args.ci_config.is_some();
    typed.then(|| "rules are not looked at without --ci".to_owned())
}

pub(super) const fn colours(args: &Args, around: &Surroundings) -> bool {
    !args.no_color && !around.no_color && (around.terminal || around.force_color)
}

pub(super) const fn verbosity(args: &Args) -> u8 {
    if args.quiet {
        0
    } else {
        args.verbose.saturating_add(1)
    }
}

/// Returns the configuration with what was said in its place.
pub(super) fn config(args: &Args, around: &Surroundings) -> Result<(Config, Vec<String>), Failure> {
    let (mut config, notes) = Config::load(args.config.as_deref(), &around.places)?;
    if let Some(name) = &args.theme {
        config.theme = theme(name)?;
    }
    match args.units {
        Some(UnitsWord::Binary) => config.units = Units::Binary,
        Some(UnitsWord::Si) => config.units = Units::Si,
        None => {}
    }
    Ok((config, notes))
}

fn theme(name: &str) -> Result<ThemeName, Failure> {
    let named = ThemeName::ALL.into_iter().find(|(known, _)| *known == name);
    named.map(|(_, theme)| theme).ok_or_else(|| {
        let known = ThemeName::ALL.map(|(known, _)| known).join(", ");
        Failure::new(format!("--theme: `{}` is no theme", escape::text(name)))
            .hint(format!("themes: {known}"))
    })
}

fn typed_rules(args: &Args) -> Result<RuleOptions, Failure> {
    let dives = [
        (RuleId::LowestEfficiency, &args.lowest_efficiency),
        (RuleId::HighestWastedBytes, &args.highest_wasted_bytes),
        (
            RuleId::HighestUserWastedPercent,
            &args.highest_user_wasted_percent,
        ),
    ];
    let mut flags: Vec<(RuleId, String)> = dives
        .into_iter()
        .filter_map(|(id, value)| Some((id, value.clone()?)))
        .collect();
    let names = RuleId::ALL.map(RuleId::name);
    for text in &args.rules {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Failure::new(format!("--rule {}: no limit", escape::text(text)))
                .hint("--rule NAME=LIMIT, such as --rule highestImageSize=200MB")
        })?;
        let id = RuleId::of(name).ok_or_else(|| {
            let hint = match nearest(name, &names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("rules: {}", names.join(", ")),
            };
            Failure::new(format!("--rule: `{}` is no rule", escape::text(name))).hint(hint)
        })?;
        flags.push((id, value.to_owned()));
    }
    Ok(RuleOptions {
        file: args.ci_config.clone(),
        flags,
    })
}
