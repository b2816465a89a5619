//! Files of an image written into a folder. Everything is written beside its place first and moved when it is whole; names that are there are
//! never overwritten, links are never followed, owners and setuid bits are not taken over, which is told. Asks nobody and draws nothing.

mod plan;
mod system;
mod write;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::archive;
use crate::bytes::count;
use crate::image::{Image, LayerId, NodeId};

pub(crate) use plan::Plan;
pub(crate) use write::{Contents, write};

/// What is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// What is seen at a path and below it after a layer.
    Seen {
        /// The layer.
        layer: LayerId,
        /// The path.
        node: NodeId,
    },
    /// What a layer itself holds.
    Layer(LayerId),
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extracted {
    /// Files, links and folders made.
    pub paths: u64,
    /// Bytes written, holes of sparse files not counted.
    pub bytes: u64,
    /// Paths left out.
    pub skipped: Skipped,
    /// What of the written ones was left out.
    pub lost: Lost,
}

/// What is kept from what was written, since it gives power over the system here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Owners and groups: others than whoever writes.
    pub owners: bool,
    /// Setuid and setgid bits.
    pub powers: bool,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.owners, self.powers) {
            (true, true) => "owners and setuid bits not kept",
            (true, false) => "owners not kept",
            (false, true) => "setuid bits not kept",
            (false, false) => "",
        })
    }
}

/// What was left out, and why: how many paths of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Devices and pipes, which are no files.
    pub special: u64,
    /// Hard links to what is not there.
    pub dangling: u64,
    /// Names, or targets of links, that this system cannot have.
    pub unnameable: u64,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            (self.special, "device or pipe", "devices and pipes"),
            (
                self.dangling,
                "hard link to nothing",
                "hard links to nothing",
            ),
            (
                self.unnameable,
                "name no file can have here",
                "names no file can have here",
            ),
        ];
        let said = kinds.into_iter().filter(|(number, ..)| *number > 0);
        let said: Vec<String> = said
            .map(|(number, one, many)| count(number, one, many))
            .collect();
        f.write_str(&said.join(", "))
    }
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The layers could not be read.
    #[error(transparent)]
    Read(#[from] archive::Error),
    /// The folder could not be written to.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// What was being written.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Something of that name is there.
    #[error("{} is there already, and is {}", .0.display(), what(.0))]
    Exists(PathBuf),
    /// A file where the folder to write to belongs.
    #[error("{} is {}, not a folder", .0.display(), what(.0))]
    NotAFolder(PathBuf),
    /// Nothing is seen there.
    #[error("there is nothing at that path")]
    Nothing,
}

impl Error {
    fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Write { path, source }
    }

    /// Returns what the user can do now.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Read(error) => error.hint(),
            Self::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("nothing was left behind; choose a place with more room")
            }
            Self::Write { .. } => Some("nothing was left behind; choose a folder you may write to"),
            Self::Exists(_) | Self::NotAFolder(_) => {
                Some("choose another folder: nothing is ever overwritten")
            }
            Self::Nothing => None,
        }
    }
}

/// Says what stands at a path.
fn what(path: &Path) -> &'static str {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => "a folder",
        Ok(about) if about.is_symlink() => "a link",
        _ => "a file",
    }
}

/// Returns the plan of what `extent` covers.
pub(crate) fn plan(image: &Image, extent: Extent) -> Result<Plan, Error> {
    match extent {
        Extent::Seen { layer, node } => Plan::seen(image, layer, node),
        Extent::Layer(layer) => Plan::layer(image, layer),
    }
}
