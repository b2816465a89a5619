//! A real registry on loopback with many images that share layers: bases, variants, rebuilds.

use std::collections::HashSet;

use dive_rs::image::Compression;

use crate::fixture::ImageBuilder;
use crate::fixture_tar::oci_archive;
use crate::registry::proxy::{Answer, Proxy, RecordedRequest};
use crate::registry::push::{Blobs, push_blob, push_manifest};
use crate::registry::server::Registry;

/// How many images of a repository are on one base, and how many bases there are.
const BASES: usize = 4;
const VARIANTS: usize = 6;

pub(crate) struct Stock {
    pub(crate) registry: Registry,
    pushed: HashSet<(String, String)>,
}

impl Stock {
    /// Returns nothing where no registry is installed.
    pub(crate) fn start() -> Option<Self> {
        Some(Self {
            registry: Registry::start()?,
            pushed: HashSet::new(),
        })
    }

    /// Returns a registry with `count` images as `team/app:0`, `team/app:1`, …
    pub(crate) fn with_images(count: usize) -> Option<Self> {
        let mut stock = Self::start()?;
        for number in 0..count {
            stock.push("team/app", &number.to_string(), &image(number));
        }
        Some(stock)
    }

    /// Pushes an image, its layers only where they are not there yet.
    pub(crate) fn push(&mut self, name: &str, tag: &str, image: &ImageBuilder) -> Blobs {
        let host = self.registry.host();
        let blobs = Blobs::of(&oci_archive(image, Compression::Gzip));
        let own = blobs.image()["digest"].as_str().unwrap();
        for (digest, bytes) in &blobs.all {
            let key = (name.to_owned(), digest.clone());
            if digest != own && self.pushed.insert(key) {
                push_blob(&host, name, digest, bytes);
            }
        }
        let media_type = blobs.image()["mediaType"].as_str().unwrap();
        push_manifest(&host, name, tag, media_type, &blobs.all[own]);
        blobs
    }

    pub(crate) fn before(
        &self,
        rule: impl Fn(&RecordedRequest, usize) -> Answer + Send + Sync + 'static,
    ) -> Proxy {
        Proxy::start(self.registry.host(), rule)
    }
}

/// Returns an image of three layers: of `n` images, `n / 6` have an application's layer of their own, on four bases of two layers.
pub(crate) fn image(number: usize) -> ImageBuilder {
    let (base, application) = (number / VARIANTS % BASES, number / VARIANTS);
    let text = |kind: &str, number: usize| format!("{kind} {number} ").repeat(100 * (number + 1));
    let mut image = ImageBuilder::new("app")
        .layer("ADD rootfs /", |layer| {
            layer.file("etc/os", text("os", base))
        })
        .layer("RUN install", |layer| {
            layer.file("usr/lib/runtime", text("runtime", base))
        })
        .layer("COPY app /app", |layer| {
            layer.file("app/run", text("app", application))
        });
    image.config.env = vec![format!("NUMBER={number}")];
    image
}

/// Returns the lines of a list of the images with these tags.
pub(crate) fn list(host: &str, count: usize) -> String {
    let line = |number| format!("registry://{host}/team/app:{number}\n");
    (0..count).map(line).collect()
}
