//! Source → archive → image, on whatever thread calls it: the one place where reading is put together. Progress goes out as values, a [`Cancel`]
//! comes in. No drawing, no printing, no parsing of arguments.

mod content_analysis;
mod contents;
mod error;
mod hash;
mod progress;
mod request;
mod share;
mod transfer;
mod watch;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;

use crate::archive::{self, Choice, Input, Layers, Options, ProgressCallback};
use crate::demo;
use crate::image::{BaseLayers, Description, Image, NamedBase, Platform};
use crate::source::{self, Environment, Opened, Source, Wish};

pub use self::error::{Error, ExtractError};
pub use self::progress::Progress;
pub use self::request::Request;
pub use self::transfer::{identities, speed};
pub use crate::archive::Cancel;
pub use crate::extract::{Extent, Extracted};
pub use crate::source::{Engine, LocalImage, Pull, SourceKind};

/// An image with the way back to its bytes.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The image.
    pub image: Arc<Image>,
    /// Its files' contents.
    pub contents: Contents,
}

/// The way back to an image's bytes. Cheap to clone; may be used from any thread.
#[derive(Clone, Debug)]
pub struct Contents {
    layers: Layers,
    /// What to open again when contents went by and were not kept, and for which platform.
    again: Option<(Source, Option<Platform>)>,
    /// Who is told how far that has come.
    watch: Option<ProgressCallback>,
}

/// Returns the images of the local engines, of one or of all, for a picker.
///
/// # Errors
/// [`Error`] when no engine can be reached, or the user cancelled.
pub fn local(which: Option<Engine>, cancel: &Cancel) -> Result<Vec<LocalImage>, Error> {
    let images = source::list(which, &Environment::of_process(), cancel, &|_| {})?;
    Ok(images)
}

/// An image whose bytes are there to be read. Of an engine's image the export is not asked for before that, and no other question has to wait for it.
pub struct Opening<'a> {
    request: &'a Request,
    /// Nothing for what is built in.
    source: Option<Source>,
    opened: Opened,
}

/// Loads an image.
///
/// # Errors
/// [`Error`] when the image cannot be had or read, or the user cancelled.
pub fn load(
    request: &Request,
    cancel: &Cancel,
    progress: impl Fn(Progress) + Sync,
) -> Result<Loaded, Error> {
    open(request, cancel, &progress)?.read(cancel, progress)
}

/// Finds an image, and tells what is known of its layers before they are read.
///
/// # Errors
/// [`Error`] when the image cannot be had, or the user cancelled.
pub fn open<'a>(
    request: &'a Request,
    cancel: &Cancel,
    progress: impl Fn(Progress),
) -> Result<Opening<'a>, Error> {
    let source = if request.built_in {
        None
    } else {
        Some(request.source()?)
    };
    let wish = Wish {
        platform: request.platform.as_ref(),
        pull: request.pull,
    };
    let opened = match &source {
        Some(source) => {
            let environment = Environment::of_process();
            source::open(source, &wish, &environment, cancel, &|told| {
                progress(told.into());
            })?
        }
        None => built_in()?,
    };
    let (reference, origin) = (&request.reference, &opened.origin);
    match opened.total {
        Some(bytes) => log::info!("{reference}: {origin}, about {bytes} bytes"),
        None => log::info!("{reference}: {origin}, nobody says how many bytes"),
    }
    if let Some(headings) = opened.headings.as_ref().filter(|known| !known.is_empty()) {
        progress(Progress::Headings(headings.clone()));
    }
    Ok(Opening {
        request,
        source,
        opened,
    })
}

