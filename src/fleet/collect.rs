//! Collects the tables of a run: what an earlier run has read, then the rest of the list. Writes the journal, and nothing else.

use std::collections::{HashMap, HashSet};
use std::io;
use std::num::NonZeroUsize;

use super::analyse::{DeepJob, analyse};
use super::collected::{Collected, CollectedTables};
use super::deep::{DeepOptions, Judge};
use super::fleet_error::FailedName;
use super::input::{FleetInput, Inputs};
use super::journal::Journal;
use super::resolved_list::{self, PlanLine};
use super::row::{Depth, NameRow};
use super::survey::{Survey, survey};
use super::tables::Tables;
use crate::bytes::count;
use crate::load::{Cancel, Request};

/// A run over a list of images.
pub(crate) struct Collection<'a> {
    /// The images.
    pub(crate) inputs: Inputs,
    /// The request for each of them, without its name.
    pub(crate) template: &'a Request,
    /// How far they are read.
    pub(crate) depth: Depth,
    /// What those are judged by whose files are read.
    pub(crate) judge: Option<&'a Judge>,
    /// How many are described, and how many are read, at once.
    pub(crate) parallel: (NonZeroUsize, NonZeroUsize),
    /// Where each result is kept until the run has ended.
    pub(crate) journal: Option<&'a mut Journal>,
}

/// An input by which an image is found again: its name and its platform.
pub(super) type InputKey = (String, Option<String>);
/// The inputs by their keys.
pub(super) type ByKey<'i> = HashMap<InputKey, &'i FleetInput>;

/// Describes the images, and reads their files if the run is deep. Passes what is done of how much to `progress`.
///
/// # Errors
/// [`io::Error`] when the journal cannot be written.
pub(crate) fn collect(
    mut collection: Collection<'_>,
    cancel: &Cancel,
    progress: impl Fn(&str) + Sync,
) -> io::Result<Collected> {
    let images = std::mem::take(&mut collection.inputs.images);
    let inputs = by_key(&images, collection.template);
    collect_from(&images, &inputs, collection, cancel, progress)
}

/// Collects the images of the inputs.
pub(super) fn collect_from(
    images: &[FleetInput],
    inputs: &ByKey<'_>,
    mut collection: Collection<'_>,
    cancel: &Cancel,
    progress: impl Fn(&str) + Sync,
) -> io::Result<Collected> {
    let journal = collection.journal.take();
    let failed = std::mem::take(&mut collection.inputs.errors);
    let mut collected = CollectedTables::new(collection.depth, failed, journal);
    let (done, described) = collected.add_described(inputs)?;
    let left = images
        .iter()
        .filter(|input| !done.contains(&key(input, collection.template)));
    let left: Vec<&FleetInput> = left.collect();
    drop(done);
    describe(
        &mut collected,
        &left,
        &collection,
        described,
        cancel,
        &progress,
    )?;
    collected.resolve_same();
    if collection.depth == Depth::Deep {
        read_files(&mut collected, inputs, &collection, cancel, &progress)?;
    }
    Ok(collected.finish())
}

/// Describes the images, and returns the lines of their plan beside the tables.
///
/// # Errors
/// As for [`collect`].
pub(crate) fn resolve(
    mut collection: Collection<'_>,
    cancel: &Cancel,
    progress: impl Fn(&str) + Sync,
) -> io::Result<(Collected, Vec<PlanLine>)> {
    let template = collection.template;
    let images = std::mem::take(&mut collection.inputs.images);
    let inputs = by_key(&images, template);
    let collected = collect_from(&images, &inputs, collection, cancel, progress)?;
    let request = |name: &NameRow| {
        let input = inputs.get(&(name.name.clone(), name.platform.clone()))?;
        Some(input.request(template))
    };
    let lines = resolved_list::lines(
        &collected.tables,
        |name| request(name)?.by_digest(&name.image),
        |name| request(name).map_or_else(|| name.name.clone(), |request| request.with_scheme()),
    );
    Ok((collected, lines))
}

/// Returns a name of each image, the first one, as the input that opens it.
pub(super) fn sources<'i>(tables: &Tables, inputs: &ByKey<'i>) -> HashMap<String, &'i FleetInput> {
    let mut sources = HashMap::new();
    for row in tables.names() {
        if let Some(input) = inputs.get(&(row.name.clone(), row.platform.clone())) {
            sources.entry(row.image.clone()).or_insert(*input);
        }
    }
    sources
}

fn key(input: &FleetInput, template: &Request) -> InputKey {
    (input.name.clone(), input.platform(template))
}

/// Returns the inputs by their keys.
pub(super) fn by_key<'i>(images: &'i [FleetInput], template: &Request) -> ByKey<'i> {
    let keyed = images.iter().map(|input| (key(input, template), input));
    keyed.collect()
}

fn describe(
    collected: &mut CollectedTables<'_>,
    left: &[&FleetInput],
    collection: &Collection<'_>,
    described: HashSet<String>,
    cancel: &Cancel,
    progress: &(impl Fn(&str) + Sync),
) -> io::Result<()> {
    let template = Request {
        shallow: true,
        ..collection.template.clone()
    };
    let job = Survey {
        template: &template,
        parallel: collection.parallel.0,
        described,
    };
    let total = count(left.len() as u64, "image", "images");
    let mut done = 0;
    survey(left, job, cancel, |result| {
        collected.record(result)?;
        done += 1;
        progress(&format!("{done} of {total} described"));
        Ok(())
    })
}

fn read_files(
    collected: &mut CollectedTables<'_>,
    inputs: &ByKey<'_>,
    collection: &Collection<'_>,
    cancel: &Cancel,
    progress: &(impl Fn(&str) + Sync),
) -> io::Result<()> {
    let read = collected.add_read()?;
    let sources = sources(collected.tables(), inputs);
    let jobs = collected.tables().records().filter_map(|(row, layers)| {
        if read.contains(&row.image) {
            return None;
        }
        Some(DeepJob {
            input: (*sources.get(&row.image)?).clone(),
            image: row.image.clone(),
            layers: layers.into_iter().map(str::to_owned).collect(),
        })
    });
    let jobs: Vec<DeepJob> = jobs.collect();
    let total = count(jobs.len() as u64, "image", "images");
    let (template, mut done) = (collection.template, 0);
    let reading = DeepOptions {
        template,
        judge: collection.judge,
    };
    analyse(
        &jobs,
        reading,
        collection.parallel.1,
        cancel,
        |job, result| {
            match result {
                Ok(deep) => collected.record_deep(deep)?,
                Err(error) => {
                    let platform = job.input.platform(template);
                    collected.fail(FailedName::new(&*job.input.name, platform, error));
                }
            }
            done += 1;
            progress(&format!("{done} of {total} read"));
            Ok(())
        },
    )
}
