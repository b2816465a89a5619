//! Which images a command line means: the one to look at, its baseline, its base, and where each comes from. What becomes of them is `plan`'s.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use super::args::{Args, PullWord, SourceWord};
use super::meant::{BaseWish, BaselineWish, Surroundings, Wanted};
use crate::ci::{Baseline, Rules};
use crate::demo;
use crate::escape;
use crate::failure::Failure;
use crate::image::Platform;
use crate::load::{Engine, Pull, Request, SourceKind};

pub(super) fn wanted(args: &Args, judged: bool, around: &Surroundings) -> Result<Wanted, Failure> {
    read_once(args)?;
    let screen = around.terminal && !judged && args.json.is_none() && args.reports.is_empty();
    match (args.images.as_slice(), args.demo) {
        ([], true) => {
            let name = args.tag.as_deref().unwrap_or(demo::PAIR[0]);
            Ok(Wanted::Named(built_in(args, name)?))
        }
        ([_, image], false) if judged => Ok(Wanted::Named(request(args, image)?)),
        ([image], false) => Ok(Wanted::Named(request(args, image)?)),
        ([_, ..], true) => Err(Failure::new("--demo takes no image")
            .hint("name an image, or leave it out to see the built-in one")),
        // What is built has no name before it is built.
        ([], false) if args.command.is_some() => Ok(Wanted::Named(request(args, "build".as_ref())?)),
        ([], false) if screen => Ok(Wanted::Picked(engine(args)?, request(args, "picked".as_ref())?)),
        ([], false) => Err(Failure::new("no image named")
            .hint("dive-rs IMAGE explores one: a name, an id, a path or `-`\ndive-rs --demo needs neither a daemon nor a file")),
        (_, false) => Err(Failure::new("a comparison is not judged")
            .hint("name one image to judge it, or put --ci before two to judge the second")),
    }
}

/// Refuses standard input twice.
pub(super) fn read_once(args: &Args) -> Result<(), Failure> {
    let named = args.images.iter().chain(&args.base).chain(&args.have);
    let is_stdin = |image: &&OsString| {
        let image = image.to_string_lossy();
        image.rsplit("://").next() == Some("-")
    };
    if named.filter(is_stdin).count() > 1 {
        return Err(Failure::new("two images from standard input")
            .hint("it can be read but once: put one of them into a file"));
    }
    Ok(())
}

/// A file of numbers is read now, so that a bad one is told before an image is loaded.
pub(super) fn baseline_of(
    args: &Args,
    text: &OsStr,
    rules: &Rules,
) -> Result<BaselineWish, Failure> {
    let path = Path::new(text);
    if Baseline::is_file(path) {
        return Ok(BaselineWish::File(Baseline::read(path, rules)?));
    }
    Ok(BaselineWish::Image(request(args, text)?))
}

/// Returns the request for an image that is built in, by its tag.
pub(super) fn built_in(args: &Args, tag: &str) -> Result<Request, Failure> {
    Ok(Request {
        tag: Some(tag.to_owned()),
        built_in: true,
        ..request(args, tag.as_ref())?
    })
}

pub(super) fn request(args: &Args, image: &OsStr) -> Result<Request, Failure> {
    if image.is_empty() {
        return Err(
            Failure::new("an image with an empty name").hint("name an image, a path or `-`")
        );
    }
    let platform = args.platform.as_deref().map(platform).transpose()?;
    Ok(Request {
        reference: image.to_string_lossy().into_owned(),
        exact: image.to_str().is_none().then(|| image.to_owned()),
        source: args.source.map(|word| match word {
            SourceWord::Docker => SourceKind::Docker,
            SourceWord::Podman => SourceKind::Podman,
            SourceWord::DockerArchive => SourceKind::DockerArchive,
            SourceWord::OciArchive => SourceKind::OciArchive,
            SourceWord::OciDir => SourceKind::OciFolder,
        }),
        pull: match args.pull {
            PullWord::Missing => Pull::Missing,
            PullWord::Never => Pull::Never,
            PullWord::Always => Pull::Always,
        },
        platform,
        tag: args.tag.clone(),
        verify: args.verify,
        built_in: false,
        keep_contents: false,
    })
}

pub(super) fn platform(text: &str) -> Result<Platform, Failure> {
    let parts: Vec<&str> = text.split('/').collect();
    let (os, architecture, variant) = match parts[..] {
        [os, architecture] => (os, architecture, ""),
        [os, architecture, variant] if !variant.is_empty() => (os, architecture, variant),
        _ => ("", "", ""),
    };
    if os.is_empty() || architecture.is_empty() {
        let text = escape::text(text);
        return Err(Failure::new(format!("--platform: cannot take `{text}`"))
            .hint("os/arch[/variant], such as linux/amd64 or linux/arm/v7"));
    }
    Ok(Platform {
        os: os.to_owned(),
        architecture: architecture.to_owned(),
        variant: variant.to_owned(),
    })
}

/// Returns the engine that `--source` names.
pub(super) fn engine(args: &Args) -> Result<Option<Engine>, Failure> {
    match args.source {
        None => Ok(None),
        Some(SourceWord::Docker) => Ok(Some(Engine::Docker)),
        Some(SourceWord::Podman) => Ok(Some(Engine::Podman)),
        Some(_) => {
            let message = if args.command.is_some() {
                "nothing builds into that source"
            } else {
                "no image named, and none can be picked from that source"
            };
            Err(Failure::new(message).hint("--source docker or --source podman"))
        }
    }
}

pub(super) fn base(args: &Args) -> Result<BaseWish, Failure> {
    Ok(match (&args.base, args.base_layers) {
        (Some(image), _) => BaseWish::Image(request(args, image)?),
        (None, Some(layers)) => BaseWish::Layers(layers),
        (None, None) => BaseWish::Unsaid,
    })
}

/// Returns the image with the scheme dive would have said it has.
pub(super) fn source(args: &Args) -> String {
    let image = args.images.last().map(|image| image.to_string_lossy());
    let image = image.as_deref().unwrap_or("demo");
    if image.contains("://") {
        return image.to_owned();
    }
    let scheme = match args.source {
        Some(SourceWord::Podman) => "podman",
        Some(SourceWord::DockerArchive) => "docker-archive",
        Some(SourceWord::OciArchive) => "oci-archive",
        Some(SourceWord::OciDir) => "oci-dir",
        None if args.demo || image == "-" || Path::new(image).exists() => "docker-archive",
        Some(SourceWord::Docker) | None => "docker",
    };
    format!("{scheme}://{image}")
}
