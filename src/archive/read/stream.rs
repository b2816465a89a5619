//! Reads a stream: the image is chosen when the stream has ended, since old producers write their manifest last. `stream_scan` keeps what is needed until then.
//! A stream that is in the cache is not read.

use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use crate::archive::cancel::Cancel;
use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::error::Error;
use crate::archive::input::blob::Blob;
use crate::archive::input::stream_copy::StreamCopy;
use crate::archive::layer::blobs::{LayerBlobs, StreamedBlob};
use crate::archive::manifest::candidate::{Chosen, LayerRef};
use crate::archive::manifest::find_image::find_image;
use crate::archive::read::decompress::with_decompressed;
use crate::archive::read::digests::digests;
use crate::archive::read::finish::finish;
use crate::archive::read::kept_stream::StreamKey;
use crate::archive::read::layer_checks::{
    check, check_length, listing_of_absent_layer, not_a_layer,
};
use crate::archive::read::options::{Archive, ReadOptions, ReadProgress};
use crate::archive::read::proven;
use crate::archive::read::stream_scan::scan_stream;
use crate::archive::store::{Store, StreamContents, StreamedLayer};
use crate::image::{Compression, Listing};

/// Reads the image that `options` choose from a stream, compressed or not.
pub(super) fn read(
    stream: impl Read + Send,
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<Archive, Error> {
    let key = StreamKey::of_image(options);
    let kept = key.as_ref().map(|key| key.kept(options));
    if let Some((contents, _)) = kept.transpose()?.flatten() {
        let archive = finish_stream(contents, None, None, options, cancel, progress)?;
        let layers = archive.layers.unread();
        return Ok(Archive { layers, ..archive });
    }
    with_decompressed(stream, |plain| {
        let mut copying = StreamCopy::new(plain, options.keep);
        // Only parts that the image's digest proves are kept (`proven`), so layers are hashed if there is a key.
        let contents = scan_stream(&mut copying, key.is_some(), options, cancel, progress)?;
        let copy = copying.into_copy().map(Blob::file).transpose();
        let copy = copy.map_err(|source| Error::Io {
            what: "the copy of the stream".to_owned(),
            source,
        })?;
        let key = key.as_ref().map(|key| (key, &[][..]));
        finish_stream(contents, copy.as_ref(), key, options, cancel, progress)
    })
}

/// Returns the image of a stream that was scanned. `again` has the stream's bytes, if they can be read again. With a key, and the checkpoints of the stream,
/// what was scanned is kept.
pub(super) fn finish_stream(
    contents: StreamContents,
    again: Option<&Blob>,
    key: Option<(&StreamKey<'_>, &[Checkpoint])>,
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<Archive, Error> {
    let (mut chosen, mut contents, is_proven) = choose(contents, options)?;
    let key = key.filter(|(key, _)| key.keeps(&contents, is_proven));
    progress(ReadProgress::Headings(chosen.about.headings.clone()));
    if chosen.about.tags.is_empty() {
        chosen.about.tags.clone_from(&options.expected.tags);
    }
    let layer_key = key.map(|(key, _)| key);
    let TakenLayers { listings, blobs } = take_layers(
        &mut contents,
        &mut chosen,
        layer_key,
        again,
        options,
        cancel,
    )?;
    match key {
        Some((key, checkpoints)) => key.keep(contents, checkpoints),
        None => drop(contents),
    }
    let image = finish(chosen, listings, options.verify, &options.budget)?;
    let layers = match again {
        Some(bytes) => LayerBlobs::within(bytes, &blobs),
        None => LayerBlobs::not_kept(blobs),
    };
    Ok(Archive { image, layers })
}

/// Finds the image in a stream that was scanned. Also returns what is left of the stream, and whether the sender's id proves the image and its layers.
fn choose(
    contents: StreamContents,
    options: &ReadOptions,
) -> Result<(Chosen, StreamContents, bool), Error> {
    let mut store = Store::Stream(contents);
    let find = |store: &Store| {
        find_image(
            store,
            &options.choice,
            &options.reference,
            options.verify,
            options.provenance,
        )
    };
    let chosen = find(&store)?;
    let id = options.sender_id.as_deref();
    let proven = id.and_then(|id| proven::reduce(&mut store, &chosen, id, find));
    let Store::Stream(mut contents) = store else {
        return Err(Error::NoImage);
    };
    Ok(match proven {
        Some(proven) => {
            let is_proven = proven::prove_layers(&mut contents, &proven);
            (proven, contents, is_proven)
        }
        None => (chosen, contents, false),
    })
}

/// The layers of an image in a stream, bottom first.
struct TakenLayers {
    listings: Vec<Arc<Listing>>,
    /// Where their bytes are.
    blobs: Vec<Option<StreamedBlob>>,
}

/// Takes the layers of the image out of a stream, and checks them.
fn take_layers(
    contents: &mut StreamContents,
    chosen: &mut Chosen,
    key: Option<&StreamKey<'_>>,
    again: Option<&Blob>,
    options: &ReadOptions,
    cancel: &Cancel,
) -> Result<TakenLayers, Error> {
    let (mut listings, mut blobs) = (Vec::new(), Vec::new());
    let mut digests = HashMap::new();
    for (index, layer) in chosen.layers.iter().enumerate() {
        let listing = take_layer(contents, layer)?;
        let heading = &mut chosen.about.headings[index];
        let found = contents.find(&layer.name);
        if (listing.compression != Compression::None || chosen.as_stored)
            && let Some((_, found)) = found
        {
            heading.compressed = Some(found.stored);
        }
        let blob = found.map(|(name, found)| StreamedBlob {
            name: name.to_owned(),
            before: found.before,
            start: found.start,
            stored: found.stored,
            compression: listing.compression,
            cache_name: found.cache_name.clone().or_else(|| {
                let name = key.and_then(|key| key.layer_name(found));
                name.map(Arc::from)
            }),
        });
        let diff_id = heading.diff_id.as_deref();
        if options.verify {
            check(layer, diff_id, &listing, listing.digests.as_ref())?;
        } else if listing.missing_end_at.is_some()
            && let Some(blob) = &blob
        {
            check_unended(
                (layer, diff_id),
                &listing,
                (blob, again),
                &mut digests,
                cancel,
            )?;
        }
        blobs.push(blob);
        listings.push(listing);
    }
    Ok(TakenLayers { listings, blobs })
}

/// Checks a layer whose tar lacks its end: by its digests, which are computed once per blob, or by its length if the stream was not kept.
fn check_unended(
    (layer, diff_id): (&LayerRef, Option<&str>),
    listing: &Listing,
    (blob, again): (&StreamedBlob, Option<&Blob>),
    known: &mut HashMap<String, (String, String)>,
    cancel: &Cancel,
) -> Result<(), Error> {
    if listing.digests.is_some() {
        return check(layer, diff_id, listing, listing.digests.as_ref());
    }
    let Some(again) = again else {
        return check_length(layer, listing, blob.stored);
    };
    if !known.contains_key(&blob.name) {
        let bytes = again.part(blob.start, blob.stored);
        let of = (layer, diff_id);
        let digests = digests((&bytes, blob.compression), of, None, cancel)?;
        known.insert(blob.name.clone(), digests);
    }
    check(layer, diff_id, listing, known.get(&blob.name))
}

/// Returns a layer's listing; the same one where several layers share a blob.
fn take_layer(contents: &mut StreamContents, layer: &LayerRef) -> Result<Arc<Listing>, Error> {
    let name = contents.links.follow(&layer.name).to_owned();
    match contents.layers.get_mut(&name) {
        Some(StreamedLayer {
            listing: Ok(listing),
            ..
        }) => Ok(Arc::clone(listing)),
        Some(broken) => {
            let missing = Error::MissingBlob {
                what: "layer".to_owned(),
                name,
            };
            std::mem::replace(&mut broken.listing, Err(missing))
        }
        None if layer.foreign => Ok(Arc::new(listing_of_absent_layer(&name))),
        None => {
            let target = contents.links.target(&layer.name).map(str::to_owned);
            let not_a_layer = contents.head(&name).map(|head| not_a_layer(layer, head));
            Err(not_a_layer.unwrap_or_else(|| Error::missing("layer", &layer.name, target)))
        }
    }
}
