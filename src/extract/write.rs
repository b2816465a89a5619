//! Carries out a plan: writes into a temporary folder in the destination, then moves the files. After a failure everything written is removed.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::destination::DestinationFolder;
use super::folder::{Folder, date_file, permit_file};
use super::layout::EntryUse;
use super::{Error, ExtractPlan, ExtractResult, LostAttributes};
use crate::archive::{self, Cancel, ModifiedTime, Piece};
use crate::image::LayerId;

/// Access to the contents of a layer, as in [`crate::archive::LayerBlobs::read`].
pub(crate) trait LayerContents {
    /// Reads the contents at ascending offsets and passes their pieces to `each`.
    fn read(
        &self,
        layer: LayerId,
        offsets: &[u64],
        cancel: &Cancel,
        each: impl FnMut(usize, Piece<'_>) -> io::Result<bool>,
    ) -> Result<(), crate::archive::Error>;
}

/// Writes the planned files into the folder `to`, which is created if needed. Calls `progress` with the bytes written so far.
pub(crate) fn write(
    plan: &ExtractPlan,
    contents: &impl LayerContents,
    to: &Path,
    cancel: &Cancel,
    progress: impl Fn(u64),
) -> Result<ExtractResult, Error> {
    let destination = DestinationFolder::open(to)?;
    let folder = destination.folder();
    let is_there = |top: &&PathBuf| folder.contains(top.as_os_str());
    if let Some(top) = plan.top_level_names.iter().find(is_there) {
        return Err(Error::Exists(to.join(top)));
    }
    let stage = StagingFolder::create(folder).map_err(Error::write(to))?;
    let mut job = WriteJob {
        to,
        parents: Parents {
            root: &stage.folder,
            last: None,
        },
        done: ExtractResult {
            skipped: plan.skipped,
            lost: lost(plan, &stage.folder),
            ..ExtractResult::default()
        },
        times: Vec::new(),
    };
    for (path, _) in &plan.folders {
        job.parents
            .open(path)
            .map_err(Error::write(&to.join(path)))?;
        job.done.paths += 1;
    }
    for (&layer, entries) in &plan.entries {
        job.entries(layer, entries, contents, cancel, &progress)?;
    }
    job.links(plan)?;
    job.folder_attributes(plan)?;
    if cancel.is_cancelled() {
        return Err(Error::Read(archive::Error::Cancelled));
    }
    let done = job.done;
    move_all(plan, &stage.folder, folder, to)?;
    drop(stage);
    destination.keep();
    Ok(done)
}

/// Returns the attributes of the image that are not kept.
fn lost(plan: &ExtractPlan, stage: &Folder) -> LostAttributes {
    // Written files belong to the current user.
    let others = |ours| plan.owners.iter().any(|owner| *owner != ours);
    LostAttributes {
        owners: stage.owner().is_some_and(others),
        setuid: plan.setuid,
    }
}

/// Moves everything from the temporary folder to the destination. When one move fails, the earlier ones are reverted.
fn move_all(plan: &ExtractPlan, stage: &Folder, folder: &Folder, to: &Path) -> Result<(), Error> {
    let mut moved: Vec<&OsStr> = Vec::new();
    for top in &plan.top_level_names {
        let name = top.as_os_str();
        if !stage.contains(name) {
            continue;
        }
        if let Err(error) = stage.move_new(name, folder) {
            for name in moved.iter().rev() {
                // The first error is reported; one of reverting is not.
                let _ = folder.rename(name, stage);
            }
            let goal = to.join(top);
            return Err(match error.kind() {
                io::ErrorKind::AlreadyExists => Error::Exists(goal),
                _ => Error::write(&goal)(error),
            });
        }
        moved.push(name);
    }
    Ok(())
}

/// The folder in the destination that everything is written to first. Removed with what is in it.
struct StagingFolder<'a> {
    parent: &'a Folder,
    name: OsString,
    folder: Folder,
}

