//! Reads a seekable archive: the manifest first, then every layer of the image, the largest first, on all cores, or the smallest first where the layers are
//! fetched and browsed as they come. Only the headers of plain layers are read; contents are hashed afterwards, and only where two versions of a path must be
//! compared.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, Builder};

use crate::archive::cancel::Cancel;
use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::error::Error;
use crate::archive::fetch::interface::FETCHED_AT_ONCE;
use crate::archive::fetch::shared::SharedBlob;
use crate::archive::input::blob::Blob;
use crate::archive::layer::blobs::{LayerBlob, LayerBlobs};
use crate::archive::layer::expected_contents::ExpectedContents;
use crate::archive::manifest::candidate::{Chosen, LayerRef};
use crate::archive::manifest::find_image::find_image;
use crate::archive::manifest::soci;
use crate::archive::read::finish::finish;
use crate::archive::read::hash_versions::hash_versions;
use crate::archive::read::layer_checks::{check, listing_of_absent_layer, unread};
use crate::archive::read::list_blob::{BlobJob, list_blob};
use crate::archive::read::list_fetched::{FetchJob, list_fetched};
use crate::archive::read::listed::ListedLayer;
use crate::archive::read::options::{
    Archive, LayerReading, ReadOptions, ReadProgress, report_layer,
};
use crate::archive::read::partial::PartialImage;
use crate::archive::store::Store;
use crate::image::{Budget, Compression, Listing};

/// Reads the image that `options` choose.
pub(super) fn read(
    store: &Store,
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<Archive, Error> {
    let mut chosen = find_image(
        store,
        &options.choice,
        &options.reference,
        options.verify,
        options.provenance && !options.shallow,
    )?;
    if let LayerReading::Only(digests) = &options.layers {
        chosen.keep(digests);
    }
    if options.shallow {
        return shallow(chosen, &options.budget);
    }
    if options.trusts_tables() || options.verify {
        soci::add_tables(&mut chosen, store, options.cache.as_deref())?;
    }
    let fetched = fetched_blobs(store, &chosen.layers, options)?;
    let blobs = find_blobs(store, &chosen.layers, &fetched)?;
    progress(ReadProgress::Headings(chosen.about.headings.clone()));
    let (listings, accesses) = list_all(&chosen, (&blobs, &fetched), options, cancel, progress)?;
    let mut kept = Vec::new();
    for (layer, ((listing, access), blob)) in listings.iter().zip(accesses).zip(blobs).enumerate() {
        if listing.compression != Compression::None || chosen.as_stored {
            chosen.about.headings[layer].compressed = blob.as_ref().map(Blob::len);
        }
        // Bytes that are fetched again may be others than those that were listed; the parts in a table of contents have digests of their own.
        let is_compared = options.keep && fetched[layer].is_some() && access.contents.is_none();
        let expected = is_compared.then(|| ExpectedContents::of(listing, &options.budget));
        let expected = expected.transpose().map_err(|error| {
            Error::too_large(format!("layer {}", chosen.layers[layer].name), error)
        })?;
        kept.push(blob.map(|blob| {
            let layer = LayerBlob::new(blob, listing.compression);
            layer
                .with_checkpoints(access.checkpoints)
                .with_contents(access.contents)
                .with_cache_name(access.cache_name)
                .with_expected(expected)
        }));
    }
    let layers = LayerBlobs::new(kept);
    let mut image = finish(chosen, listings, options.verify, &options.budget)?;
    if options.hash_versions {
        image = hash_versions(image, &layers, options.threads, cancel)?;
    }
    Ok(Archive { image, layers })
}

/// Returns the image of a manifest and a config, with the compressed sizes in the manifest.
fn shallow(mut chosen: Chosen, budget: &Budget) -> Result<Archive, Error> {
    chosen.about.shallow = true;
    for (heading, layer) in chosen.about.headings.iter_mut().zip(&chosen.layers) {
        heading.compressed = layer.size.or(heading.compressed);
    }
    let listings: Vec<Arc<Listing>> = chosen.layers.iter().map(unread).map(Arc::new).collect();
    let layers = LayerBlobs::new(listings.iter().map(|_| None).collect());
    let image = finish(chosen, listings, false, budget)?;
    Ok(Archive { image, layers })
}

/// Returns what fetches each layer's blob; `None` for a layer of an archive.
fn fetched_blobs(
    store: &Store,
    layers: &[LayerRef],
    options: &ReadOptions,
) -> Result<Vec<Option<SharedBlob>>, Error> {
    let fetched = |layer: &LayerRef| {
        // A layer that is stored elsewhere by design is not fetched.
        let Some(digest) = layer.expected_digest().filter(|_| !layer.foreign) else {
            return Ok(None);
        };
        let cache = options.cache.as_deref().filter(|_| !options.verify);
        let length = layer.size.or_else(|| cache?.length(&digest));
        let own = store.fetched(digest, length)?;
        Ok(own.map(|own| match &options.shared {
            Some(shared) => shared.share(own),
            None => SharedBlob::alone(own),
        }))
    };
    layers.iter().map(fetched).collect()
}

/// Finds each layer's blob. A layer that is stored elsewhere by design has none.
fn find_blobs(
    store: &Store,
    layers: &[LayerRef],
    fetched: &[Option<SharedBlob>],
) -> Result<Vec<Option<Blob>>, Error> {
    let blob = |layer: &LayerRef, shared: &Option<SharedBlob>| {
        if let Some(SharedBlob { fetched, .. }) = shared {
            return Ok(Some(Blob::new(Arc::clone(fetched), fetched.len())));
        }
        let sizes = layer.size.map_or(0..=u64::MAX, |size| size..=size);
        store.blob_within(&layer.name, sizes)
    };
    let find = |(layer, fetched): (&LayerRef, _)| match blob(layer, fetched)? {
        None if !layer.foreign => Err(store.missing("layer", &layer.name)),
        found => Ok(found),
    };
    layers.iter().zip(fetched).map(find).collect()
}

/// One blob to list. Several layers may share it.
struct ListJob<'a> {
    layer: &'a LayerRef,
    diff_id: Option<&'a str>,
    blob: Option<&'a Blob>,
    /// What fetches the blob, if something does.
    fetched: Option<&'a SharedBlob>,
    /// The indexes of its layers.
    layers: Vec<usize>,
    threads: NonZeroUsize,
}

