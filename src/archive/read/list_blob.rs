//! Lists a layer whose blob can be read at any offset. Only the headers of a plain layer are read; the index of a compressed one is kept in a cache and taken
//! from there when the same bytes are opened again. `layer` decides how a layer is listed.
//!
//! What an archive writes about itself is a claim. An index is kept for a digest only after the blob's bytes were hashed, and taken for a file's bytes
//! only after those were hashed, now or before, with the file unchanged since.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::sync::atomic::Ordering;
use std::thread::{self, Builder};

use crate::archive::cancel::{Cancel, UntilCancelled};
use crate::archive::compression::detect::{BlobKind, HEAD};
use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::compression::gzip::format::GRID;
use crate::archive::compression::gzip::reader::GzipReader;
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::diagnose::decompression_error;
use crate::archive::digest::{Algorithm, HashingReader, digest_of_all};
use crate::archive::error::{Error, Position};
use crate::archive::input::blob::{Blob, BlobReader};
use crate::archive::input::byte_source::SeekSource;
use crate::archive::input::file_identity::BlobPlace;
use crate::archive::input::read_ahead::with_read_ahead;
use crate::archive::layer::listing::{ListOptions, list};
use crate::archive::layer_cache::{LayerCache, LayerIndex, name_of};
use crate::archive::manifest::candidate::LayerRef;
use crate::archive::read::digests::{algorithm, digests};
use crate::archive::read::layer_checks::{empty, layer_error, not_a_layer};
use crate::archive::read::listed::ListedLayer;
use crate::image::{Budget, Compression};

/// After how many decompressed bytes progress is reported again.
const REPORT_EVERY: u64 = 8 << 20;

/// A blob to list, and how.
pub(super) struct BlobJob<'a> {
    pub(super) layer: &'a LayerRef,
    pub(super) diff_id: Option<&'a str>,
    pub(super) blob: &'a Blob,
    /// Where its index is kept.
    pub(super) cache: Option<&'a dyn LayerCache>,
    /// Whether its digests are computed, whatever is kept.
    pub(super) verify: bool,
    pub(super) threads: NonZeroUsize,
    pub(super) budget: &'a Budget,
}

/// Returns a blob's listing; `report` receives how many of its bytes have been read.
pub(super) fn list_blob(
    job: &BlobJob<'_>,
    stop: &Cancel,
    report: impl FnMut(u64),
) -> Result<ListedLayer, Error> {
    let mut head = [0; HEAD];
    let count = job.blob.read_at(0, &mut head);
    let count = count.map_err(|error| job.invalid(error))?;
    let compression = match BlobKind::of(&head[..count]) {
        BlobKind::Tar(compression) => compression,
        BlobKind::Empty => {
            let of_blob = job.layer.expected_digest();
            let listing = empty(of_blob.as_deref(), job.diff_id);
            return Ok(ListedLayer::once(listing));
        }
        BlobKind::Json | BlobKind::Unknown => return Err(not_a_layer(job.layer, &head[..count])),
    };
    if let Some(key) = IndexKey::of(job, compression) {
        return list_with_cache(job, compression, &key, stop, report);
    }
    let index = list_bytes(job, compression, false, stop, report)?;
    Ok(ListedLayer::once(index.listing))
}

/// The name under which a blob's index is kept.
struct IndexKey<'a> {
    cache: &'a dyn LayerCache,
    name: String,
    place: BlobPlace,
    /// The algorithm that hashes its bytes; `None` if its key is its file identity, which no digest confirms.
    algorithm: Option<Algorithm>,
}

impl<'a> IndexKey<'a> {
    /// Returns the key of a compressed blob in a file; `None` if no index is kept.
    fn of(job: &BlobJob<'a>, compression: Compression) -> Option<Self> {
        if job.verify || compression == Compression::None {
            return None;
        }
        let (cache, place) = (job.cache?, job.blob.place()?);
        let (name, algorithm) = match job.layer.expected_digest() {
            Some(digest) => {
                let algorithm = Algorithm::of(&digest)?;
                (digest, Some(algorithm))
            }
            None => (name_of("file", &place), None),
        };
        Some(Self {
            cache,
            name,
            place,
            algorithm,
        })
    }

    /// Returns whether the bytes at this place are known to be those that the name stands for.
    fn is_verified(&self) -> bool {
        self.algorithm.is_none() || self.cache.is_verified(&self.name, &self.place)
    }

    /// Returns whether the blob's bytes have the digest of the name. Reads all of them.
    fn hash(&self, blob: &Blob, stop: &Cancel) -> bool {
        let Some(algorithm) = self.algorithm else {
            return true;
        };
        let bytes = UntilCancelled::new(blob.reader(0), stop);
        digest_of_all(bytes, algorithm).is_ok_and(|found| found == self.name)
    }
}