impl<'a> StagingFolder<'a> {
    fn create(parent: &'a Folder) -> io::Result<Self> {
        loop {
            let random = RandomState::new().hash_one(());
            let name = OsString::from(format!(".dive-rs-{random:016x}"));
            match parent.create_private(&name) {
                Ok(folder) => {
                    return Ok(Self {
                        parent,
                        name,
                        folder,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for StagingFolder<'_> {
    fn drop(&mut self) {
        // What cannot be removed is left.
        let _ = self.folder.clear();
        let _ = self.parent.remove(&self.name);
    }
}

/// The folders below the temporary one. The last one is kept open: most paths are in the same one as the path before.
struct Parents<'a> {
    root: &'a Folder,
    last: Option<(PathBuf, Folder)>,
}

impl Parents<'_> {
    /// Opens a folder, which is created if needed.
    fn open(&mut self, path: &Path) -> io::Result<&Folder> {
        if self.last.as_ref().is_none_or(|(open, _)| open != path) {
            self.last = Some((path.to_owned(), self.root.below(path)?));
        }
        let folder = self.last.as_ref().map(|(_, folder)| folder);
        folder.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Opens the folder that a path is in, which is created if needed. Returns it with the last name of the path.
    fn of<'p>(&mut self, path: &'p Path) -> io::Result<(&Folder, &'p OsStr)> {
        let (parent, name) = split(path)?;
        Ok((self.open(parent)?, name))
    }
}

/// Returns the folder that a path is in and its last name.
fn split(path: &Path) -> io::Result<(&Path, &OsStr)> {
    path.parent()
        .zip(path.file_name())
        .ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

struct WriteJob<'a> {
    /// The destination, for messages.
    to: &'a Path,
    parents: Parents<'a>,
    done: ExtractResult,
    /// Times of folders and links: writing into a folder changes its own.
    times: Vec<(&'a Path, ModifiedTime)>,
}

impl<'a> WriteJob<'a> {
    /// Makes the symbolic links.
    fn links(&mut self, plan: &'a ExtractPlan) -> Result<(), Error> {
        for (path, target) in &plan.links {
            if self.at(path, |folder, name| folder.symlink(target, name))? {
                self.done.paths += 1;
            } else {
                self.done.skipped.links += 1;
            }
        }
        Ok(())
    }

    /// Sets the modes and times of the folders, once nothing more is written into them.
    fn folder_attributes(&mut self, plan: &'a ExtractPlan) -> Result<(), Error> {
        for (path, mode) in plan.folders.iter().rev() {
            self.at(path, |folder, name| folder.permit(name, mode | 0o700))?;
        }
        for (path, time) in std::mem::take(&mut self.times) {
            self.at(path, |folder, name| {
                folder.date(name, time);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Does something at a path.
    fn at<T>(
        &mut self,
        path: &Path,
        act: impl FnOnce(&Folder, &OsStr) -> io::Result<T>,
    ) -> Result<T, Error> {
        let place = self.parents.of(path);
        place
            .and_then(|(folder, name)| act(folder, name))
            .map_err(Error::write(&self.to.join(path)))
    }

    fn entries(
        &mut self,
        layer: LayerId,
        entries: &'a BTreeMap<u64, EntryUse>,
        contents: &impl LayerContents,
        cancel: &Cancel,
        progress: &impl Fn(u64),
    ) -> Result<(), Error> {
        let offsets: Vec<u64> = entries.keys().copied().collect();
        let uses: Vec<&EntryUse> = entries.values().collect();
        let mut open: Option<Writing> = None;
        // A write error is kept with its path; the reader only stops.
        let mut failed = None;
        let read = contents.read(layer, &offsets, cancel, |place, piece| {
            let names = match (uses[place], piece) {
                (EntryUse::Content(names), _) => names,
                (EntryUse::Time(path), Piece::Begin(time)) => {
                    self.times.push((path, time));
                    return Ok(false);
                }
                (EntryUse::Time(_), _) => return Ok(false),
            };
            let (path, mode) = &names[0];
            match Writing::step(&mut open, &mut self.parents, path, *mode, piece) {
                Ok(bytes) => {
                    self.done.bytes += bytes;
                    progress(self.done.bytes);
                    Ok(true)
                }
                Err(error) => {
                    failed = Some(Error::write(&self.to.join(path))(error));
                    Err(io::ErrorKind::Other.into())
                }
            }
        });
        match failed {
            Some(error) => return Err(error),
            None => read?,
        }
        for entry_use in uses {
            let EntryUse::Content(names) = entry_use else {
                continue;
            };
            self.other_names(names)?;
            self.done.paths += names.len() as u64;
        }
        Ok(())
    }

    /// Creates the other names of a file that is written: hard links, where the filesystem has them. A copy would fill the holes of a sparse file.
    fn other_names(&mut self, names: &[(PathBuf, u16)]) -> Result<(), Error> {
        let Some(((first, _), others)) = names.split_first() else {
            return Ok(());
        };
        if others.is_empty() {
            return Ok(());
        }
        let root = self.parents.root;
        let (parent, first) = split(first)
            .and_then(|(parent, name)| Ok((root.below(parent)?, name)))
            .map_err(Error::write(&self.to.join(first)))?;
        for (path, mode) in others {
            self.at(path, |folder, name| {
                parent
                    .link(first, folder, name)
                    .or_else(|_| copy(&parent, first, folder, name, *mode))
            })?;
        }
        Ok(())
    }
}

fn copy(from: &Folder, first: &OsStr, to: &Folder, name: &OsStr, mode: u16) -> io::Result<()> {
    let mut file = to.create(name)?;
    io::copy(&mut from.read(first)?, &mut file)?;
    permit_file(&file, mode)
}

/// A file being written.
struct Writing {
    file: File,
    len: u64,
    time: ModifiedTime,
}

impl Writing {
    /// Writes the next piece of the file at `path`, which the first piece creates. Returns the number of bytes written.
    fn step(
        open: &mut Option<Self>,
        parents: &mut Parents<'_>,
        path: &Path,
        mode: u16,
        piece: Piece<'_>,
    ) -> io::Result<u64> {
        let writing = if let Some(writing) = open {
            writing
        } else {
            let (folder, name) = parents.of(path)?;
            open.insert(Self {
                file: folder.create(name)?,
                len: 0,
                time: ModifiedTime::default(),
            })
        };
        match piece {
            Piece::Begin(time) => {
                writing.time = time;
                Ok(0)
            }
            Piece::Bytes(bytes) => {
                writing.file.write_all(bytes)?;
                writing.len += bytes.len() as u64;
                Ok(bytes.len() as u64)
            }
            Piece::Hole(len) => {
                writing.len += len;
                writing.file.seek(SeekFrom::Start(writing.len))?;
                Ok(0)
            }
            Piece::End => {
                writing.file.set_len(writing.len)?;
                date_file(&writing.file, writing.time);
                permit_file(&writing.file, mode)?;
                *open = None;
                Ok(0)
            }
        }
    }
}
