//! The way through: input → store → chosen image → listings → image. Seekable layers are read in parallel, a stream as it comes.

mod decide;
mod entry_reader;
mod partial;
mod reread;
mod seekable;
mod stream;
mod stream_scan;

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;

use crate::image::{
    Compression, Description, Image, LayerHeading, LayerId, Listing, Warning, assemble,
};

use crate::archive::blob::{Blob, Input};
use crate::archive::cancel::Cancel;
use crate::archive::clean;
use crate::archive::compression::{Content, HEAD};
use crate::archive::error::{Error, Place};
use crate::archive::fault::{Fault, packed_again, packed_fault};
use crate::archive::layer::ListFault;
use crate::archive::layers::Layers;
use crate::archive::manifest::{Choice, Chosen, LayerRef};
use crate::archive::store::Store;
use crate::archive::verify::{Algorithm, digest_of};

pub use reread::read_again;

/// How to read.
#[derive(Clone, Debug)]
pub struct Options {
    /// What the user asked for, as the image's title.
    pub reference: String,
    /// Which image.
    pub choice: Choice,
    /// Whether every digest is checked; reads every byte.
    pub verify: bool,
    /// Whether layers that are read are handed out while others are still to come.
    pub partial: bool,
    /// What the stream's sender said of the image before: its layers can then be told before the manifest comes, and its names when the
    /// archive has none. Empty when nothing was said.
    pub expected: Description,
    /// Whether a stream is copied to disk as it passes, if there is room, so that contents can be read later.
    pub keep: bool,
    /// On how many cores.
    pub threads: NonZeroUsize,
}

