//! Reads contents of a stream that was not kept: the caller provides the stream again, and only one layer of it is read.

use std::io::{self, Read};

use crate::archive::cancel::Cancel;
use crate::archive::compression::detect::BlobKind;
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::diagnose::{archive_error, decompression_error};
use crate::archive::error::{Error, Position};
use crate::archive::input::byte_source::StreamSource;
use crate::archive::layer::blobs::StreamedBlob;
use crate::archive::layer::contents::read_from;
use crate::archive::read::decompress::with_decompressed;
use crate::archive::read::entry_reader::{EntryReader, read_head};
use crate::archive::safe_names;
use crate::archive::tar::content::Piece;
use crate::archive::tar::reader::TarReader;
use crate::image::Compression;

/// Passes contents of a blob to `each`, as [`LayerBlobs::read`](crate::archive::LayerBlobs::read) does for a layer that was kept.
///
/// # Errors
/// [`Error`] when the stream cannot be read or does not contain the blob any more.
pub fn reread(
    stream: impl Read + Send,
    blob: &StreamedBlob,
    offsets: &[u64],
    cancel: &Cancel,
    mut each: impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
) -> Result<(), Error> {
    with_decompressed(stream, |plain| {
        find(plain, blob, offsets, cancel, &mut each)
    })
}

/// Finds the blob in a plain tar and reads its contents.
fn find(
    plain: impl Read + Send,
    StreamedBlob { name, before, .. }: &StreamedBlob,
    offsets: &[u64],
    cancel: &Cancel,
    each: &mut impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
) -> Result<(), Error> {
    let mut tar = TarReader::new(StreamSource::new(plain));
    let mut others = *before;
    while tar.next().map_err(|error| archive_error(error, &tar))? {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let header = tar.header();
        let is_file = !matches!(header.type_flag, b'1' | b'2' | b'5');
        if !is_file || safe_names::normalized(&header.path) != *name {
            continue;
        }
        let head = read_head(&mut tar)?;
        let compression = match BlobKind::of(&head) {
            BlobKind::Tar(compression) if others == 0 => compression,
            BlobKind::Tar(_) | BlobKind::Empty => {
                others = others.saturating_sub(1);
                continue;
            }
            BlobKind::Json | BlobKind::Unknown => continue,
        };
        let bytes = Decompressor::new(compression, EntryReader::new(head, &mut tar))
            .map_err(|error| decompression_error(name, error, Position::plain(0)).decompressed())?;
        let what = format!("layer {name}");
        let read = read_from(StreamSource::new(bytes), &what, offsets, cancel, each);
        return read.map_err(|error| match compression {
            Compression::None => error,
            Compression::Gzip | Compression::Zstd => error.decompressed(),
        });
    }
    Err(Error::MissingBlob {
        what: "layer".to_owned(),
        name: name.to_owned(),
    })
}
