//! Archives that pass once: what is meant is found when the stream has ended, since old producers write their manifest last. How it goes by is
//! `pass`'s.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::archive::blob::Blob;
use crate::archive::compression::{Content, HEAD, Unpacked};
use crate::archive::error::{Error, Place};
use crate::archive::fault::packed_fault;
use crate::archive::gunzip::{GRID, Gunzip};
use crate::archive::layers::{Gone, Layers};
use crate::archive::manifest::{self, LayerRef};
use crate::archive::overlap::overlapped;
use crate::archive::packed::Packed;
use crate::archive::read::stream_scan::pass;
use crate::archive::read::{Archive, Cancel, Options, Progress, check, finish, unknown};
use crate::archive::spool::Spooled;
use crate::archive::store::{Passed, PassedLayer, Store};
use crate::image::{Compression, Image, Listing};

/// Reads the image that `options` choose from a stream, packed or not.
pub(super) fn read(
    stream: impl Read + Send,
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Archive, Error> {
    unpacked(stream, |plain| {
        let mut spooled = Spooled::new(plain, options.keep);
        let (image, gone) = read_plain(&mut spooled, options, cancel, progress)?;
        let layers = match spooled.into_copy() {
            Some(copy) => {
                let copy = Blob::whole(copy).map_err(|source| Error::Io {
                    what: "the copy of the stream".to_owned(),
                    source,
                })?;
                Layers::within(&copy, &gone)
            }
            None => Layers::gone(gone),
        };
        Ok(Archive { image, layers })
    })
}

/// Reads the image that `options` choose from a file that is packed as a whole. It goes by like a stream, and can be read again at any place.
pub(super) fn read_packed(
    blob: Blob,
    compression: Compression,
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Archive, Error> {
    let fault = |error| packed_fault("the archive", error, Place::plain(0)).unpacked();
    let (watched, reached) = blob.watched();
    // How much is left to read of a file says how long that takes; how much it unpacks to is not known.
    let progress = &|told| {
        progress(match told {
            Progress::Stream { .. } => Progress::Stream {
                done: reached.load(Ordering::Relaxed),
                total: Some(blob.len()),
            },
            told => told,
        });
    };
    let (read, marks) = if compression == Compression::Gzip {
        let mut plain = Gunzip::marking(watched, options.threads, GRID).map_err(fault)?;
        let read = read_plain(&mut plain, options, cancel, progress);
        (read, plain.into_marks())
    } else {
        let plain = Unpacked::new(compression, watched.reader(0)).map_err(fault)?;
        let read = overlapped(plain, |ahead| read_plain(ahead, options, cancel, progress));
        (read, Vec::new())
    };
    let (image, gone) = read.map_err(Error::unpacked)?;
    let plain = Blob::unpacked(Packed::new(blob, compression, marks));
    let layers = Layers::within(&plain, &gone);
    Ok(Archive { image, layers })
}

/// Runs `work` on a stream whose packing, if it has one, has been taken off.
pub(super) fn unpacked<T>(
    mut stream: impl Read + Send,
    work: impl FnOnce(Box<dyn Read + Send + '_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let io_error = |source| Error::Io {
        what: "the archive".to_owned(),
        source,
    };
    let mut head = Vec::with_capacity(HEAD);
    stream
        .by_ref()
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(io_error)?;
    let content = Content::of(&head);
    let whole = io::Cursor::new(head).chain(stream);
    match content {
        Content::Empty => Err(Error::Empty),
        Content::Tar(packed @ (Compression::Gzip | Compression::Zstd)) => {
            let unpacked = Unpacked::new(packed, whole).map_err(io_error)?;
            overlapped(unpacked, |ahead| work(Box::new(ahead))).map_err(Error::unpacked)
        }
        _ => work(Box::new(whole)),
    }
}

/// Reads the image from a stream that is a plain tar; also returns where in it the layers stand.
fn read_plain(
    stream: impl Read + Send,
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<(Image, Vec<Option<Gone>>), Error> {
    let store = Store::Passed(pass(stream, options, cancel, progress)?);
    let mut chosen = manifest::choose(&store, &options.choice, &options.reference, options.verify)?;
    progress(Progress::Headings(chosen.about.headings.clone()));
    if chosen.about.tags.is_empty() {
        chosen.about.tags.clone_from(&options.expected.tags);
    }
    let Store::Passed(mut passed) = store else {
        return Err(Error::NoImage);
    };
    let (mut listings, mut gone) = (Vec::new(), Vec::new());
    for (place, layer) in chosen.layers.iter().enumerate() {
        let listing = take_layer(&mut passed, layer)?;
        if options.verify || listing.unended.is_some() {
            check(
                layer,
                chosen.about.headings[place].diff_id.as_deref(),
                &listing,
            )?;
        }
        let found = passed.find(&layer.name);
        if (listing.compression != Compression::None || chosen.as_stored)
            && let Some((_, found)) = found
        {
            chosen.about.headings[place].compressed = Some(found.stored);
        }
        gone.push(found.map(|(name, found)| Gone {
            name: name.to_owned(),
            before: found.before,
            start: found.start,
            stored: found.stored,
            compression: listing.compression,
        }));
        listings.push(listing);
    }
    drop(passed);
    Ok((finish(chosen, listings, options)?, gone))
}

/// Returns a layer's listing; the same one again when several layers share a blob.
fn take_layer(passed: &mut Passed, layer: &LayerRef) -> Result<Arc<Listing>, Error> {
    let name = passed.links.follow(&layer.name).to_owned();
    match passed.layers.get_mut(&name) {
        Some(PassedLayer {
            listing: Ok(listing),
            ..
        }) => Ok(Arc::clone(listing)),
        Some(broken) => {
            let gone = Error::MissingBlob {
                what: "layer".to_owned(),
                name,
            };
            std::mem::replace(&mut broken.listing, Err(gone))
        }
        None if layer.foreign => {
            let mut listing = Listing::new(Compression::None);
            listing.warnings.push(format!(
                "its blob {name} is kept elsewhere and is not in the archive"
            ));
            Ok(Arc::new(listing))
        }
        None => Err(match passed.head(&name) {
            Some(head) => unknown(layer, head),
            None => Error::MissingBlob {
                what: "layer".to_owned(),
                name: layer.name.clone(),
            },
        }),
    }
}