/// How far reading has come.
#[derive(Clone, Debug)]
pub enum Progress {
    /// What is known of the layers, bottom first, before they are read.
    Headings(Vec<LayerHeading>),
    /// A layer: stored bytes so far and in all.
    Layer {
        /// Which.
        layer: LayerId,
        /// Bytes read so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The archive as a whole, where it passes.
    Stream {
        /// Bytes so far: of a file its own, of a stream what it unpacks to.
        done: u64,
        /// Bytes in all, where that is known.
        total: Option<u64>,
    },
    /// The image with the layers that are read, the others empty.
    Partial(Arc<Image>),
}

/// An archive that was read: the image, and where its layers lie.
#[derive(Debug)]
pub struct Archive {
    /// The image.
    pub image: Image,
    /// The way back to its contents.
    pub layers: Layers,
}

/// Reads an image from an archive.
///
/// # Errors
/// [`Error`] when there is no image, several to choose from, or when it cannot be read whole.
pub fn read(
    input: Input,
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Archive, Error> {
    match input {
        Input::Folder(folder) => seekable::read(&Store::Folder(folder), options, cancel, progress)
            .map_err(|error| match error {
                Error::NoImage => Error::NoLayout,
                other => other,
            }),
        Input::Stream(stream) => stream::read(stream, options, cancel, progress),
        Input::File(file) => {
            let io_error = |source: io::Error| Error::Io {
                what: "the archive".to_owned(),
                source,
            };
            let blob = Blob::whole(file).map_err(io_error)?;
            let mut head = [0; HEAD];
            let count = blob.read_at(0, &mut head).map_err(io_error)?;
            match Content::of(&head[..count]) {
                Content::Empty => Err(Error::Empty),
                Content::Tar(packed @ (Compression::Gzip | Compression::Zstd)) => {
                    stream::read_packed(blob, packed, options, cancel, progress)
                }
                _ => seekable::read(&Store::index(blob, cancel)?, options, cancel, progress),
            }
        }
    }
}

/// Tells how far a layer has come, if it is known which one it is.
fn tell_layer(place: Option<usize>, done: u64, total: u64, progress: &impl Fn(Progress)) {
    if let Some(layer) = place.and_then(|place| u32::try_from(place).ok()) {
        let layer = LayerId(layer);
        progress(Progress::Layer { layer, done, total });
    }
}

/// Puts the image together from its listings.
fn finish(chosen: Chosen, listings: Vec<Arc<Listing>>, options: &Options) -> Result<Image, Error> {
    let unverified = options.verify.then(|| unverified(&chosen, &listings));
    let mut image = assemble(chosen.about, listings)?;
    let unverified = unverified.filter(|count| *count > 0).map(|count| {
        format!("{count} layer(s) were not verified unpacked: no digest of that is known")
    });
    let of_all = chosen.warnings.into_iter().chain(unverified);
    let warning = |text| Warning { layer: None, text };
    image.warnings.extend(of_all.map(warning));
    Ok(image)
}

/// Counts the layers of which only the blob could be verified.
fn unverified(chosen: &Chosen, listings: &[Arc<Listing>]) -> usize {
    let headings = chosen.about.headings.iter();
    headings
        .zip(listings)
        .filter_map(|(heading, listing)| Some((&heading.diff_id, listing.digests.as_ref()?)))
        .filter(|(promised, (_, found))| !promised.as_ref().is_some_and(|id| are_alike(id, found)))
        .count()
}

/// Returns whether two digests are made in the same, known way.
fn are_alike(one: &str, other: &str) -> bool {
    Algorithm::of(one).is_some() && Algorithm::of(one) == Algorithm::of(other)
}

/// Returns the listing of a blob without a byte: perhaps there were some.
fn empty() -> Listing {
    let sum = digest_of(&[]);
    let mut listing = Listing::new(Compression::None);
    listing.warnings.push("its blob is empty".to_owned());
    listing.unended = Some(0);
    listing.digests = Some((sum.clone(), sum));
    listing
}

/// Says what a listing's failure means for the user.
fn layer_fault(
    fault: ListFault,
    layer: &LayerRef,
    compression: Compression,
    position: u64,
) -> Error {
    let at = |byte| place(byte, compression);
    let what = || format!("layer {}", layer.name);
    match fault {
        ListFault::Cancelled => Error::Cancelled,
        ListFault::TooLarge(error) => Error::TooLarge(error),
        ListFault::Tar(Fault::Truncated(byte)) => Error::Truncated {
            what: what(),
            at: at(byte),
        },
        ListFault::Tar(Fault::NotTar(head)) => unknown(layer, &head),
        ListFault::Tar(Fault::Io(source)) => packed_fault(&what(), source, at(position)),
    }
}

/// Returns a place in the tar of a blob.
fn place(byte: u64, compression: Compression) -> Place {
    Place {
        unpacked: compression != Compression::None,
        ..Place::plain(byte)
    }
}

/// Says that a layer is packed in no known way, or once too often.
fn unknown(layer: &LayerRef, head: &[u8]) -> Error {
    if let Some(packing) = packed_again(head) {
        return Error::LayerPackedTwice {
            name: layer.name.clone(),
            packing,
        };
    }
    let media_type = if layer.media_type.is_empty() {
        "no media type"
    } else {
        &layer.media_type
    };
    Error::UnknownCompression {
        name: layer.name.clone(),
        media_type: media_type.to_owned(),
        magic: clean::magic(head),
    }
}

/// Compares what was summed up while reading with what manifest and config promise. A tar without its end was longer where they differ.
fn check(layer: &LayerRef, diff_id: Option<&str>, listing: &Listing) -> Result<(), Error> {
    let Some((blob, tar)) = &listing.digests else {
        return Ok(());
    };
    let wrong = |what: &str, promised: &str, found: &str| {
        let other = are_alike(promised, found) && promised != found;
        other.then(|| match listing.unended {
            Some(end) => Error::Truncated {
                what: format!("layer {}", layer.name),
                at: place(end, listing.compression),
            },
            None => Error::Digest {
                what: what.to_owned(),
                name: promised.to_owned(),
                found: found.to_owned(),
            },
        })
    };
    let promised = layer.promised();
    if let Some(error) = promised.and_then(|promised| wrong("blob", &promised, blob)) {
        return Err(error);
    }
    diff_id
        .and_then(|promised| wrong("layer with diff_id", promised, tar))
        .map_or(Ok(()), Err)
}
