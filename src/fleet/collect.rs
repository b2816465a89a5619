//! Collects the tables of a run: what an earlier run has described, then the rest of the list. Writes the journal, and nothing else.

use std::collections::HashSet;
use std::io;
use std::num::NonZeroUsize;

use super::input::{Input, Inputs};
use super::journal::{Journal, described, usable};
use super::survey::{Survey, survey};
use super::tables::Tables;
use crate::load::{Cancel, Request};

/// A run over a list of images.
pub(crate) struct Collection<'a> {
    /// The images.
    pub(crate) inputs: Inputs,
    /// The request for each of them, without its name.
    pub(crate) template: &'a Request,
    /// How many are read at once.
    pub(crate) parallel: NonZeroUsize,
    /// Where each outcome is kept until the run has ended.
    pub(crate) journal: Option<&'a mut Journal>,
}

/// Describes the images; passes how many of how many names are done to `progress`.
///
/// # Errors
/// [`io::Error`] when the journal cannot be written.
pub(crate) fn collect(
    collection: Collection<'_>,
    cancel: &Cancel,
    progress: impl Fn(usize, usize) + Sync,
) -> io::Result<Tables> {
    let Collection {
        inputs,
        template,
        parallel,
        mut journal,
    } = collection;
    let mut tables = Tables::default();
    for error in inputs.errors {
        tables.add_error(error);
    }
    let key = |input: &Input| (input.name.clone(), input.platform(template));
    let wanted: HashSet<_> = inputs.images.iter().map(key).collect();
    let earlier = journal.as_mut().map(|journal| journal.take_outcomes());
    let earlier = usable(earlier.unwrap_or_default(), &wanted);
    let mut left = inputs.images;
    let total = left.len();
    left.retain(|input| !earlier.contains_key(&key(input)));
    let job = Survey {
        template,
        parallel,
        described: described(earlier.values()),
    };
    for outcome in earlier.into_values() {
        tables.add(outcome);
    }
    let mut done = total - left.len();
    survey(&left, job, cancel, |outcome| {
        if let Some(journal) = &mut journal {
            journal.append(&outcome)?;
        }
        tables.add(outcome);
        done += 1;
        progress(done, total);
        Ok(())
    })?;
    tables.finish();
    Ok(tables)
}
