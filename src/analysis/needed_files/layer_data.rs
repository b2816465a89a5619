//! What was extracted from the files of one layer, as a cache keeps it between runs. Extracts nothing itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::needed_file::{ExtractedData, FileKind, NeededFile};
use crate::image::Image;

/// The results of [`NeededFile::extract`] for files of one layer, by offset and kind, and the estimate of its compressed size: they depend on the layer's bytes
/// alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LayerData {
    files: BTreeMap<(u64, FileKind), Option<ExtractedData>>,
    /// Whether all of [`possible_files`](super::possible_files) are there.
    is_complete: bool,
    compressed_estimate: Option<u64>,
}

impl LayerData {
    /// Returns the estimated size of the plain layer as gzip, in bytes, if it was estimated.
    #[must_use]
    pub(crate) const fn compressed_estimate(&self) -> Option<u64> {
        self.compressed_estimate
    }

    /// Notes that estimate.
    pub(crate) const fn set_compressed_estimate(&mut self, bytes: u64) {
        self.compressed_estimate = Some(bytes);
    }

    /// Returns the result for a file; `None` if it was not extracted yet.
    #[must_use]
    pub(crate) fn get(&self, image: &Image, file: &NeededFile) -> Option<&Option<ExtractedData>> {
        self.files
            .get(&(image.entry(file.entry).offset(), file.kind))
    }

    /// Adds the result for a file.
    pub(crate) fn insert(&mut self, image: &Image, file: &NeededFile, data: Option<ExtractedData>) {
        let offset = image.entry(file.entry).offset();
        self.files.insert((offset, file.kind), data);
    }

    /// Adds what another one has.
    pub(crate) fn add(&mut self, other: Self) {
        self.files.extend(other.files);
        self.is_complete |= other.is_complete;
        self.compressed_estimate = other.compressed_estimate.or(self.compressed_estimate);
    }

    /// Notes that all of [`possible_files`](super::possible_files) of the layer are there, if they are.
    pub(crate) fn complete(
        &mut self,
        image: &Image,
        mut possible: impl Iterator<Item = NeededFile>,
    ) {
        self.is_complete = possible.all(|file| self.get(image, &file).is_some());
    }

    /// Returns whether it has all that the analysis of any image with the layer needs.
    #[must_use]
    pub(crate) const fn is_complete(&self) -> bool {
        self.is_complete
    }
}
