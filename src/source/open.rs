//! From a [`Source`] to bytes: the room's one way out. Decides nothing about formats; what an engine already says of the layers comes along.

use std::path::Path;

use super::asking::ask;
use super::connect::answer;
use super::engine::{Found, find};
use super::environment::Environment;
use super::error::Error;
use super::export::Export;
use super::file::{self, Insists};
use super::headings::{About, expected_bytes, headings};
use super::spelling::{Engine, Source};
use crate::archive::{Cancel, Input};
use crate::image::{LayerHeading, Platform};

/// `--pull`: when an engine pulls an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pull {
    /// When no engine has it.
    #[default]
    Missing,
    /// Not at all.
    Never,
    /// Each time.
    Always,
}

/// What is wished for beside the image's name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wish<'a> {
    /// `--platform`.
    pub platform: Option<&'a Platform>,
    /// `--pull`.
    pub pull: Pull,
}

/// What happens before the first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An engine's address is tried: `docker at unix:///var/run/docker.sock`.
    Connecting(String),
    /// The engine pulls the image.
    Pulling {
        /// Bytes downloaded so far, over all layers.
        done: u64,
        /// Bytes to download, as far as the engine has said.
        total: u64,
        /// The engine's own word.
        status: String,
    },
}

/// An image's bytes, about to be read.
pub struct Opened {
    /// The bytes.
    pub input: Input,
    /// Where they come from, in a word or two: `docker`, `podman`, `docker archive`, `standard input`.
    pub origin: String,
    /// What the user called it.
    pub reference: String,
    /// How many bytes will come: exact for files, from an engine roughly (its own sum, without the archive's headers); nothing when unknown.
    pub total: Option<u64>,
    /// The layers, bottom first, when the engine has said.
    pub headings: Option<Vec<LayerHeading>>,
    /// What the engine says of the image.
    pub about: Option<About>,
    /// What to open for the same bytes once more: an engine's image by its id, whatever its name means by then, or by its name when one platform was
    /// asked for. Nothing for files, which stay at hand, and for what comes only once.
    pub again: Option<Source>,
}

/// Opens an image. Blocks while engines are asked; `tell` hears what goes on; a cancel is seen within the blink of an eye, also later by the
/// stream that is handed out.
///
/// # Errors
/// [`Error`] when the bytes cannot be had, or the user cancelled.
pub fn open(
    source: &Source,
    wish: &Wish<'_>,
    environment: &Environment,
    cancel: &Cancel,
    tell: &impl Fn(Event),
) -> Result<Opened, Error> {
    match source {
        Source::Engine { which, name } => ask(
            cancel,
            engine_image(*which, name, wish, environment, cancel, tell),
        ),
        Source::DockerArchive(path) => local(path, Insists::File, "docker archive"),
        Source::OciArchive(path) => local(path, Insists::File, "OCI archive"),
        Source::OciFolder(path) => local(path, Insists::Folder, "OCI folder"),
        Source::Path(path) => local(path, Insists::Nothing, "archive"),
        Source::Stdin(_) => Ok(Opened {
            input: file::stdin()?,
            origin: "standard input".into(),
            reference: "-".into(),
            total: None,
            headings: None,
            about: None,
            again: None,
        }),
    }
}

async fn engine_image(
    which: Option<Engine>,
    name: &str,
    wish: &Wish<'_>,
    environment: &Environment,
    cancel: &Cancel,
    tell: &impl Fn(Event),
) -> Result<Opened, Error> {
    let Found {
        connection,
        inspected,
    } = find(which, name, wish, environment, tell).await?;
    let about = About::of(&inspected);
    // Asked for one platform, an engine with the containerd store answers with the id of that one's manifest, and hands out nothing by it.
    let id = match &about.id {
        id if id.is_empty() || wish.platform.is_some() => name,
        id => id,
    };
    let history = answer(connection.docker.image_history(id)).await;
    let history = history.unwrap_or_default();
    let export = Export::new(connection.clone(), id.to_owned(), cancel.clone());
    Ok(Opened {
        input: Input::Stream(Box::new(export)),
        origin: connection.engine.to_string(),
        reference: name.to_owned(),
        total: expected_bytes(&inspected),
        headings: Some(headings(&inspected, &history)),
        again: Some(Source::Engine {
            which: which.or(Some(connection.asked)),
            name: id.to_owned(),
        }),
        about: Some(about),
    })
}

fn local(path: &Path, insists: Insists, origin: &str) -> Result<Opened, Error> {
    let opened = file::open(path, insists)?;
    let origin = match &opened.input {
        Input::Folder(_) if insists == Insists::Nothing => "OCI folder",
        _ => origin,
    };
    Ok(Opened {
        input: opened.input,
        origin: origin.into(),
        reference: path.display().to_string(),
        total: opened.total,
        headings: None,
        about: None,
        again: None,
    })
}
