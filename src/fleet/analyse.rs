//! Reads the files of images, several at a time, and no layer twice: the schedule keeps images with a common unread layer apart. Writes nothing: results go
//! to the caller.

use std::io;
use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, PoisonError};

use super::deep::{DeepImage, DeepOptions, read};
use super::fleet_error::FleetError;
use super::input::FleetInput;
use super::schedule::{Next, Schedule};
use super::survey::locked;
use crate::load::Cancel;
use crate::threads;

/// An image whose files are read.
pub(super) struct DeepJob {
    /// A name of it.
    pub(super) input: FleetInput,
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
    reading: DeepOptions<'_>,
    parallel: NonZeroUsize,
    cancel: &Cancel,
    record: impl FnMut(&DeepJob, Result<DeepImage, FleetError>) -> io::Result<()> + Send,
) -> io::Result<()> {
    let layers: Vec<Vec<&str>> = jobs
        .iter()
        .map(|job| job.layers.iter().map(String::as_str).collect())
        .collect();
    let schedule = Mutex::new(Schedule::new(layers.iter().map(Vec::as_slice)));
    let (finished, record) = (Condvar::new(), Mutex::new(record));
    // An error of `record` stops the other threads too.
    let cancel = &cancel.child();
    let next = || {
        let mut schedule = locked(&schedule);
        while !cancel.is_cancelled() {
            match schedule.next() {
                Next::Read(at) => return Some(at),
                Next::End => return None,
                Next::Wait => {
                    let waited = finished.wait(schedule);
                    schedule = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
        None
    };
    let work = |_| {
        while let Some(at) = next() {
            let (job, layers) = (&jobs[at], &layers[at]);
            let result = read(&job.input, reading, (&job.image, layers), cancel);
            let is_read = result.is_ok();
            let recorded = (*locked(&record))(job, result);
            if recorded.is_err() {
                cancel.cancel();
            }
            locked(&schedule).finish(layers, is_read);
            finished.notify_all();
            recorded?;
        }
        Ok(())
    };
    let parts = parallel.get().min(jobs.len());
    threads::each((0..parts).collect(), work)
        .into_iter()
        .collect()
}
