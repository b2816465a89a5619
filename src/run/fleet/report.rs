//! `fleet report`: reads the rows of a run, sums them up, writes the summary.

use std::io::{self, BufReader, IsTerminal as _};
use std::panic;
use std::path::Path;

use crate::cli::FleetReportPlan;
use crate::failure::{Failure, RunOutcome};
use crate::fleet::{Growth, Summary, Tables, read_folder, read_rows};
use crate::report::{Destination, FleetFacts, write_summary};
use crate::run::{interrupt, print_warnings, start_log};

/// Carries out a plan.
///
/// # Errors
/// [`Failure`] when the rows cannot be read, or the summary cannot be written.
pub(in crate::run) fn report(plan: Box<FleetReportPlan>) -> Result<RunOutcome, Failure> {
    start_log(plan.verbosity, false)?;
    print_warnings(plan.verbosity, &plan.notes);
    interrupt::interruptible(move || sum_up(*plan))
}

fn sum_up(plan: FleetReportPlan) -> Result<RunOutcome, Failure> {
    let mut tables = Tables::default();
    for from in &plan.from {
        read(from, &mut tables)?;
    }
    let summary = Summary::of(&tables);
    let mut growth = None;
    if let Some(from) = &plan.earlier {
        let mut earlier = Tables::default();
        read(from, &mut earlier)?;
        let before = Summary::of(&earlier);
        growth = Some(Growth::of((&earlier, &before), (&tables, &summary)));
    }
    let facts = FleetFacts {
        summary,
        growth,
        links: plan.transfer.links,
        nodes: plan.transfer.nodes,
        most: plan.most,
        units: plan.units,
    };
    Destination::Stdout.write(|out| write_summary(&facts, plan.format, out))?;
    Ok(RunOutcome::Done)
}

/// Adds the rows of a folder, or those of standard input.
fn read(from: &Path, tables: &mut Tables) -> Result<(), Failure> {
    let read = if from.as_os_str() == "-" {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            return Err(Failure::new("standard input is a terminal, not rows")
                .hint("dive-rs fleet … | dive-rs fleet report -"));
        }
        let rows = BufReader::new(stdin.lock());
        read_rows(Path::new("standard input"), rows, tables)
    } else {
        // The crate for Parquet panics on some damaged files. That is an error of the folder; the message of the panic is nobody's.
        let hook = panic::take_hook();
        panic::set_hook(Box::new(|_| {}));
        let read = read_folder(from, tables);
        panic::set_hook(hook);
        read
    };
    read.map_err(|error| {
        let hint = error.hint();
        Failure::of(error).hint(hint)
    })
}
