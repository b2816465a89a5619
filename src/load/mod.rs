//! Loads an image: source → archive → image. A call returns when its work is done, and may share it among threads of its own. Progress goes out as values,
//! a [`Cancel`] is passed in. No drawing, no printing, no parsing of arguments.

mod content_analysis;
mod contents;
mod described;
mod error;
mod hash;
mod measured_build;
mod memory;
mod parallel;
mod progress;
mod registries;
mod request;
mod transfer;
mod unread;
mod watch;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use crate::archive::{self, Choice, Input, LayerBlobs, ProgressCallback, ReadOptions};
use crate::cache::Cache;
use crate::demo;
use crate::image::{ArchiveLayout, BaseLayers, Description, Image, NamedBase, Platform};
use crate::source::{self, OpenOptions, OpenedSource, Source, SourceEnvironment};

pub(crate) use self::described::Described;
pub use self::error::{Error, ExtractError};
pub use self::measured_build::MeasuredBuild;
pub(crate) use self::memory::default_limit;
pub use self::progress::Progress;
pub(crate) use self::registries::{connections, images_of_repository, repositories_of_registry};
pub use self::request::Request;
pub use self::transfer::{identities, speed};
use self::unread::UnreadStream;
pub use crate::archive::{Cancel, LayerReading, ListedImage, SharedBlobs};
pub use crate::extract::{ExtractResult, ExtractScope, PathVersion};
pub use crate::source::{Connections, Engine, LocalImage, Pull, RegistryOptions, SourceKind};
pub(crate) use crate::source::{is_registry_host, is_skopeo_name};

/// An image, and access to its files' contents.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The image.
    pub image: Arc<Image>,
    /// Its files' contents.
    pub contents: FileContents,
}

impl Loaded {
    /// Returns the digests of the layers whose blobs are stored elsewhere by design.
    pub(crate) fn missing_blobs(&self) -> impl Iterator<Item = String> {
        let missing = self.image.layers.iter().filter(|layer| layer.missing);
        missing.filter_map(|layer| archive::digest_from_name(&layer.blob))
    }
}

/// Access to the contents of an image's files. Cheap to clone; can be used from any thread.
#[derive(Clone, Debug)]
pub struct FileContents {
    layers: LayerBlobs,
    /// The image, whose paths errors name.
    image: Option<Arc<Image>>,
    /// What to open again, and for which platform, when the contents of a stream were not kept.
    reopen: Option<(Source, Option<Platform>)>,
    /// How a stream is read for the first content, since a cache has listed its layers.
    unread: Option<Arc<UnreadStream>>,
    /// Reports how far a compressed archive is read to reach the contents.
    progress: Option<ProgressCallback>,
    /// Where data of files are kept between runs.
    cache: Option<Cache>,
    /// Whether what any image needs of a layer is kept there, not only what this one needs.
    completes_layers: bool,
}

/// Returns the images of one local engine or of all.
///
/// # Errors
/// [`Error`] when no engine can be reached, or the user cancelled.
pub(crate) fn local(which: Option<Engine>, cancel: &Cancel) -> Result<Vec<LocalImage>, Error> {
    let images = source::list(which, &SourceEnvironment::of_process(), cancel, &|_| {})?;
    Ok(images)
}

/// An image that was found and is not read yet. An engine's export starts in [`PendingImage::read`], so metadata queries never wait for it.
pub struct PendingImage<'a> {
    request: &'a Request,
    /// `None` for a built-in image.
    source: Option<Source>,
    /// The name of one image of an archive.
    tag: Option<String>,
    opened: OpenedSource,
}

/// Loads an image.
///
/// # Errors
/// [`Error`] when the image cannot be opened or read, or the user cancelled.
pub fn load(
    request: &Request,
    cancel: &Cancel,
    progress: impl Fn(Progress) + Sync,
) -> Result<Loaded, Error> {
    open(request, cancel, &progress)?.read(cancel, progress)
}

/// Finds an image, and reports what is known of its layers before they are read.
///
/// # Errors
/// [`Error`] when the image cannot be opened, or the user cancelled.
pub fn open<'a>(
    request: &'a Request,
    cancel: &Cancel,
    progress: impl Fn(Progress),
) -> Result<PendingImage<'a>, Error> {
    open_source(request, cancel, &progress)
}

