//! Scans a stream to its end: keeps every JSON document, lists every file that may be a layer, and remembers the first bytes of all others. Which of
//! them are the image is not decided here.

use std::io::Read;
use std::sync::Arc;

use crate::archive::cancel::Cancel;
use crate::archive::compression::detect::BlobKind;
use crate::archive::diagnose::archive_error;
use crate::archive::error::Error;
use crate::archive::input::byte_source::{ByteSource, StreamSource};
use crate::archive::input::counting_reader::CountingReader;
use crate::archive::manifest::candidate::LayerRef;
use crate::archive::manifest::choice::Choice;
use crate::archive::manifest::find_image::describe_config;
use crate::archive::read::entry_reader::{EntryReader, read_head};
use crate::archive::read::layer_checks::empty;
use crate::archive::read::list_entry::list_entry;
use crate::archive::read::options::{ReadOptions, ReadProgress, report_layer};
use crate::archive::read::partial::PartialImage;
use crate::archive::safe_names;
use crate::archive::store::{StreamContents, StreamedLayer};
use crate::archive::tar::reader::TarReader;
use crate::image::{Account, Budget, Compression, Listing, TooLarge};

/// After how many bytes progress is reported again: often, since a stream can be slow.
const REPORT_EVERY: u64 = 128 << 10;
/// How many first bytes are kept of a file that is neither JSON nor a layer: enough for an error message.
const HEAD_KEPT: usize = 8;
/// Bytes of memory that a listing without entries takes.
const EACH_FILE: u64 = 512;

/// Reads a stream to its end and keeps what an image may need; hashes its layers if that is needed, or `hashes`.
pub(super) fn scan_stream(
    stream: &mut (dyn Read + Send),
    hashes: bool,
    options: &ReadOptions,
    cancel: &Cancel,
    progress: &(dyn Fn(ReadProgress) + Sync),
) -> Result<StreamContents, Error> {
    let mut next = 1;
    let counting = CountingReader::new(stream, |done| {
        if done >= next {
            next = done + REPORT_EVERY;
            progress(ReadProgress::Stream { done, total: None });
        }
    });
    let mut tar = TarReader::new(StreamSource::new(counting));
    let mut scan = StreamScan {
        contents: StreamContents::default(),
        image: PartialImage::new(options.expected.clone(), &options.budget),
        account: options.budget.account(),
        budget: &options.budget,
        // A digest identifies a layer before the manifest does.
        with_digests: hashes || options.verify || options.partial,
        partial: options.partial,
        choice: &options.choice,
        cancel,
        progress,
    };
    loop {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        if !tar.next().map_err(|error| archive_error(error, &tar))? {
            let unmarked = tar.unmarked();
            scan.contents.unmarked = unmarked.map_err(|error| archive_error(error, &tar))?;
            return Ok(scan.contents);
        }
        let header = tar.header();
        let name = safe_names::normalized(&header.path);
        match header.type_flag {
            b'5' => {}
            kind => {
                let kept = safe_names::footprint(&name) + EACH_FILE + header.link.len() as u64;
                scan.account.take(kept).map_err(too_large)?;
                if matches!(kind, b'1' | b'2') {
                    let links = &mut scan.contents.links;
                    links.add(&name, &header.link, kind == b'2');
                } else {
                    scan.take_file(&mut tar, name)?;
                }
            }
        }
    }
}

/// Returns the error of too many files in an archive.
fn too_large(error: TooLarge) -> Error {
    Error::too_large("the list of the archive's files", error)
}

/// A scan of a stream: the data kept so far, and how to continue.
struct StreamScan<'a> {
    contents: StreamContents,
    image: PartialImage,
    /// The memory of the names.
    account: Account,
    budget: &'a Budget,
    with_digests: bool,
    partial: bool,
    choice: &'a Choice,
    cancel: &'a Cancel,
    progress: &'a (dyn Fn(ReadProgress) + Sync),
}

/// The range of a file in a stream: offset and length.
type StreamRange = (u64, u64);

