//! Reads the files of images, several at a time, and no layer twice: the schedule keeps images with a common unread layer apart. Writes nothing: results go
//! to the caller.

use std::io;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, PoisonError};

use super::deep::{DeepError, DeepImage, read};
use super::input::Input;
use super::schedule::{Next, Schedule};
use crate::load::{Cancel, Request};
use crate::threads;

/// An image whose files are read.
pub(super) struct DeepJob {
    /// A name of it.
    pub(super) input: Input,
    /// The image.
    pub(super) image: String,
    /// Its layers, bottom first.
    pub(super) layers: Vec<String>,
}

/// Reads images, and passes each result to `record`, which is never called twice at once.
///
/// # Errors
/// The error of `record`: no more images are read after it.
pub(super) fn analyse(
    jobs: &[DeepJob],
    template: &Request,
    parallel: NonZeroUsize,
    cancel: &Cancel,
    record: impl FnMut(&DeepJob, Result<DeepImage, DeepError>) -> io::Result<()> + Send,
) -> io::Result<()> {
    let layers: Vec<Vec<&str>> = jobs
        .iter()
        .map(|job| job.layers.iter().map(String::as_str).collect())
        .collect();
    let schedule = Mutex::new(Schedule::new(layers.iter().map(Vec::as_slice)));
    let (finished, record) = (Condvar::new(), Mutex::new(record));
    let next = || {
        let mut schedule = schedule.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match schedule.next() {
                Next::Read(at) if !cancel.is_cancelled() => return Some(at),
                Next::Read(_) | Next::End => return None,
                Next::Wait => {
                    let waited = finished.wait(schedule);
                    schedule = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    };
    let work = |_| {
        while let Some(at) = next() {
            let (job, layers) = (&jobs[at], &layers[at]);
            let result = read(&job.input, template, (&job.image, layers), cancel);
            {
                let mut schedule = schedule.lock().unwrap_or_else(PoisonError::into_inner);
                schedule.finish(layers, result.is_ok());
            }
            finished.notify_all();
            let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
            record(job, result)?;
        }
        Ok(())
    };
    let parts = parallel.get().min(jobs.len());
    threads::each((0..parts).collect(), work)
        .into_iter()
        .collect()
}
