//! Contents of a stream that was not kept: it comes once more, and of it only one layer is looked at.

use std::io::{self, Read};

use crate::archive::byte_source::StreamSource;
use crate::archive::cancel::Cancel;
use crate::archive::clean;
use crate::archive::compression::{Content, HEAD, Unpacked};
use crate::archive::content::{Piece, read_from};
use crate::archive::error::{Error, Place};
use crate::archive::fault::{outer_fault, packed_fault};
use crate::archive::layers::Gone;
use crate::archive::read::entry_reader::Rest;
use crate::archive::read::stream::unpacked;
use crate::archive::scan::Scan;
use crate::image::Compression;

/// Hands out contents of a blob, as [`Layers::read`](crate::archive::Layers::read) does of a layer that was kept.
///
/// # Errors
/// [`Error`] when the stream cannot be read or no longer holds the blob.
pub fn read_again(
    stream: impl Read + Send,
    gone: &Gone,
    offsets: &[u64],
    cancel: &Cancel,
    mut each: impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
) -> Result<(), Error> {
    unpacked(stream, |plain| {
        find(plain, gone, offsets, cancel, &mut each)
    })
}

fn find(
    plain: impl Read + Send,
    Gone { name, before, .. }: &Gone,
    offsets: &[u64],
    cancel: &Cancel,
    each: &mut impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
) -> Result<(), Error> {
    let mut scan = Scan::new(StreamSource::new(plain));
    let mut others = *before;
    while scan.next().map_err(|fault| outer_fault(fault, &scan))? {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let header = scan.header();
        if matches!(header.type_flag, b'1' | b'2' | b'5') || clean::name(&header.path) != *name {
            continue;
        }
        let mut head = vec![0; HEAD.min(usize::try_from(header.stored).unwrap_or(HEAD))];
        let count = scan
            .read_content(&mut head)
            .map_err(|fault| outer_fault(fault, &scan))?;
        head.truncate(count);
        let compression = match Content::of(&head) {
            Content::Tar(compression) if others == 0 => compression,
            Content::Tar(_) | Content::Empty => {
                others = others.saturating_sub(1);
                continue;
            }
            Content::Json | Content::Unknown => continue,
        };
        let rest = Rest {
            head: io::Cursor::new(head),
            scan: &mut scan,
            broken: None,
        };
        let unpacked = Unpacked::new(compression, rest)
            .map_err(|error| packed_fault(name, error, Place::plain(0)).unpacked())?;
        let what = format!("layer {name}");
        let read = read_from(StreamSource::new(unpacked), &what, offsets, cancel, each);
        return read.map_err(|error| match compression {
            Compression::None => error,
            Compression::Gzip | Compression::Zstd => error.unpacked(),
        });
    }
    Err(Error::MissingBlob {
        what: "layer".to_owned(),
        name: name.to_owned(),
    })
}
