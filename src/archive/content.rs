//! One record's content, read again from its layer: for the viewer, for extraction, and where two versions must be told apart. Sparse files are
//! filled with their holes. Writes nothing.

use std::io::{self, Read, Seek};
use std::num::NonZeroU64;

use super::blob::{Blob, Heard};
use super::cancel::Cancel;
use super::compression::Unpacked;
use super::error::{Error, Place};
use super::fault::{Fault, later_fault, packed_fault};
use super::gunzip::Gunzip;
use super::hash::ContentHash;
use super::header::Modified;
use super::layers::Layers;
use super::scan::Scan;
use crate::archive::byte_source::{ByteSource, SeekSource, StreamSource};
use crate::image::{Compression, LayerId};

/// How many bytes are copied at once.
const CHUNK: usize = 128 << 10;

impl Layers {
    /// Hands the contents of some of a layer's records to `each`, in the order of `offsets` (the records' own, ascending), piece by piece with
    /// the place in `offsets`; an answer of false leaves out the rest of that record. Every record begins with its time and ends with no bytes. One
    /// pass over the layer: of a packed one everything up to the last offset is unpacked once.
    ///
    /// # Errors
    /// [`Error`] when the layer cannot be read again, is no longer what it was, or the user cancelled; `each`'s own failures as [`Error::Io`].
    pub fn read(
        &self,
        layer: LayerId,
        offsets: &[u64],
        cancel: &Cancel,
        mut each: impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
    ) -> Result<(), Error> {
        let place = self.get(layer);
        let (blob, compression) = place.ok_or_else(|| Error::NotKept { layer: layer.0 + 1 })?;
        let blob = blob.heard(Heard {
            told: self.told.clone(),
            cancel: cancel.clone(),
        });
        let what = &name(layer);
        let fault = |error| packed_fault(what, error, Place::plain(0)).unpacked();
        let read = match compression {
            Compression::None => read_from(
                SeekSource::new(blob.clone()),
                what,
                offsets,
                cancel,
                &mut each,
            ),
            Compression::Gzip => {
                let unpacked = Gunzip::new(blob.clone(), self.threads()).map_err(fault)?;
                read_from(
                    StreamSource::new(unpacked),
                    what,
                    offsets,
                    cancel,
                    &mut each,
                )
            }
            Compression::Zstd => {
                let unpacked = Unpacked::new(*compression, blob.reader(0)).map_err(fault)?;
                read_from(
                    StreamSource::new(unpacked),
                    what,
                    offsets,
                    cancel,
                    &mut each,
                )
            }
        };
        if *compression == Compression::None && blob.is_plain() {
            read
        } else {
            read.map_err(Error::unpacked)
        }
    }

    /// Returns a record's content, to be read at any place; nothing where that cannot be or costs too much: in a packed layer or archive, in one that
    /// was not kept, of a sparse file.
    ///
    /// # Errors
    /// [`Error`] when the layer cannot be read again or is no longer what it was.
    pub fn open(
        &self,
        layer: LayerId,
        offset: u64,
    ) -> Result<Option<impl Read + Seek + use<>>, Error> {
        let Some((blob, Compression::None)) = self.get(layer) else {
            return Ok(None);
        };
        if !blob.is_plain() {
            return Ok(None);
        }
        let what = &name(layer);
        let mut tape = SeekSource::new(blob.clone());
        skip_to(&mut tape, what, offset, &Cancel::default())?;
        let mut scan = Scan::new(tape);
        next_record(&mut scan, what)?;
        let (start, header) = (scan.position(), scan.header());
        let is_whole = header.pieces.is_none();
        Ok(is_whole.then(|| blob.part(start, header.size).reader(0)))
    }
}

/// A piece of a record's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// None of it yet: when it was modified. Every record begins so.
    Begin(Modified),
    /// The next bytes.
    Bytes(&'a [u8]),
    /// So many zeros: the hole of a sparse file.
    Hole(u64),
    /// Nothing more.
    End,
}

