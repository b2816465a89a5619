//! Blobs that images which are read together have in common, so that each is fetched once: the second image finds what fetches it for the first. Fetches
//! nothing itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::archive::fetch::fetched::Fetched;

/// The blobs of some images, as long as one of them uses them. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct SharedBlobs(Arc<Mutex<Blobs>>);

/// By digest and length: a length is a claim of its image.
type Blobs = HashMap<(String, u64), Weak<Fetched>>;

impl SharedBlobs {
    /// Returns what fetches the same blob for another image; `own` if nothing does.
    pub(crate) fn share(&self, own: Arc<Fetched>) -> Arc<Fetched> {
        let mut blobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = (own.digest().to_owned(), own.len());
        if let Some(first) = blobs.get(&name).and_then(Weak::upgrade) {
            return first;
        }
        blobs.insert(name, Arc::downgrade(&own));
        own
    }
}

/// The turn of one of these images to list the layer of a blob.
#[derive(Default)]
pub(super) struct ListingTurn(Mutex<()>);

impl ListingTurn {
    /// Waits until no other image has it.
    pub(super) fn take(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether an image has it.
    pub(super) fn is_taken(&self) -> bool {
        self.0.try_lock().is_err()
    }
}
