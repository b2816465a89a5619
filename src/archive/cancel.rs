//! The request to stop, shared by the thread that reads and the one that waits. No threads, no signals here.

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
