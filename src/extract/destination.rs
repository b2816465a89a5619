//! The folder that files are extracted to: opened once, created with the folders above it if needed.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::Error;
use super::folder::{Folder, is_followed};

/// The destination folder.
pub(super) struct DestinationFolder {
    folder: Folder,
    /// The folders that were created, each with its name in the one above; removed unless kept.
    created: Vec<(Folder, OsString)>,
}

impl DestinationFolder {
    /// Opens the folder at a path. Links above it are followed; the folder itself may be one only if the path ends with a slash.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let there = path
            .ancestors()
            .find(|path| fs::symlink_metadata(path).is_ok())
            .unwrap_or(Path::new(""));
        let is_itself = there.components().eq(path.components()) && !is_followed(path);
        let is_link =
            is_itself && fs::symlink_metadata(there).is_ok_and(|about| about.is_symlink());
        if is_link && there.is_dir() {
            return Err(Error::Link(there.to_owned()));
        }
        if !there.as_os_str().is_empty() && !there.is_dir() {
            return Err(Error::NotAFolder(there.to_owned()));
        }
        let start = if is_itself {
            Folder::open(path)
        } else {
            Folder::open(&there.join("."))
        };
        let mut destination = Self {
            folder: start.map_err(Error::write(path))?,
            created: Vec::new(),
        };
        for part in path.components().skip(there.components().count()) {
            let (next, is_new) = destination
                .folder
                .child_or_new(part)
                .map_err(Error::write(path))?;
            let parent = std::mem::replace(&mut destination.folder, next);
            if is_new {
                let name = part.as_os_str().to_owned();
                destination.created.push((parent, name));
            }
        }
        Ok(destination)
    }

    pub(super) fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Leaves the folders that were created.
    pub(super) fn keep(mut self) {
        self.created.clear();
    }
}

impl Drop for DestinationFolder {
    fn drop(&mut self) {
        for (parent, name) in self.created.iter().rev() {
            // A folder that is not empty or no longer exists is skipped.
            let _ = parent.remove(name);
        }
    }
}
