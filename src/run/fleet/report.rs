//! `fleet report`: reads the rows of a run, sums them up, writes the summary or opens the screen.

use std::io::{self, BufReader, IsTerminal as _};
use std::panic;
use std::path::{Path, PathBuf};

use crate::cli::FleetReportPlan;
use crate::failure::{Failure, RunOutcome};
use crate::fleet::page::FleetFacts;
use crate::fleet::{Tables, read_folder, read_rows};
use crate::report::{Destination, write_summary};
use crate::run::{interrupt, print_warnings, start_log};
use crate::ui;

/// Carries out a plan.
///
/// # Errors
/// [`Failure`] when the rows cannot be read, or the summary cannot be written.
pub(in crate::run) fn report(plan: Box<FleetReportPlan>) -> Result<RunOutcome, Failure> {
    start_log(plan.verbosity, plan.format.is_none())?;
    print_warnings(plan.verbosity, &plan.notes);
    let Some(format) = plan.format else {
        let options = ui::ScreenOptions {
            notes: plan.notes.clone(),
            ..plan.config.screen_options(!plan.colours)
        };
        let from = plan.from.iter().map(|from| match from.to_str() {
            Some("-") => "standard input".into(),
            _ => from.to_string_lossy(),
        });
        let from = from.collect::<Vec<_>>().join(" ");
        ui::show_fleet(&from, options, move || facts(&plan))?;
        return Ok(RunOutcome::Done);
    };
    interrupt::interruptible(move || {
        let facts = facts(&plan)?;
        Destination::Stdout.write(|out| write_summary(&facts, format, plan.most, out))?;
        Ok(RunOutcome::Done)
    })
}

/// Reads and sums up the rows of a run, and those of an earlier one.
fn facts(plan: &FleetReportPlan) -> Result<FleetFacts, Failure> {
    let mut tables = Tables::default();
    for from in &plan.from {
        read(from, &mut tables)?;
    }
    let mut facts = FleetFacts::of(tables);
    if let Some(from) = &plan.earlier {
        let mut earlier = Tables::default();
        read(from, &mut earlier)?;
        facts = facts.since(earlier);
    }
    let shown = |path: &PathBuf| path.to_string_lossy().into_owned();
    facts.links.clone_from(&plan.transfer.links);
    facts.nodes = plan.transfer.nodes;
    facts.units = plan.config.units;
    facts.from = plan.from.iter().map(shown).collect();
    facts.earlier_from = plan.earlier.as_ref().map(shown);
    Ok(facts)
}

/// Adds the rows of a folder, a file or standard input.
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
        // The crate for Parquet panics on some damaged files. That is an error of the folder; the message of the panic is not printed.
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
