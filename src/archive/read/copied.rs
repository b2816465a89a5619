//! Copies a stream whose layers a cache has listed, so that their contents can be read. Lists nothing.

use std::collections::{HashMap, HashSet};
use std::io::Read;

use crate::archive::cancel::Cancel;
use crate::archive::diagnose::archive_error;
use crate::archive::error::Error;
use crate::archive::input::blob::Blob;
use crate::archive::input::byte_source::StreamSource;
use crate::archive::input::stream_copy::StreamCopy;
use crate::archive::layer::blobs::{LayerBlobs, StreamedBlob};
use crate::archive::read::decompress::with_decompressed;
use crate::archive::safe_names;
use crate::archive::tar::reader::TarReader;

/// Copies a stream to an unnamed file, and returns where these layers are in it. If no disk has room, each read of a layer needs the stream again.
///
/// # Errors
/// [`Error`] when the stream cannot be read, or does not have the layers.
pub fn copy_layers(
    stream: impl Read + Send,
    layers: &LayerBlobs,
    cancel: &Cancel,
) -> Result<LayerBlobs, Error> {
    with_decompressed(stream, |plain| {
        let mut copying = StreamCopy::new(plain, true);
        let names = layers.all_streamed().flatten().map(|blob| &*blob.name);
        let found = ranges(&mut copying, &names.collect(), cancel)?;
        let blobs = layers.all_streamed().map(|blob| {
            let Some(blob) = blob else {
                return Ok(None);
            };
            match found.get(&blob.name) {
                Some(&(start, stored)) if stored == blob.stored => Ok(Some(StreamedBlob {
                    start,
                    ..blob.clone()
                })),
                _ => Err(Error::Reopen("it has other layers now".into())),
            }
        });
        let blobs = blobs.collect::<Result<Vec<_>, _>>()?;
        let copy = copying.into_copy().map(Blob::file).transpose();
        let copy = copy.map_err(|source| Error::Io {
            what: "the copy of the stream".to_owned(),
            source,
        })?;
        Ok(match copy {
            Some(copy) => LayerBlobs::within(&copy, &blobs),
            None => LayerBlobs::not_kept(blobs),
        })
    })
}

/// Returns the ranges of the files with these names: offset and length. The last of several files with one name counts.
fn ranges(
    stream: &mut (dyn Read + Send),
    names: &HashSet<&str>,
    cancel: &Cancel,
) -> Result<HashMap<String, (u64, u64)>, Error> {
    let mut tar = TarReader::new(StreamSource::new(stream));
    let mut found = HashMap::new();
    while tar.next().map_err(|error| archive_error(error, &tar))? {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let header = tar.header();
        let name = safe_names::normalized(&header.path);
        if !matches!(header.type_flag, b'1' | b'2' | b'5') && names.contains(&*name) {
            found.insert(name, (tar.position(), header.stored));
        }
    }
    Ok(found)
}
