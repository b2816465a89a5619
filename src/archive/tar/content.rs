//! The content of the current tar entry, with the holes of a sparse file. Writes nothing.

use crate::archive::input::byte_source::ByteSource;
use crate::archive::tar::error::TarError;
use crate::archive::tar::modified::ModifiedTime;
use crate::archive::tar::reader::TarReader;

/// How many bytes are copied at once.
const CHUNK: usize = 128 << 10;

/// A piece of a file's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The start of a file: when it was modified. Every file begins so.
    Begin(ModifiedTime),
    /// The next bytes.
    Bytes(&'a [u8]),
    /// So many zeros: the hole of a sparse file.
    Hole(u64),
    /// The end of the file.
    End,
}

/// Why content could not be passed on.
pub(crate) enum ContentError<E> {
    /// The tar cannot be read.
    Tar(TarError),
    /// The callback failed.
    Callback(E),
}

/// Passes the current entry's bytes and holes to `each` until it returns false.
pub(crate) fn pass_content<T: ByteSource, E>(
    reader: &mut TarReader<T>,
    each: &mut impl FnMut(Piece<'_>) -> Result<bool, E>,
) -> Result<(), ContentError<E>> {
    let size = reader.header().size;
    let pieces = reader
        .header()
        .pieces
        .clone()
        .unwrap_or_else(|| vec![(0, size)]);
    let mut buffer = vec![0; CHUNK.min(usize::try_from(size).unwrap_or(CHUNK))];
    let mut at = 0;
    for (start, len) in pieces.into_iter().chain([(size, 0)]) {
        let start = start.min(size);
        if start > at {
            if !each(Piece::Hole(start - at)).map_err(ContentError::Callback)? {
                return Ok(());
            }
            at = start;
        }
        let end = at.saturating_add(len).min(size);
        while at < end {
            let most = usize::try_from(end - at).unwrap_or(CHUNK).min(buffer.len());
            let count = reader
                .read_content(&mut buffer[..most])
                .map_err(ContentError::Tar)?;
            if count == 0 {
                let end = TarError::Truncated(reader.position());
                return Err(ContentError::Tar(end));
            }
            at += count as u64;
            if !each(Piece::Bytes(&buffer[..count])).map_err(ContentError::Callback)? {
                return Ok(());
            }
        }
    }
    Ok(())
}
