//! Streams that are not read again: what a cache keeps of one, taken from there or put there. This file determines which bytes a name stands for; `proven`
//! determines what the digest of an image proves. Reads no stream.
//!
//! A file that is compressed as one piece is recognized by its identity. A stream is recognized by the digest by which its sender identifies the image; only
//! what that digest proves is kept, so that no sender and no image can replace what is kept of another one.

use std::sync::Arc;

use crate::archive::compression::gzip::checkpoint::Checkpoint;
use crate::archive::digest::sha256_bytes;
use crate::archive::error::Error;
use crate::archive::input::file_identity::BlobPlace;
use crate::archive::layer_cache::{LayerCache, StreamIndex, StreamedFile, name_of};
use crate::archive::read::options::ReadOptions;
use crate::archive::store::{StreamContents, StreamedLayer};
use crate::image::{Budget, Compression};
use crate::threads;

/// Under which name a stream is kept.
pub(super) struct StreamKey<'a> {
    cache: &'a dyn LayerCache,
    name: String,
    /// Its file; `None` if the image identifies it.
    file: Option<&'a BlobPlace>,
}

impl<'a> StreamKey<'a> {
    /// Returns the key of a compressed file; `None` if it is not to be kept.
    pub(super) fn of_file(place: &'a BlobPlace, options: &'a ReadOptions) -> Option<Self> {
        Some(Self {
            cache: cache(options)?,
            name: name_of("archive", place),
            file: Some(place),
        })
    }

    /// Returns the key of a stream whose sender identifies the image by a digest. The digest may be that of an index, whose images the sender need not all
    /// have: what chooses among them is part of the name.
    pub(super) fn of_image(options: &'a ReadOptions) -> Option<Self> {
        let id = options.sender_id.as_deref()?;
        sha256_bytes(id)?;
        let chosen_by = format!("{id} {:?} {:?}", options.choice, options.expected.platform);
        Some(Self {
            cache: cache(options)?,
            name: name_of("image", chosen_by),
            file: None,
        })
    }

    /// Returns what is kept, complete with all layers, and the checkpoints of the stream.
    ///
    /// # Errors
    /// [`Error`] when the memory does not suffice.
    pub(super) fn kept(
        &self,
        options: &ReadOptions,
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
        let read = |files: &[StreamedFile]| {
            let layers = files.iter().map(|file| self.layer(file, &options.budget));
            layers.collect::<Result<Option<Vec<_>>, Error>>()
        };
        for layers in threads::map_chunks(&index.layers, options.threads, read)? {
            let Some(layers) = layers else {
                return Ok(None);
            };
            contents.layers.extend(layers);
        }
        Ok(Some((contents, checkpoints)))
    }

    /// Returns a kept layer and the name of its file in the stream.
    fn layer(
        &self,
        file: &StreamedFile,
        budget: &Budget,
    ) -> Result<Option<(String, StreamedLayer)>, Error> {
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
            cache_name: Some(file.index.as_str().into()),
        };
        Ok(Some((file.name.clone(), layer)))
    }

    /// Returns whether all of a stream can be kept: `false` if some of it could not be read, is not proven, or may be truncated.
    pub(super) fn keeps(&self, contents: &StreamContents, is_proven: bool) -> bool {
        let mut layers = contents.layers.values();
        (self.file.is_some() || is_proven)
            && contents.unmarked.is_none()
            && contents.documents.are_complete()
            && layers.all(|layer| self.layer_name(layer).is_some())
    }

    /// Keeps a stream.
    pub(super) fn keep(&self, contents: StreamContents, checkpoints: &[Checkpoint]) {
        let mut layers = Vec::new();
        for (name, layer) in &contents.layers {
            let (Some(index), Ok(listing)) = (self.layer_name(layer), &layer.listing) else {
                return;
            };
            // What a blob was listed from at any offset has checkpoints.
            let is_plain = listing.compression == Compression::None;
            if is_plain || self.cache.get(&index).is_none() {
                self.cache.put(&index, layer.stored, listing, &[]);
            }
            layers.push(StreamedFile {
                name: name.clone(),
                index,
                start: layer.start,
                stored: layer.stored,
                before: layer.before,
            });
        }
        let index = StreamIndex {
            documents: contents.documents.into_all().collect(),
            others: contents.others.into_iter().collect(),
            links: contents.links.all().collect(),
            layers,
        };
        self.cache.put_stream(&self.name, &index, checkpoints);
    }

    /// Returns the key of a layer in the cache: its digest, else its place in the file; `None` if it is not kept.
    pub(super) fn layer_name(&self, layer: &StreamedLayer) -> Option<String> {
        let listing = layer.listing.as_ref().ok()?;
        // Whether a tar without its end is truncated is found out each time.
        if listing.missing_end_at.is_some() && layer.stored > 0 {
            return None;
        }
        if let Some((blob, _)) = &listing.digests {
            return Some(blob.clone());
        }
        let place = BlobPlace {
            file: self.file?.file.clone(),
            start: layer.start,
            length: layer.stored,
        };
        Some(name_of("file", place))
    }
}

/// Returns the cache that is to be used.
fn cache(options: &ReadOptions) -> Option<&dyn LayerCache> {
    options.cache.as_deref().filter(|_| !options.verify)
}
