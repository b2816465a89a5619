//! The request to stop, shared by the thread that reads and the one that waits. No threads, no signals here.

use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A request to stop. Clones share it; readers check it at every tar entry.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    own: Arc<AtomicBool>,
    parent: Parent,
}

/// The request that another one follows.
#[derive(Clone, Debug, Default)]
enum Parent {
    #[default]
    None,
    Fixed(Arc<Cancel>),
    /// The request of the current user of something that several users share in turn.
    Current(Arc<Mutex<Cancel>>),
}

impl Cancel {
    /// Requests the stop.
    pub fn cancel(&self) {
        self.own.store(true, Ordering::Relaxed);
    }

    /// Returns whether a stop was requested.
    #[must_use]
    pub(crate) fn is_cancelled(&self) -> bool {
        self.own.load(Ordering::Relaxed)
            || match &self.parent {
                Parent::None => false,
                Parent::Fixed(parent) => parent.is_cancelled(),
                Parent::Current(user) => {
                    let user = user.lock().unwrap_or_else(PoisonError::into_inner);
                    user.is_cancelled()
                }
            }
    }

    /// Returns a request that follows this one and can also be cancelled alone.
    pub(crate) fn child(&self) -> Self {
        Self {
            own: Arc::default(),
            parent: Parent::Fixed(Arc::new(self.clone())),
        }
    }

    /// Returns a request for something that several users share in turn: it follows the request of the current user, set by [`Self::follow`].
    pub(crate) fn of_users() -> Self {
        Self {
            own: Arc::default(),
            parent: Parent::Current(Arc::default()),
        }
    }

    /// Follows the request of the next user from now on.
    pub(crate) fn follow(&self, user: &Self) {
        if let Parent::Current(current) = &self.parent {
            let mut current = current.lock().unwrap_or_else(PoisonError::into_inner);
            *current = user.clone();
        }
    }
}

/// A reader that ends with an error when the user cancels.
pub(crate) struct UntilCancelled<'a, R> {
    bytes: R,
    cancel: &'a Cancel,
}

impl<'a, R> UntilCancelled<'a, R> {
    pub(crate) const fn new(bytes: R, cancel: &'a Cancel) -> Self {
        Self { bytes, cancel }
    }
}

impl<R: Read> Read for UntilCancelled<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(io::Error::other("stopped"));
        }
        self.bytes.read(buf)
    }
}

#[cfg(test)]
mod tests {
    use super::Cancel;

    #[test]
    fn a_request_follows_its_parent_and_the_current_user() {
        let parent = Cancel::default();
        let child = parent.child();
        let kept = Cancel::of_users();
        kept.follow(&child);
        assert!(!kept.is_cancelled());
        parent.cancel();
        assert!(child.is_cancelled() && kept.is_cancelled());
        kept.follow(&Cancel::default());
        assert!(!kept.is_cancelled());
        kept.cancel();
        assert!(kept.is_cancelled());
    }
}
