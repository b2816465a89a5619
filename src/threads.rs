//! Work on as many threads as can be had: where the system gives no other, the caller's. What the work is, is not known here.

use std::io;
use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::thread::{Builder, scope};

/// What to do where the system gives no more of them, or of open files.
pub(crate) const REFUSED: &str =
    "the system allows no more threads or open files: `ulimit -u` and `ulimit -n` say how many";

/// Returns whether an error says that.
pub(crate) fn is_refused(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let said = Errno::from_io_error(error);
        matches!(said, Some(Errno::MFILE | Errno::NFILE | Errno::AGAIN))
    }
    #[cfg(not(unix))]
    {
        let _ = error;
        false
    }
}

/// Does the same with every part at once, and returns what came of each, in their order. The last part is the caller's own.
pub(crate) fn each<P: Send, T: Send>(parts: Vec<P>, work: impl Fn(P) -> T + Sync) -> Vec<T> {
    let parts: Vec<Mutex<Option<P>>> = parts
        .into_iter()
        .map(|part| Mutex::new(Some(part)))
        .collect();
    // Who gets to a part takes it: a thread that was not given has not.
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

/// Does the same with about equal shares of some items, on at most so many threads, and returns what came of each share, or the first failure.
pub(crate) fn shares<I: Sync, T: Send, E: Send>(
    items: &[I],
    most: NonZeroUsize,
    work: impl Fn(&[I]) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let share = items.len().div_ceil(most.get()).max(1);
    each(items.chunks(share).collect(), work)
        .into_iter()
        .collect()
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
