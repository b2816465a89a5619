//! The wish to stop, shared by whoever reads and whoever waits. No threads, no signals here.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A wish to stop. Clones share it; asked for at every tar record.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    own: Arc<AtomicBool>,
    parent: Option<Arc<AtomicBool>>,
}

impl Cancel {
    /// Asks for the stop.
    pub fn cancel(&self) {
        self.own.store(true, Ordering::Relaxed);
    }

    /// Returns whether it was asked for.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        let asked = |wish: &AtomicBool| wish.load(Ordering::Relaxed);
        asked(&self.own) || self.parent.as_deref().is_some_and(asked)
    }

    /// Returns a wish that follows this one and may also be made alone.
    pub(crate) fn child(&self) -> Self {
        Self {
            own: Arc::default(),
            parent: Some(Arc::clone(&self.own)),
        }
    }
}
