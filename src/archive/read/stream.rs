//! Archives that pass once: what is meant is found when the stream has ended, since old producers write their manifest last. How it goes by is
//! `pass`'s.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use super::super::blob::Blob;
use super::super::compression::{Content, HEAD, Unpacked};
use super::super::content::{Gone, Layers};
use super::super::error::Error;
use super::super::manifest::{self, Chosen, LayerRef};
use super::super::overlap::overlapped;
use super::super::spool::Spooled;
use super::super::store::{Passed, PassedLayer, Store};
use super::pass::pass;
use super::{Archive, Cancel, Options, Progress, check, finish, unknown};
use crate::image::{Compression, Listing};

/// Reads the image that `options` choose from a stream, packed or not.
pub(super) fn read(
    stream: impl Read + Send,
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Archive, Error> {
    unpacked(stream, |plain| read_plain(plain, options, cancel, progress))
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
            overlapped(unpacked, |ahead| work(Box::new(ahead)))
        }
        _ => work(Box::new(whole)),
    }
}

/// Reads the image from a stream that is a plain tar.
pub(super) fn read_plain(
    stream: impl Read + Send,
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Archive, Error> {
    let mut spooled = Spooled::new(stream, options.keep);
    let passed = pass(&mut spooled, options, cancel, progress)?;
    let store = Store::Passed(passed);
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
        let name = passed.links.follow(&layer.name).to_owned();
        let before = passed.layers.get(&name).map_or(0, |layer| layer.before);
        gone.push(Gone { name, before });
        let (listing, stored) = take_layer(&mut passed, layer)?;
        if options.verify || listing.unended.is_some() {
            check(
                layer,
                chosen.about.headings[place].diff_id.as_deref(),
                &listing,
            )?;
        }
        if listing.compression != Compression::None || chosen.as_stored {
            chosen.about.headings[place].stored = stored;
        }
        listings.push(listing);
    }
    drop(passed);
    let layers = match spooled.into_copy() {
        Some(copy) => find_again(copy, &chosen, &listings, cancel)?,
        None => Layers::gone(gone),
    };
    Ok(Archive {
        image: finish(chosen, listings, options)?,
        layers,
    })
}

/// Finds the layers in the copy of the stream.
fn find_again(
    copy: File,
    chosen: &Chosen,
    listings: &[Arc<Listing>],
    cancel: &Cancel,
) -> Result<Layers, Error> {
    let blob = Blob::whole(copy).map_err(|source| Error::Io {
        what: "the copy of the stream".to_owned(),
        source,
    })?;
    let store = Store::index(blob, cancel)?;
    let find = |(layer, listing): (&LayerRef, &Arc<Listing>)| {
        Ok(store
            .blob(&layer.name)?
            .map(|blob| (blob, listing.compression)))
    };
    Ok(Layers::new(
        chosen
            .layers
            .iter()
            .zip(listings)
            .map(find)
            .collect::<Result<_, Error>>()?,
    ))
}

/// Returns a layer's listing; the same one again when several layers share a blob.
fn take_layer(passed: &mut Passed, layer: &LayerRef) -> Result<(Arc<Listing>, Option<u64>), Error> {
    let name = passed.links.follow(&layer.name).to_owned();
    match passed.layers.get_mut(&name) {
        Some(PassedLayer {
            listing: Ok(listing),
            stored,
            ..
        }) => Ok((Arc::clone(listing), Some(*stored))),
        Some(broken) => {
            let gone = Error::MissingBlob {
                what: "layer".to_owned(),
                name,
            };
            std::mem::replace(&mut broken.listing, Err(gone)).map(|listing| (listing, None))
        }
        None if layer.foreign => {
            let mut listing = Listing::new(Compression::None);
            listing.warnings.push(format!(
                "its blob {name} is kept elsewhere and is not in the archive"
            ));
            Ok((Arc::new(listing), None))
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
