//! Collects the tables of a run: what an earlier run has read, then the rest of the list. Writes the journal, and nothing else.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::num::NonZeroUsize;

use super::analyse::{DeepJob, analyse};
use super::deep::DeepImage;
use super::input::{Input, Inputs};
use super::journal::{Entry, Journal, described, usable};
use super::outcome::{Found, Outcome};
use super::row::{ErrorRow, Stage};
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
    pub(crate) stage: Stage,
    /// How many are described, and how many are read, at once.
    pub(crate) parallel: (NonZeroUsize, NonZeroUsize),
    /// Where each result is kept until the run has ended.
    pub(crate) journal: Option<&'a mut Journal>,
}

/// An input by which an image is found again: its name and its platform.
type Key = (String, Option<String>);

/// What has been collected.
struct Collected<'a> {
    tables: Tables,
    /// The first name of each image.
    sources: BTreeMap<String, Key>,
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
    let journal = collection.journal.take();
    let mut collected = Collected {
        tables: Tables::default(),
        sources: BTreeMap::new(),
        journal,
    };
    collected.tables.set_stage(collection.stage);
    for error in std::mem::take(&mut collection.inputs.errors) {
        collected.tables.add_error(error);
    }
    let key = |input: &Input| (input.name.clone(), input.platform(collection.template));
    let images = &collection.inputs.images;
    let inputs: HashMap<Key, &Input> = images.iter().map(|input| (key(input), input)).collect();
    let (outcomes, deep) = collected.earlier();
    let earlier = usable(outcomes, |key| inputs.contains_key(key));
    let left = images
        .iter()
        .filter(|input| !earlier.contains_key(&key(input)));
    let left: Vec<&Input> = left.collect();
    let described = described(earlier.values());
    for outcome in earlier.into_values() {
        collected.add(outcome);
    }
    describe(
        &mut collected,
        &left,
        &collection,
        described,
        cancel,
        &progress,
    )?;
    collected.tables.finish();
    if collection.stage == Stage::Deep {
        read_files(
            &mut collected,
            deep,
            &inputs,
            &collection,
            cancel,
            &progress,
        )?;
    }
    Ok(collected.tables)
}

fn describe(
    collected: &mut Collected<'_>,
    left: &[&Input],
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
        let entry = Entry::Name(outcome);
        if let Some(journal) = &mut collected.journal {
            journal.append(&entry)?;
        }
        if let Entry::Name(outcome) = entry {
            collected.add(outcome);
        }
        done += 1;
        progress(&format!("{done} of {total} described"));
        Ok(())
    })
}

fn read_files(
    collected: &mut Collected<'_>,
    earlier: Vec<DeepImage>,
    inputs: &HashMap<Key, &Input>,
    collection: &Collection<'_>,
    cancel: &Cancel,
    progress: &(impl Fn(&str) + Sync),
) -> io::Result<()> {
    for deep in earlier {
        // Without a source, the image is no longer in the list.
        if collected.sources.remove(&deep.image).is_some() {
            collected.tables.add_deep(deep);
        }
    }
    let jobs = collected.tables.records().filter_map(|(row, layers)| {
        let source = collected.sources.get(&row.image)?;
        Some(DeepJob {
            input: (*inputs.get(source)?).clone(),
            image: row.image.clone(),
            layers: layers.into_iter().map(str::to_owned).collect(),
        })
    });
    let jobs: Vec<DeepJob> = jobs.collect();
    let total = count(jobs.len() as u64, "image", "images");
    let (template, mut done) = (collection.template, 0);
    analyse(
        &jobs,
        template,
        collection.parallel.1,
        cancel,
        |job, result| {
            match result {
                Ok(deep) => {
                    let entry = Entry::Deep(deep);
                    if let Some(journal) = &mut collected.journal {
                        journal.append(&entry)?;
                    }
                    if let Entry::Deep(deep) = entry {
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

impl Collected<'_> {
    /// Returns what an earlier run has done.
    fn earlier(&mut self) -> (Vec<Outcome>, Vec<DeepImage>) {
        let entries = self.journal.as_mut().map(|journal| journal.take_entries());
        let (mut outcomes, mut deep) = (Vec::new(), Vec::new());
        for entry in entries.unwrap_or_default() {
            match entry {
                Entry::Name(outcome) => outcomes.push(outcome),
                Entry::Deep(image) => deep.push(image),
            }
        }
        (outcomes, deep)
    }

    /// Adds the outcome of a name.
    fn add(&mut self, outcome: Outcome) {
        if let Found::Image(row, _) = &outcome.found {
            let key = (outcome.name.clone(), outcome.platform.clone());
            let source = self.sources.entry(row.image.clone());
            let source = source.or_insert_with(|| key.clone());
            if key < *source {
                *source = key;
            }
        }
        self.tables.add(outcome);
    }
}
