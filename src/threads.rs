//! Runs work on as many threads as the system starts; without another thread, on the caller's. Independent of the work.

use std::io;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
#[cfg(all(unix, feature = "cli"))]
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};
#[cfg(all(unix, feature = "cli"))]
use std::time::Duration;

/// The hint when the system allows no more threads or open files.
pub(crate) const REFUSED: &str =
    "the system allows no more threads or open files: `ulimit -u` and `ulimit -n` show the limits";

/// Returns whether an error is that limit.
pub(crate) fn is_refused(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let errno = Errno::from_io_error(error);
        matches!(errno, Some(Errno::MFILE | Errno::NFILE | Errno::AGAIN))
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

/// Runs `work` on all parts at once; returns the results in their order. The last part runs on the caller's thread.
pub(crate) fn each<P: Send, T: Send>(parts: Vec<P>, work: impl Fn(P) -> T + Sync) -> Vec<T> {
    let parts: Vec<Mutex<Option<P>>> = parts
        .into_iter()
        .map(|part| Mutex::new(Some(part)))
        .collect();
    // The thread that gets to a part takes it; if no thread started, the part is still there.
    let done = |part: &Mutex<Option<P>>| {
        let part = part.lock().unwrap_or_else(PoisonError::into_inner).take();
        part.map(&work)
    };
    let others = parts.len().saturating_sub(1);
    let all: Vec<Option<T>> = scope(|scope| {
        let start = |part| Builder::new().spawn_scoped(scope, move || done(part));
        let started: Vec<io::Result<_>> = parts.iter().take(others).map(start).collect();
        let own: Vec<Option<T>> = parts.iter().skip(others).map(done).collect();
        let of_others = started.into_iter().zip(&parts).map(|(thread, part)| {
            let Ok(thread) = thread else {
                return done(part);
            };
            thread.join().unwrap_or_else(|panic| resume_unwind(panic))
        });
        of_others.chain(own).collect()
    });
    all.into_iter().flatten().collect()
}

/// Runs `work` on about equal shares of some items, on at most so many threads; returns the result of each share, or the first error.
pub(crate) fn map_chunks<I: Sync, T: Send, E: Send>(
    items: &[I],
    most: NonZeroUsize,
    work: impl Fn(&[I]) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let share = items.len().div_ceil(most.get()).max(1);
    each(items.chunks(share).collect(), work)
        .into_iter()
        .collect()
}

/// Runs `work` on another thread and waits for its end, but no longer than `wait`; returns whether it has ended.
#[cfg(all(unix, feature = "cli"))]
pub(crate) fn within(wait: Duration, work: impl FnOnce() + Send + 'static) -> bool {
    let (running, ended) = channel::<()>();
    let started = Builder::new().spawn(move || {
        work();
        drop(running);
    });
    started.is_ok() && ended.recv_timeout(wait) == Err(RecvTimeoutError::Disconnected)
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn every_part_is_done_once_and_in_order() {
        for len in [0, 1, 2, 9] {
            let parts: Vec<String> = (0..len).map(|part: i32| part.to_string()).collect();
            let done: Vec<String> = (0..len).map(|part| format!("{part}!")).collect();
            assert_eq!(each(parts, |part| part + "!"), done);
        }
    }
}
