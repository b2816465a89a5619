//! A stream going by: every JSON document is kept, everything that may be a layer is listed, of the rest only what it looks like is remembered. What
//! of it is the image is not known here.

use std::io::{self, Read};
use std::sync::Arc;

use super::super::clean;
use super::super::compression::{Content, HEAD, Unpacked};
use super::super::error::Error;
use super::super::fault::Fault;
use super::super::fault::outer_fault;
use super::super::layer::list;
use super::super::manifest::LayerRef;
use super::super::overlap::overlapped;
use super::super::scan::Scan;
use super::super::store::{LARGEST_JSON, Passed, PassedLayer};
use super::super::tape::{Passing, Tape};
use super::super::verify::{Algorithm, Hashing};
use super::early::Early;
use super::{Cancel, Options, Progress, empty, layer_fault};
use crate::image::{Compression, LayerId, Listing};

/// After how many bytes progress is told again.
const TELL_EVERY: u64 = 4 << 20;
/// Most bytes of JSON kept of one archive.
const MOST_JSON: u64 = 256 << 20;
/// How many first bytes are kept of what is neither JSON nor a layer: enough to say what it looks like.
const OTHERS_HEAD: usize = 8;

/// Lets the stream go by and keeps what may be needed.
pub(super) fn pass(
    stream: impl Read + Send,
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Passed, Error> {
    let told = Told {
        inner: stream,
        done: 0,
        next: 1,
        progress,
    };
    let mut scan = Scan::new(Passing::new(told));
    let early = Early::new(options.expected.clone());
    // Digests tell which layer a blob is before the manifest does.
    let sums = options.verify || (options.partial && !options.expected.headings.is_empty());
    let mut pass = Pass {
        passed: Passed::default(),
        early,
        sums,
        json_bytes: 0,
        cancel,
    };
    loop {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        if !scan.next().map_err(|fault| outer_fault(fault, &scan))? {
            let unmarked = scan.unmarked();
            pass.passed.unmarked = unmarked.map_err(|fault| outer_fault(fault, &scan))?;
            return Ok(pass.passed);
        }
        let header = scan.header();
        let name = clean::name(&header.path);
        match header.type_flag {
            b'1' | b'2' => pass
                .passed
                .links
                .add(&name, &header.link, header.type_flag == b'2'),
            b'5' => {}
            _ => pass.keep(&mut scan, name, progress)?,
        }
    }
}

/// What is kept of a stream, and how.
struct Pass<'a> {
    passed: Passed,
    early: Early,
    sums: bool,
    json_bytes: u64,
    cancel: &'a Cancel,
}

impl Pass<'_> {
    /// Keeps a JSON document, lists a layer, lets anything else go by.
    fn keep<T: Tape + Send>(
        &mut self,
        scan: &mut Scan<T>,
        name: String,
        progress: &impl Fn(Progress),
    ) -> Result<(), Error> {
        let (start, stored) = (scan.position(), scan.header().stored);
        let mut head = vec![0; HEAD.min(usize::try_from(stored).unwrap_or(HEAD))];
        let count = scan
            .read_content(&mut head)
            .map_err(|fault| outer_fault(fault, scan))?;
        head.truncate(count);
        match Content::of(&head) {
            Content::Json if stored <= LARGEST_JSON => {
                scan.content(|bytes| head.extend_from_slice(bytes))
                    .map_err(|fault| outer_fault(fault, scan))?;
                self.json_bytes += stored;
                if self.json_bytes > MOST_JSON {
                    return Err(Error::OverLimit {
                        what: "the JSON of the archive".to_owned(),
                        limit: MOST_JSON,
                    });
                }
                self.passed.others.remove(&name);
                self.passed.json.insert(name, head);
            }
            Content::Tar(compression) => {
                let layer = LayerRef {
                    name: name.clone(),
                    media_type: String::new(),
                    digest: None,
                    foreign: false,
                };
                let blob = Rest {
                    head: io::Cursor::new(head),
                    scan,
                    broken: None,
                };
                let place = self.early.place_of(&name, stored);
                let early = &mut self.early;
                let mut next = 0;
                let passed = |position: u64| {
                    if position < next {
                        return;
                    }
                    next = position + TELL_EVERY;
                    // Of a packed layer nobody knows how much of the blob that is.
                    if compression == Compression::None {
                        tell_layer(place, position.min(stored), stored, progress);
                    }
                    early.hand_out(progress);
                };
                let (listing, broken) =
                    list_passing(blob, compression, self.sums, self.cancel, &layer, passed);
                // When the stream itself is broken, that is what is wrong, not the layer.
                match (broken, listing) {
                    (Some(fault), _) => return Err(outer_fault(fault, scan)),
                    (None, Err(Error::Cancelled)) => return Err(Error::Cancelled),
                    (None, listing) => {
                        // Of what it was taken for its own is still to come.
                        let wrong = place.filter(|&place| is_another(&self.early, place, &listing));
                        tell_layer(wrong, 0, stored, progress);
                        self.layer(name, listing.map(Arc::new), (start, stored), progress);
                    }
                }
            }
            Content::Empty => {
                self.passed.others.insert(name.clone(), head);
                self.layer(name, Ok(Arc::new(empty())), (start, 0), progress);
            }
            Content::Json | Content::Unknown => {
                head.truncate(OTHERS_HEAD);
                // The last file of a name is the one that counts.
                self.passed.json.remove(&name);
                self.passed.others.insert(name, head);
            }
        }
        Ok(())
    }

    fn layer(
        &mut self,
        name: String,
        listing: Result<Arc<Listing>, Error>,
        (start, stored): (u64, u64),
        progress: &impl Fn(Progress),
    ) {
        if let Ok(listing) = &listing
            && let Some((_, diff_id)) = &listing.digests
        {
            for place in self.early.places(diff_id) {
                tell_layer(Some(place), stored, stored, progress);
                self.early.add(place, listing);
            }
            self.early.hand_out(progress);
        }
        let layers = &mut self.passed.layers;
        let before = layers.get(&name).map_or(0, |other| other.before + 1);
        let layer = PassedLayer {
            listing,
            stored,
            start,
            before,
        };
        layers.insert(name, layer);
    }
}

