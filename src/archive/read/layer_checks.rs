//! Checks of one layer that was listed, and the errors of one that was not. Reads nothing.

use crate::archive::diagnose::{decompression_error, nested_compression};
use crate::archive::digest::Algorithm;
use crate::archive::error::{Error, Position};
use crate::archive::first_bytes::FirstBytes;
use crate::archive::layer::listing::ListError;
use crate::archive::manifest::candidate::LayerRef;
use crate::archive::read::digests::algorithm;
use crate::archive::tar::error::TarError;
use crate::image::{Compression, Listing};

/// Returns the listing of a blob without bytes, which may be truncated. Its digests are of the same algorithms as the expected ones, of blob and tar.
pub(super) fn empty(of_blob: Option<&str>, of_tar: Option<&str>) -> Listing {
    let digest = |expected| algorithm(expected).digest(&[]);
    let mut listing = Listing::new(Compression::None);
    listing.warnings.push("its blob is empty".to_owned());
    listing.missing_end_at = Some(0);
    listing.digests = Some((digest(of_blob), digest(of_tar)));
    listing
}

/// Returns the listing of a layer whose blob is not in the archive by design.
pub(super) fn listing_of_absent_layer(name: &str) -> Listing {
    let mut listing = Listing::new(Compression::None);
    listing.missing = true;
    listing.warnings.push(format!(
        "its blob {name} is stored elsewhere and is not in the archive: its size and files are unknown"
    ));
    listing
}

/// Returns the listing of a layer that is not to be read. Its media type names its compression (OCI image spec, "Media Types"; Docker's ends in `.gzip`).
pub(super) fn unread(layer: &LayerRef) -> Listing {
    let media_type = layer.media_type.as_str();
    let mut listing = Listing::new(if media_type.ends_with("gzip") {
        Compression::Gzip
    } else if media_type.ends_with("zstd") {
        Compression::Zstd
    } else {
        Compression::None
    });
    listing.missing = true;
    listing
}

/// Returns the error of a layer that cannot be listed, which occurred at `position`.
pub(super) fn layer_error(
    error: ListError,
    layer: &LayerRef,
    compression: Compression,
    position: u64,
) -> Error {
    let at = |byte| position_in(byte, compression);
    let what = || format!("layer {}", layer.name);
    match error {
        ListError::Cancelled => Error::Cancelled,
        ListError::TooLarge(error) => Error::too_large(what(), error),
        ListError::Tar(TarError::Truncated(byte)) => Error::Truncated {
            what: what(),
            at: at(byte),
        },
        ListError::Tar(TarError::NotTar(head)) => not_a_layer(layer, &head),
        ListError::Tar(TarError::Io(source)) => decompression_error(&what(), source, at(position)),
    }
}

/// Returns a position in the tar of a blob.
fn position_in(byte: u64, compression: Compression) -> Position {
    Position {
        decompressed: compression != Compression::None,
        ..Position::plain(byte)
    }
}

/// Returns the error of a blob that is not a tar: of unknown compression, or compressed twice.
pub(super) fn not_a_layer(layer: &LayerRef, head: &[u8]) -> Error {
    if let Some(compression) = nested_compression(head) {
        return Error::LayerCompressedTwice {
            name: layer.name.clone(),
            compression,
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
        head: FirstBytes::of(head),
    }
}

/// Compares the digests of a layer's blob and of its tar with those in manifest and config, if they were computed. A tar without its end is truncated where
/// they differ.
pub(super) fn check(
    layer: &LayerRef,
    diff_id: Option<&str>,
    listing: &Listing,
    digests: Option<&(String, String)>,
) -> Result<(), Error> {
    let Some((blob, tar)) = digests else {
        return Ok(());
    };
    let mismatch = |what: &str, expected: &str, found: &str| {
        let differs = same_algorithm(expected, found) && expected != found;
        differs.then(|| match listing.missing_end_at {
            Some(end) => truncated(layer, listing, end),
            None => Error::Digest {
                what: what.to_owned(),
                name: expected.to_owned(),
                found: found.to_owned(),
            },
        })
    };
    let expected = layer.expected_digest();
    if let Some(error) = expected.and_then(|expected| mismatch("blob", &expected, blob)) {
        return Err(error);
    }
    diff_id
        .and_then(|expected| mismatch("layer with diff_id", expected, tar))
        .map_or(Ok(()), Err)
}

/// Checks the length of a blob whose tar lacks its end against the manifest's; a blob that is read once can be checked by nothing else.
pub(super) fn check_length(layer: &LayerRef, listing: &Listing, stored: u64) -> Result<(), Error> {
    match (listing.missing_end_at, layer.size) {
        (Some(end), Some(size)) if stored < size => Err(truncated(layer, listing, end)),
        _ => Ok(()),
    }
}

fn truncated(layer: &LayerRef, listing: &Listing, end: u64) -> Error {
    Error::Truncated {
        what: format!("layer {}", layer.name),
        at: position_in(end, listing.compression),
    }
}

/// Returns whether two digests have the same, known algorithm.
pub(super) fn same_algorithm(one: &str, other: &str) -> bool {
    Algorithm::of(one).is_some() && Algorithm::of(one) == Algorithm::of(other)
}
