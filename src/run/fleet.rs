//! `fleet`: gathers the list, describes the images, writes the tables. Each step belongs to its own room; only their order is here.

mod output;
mod report;
mod rules;

pub(super) use report::report;

use std::sync::Arc;

use super::{interrupt, print_warnings, start_log};
use crate::bytes::count;
use crate::ci::Rules;
use crate::cli::{FleetPlan, FleetTask};
use crate::escape;
use crate::failure::{Failure, RunOutcome};
use crate::fleet::{
    Collected, Collection, FailedName, Journal, JournalError, JournalHeader, LayersRead,
    OutputFolder, SCHEMA_VERSION, collect, gather, read_layers, resolve,
};
use crate::load::{self, Cancel, Request};
use crate::report::{ProgressLine, write_plan_line};

/// Carries out a plan.
///
/// # Errors
/// [`Failure`] when no image can be read, or the rows cannot be written.
pub(super) fn run(plan: Box<FleetPlan>) -> Result<RunOutcome, Failure> {
    start_log(plan.verbosity, false)?;
    print_warnings(plan.verbosity, &plan.notes);
    interrupt::interruptible(move || read(&plan))
}

fn read(plan: &FleetPlan) -> Result<RunOutcome, Failure> {
    let cancel = Cancel::default();
    let connections = load::connections((*plan.template.registry).clone())?;
    let template = Request {
        connections: Some(connections.clone()),
        ..plan.template.clone()
    };
    let mut journal = match &plan.out {
        Some(out) => Some(open_journal(out, plan)?),
        None => None,
    };
    let mut inputs = gather(&plan.lists, &connections, plan.parallel.0, &cancel);
    print_warnings(plan.verbosity, &inputs.notes);
    if let Some(shard) = plan.shard
        && matches!(plan.task, FleetTask::Rows)
        // A list that cannot be read is an error of each part.
        && !inputs.images.is_empty()
    {
        inputs.keep(shard);
    }
    // With the log on, there is no progress line: both write to standard error.
    let line = ProgressLine::new(plan.verbosity != 1, plan.units);
    let progress = |text: &str| line.show_text(text);
    let judge = plan.rules.clone().map(rules::judge);
    let collection = Collection {
        inputs,
        template: &template,
        depth: plan.depth,
        judge: judge.as_deref(),
        parallel: plan.parallel,
        journal: journal.as_mut(),
    };
    let failed = |error| Failure::writing("the journal of --out", error);
    let ended = match &plan.task {
        FleetTask::Rows => {
            let collected = collect(collection, &cancel, progress).map_err(failed)?;
            drop(line);
            output::write(&collected.tables, plan.out.as_ref())?;
            if let Some(journal) = journal {
                let removed = journal.finish();
                removed.map_err(|error| Failure::writing("the folder of --out", error))?;
            }
            end(&collected, plan)
        }
        FleetTask::Resolve(destination) => {
            let (collected, lines) = resolve(collection, &cancel, progress).map_err(failed)?;
            drop(line);
            let ended = end(&collected, plan)?;
            destination
                .write(|out| lines.iter().try_for_each(|line| write_plan_line(line, out)))?;
            Ok(ended)
        }
        FleetTask::Layers => {
            let read = read_layers(collection, plan.shard, &cancel, progress).map_err(failed)?;
            drop(line);
            end_layers(&read, plan)
        }
    };
    print_warnings(plan.verbosity, &connections.warnings());
    ended
}

fn open_journal(out: &OutputFolder, plan: &FleetPlan) -> Result<Journal, Failure> {
    if let Some(other) = out.conflict() {
        let folder = escape::text(&out.folder.to_string_lossy()).into_owned();
        return Err(Failure::new(format!("--out: {folder} contains {other}"))
            .hint("name another folder, or empty it"));
    }
    let template = &plan.template;
    let header = JournalHeader {
        schema_version: SCHEMA_VERSION,
        depth: plan.depth,
        platform: template.platform.as_ref().map(ToString::to_string),
        source: template.source.map(|kind| kind.scheme().to_owned()),
        shard: plan.shard.map(|shard| shard.to_string()),
        rules: plan.rules.as_ref().map(Rules::as_written),
    };
    Journal::open(&out.state(), &header).map_err(|error: JournalError| {
        let hint = error.hint();
        Failure::new(format!("--out: {error}")).hint(hint)
    })
}

/// Reports what could not be read; a run in which nothing could be read has failed.
fn end(collected: &Collected, plan: &FleetPlan) -> Result<RunOutcome, Failure> {
    let Collected { tables, failed } = collected;
    if let Some(first) = failed.first() {
        if tables.named() == 0 {
            let failure = Failure::from(Arc::clone(&first.error));
            let hint = "the table `errors` lists the causes";
            return Err(failure.about("no image could be read").or_hint(hint));
        }
        let names = count(tables.errors().count() as u64, "name", "names");
        let first = escape::text(&first.error.to_string()).into_owned();
        let warning = format!("{names} could not be read, the first because: {first}");
        print_warnings(plan.verbosity, &[warning]);
    } else if tables.named() == 0 && plan.shard.is_none() {
        return Err(Failure::new("the lists name no image").hint("write one image per line"));
    }
    Ok(RunOutcome::Done)
}

/// Reports which layers could not be read; a run in which none could be read has failed.
fn end_layers(read: &LayersRead, plan: &FleetPlan) -> Result<RunOutcome, Failure> {
    let name = |failed: &FailedName| escape::text(&failed.name).into_owned();
    if let Some(first) = read.failed.first().filter(|_| read.kept == 0) {
        let failure = Failure::from(Arc::clone(&first.error)).about(&name(first));
        return Err(failure
            .about("no layer could be read")
            .or_hint("-vv logs every request"));
    }
    let text = |failed: &FailedName| {
        format!(
            "{}: {}",
            name(failed),
            escape::text(&failed.error.to_string())
        )
    };
    let warnings: Vec<String> = read.failed.iter().map(text).collect();
    print_warnings(plan.verbosity, &warnings);
    Ok(RunOutcome::Done)
}
