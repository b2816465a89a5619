//! Collects the tables of a run: what an earlier run has read, then the rest of the list. Writes the journal, and nothing else.

use std::collections::{HashMap, HashSet};
use std::io;
use std::num::NonZeroUsize;

use super::analyse::{DeepJob, analyse};
use super::deep::{DeepOptions, Judge};
use super::input::{FleetInput, Inputs};
use super::journal::{Journal, JournalEntry};
use super::outcome::Found;
use super::resolved_list::{self, PlanLine};
use super::row::{Depth, ErrorRow, NameRow};
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

/// What has been collected.
struct CollectedTables<'a> {
    tables: Tables,
    journal: Option<&'a mut Journal>,
}

/// Describes the images, and reads their files if the run is deep. Passes what is done of how much to `progress`.
///
/// # Errors
/// [`io::Error`] when the journal cannot be written.
pub(crate) fn collect(
    mut collection: Collection<'_>,
    cancel: &Cancel,
    progress: impl Fn(&str) + Sync,
) -> io::Result<Tables> {
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
) -> io::Result<Tables> {
    let journal = collection.journal.take();
    let mut collected = CollectedTables {
        tables: Tables::default(),
        journal,
    };
    collected.tables.set_depth(collection.depth);
    for error in std::mem::take(&mut collection.inputs.errors) {
        collected.tables.add_error(error);
    }
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
    collected.tables.finish();
    if collection.depth == Depth::Deep {
        read_files(&mut collected, inputs, &collection, cancel, &progress)?;
    }
    Ok(collected.tables)
}

/// Describes the images, and returns the lines of their plan beside the tables.
///
/// # Errors
/// As for [`collect`].
pub(crate) fn resolve(
    mut collection: Collection<'_>,
    cancel: &Cancel,
    progress: impl Fn(&str) + Sync,
) -> io::Result<(Tables, Vec<PlanLine>)> {
    let template = collection.template;
    let images = std::mem::take(&mut collection.inputs.images);
    let inputs = by_key(&images, template);
    let tables = collect_from(&images, &inputs, collection, cancel, progress)?;
    let request = |name: &NameRow| {
        let input = inputs.get(&(name.name.clone(), name.platform.clone()))?;
        Some(input.request(template))
    };
    let lines = resolved_list::lines(
        &tables,
        |name| request(name)?.by_digest(&name.image),
        |name| request(name).map_or_else(|| name.name.clone(), |request| request.with_scheme()),
    );
    Ok((tables, lines))
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
    survey(left, job, cancel, |outcome| {
        let entry = JournalEntry::Name(outcome);
        if let Some(journal) = &mut collected.journal {
            journal.append(&entry)?;
        }
        if let JournalEntry::Name(outcome) = entry {
            collected.tables.add(outcome);
        }
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
    let sources = sources(&collected.tables, inputs);
    let jobs = collected.tables.records().filter_map(|(row, layers)| {
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
                Ok(deep) => {
                    let entry = JournalEntry::Deep(deep);
                    if let Some(journal) = &mut collected.journal {
                        journal.append(&entry)?;
                    }
                    if let JournalEntry::Deep(deep) = entry {
                        collected.tables.add_deep(deep);
                    }
                }
                Err(error) => collected.tables.add_error(ErrorRow {
                    name: job.input.name.clone(),
                    platform: job.input.platform(template),
                    message: error.to_string(),
                    hint: error.hint(),
                }),
            }
            done += 1;
            progress(&format!("{done} of {total} read"));
            Ok(())
        },
    )
}

impl CollectedTables<'_> {
    /// Adds the outcomes of an earlier run that still count: those of names in the list that mean the same, without names that are the same as one that is not
    /// described. Returns these names, and the roots that are described.
    fn add_described(
        &mut self,
        inputs: &ByKey<'_>,
    ) -> io::Result<(HashSet<InputKey>, HashSet<String>)> {
        let (mut done, mut described) = (HashSet::new(), HashSet::new());
        let Some(journal) = &self.journal else {
            return Ok((done, described));
        };
        let (tables, mut same) = (&mut self.tables, HashMap::new());
        journal.outcomes(|outcome| {
            let key = (outcome.name.clone(), outcome.platform.clone());
            let root = outcome.root.as_deref();
            let is_wanted = inputs.get(&key).is_some_and(|input| {
                let digest = input.resolved_digest();
                digest.is_none_or(|digest| root.is_some_and(|root| root.starts_with(digest)))
            });
            match &outcome.found {
                _ if !is_wanted => {}
                Found::Image(..) if done.insert(key.clone()) => {
                    described.extend(outcome.root.clone());
                    tables.add(outcome);
                }
                Found::Same => {
                    same.insert(key, outcome);
                }
                Found::Image(..) | Found::Error(..) => {}
            }
        })?;
        for (key, outcome) in same {
            let root = outcome.root.as_ref();
            if root.is_some_and(|root| described.contains(root)) && done.insert(key) {
                tables.add(outcome);
            }
        }
        Ok((done, described))
    }

    /// Adds the files of the images in the tables that an earlier run has read; returns these images.
    fn add_read(&mut self) -> io::Result<HashSet<String>> {
        let mut read = HashSet::new();
        let Some(journal) = &self.journal else {
            return Ok(read);
        };
        let tables = &mut self.tables;
        journal.images(|image| {
            if tables.has(&image.image) && read.insert(image.image.clone()) {
                tables.add_deep(image);
            }
        })?;
        Ok(read)
    }
}
