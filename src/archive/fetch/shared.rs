//! Blobs that images which are read together have in common, so that each is fetched and its layer listed once: the second image finds what fetches it for
//! the first. Fetches nothing itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::archive::fetch::fetched::Fetched;

/// The blobs of some images, as long as one of them uses them. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct SharedBlobs(Arc<Mutex<Blobs>>);

/// By digest and length: a length is a claim of its image.
type Blobs = HashMap<(String, u64), (Weak<Fetched>, Arc<ListingTurn>)>;

/// The turn of one of these images to list the layer of a blob.
type ListingTurn = Mutex<()>;

/// A blob of one or more of these images.
pub(crate) struct SharedBlob {
    /// What fetches it.
    pub(crate) fetched: Arc<Fetched>,
    turn: Arc<ListingTurn>,
}

impl SharedBlobs {
    /// Returns the same blob of another image; `own` if there is none.
    pub(crate) fn share(&self, own: Fetched) -> SharedBlob {
        let mut blobs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let name = (own.digest().to_owned(), own.len());
        if let Some((first, turn)) = blobs.get(&name)
            && let Some(fetched) = first.upgrade()
        {
            let turn = Arc::clone(turn);
            return SharedBlob { fetched, turn };
        }
        let own = SharedBlob::alone(own);
        let kept = (Arc::downgrade(&own.fetched), Arc::clone(&own.turn));
        blobs.insert(name, kept);
        own
    }
}

impl SharedBlob {
    /// Returns a blob of one image.
    pub(crate) fn alone(fetched: Fetched) -> Self {
        Self {
            fetched: Arc::new(fetched),
            turn: Arc::default(),
        }
    }

    /// Waits until no other image lists its layer, and lets none do so meanwhile. A file that another image left unfinished is dropped.
    pub(crate) fn start_listing(&self) -> MutexGuard<'_, ()> {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.fetched.drop_broken_copy();
        turn
    }

    /// Returns whether an image lists its layer now.
    pub(crate) fn is_being_listed(&self) -> bool {
        self.turn.try_lock().is_err()
    }
}