/// Returns what a layer is called once it was read.
fn name(layer: LayerId) -> String {
    format!("layer {}", layer.0 + 1)
}

/// Returns the hashes of the contents of some of a plain layer's records.
pub(super) fn hash_all(
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

/// Hands out records' contents from one tape, front to back. `what` is the layer.
pub(super) fn read_from(
    mut tape: impl ByteSource,
    what: &str,
    offsets: &[u64],
    cancel: &Cancel,
    each: &mut impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
) -> Result<(), Error> {
    for (place, &offset) in offsets.iter().enumerate() {
        skip_to(&mut tape, what, offset, cancel)?;
        let mut scan = Scan::new(&mut tape);
        let mut give = |piece: Piece<'_>| {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            each(place, piece).map_err(|source| Error::Io {
                what: "writing".to_owned(),
                source,
            })
        };
        next_record(&mut scan, what)?;
        if give(Piece::Begin(scan.header().modified))? {
            give_record(&mut scan, what, &mut give)?;
        }
        give(Piece::End)?;
    }
    Ok(())
}

/// Skips in pieces, so that a wish to stop is heard while a packed layer is unpacked.
fn skip_to(
    tape: &mut impl ByteSource,
    what: &str,
    offset: u64,
    cancel: &Cancel,
) -> Result<(), Error> {
    while tape.position() < offset {
        let left = offset - tape.position();
        let skipped = tape
            .skip(left.min(16 << 20))
            .map_err(|error| later_fault(what, error.into(), tape.position()))?;
        if skipped == 0 {
            let end = Fault::Truncated(tape.position());
            return Err(later_fault(what, end, offset));
        }
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
    }
    Ok(())
}

/// Goes to the record that stands here.
fn next_record<T: ByteSource>(scan: &mut Scan<T>, what: &str) -> Result<(), Error> {
    let at = scan.position();
    if scan.next().map_err(|fault| later_fault(what, fault, at))? {
        return Ok(());
    }
    let end = Fault::Truncated(scan.position());
    Err(later_fault(what, end, at))
}

/// Gives this record's content with its holes; stops early when no more is wanted.
fn give_record<T: ByteSource>(
    scan: &mut Scan<T>,
    what: &str,
    give: &mut impl FnMut(Piece<'_>) -> Result<bool, Error>,
) -> Result<(), Error> {
    give_content(scan, give).map_err(|fault| match fault {
        GiveFault::ByteSource(fault) => later_fault(what, fault, scan.position()),
        GiveFault::Given(error) => error,
    })
}

/// Why contents were not given: the tape, or the one they were given to.
pub(super) enum GiveFault<E> {
    ByteSource(Fault),
    Given(E),
}

/// Gives the current record's content with its holes; stops early when no more is wanted.
pub(super) fn give_content<T: ByteSource, E>(
    scan: &mut Scan<T>,
    give: &mut impl FnMut(Piece<'_>) -> Result<bool, E>,
) -> Result<(), GiveFault<E>> {
    let size = scan.header().size;
    let pieces = scan
        .header()
        .pieces
        .clone()
        .unwrap_or_else(|| vec![(0, size)]);
    let mut buffer = vec![0; CHUNK.min(usize::try_from(size).unwrap_or(CHUNK))];
    let mut at = 0;
    for (start, len) in pieces.into_iter().chain([(size, 0)]) {
        let start = start.min(size);
        if start > at {
            if !give(Piece::Hole(start - at)).map_err(GiveFault::Given)? {
                return Ok(());
            }
            at = start;
        }
        let end = at.saturating_add(len).min(size);
        while at < end {
            let most = usize::try_from(end - at).unwrap_or(CHUNK).min(buffer.len());
            let count = scan
                .read_content(&mut buffer[..most])
                .map_err(GiveFault::ByteSource)?;
            if count == 0 {
                return Err(GiveFault::ByteSource(Fault::Truncated(scan.position())));
            }
            at += count as u64;
            if !give(Piece::Bytes(&buffer[..count])).map_err(GiveFault::Given)? {
                return Ok(());
            }
        }
    }
    Ok(())
}
