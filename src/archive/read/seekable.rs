//! Archives that can be read at any place: the manifest first, then every layer of the image, the largest first, on all cores. Bytes nobody asked
//! for are not read; contents are hashed afterwards, and only where two versions of a path must be told apart.

use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, Builder};

use crate::archive::blob::{Blob, BlobReader};
use crate::archive::byte_source::SeekSource;
use crate::archive::compression::{Content, HEAD, Unpacked};
use crate::archive::error::{Error, Place};
use crate::archive::fault::packed_fault;
use crate::archive::gunzip::Gunzip;
use crate::archive::layer::list;
use crate::archive::layers::Layers;
use crate::archive::manifest::{self, Chosen, LayerRef};
use crate::archive::overlap::overlapped;
use crate::archive::read::decide::decide;
use crate::archive::read::partial::PartialImage;
use crate::archive::read::{
    Archive, Cancel, Options, Progress, check, empty, finish, layer_fault, tell_layer, unknown,
};
use crate::archive::store::Store;
use crate::archive::verify::{Algorithm, Hashing, digest_of_all};
use crate::image::{Compression, Listing};

/// After how many unpacked bytes progress is told again.
const TELL_EVERY: u64 = 8 << 20;

/// Reads the image that `options` choose.
pub(super) fn read(
    store: &Store,
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Archive, Error> {
    let mut chosen = manifest::choose(store, &options.choice, &options.reference, options.verify)?;
    let blobs = find_blobs(store, &chosen.layers)?;
    progress(Progress::Headings(chosen.about.headings.clone()));
    let listings = list_all(&chosen, &blobs, options, cancel, progress)?;
    let mut places = Vec::new();
    for (layer, (listing, blob)) in listings.iter().zip(blobs).enumerate() {
        if listing.compression != Compression::None || chosen.as_stored {
            chosen.about.headings[layer].compressed = blob.as_ref().map(Blob::len);
        }
        places.push(blob.map(|blob| (blob, listing.compression)));
    }
    let layers = Layers::new(places);
    let image = decide(
        finish(chosen, listings, options)?,
        &layers,
        options.threads,
        cancel,
    )?;
    Ok(Archive { image, layers })
}

/// Finds each layer's blob. A layer that is kept elsewhere by design has none.
fn find_blobs(store: &Store, layers: &[LayerRef]) -> Result<Vec<Option<Blob>>, Error> {
    let find = |layer: &LayerRef| match store.blob(&layer.name)? {
        None if !layer.foreign => Err(Error::MissingBlob {
            what: "layer".to_owned(),
            name: layer.name.clone(),
        }),
        found => Ok(found),
    };
    layers.iter().map(find).collect()
}

/// One blob to list; several layers may be made of it.
struct Job<'a> {
    layer: &'a LayerRef,
    diff_id: Option<&'a str>,
    blob: Option<&'a Blob>,
    places: Vec<usize>,
    threads: NonZeroUsize,
}

impl Job<'_> {
    /// Returns how many bytes its blob has.
    fn total(&self) -> u64 {
        self.blob.map_or(0, Blob::len)
    }

    /// Tells how many of them have been read.
    fn tell(&self, done: u64, progress: &impl Fn(Progress)) {
        for &place in &self.places {
            tell_layer(Some(place), done, self.total(), progress);
        }
    }
}

