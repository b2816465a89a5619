//! Reads a stream: the image is chosen when the stream has ended, since old producers write their manifest last. `stream_scan` keeps what is needed
//! until then.

use std::io::Read;
use std::sync::Arc;

use crate::archive::cancel::Cancel;
use crate::archive::error::Error;
use crate::archive::input::blob::Blob;
use crate::archive::input::stream_copy::StreamCopy;
use crate::archive::layer::blobs::{LayerBlobs, StreamedBlob};
use crate::archive::manifest::candidate::LayerRef;
use crate::archive::manifest::find_image::find_image;
use crate::archive::read::decompress::with_decompressed;
use crate::archive::read::finish::finish;
use crate::archive::read::layer_checks::{check, listing_of_absent_layer, not_a_layer};
use crate::archive::read::options::{Archive, ReadOptions, ReadProgress};
use crate::archive::read::stream_scan::scan_stream;
use crate::archive::store::{Store, StreamContents, StreamedLayer};
use crate::image::{Compression, Image, Listing};

/// Reads the image that `options` choose from a stream, compressed or not.
pub(super) fn read(
    stream: impl Read + Send,
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<Archive, Error> {
    with_decompressed(stream, |plain| {
        let mut copying = StreamCopy::new(plain, options.keep);
        let (image, blobs) = read_tar(&mut copying, options, cancel, progress)?;
        let layers = match copying.into_copy() {
            Some(copy) => {
                let copy = Blob::file(copy).map_err(|source| Error::Io {
                    what: "the copy of the stream".to_owned(),
                    source,
                })?;
                LayerBlobs::within(&copy, &blobs)
            }
            None => LayerBlobs::not_kept(blobs),
        };
        Ok(Archive { image, layers })
    })
}

/// Reads the image from a stream that is a plain tar; also returns where its layers are in the stream.
pub(super) fn read_tar(
    stream: &mut (dyn Read + Send),
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<(Image, Vec<Option<StreamedBlob>>), Error> {
    let store = Store::Stream(scan_stream(stream, options, cancel, progress)?);
    let mut chosen = find_image(
        &store,
        &options.choice,
        &options.reference,
        options.verify,
        options.build_time,
    )?;
    progress(ReadProgress::Headings(chosen.about.headings.clone()));
    if chosen.about.tags.is_empty() {
        chosen.about.tags.clone_from(&options.expected.tags);
    }
    let Store::Stream(mut contents) = store else {
        return Err(Error::NoImage);
    };
    let (mut listings, mut blobs) = (Vec::new(), Vec::new());
    for (index, layer) in chosen.layers.iter().enumerate() {
        let listing = take_layer(&mut contents, layer)?;
        if options.verify || listing.unended.is_some() {
            check(
                layer,
                chosen.about.headings[index].diff_id.as_deref(),
                &listing,
            )?;
        }
        let found = contents.find(&layer.name);
        if (listing.compression != Compression::None || chosen.as_stored)
            && let Some((_, found)) = found
        {
            chosen.about.headings[index].compressed = Some(found.stored);
        }
        blobs.push(found.map(|(name, found)| StreamedBlob {
            name: name.to_owned(),
            before: found.before,
            start: found.start,
            stored: found.stored,
            compression: listing.compression,
        }));
        listings.push(listing);
    }
    drop(contents);
    let image = finish(chosen, listings, options.verify, &options.budget)?;
    Ok((image, blobs))
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
