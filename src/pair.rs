//! Two images, loaded side by side and compared: the one place where loading meets comparing. Says which of the two failed. No drawing, no printing.

use std::sync::Arc;

use crate::analysis::{BaseHint, ContentAnalysis};
use crate::compare::{Comparison, Hashes, PendingComparison, Side, Sides};
use crate::image::Image;
use crate::load::{self, Cancel, Loaded, Opening, Progress, Request};
use crate::threads;

/// Two images with the way back to their contents, and what came of comparing them.
#[derive(Debug)]
pub struct Pair {
    /// The images.
    pub loaded: Sides<Loaded>,
    /// What came of it.
    pub comparison: Arc<Comparison>,
}

/// One of the two images could not be had.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", side.name())]
pub struct Error {
    /// Which.
    pub side: Side,
    /// Why.
    pub error: load::Error,
}

impl Pair {
    /// Loads both images at the same time and compares them; neither is read before both are found. When one fails the other is not waited for.
    ///
    /// # Errors
    /// [`Error`] when either cannot be had or read, or the user cancelled.
    pub fn load(
        requests: Sides<&Request>,
        hint: &BaseHint,
        cancel: &Cancel,
        progress: impl Fn(Side, Progress) + Sync,
    ) -> Result<Self, Error> {
        let stop = cancel.child();
        let failed = |side: Side, error: load::Error| {
            stop.cancel();
            Error { side, error }
        };
        let open = |side: Side, request| {
            let told = load::open(request, &stop, |told| progress(side, told));
            told.map_err(|error| failed(side, error))
        };
        let read = |side: Side, opening: Opening<'_>| {
            let told = opening.read(&stop, |told| progress(side, told));
            told.map_err(|error| failed(side, error))
        };
        // An engine that packs one image may answer no question about the other.
        let loaded = both(both(requests, open, cancel)?, read, cancel)?;
        Self::of(loaded, hint, cancel)
    }

    /// Compares two images that are loaded; reads what must be read to tell their files apart.
    ///
    /// # Errors
    /// [`Error`] as [`Self::load`].
    pub fn of(loaded: Sides<Loaded>, hint: &BaseHint, cancel: &Cancel) -> Result<Self, Error> {
        let images = loaded.as_ref().map(|loaded| &*loaded.image);
        let draft = PendingComparison::of(images);
        let unread = draft.unread(images);
        let hash = |side: Side, Loaded { image, contents }: &Loaded| {
            let read = contents.hash(image, unread.get(side), cancel);
            read.map_err(|error| Error { side, error })
        };
        let hashes = Hashes::new(both(loaded.as_ref(), hash, cancel)?);
        let comparison = Arc::new(draft.finish(images, &hashes, hint));
        Ok(Self { loaded, comparison })
    }

    /// Finds on both sides what is installed and what the bytes are for.
    ///
    /// # Errors
    /// [`Error`] when a layer cannot be read, or the user cancelled.
    pub fn content_analyses(&self, cancel: &Cancel) -> Result<Sides<ContentAnalysis>, Error> {
        let one = |side: Side, loaded: &Loaded| {
            let analysis = self.comparison.analyses.get(side);
            let content_analysis = loaded.content_analysis(analysis, cancel, |_, _| {});
            content_analysis.map_err(|error| Error { side, error })
        };
        both(self.loaded.as_ref(), one, cancel)
    }

    /// Returns both images.
    #[must_use]
    pub fn images(&self) -> Sides<&Image> {
        self.loaded.as_ref().map(|loaded| &*loaded.image)
    }
}

/// Does the same for both sides at once. Of two failures the one to tell is that which did not merely follow from the other.
fn both<I: Send, T: Send>(
    sides: Sides<I>,
    one: impl Fn(Side, I) -> Result<T, Error> + Sync,
    cancel: &Cancel,
) -> Result<Sides<T>, Error> {
    let parts = vec![(Side::Before, sides.before), (Side::After, sides.after)];
    let mut done = threads::each(parts, |(side, own)| one(side, own)).into_iter();
    let (Some(before), Some(after)) = (done.next(), done.next()) else {
        unreachable!("two parts come back as two");
    };
    match (before, after) {
        (Ok(before), Ok(after)) => Ok(Sides::new(before, after)),
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
        (Err(before), Err(after)) => {
            let followed = before.error.is_cancelled() && !cancel.is_cancelled();
            Err(if followed { after } else { before })
        }
    }
}
