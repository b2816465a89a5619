//! A stream whose layers a cache has listed: it is read when the first content is needed, once, and copied where a disk has room. Lists nothing again.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::contents::reopen;
use super::{Cancel, FileContents, or_cancelled};
use crate::archive::{self, Input, LayerBlobs};
use crate::image::Platform;
use crate::source::Source;

/// How often those who wait for the stream look for a cancel.
const CHECK_EVERY: Duration = Duration::from_millis(20);

/// A stream that was not read.
#[derive(Debug, Default)]
pub(super) struct UnreadStream {
    state: Mutex<StreamState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
enum StreamState {
    #[default]
    Unread,
    /// By one thread.
    BeingRead,
    /// The locations of the layers. An error is the same for all: each would need the same stream.
    Read(Result<LayerBlobs, Arc<archive::Error>>),
}

/// The only reader of a stream.
struct StreamTurn<'a>(&'a UnreadStream);

impl Drop for StreamTurn<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if matches!(*state, StreamState::BeingRead) {
            *state = StreamState::Unread;
        }
        self.0.changed.notify_all();
    }
}

impl UnreadStream {
    fn state(&self) -> MutexGuard<'_, StreamState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the layers that `read` finds, which is called once: after a cancel again.
    fn get(
        &self,
        cancel: &Cancel,
        read: impl FnOnce() -> Result<LayerBlobs, archive::Error>,
    ) -> Result<LayerBlobs, archive::Error> {
        let mut state = self.state();
        while matches!(*state, StreamState::BeingRead) {
            if cancel.is_cancelled() {
                return Err(archive::Error::Cancelled);
            }
            let waited = self.changed.wait_timeout(state, CHECK_EVERY);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        if let StreamState::Read(read) = &*state {
            return read.clone().map_err(archive::Error::Shared);
        }
        *state = StreamState::BeingRead;
        drop(state);
        let _reading = StreamTurn(self);
        let read = match read() {
            Err(archive::Error::Cancelled) => return Err(archive::Error::Cancelled),
            read => read.map_err(Arc::new),
        };
        *self.state() = StreamState::Read(read.clone());
        read.map_err(archive::Error::Shared)
    }

    /// Returns where the layers are, if it was read.
    fn layers(&self) -> Option<LayerBlobs> {
        match &*self.state() {
            StreamState::Read(Ok(layers)) => Some(layers.clone()),
            _ => None,
        }
    }
}

impl FileContents {
    /// Returns the locations of the layers, as far as they are known; none in an unread stream.
    pub(super) fn known_layers(&self) -> LayerBlobs {
        match self.unread.as_ref().and_then(|unread| unread.layers()) {
            Some(read) => self.followed(read),
            None => self.layers.clone(),
        }
    }

    /// Returns whether the layers are in a stream that was not read yet.
    pub(super) fn are_unread(&self) -> bool {
        let unread = self.unread.as_ref();
        unread.is_some_and(|unread| unread.layers().is_none())
    }

    /// Returns where the layers are; an unread stream is read before.
    ///
    /// # Errors
    /// [`archive::Error`] when it cannot be read, has other layers by now, or the user cancelled.
    pub(super) fn layers(&self, cancel: &Cancel) -> Result<LayerBlobs, archive::Error> {
        let (Some(unread), Some((source, platform))) = (&self.unread, &self.reopen) else {
            return Ok(self.layers.clone());
        };
        let layers = unread.get(cancel, || {
            self.copy_stream((source, platform.as_ref()), cancel)
        })?;
        Ok(self.followed(layers))
    }

    /// Returns the same layers, watched as these contents are.
    fn followed(&self, layers: LayerBlobs) -> LayerBlobs {
        match &self.progress {
            Some(progress) => layers.watched(progress.clone()),
            None => layers,
        }
    }

    fn copy_stream(
        &self,
        (source, platform): (&Source, Option<&Platform>),
        cancel: &Cancel,
    ) -> Result<LayerBlobs, archive::Error> {
        self.report_reopening();
        let opened = reopen(source, platform, cancel)?;
        let Input::Stream(bytes) = opened.input else {
            return Err(archive::Error::Reopen(
                "the source is no longer a stream".into(),
            ));
        };
        let bytes = self.counting(bytes, opened.total);
        archive::copy_layers(bytes, &self.layers, cancel)
            .map_err(|error| or_cancelled(error, cancel))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::UnreadStream;
    use crate::archive::{Cancel, Error, LayerBlobs};

    #[test]
    fn an_error_is_that_of_all_and_a_cancel_is_not() {
        let (stream, calls) = (UnreadStream::default(), AtomicUsize::new(0));
        let get = |read: fn() -> Result<LayerBlobs, Error>| {
            stream.get(&Cancel::default(), || {
                calls.fetch_add(1, Ordering::Relaxed);
                read()
            })
        };
        assert!(matches!(
            get(|| Err(Error::Cancelled)),
            Err(Error::Cancelled)
        ));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let error = get(|| Err(Error::NoImage)).unwrap_err();
                    assert_eq!(error.to_string(), Error::NoImage.to_string());
                    assert_eq!(error.hint(), Error::NoImage.hint());
                });
            }
        });
        assert_eq!(calls.into_inner(), 2);
        assert!(stream.layers().is_none());
    }
}
