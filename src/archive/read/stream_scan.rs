//! A stream going by: every JSON document is kept, everything that may be a layer is listed, of the rest only what it looks like is remembered. What
//! of it is the image is not known here.

use std::io::{self, Read};
use std::sync::Arc;

use crate::archive::byte_source::{ByteSource, StreamSource};
use crate::archive::clean;
use crate::archive::compression::{Content, HEAD};
use crate::archive::counted::Counted;
use crate::archive::error::Error;
use crate::archive::fault::outer_fault;
use crate::archive::manifest::{self, Choice, LayerRef};
use crate::archive::read::entry_reader::{Rest, list_passing};
use crate::archive::read::partial::PartialImage;
use crate::archive::read::{Cancel, Options, Progress, empty, tell_layer};
use crate::archive::scan::Scan;
use crate::archive::store::{Passed, PassedLayer};
use crate::image::Listing;

/// After how many bytes progress is told again: often, since a stream may be slow.
const TELL_EVERY: u64 = 128 << 10;
/// How many first bytes are kept of what is neither JSON nor a layer: enough to say what it looks like.
const OTHERS_HEAD: usize = 8;

/// Lets the stream go by and keeps what may be needed.
pub(super) fn pass(
    stream: impl Read + Send,
    options: &Options,
    cancel: &Cancel,
    progress: &(impl Fn(Progress) + Sync),
) -> Result<Passed, Error> {
    let mut next = 1;
    let told = Counted::new(stream, |done| {
        if done >= next {
            next = done + TELL_EVERY;
            progress(Progress::Stream { done, total: None });
        }
    });
    let mut scan = Scan::new(StreamSource::new(told));
    let early = PartialImage::new(options.expected.clone());
    // Digests tell which layer a blob is before the manifest does.
    let mut pass = Pass {
        passed: Passed::default(),
        early,
        sums: options.verify || options.partial,
        partial: options.partial,
        choice: &options.choice,
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
    early: PartialImage,
    sums: bool,
    partial: bool,
    choice: &'a Choice,
    cancel: &'a Cancel,
}

impl Pass<'_> {
    /// Keeps a JSON document, lists a layer, lets anything else go by.
    fn keep<T: ByteSource + Send>(
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
            Content::Json if self.passed.documents.keeps(stored) => {
                scan.content(|bytes| {
                    head.extend_from_slice(bytes);
                    true
                })
                .map_err(|fault| outer_fault(fault, scan))?;
                self.learn(&head, progress);
                self.passed.others.remove(&name);
                self.passed.documents.keep(name, head)?;
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
                let known = self.early.place_of(&name, stored);
                let place = known.or_else(|| self.row());
                tell_layer(place, 0, stored, progress);
                let early = &mut self.early;
                let mut next = TELL_EVERY;
                let passed = |position: u64| {
                    if position >= next {
                        next = position + TELL_EVERY;
                        tell_layer(place, position, stored, progress);
                        early.hand_out(progress);
                    }
                };
                let (listing, broken) =
                    list_passing(blob, compression, self.sums, self.cancel, &layer, passed);
                // When the stream itself is broken, that is what is wrong, not the layer.
                match (broken, listing) {
                    (Some(fault), _) => return Err(outer_fault(fault, scan)),
                    (None, Err(Error::Cancelled)) => return Err(Error::Cancelled),
                    (None, listing) => {
                        // Of what it was taken for its own is still to come.
                        let wrong = known.filter(|&place| is_another(&self.early, place, &listing));
                        let done = if wrong.is_some() { 0 } else { stored };
                        tell_layer(place, done, stored, progress);
                        self.layer(name, listing.map(Arc::new), (start, stored), progress);
                    }
                }
            }
            Content::Empty => {
                self.passed.others.insert(name.clone(), head);
                self.layer(name, Ok(Arc::new(empty())), (start, 0), progress);
            }
            // The last file of a name is the one that counts.
            Content::Json => {
                self.passed.others.remove(&name);
                self.passed.documents.leave_out(name);
            }
            Content::Unknown => {
                head.truncate(OTHERS_HEAD);
                self.passed.documents.forget(&name);
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
        let layers = &mut self.passed.layers;
        let before = layers.get(&name).map_or(0, |other| other.before + 1);
        let layer = PassedLayer {
            listing,
            stored,
            start,
            before,
        };
        place(&mut self.early, &layer, progress);
        self.early.hand_out(progress);
        layers.insert(name, layer);
    }

    /// Returns the line of the next blob while nobody has said which layers there are: they are told in the order in which they come.
    fn row(&self) -> Option<usize> {
        let unknown = self.partial && self.early.headings().is_empty();
        unknown.then_some(self.passed.layers.len())
    }

    /// Looks whether a document tells which layers there are, and if so which of them have come.
    fn learn(&mut self, document: &[u8], progress: &impl Fn(Progress)) {
        if !self.partial || !self.early.may_learn() {
            return;
        }
        let told = manifest::told_by(document, self.choice);
        if !told.is_some_and(|told| self.early.learn(told)) {
            return;
        }
        progress(Progress::Headings(self.early.headings().to_vec()));
        let mut layers: Vec<&PassedLayer> = self.passed.layers.values().collect();
        layers.sort_by_key(|layer| layer.start);
        for (row, layer) in layers.into_iter().enumerate() {
            if self.early.headings().is_empty() {
                tell_layer(Some(row), layer.stored, layer.stored, progress);
            }
            place(&mut self.early, layer, progress);
        }
    }
}

/// Puts a layer that has gone by where it belongs, if that is known.
fn place(early: &mut PartialImage, layer: &PassedLayer, progress: &impl Fn(Progress)) {
    if let Ok(listing) = &layer.listing
        && let Some((_, diff_id)) = &listing.digests
    {
        for place in early.places(diff_id) {
            tell_layer(Some(place), layer.stored, layer.stored, progress);
            early.add(place, listing);
        }
    }
}

/// Returns whether a blob was taken for a layer that it is not, as its digest tells.
fn is_another(early: &PartialImage, taken_for: usize, listing: &Result<Listing, Error>) -> bool {
    let digests = listing
        .as_ref()
        .ok()
        .and_then(|listing| listing.digests.as_ref());
    digests.is_some_and(|(_, tar)| !early.places(tar).contains(&taken_for))
}
