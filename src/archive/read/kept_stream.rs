//! Streams that are not read again: what a cache keeps of one, taken from there or put there. Which bytes a name stands for is decided here; how they are
//! read is not.
//!
//! A file that is compressed as one piece is known again by its identity. A stream is known by the digest by which its sender knows the image, and kept only
//! if its documents and layers were hashed and are those of that digest: no sender, and no image, can put another one's here.

use std::sync::Arc;

use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::digest::{digest_of, matches_digest};
use crate::archive::error::Error;
use crate::archive::input::blob::Blob;
use crate::archive::input::file_identity::BlobPlace;
use crate::archive::layer_cache::{LayerCache, StreamIndex, StreamedFile};
use crate::archive::manifest::candidate::Chosen;
use crate::archive::manifest::find_image::find_image;
use crate::archive::manifest::oci::blob_name;
use crate::archive::read::list_blob::place_name;
use crate::archive::read::options::ReadOptions;
use crate::archive::store::{Store, StreamContents, StreamedLayer};
use crate::image::{Budget, Compression, Description};

/// Under which name a stream is kept.
pub(super) struct StreamKey<'a> {
    cache: &'a dyn LayerCache,
    name: String,
    known_by: KnownBy<'a>,
}

/// By what a stream is known again.
enum KnownBy<'a> {
    /// The file that it is in.
    Place(BlobPlace),
    /// The digest of the image.
    Id(&'a str),
}

impl<'a> StreamKey<'a> {
    /// Returns the key of a compressed file; nothing where it is not to be kept, or has no identity.
    pub(super) fn of_file(blob: &Blob, options: &'a ReadOptions) -> Option<Self> {
        let place = blob.place()?;
        Some(Self {
            cache: cache(options)?,
            name: place_name(&place).replace("file:", "archive:"),
            known_by: KnownBy::Place(place),
        })
    }

    /// Returns the key of a stream whose sender knows the image by a digest. The digest may be that of an index, whose images the sender need not all have: what
    /// chooses among them is part of the name.
    pub(super) fn of_image(options: &'a ReadOptions) -> Option<Self> {
        let id = options.sender_id.as_deref()?;
        id.strip_prefix("sha256:")?;
        let chosen_by = format!("{id} {:?} {:?}", options.choice, options.expected.platform);
        Some(Self {
            cache: cache(options)?,
            name: digest_of(chosen_by.as_bytes()).replace("sha256:", "image:"),
            known_by: KnownBy::Id(id),
        })
    }

    /// Returns what is kept, complete with all layers, and the checkpoints of the stream.
    ///
    /// # Errors
    /// [`Error`] when the memory does not suffice.
    pub(super) fn kept(
        &self,
        budget: &Budget,
    ) -> Result<Option<(StreamContents, Vec<Checkpoint>)>, Error> {
        let Some((index, checkpoints)) = self.cache.stream(&self.name) else {
            return Ok(None);
        };
        let mut contents = StreamContents::default();
        for (name, text) in index.documents {
            contents.documents.keep(name, text)?;
        }
        for link in index.links {
            contents.links.restore(link);
        }
        contents.others = index.others.into_iter().collect();
        for file in index.layers {
            let Some(layer) = self.cache.get(&file.index) else {
                return Ok(None);
            };
            let mut listing = layer.listing;
            let charged = listing.charge(budget);
            charged.map_err(|error| Error::too_large(format!("layer {}", file.name), error))?;
            let layer = StreamedLayer {
                listing: Ok(Arc::new(listing)),
                stored: file.stored,
                start: file.start,
                before: file.before,
                cache_name: Some(file.index.into()),
            };
            contents.layers.insert(file.name, layer);
        }
        Ok(Some((contents, checkpoints)))
    }

    /// Returns whether the identity of the file shows any change from now on.
    pub(super) fn settle(&self, blob: &Blob) -> bool {
        match &self.known_by {
            KnownBy::Place(place) => place.file.settle() && self.is_unchanged(blob),
            KnownBy::Id(_) => true,
        }
    }

    /// Returns whether the file is as it was when the key was made.
    pub(super) fn is_unchanged(&self, blob: &Blob) -> bool {
        match &self.known_by {
            KnownBy::Place(place) => blob.place().as_ref() == Some(place),
            KnownBy::Id(_) => true,
        }
    }