/// Takes a blob's index from the cache, or lists the blob and keeps its index.
fn list_with_cache(
    job: &BlobJob<'_>,
    compression: Compression,
    key: &IndexKey<'_>,
    stop: &Cancel,
    report: impl FnMut(u64),
) -> Result<ListedLayer, Error> {
    let kept = |index: LayerIndex| {
        let mut listed = ListedLayer::kept(index, &key.name);
        // As without a cache, the tar's digest is not compared with the config's.
        listed.listing.digests = None;
        let charged = listed.listing.charge(job.budget);
        charged.map_err(|error| Error::too_large(format!("layer {}", job.layer.name), error))?;
        Ok(listed)
    };
    let is_verified = key.is_verified();
    let known = key.cache.get(&key.name);
    let known = match known.filter(|index| index.listing.compression == compression) {
        Some(index) if is_verified => return kept(index),
        known => known,
    };
    // From here on the file's identity shows whether it was changed.
    let mut can_keep = job.blob.settles_at(&key.place);
    if can_keep && let Some(index) = known {
        // Hashing takes a fraction of the time of decompressing.
        if key.hash(job.blob, stop) && job.blob.is_at(&key.place) {
            key.cache.set_verified(&key.name, &key.place);
            return kept(index);
        }
        if stop.is_cancelled() {
            return Err(Error::Cancelled);
        }
        can_keep = false;
    }
    if !can_keep {
        let index = list_bytes(job, compression, false, stop, report)?;
        return Ok(ListedLayer::once(index.listing));
    }
    let (index, matches) = list_and_hash(job, compression, (key, is_verified), stop, report)?;
    if !matches || index.listing.missing_end_at.is_some() || !job.blob.is_at(&key.place) {
        return Ok(ListedLayer::once(index.listing));
    }
    let (listing, checkpoints) = (&index.listing, &index.checkpoints);
    key.cache
        .put(&key.name, job.blob.len(), listing, checkpoints);
    if key.algorithm.is_some() {
        key.cache.set_verified(&key.name, &key.place);
    }
    Ok(ListedLayer::kept(index, &key.name))
}

/// Lists a blob and hashes it meanwhile, unless its digest is verified; returns whether the digest is that of the name.
fn list_and_hash(
    job: &BlobJob<'_>,
    compression: Compression,
    (key, is_verified): (&IndexKey<'_>, bool),
    stop: &Cancel,
    report: impl FnMut(u64),
) -> Result<(LayerIndex, bool), Error> {
    let hashing = stop.child();
    thread::scope(|scope| {
        let hash = || is_verified || key.hash(job.blob, &hashing);
        let hash = Builder::new().spawn_scoped(scope, hash);
        let index = list_bytes(job, compression, true, stop, report);
        if index.is_err() {
            hashing.cancel();
        }
        let matches = hash.is_ok_and(|hash| hash.join().unwrap_or(false));
        Ok((index?, matches))
    })
}

/// Lists a blob from its bytes, with checkpoints if they are wanted.
fn list_bytes(
    job: &BlobJob<'_>,
    compression: Compression,
    with_checkpoints: bool,
    stop: &Cancel,
    mut report: impl FnMut(u64),
) -> Result<LayerIndex, Error> {
    let (layer, verify) = (job.layer, job.verify);
    let (blob, reached) = &job.blob.watched();
    let mut last = 0;
    // Progress counts the blob's bytes: the decompressed size is not known.
    let mut progress = |position: u64| {
        if position >= last + REPORT_EVERY {
            last = position;
            report(reached.load(Ordering::Relaxed));
        }
    };
    let decompressed = |with_checkpoints| {
        let reader = Reader::new(compression, blob, job.threads, with_checkpoints);
        reader.map_err(|error| job.invalid(error).decompressed())
    };
    let (mut tar, mut checkpoints) = (None, Vec::new());
    let options = ListOptions {
        compression,
        hash: compression != Compression::None || verify,
        budget: job.budget,
        cancel: stop,
    };
    let listed = if options.hash {
        let mut reader = decompressed(with_checkpoints)?;
        let (bytes, digest) =
            HashingReader::new(&mut reader, verify.then(|| algorithm(job.diff_id)));
        let listed = with_read_ahead(bytes, |ahead| list(ahead, options, &mut progress));
        tar = digest.map(|digest| digest.digest());
        checkpoints = reader.into_checkpoints();
        listed
    } else {
        list(SeekSource::new(blob.clone()), options, &mut progress)
    };
    let mut listing = listed.map_err(|(error, position)| {
        let read = if options.hash {
            reached.load(Ordering::Relaxed)
        } else {
            position
        };
        layer_error(error, layer, compression, position).after_part(read, blob.len())
    })?;
    if verify || listing.missing_end_at.is_some() {
        let digests = digests((job.blob, compression), (layer, job.diff_id), tar, stop)?;
        listing.digests = Some(digests);
    }
    Ok(LayerIndex {
        listing,
        checkpoints,
    })
}

impl BlobJob<'_> {
    fn invalid(&self, source: io::Error) -> Error {
        let what = format!("layer {}", self.layer.name);
        decompression_error(&what, source, Position::plain(0))
    }
}

/// A reader of a blob's decompressed bytes.
enum Reader {
    Gzip(Box<GzipReader>),
    Other(Decompressor<BlobReader>),
}

impl Reader {
    fn new(
        compression: Compression,
        blob: &Blob,
        threads: NonZeroUsize,
        with_checkpoints: bool,
    ) -> io::Result<Self> {
        Ok(match compression {
            Compression::Gzip if with_checkpoints => Self::Gzip(Box::new(
                GzipReader::with_checkpoints(blob.clone(), threads, GRID)?,
            )),
            Compression::Gzip => Self::Gzip(Box::new(GzipReader::new(blob.clone(), threads)?)),
            other => Self::Other(Decompressor::new(other, blob.reader(0))?),
        })
    }

    fn into_checkpoints(self) -> Vec<Checkpoint> {
        match self {
            Self::Gzip(inner) => inner.into_checkpoints(),
            Self::Other(_) => Vec::new(),
        }
    }
}

impl Read for Reader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(inner) => inner.read(buf),
            Self::Other(inner) => inner.read(buf),
        }
    }
}
