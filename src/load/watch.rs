//! How far the reading is that leads to some contents: an image that comes once more, because its bytes went by and were not kept, or a packed archive
//! up to a layer. Only counts what passes.

use std::io::Read;

use super::Contents;
use crate::archive::{Counted, ProgressCallback};

impl Contents {
    /// Returns whether contents are at hand; else each question has the whole image come once more.
    #[must_use]
    pub fn are_kept(&self) -> bool {
        self.layers.are_kept()
    }

    /// Returns them so that `told` hears how many bytes have come, and of about how many, whenever the image has to come once more, or a packed archive
    /// has to be read up to a layer.
    #[must_use]
    pub fn watched(self, told: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        let told = ProgressCallback::new(told);
        Self {
            layers: self.layers.watched(told.clone()),
            watch: Some(told),
            ..self
        }
    }

    /// Says that the image is being asked for once more.
    pub(super) fn asks(&self) {
        if let Some(told) = &self.watch {
            told.tell(0, None);
        }
    }

    /// Returns the bytes so that whoever watches hears of them.
    pub(super) fn counted(&self, inner: impl Read + Send, total: Option<u64>) -> impl Read + Send {
        let watch = self.watch.clone();
        Counted::new(inner, move |read| {
            if let Some(told) = &watch {
                told.tell(read, total);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Cursor};
    use std::num::NonZeroUsize;
    use std::sync::{Arc, Mutex};

    use crate::archive::{self, Cancel, Choice, Input, Options};
    use crate::demo;
    use crate::image::Description;
    use crate::load::Contents;

    #[test]
    fn who_watches_hears_how_far_it_has_come() {
        let options = Options {
            reference: "demo".to_owned(),
            choice: Choice {
                tag: Some(demo::PAIR[0].to_owned()),
                ..Choice::default()
            },
            verify: false,
            partial: false,
            expected: Description::default(),
            keep: false,
            threads: NonZeroUsize::MIN,
        };
        let stream = Input::Stream(Box::new(demo::open().expect("a file")));
        let archive = archive::read(stream, &options, &Cancel::default(), &|_| ());
        let contents = Contents {
            layers: archive.expect("an image").layers,
            again: None,
            watch: None,
        };
        assert!(!contents.are_kept());
        let told = Arc::new(Mutex::new(Vec::new()));
        let tell = Arc::clone(&told);
        let contents = contents.watched(move |read, all| {
            tell.lock().expect("one thread").push((read, all));
        });
        let bytes = Cursor::new(vec![0; 1_000_000]);
        let mut counted = contents.counted(bytes, Some(1_000_000));
        io::copy(&mut counted, &mut io::sink()).expect("it is read");
        let told = told.lock().expect("one thread");
        assert!(told.is_sorted() && told.len() > 2, "{told:?}");
        assert_eq!(told.last(), Some(&(1_000_000, Some(1_000_000))));
    }
}
