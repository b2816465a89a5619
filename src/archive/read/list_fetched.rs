//! Lists the layer of a blob while the blob arrives from a registry: computes its digest, and keeps its bytes where they are read again later and a disk has
//! room; or lists it from its table of contents, without its bytes. `layer` decides how a layer is listed.

use std::io::Read;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use crate::archive::cancel::Cancel;
use crate::archive::compression::detect::{BlobKind, HEAD};
use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::compression::gzip::format::GRID;
use crate::archive::compression::gzip::reader::GzipReader;
use crate::archive::compression::stream_decompressor::Decompressor;
use crate::archive::diagnose::decompression_error;
use crate::archive::digest::HashingReader;
use crate::archive::error::{Error, Position};
use crate::archive::fetch::fetched::Fetched;
use crate::archive::input::blob::Blob;
use crate::archive::input::byte_source::StreamSource;
use crate::archive::input::counting_reader::CountingReader;
use crate::archive::input::read_ahead::with_read_ahead;
use crate::archive::input::stream_copy::open_copy;
use crate::archive::layer::listing::{ListOptions, list};
use crate::archive::layer_cache::{LayerCache, LayerIndex};
use crate::archive::manifest::candidate::LayerRef;
use crate::archive::read::digests::algorithm;
use crate::archive::read::layer_checks::{empty, layer_error, not_a_layer};
use crate::archive::read::listed::ListedLayer;
use crate::archive::read::table_check::{ListedTable, first_difference};
use crate::archive::table::entries::parse;
use crate::archive::table::fetch_table::{FetchedTable, TableError, fetch_table};
use crate::archive::table::parts::FileParts;
use crate::archive::table::spans;
use crate::archive::table::table_ref::{TableFormat, TableRef};
use crate::archive::table::windows::first_wrong_window;
use crate::archive::table::ztoc;
use crate::image::{Budget, Compression, Listing};

/// A blob up to this many bytes is fetched by as few requests as its table of contents.
const SMALL: u64 = 128 << 10;
/// After how many bytes progress is reported again.
const REPORT_EVERY: u64 = 256 << 10;

/// A blob to list, and how.
pub(super) struct FetchJob<'a> {
    pub(super) layer: &'a LayerRef,
    pub(super) diff_id: Option<&'a str>,
    pub(super) blob: &'a Blob,
    pub(super) fetched: &'a Arc<Fetched>,
    /// Where its index is kept.
    pub(super) cache: Option<&'a dyn LayerCache>,
    /// Whether its bytes are read even if its index is kept, and compared with its table of contents.
    pub(super) verify: bool,
    /// Whether the layer may be listed from its table of contents without a check against its bytes.
    pub(super) trusts_tables: bool,
    /// Whether its bytes are kept, for contents that are read later or for another image.
    pub(super) keep: bool,
    pub(super) threads: NonZeroUsize,
    pub(super) budget: &'a Budget,
}

impl FetchJob<'_> {
    /// Returns the layer's table of contents, unless as few requests fetch the layer.
    fn table(&self) -> Option<&TableRef> {
        let table = self.layer.contents_table.as_ref();
        table.filter(|_| self.fetched.len() > SMALL)
    }

    /// Returns whether bytes with this digest are its own.
    fn is_right(&self, found: Option<&String>) -> bool {
        found.is_some() && found == self.layer.expected_digest().as_ref()
    }

    /// Returns whether all of its bytes are read again after they were read, to check its table.
    fn checks_table(&self) -> bool {
        self.verify && self.table().is_some()
    }
}