fn list_all(
    chosen: &Chosen,
    blobs: &[Option<Blob>],
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Vec<Arc<Listing>>, Error> {
    let jobs = jobs(chosen, blobs, options.threads);
    // How much there is of all of them says how long that takes.
    for job in &jobs {
        job.tell(0, progress);
    }
    let stop = cancel.child();
    let next = AtomicUsize::new(0);
    let mut early = PartialImage::new(chosen.about.clone());
    let work = |done: Sender<_>| {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let listed = list_job(job, options.verify, &stop, progress);
            if done.send((job, listed)).is_err() {
                return;
            }
        }
    };
    let work = &work;
    thread::scope(|scope| {
        let (done, finished) = channel();
        // As many threads as can be had; where there is none, all is done here before it is taken.
        let workers = (0..options.threads.get().min(jobs.len())).map_while(|_| {
            let done = done.clone();
            let worker = Builder::new().spawn_scoped(scope, move || work(done));
            worker.ok()
        });
        if workers.count() == 0 {
            work(done);
        } else {
            drop(done);
        }
        let mut failed = None;
        loop {
            let wait = early.due().filter(|_| options.partial);
            let next = match wait {
                Some(wait) => finished.recv_timeout(wait),
                None => finished.recv().map_err(RecvTimeoutError::from),
            };
            let (job, result) = match next {
                Ok(next) => next,
                Err(RecvTimeoutError::Timeout) => {
                    early.hand_out(progress);
                    continue;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            };
            match result {
                Ok(listing) => {
                    let listing = Arc::new(listing);
                    for &place in &job.places {
                        early.add(place, &listing);
                    }
                }
                Err(error) => {
                    // The first failure is the one to tell; the others stop because of it.
                    stop.cancel();
                    failed.get_or_insert(error);
                }
            }
        }
        failed.map_or(Ok(()), Err)
    })?;
    let listings = early.into_listings();
    for (layer, (listing, heading)) in chosen
        .layers
        .iter()
        .zip(listings.iter().zip(&chosen.about.headings))
    {
        check(layer, heading.diff_id.as_deref(), listing)?;
    }
    Ok(listings)
}

/// Returns the blobs to list, the largest first, each once.
fn jobs<'a>(chosen: &'a Chosen, blobs: &'a [Option<Blob>], threads: NonZeroUsize) -> Vec<Job<'a>> {
    let mut jobs: Vec<Job<'a>> = Vec::new();
    let mut by_name = std::collections::HashMap::new();
    let headings = chosen.about.headings.iter();
    let layers = chosen.layers.iter().zip(headings);
    for (place, ((layer, heading), blob)) in layers.zip(blobs).enumerate() {
        let job = *by_name.entry(layer.name.as_str()).or_insert(jobs.len());
        if job == jobs.len() {
            jobs.push(Job {
                layer,
                diff_id: heading.diff_id.as_deref(),
                blob: blob.as_ref(),
                places: Vec::new(),
                threads: NonZeroUsize::MIN,
            });
        }
        jobs[job].places.push(place);
    }
    jobs.sort_by_key(|job| std::cmp::Reverse(job.total()));
    // A layer that outweighs all others together may use the cores they leave idle.
    let rest: u64 = jobs.iter().skip(1).map(Job::total).sum();
    if let Some(first) = jobs.first_mut().filter(|job| job.total() > rest) {
        first.threads = threads;
    }
    jobs
}

fn list_job(
    job: &Job<'_>,
    verify: bool,
    stop: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Listing, Error> {
    let Some(blob) = job.blob else {
        let mut listing = Listing::new(Compression::None);
        listing.warnings.push(format!(
            "its blob {} is kept elsewhere and is not in the archive",
            job.layer.name
        ));
        return Ok(listing);
    };
    let listing = list_blob(job, blob, verify, stop, |done| job.tell(done, progress))?;
    job.tell(job.total(), progress);
    Ok(listing)
}

fn list_blob(
    job: &Job<'_>,
    blob: &Blob,
    verify: bool,
    stop: &Cancel,
    mut tell: impl FnMut(u64),
) -> Result<Listing, Error> {
    let layer = job.layer;
    let fault = |source| packed_fault(&format!("layer {}", layer.name), source, Place::plain(0));
    let mut head = [0; HEAD];
    let count = blob.read_at(0, &mut head).map_err(fault)?;
    let compression = match Content::of(&head[..count]) {
        Content::Tar(compression) => compression,
        Content::Empty => return Ok(empty()),
        Content::Json | Content::Unknown => return Err(unknown(layer, &head[..count])),
    };
    let (blob, reached) = &blob.watched();
    let mut told = 0;
    // How far the tar has come says little of a packed blob; how far the blob was read does.
    let mut passed = |position: u64| {
        if position >= told + TELL_EVERY {
            told = position;
            tell(reached.load(Ordering::Relaxed));
        }
    };
    let unpacked = || {
        let reader = Reader::new(compression, blob, job.threads);
        reader.map_err(|error| fault(error).unpacked())
    };
    let algorithm = |promised: Option<&str>| promised.and_then(Algorithm::of).unwrap_or_default();
    let of_tar = algorithm(job.diff_id);
    let mut tar = None;
    let listed = if compression == Compression::None && !verify {
        let tape = SeekSource::new(blob.clone());
        list(tape, compression, false, stop, &mut passed)
    } else {
        let (unpacked, sum) = Hashing::new(unpacked()?, verify.then_some(of_tar));
        let listed = overlapped(unpacked, |ahead| {
            list(ahead, compression, true, stop, &mut passed)
        });
        tar = sum.map(|sum| sum.digest());
        listed
    };
    let mut listing =
        listed.map_err(|(error, position)| layer_fault(error, layer, compression, position))?;
    if verify || listing.unended.is_some() {
        let of_blob = algorithm(layer.promised().as_deref());
        let stored = digest_of_all(blob.reader(0), of_blob).map_err(fault)?;
        let tar = tar.map_or_else(|| digest_of_all(unpacked()?, of_tar).map_err(fault), Ok)?;
        listing.digests = Some((stored, tar));
    }
    Ok(listing)
}

/// What unpacks a blob.
enum Reader {
    Gunzip(Box<Gunzip>),
    Other(Unpacked<BlobReader>),
}

impl Reader {
    fn new(compression: Compression, blob: &Blob, threads: NonZeroUsize) -> io::Result<Self> {
        Ok(match compression {
            Compression::Gzip => Self::Gunzip(Box::new(Gunzip::new(blob.clone(), threads)?)),
            other => Self::Other(Unpacked::new(other, blob.reader(0))?),
        })
    }
}

impl Read for Reader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gunzip(inner) => inner.read(buf),
            Self::Other(inner) => inner.read(buf),
        }
    }
}