impl ListJob<'_> {
    /// Returns how many bytes its blob has.
    fn total(&self) -> u64 {
        self.blob.map_or(0, Blob::len)
    }

    /// Returns whether another image lists the same layer now.
    fn is_elsewhere(&self) -> bool {
        self.fetched.is_some_and(SharedBlob::is_being_listed)
    }

    /// Reports how many of them have been read.
    fn report(&self, done: u64, progress: &dyn Fn(ReadProgress)) {
        for &index in &self.layers {
            report_layer(Some(index), done, self.total(), progress);
        }
    }
}

/// The jobs that the workers share.
struct JobQueue<'a> {
    jobs: &'a [ListJob<'a>],
    next: AtomicUsize,
}

impl<'a> JobQueue<'a> {
    /// Returns the next job of a worker. What another image fetches is not waited for while there is something else to do: the worker has it in `later`.
    fn next(&self, later: &mut Vec<&'a ListJob<'a>>) -> Option<&'a ListJob<'a>> {
        loop {
            match self.jobs.get(self.next.fetch_add(1, Ordering::Relaxed)) {
                Some(job) if job.is_elsewhere() => later.push(job),
                Some(job) => return Some(job),
                None => return later.pop(),
            }
        }
    }
}

/// How the contents of a layer are read again.
#[derive(Clone, Default)]
struct LayerAccess {
    checkpoints: Arc<[Checkpoint]>,
    contents: Option<Blob>,
    cache_name: Option<Arc<str>>,
}

