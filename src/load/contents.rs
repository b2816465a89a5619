//! Reads files' contents after the image was loaded: as a stream, from any offset, and to extract them. Where a stream was not kept, the image is
//! opened again. Keeps nothing.

use std::io::{self, Read, Seek};
use std::path::Path;

use super::{
    Cancel, Error, ExtractError, ExtractResult, ExtractScope, FileContents, PathVersion,
    or_cancelled,
};
use crate::archive::{self, Input, Piece};
use crate::escape;
use crate::extract;
use crate::image::{EntryId, Image, LayerId, Platform};
use crate::source::{self, OpenOptions, OpenedSource, Pull, Source, SourceEnvironment};

/// The content of a sparse file's holes.
static ZEROS: [u8; 64 << 10] = [0; 64 << 10];

impl FileContents {
    /// Passes the content of a regular file in a layer to `each`, piece by piece, until it returns false. Can take as long as decompressing the layer.
    ///
    /// # Errors
    /// [`Error`] when the bytes cannot be read any more, `each` failed, or the user cancelled.
    pub(crate) fn stream(
        &self,
        image: &Image,
        layer: LayerId,
        entry: EntryId,
        cancel: &Cancel,
        each: impl FnMut(&[u8]) -> io::Result<bool>,
    ) -> Result<(), Error> {
        self.stream_all(layer, &[image.entry(entry).offset()], cancel, each)
    }

    /// Passes the contents of regular files in a layer to `each`, one after the other, until it returns false. `offsets` are those of their entries,
    /// ascending. The layer is read once.
    ///
    /// # Errors
    /// As [`LayerContents::stream`].
    pub(crate) fn stream_all(
        &self,
        layer: LayerId,
        offsets: &[u64],
        cancel: &Cancel,
        mut each: impl FnMut(&[u8]) -> io::Result<bool>,
    ) -> Result<(), Error> {
        let take = |_, piece: Piece<'_>| match piece {
            Piece::Bytes(some) => each(some),
            Piece::Hole(mut left) => {
                // A hole can be larger than anyone can wait for.
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
        extract::LayerContents::read(self, layer, offsets, cancel, take)
            .map_err(|error| Error::read("reading the file", error))
    }

    /// Reads at most `limit` bytes of a regular file in a layer, from the byte `from` on. Can take as long as decompressing the layer.
    ///
    /// # Errors
    /// As [`LayerContents::stream`].
    pub fn read(
        &self,
        image: &Image,
        layer: LayerId,
        entry: EntryId,
        from: u64,
        limit: usize,
        cancel: &Cancel,
    ) -> Result<Vec<u8>, Error> {
        let rest = image.entry(entry).size.saturating_sub(from);
        let limit = limit.min(usize::try_from(rest).unwrap_or(limit));
        // The size in the header is not trusted: the buffer grows with the bytes.
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
        extract::LayerContents::read(self, layer, &[image.entry(entry).offset()], cancel, take)
            .map_err(|error| Error::read("reading the file", error))?;
        Ok(bytes)
    }

    /// Returns a regular file in a layer as a seekable reader; `None` where seeking is impossible or slow, as in a compressed layer.
    ///
    /// # Errors
    /// [`Error`] when the layer cannot be read any more.
    pub(crate) fn open(
        &self,
        image: &Image,
        layer: LayerId,
        entry: EntryId,
    ) -> Result<Option<impl Read + Seek + use<>>, Error> {
        let opened = self.known_layers().open(layer, image.entry(entry).offset());
        opened.map_err(|error| Error::read("reading the file", error))
    }

    /// Writes the files that `extent` covers into the folder `to`, which is created. Nothing outside it is touched, existing files are never overwritten,
    /// and partial files are removed. Passes the bytes written so far to `progress`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be read or written, or the user cancelled.
    pub fn extract(
        &self,
        image: &Image,
        extent: ExtractScope,
        to: &Path,
        cancel: &Cancel,
        progress: impl Fn(u64),
    ) -> Result<ExtractResult, Error> {
        let written = extract::plan(image, extent)
            .and_then(|plan| extract::write(&plan, self, to, cancel, progress));
        written.map_err(Error::from)
    }

    /// Writes versions of paths, which are in the tree's order, one per path, into the folder `to`, as [`LayerContents::extract`] does.
    ///
    /// # Errors
    /// As [`LayerContents::extract`].
    pub(crate) fn extract_items(
        &self,
        image: &Image,
        items: &[PathVersion],
        to: &Path,
        cancel: &Cancel,
    ) -> Result<ExtractResult, Error> {
        let written = extract::plan_items(image, items)
            .and_then(|plan| extract::write(&plan, self, to, cancel, |_| {}));
        written.map_err(Error::from)
    }

    /// Writes versions of paths, which are in the tree's order, one per path, as a tar stream.
    ///
    /// # Errors
    /// [`ExtractError::Stream`] when `out` fails, another one when the contents cannot be read.
    pub(crate) fn write_tar(
        &self,
        image: &Image,
        items: &[PathVersion],
        out: &mut impl io::Write,
        cancel: &Cancel,
    ) -> Result<ExtractResult, ExtractError> {
        extract::write_tar(image, items, self, out, cancel)
    }
}

impl FileContents {
    /// Returns an error about a file's content with the file's path.
    fn with_path(&self, in_layer: LayerId, error: archive::Error) -> archive::Error {
        match (error, &self.image) {
            (archive::Error::OtherContent { layer, offset, .. }, Some(image)) => {
                let mut entries = image.layer(in_layer).changes.entries.iter();
                let found = entries.find(|(_, entry)| image.entry(*entry).offset() == offset);
                let path =
                    found.map(|(node, _)| escape::name(&image.tree.path(*node)).into_owned());
                archive::Error::OtherContent {
                    layer,
                    offset,
                    path,
                }
            }
            (error, _) => error,
        }
    }
}

impl extract::LayerContents for FileContents {
    fn read(
        &self,
        layer: LayerId,
        offsets: &[u64],
        cancel: &Cancel,
        each: impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
    ) -> Result<(), archive::Error> {
        let layers = self.layers(cancel)?;
        if let (Some(blob), Some((source, platform))) = (layers.streamed(layer), &self.reopen) {
            self.report_reopening();
            let opened = reopen(source, platform.as_ref(), cancel)?;
            if let Input::Stream(stream) = opened.input {
                let stream = self.counting(stream, opened.total);
                return archive::reread(stream, blob, offsets, cancel, each)
                    .map_err(|error| or_cancelled(error, cancel));
            }
        }
        layers
            .read(layer, offsets, cancel, each)
            .map_err(|error| or_cancelled(self.with_path(layer, error), cancel))
    }
}

/// Opens the same image again, even if its name refers to another image by now.
pub(super) fn reopen(
    source: &Source,
    platform: Option<&Platform>,
    cancel: &Cancel,
) -> Result<OpenedSource, archive::Error> {
    let options = OpenOptions {
        platform,
        pull: Pull::Never,
        registry: None,
        connections: None,
    };
    match source::open(
        source,
        &options,
        &SourceEnvironment::of_process(),
        cancel,
        &|_| {},
    ) {
        Ok(opened) => Ok(opened),
        Err(source::Error::Cancelled) => Err(archive::Error::Cancelled),
        Err(error) => Err(archive::Error::Reopen(error.into())),
    }
}