    /// Returns whether the image in a stream is the one that the name stands for: whether the digest is that of its documents, and its layers have the digests
    /// there. A file is what it is.
    pub(super) fn is_proven(&self, store: &Store, chosen: &Chosen, options: &ReadOptions) -> bool {
        let (KnownBy::Id(id), Store::Stream(contents)) = (&self.known_by, store) else {
            return true;
        };
        let found = find_image(store, &options.choice, &options.reference, true, false);
        let is_same =
            |found: &Chosen| found.about.id == chosen.about.id && found.layers == chosen.layers;
        let mut layers = chosen.layers.iter().zip(&chosen.about.headings);
        found.is_ok_and(|found| is_same(&found))
            && is_of(id, &chosen.about, store)
            && layers.all(|(layer, heading)| {
                let found = contents.find(&layer.name);
                let listing = found.and_then(|(_, found)| found.listing.as_ref().ok());
                let digests = listing.and_then(|listing| listing.digests.as_ref());
                digests.is_some_and(|(_, tar)| heading.diff_id.as_ref() == Some(tar))
            })
    }

    /// Keeps what was read of a stream, and gives its layers the names under which they are kept. Nothing is kept of a stream of which something could not be
    /// read, or may be truncated.
    pub(super) fn keep(&self, contents: &mut StreamContents, checkpoints: &[Checkpoint]) {
        let Some(documents) = contents
            .documents
            .all()
            .filter(|_| contents.unmarked.is_none())
        else {
            return;
        };
        let text = |(name, bytes): (&String, &Vec<u8>)| (name.clone(), bytes.clone());
        let mut index = StreamIndex {
            documents: documents.map(text).collect(),
            others: contents.others.iter().map(text).collect(),
            links: contents.links.all().collect(),
            layers: Vec::new(),
        };
        for (name, layer) in &contents.layers {
            let Some(own) = self.layer_name(layer) else {
                return;
            };
            index.layers.push(StreamedFile {
                name: name.clone(),
                index: own,
                start: layer.start,
                stored: layer.stored,
                before: layer.before,
            });
        }
        for file in &index.layers {
            let Some(layer) = contents.layers.get_mut(&file.name) else {
                continue;
            };
            if let Ok(listing) = &layer.listing {
                // What a blob was listed from at any offset has checkpoints.
                let is_plain = listing.compression == Compression::None;
                if is_plain || self.cache.get(&file.index).is_none() {
                    self.cache.put(&file.index, listing, &[]);
                }
            }
            layer.cache_name = Some(file.index.as_str().into());
        }
        self.cache.put_stream(&self.name, &index, checkpoints);
    }

    /// Returns the name under which a layer is kept: its digest, else that of its place in the file. Nothing for one that is not to be kept.
    fn layer_name(&self, layer: &StreamedLayer) -> Option<String> {
        let listing = layer.listing.as_ref().ok()?;
        if listing.missing_end_at.is_some() {
            return None;
        }
        match (&listing.digests, &self.known_by) {
            (Some((blob, _)), _) => Some(blob.clone()),
            (None, KnownBy::Place(place)) => Some(place_name(&BlobPlace {
                file: place.file.clone(),
                start: layer.start,
                length: layer.stored,
            })),
            (None, KnownBy::Id(_)) => None,
        }
    }
}

/// Returns the cache that is to be used.
fn cache(options: &ReadOptions) -> Option<&dyn LayerCache> {
    options.cache.as_deref().filter(|_| !options.verify)
}

/// Returns whether a digest is that of an image's config, of its manifest, or of an index that names the manifest. The documents were hashed.
fn is_of(id: &str, about: &Description, store: &Store) -> bool {
    let digest = about.digest.as_deref();
    if about.id.as_deref() == Some(id) || digest == Some(id) {
        return true;
    }
    let index = blob_name(id).and_then(|name| store.text(&name).ok()?);
    let names = |text: &[u8], digest: &str| {
        let mut parts = text.windows(digest.len());
        matches_digest(text, id) && parts.any(|part| part == digest.as_bytes())
    };
    index
        .zip(digest)
        .is_some_and(|(index, digest)| names(&index, digest))
}
