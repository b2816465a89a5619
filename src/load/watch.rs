//! How far an image has come that comes once more, because its bytes went by and were not kept. Only counts what passes.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use super::Contents;
use crate::archive::Input;
use crate::image::LayerId;

/// Who is told how many bytes have come, and of about how many.
#[derive(Clone)]
pub(super) struct Watch(Arc<dyn Fn(u64, Option<u64>) + Send + Sync>);

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

impl Contents {
    /// Returns whether contents are at hand; else each question has the whole image come once more.
    #[must_use]
    pub fn are_kept(&self) -> bool {
        self.layers.gone_by(LayerId(0)).is_none()
    }

    /// Returns them so that `told` hears how many bytes have come, and of about how many, whenever the image has to come once more.
    #[must_use]
    pub fn watched(self, told: impl Fn(u64, Option<u64>) + Send + Sync + 'static) -> Self {
        Self {
            watch: Some(Watch(Arc::new(told))),
            ..self
        }
    }

    /// Returns the bytes so that whoever watches hears of them.
    pub(super) fn counted(&self, input: Input, total: Option<u64>) -> Input {
        let Some(Watch(told)) = self.watch.clone() else {
            return input;
        };
        let inner: Box<dyn Read + Send> = match input {
            Input::Stream(stream) => stream,
            Input::File(file) => Box::new(file),
            folder @ Input::Folder(_) => return folder,
        };
        Input::Stream(Box::new(Counted {
            inner,
            read: 0,
            told: move |read| told(read, total),
        }))
    }
}

/// Bytes that are counted as they pass.
struct Counted<R, F> {
    inner: R,
    read: u64,
    told: F,
}

impl<R: Read, F: Fn(u64)> Read for Counted<R, F> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.read += count as u64;
        (self.told)(self.read);
        Ok(count)
    }
}
