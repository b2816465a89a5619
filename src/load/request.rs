//! What to load and how, as data. Opens nothing; `source` parses the names of images.

use std::ffi::OsString;
use std::sync::Arc;

use super::measured_build::MeasuredBuild;
use super::{Error, LayerReading, ListedImage, SharedBlobs};
use crate::cache::Cache;
use crate::demo;
use crate::image::{Budget, Dockerfile, Naming, Platform};
use crate::source::{self, Connections, Pull, RegistryOptions, Source, SourceKind, is_skopeo_name};

/// What to load.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch")]
pub struct Request {
    /// The image as the user wrote it, for errors and titles.
    pub reference: String,
    /// The same where it is not valid UTF-8: a file can have any name.
    pub exact: Option<OsString>,
    /// `--source`.
    pub source: Option<SourceKind>,
    /// `--pull`.
    pub pull: Pull,
    /// `--platform`.
    pub platform: Option<Platform>,
    /// `--tag`.
    pub tag: Option<String>,
    /// `--registry-ca`, `--insecure-registry`.
    pub registry: Box<RegistryOptions>,
    /// The connections to registries that images share; `None` for connections of its own, which `registry` describes.
    pub connections: Option<Connections>,
    /// The blobs of registries that images which are loaded together have in common; `None` for an image that is loaded alone.
    pub shared: Option<SharedBlobs>,
    /// Where indexes of layers are kept between runs; `None` with `--no-cache`.
    pub cache: Option<Cache>,
    /// `--max-memory`; images that are loaded together share it.
    pub budget: Budget,
    /// `--verify`.
    pub verify: bool,
    /// `--shallow`: whether manifest and config only are read.
    pub shallow: bool,
    /// Whether it is one of the images built into the program; `tag` names it.
    pub built_in: bool,
    /// Whether contents are read later (viewer, extract), so that a stream is kept.
    pub keep_contents: bool,
    /// Whether versions of one path with the same size are compared, which reads them. What hidden bytes are, and most of the analysis, depends on it.
    pub hash_versions: bool,
    /// The size in bytes from which every file is hashed, which reads those of plain layers; `None` to hash only files that are compared.
    pub hash_from: Option<u64>,
    /// Whether the provenance is read where that takes requests of its own; never when `shallow`.
    pub provenance: bool,
    /// How layers of a registry are read.
    pub layers: LayerReading,
    /// The build that made the image just now, with its times.
    pub measured: Option<Arc<MeasuredBuild>>,
    /// `--dockerfile`: the file whose lines made the image.
    pub dockerfile: Option<Arc<Dockerfile>>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            reference: String::new(),
            exact: None,
            source: None,
            pull: Pull::default(),
            platform: None,
            tag: None,
            registry: Box::default(),
            connections: None,
            shared: None,
            cache: None,
            budget: Budget::default(),
            verify: false,
            shallow: false,
            built_in: false,
            keep_contents: false,
            hash_versions: true,
            hash_from: None,
            provenance: true,
            layers: LayerReading::default(),
            measured: None,
            dockerfile: None,
        }
    }
}

impl Request {
    /// Returns the request for another image that is named while this one is shown. Beside a built-in image, the names of the other built-in ones refer
    /// to those.
    #[must_use]
    pub fn beside(&self, reference: String) -> Self {
        let built_in = self.built_in && demo::has(&reference);
        Self {
            tag: built_in.then(|| reference.clone()),
            built_in,
            reference,
            exact: None,
            measured: None,
            dockerfile: None,
            ..self.clone()
        }
    }

    /// Returns the request for one of the images that its source lists.
    #[must_use]
    pub fn choose(&self, image: &ListedImage) -> Self {
        let name = Some(image.name.clone()).filter(|name| !name.is_empty());
        let platform = Some(&image.platform).filter(|platform| !platform.os.is_empty());
        Self {
            tag: name.or_else(|| self.tag.clone()),
            platform: platform.cloned().or_else(|| self.platform.clone()),
            ..self.clone()
        }
    }

    /// Returns what selects the image beside its name.
    #[must_use]
    pub fn naming(&self) -> Naming {
        let has_scheme = self.reference.contains("://") || is_skopeo_name(&self.reference);
        Naming {
            scheme: self.source.filter(|_| !has_scheme).map(SourceKind::scheme),
            tag: self.tag.clone(),
            platform: self.platform.clone(),
            built_in: self.built_in,
        }
    }

    /// Returns whether the source can be read again: standard input and pipes cannot.
    #[must_use]
    pub(crate) fn can_reopen(&self) -> bool {
        match self.source() {
            Ok(Source::Stdin(_)) | Err(_) => false,
            Ok(Source::Path(path) | Source::DockerArchive(path) | Source::OciArchive(path)) => {
                path.is_file() || path.is_dir()
            }
            Ok(_) => true,
        }
    }

    /// Checks that the image's name has no user and no password, which titles and logs would show.
    ///
    /// # Errors
    /// [`Error`] with the name, both masked.
    pub(crate) fn refuse_login(&self) -> Result<(), Error> {
        match self.source() {
            Err(error @ Error::Open(source::Error::Login { .. })) => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns whether the name is that of an image in a registry.
    pub(crate) fn is_in_registry(&self) -> bool {
        matches!(self.source(), Ok(Source::Registry(_)))
    }

    /// Returns the name of the image with this digest in the same repository; `None` for an image that is not in a registry.
    pub(crate) fn by_digest(&self, digest: &str) -> Option<String> {
        match self.source() {
            Ok(Source::Registry(reference)) => Some(format!(
                "registry://{}/{}@{digest}",
                reference.host, reference.repository
            )),
            _ => None,
        }
    }

    /// Returns the name with the scheme that its naming requires: `podman://alpine`.
    pub(crate) fn with_scheme(&self) -> String {
        self.naming().named(&self.reference)
    }

    /// Returns whether the name is neither a path nor that of one engine or registry.
    pub(crate) fn is_bare_name(&self) -> bool {
        matches!(self.source(), Ok(Source::Engine { which: None, .. }))
    }

    /// Parses the image's name.
    ///
    /// # Errors
    /// [`Error`] when it cannot name an image.
    pub fn source(&self) -> Result<Source, Error> {
        Ok(self.source_and_tag()?.0)
    }

    /// Parses the image's name, and the name of one image of an archive: `--tag`, else what follows the path in skopeo's spelling.
    ///
    /// # Errors
    /// [`Error`] when it cannot name an image.
    pub(super) fn source_and_tag(&self) -> Result<(Source, Option<String>), Error> {
        let word = self.exact.as_deref().unwrap_or(self.reference.as_ref());
        let (source, image) = Source::parse_with_image(word, self.source)?;
        Ok((source, self.tag.clone().or(image)))
    }
}
