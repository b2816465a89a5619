//! The images that the arguments name: the inspected one, its baseline and its base, as requests to load. Nothing is loaded here but a baseline's
//! file of numbers.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::args::Args;
use super::run_plan::{BaseOption, BaselineOption, ImageChoice};
use super::shared_args::{PullArg, SourceArg};
use crate::cache::{Cache, DEFAULT_LIMIT, default_folder};
use crate::ci::{Baseline, Rules, bytes};
use crate::demo;
use crate::escape;
use crate::failure::Failure;
use crate::image::{Budget, Platform};
use crate::load::{
    Engine, LayerReading, Pull, RegistryOptions, Request, SourceKind, default_limit,
    is_registry_host, is_skopeo_name,
};

/// Returns the image to inspect: named, built in or, on the screen, picked.
///
/// # Errors
/// [`Failure`] when no image is named where one must be, or one is named beside `--demo`.
pub(super) fn image_choice(args: &Args, screen: bool) -> Result<ImageChoice, Failure> {
    let named = |image: &OsStr| Ok(ImageChoice::Named(request(args, image)?));
    // The first of two images is the baseline.
    match (args.images.last(), args.demo) {
        (None, true) => {
            let tag = args.reading.tag.as_deref().unwrap_or(demo::PAIR[0]);
            Ok(ImageChoice::Named(built_in(args, tag)?))
        }
        (Some(_), true) => {
            Err(Failure::new("--demo takes no image").hint("omit the image or --demo"))
        }
        (Some(image), false) => named(image),
        // The image has no name before it is built.
        (None, false) if args.command.is_some() => named("build".as_ref()),
        (None, false) if screen => {
            let request = request(args, "picked".as_ref())?;
            Ok(ImageChoice::Picked(engine(args)?, request))
        }
        (None, false) => Err(Failure::new("no image named").hint(NO_IMAGE_HINT)),
    }
}

/// The hint when no image is named.
pub(crate) const NO_IMAGE_HINT: &str = "dive-rs IMAGE explores one: a name, an id, a path or `-`\n\
    dive-rs --demo needs neither an engine nor a file";

/// Checks that standard input is named at most once.
///
/// # Errors
/// [`Failure`] when it is named twice.
pub(super) fn read_stdin_once(args: &Args) -> Result<(), Failure> {
    let named = args.images.iter().chain(&args.base).chain(&args.have);
    let is_stdin = |image: &&OsString| {
        let image = image.to_string_lossy();
        image.rsplit("://").next() == Some("-")
    };
    if named.filter(is_stdin).count() > 1 {
        return Err(Failure::new("two images from standard input")
            .hint("standard input can be read only once: save one of the images to a file"));
    }
    Ok(())
}

/// Returns the baseline; `None` and a note for an optional file of numbers that does not exist. A file of numbers is read now, so that a bad one
/// is refused before an image is loaded.
///
/// # Errors
/// [`Failure`] when the file is invalid, or the image has no name.
pub(super) fn baseline(
    args: &Args,
    image: &OsStr,
    rules: &Rules,
    notes: &mut Vec<String>,
) -> Result<Option<BaselineOption>, Failure> {
    let path = Path::new(image);
    // No registry is searched for the name of a file of numbers.
    let is_absent = path.extension().is_some_and(|end| end == "json") && !path.exists();
    if is_absent && args.optional_baseline {
        let shown = escape::text(&path.to_string_lossy()).into_owned();
        notes.push(format!("no baseline: {shown} does not exist"));
        return Ok(None);
    }
    if is_absent || Baseline::is_file(path) {
        return Ok(Some(BaselineOption::File(Baseline::read(path, rules)?)));
    }
    Ok(Some(BaselineOption::Image {
        request: Box::new(other_image(args, image)?),
        optional: args.optional_baseline,
    }))
}

/// Returns the request for a built-in image by its tag.
pub(super) fn built_in(args: &Args, tag: &str) -> Result<Request, Failure> {
    Ok(Request {
        tag: Some(tag.to_owned()),
        built_in: true,
        ..request(args, tag.as_ref())?
    })
}

/// Returns the cache for layers' indexes, limited to the `--cache-size`; `None` with `--no-cache` or without a folder for it.
///
/// # Errors
/// [`Failure`] when `--cache-size` is not a size.
pub(super) fn cache(size: Option<&String>, is_off: bool) -> Result<Option<Cache>, Failure> {
    let limit = match size {
        None => DEFAULT_LIMIT,
        Some(text) => bytes(text).map_err(|why| {
            Failure::of(why)
                .about("--cache-size")
                .hint("a size such as 500MB or 2GiB; --no-cache disables the cache")
        })?,
    };
    let folder = default_folder().filter(|_| !is_off);
    Ok(folder.map(|folder| Cache::new(folder, limit)))
}

/// Returns the memory that the indexes of all images may take together.
///
/// # Errors
/// [`Failure`] when `--max-memory` is not a size.
pub(super) fn budget(args: &Args) -> Result<Budget, Failure> {
    let limit = match &args.reading.max_memory {
        None => None,
        Some(text) => Some(bytes(text).map_err(|why| {
            Failure::of(why)
                .about("--max-memory")
                .hint("a size such as 500MB or 8GiB; a million files take about 150MB")
        })?),
    };
    let new = || Budget::new(limit.unwrap_or_else(default_limit));
    Ok(args.reading.budget.get_or_init(new).clone())
}