impl Opening<'_> {
    /// Reads the image.
    ///
    /// # Errors
    /// [`Error`] when the image cannot be read, or the user cancelled.
    pub fn read(
        self,
        cancel: &Cancel,
        progress: impl Fn(Progress) + Sync,
    ) -> Result<Loaded, Error> {
        let Self {
            request,
            source,
            opened,
        } = self;
        let about = opened.about.unwrap_or_default();
        let expected = Description {
            reference: request.reference.clone(),
            origin: opened.origin.clone(),
            tags: about.tags,
            platform: about.platform,
            headings: opened.headings.unwrap_or_default(),
            ..Description::default()
        };
        let options = Options {
            reference: request.reference.clone(),
            choice: Choice {
                tag: request.tag.clone(),
                platform: request.platform.clone(),
                layout: source.as_ref().and_then(layout),
            },
            verify: request.verify,
            partial: request.keep_contents,
            keep: request.keep_contents,
            expected,
            threads: available_parallelism().unwrap_or(NonZeroUsize::MIN),
        };
        let total = opened.total;
        let is_file = !matches!(opened.input, Input::Folder(_));
        let tell = |told| progress(Progress::of(told, total));
        let named = match &source {
            Some(Source::Stdin(_)) => &opened.origin,
            _ => &request.reference,
        };
        let mut archive = archive::read(opened.input, &options, cancel, &tell)
            .map_err(|error| Error::read(named, wished(error, cancel)))?;
        log_image(&request.reference, &archive.image);
        // Of a file nobody says what it is before it is looked into.
        if !matches!((&source, is_file), (Some(Source::Path(_)), true)) {
            archive.image.about.origin.clone_from(&opened.origin);
        }
        archive.image.about.base = base(&archive.image.about, opened.again.as_ref(), cancel);
        Ok(Loaded {
            image: Arc::new(archive.image),
            contents: Contents {
                layers: archive.layers,
                again: opened
                    .again
                    .map(|source| (source, request.platform.clone())),
                watch: None,
            },
        })
    }
}

/// Returns what ended a reading: a stream that the user cancelled ends with an error of its own.
fn wished(error: archive::Error, cancel: &Cancel) -> archive::Error {
    if cancel.is_cancelled() {
        archive::Error::Cancelled
    } else {
        error
    }
}

/// Says in the log what was read.
fn log_image(reference: &str, image: &Image) {
    let (layers, paths) = (image.layers.len(), image.tree.len());
    log::info!("{reference}: {layers} layers, {paths} paths");
    for (index, layer) in image.layers.iter().enumerate() {
        let (records, blob, compression) = (layer.records, &layer.blob, layer.compression);
        let number = index + 1;
        log::debug!("layer {number}: {records} records in {blob}, compression {compression:?}");
    }
    for warning in &image.warnings {
        log::info!("{}", warning.text);
    }
}

/// Opens the archive that is built into the program.
fn built_in() -> Result<Opened, Error> {
    let file = demo::open().map_err(Error::BuiltIn)?;
    Ok(Opened {
        input: Input::File(file),
        origin: "built in".into(),
        reference: String::new(),
        total: None,
        headings: None,
        about: None,
        again: None,
    })
}

/// Returns the base that an image names, with its layers where the image's own engine has it. It is never pulled.
fn base(about: &Description, source: Option<&Source>, cancel: &Cancel) -> Option<NamedBase> {
    let named = NamedBase::of(about)?;
    let Some(Source::Engine { which, .. }) = source else {
        return Some(named);
    };
    let environment = Environment::of_process();
    let layers = match source::layers(*which, &named.references(), &environment, cancel) {
        Ok(Some(layers)) => BaseLayers::Known(layers),
        Ok(None) => BaseLayers::Absent,
        Err(_) => BaseLayers::Unasked,
    };
    Some(NamedBase { layers, ..named })
}

/// Returns what the user's scheme insists on.
fn layout(source: &Source) -> Option<archive::Layout> {
    match source {
        Source::DockerArchive(_) | Source::Stdin(Some(SourceKind::DockerArchive)) => {
            Some(archive::Layout::Docker)
        }
        Source::OciArchive(_)
        | Source::OciFolder(_)
        | Source::Stdin(Some(SourceKind::OciArchive)) => Some(archive::Layout::Oci),
        Source::Engine { .. } | Source::Path(_) | Source::Stdin(_) => None,
    }
}
