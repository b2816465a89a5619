//! Extracts files of an image into a folder, or writes them as a tar stream. In a folder, everything is written to a temporary folder first and moved when it is complete; existing names are never
//! overwritten, links are never followed, owners and setuid bits are not kept. Folders are held open while files are written (openat), so that a symlink put in the place of
//! one changes nothing. No prompts and no drawing.

mod destination;
#[cfg(unix)]
mod folder;
#[cfg(not(unix))]
mod folder_by_path;
mod layout;
mod tar_header;
mod tar_stream;
mod write;

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::archive;
use crate::bytes::count;
use crate::image::{Image, LayerId, NodeId};

#[cfg(not(unix))]
use folder_by_path as folder;
pub(crate) use layout::ExtractPlan;
pub use layout::PathVersion;
pub(crate) use tar_stream::write_tar;
pub(crate) use write::{LayerContents, write};

/// The part of an image to extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtractScope {
    /// A path and everything below it, as visible after a layer.
    Visible {
        /// The layer.
        layer: LayerId,
        /// The path.
        node: NodeId,
    },
    /// The entries of one layer.
    Layer(LayerId),
    /// Some versions of paths, in the tree's order, one per path.
    Items(Vec<PathVersion>),
}

/// The result of an extraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExtractResult {
    /// Files, links and folders created.
    pub paths: u64,
    /// Bytes written, without the holes of sparse files.
    pub bytes: u64,
    /// Skipped paths.
    pub skipped: Skipped,
    /// Attributes that were not kept.
    pub lost: LostAttributes,
}

/// Attributes that are not kept, because they would grant rights on this system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LostAttributes {
    /// Owners and groups other than the current user's.
    pub owners: bool,
    /// Setuid and setgid bits.
    pub setuid: bool,
}

impl fmt::Display for LostAttributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.owners, self.setuid) {
            (true, true) => "owners and setuid bits not kept",
            (true, false) => "owners not kept",
            (false, true) => "setuid bits not kept",
            (false, false) => "",
        })
    }
}

/// The numbers of skipped paths, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Devices and pipes.
    pub special: u64,
    /// Hard links whose target does not exist.
    pub dangling: u64,
    /// Names and link targets that this system does not allow.
    pub unnameable: u64,
    /// Deleted paths whose parents are no longer folders.
    pub covered: u64,
    /// Symbolic links, where the user lacks the right to create them: Windows without developer mode.
    pub links: u64,
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds = [
            (self.special, "device or pipe", "devices and pipes"),
            (
                self.dangling,
                "hard link without target",
                "hard links without target",
            ),
            (
                self.unnameable,
                "name not allowed on this system",
                "names not allowed on this system",
            ),
            (
                self.covered,
                "deleted path whose parent is no longer a folder",
                "deleted paths whose parents are no longer folders",
            ),
            (
                self.links,
                "symbolic link, which this user may not create",
                "symbolic links, which this user may not create",
            ),
        ];
        let skipped = kinds.into_iter().filter(|(number, ..)| *number > 0);
        let skipped: Vec<String> = skipped
            .map(|(number, one, many)| count(number, one, many))
            .collect();
        f.write_str(&skipped.join(", "))
    }
}

/// Why an extraction failed; nothing was written.
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
    /// A stream could not be written to.
    #[error("cannot write the stream: {0}")]
    Stream(io::Error),
    /// The name exists already.
    #[error("{} exists already and is {}", .0.display(), file_type(.0))]
    Exists(PathBuf),
    /// The destination is not a folder.
    #[error("{} is {}, not a folder", .0.display(), file_type(.0))]
    NotAFolder(PathBuf),
    /// The destination is a link to a folder.
    #[error("{} is a link, not a folder", .0.display())]
    Link(PathBuf),
    /// The path does not exist after the layer.
    #[error("there is nothing at that path")]
    Nothing,
}

impl Error {
    fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |source| Self::Write { path, source }
    }

    /// Returns a hint.
    #[must_use]
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            Self::Read(error) => error.hint(),
            Self::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Some("no files were left behind; choose a place with more space")
            }
            Self::Write { source, .. } if source.kind() == io::ErrorKind::AlreadyExists => Some(
                "no files were left behind; the folder's filesystem treats names that differ only in case as one",
            ),
            Self::Write { .. } => Some("no files were left behind; choose a writable folder"),
            Self::Exists(_) | Self::NotAFolder(_) => {
                Some("choose another folder: existing files are never overwritten")
            }
            Self::Link(_) => Some("a slash at the end of the destination follows the link"),
            Self::Stream(_) | Self::Nothing => None,
        }
    }
}

/// Returns the type of the file at a path.
fn file_type(path: &Path) -> &'static str {
    match fs::symlink_metadata(path) {
        Ok(about) if about.is_dir() => "a folder",
        Ok(about) if about.is_symlink() => "a link",
        _ => "a file",
    }
}

/// Returns the plan of an extraction.
pub(crate) fn plan(image: &Image, extent: ExtractScope) -> Result<ExtractPlan, Error> {
    match extent {
        ExtractScope::Visible { layer, node } => {
            ExtractPlan::of(image, layout::visible_below(image, layer, node))
        }
        ExtractScope::Layer(layer) => ExtractPlan::of(image, layout::of_layer(image, layer)),
        ExtractScope::Items(items) => plan_items(image, &items),
    }
}

/// Returns the plan of an extraction of some versions of paths, which are in the tree's order, one per path.
pub(crate) fn plan_items(image: &Image, items: &[PathVersion]) -> Result<ExtractPlan, Error> {
    ExtractPlan::of(image, items.iter().copied())
}