fn open_source<'a>(
    request: &'a Request,
    cancel: &Cancel,
    progress: &dyn Fn(Progress),
) -> Result<PendingImage<'a>, Error> {
    let (source, tag) = if request.built_in {
        (None, request.tag.clone())
    } else {
        let (source, tag) = request.source_and_tag()?;
        (Some(source), tag)
    };
    let options = OpenOptions {
        platform: request.platform.as_ref(),
        pull: request.pull,
        registry: Some(&request.registry),
        connections: request.connections.as_ref(),
    };
    let opened = match &source {
        Some(source) => {
            let environment = SourceEnvironment::of_process();
            source::open(source, &options, &environment, cancel, &|event| {
                progress(event.into());
            })?
        }
        None => built_in()?,
    };
    let (reference, origin) = (&request.reference, &opened.origin);
    match opened.total {
        Some(bytes) => log::info!("{reference}: {origin}, about {bytes} bytes"),
        None => log::info!("{reference}: {origin}, size unknown"),
    }
    if let Some(headings) = opened.headings.as_ref().filter(|known| !known.is_empty()) {
        progress(Progress::Headings(headings.clone()));
    }
    Ok(PendingImage {
        request,
        source,
        tag,
        opened,
    })
}

/// Returns the options with which `archive` reads the image of a request.
fn read_options(
    request: &Request,
    choice: Choice,
    expected: Description,
    sender_id: Option<String>,
) -> ReadOptions {
    ReadOptions {
        sender_id,
        reference: request.reference.clone(),
        choice,
        verify: request.verify,
        shallow: request.shallow,
        partial: request.keep_contents,
        keep: request.keep_contents,
        hash_versions: request.hash_versions,
        provenance: request.provenance,
        layers: request.layers.clone(),
        shared: request.shared.clone(),
        cache: request.cache.clone().map(|cache| Arc::new(cache) as _),
        expected,
        budget: request.budget.clone(),
        threads: available_parallelism().unwrap_or(NonZeroUsize::MIN),
    }
}

impl PendingImage<'_> {
    /// Reads the image.
    ///
    /// # Errors
    /// [`Error`] when the image cannot be read, or the user cancelled.
    pub fn read(
        self,
        cancel: &Cancel,
        progress: impl Fn(Progress) + Sync,
    ) -> Result<Loaded, Error> {
        self.read_archive(cancel, &progress)
    }

    fn read_archive(
        self,
        cancel: &Cancel,
        progress: &(dyn Fn(Progress) + Sync),
    ) -> Result<Loaded, Error> {
        let Self {
            request,
            source,
            tag,
            mut opened,
        } = self;
        let about = opened.about.take().unwrap_or_default();
        let sender_id = Some(about.id).filter(|id| !id.is_empty());
        let expected = Description {
            reference: request.reference.clone(),
            selected_by: request.naming(),
            origin: opened.origin.clone(),
            tags: about.tags,
            platform: about.platform,
            headings: opened.headings.take().unwrap_or_default(),
            ..Description::default()
        };
        let choice = Choice {
            tag,
            platform: request.platform.clone(),
            layout: source.as_ref().and_then(layout),
        };
        let options = read_options(request, choice, expected, sender_id);
        let total = opened.total;
        let report = |step| progress(Progress::of(step, total));
        let named = match &source {
            Some(Source::Stdin(_)) => &opened.origin,
            _ => &request.reference,
        };
        let is_in_registry = matches!(opened.input, Input::Fetched(_));
        let read = archive::read(opened.input, &options, cancel, &report);
        let mut archive = read.map_err(|error| {
            let error = Error::read(named, or_cancelled(error, cancel));
            if is_in_registry {
                error.of_registry()
            } else {
                error
            }
        })?;
        log_image(&request.reference, &archive.image);
        archive.image.about.is_in_registry = is_in_registry;
        // Only `archive` finds out what a path is.
        if !matches!(&source, Some(Source::Path(_))) {
            archive.image.about.origin.clone_from(&opened.origin);
        }
        archive.image.about.base = base(&archive.image.about, opened.reopen.as_ref(), cancel);
        add_of_request(&mut archive.image, request);
        let mut contents = contents_of(archive.layers, opened.reopen, request);
        let image = match request.hash_from {
            Some(least) => contents.hash_from(archive.image, least, cancel)?,
            None => archive.image,
        };
        let image = Arc::new(image);
        contents.image = Some(Arc::clone(&image));
        Ok(Loaded { image, contents })
    }
}