/// Returns a blob's listing: from the cache, or listed as it arrives; `report` receives how many of its bytes have.
pub(super) fn list_fetched(
    job: &FetchJob<'_>,
    stop: &Cancel,
    report: impl FnMut(u64) + Send,
) -> Result<ListedLayer, Error> {
    let digest = job.layer.expected_digest();
    let cache = job.cache.zip(digest.as_deref());
    if let Some((cache, digest)) = cache.filter(|_| !job.verify)
        && let Some(mut index) = cache.get(digest)
        // The index of an archive's layer may lack the tar's digest, which is checked here.
        && index.listing.digests.is_some()
    {
        let charged = index.listing.charge(job.budget);
        charged.map_err(|error| Error::too_large(format!("layer {}", job.layer.name), error))?;
        if index.checkpoints.is_empty() && index.listing.compression != Compression::None {
            job.fetched.read_in_order();
        }
        return Ok(ListedLayer::kept(index, digest));
    }
    let table = job.table();
    let trusted = table.filter(|_| job.trusts_tables);
    let warning = match trusted.map(|table| list_from_table(job, table, stop)) {
        Some(Ok(listed)) => return Ok(listed),
        // The response to the table's range is the complete layer: it is read.
        Some(Err(_)) if job.fetched.ignores_ranges() => None,
        Some(Err(error)) => Some(warning(error, job)?),
        None => None,
    };
    let mut listed = list_whole(job, stop, report)?;
    let verified = table.filter(|_| job.verify);
    let mismatch = verified.map(|table| check_table(job, table, &listed.listing, stop));
    let warnings = warning.into_iter().chain(mismatch.transpose()?.flatten());
    listed.listing.warnings.extend(warnings);
    Ok(listed)
}

/// Compares a layer that was read with its table of contents; returns the warning that the table is wrong.
///
/// # Errors
/// [`Error`] when there is no memory for the table, or the user cancelled.
fn check_table(
    job: &FetchJob<'_>,
    table: &TableRef,
    layer: &Listing,
    stop: &Cancel,
) -> Result<Option<String>, Error> {
    let too_large = |error| Error::too_large(format!("layer {}", job.layer.name), error);
    let compared = || {
        let fetched = fetch_table(table, job.fetched, job.cache, job.budget, stop)?;
        let from_table = list_table(job, table, &fetched)?;
        let of_soci = matches!(table.format, TableFormat::Soci(_));
        if let Some(contents) = &from_table.contents {
            let table = ListedTable {
                listing: &from_table.listing,
                // SOCI leaves them to the headers in the layer.
                has_times: !of_soci,
                contents,
            };
            if let Some(path) = first_difference(&table, layer, stop)? {
                return Ok(Some(path));
            }
        }
        drop(from_table);
        // Without the bytes on a disk they would be fetched again.
        if !of_soci || job.fetched.received().is_none() {
            return Ok(None);
        }
        let checkpoints = ztoc::parse(&fetched.bytes, job.fetched.len(), job.budget)?.checkpoints;
        let wrong = first_wrong_window(&checkpoints, job.blob.clone(), job.threads, stop)?;
        Ok(wrong.map(|span| format!("the window of span {}", span + 1)))
    };
    match compared() {
        Ok(differing) => Ok(differing
            .map(|what| format!("its table of contents does not match the layer: {what} differs"))),
        Err(TableError::TooLarge(error)) => Err(too_large(error)),
        Err(TableError::Io(_)) if stop.is_cancelled() => Err(Error::Cancelled),
        Err(error) => Ok(Some(error.to_string())),
    }
}

/// Returns what a blob's table of contents lists.
fn list_from_table(
    job: &FetchJob<'_>,
    table: &TableRef,
    stop: &Cancel,
) -> Result<ListedLayer, TableError> {
    let fetched = fetch_table(table, job.fetched, job.cache, job.budget, stop)?;
    list_table(job, table, &fetched)
}

/// Returns what a blob's table of contents lists, once it was fetched.
fn list_table(
    job: &FetchJob<'_>,
    table: &TableRef,
    fetched: &FetchedTable,
) -> Result<ListedLayer, TableError> {
    let compression = table.compression();
    let (is_checked, (listing, contents)) = if let TableFormat::Soci(_) = table.format {
        let ztoc = ztoc::parse(&fetched.bytes, job.fetched.len(), job.budget)?;
        (true, spans::contents_of(ztoc, job.fetched))
    } else {
        let entries = parse(fetched, compression, job.budget)?;
        let is_checked = entries.parts.iter().all(|part| part.digest.is_some());
        let parts = FileParts::of(entries, job.fetched, compression, fetched.files_end);
        (is_checked, parts)
    };
    // What is found in the files is kept under the digest of the table, if that determines their bytes: only the table states where they are in the layer.
    let cache_name = job
        .cache
        .filter(|_| is_checked)
        .map(|_| table.digest.clone());
    Ok(ListedLayer {
        contents: Some(contents),
        cache_name,
        ..ListedLayer::once(listing)
    })
}

