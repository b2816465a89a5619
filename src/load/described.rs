//! An image as its manifest and config, or its engine, describe it, without its files. Reads no layer.

use super::{Cancel, Error, PendingImage};
use crate::archive::digest_from_name;
use crate::image::{Description, LayerHeading};

/// An image without its files.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    pub(crate) about: Description,
    /// Bottom first.
    pub(crate) layers: Vec<DescribedLayer>,
}

/// A layer without its files.
#[derive(Clone, Debug)]
pub(crate) struct DescribedLayer {
    pub(crate) heading: LayerHeading,
    /// The digest of its blob, if there is a blob with one.
    pub(crate) digest: Option<String>,
}

impl PendingImage<'_> {
    /// Returns the digest of the manifest or index that the name means, of an image in a registry.
    #[must_use]
    pub(crate) fn digest(&self) -> Option<&str> {
        self.opened.digest.as_deref()
    }

    /// Returns the image without its files: as its engine describes it, else by its manifest and its config, which a request with `shallow` reads alone.
    ///
    /// # Errors
    /// [`Error`] when they cannot be read, or the user cancelled.
    pub(crate) fn describe(self, cancel: &Cancel) -> Result<Described, Error> {
        if let (Some(about), Some(headings)) = (&self.opened.about, &self.opened.headings) {
            let layers = headings.iter().cloned().map(|heading| DescribedLayer {
                heading,
                digest: None,
            });
            return Ok(Described {
                layers: layers.collect(),
                about: Description {
                    reference: self.request.reference.clone(),
                    tags: about.tags.clone(),
                    id: Some(about.id.clone()).filter(|id| !id.is_empty()),
                    platform: about.platform.clone(),
                    ..Description::default()
                },
            });
        }
        let image = self.read(cancel, |_| {})?.image;
        let layers = image.layers.iter().map(|layer| DescribedLayer {
            heading: layer.heading.clone(),
            digest: digest_from_name(&layer.blob),
        });
        Ok(Described {
            layers: layers.collect(),
            about: image.about.clone(),
        })
    }
}
