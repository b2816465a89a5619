//! Archives that pass once: every JSON document is kept, everything that may be a layer is listed as it goes by, and what is meant is found when
//! the stream has ended, since old producers write their manifest last.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use super::super::blob::Blob;
use super::super::clean;
use super::super::compression::{Content, HEAD, Unpacked};
use super::super::content::Layers;
use super::super::error::Error;
use super::super::layer::list;
use super::super::manifest::{self, Chosen, LayerRef};
use super::super::overlap::overlapped;
use super::super::scan::{Fault, Scan};
use super::super::spool::Spooled;
use super::super::store::{LARGEST_JSON, Passed, PassedLayer, Store, outer_fault};
use super::super::tape::{Passing, Tape};
use super::super::verify::Hashing;
use super::early::Early;
use super::{Archive, Cancel, Options, Progress, check, finish, layer_fault};
use crate::image::{Compression, LayerId, Listing};

/// After how many bytes progress is told again.
const TELL_EVERY: u64 = 4 << 20;

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
    let (mut listings, mut names) = (Vec::new(), Vec::new());
    for (place, layer) in chosen.layers.iter().enumerate() {
        names.push(passed.links.follow(&layer.name).to_owned());
        let (listing, stored) = take_layer(&mut passed, layer)?;
        if options.verify {
            check(
                layer,
                chosen.about.headings[place].diff_id.as_deref(),
                &listing,
            )?;
        }
        let known = listing.compression != Compression::None || chosen.as_stored;
        chosen.about.headings[place].stored = stored.filter(|_| known);
        listings.push(listing);
    }
    drop(passed);
    let layers = match spooled.into_copy() {
        Some(copy) => find_again(copy, &chosen, &listings, cancel)?,
        None => Layers::gone(names),
    };
    Ok(Archive {
        image: finish(chosen, listings)?,
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
        None => Err(Error::MissingBlob {
            what: "layer".to_owned(),
            name: layer.name.clone(),
        }),
    }
}

/// Lets the stream go by and keeps what may be needed.
fn pass(
    stream: impl Read + Send,
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Passed, Error> {
    let told = Told {
        inner: stream,
        done: 0,
        next: TELL_EVERY,
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
        cancel,
    };
    loop {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        if !scan
            .next()
            .map_err(|fault| outer_fault(fault, scan.position()))?
        {
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
        let stored = scan.header().stored;
        let mut head = vec![0; HEAD.min(usize::try_from(stored).unwrap_or(HEAD))];
        let count = scan
            .read_content(&mut head)
            .map_err(|fault| outer_fault(fault, scan.position()))?;
        head.truncate(count);
        match Content::of(&head) {
            Content::Json if stored <= LARGEST_JSON => {
                scan.content(|bytes| head.extend_from_slice(bytes))
                    .map_err(|fault| outer_fault(fault, scan.position()))?;
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
                let (listing, broken) =
                    list_passing(blob, compression, self.sums, self.cancel, &layer);
                // When the stream itself is broken, that is what is wrong, not the layer.
                match (broken, listing) {
                    (Some(fault), _) => return Err(outer_fault(fault, scan.position())),
                    (None, Err(Error::Cancelled)) => return Err(Error::Cancelled),
                    (None, listing) => self.layer(name, listing.map(Arc::new), stored, progress),
                }
            }
            Content::Empty => {
                let mut listing = Listing::new(Compression::None);
                listing.warnings.push("its blob is empty".to_owned());
                self.layer(name, Ok(Arc::new(listing)), 0, progress);
            }
            Content::Json | Content::Unknown => {}
        }
        Ok(())
    }

    fn layer(
        &mut self,
        name: String,
        listing: Result<Arc<Listing>, Error>,
        stored: u64,
        progress: &impl Fn(Progress),
    ) {
        if let Ok(listing) = &listing
            && let Some((_, diff_id)) = &listing.digests
        {
            for place in self.early.places(diff_id) {
                if let Ok(layer) = u32::try_from(place) {
                    progress(Progress::Layer {
                        layer: LayerId(layer),
                        done: stored,
                        total: stored,
                    });
                }
                self.early.add(place, listing);
            }
            self.early.hand_out(progress);
        }
        self.passed
            .layers
            .insert(name, PassedLayer { listing, stored });
    }
}

/// Lists a blob as it passes; also returns how the stream itself broke, if it did.
fn list_passing<T: Tape + Send>(
    mut blob: Rest<'_, T>,
    compression: Compression,
    sums: bool,
    cancel: &Cancel,
    layer: &LayerRef,
) -> (Result<Listing, Error>, Option<Fault>) {
    let (raw, blob_sum) = Hashing::new(&mut blob, sums);
    let result = match Unpacked::new(compression, raw) {
        Err(error) => Err((Fault::Io(error).into(), 0)),
        Ok(unpacked) => {
            let (unpacked, sum) = Hashing::new(unpacked, sums);
            let listed = match compression {
                Compression::None => {
                    list(Passing::new(unpacked), compression, true, cancel, |_| ())
                }
                _ => overlapped(unpacked, |ahead| {
                    list(Passing::new(ahead), compression, true, cancel, |_| ())
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
        result.map_err(|(fault, position)| layer_fault(fault, layer, position)),
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
