//! Progress of what must be read before some contents: an image that is opened again because its stream was not kept, or a compressed archive up to
//! a layer. Only counts bytes.

use std::io::Read;

use super::FileContents;
use crate::archive::{CountingReader, ProgressCallback};

impl FileContents {
    /// Returns whether contents can be read directly, at most after the image was read once more; if not, each read opens the image again.
    #[must_use]
    pub(crate) fn are_kept(&self) -> bool {
        self.are_unread() || self.known_layers().are_kept()
    }

    /// Returns the same contents; `progress` gets the bytes read, and about how many there are, whenever the image is opened again or a compressed
    /// archive is read up to a layer.
    #[must_use]
    pub fn watched(self, progress: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        let progress = ProgressCallback::new(progress);
        Self {
            layers: self.layers.watched(progress.clone()),
            progress: Some(progress),
            ..self
        }
    }

    /// Reports that the image is being opened again.
    pub(super) fn report_reopening(&self) {
        if let Some(progress) = &self.progress {
            progress.call(0, None);
        }
    }

    /// Returns a reader that reports the bytes it reads.
    pub(super) fn counting<R: Read + Send>(
        &self,
        inner: R,
        total: Option<u64>,
    ) -> impl Read + Send + use<R> {
        let progress = self.progress.clone();
        CountingReader::new(inner, move |read| {
            if let Some(progress) = &progress {
                progress.call(read, total);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor};
    use std::num::NonZeroUsize;
    use std::sync::{Arc, Mutex};

    use crate::archive::{self, Cancel, Choice, Input, LayerReading, ReadOptions};
    use crate::demo;
    use crate::image::{Budget, Description};
    use crate::load::FileContents;

    #[test]
    fn rereading_reports_its_progress() {
        let options = ReadOptions {
            reference: "demo".to_owned(),
            choice: Choice {
                tag: Some(demo::PAIR[0].to_owned()),
                ..Choice::default()
            },
            verify: false,
            shallow: false,
            partial: false,
            expected: Description::default(),
            keep: false,
            hash_versions: true,
            provenance: false,
            sender_id: None,
            layers: LayerReading::default(),
            shared: None,
            cache: None,
            budget: Budget::default(),
            threads: NonZeroUsize::MIN,
        };
        let stream = Input::Stream(Box::new(demo::open().expect("a file")));
        let archive = archive::read(stream, &options, &Cancel::default(), &|_| ());
        let contents = FileContents {
            image: None,
            layers: archive.expect("an image").layers,
            reopen: None,
            progress: None,
            cache: None,
            unread: None,
            completes_layers: false,
        };
        assert!(!contents.are_kept());
        let reports = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&reports);
        let contents = contents.watched(move |read, all| {
            sink.lock().expect("one thread").push((read, all));
        });
        let bytes = Cursor::new(vec![0; 1_000_000]);
        let mut counting = contents.counting(bytes, Some(1_000_000));
        io::copy(&mut counting, &mut io::sink()).expect("it is read");
        let reports = reports.lock().expect("one thread");
        assert!(reports.is_sorted() && reports.len() > 2, "{reports:?}");
        assert_eq!(reports.last(), Some(&(1_000_000, Some(1_000_000))));
    }
}