impl StreamScan<'_> {
    /// Keeps a JSON document, lists a layer, or remembers the first bytes of any other file. The last file of a name counts.
    fn take_file<T: ByteSource + Send>(
        &mut self,
        tar: &mut TarReader<T>,
        name: String,
    ) -> Result<(), Error> {
        let range = (tar.position(), tar.header().stored);
        let mut head = read_head(tar)?;
        match BlobKind::of(&head) {
            BlobKind::Json if self.contents.documents.keeps(range.1) => {
                tar.content(|bytes| {
                    head.extend_from_slice(bytes);
                    true
                })
                .map_err(|error| archive_error(error, tar))?;
                self.learn(&head);
                self.contents.others.remove(&name);
                self.contents.documents.keep(name, head)?;
            }
            BlobKind::Json => {
                self.contents.others.remove(&name);
                self.contents.documents.drop_large(name);
            }
            BlobKind::Tar(compression) => self.list_layer(tar, name, compression, head, range)?,
            BlobKind::Empty => {
                self.contents.others.insert(name.clone(), head);
                self.add_layer(name, Ok(Arc::new(empty(None, None))), (range.0, 0));
            }
            BlobKind::Unknown => {
                head.truncate(HEAD_KEPT);
                self.contents.documents.remove(&name);
                self.contents.others.insert(name, head);
            }
        }
        Ok(())
    }

    /// Lists a file that looks like a layer, of which `head` was read.
    fn list_layer<T: ByteSource + Send>(
        &mut self,
        tar: &mut TarReader<T>,
        name: String,
        compression: Compression,
        head: Vec<u8>,
        range: StreamRange,
    ) -> Result<(), Error> {
        let stored = range.1;
        let layer = LayerRef {
            name: name.clone(),
            media_type: String::new(),
            digest: None,
            size: None,
            foreign: false,
            contents_table: None,
        };
        let guess = self.image.guess_layer(&name, stored);
        let row = guess.or_else(|| self.next_row());
        report_layer(row, 0, stored, self.progress);
        let (image, progress) = (&mut self.image, self.progress);
        let mut next = REPORT_EVERY;
        let report = |position: u64| {
            if position >= next {
                next = position + REPORT_EVERY;
                report_layer(row, position, stored, progress);
                image.send_if_due(progress);
            }
        };
        let blob = EntryReader::new(head, tar);
        let (listing, error) = list_entry(
            blob,
            compression,
            self.with_digests,
            (self.budget, self.cancel),
            &layer,
            report,
        );
        // An error of the stream itself comes before the layer's, which follows from it.
        if let Some(error) = error {
            return Err(archive_error(error, tar));
        }
        if let Err(error @ (Error::Cancelled | Error::Memory { .. })) = listing {
            return Err(error);
        }
        // The guessed layer is later in the stream.
        let wrong = guess.is_some_and(|guess| is_another(&self.image, guess, &listing));
        report_layer(row, if wrong { 0 } else { stored }, stored, self.progress);
        self.add_layer(name, listing.map(Arc::new), range);
        Ok(())
    }

    fn add_layer(
        &mut self,
        name: String,
        listing: Result<Arc<Listing>, Error>,
        (start, stored): StreamRange,
    ) {
        let layers = &mut self.contents.layers;
        let before = layers.get(&name).map_or(0, |other| other.before + 1);
        let layer = StreamedLayer {
            listing,
            stored,
            start,
            before,
            cache_name: None,
        };
        add_known(&mut self.image, &layer, self.progress);
        self.image.send_if_due(self.progress);
        layers.insert(name, layer);
    }

    /// Returns the row of the next blob while it is unknown which layers there are: they are reported in the stream's order.
    fn next_row(&self) -> Option<usize> {
        let unknown = self.partial && self.image.headings().is_empty();
        unknown.then_some(self.contents.layers.len())
    }

    /// Takes the layers from a document if it is a config, and adds those that are already listed.
    fn learn(&mut self, document: &[u8]) {
        if !self.partial || !self.image.config_may_help() {
            return;
        }
        let config = describe_config(document, self.choice);
        if !config.is_some_and(|config| self.image.add_config(config)) {
            return;
        }
        (self.progress)(ReadProgress::Headings(self.image.headings().to_vec()));
        let mut layers: Vec<&StreamedLayer> = self.contents.layers.values().collect();
        layers.sort_by_key(|layer| layer.start);
        for (row, layer) in layers.into_iter().enumerate() {
            if self.image.headings().is_empty() {
                report_layer(Some(row), layer.stored, layer.stored, self.progress);
            }
            add_known(&mut self.image, layer, self.progress);
        }
    }
}

/// Adds a listed layer to the image at every place with its digest.
fn add_known(image: &mut PartialImage, layer: &StreamedLayer, progress: &dyn Fn(ReadProgress)) {
    if let Ok(listing) = &layer.listing
        && let Some((_, diff_id)) = &listing.digests
    {
        for index in image.layers_with(diff_id) {
            report_layer(Some(index), layer.stored, layer.stored, progress);
            image.add(index, listing);
        }
    }
}

/// Returns whether a blob turned out to be another layer than the one that was guessed.
fn is_another(image: &PartialImage, guess: usize, listing: &Result<Listing, Error>) -> bool {
    let digests = listing
        .as_ref()
        .ok()
        .and_then(|listing| listing.digests.as_ref());
    digests.is_some_and(|(_, tar)| !image.layers_with(tar).contains(&guess))
}
