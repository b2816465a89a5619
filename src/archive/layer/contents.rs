//! Files' contents, read from their layer after it was listed: for the viewer, for extraction, and to compare versions. Writes nothing.

use std::io::{self, Read, Seek};
use std::num::NonZeroU64;

use crate::archive::cancel::Cancel;
use crate::archive::compression::gzip::reader::GzipReader;
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::content_hash::ContentHash;
use crate::archive::diagnose::{decompression_error, reread_error};
use crate::archive::error::{Error, Position};
use crate::archive::input::blob::{Blob, SkipWatch};
use crate::archive::input::byte_source::{ByteSource, SeekSource, StreamSource};
use crate::archive::layer::blobs::{LayerBlob, LayerBlobs};
use crate::archive::layer::expected_contents::ContentCheck;
use crate::archive::tar::content::{ContentError, Piece, pass_content};
use crate::archive::tar::error::TarError;
use crate::archive::tar::reader::TarReader;
use crate::image::{Compression, LayerId};

/// How many bytes are skipped between two checks for a cancel.
const SKIP: u64 = 16 << 20;

impl LayerBlobs {
    /// Passes the contents of some of a layer's files to `each`, piece by piece with the index in `offsets`, which are the entries' offsets, ascending.
    /// When `each` returns false the rest of that file is skipped. A file begins with [`Piece::Begin`] and ends with [`Piece::End`]. The layer is read
    /// once; a compressed one is decompressed up to the last offset. Where its bytes are fetched again, a file that is read to its end is compared with what it
    /// contained when it was listed.
    ///
    /// # Errors
    /// [`Error`] when the layer cannot be read, has changed, or the user cancelled; an error of `each` as [`Error::Io`].
    pub fn read(
        &self,
        layer: LayerId,
        offsets: &[u64],
        cancel: &Cancel,
        mut each: impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
    ) -> Result<(), Error> {
        let kept = self.get(layer);
        let kept = kept.ok_or_else(|| Error::NotKept { layer: layer.0 + 1 })?;
        // Bytes that are decompressed on the way are read like those of a plain layer.
        let (blob, compression) = match kept.checkpointed(offsets, || self.threads()) {
            Some(bytes) => (bytes, &Compression::None),
            None => (&kept.blob, &kept.compression),
        };
        let blob = blob.with_skip_watch(SkipWatch {
            callback: self.callback.clone(),
            cancel: cancel.clone(),
        });
        let what = &name(layer);
        let invalid = |error| decompression_error(what, error, Position::plain(0)).decompressed();
        let mut check = kept.expected.as_ref().map(ContentCheck::new);
        let (mut changed, mut stopped) = (None, false);
        let mut each = |index: usize, piece: Piece<'_>| {
            if let Some(check) = &mut check
                && !check.add(offsets[index], piece, stopped)
            {
                changed = Some(offsets[index]);
                return Err(io::ErrorKind::InvalidData.into());
            }
            let goes_on = each(index, piece)?;
            stopped = !goes_on && piece != Piece::End;
            Ok(goes_on)
        };
        let read = match compression {
            Compression::None => read_from(
                SeekSource::new(blob.clone()),
                what,
                offsets,
                cancel,
                &mut each,
            ),
            Compression::Gzip => {
                let bytes = GzipReader::new(blob.clone(), self.threads()).map_err(invalid)?;
                read_from(StreamSource::new(bytes), what, offsets, cancel, &mut each)
            }
            Compression::Zstd => {
                let bytes = Decompressor::new(*compression, blob.reader(0)).map_err(invalid)?;
                read_from(StreamSource::new(bytes), what, offsets, cancel, &mut each)
            }
        };
        if let Some(offset) = changed {
            return Err(Error::OtherContent {
                layer: layer.0 + 1,
                offset,
                path: None,
            });
        }
        if *compression == Compression::None && blob.is_plain() {
            read
        } else {
            read.map_err(Error::decompressed)
        }
    }

    /// Returns a file's content as a seekable reader; `None` if seeking is impossible or slow: in a compressed layer or archive, in a stream that was
    /// not kept, in a sparse file.
    ///
    /// # Errors
    /// [`Error`] when the layer cannot be read or has changed.
    pub fn open(
        &self,
        layer: LayerId,
        offset: u64,
    ) -> Result<Option<impl Read + Seek + use<>>, Error> {
        let Some(blob) = self.get(layer).and_then(LayerBlob::seekable_tar) else {
            return Ok(None);
        };
        let what = &name(layer);
        let mut source = SeekSource::new(blob.clone());
        skip_to(&mut source, what, offset, &Cancel::default())?;
        let mut reader = TarReader::new(source);
        read_header(&mut reader, what)?;
        let (start, header) = (reader.position(), reader.header());
        let is_sparse = header.pieces.is_some();
        Ok((!is_sparse).then(|| blob.part(start, header.size).reader(0)))
    }
}

