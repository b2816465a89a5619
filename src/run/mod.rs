//! Carries out a plan as a list of steps: load → analyse → check rules → write the reports, or open the screen. Each step belongs to its own module; only their
//! order is here.

mod cache;
mod files;
mod fleet;
mod interrupt;
mod load;
mod print;
mod scan;
mod screen;
mod select;
mod transfer;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::sync::Arc;

use crate::build::{self, BuildResult};
use crate::cli::{ImageChoice, InspectPlan, InspectedImages, Plan};
use crate::docker_plugin;
use crate::failure::{Failure, RunOutcome};
use crate::load::{Engine, MeasuredBuild, Pull};
use crate::logging;
use crate::report::Destination;

/// Carries out a plan.
///
/// # Errors
/// [`Failure`] when a step fails, or the user interrupts it.
pub fn run(plan: Plan) -> Result<RunOutcome, Failure> {
    match plan {
        Plan::Text(text) => write_stdout(text.as_bytes()),
        Plan::InstallDockerPlugin => write_stdout(docker_plugin::install()?.as_bytes()),
        Plan::RunAsDockerPlugin(invocation) => docker_plugin::run(invocation),
        Plan::Cache(action, cache) => write_stdout(cache::run(action, &cache)?.as_bytes()),
        Plan::Files(plan) => files::run(plan),
        Plan::Fleet(plan) => fleet::run(plan),
        Plan::FleetReport(plan) => fleet::report(plan),
        Plan::Inspect(plan) => inspect(plan),
        Plan::Build(args, engine, plan) => build_and_inspect(&args, engine, plan),
    }
}

fn write_stdout(text: &[u8]) -> Result<RunOutcome, Failure> {
    Destination::Stdout.write(|out| out.write_all(text))?;
    Ok(RunOutcome::Done)
}

fn build_and_inspect(
    args: &[OsString],
    engine: Option<Engine>,
    mut plan: Box<InspectPlan>,
) -> Result<RunOutcome, Failure> {
    match interrupt::share_terminal(|| build::build(engine, args))? {
        BuildResult::Ended(code) => Ok(RunOutcome::Code(code)),
        BuildResult::Image {
            id,
            engine,
            measured,
        } => {
            choose_built_image(&mut plan, id, engine, measured);
            inspect(plan)
        }
    }
}

/// Makes the image of a plan the one that was built.
fn choose_built_image(plan: &mut InspectPlan, id: String, engine: Engine, measured: MeasuredBuild) {
    let InspectedImages::Single(image) = &mut plan.images else {
        return;
    };
    image.source = format!("{engine}://{id}");
    if let ImageChoice::Named(request) = &mut image.choice {
        request.reference = id;
        request.exact = None;
        request.source = Some(engine.into());
        request.pull = Pull::Never;
        request.measured = Some(Arc::new(measured));
    }
}

fn inspect(plan: Box<InspectPlan>) -> Result<RunOutcome, Failure> {
    start_log(plan.verbosity, plan.screen)?;
    print_warnings(plan.verbosity, &plan.notes);
    if plan.screen {
        return screen::open(&plan);
    }
    interrupt::interruptible(move || print::print(&plan))
}

/// Starts the log when it is enabled. Behind a screen it is a file, whose name is printed before the screen opens.
fn start_log(verbosity: u8, screen: bool) -> Result<(), Failure> {
    let file = screen.then(logging::file);
    if let Some(file) = file.as_ref().filter(|_| verbosity > 1) {
        let _ = writeln!(io::stderr().lock(), "log: {}", file.display());
    }
    logging::start(verbosity, file.as_deref())
}

/// Prints warnings on standard error.
fn print_warnings(verbosity: u8, warnings: &[String]) {
    for warning in warnings.iter().filter(|_| verbosity > 0) {
        // A closed standard error is not a reason to stop.
        let _ = writeln!(io::stderr().lock(), "warning: {warning}");
    }
}
