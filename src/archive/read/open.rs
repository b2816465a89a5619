//! The entry to reading: detects the kind of input and chooses the reader. Reads the first bytes only.

use std::io;
use std::sync::Arc;

use crate::archive::cancel::Cancel;
use crate::archive::compression::detect::{BlobKind, HEAD};
use crate::archive::error::Error;
use crate::archive::input::blob::{Blob, Input};
use crate::archive::read::options::{Archive, ReadOptions, ReadProgress};
use crate::archive::read::{compressed, seekable, stream};
use crate::archive::store::{Remote, Store};
use crate::image::{Compression, Warning};

/// Reads an image from an archive.
///
/// # Errors
/// [`Error`] when there is no image, when there are several and none is chosen, or when it cannot be read completely.
pub fn read(
    input: Input,
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<Archive, Error> {
    if options.shallow && matches!(input, Input::Stream(_)) {
        return Err(Error::NotShallow);
    }
    match input {
        Input::Folder(folder) => {
            let cache = options.cache.clone().filter(|_| !options.verify);
            let store = Store::Folder(folder, cache);
            let archive = seekable::read(&store, options, cancel, progress);
            archive.map_err(|error| match error {
                Error::NoImage => Error::NoLayout,
                other => other,
            })
        }
        Input::Fetched(fetch) => {
            let store = Store::Fetched(Remote::new(Arc::clone(&fetch), cancel));
            let mut archive = seekable::read(&store, options, cancel, progress)?;
            let warning = |text| Warning { layer: None, text };
            let warnings = fetch.warnings().into_iter().map(warning);
            archive.image.warnings.extend(warnings);
            Ok(archive)
        }
        Input::Stream(stream) => stream::read(stream, options, cancel, progress),
        Input::At(bytes) => {
            let length = bytes.length();
            read_blob(Blob::new(bytes, length), options, cancel, progress)
        }
        Input::File(file) => {
            let blob = Blob::file(file).map_err(io_error)?;
            read_blob(blob, options, cancel, progress)
        }
    }
}

/// Reads an image from the bytes of an archive.
fn read_blob(
    blob: Blob,
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<Archive, Error> {
    let mut head = [0; HEAD];
    let count = blob.read_at(0, &mut head).map_err(io_error)?;
    match BlobKind::of(&head[..count]) {
        BlobKind::Empty => Err(Error::Empty),
        BlobKind::Tar(Compression::Gzip | Compression::Zstd) if options.shallow => {
            Err(Error::NotShallow)
        }
        BlobKind::Tar(compression @ (Compression::Gzip | Compression::Zstd)) => {
            compressed::read(&blob, compression, options, cancel, progress)
        }
        _ => seekable::read(
            &Store::index(blob, &options.budget, cancel)?,
            options,
            cancel,
            progress,
        ),
    }
}

fn io_error(source: io::Error) -> Error {
    Error::Io {
        what: "the archive".to_owned(),
        source,
    }
}
