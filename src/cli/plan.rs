//! What is meant: one [`Plan`], valid as a whole. Options are checked against each other here and nowhere else; the rules file is read here, so
//! that a bad value is told before an image is loaded.

use std::path::{Path, PathBuf};

use super::args::{Args, Command, PullWord, SourceWord, UnitsWord};
use super::meant::{BaseWish, BaselineWish, Look, Plan, Surroundings, Wanted};
use super::two;
use crate::bytes::Units;
use crate::ci::{Baseline, Id, Rules, Typed, nearest};
use crate::config::Config;
use crate::escape;
use crate::failure::Failure;
use crate::image::Platform;
use crate::load::{Engine, Pull, Request, SourceKind};
use crate::report::{Dockerfile, Format, Report, Target};
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

/// Returns the engine that `--source` names.
fn engine(args: &Args) -> Result<Option<Engine>, Failure> {
    match args.source {
        None => Ok(None),
        Some(SourceWord::Docker) => Ok(Some(Engine::Docker)),
        Some(SourceWord::Podman) => Ok(Some(Engine::Podman)),
        Some(_) => {
            let message = if args.command.is_some() {
                "nothing builds into that source"
            } else {
                "no image named, and none can be picked from that source"
            };
            Err(Failure::new(message).hint("--source docker or --source podman"))
        }
    }
}

pub(super) fn base(args: &Args) -> Result<BaseWish, Failure> {
    Ok(match (&args.base, args.base_layers) {
        (Some(image), _) => BaseWish::Image(request(args, image)?),
        (None, Some(layers)) => BaseWish::Layers(layers),
        (None, None) => BaseWish::Unsaid,
    })
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

fn wanted(args: &Args, judged: bool, around: &Surroundings) -> Result<Wanted, Failure> {
    let screen = around.terminal && !judged && args.json.is_none() && args.reports.is_empty();
    match (args.images.as_slice(), args.demo) {
        ([], true) => Ok(Wanted::Demo(request(args, "demo")?)),
        ([_, image], false) if judged => Ok(Wanted::Named(request(args, image)?)),
        ([image], false) => Ok(Wanted::Named(request(args, image)?)),
        ([_, ..], true) => Err(Failure::new("--demo takes no image")
            .hint("name an image, or leave it out to see the built-in one")),
        // What is built has no name before it is built.
        ([], false) if args.command.is_some() => Ok(Wanted::Named(request(args, "build")?)),
        ([], false) if screen => Ok(Wanted::Picked(engine(args)?, request(args, "picked")?)),
        ([], false) => Err(Failure::new("no image named")
            .hint("dive-rs IMAGE explores one: a name, an id, a path or `-`\ndive-rs --demo needs neither a daemon nor a file")),
        (_, false) => Err(Failure::new("a comparison is not judged")
            .hint("name one image to judge it, or put --ci before two to judge the second")),
    }
}

/// A file of numbers is read now, so that a bad one is told before an image is loaded.
fn baseline_of(args: &Args, text: &str, rules: &Rules) -> Result<BaselineWish, Failure> {
    let path = Path::new(text);
    if Baseline::is_file(path) {
        return Ok(BaselineWish::File(Baseline::read(path, rules)?));
    }
    Ok(BaselineWish::Image(request(args, text)?))
}

pub(super) fn request(args: &Args, image: &str) -> Result<Request, Failure> {
    if image.is_empty() {
        return Err(
            Failure::new("an image with an empty name").hint("name an image, a path or `-`")
        );
    }
    let platform = args.platform.as_deref().map(platform).transpose()?;
    Ok(Request {
        reference: image.to_owned(),
        source: args.source.map(|word| match word {
            SourceWord::Docker => SourceKind::Docker,
            SourceWord::Podman => SourceKind::Podman,
            SourceWord::DockerArchive => SourceKind::DockerArchive,
            SourceWord::OciArchive => SourceKind::OciArchive,
            SourceWord::OciDir => SourceKind::OciFolder,
        }),
        pull: match args.pull {
            PullWord::Missing => Pull::Missing,
            PullWord::Never => Pull::Never,
            PullWord::Always => Pull::Always,
        },
        platform,
        tag: args.tag.clone(),
        verify: args.verify,
        keep_contents: false,
    })
}

pub(super) fn platform(text: &str) -> Result<Platform, Failure> {
    let parts: Vec<&str> = text.split('/').collect();
    let (os, architecture, variant) = match parts[..] {
        [os, architecture] => (os, architecture, ""),
        [os, architecture, variant] if !variant.is_empty() => (os, architecture, variant),
        _ => ("", "", ""),
    };
    if os.is_empty() || architecture.is_empty() {
        let text = escape::text(text);
        return Err(Failure::new(format!("--platform: cannot take `{text}`"))
            .hint("os/arch[/variant], such as linux/amd64 or linux/arm/v7"));
    }
    Ok(Platform {
        os: os.to_owned(),
        architecture: architecture.to_owned(),
        variant: variant.to_owned(),
    })
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

fn typed_rules(args: &Args) -> Result<Typed, Failure> {
    let dives = [
        (Id::LowestEfficiency, &args.lowest_efficiency),
        (Id::HighestWastedBytes, &args.highest_wasted_bytes),
        (
            Id::HighestUserWastedPercent,
            &args.highest_user_wasted_percent,
        ),
    ];
    let mut flags: Vec<(Id, String)> = dives
        .into_iter()
        .filter_map(|(id, value)| Some((id, value.clone()?)))
        .collect();
    let names = Id::ALL.map(Id::name);
    for text in &args.rules {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Failure::new(format!("--rule {}: no limit", escape::text(text)))
                .hint("--rule NAME=LIMIT, such as --rule highestImageSize=200MB")
        })?;
        let id = Id::of(name).ok_or_else(|| {
            let hint = match nearest(name, &names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("rules: {}", names.join(", ")),
            };
            Failure::new(format!("--rule: `{}` is no rule", escape::text(name))).hint(hint)
        })?;
        flags.push((id, value.to_owned()));
    }
    Ok(Typed {
        file: args.ci_config.clone(),
        flags,
    })
}

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

/// Returns the image with the scheme dive would have said it has.
fn source(args: &Args) -> String {
    let image = args.images.last().map_or("demo", String::as_str);
    if image.contains("://") {
        return image.to_owned();
    }
    let scheme = match args.source {
        Some(SourceWord::Podman) => "podman",
        Some(SourceWord::DockerArchive) => "docker-archive",
        Some(SourceWord::OciArchive) => "oci-archive",
        Some(SourceWord::OciDir) => "oci-dir",
        None if args.demo || image == "-" || Path::new(image).exists() => "docker-archive",
        Some(SourceWord::Docker) | None => "docker",
    };
    format!("{scheme}://{image}")
}
