//! The request to stop, shared by the thread that reads and the one that waits. No threads, no signals here.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A request to stop. Clones share it; readers check it at every tar entry.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    own: Arc<AtomicBool>,
    parent: Option<Arc<Cancel>>,
}

impl Cancel {
    /// Requests the stop.
    pub fn cancel(&self) {
        self.own.store(true, Ordering::Relaxed);
    }

    /// Returns whether a stop was requested.
    #[must_use]
    pub(crate) fn is_cancelled(&self) -> bool {
        let own = self.own.load(Ordering::Relaxed);
        own || self.parent.as_deref().is_some_and(Self::is_cancelled)
    }

    /// Returns a request that follows this one and can also be cancelled alone.
    pub(crate) fn child(&self) -> Self {
        Self {
            own: Arc::default(),
            parent: Some(Arc::new(self.clone())),
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
