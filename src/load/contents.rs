//! An image's contents, had again after it was read: a file's bytes from any place on, as they come or some at once, and whatever is extracted. Where
//! the bytes went by and were not kept, the image is opened once more. Nothing here keeps what it read.

use std::io;
use std::path::Path;

use super::{Cancel, Contents, Error, Extent, Extracted, wished};
use crate::archive::{self, Input, Piece};
use crate::extract;
use crate::image::{EntryId, Image, LayerId, Platform};
use crate::source::{self, Environment, Opened, Pull, Source, Wish};

/// What the holes of sparse files are made of.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

impl Contents {
    /// Hands a regular file's content as it stands in a layer to `each`, piece by piece, until it answers false. May take as long as unpacking the
    /// layer.
    ///
    /// # Errors
    /// [`Error`] when the bytes cannot be had any more, `each` failed, or the user cancelled.
    pub fn stream(
        &self,
        image: &Image,
        layer: LayerId,
        entry: EntryId,
        cancel: &Cancel,
        mut each: impl FnMut(&[u8]) -> io::Result<bool>,
    ) -> Result<(), Error> {
        let take = |_, piece: Piece<'_>| match piece {
            Piece::Bytes(some) => each(some),
            Piece::Hole(mut left) => {
                // A hole may be larger than anyone can wait for.
                while left > 0 && !cancel.is_cancelled() {
                    let some = ZEROS.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    if !each(&ZEROS[..some])? {
                        return Ok(false);
                    }
                    left -= some as u64;
                }
                Ok(true)
            }
            Piece::Begin(_) | Piece::End => Ok(true),
        };
        extract::Contents::read(self, layer, &[image.entry(entry).offset], cancel, take)
            .map_err(|error| Error::read("reading the file", error))
    }

    /// Reads at most `limit` bytes of a regular file as it stands in a layer, from the byte `from` on. May take as long as unpacking the layer.
    ///
    /// # Errors
    /// As [`Contents::stream`].
    pub fn read(
        &self,
        image: &Image,
        layer: LayerId,
        entry: EntryId,
        from: u64,
        limit: usize,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, Error> {
        let there = image.entry(entry).size.saturating_sub(from);
        let limit = limit.min(usize::try_from(there).unwrap_or(limit));
        // What a header claims is not what there is: room grows as bytes come.
        let mut bytes = Vec::with_capacity(limit.min(64 << 10));
        let mut before = from;
        let take = |_, piece: Piece<'_>| {
            let len = match piece {
                Piece::Bytes(some) => some.len() as u64,
                Piece::Hole(len) => len,
                Piece::Begin(_) | Piece::End => 0,
            };
            let skip = len.min(before);
            before -= skip;
            let left = limit - bytes.len();
            let count = left.min(usize::try_from(len - skip).unwrap_or(left));
            match piece {
                Piece::Bytes(some) => {
                    let start = usize::try_from(skip).unwrap_or(some.len());
                    bytes.extend_from_slice(&some[start..start + count]);
                }
                _ => bytes.resize(bytes.len() + count, 0),
            }
            Ok(bytes.len() < limit)
        };
        extract::Contents::read(self, layer, &[image.entry(entry).offset], cancel, take)
            .map_err(|error| Error::read("reading the file", error))?;
        Ok(bytes)
    }

    /// Writes what `extent` covers into the folder `to`, which is made; nothing outside it is touched, names that are already there are never
    /// overwritten, and what is half-written is removed. Tells `progress` the bytes written so far.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read or written, or the user cancelled.
    pub fn extract(
        &self,
        image: &Image,
        extent: Extent,
        to: &Path,
        cancel: &Cancel,
        progress: impl Fn(u64),
    ) -> Result<Extracted, Error> {
        let written = extract::plan(image, extent)
            .and_then(|plan| extract::write(&plan, self, to, cancel, progress));
        written.map_err(Error::from)
    }
}

impl extract::Contents for Contents {
    fn read(
        &self,
        layer: LayerId,
        offsets: &[u64],
        cancel: &Cancel,
        each: impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
    ) -> Result<(), archive::Error> {
        if let (Some(gone), Some((source, platform))) = (self.layers.gone_by(layer), &self.again) {
            self.asks();
            let opened = open_again(source, platform.as_ref(), cancel)?;
            if let Input::Stream(stream) = opened.input {
                let stream = self.counted(stream, opened.total);
                return archive::read_again(stream, gone, offsets, cancel, each)
                    .map_err(|error| wished(error, cancel));
            }
        }
        self.layers
            .read(layer, offsets, cancel, each)
            .map_err(|error| wished(error, cancel))
    }
}

/// Opens the same image once more: the bytes that were read, whatever its name means by now.
fn open_again(
    source: &Source,
    platform: Option<&Platform>,
    cancel: &Cancel,
) -> Result<Opened, archive::Error> {
    let wish = Wish {
        platform,
        pull: Pull::Never,
    };
    match source::open(source, &wish, &Environment::of_process(), cancel, &|_| {}) {
        Ok(opened) => Ok(opened),
        Err(source::Error::Cancelled) => Err(archive::Error::Cancelled),
        Err(error) => Err(archive::Error::Again(error.into())),
    }
}
