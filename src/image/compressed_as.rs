//! What the compressed sizes of an image's layers are, which depends on where it was read from.

use super::container_image::Image;
use super::layer::{Compression, Layer};

/// What the compressed sizes of layers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompressedAs {
    /// The sizes of the blobs, some of them compressed.
    Stored,
    /// The sizes that the manifest lists: the layers were not read, or the archive stores them uncompressed.
    Listed,
    /// The sizes of the layers' tars: none is compressed.
    Tars,
}

impl Image {
    /// Returns what the compressed sizes of the layers are.
    #[must_use]
    pub(crate) fn compressed_as(&self) -> CompressedAs {
        let mut layers = self.layers.iter();
        // A tar is larger than the files in it.
        let is_listed = |layer: &Layer| {
            layer
                .heading
                .compressed
                .is_some_and(|bytes| bytes < layer.size)
        };
        if self.about.shallow {
            CompressedAs::Listed
        } else if layers
            .clone()
            .any(|layer| layer.compression != Compression::None)
        {
            CompressedAs::Stored
        } else if layers.any(is_listed) {
            CompressedAs::Listed
        } else {
            CompressedAs::Tars
        }
    }
}
