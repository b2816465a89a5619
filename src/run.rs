//! Carries a plan out: loads, analyses, judges, then writes. The order is all there is here; each step is its own room's.

mod beside;
mod deliver;
mod interrupt;
mod scan;
mod two;

use std::ffi::OsString;
use std::io::{self, Write as _};

use crate::analysis::{Analysis, Base, BaseHint};
use crate::build::{self, Built};
use crate::ci::{self, Acceptance, Baseline, Rules};
use crate::cli::{self, BaseWish, BaselineWish, Look, Plan, Wanted};
use crate::config::Config;
use crate::escape;
use crate::failure::{Failure, Outcome};
use crate::load::{self, Cancel, Engine, Loaded, LocalImage, Pull, Request, SourceKind};
use crate::logging;
use crate::report::{self, Facts, ProgressLine, Report};
use crate::ui;

/// Does what is meant.
///
/// # Errors
/// [`Failure`] when it could not be done, or the user stopped it.
pub fn run(plan: Plan) -> Result<Outcome, Failure> {
    match plan {
        Plan::Text(text) => print(text.as_bytes()),
        Plan::Completion(shell) => print(&cli::completion(shell)),
        Plan::Look(look) => run_look(look),
        Plan::Two(two) => two::run(two),
        Plan::Build(args, engine, look) => run_build(&args, engine, look),
    }
}

fn print(text: &[u8]) -> Result<Outcome, Failure> {
    report::Target::Stdout.write(|out| out.write_all(text))?;
    Ok(Outcome::Done)
}

fn run_build(
    args: &[OsString],
    engine: Option<Engine>,
    mut look: Box<Look>,
) -> Result<Outcome, Failure> {
    match interrupt::after(|| build::build(engine, args))? {
        Built::Refused(code) => Ok(Outcome::Code(code)),
        Built::Image(id, engine) => {
            let (kind, scheme) = match engine {
                Engine::Docker => (SourceKind::Docker, "docker"),
                Engine::Podman => (SourceKind::Podman, "podman"),
            };
            look.source = format!("{scheme}://{id}");
            if let Wanted::Named(request) = &mut look.wanted {
                request.reference = id;
                request.exact = None;
                request.source = Some(kind);
                request.pull = Pull::Never;
            }
            run_look(look)
        }
    }
}

fn run_look(look: Box<Look>) -> Result<Outcome, Failure> {
    log(look.verbosity, look.screen)?;
    say(look.verbosity, &look.notes);
    if look.screen {
        return explore(&look);
    }
    interrupt::interruptible(move || print_look(&look))
}

/// Loads, judges where that is asked for, and writes the reports.
fn print_look(look: &Look) -> Result<Outcome, Failure> {
    let line = line(look.verbosity, &look.config);
    let told = |report: &Report| report.format.needs_content_analysis(look.gate);
    let tells = look.reports.iter().any(told);
    let judges = look.rules.as_ref().is_some_and(Rules::needs_findings);
    let asks = tells || judges || look.scan.is_some();
    let keep = asks || look.transfer.is_some();
    let (Wanted::Named(request) | Wanted::Picked(_, request)) = &look.wanted;
    let request = Request {
        keep_contents: request.keep_contents || keep,
        ..request.clone()
    };
    let loaded = load_watched(&request, &line)?;
    let base = base(&look.base, &line)?;
    let image = &loaded.image;
    let analysis = Analysis::of(image, &base);
    let content_analysis =
        asks.then(|| loaded.content_analysis(&analysis, &Cancel::default(), |_, _| {}));
    let content_analysis = content_analysis.transpose()?;
    let baseline = look
        .baseline
        .as_ref()
        .map(|wish| baseline(wish, look, &line));
    let baseline = baseline.transpose()?;
    let delivery = look
        .transfer
        .as_ref()
        .map(|wish| deliver::one(wish, &loaded, &line))
        .transpose()?;
    let vulnerabilities = look
        .scan
        .as_ref()
        .zip(content_analysis.as_ref())
        .map(|(wish, content_analysis)| {
            scan::one(wish, &request, image, &analysis.base, content_analysis)
        })
        .transpose()?;
    drop(line);
    let verdict = look.rules.as_ref().map(|rules| {
        ci::judge(
            rules,
            image,
            &analysis,
            baseline.as_ref(),
            vulnerabilities.as_ref(),
            content_analysis
                .as_ref()
                .map(|content_analysis| &content_analysis.findings),
        )
    });
    let unread = content_analysis.iter().filter(|_| judges);
    let unread =
        unread.flat_map(|content_analysis| content_analysis.packages.notes.iter().cloned());
    let stale = verdict.iter().flat_map(|verdict| &verdict.stale);
    let given = odd_base(request.reference.as_str(), &analysis.base);
    let notes: Vec<String> = unread
        .chain(stale.map(Acceptance::stale))
        .chain(given)
        .collect();
    say(look.verbosity, &notes);
    let facts = Facts {
        image,
        analysis: &analysis,
        content_analysis: content_analysis.as_ref().filter(|_| tells),
        verdict: verdict.as_ref(),
        rules: look.rules.as_ref(),
        source: &look.source,
        dockerfile: look.dockerfile.as_ref(),
        delivery: delivery.as_ref(),
        vulnerabilities: vulnerabilities.as_ref(),
        units: look.config.units,
    };
    report::write(&look.reports, &facts, look.colours)?;
    Ok(match verdict {
        Some(verdict) if look.gate && !verdict.passed() => Outcome::RuleFailed,
        _ => Outcome::Done,
    })
}