/// Adds what only the request knows of an image: what selected it, its build times and its Dockerfile.
fn add_of_request(image: &mut Image, request: &Request) {
    image.about.selected_by = request.naming();
    if let Some(measured) = &request.measured {
        image.about.build_times = measured.times(image);
    }
    if let Some(file) = &request.dockerfile {
        image.set_dockerfile((**file).clone());
    }
}

/// Returns the contents of the files of an image, whose source may be opened again.
fn contents_of(layers: LayerBlobs, reopen: Option<Source>, request: &Request) -> FileContents {
    let is_unread = request.keep_contents && layers.are_unread();
    let unread = is_unread.then(UnreadStream::default);
    FileContents {
        layers,
        image: None,
        unread: unread.map(Arc::new),
        reopen: reopen.map(|source| (source, request.platform.clone())),
        progress: None,
        cache: request.cache.clone().filter(|_| !request.verify),
        completes_layers: request.layers.completes_layers(),
    }
}

/// Returns the error of a read, or [`archive::Error::Cancelled`] after a cancel: a cancelled stream ends with an error of its own.
fn or_cancelled(error: archive::Error, cancel: &Cancel) -> archive::Error {
    if cancel.is_cancelled() {
        archive::Error::Cancelled
    } else {
        error
    }
}

/// Logs what was read.
fn log_image(reference: &str, image: &Image) {
    let (layers, paths) = (image.layers.len(), image.tree.len());
    log::info!("{reference}: {layers} layers, {paths} paths");
    for (index, layer) in image.layers.iter().enumerate() {
        let (entries, blob, compression) = (layer.entry_count, &layer.blob, layer.compression);
        let number = index + 1;
        log::debug!("layer {number}: {entries} entries in {blob}, compression {compression:?}");
    }
    for warning in &image.warnings {
        log::info!("{}", warning.text);
    }
}

/// Opens the archive of the built-in images.
fn built_in() -> Result<OpenedSource, Error> {
    let file = demo::open().map_err(Error::BuiltIn)?;
    Ok(OpenedSource {
        input: Input::File(file),
        origin: "built in".into(),
        reference: String::new(),
        total: None,
        digest: None,
        headings: None,
        about: None,
        reopen: None,
    })
}

/// Returns the base that an image names, with its layers if the image's engine has it. It is never pulled.
fn base(about: &Description, source: Option<&Source>, cancel: &Cancel) -> Option<NamedBase> {
    let named = NamedBase::of(&about.annotations, &about.config.labels)?;
    let Some(Source::Engine { which, .. }) = source else {
        return Some(named);
    };
    let environment = SourceEnvironment::of_process();
    let layers = match source::base_layers(*which, &named.references(), &environment, cancel) {
        Ok(Some(layers)) => BaseLayers::Known(layers),
        Ok(None) => BaseLayers::Absent,
        Err(_) => BaseLayers::Unknown,
    };
    Some(NamedBase { layers, ..named })
}

/// Returns the layout that the user's scheme requires.
fn layout(source: &Source) -> Option<ArchiveLayout> {
    match source {
        Source::DockerArchive(_) | Source::Stdin(Some(SourceKind::DockerArchive)) => {
            Some(ArchiveLayout::Docker)
        }
        Source::OciArchive(_)
        | Source::OciFolder(_)
        | Source::Stdin(Some(SourceKind::OciArchive)) => Some(ArchiveLayout::Oci),
        Source::ImageFolder(_) => Some(ArchiveLayout::Single),
        Source::Engine { .. } | Source::Registry(_) | Source::Path(_) | Source::Stdin(_) => None,
    }
}
