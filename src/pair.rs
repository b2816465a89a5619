//! Loads and compares two images: the only place where loading meets comparing. An error has the side that failed. No drawing, no printing.

use std::sync::Arc;

use crate::analysis::{BaseHint, ContentAnalysis};
use crate::compare::{Comparison, Hashes, PendingComparison, Side, Sides};
use crate::image::Image;
use crate::load::{self, Cancel, Loaded, PendingImage, Progress, Request, SharedBlobs};
use crate::threads;

/// Two loaded images and their comparison.
#[derive(Debug)]
pub struct Pair {
    /// The images.
    pub loaded: Sides<Loaded>,
    /// Their comparison.
    pub comparison: Arc<Comparison>,
}

/// One of the two images cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", side.name())]
pub struct Error {
    /// Which one.
    pub side: Side,
    /// The error.
    #[source]
    pub error: load::Error,
}

impl Pair {
    /// Loads both images at the same time and compares them; a layer of both that comes from a registry is fetched once. Neither is read before both are found.
    /// When one fails the other is cancelled.
    ///
    /// # Errors
    /// [`Error`] when either cannot be opened or read, or the user cancelled.
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
            let opened = load::open(request, &stop, |step| progress(side, step));
            opened.map_err(|error| failed(side, error))
        };
        let read = |side: Side, opening: PendingImage<'_>| {
            let loaded = opening.read(&stop, |step| progress(side, step));
            loaded.map_err(|error| failed(side, error))
        };
        let shared = Some(SharedBlobs::default());
        let requests = requests.map(|request| Request {
            shared: shared.clone(),
            ..request.clone()
        });
        // An engine that exports one image may not respond to queries about the other.
        let loaded = run_both(run_both(requests.as_ref(), open, cancel)?, read, cancel)?;
        Self::of(loaded, hint, cancel)
    }

    /// Compares two loaded images; reads the contents that must be compared.
    ///
    /// # Errors
    /// [`Error`] as [`Self::load`].
    pub(crate) fn of(
        loaded: Sides<Loaded>,
        hint: &BaseHint,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        let images = loaded.as_ref().map(|loaded| &*loaded.image);
        let draft = PendingComparison::of(images);
        let unread = draft.unread(images);
        let hash = |side: Side, Loaded { image, contents }: &Loaded| {
            let read = contents.hash(image, unread.get(side), cancel);
            read.map_err(|error| Error { side, error })
        };
        let hashes = Hashes::new(run_both(loaded.as_ref(), hash, cancel)?);
        let comparison = Arc::new(draft.finish(images, &hashes, hint));
        Ok(Self { loaded, comparison })
    }

    /// Returns the content analysis of both images.
    ///
    /// # Errors
    /// [`Error`] when a layer cannot be read, or the user cancelled.
    pub(crate) fn content_analyses(
        &self,
        cancel: &Cancel,
    ) -> Result<Sides<ContentAnalysis>, Error> {
        let one = |side: Side, loaded: &Loaded| {
            let analysis = self.comparison.analyses.get(side);
            let content_analysis = loaded.content_analysis(analysis, cancel, |_, _| {});
            content_analysis.map_err(|error| Error { side, error })
        };
        run_both(self.loaded.as_ref(), one, cancel)
    }

    /// Returns both images.
    #[must_use]
    pub(crate) fn images(&self) -> Sides<&Image> {
        self.loaded.as_ref().map(|loaded| &*loaded.image)
    }
}

/// Runs `one` for both sides at once. If both fail, returns the error that caused the cancel of the other.
fn run_both<I: Send, T: Send>(
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