/// Returns the request for an image as the user wrote it.
///
/// # Errors
/// [`Failure`] when the name is empty or has a user or a password, or `--platform` or `--insecure-registry` is invalid.
pub(super) fn request(args: &Args, image: &OsStr) -> Result<Request, Failure> {
    if image.is_empty() {
        return Err(
            Failure::new("the name of an image is empty").hint("name an image, a path or `-`")
        );
    }
    let platform = args.reading.platform.as_deref().map(platform).transpose()?;
    let request = Request {
        reference: image.to_string_lossy().into_owned(),
        exact: image.to_str().is_none().then(|| image.to_owned()),
        source: args.reading.source.map(SourceKind::from),
        pull: match args.reading.pull {
            None | Some(PullArg::Missing) => Pull::Missing,
            Some(PullArg::Never) => Pull::Never,
            Some(PullArg::Always) => Pull::Always,
        },
        platform,
        tag: args.reading.tag.clone(),
        registry: Box::new(RegistryOptions {
            authorities: args.reading.registry_ca.clone(),
            insecure: insecure_hosts(&args.reading.insecure_registry)?,
            stall: None,
            rate: None,
            no_layers: false,
        }),
        connections: None,
        shared: None,
        cache: cache(args.reading.cache_size.as_ref(), args.reading.no_cache)?,
        budget: budget(args)?,
        verify: args.reading.verify,
        shallow: args.shallow,
        built_in: false,
        keep_contents: false,
        hash_versions: true,
        hash_from: None,
        provenance: true,
        layers: LayerReading::default(),
        measured: None,
        dockerfile: None,
    };
    request.refuse_login()?;
    Ok(request)
}

/// Returns the hosts of `--insecure-registry`.
///
/// # Errors
/// [`Failure`] when one is written as no host is: it would never be a registry's.
fn insecure_hosts(typed: &[String]) -> Result<Vec<String>, Failure> {
    if let Some(other) = typed.iter().find(|host| !is_registry_host(host)) {
        let other = escape::text(other);
        let failure = Failure::new(format!("`{other}` is not a registry's host"));
        return Err(failure
            .about("--insecure-registry")
            .hint("HOST or HOST:PORT, such as localhost:5000, without a scheme and a path"));
    }
    Ok(typed.to_vec())
}

/// Returns the request for an image that is not shown itself: `--tag` does not apply to it, and of two platforms for a comparison neither does.
///
/// # Errors
/// As of [`request`].
pub(super) fn other_image(args: &Args, image: &OsStr) -> Result<Request, Failure> {
    let mut without = args.clone();
    without.reading.tag = None;
    let platform = &mut without.reading.platform;
    *platform = platform.take().filter(|platform| !platform.contains(','));
    request(&without, image)
}

/// Returns the platform written as `os[(version)]/arch[/variant]` or `os/arch[/variant]:version`.
///
/// # Errors
/// [`Failure`] when it is written differently.
pub(super) fn platform(text: &str) -> Result<Platform, Failure> {
    Platform::parse(text).ok_or_else(|| {
        let text = escape::text(text);
        Failure::new(format!("--platform: `{text}` is not a platform")).hint(
            "os/arch[/variant][:version], such as linux/amd64, linux/arm/v7 or windows/amd64:10.0.20348",
        )
    })
}

/// Returns the engine that `--source` names.
pub(super) fn engine(args: &Args) -> Result<Option<Engine>, Failure> {
    match args.reading.source {
        None => Ok(None),
        Some(SourceArg::Docker) => Ok(Some(Engine::Docker)),
        Some(SourceArg::Podman) => Ok(Some(Engine::Podman)),
        Some(_) => {
            let message = if matches!(args.command, Some(super::args::Command::Build { .. })) {
                "`build` needs docker or podman"
            } else {
                "no image named, and this source has no list to pick one from"
            };
            Err(Failure::new(message).hint("--source docker or --source podman"))
        }
    }
}

/// Returns what the options state about the base image.
///
/// # Errors
/// [`Failure`] when the name of the base image is empty.
pub(super) fn base(args: &Args) -> Result<BaseOption, Failure> {
    Ok(match (&args.base, args.base_layers) {
        (Some(image), _) => BaseOption::Image(Box::new(other_image(args, image)?)),
        (None, Some(layers)) => BaseOption::Layers(layers),
        (None, None) => BaseOption::Unspecified,
    })
}

/// Returns the image with the scheme that dive gives it.
pub(super) fn source(args: &Args) -> String {
    let image = args.images.last().map(|image| image.to_string_lossy());
    let image = image.as_deref().unwrap_or("demo");
    if image.contains("://") || args.reading.source.is_none() && is_skopeo_name(image) {
        return image.to_owned();
    }
    let is_archive = args.demo || image == "-" || Path::new(image).exists();
    let kind = match args.reading.source {
        Some(word) => word.into(),
        None if is_archive => SourceKind::DockerArchive,
        None => SourceKind::Docker,
    };
    format!("{}://{image}", kind.scheme())
}

impl From<SourceArg> for SourceKind {
    fn from(word: SourceArg) -> Self {
        match word {
            SourceArg::Docker => Self::Docker,
            SourceArg::Podman => Self::Podman,
            SourceArg::DockerArchive => Self::DockerArchive,
            SourceArg::OciArchive => Self::OciArchive,
            SourceArg::OciDir => Self::OciFolder,
            SourceArg::Dir => Self::ImageFolder,
            SourceArg::Registry => Self::Registry,
        }
    }
}
