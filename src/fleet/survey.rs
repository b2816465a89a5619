//! Describes the images of a list, several at a time. Names that mean the same image in a registry are read once. Writes nothing: outcomes go to the caller.

use std::collections::HashSet;
use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fleet_error::FailedName;
use super::input::FleetInput;
use super::outcome::{FailedOutcome, Found, Outcome};
use crate::load::{self, Cancel, Request, SourceKind};
use crate::threads;

/// How images are described.
pub(super) struct Survey<'a> {
    /// The request for each of them, without its name.
    pub(super) template: &'a Request,
    /// How many at a time.
    pub(super) parallel: NonZeroUsize,
    /// The roots that an earlier run has described.
    pub(super) described: HashSet<String>,
}

/// Describes images in the order of the list, and passes each result to `record`, which is never called twice at once.
///
/// # Errors
/// The error of `record`: no more images are opened after it.
pub(super) fn survey(
    inputs: &[&FleetInput],
    survey: Survey<'_>,
    cancel: &Cancel,
    record: impl FnMut(Result<Outcome, FailedOutcome>) -> io::Result<()> + Send,
) -> io::Result<()> {
    let Survey {
        template,
        parallel,
        described,
    } = survey;
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (described, record) = (Mutex::new(described), Mutex::new(record));
    let work = |_| {
        while !cancel.is_cancelled() && !stopped.load(Ordering::Relaxed) {
            let Some(input) = inputs.get(next.fetch_add(1, Ordering::Relaxed)) else {
                break;
            };
            let outcome = describe(input, template, &described, cancel);
            let recorded = locked(&record)(outcome);
            if recorded.is_err() {
                stopped.store(true, Ordering::Relaxed);
                return recorded;
            }
        }
        Ok(())
    };
    let parts = parallel.get().min(inputs.len());
    threads::each((0..parts).collect(), work)
        .into_iter()
        .collect()
}

fn describe(
    input: &FleetInput,
    template: &Request,
    described: &Mutex<HashSet<String>>,
    cancel: &Cancel,
) -> Result<Outcome, FailedOutcome> {
    let request = input.request(template);
    let platform = input.platform(template);
    let outcome = |root, found| {
        Ok(Outcome {
            name: input.name.clone(),
            platform: platform.clone(),
            root,
            found,
        })
    };
    let failed = |root, error: load::Error| {
        let failed = FailedName::new(&*input.name, platform.clone(), error);
        Err(FailedOutcome { failed, root })
    };
    let root = |digest: &str| match &platform {
        Some(platform) => format!("{digest} {platform}"),
        None => digest.to_owned(),
    };
    let is_new = |root: &str| locked(described).insert(root.to_owned());
    let resolved = input.resolved_digest().map(root);
    if let Some(root) = &resolved
        && !is_new(root)
    {
        return outcome(resolved, Found::Same);
    }
    let pending = match load::open(&request, cancel, |_| {}) {
        Ok(pending) => pending,
        Err(error) => return failed(resolved, error),
    };
    let is_resolved = resolved.is_some();
    let root = resolved.or_else(|| pending.digest().map(root));
    if let Some(root) = &root
        && !is_resolved
        && !is_new(root)
    {
        return outcome(Some(root.clone()), Found::Same);
    }
    let described = match pending.describe(cancel) {
        // In an archive that is compressed as one file the manifest may be anywhere.
        Err(error) if error.needs_layers() => {
            let whole = Request {
                shallow: false,
                ..request
            };
            load::open(&whole, cancel, |_| {}).and_then(|pending| pending.describe(cancel))
        }
        described => described,
    };
    match described {
        Ok(described) => outcome(root, Found::image(&described, &input.name)),
        Err(error) => failed(root, error),
    }
}

impl FleetInput {
    /// Returns the platform that is chosen for the image.
    pub(super) fn platform(&self, template: &Request) -> Option<String> {
        let platform = self.platform.as_ref().or(template.platform.as_ref());
        platform.map(ToString::to_string)
    }

    /// Returns the request for the image, read as far as the template says. A name without a scheme that is not a path is read from its registry: an engine would have to
    /// be queried for each of them.
    pub(super) fn request(&self, template: &Request) -> Request {
        if self.is_built_in {
            return Request {
                reference: self.name.clone(),
                tag: Some(self.name.clone()),
                built_in: true,
                ..template.clone()
            };
        }
        let named = Request {
            reference: self.opened().to_owned(),
            source: self.source.or(template.source),
            platform: self.platform.clone().or_else(|| template.platform.clone()),
            ..template.clone()
        };
        let source = named.source;
        Request {
            source: source.or_else(|| named.is_bare_name().then_some(SourceKind::Registry)),
            ..named
        }
    }
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