/// Lists all layers; returns their listings and how their contents are read again, bottom first.
fn list_all(
    chosen: &Chosen,
    (blobs, fetched): (&[Option<Blob>], &[Option<SharedBlob>]),
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<(Vec<Arc<Listing>>, Vec<LayerAccess>), Error> {
    let jobs = jobs(chosen, blobs, fetched, options);
    // The totals come first, so that the time can be estimated.
    for job in &jobs {
        job.report(0, progress);
    }
    let stop = cancel.child();
    let queue = JobQueue {
        jobs: &jobs,
        next: AtomicUsize::new(0),
    };
    let mut listed = ListedLayers {
        image: PartialImage::new(chosen.about.clone(), &options.budget),
        accesses: vec![LayerAccess::default(); chosen.layers.len()],
    };
    let work = |done: Sender<_>| {
        let mut later = Vec::new();
        while let Some(job) = queue.next(&mut later) {
            let listed = list_job(job, options, &stop, progress);
            if done.send((job, listed)).is_err() {
                return;
            }
        }
    };
    let work = &work;
    thread::scope(|scope| {
        let (done, finished) = channel();
        // As many threads as the system starts; with none, this thread does all jobs first.
        let any_fetched = fetched.iter().any(Option::is_some);
        let most = if any_fetched {
            FETCHED_AT_ONCE
        } else {
            options.threads.get()
        };
        let workers = (0..most.min(jobs.len())).map_while(|_| {
            let done = done.clone();
            let worker = Builder::new().spawn_scoped(scope, move || work(done));
            worker.ok()
        });
        if workers.count() == 0 {
            work(done);
        } else {
            drop(done);
        }
        listed.collect(&finished, options.partial, &stop, progress)
    })?;
    let ListedLayers { image, accesses } = listed;
    let listings = image.into_listings();
    check_all(chosen, &listings)?;
    Ok((listings, accesses))
}

/// Checks each layer that was listed.
fn check_all(chosen: &Chosen, listings: &[Arc<Listing>]) -> Result<(), Error> {
    let headings = chosen.about.headings.iter();
    let layers = chosen.layers.iter().zip(headings).zip(listings);
    for ((layer, heading), listing) in layers {
        let digests = listing.digests.as_ref();
        check(layer, heading.diff_id.as_deref(), listing, digests)?;
    }
    Ok(())
}

/// The layers that are listed so far.
struct ListedLayers {
    image: PartialImage,
    accesses: Vec<LayerAccess>,
}

impl ListedLayers {
    /// Collects the finished jobs until the last worker ends. With `partial`, sends partial images meanwhile.
    ///
    /// # Errors
    /// The first error; the other jobs are cancelled because of it.
    fn collect(
        &mut self,
        finished: &Receiver<(&ListJob<'_>, Result<ListedLayer, Error>)>,
        partial: bool,
        stop: &Cancel,
        progress: &dyn Fn(ReadProgress),
    ) -> Result<(), Error> {
        let mut failed = None;
        loop {
            let next = match self.image.due().filter(|_| partial) {
                Some(wait) => finished.recv_timeout(wait),
                None => finished.recv().map_err(RecvTimeoutError::from),
            };
            match next {
                Ok((job, Ok(listed))) => self.add(job, listed),
                Ok((_, Err(error))) => {
                    stop.cancel();
                    failed.get_or_insert(error);
                }
                Err(RecvTimeoutError::Timeout) => self.image.send_if_due(progress),
                Err(RecvTimeoutError::Disconnected) => return failed.map_or(Ok(()), Err),
            }
        }
    }

    fn add(&mut self, job: &ListJob<'_>, listed: ListedLayer) {
        let listing = Arc::new(listed.listing);
        let access = LayerAccess {
            checkpoints: listed.checkpoints.into(),
            contents: listed.contents,
            cache_name: listed.cache_name.map(Arc::from),
        };
        for &index in &job.layers {
            self.image.add(index, &listing);
            self.accesses[index] = access.clone();
        }
    }
}

/// Returns the blobs to list, in order, each once.
fn jobs<'a>(
    chosen: &'a Chosen,
    blobs: &'a [Option<Blob>],
    fetched: &'a [Option<SharedBlob>],
    options: &ReadOptions,
) -> Vec<ListJob<'a>> {
    let mut jobs: Vec<ListJob<'a>> = Vec::new();
    let mut by_name = std::collections::HashMap::new();
    let headings = chosen.about.headings.iter();
    let layers = chosen.layers.iter().zip(headings);
    let layers = layers.zip(blobs).zip(fetched);
    for (index, (((layer, heading), blob), fetched)) in layers.enumerate() {
        let job = *by_name.entry(layer.name.as_str()).or_insert(jobs.len());
        if job == jobs.len() {
            jobs.push(ListJob {
                layer,
                diff_id: heading.diff_id.as_deref(),
                blob: blob.as_ref(),
                fetched: fetched.as_ref(),
                layers: Vec::new(),
                threads: NonZeroUsize::MIN,
            });
        }
        jobs[job].layers.push(index);
    }
    jobs.sort_by_key(|job| std::cmp::Reverse(job.total()));
    // A layer larger than all others together gets the cores that they leave idle.
    let rest: u64 = jobs.iter().skip(1).map(ListJob::total).sum();
    if let Some(first) = jobs.first_mut().filter(|job| job.total() > rest) {
        first.threads = options.threads;
    }
    // Layers that are fetched while others are browsed: those with a table of contents take hardly any time, small ones little.
    if options.partial && jobs.iter().any(|job| job.fetched.is_some()) {
        let has_table =
            |job: &ListJob<'_>| job.layer.contents_table.is_some() && options.trusts_tables();
        jobs.sort_by_key(|job| (!has_table(job), job.total()));
    }
    jobs
}

fn list_job(
    job: &ListJob<'_>,
    options: &ReadOptions,
    stop: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<ListedLayer, Error> {
    let Some(blob) = job.blob else {
        return Ok(ListedLayer::once(listing_of_absent_layer(&job.layer.name)));
    };
    let report = |done| job.report(done, progress);
    let listed = if let Some(shared) = job.fetched {
        // What another image with the layer fetches is not fetched again.
        let _listing = shared.start_listing();
        let fetch_job = FetchJob {
            layer: job.layer,
            diff_id: job.diff_id,
            blob,
            fetched: &shared.fetched,
            cache: options.cache.as_deref(),
            verify: options.verify,
            trusts_tables: options.trusts_tables(),
            keep: options.keep || options.shared.is_some(),
            threads: job.threads,
            budget: &options.budget,
        };
        list_fetched(&fetch_job, stop, report)?
    } else {
        let blob_job = BlobJob {
            layer: job.layer,
            diff_id: job.diff_id,
            blob,
            cache: options.cache.as_deref(),
            verify: options.verify,
            threads: job.threads,
            budget: &options.budget,
        };
        list_blob(&blob_job, stop, report)?
    };
    job.report(job.total(), progress);
    Ok(listed)
}