/// Returns a layer's name in errors.
fn name(layer: LayerId) -> String {
    format!("layer {}", layer.0 + 1)
}

/// Returns the content hashes of some of a plain layer's files; `offsets` are ascending.
pub(crate) fn hash_all(
    blob: &Blob,
    layer: LayerId,
    offsets: &[u64],
    cancel: &Cancel,
) -> Result<Vec<NonZeroU64>, Error> {
    let mut hashes = Vec::with_capacity(offsets.len());
    let mut hash = ContentHash::default();
    read_from(
        SeekSource::new(blob.clone()),
        &name(layer),
        offsets,
        cancel,
        &mut |_, piece| {
            hash.add(piece);
            if piece == Piece::End {
                hashes.push(std::mem::take(&mut hash).finish());
            }
            Ok(true)
        },
    )?;
    Ok(hashes)
}

/// Passes files' contents to `each`, front to back. `what` names the layer in errors.
pub(crate) fn read_from(
    mut source: impl ByteSource,
    what: &str,
    offsets: &[u64],
    cancel: &Cancel,
    each: &mut impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
) -> Result<(), Error> {
    for (index, &offset) in offsets.iter().enumerate() {
        skip_to(&mut source, what, offset, cancel)?;
        let mut reader = TarReader::new(&mut source);
        let mut pass = |piece: Piece<'_>| {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            each(index, piece).map_err(|source| Error::Io {
                what: "writing".to_owned(),
                source,
            })
        };
        read_header(&mut reader, what)?;
        if pass(Piece::Begin(reader.header().modified))? {
            pass_content_of(&mut reader, what, &mut pass)?;
        }
        pass(Piece::End)?;
    }
    Ok(())
}

/// Skips in steps, so that a cancel takes effect while a compressed layer is decompressed.
fn skip_to(
    source: &mut impl ByteSource,
    what: &str,
    offset: u64,
    cancel: &Cancel,
) -> Result<(), Error> {
    while source.position() < offset {
        let left = offset - source.position();
        let skipped = source
            .skip(left.min(SKIP))
            .map_err(|error| reread_error(what, error.into(), source.position()))?;
        if skipped == 0 {
            let end = TarError::Truncated(source.position());
            return Err(reread_error(what, end, offset));
        }
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
    }
    Ok(())
}

/// Reads the header at this position.
fn read_header<T: ByteSource>(reader: &mut TarReader<T>, what: &str) -> Result<(), Error> {
    let at = reader.position();
    if reader
        .next()
        .map_err(|error| reread_error(what, error, at))?
    {
        return Ok(());
    }
    let end = TarError::Truncated(reader.position());
    Err(reread_error(what, end, at))
}

/// Passes the current entry's content to `pass` until it returns false.
fn pass_content_of<T: ByteSource>(
    reader: &mut TarReader<T>,
    what: &str,
    pass: &mut impl FnMut(Piece<'_>) -> Result<bool, Error>,
) -> Result<(), Error> {
    pass_content(reader, pass).map_err(|error| match error {
        ContentError::Tar(error) => reread_error(what, error, reader.position()),
        ContentError::Callback(error) => error,
    })
}