/// Opens the screen.
fn explore(look: &Look) -> Result<Outcome, Failure> {
    let line = line(look.verbosity, &look.config);
    let asked = beside::one(look, &line)?;
    let base = base(&look.base, &line)?;
    drop(line);
    let options = options(&look.config, look.colours, &look.notes, asked);
    let keeping = |request: &Request| Request {
        keep_contents: true,
        ..request.clone()
    };
    match &look.wanted {
        Wanted::Named(request) => ui::run(&keeping(request), &base, options)?,
        Wanted::Picked(engine, request) => {
            let images = images(*engine)?;
            ui::pick(images, now(), &keeping(request), &base, options)?;
        }
    }
    Ok(Outcome::Done)
}

/// Returns the images there are to pick from.
fn images(engine: Option<Engine>) -> Result<Vec<LocalImage>, Failure> {
    const ELSE: &str = "dive-rs IMAGE explores one: a name, a path or `-`\ndive-rs --demo needs neither a daemon nor a file";
    let images = load::local(engine, &Cancel::default()).map_err(|error| {
        let hint = error.hint().unwrap_or_default();
        Failure::new("no image named, and no list to pick one from")
            .because(&error)
            .hint(format!("{hint}\n{ELSE}").trim().to_owned())
    })?;
    if images.is_empty() {
        return Err(Failure::new("no image named, and the engines here have none").hint(ELSE));
    }
    Ok(images)
}

/// Returns the time in seconds since 1970.
fn now() -> i64 {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
}

fn load_watched(request: &Request, line: &ProgressLine) -> Result<Loaded, Failure> {
    Ok(load::load(request, &Cancel::default(), |progress| {
        line.show(&progress);
    })?)
}

fn base(wish: &BaseWish, line: &ProgressLine) -> Result<BaseHint, Failure> {
    Ok(match wish {
        BaseWish::Unsaid => BaseHint::default(),
        BaseWish::Layers(layers) => BaseHint {
            layers: Some(*layers),
            image: None,
        },
        BaseWish::Image(request) => {
            let loaded = load_watched(request, line)?;
            let diff_ids = loaded
                .image
                .layers
                .iter()
                .map(|layer| layer.heading.diff_id.clone().unwrap_or_default())
                .collect();
            BaseHint {
                layers: None,
                image: Some((request.reference.clone(), diff_ids)),
            }
        }
    })
}

/// Returns what is odd in what was said of an image's base.
fn odd_base(reference: &str, base: &Base) -> Option<String> {
    let odd = base.warning()?;
    Some(format!("{}: {odd}", escape::text(reference)))
}

/// Returns what the image is held against.
fn baseline(wish: &BaselineWish, look: &Look, line: &ProgressLine) -> Result<Baseline, Failure> {
    match wish {
        BaselineWish::File(baseline) => Ok(baseline.clone()),
        BaselineWish::Image(request) => {
            let image = load_watched(request, line)?.image;
            let analysis = Analysis::of(&image, &BaseHint::default());
            Ok(Baseline::of(&image, &analysis, look.rules.as_ref()))
        }
    }
}

/// Returns what the screen is told of the user's choices.
fn options(
    config: &Config,
    colours: bool,
    notes: &[String],
    asked: ui::ExtrasRequest,
) -> ui::Options {
    ui::Options {
        terminal: ui::TerminalColours::of_process(),
        no_color: !colours,
        units: config.units,
        theme: config.theme,
        start: config.start,
        keys: config.keys.clone(),
        notes: notes.to_vec(),
        extras: asked,
    }
}

/// Starts the log where one is asked for; under a screen it goes to a file, which is named before the screen hides the words.
fn log(verbosity: u8, screen: bool) -> Result<(), Failure> {
    let file = screen.then(logging::file);
    if let Some(file) = file.as_ref().filter(|_| verbosity > 1) {
        let _ = writeln!(io::stderr().lock(), "log: {}", file.display());
    }
    logging::begin(verbosity, file.as_deref())
}

/// Returns the line that tells of progress; the log takes its place.
fn line(verbosity: u8, config: &Config) -> ProgressLine {
    ProgressLine::new(verbosity != 1, config.units)
}

/// Says notes on standard error.
fn say(verbosity: u8, notes: &[String]) {
    for note in notes.iter().filter(|_| verbosity > 0) {
        // Notes are lost when nobody listens.
        let _ = writeln!(io::stderr().lock(), "warning: {note}");
    }
}
