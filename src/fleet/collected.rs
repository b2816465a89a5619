//! The tables of a run while they are collected: outcomes of names, in any order, the failures behind the rows of errors, and what the journal of an earlier
//! run has. Opens no image.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

use super::collect::{ByKey, InputKey};
use super::deep::DeepImage;
use super::fleet_error::{FailedName, FleetError};
use super::journal::{Journal, JournalEntry};
use super::outcome::{FailedOutcome, Found, Outcome};
use super::row::{Depth, NameRow};
use super::tables::Tables;

/// What was collected.
#[derive(Debug)]
pub(crate) struct Collected {
    /// The rows.
    pub(crate) tables: Tables,
    /// What could not be read, in the order of its rows.
    pub(crate) failed: Vec<FailedName>,
}

/// What has been collected so far.
pub(super) struct CollectedTables<'a> {
    tables: Tables,
    failed: Vec<FailedName>,
    journal: Option<&'a mut Journal>,
    /// What each root is.
    roots: HashMap<String, Root>,
    /// The names that are the same as another one with their root.
    same: Vec<Outcome>,
}

/// What a root is.
enum Root {
    Image(String),
    Failed(Arc<FleetError>),
}

impl<'a> CollectedTables<'a> {
    /// Starts with what names no image.
    pub(super) fn new(
        depth: Depth,
        failed: Vec<FailedName>,
        journal: Option<&'a mut Journal>,
    ) -> Self {
        let mut collected = Self {
            tables: Tables::default(),
            failed: Vec::new(),
            journal,
            roots: HashMap::new(),
            same: Vec::new(),
        };
        collected.tables.set_depth(depth);
        for failed in failed {
            collected.fail(failed);
        }
        collected
    }

    /// Returns the rows so far.
    pub(super) const fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Adds the result of a name, and records an image in the journal.
    ///
    /// # Errors
    /// [`io::Error`] when the journal cannot be written.
    pub(super) fn record(&mut self, result: Result<Outcome, FailedOutcome>) -> io::Result<()> {
        match result {
            Ok(outcome) => {
                let entry = JournalEntry::Name(outcome);
                self.append(&entry)?;
                if let JournalEntry::Name(outcome) = entry {
                    self.add(outcome);
                }
            }
            Err(FailedOutcome { failed, root }) => {
                if let Some(root) = root {
                    let why = Root::Failed(Arc::clone(&failed.error));
                    self.roots.insert(root, why);
                }
                self.fail(failed);
            }
        }
        Ok(())
    }

    /// Adds the files of an image, and records them in the journal.
    ///
    /// # Errors
    /// [`io::Error`] when the journal cannot be written.
    pub(super) fn record_deep(&mut self, deep: DeepImage) -> io::Result<()> {
        let entry = JournalEntry::Deep(deep);
        self.append(&entry)?;
        if let JournalEntry::Deep(deep) = entry {
            self.tables.add_deep(deep);
        }
        Ok(())
    }

    fn append(&mut self, entry: &JournalEntry) -> io::Result<()> {
        let journal = self.journal.as_mut();
        journal.map_or(Ok(()), |journal| journal.append(entry))
    }

    /// Adds what could not be read.
    pub(super) fn fail(&mut self, failed: FailedName) {
        self.tables.add_error(failed.row());
        self.failed.push(failed);
    }

    fn add(&mut self, mut outcome: Outcome) {
        match std::mem::replace(&mut outcome.found, Found::Same) {
            Found::Same => self.same.push(outcome),
            Found::Image(row, layers) => {
                let image = row.image.clone();
                self.tables.insert_image(*row, layers);
                if let Some(root) = &outcome.root {
                    self.roots.insert(root.clone(), Root::Image(image.clone()));
                }
                self.tables.add_name(name_row(outcome, image));
            }
        }
    }

    /// Resolves the names that mean the same as another one.
    pub(super) fn resolve_same(&mut self) {
        for outcome in std::mem::take(&mut self.same) {
            let root = outcome.root.as_ref().and_then(|root| self.roots.get(root));
            match root {
                Some(Root::Image(image)) => {
                    let image = image.clone();
                    self.tables.add_name(name_row(outcome, image));
                }
                Some(Root::Failed(error)) => {
                    let failed = FailedName {
                        error: Arc::clone(error),
                        name: outcome.name,
                        platform: outcome.platform,
                    };
                    self.fail(failed);
                }
                None => {}
            }
        }
        self.roots.clear();
    }

    /// Ends the collection.
    pub(super) fn finish(self) -> Collected {
        let Self {
            tables, mut failed, ..
        } = self;
        failed.sort_by_cached_key(FailedName::row);
        Collected { tables, failed }
    }

    /// Adds the outcomes of an earlier run that still count: those of names in the list that mean the same, without names that are the same as one that is not
    /// described. Returns these names, and the roots that are described.
    pub(super) fn add_described(
        &mut self,
        inputs: &ByKey<'_>,
    ) -> io::Result<(HashSet<InputKey>, HashSet<String>)> {
        let (mut done, mut described) = (HashSet::new(), HashSet::new());
        let Some(journal) = &self.journal else {
            return Ok((done, described));
        };
        let (mut images, mut same) = (Vec::new(), HashMap::new());
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
                    images.push(outcome);
                }
                Found::Same => {
                    same.insert(key, outcome);
                }
                Found::Image(..) => {}
            }
        })?;
        for (key, outcome) in same {
            let root = outcome.root.as_ref();
            if root.is_some_and(|root| described.contains(root)) && done.insert(key) {
                images.push(outcome);
            }
        }
        for outcome in images {
            self.add(outcome);
        }
        Ok((done, described))
    }

    /// Adds the files of the images in the tables that an earlier run has read; returns these images.
    pub(super) fn add_read(&mut self) -> io::Result<HashSet<String>> {
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

fn name_row(outcome: Outcome, image: String) -> NameRow {
    NameRow {
        name: outcome.name,
        platform: outcome.platform,
        image,
    }
}