/// Returns the warning that a table of contents is not used, and the layer is read instead.
///
/// # Errors
/// [`Error`] where the layer could not be read either.
fn warning(error: TableError, job: &FetchJob<'_>) -> Result<String, Error> {
    let what = format!("layer {}", job.layer.name);
    match error {
        TableError::Refused(_) => Ok(format!("{error}: the layer was read instead")),
        TableError::TooLarge(error) => Err(Error::too_large(what, error)),
        TableError::Io(error) => Err(decompression_error(&what, error, Position::plain(0))),
    }
}

/// Reads all of a blob and keeps its index. Bytes that are not the blob's are fetched again where others may come.
fn list_whole(
    job: &FetchJob<'_>,
    stop: &Cancel,
    mut report: impl FnMut(u64) + Send,
) -> Result<ListedLayer, Error> {
    let cache = job.cache.zip(job.layer.expected_digest());
    let index = loop {
        let listed = list_arriving(job, stop, &mut report);
        let is_other = match &listed {
            Ok(index) => !job.is_right(index.listing.digests.as_ref().map(|(blob, _)| blob)),
            Err(error) => error.is_of_bytes(),
        };
        if !is_other || stop.is_cancelled() || !job.fetched.reject() {
            break listed?;
        }
    };
    // Only a blob that is what its digest names is kept.
    if let Some((cache, digest)) = cache
        && job.is_right(index.listing.digests.as_ref().map(|(blob, _)| blob))
    {
        let length = job.fetched.len();
        cache.put(&digest, length, &index.listing, &index.checkpoints);
        return Ok(ListedLayer::kept(index, &digest));
    }
    Ok(ListedLayer::once(index.listing))
}

fn list_arriving(
    job: &FetchJob<'_>,
    stop: &Cancel,
    mut report: impl FnMut(u64) + Send,
) -> Result<LayerIndex, Error> {
    let stop = &stop.child();
    let (blob, fetched) = (job.blob, job.fetched);
    if let Some(found) = fetched.received() {
        let (mut listing, tar, checkpoints) = list_copy(job, blob, stop)?;
        listing.digests = tar.map(|tar| (found.to_owned(), tar));
        return Ok(LayerIndex {
            listing,
            checkpoints,
        });
    }
    let what = format!("layer {}", job.layer.name);
    let invalid = |source| decompression_error(&what, source, Position::plain(0));
    let mut next = REPORT_EVERY;
    let arriving = CountingReader::new(fetched.open(stop).map_err(invalid)?, |done| {
        if done >= next {
            next = done + REPORT_EVERY;
            report(done);
        }
    });
    let of_blob = algorithm(job.layer.expected_digest().as_deref());
    let (mut arriving, sum) = HashingReader::new(arriving, Some(of_blob));
    let is_read_again = job.keep || job.cache.is_some() || job.checks_table();
    let copy = if is_read_again && !fetched.has_copy() {
        open_copy(blob.len(), true)
    } else {
        None
    };
    let is_kept = copy.is_some();
    let listed = match copy {
        Some(file) => {
            fetched.keep_in(file);
            thread::scope(|scope| {
                let receiving = scope.spawn(move || fetched.receive(arriving));
                let listed = list_copy(job, blob, stop);
                if listed.is_err() {
                    // The rest of what cannot be read is not waited for.
                    stop.cancel();
                }
                match receiving.join() {
                    Ok(Err(error)) if listed.is_ok() => Err(invalid(error)),
                    _ => listed,
                }
            })
        }
        None => list_stream(job, &mut arriving, stop),
    };
    let (mut listing, tar, checkpoints) = listed?;
    let found = sum.map(|sum| sum.digest());
    let right = found.clone().filter(|found| job.is_right(Some(found)));
    if let Some(found) = right.filter(|_| is_kept) {
        fetched.set_received(found);
    }
    listing.digests = found.zip(tar);
    Ok(LayerIndex {
        listing,
        checkpoints,
    })
}