/// Returns whether a blob was taken for a layer that it is not, as its digest tells.
fn is_another(early: &Early, taken_for: usize, listing: &Result<Listing, Error>) -> bool {
    let digests = listing
        .as_ref()
        .ok()
        .and_then(|listing| listing.digests.as_ref());
    digests.is_some_and(|(_, tar)| !early.places(tar).contains(&taken_for))
}

/// Tells how far a layer has come, if it is known which one it is.
fn tell_layer(place: Option<usize>, done: u64, total: u64, progress: &impl Fn(Progress)) {
    if let Some(layer) = place.and_then(|place| u32::try_from(place).ok()) {
        let layer = LayerId(layer);
        progress(Progress::Layer { layer, done, total });
    }
}

/// Lists a blob as it passes; also returns how the stream itself broke, if it did.
fn list_passing<T: Tape + Send>(
    mut blob: Rest<'_, T>,
    compression: Compression,
    sums: bool,
    cancel: &Cancel,
    layer: &LayerRef,
    passed: impl FnMut(u64),
) -> (Result<Listing, Error>, Option<Fault>) {
    let promised = layer.promised();
    let of_blob = promised.and_then(|digest| Algorithm::of(&digest));
    let (raw, blob_sum) = Hashing::new(&mut blob, sums.then(|| of_blob.unwrap_or_default()));
    let result = match Unpacked::new(compression, raw) {
        Err(error) => Err((Fault::Io(error).into(), 0)),
        Ok(unpacked) => {
            let (unpacked, sum) = Hashing::new(unpacked, sums.then(Algorithm::default));
            let listed = match compression {
                Compression::None => {
                    list(Passing::new(unpacked), compression, true, cancel, passed)
                }
                _ => overlapped(unpacked, |ahead| {
                    list(ahead, compression, true, cancel, passed)
                }),
            };
            listed.map(|mut listing| {
                listing.digests = blob_sum
                    .zip(sum)
                    .map(|(blob, tar)| (blob.digest(), tar.digest()));
                listing
            })
        }
    };
    (
        result.map_err(|(fault, position)| layer_fault(fault, layer, compression, position)),
        blob.broken,
    )
}

/// The rest of a record's content as a reader.
pub(super) struct Rest<'a, T> {
    pub(super) head: io::Cursor<Vec<u8>>,
    pub(super) scan: &'a mut Scan<T>,
    /// How the outer stream broke, kept for the one who asks why.
    pub(super) broken: Option<Fault>,
}

impl<T: Tape> Read for Rest<'_, T> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.head.read(buf)?;
        if count > 0 || buf.is_empty() {
            return Ok(count);
        }
        match self.scan.read_content(buf) {
            Ok(count) => Ok(count),
            Err(fault) => {
                self.broken = Some(fault);
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
    }
}

/// Counts bytes as they come and tells how many now and then.
struct Told<'a, R, P> {
    inner: R,
    done: u64,
    next: u64,
    progress: &'a P,
}

impl<R: Read, P: Fn(Progress)> Read for Told<'_, R, P> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        self.done += count as u64;
        if self.done >= self.next {
            self.next = self.done + TELL_EVERY;
            (self.progress)(Progress::Stream(self.done));
        }
        Ok(count)
    }
}
