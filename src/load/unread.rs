//! A stream whose layers a cache has listed: it is read when the first content is needed, once, and copied where a disk has room. Opens nothing itself.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::contents::reopen;
use super::{Cancel, FileContents, or_cancelled};
use crate::archive::{self, Input, LayerBlobs, ReadOptions};
use crate::image::{Image, Platform};
use crate::source::Source;

/// How often those who wait for the stream look for a cancel.
const CHECK_EVERY: Duration = Duration::from_millis(20);

/// A stream that was not read.
#[derive(Debug)]
pub(super) struct UnreadStream {
    options: ReadOptions,
    /// The digests of its layers, decompressed.
    diff_ids: Vec<Option<String>>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Where the layers are, once it was read.
    layers: Option<LayerBlobs>,
    /// Whether it is being read.
    is_reading: bool,
}

/// The only reader of a stream.
struct Reading<'a>(&'a UnreadStream);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.state().is_reading = false;
        self.0.changed.notify_all();
    }
}

impl UnreadStream {
    /// Returns the stream of an image that was read with these options.
    pub(super) fn new(options: ReadOptions, image: &Image) -> Self {
        let options = ReadOptions {
            keep: true,
            partial: false,
            hash_versions: false,
            cache: None,
            sender_id: None,
            ..options
        };
        Self {
            options,
            diff_ids: diff_ids(image),
            state: Mutex::default(),
            changed: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Becomes the only reader; nothing where the stream was read meanwhile.
    ///
    /// # Errors
    /// [`archive::Error::Cancelled`] when the user cancelled before.
    fn begin(&self, cancel: &Cancel) -> Result<Option<Reading<'_>>, archive::Error> {
        let mut state = self.state();
        while state.is_reading {
            if cancel.is_cancelled() {
                return Err(archive::Error::Cancelled);
            }
            let waited = self.changed.wait_timeout(state, CHECK_EVERY);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        if state.layers.is_some() {
            return Ok(None);
        }
        state.is_reading = true;
        Ok(Some(Reading(self)))
    }
}

fn diff_ids(image: &Image) -> Vec<Option<String>> {
    let layers = image.layers.iter();
    layers.map(|layer| layer.heading.diff_id.clone()).collect()
}

impl FileContents {
    /// Returns where the layers are, as far as that is known: those of an unread stream are nowhere yet.
    pub(super) fn known_layers(&self) -> LayerBlobs {
        let unread = self.unread.as_ref();
        let read = unread.and_then(|unread| unread.state().layers.clone());
        match (read, &self.progress) {
            (None, _) => self.layers.clone(),
            (Some(layers), None) => layers,
            (Some(layers), Some(progress)) => layers.watched(progress.clone()),
        }
    }

    /// Returns whether the layers are in a stream that was not read yet.
    pub(super) fn are_unread(&self) -> bool {
        let unread = self.unread.as_ref();
        unread.is_some_and(|unread| unread.state().layers.is_none())
    }

    /// Returns where the layers are; an unread stream is read before.
    ///
    /// # Errors
    /// [`archive::Error`] when it cannot be read, has other layers by now, or the user cancelled.
    pub(super) fn layers(&self, cancel: &Cancel) -> Result<LayerBlobs, archive::Error> {
        if let (Some(unread), Some((source, platform))) = (&self.unread, &self.reopen)
            && let Some(_reading) = unread.begin(cancel)?
        {
            let layers = self.read_stream(unread, (source, platform.as_ref()), cancel)?;
            unread.state().layers = Some(layers);
        }
        Ok(self.known_layers())
    }

    fn read_stream(
        &self,
        unread: &UnreadStream,
        (source, platform): (&Source, Option<&Platform>),
        cancel: &Cancel,
    ) -> Result<LayerBlobs, archive::Error> {
        self.report_reopening();
        let opened = reopen(source, platform, cancel)?;
        let input = match opened.input {
            Input::Stream(bytes) => Input::Stream(Box::new(self.counting(bytes, opened.total))),
            input => input,
        };
        let read = archive::read(input, &unread.options, cancel, &|_| ());
        let read = read.map_err(|error| or_cancelled(error, cancel))?;
        if diff_ids(&read.image) == unread.diff_ids {
            return Ok(read.layers);
        }
        Err(archive::Error::Reopen("it has other layers now".into()))
    }
}