type ListedTar = (Listing, Option<String>, Vec<Checkpoint>);

/// Lists a copy that may still be arriving.
fn list_copy(job: &FetchJob<'_>, blob: &Blob, stop: &Cancel) -> Result<ListedTar, Error> {
    let what = format!("layer {}", job.layer.name);
    let invalid = |source| decompression_error(&what, source, Position::plain(0));
    let mut head = [0; HEAD];
    let count = blob.read_at(0, &mut head).map_err(invalid)?;
    let Some(compression) = compression(job, &head[..count])? else {
        return Ok(empty_tar(job));
    };
    if compression == Compression::Gzip {
        let bytes = GzipReader::with_checkpoints(blob.clone(), job.threads, GRID);
        let mut bytes = bytes.map_err(|error| invalid(error).decompressed())?;
        let (listing, tar) = list_tar(job, &mut bytes, compression, stop)?;
        return Ok((listing, tar, bytes.into_checkpoints()));
    }
    let bytes = Decompressor::new(compression, blob.reader(0));
    let bytes = bytes.map_err(|error| invalid(error).decompressed())?;
    let (listing, tar) = list_tar(job, bytes, compression, stop)?;
    Ok((listing, tar, Vec::new()))
}

/// Lists a stream without keeping it.
fn list_stream(
    job: &FetchJob<'_>,
    arriving: &mut (impl Read + Send),
    stop: &Cancel,
) -> Result<ListedTar, Error> {
    let what = format!("layer {}", job.layer.name);
    let invalid = |source| decompression_error(&what, source, Position::plain(0));
    let mut head = Vec::with_capacity(HEAD);
    let begun = arriving.by_ref().take(HEAD as u64).read_to_end(&mut head);
    begun.map_err(invalid)?;
    let Some(compression) = compression(job, &head)? else {
        return Ok(empty_tar(job));
    };
    let all_bytes = std::io::Cursor::new(head).chain(&mut *arriving);
    let decompressed = Decompressor::new(compression, all_bytes).map_err(invalid)?;
    let (listing, tar) = list_tar(job, decompressed, compression, stop)?;
    Ok((listing, tar, Vec::new()))
}

/// Lists a blob without bytes.
fn empty_tar(job: &FetchJob<'_>) -> ListedTar {
    let listing = empty(job.layer.expected_digest().as_deref(), job.diff_id);
    let tar = listing.digests.as_ref().map(|(_, tar)| tar.clone());
    (listing, tar, Vec::new())
}

fn compression(job: &FetchJob<'_>, head: &[u8]) -> Result<Option<Compression>, Error> {
    match BlobKind::of(head) {
        BlobKind::Tar(compression) => Ok(Some(compression)),
        BlobKind::Empty => Ok(None),
        BlobKind::Json | BlobKind::Unknown => Err(not_a_layer(job.layer, head)),
    }
}

fn list_tar(
    job: &FetchJob<'_>,
    decompressed: impl Read + Send,
    compression: Compression,
    stop: &Cancel,
) -> Result<(Listing, Option<String>), Error> {
    let algorithm = algorithm(job.diff_id);
    let (mut decompressed, sum) = HashingReader::new(decompressed, Some(algorithm));
    let options = ListOptions {
        compression,
        hash: true,
        budget: job.budget,
        cancel: stop,
    };
    let listed = match compression {
        Compression::None => {
            let bytes: &mut dyn Read = &mut decompressed;
            list(StreamSource::new(bytes), options, |_| ())
        }
        _ => with_read_ahead(decompressed, |ahead| list(ahead, options, |_| ())),
    };
    let listing =
        listed.map_err(|(error, position)| layer_error(error, job.layer, compression, position))?;
    Ok((listing, sum.map(|sum| sum.digest())))
}
