//! Carries out a plan: writes into a temporary folder in the destination, then moves the files. After a failure everything written is removed.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::plan::EntryUse;
use super::system::{date, lost, move_new, permit, symlink};
use super::{Error, ExtractPlan, ExtractResult};
use crate::archive::{self, Cancel, Modified, Piece};
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
    if let Some(there) = plan
        .tops
        .iter()
        .map(|top| to.join(top))
        .find(|path| fs::symlink_metadata(path).is_ok())
    {
        return Err(Error::Exists(there));
    }
    let created = CreatedFolders::down_to(to)?;
    let stage = tempfile::Builder::new()
        .prefix(".dive-rs-")
        .tempdir_in(to)
        .map_err(Error::write(to))?;
    let mut job = Job {
        root: stage.path().to_owned(),
        done: ExtractResult {
            skipped: plan.skipped,
            ..ExtractResult::default()
        },
        times: Vec::new(),
    };
    job.folders(plan)?;
    job.done.lost = lost(plan, stage.path());
    for (&layer, records) in &plan.records {
        job.records(layer, records, contents, cancel, &progress)?;
    }
    // Links last, so that nothing is written through one.
    for (path, target) in &plan.links {
        let path = job.root.join(path);
        make_parent(&path)
            .and_then(|()| symlink(target, &path))
            .map_err(Error::write(&path))?;
        job.done.paths += 1;
    }
    for (path, mode) in plan.folders.iter().rev() {
        set_mode(&job.root.join(path), mode | 0o700)?;
    }
    for (path, time) in &job.times {
        date(&job.root.join(path), *time);
    }
    if cancel.is_cancelled() {
        return Err(Error::Read(archive::Error::Cancelled));
    }
    move_all(plan, stage.path(), to)?;
    created.keep();
    Ok(job.done)
}

/// Moves everything from the temporary folder to the destination. When one move fails, the earlier ones are reverted.
fn move_all(plan: &ExtractPlan, stage: &Path, to: &Path) -> Result<(), Error> {
    let mut moved: Vec<(PathBuf, PathBuf)> = Vec::new();
    for top in &plan.tops {
        let (from, goal) = (stage.join(top), to.join(top));
        if fs::symlink_metadata(&from).is_err() {
            continue;
        }
        if let Err(error) = move_new(&from, &goal) {
            for (from, goal) in moved.iter().rev() {
                // The first error is reported; one of reverting is not.
                let _ = fs::rename(goal, from);
            }
            return Err(match error.kind() {
                io::ErrorKind::AlreadyExists => Error::Exists(goal),
                _ => Error::write(&goal)(error),
            });
        }
        moved.push((from, goal));
    }
    Ok(())
}

struct Job<'a> {
    root: PathBuf,
    done: ExtractResult,
    /// Times of folders and links: writing into a folder changes its own.
    times: Vec<(&'a Path, Modified)>,
}

impl<'a> Job<'a> {
    fn folders(&mut self, plan: &ExtractPlan) -> Result<(), Error> {
        for (path, _) in &plan.folders {
            let path = self.root.join(path);
            fs::create_dir_all(&path).map_err(Error::write(&path))?;
            self.done.paths += 1;
        }
        Ok(())
    }

    fn records(
        &mut self,
        layer: LayerId,
        records: &'a BTreeMap<u64, EntryUse>,
        contents: &impl LayerContents,
        cancel: &Cancel,
        progress: &impl Fn(u64),
    ) -> Result<(), Error> {
        let offsets: Vec<u64> = records.keys().copied().collect();
        let uses: Vec<&EntryUse> = records.values().collect();
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
            let path = self.root.join(path);
            let step = Writing::step(&mut open, &path, *mode, piece);
            match step {
                Ok(bytes) => {
                    self.done.bytes += bytes;
                    progress(self.done.bytes);
                    Ok(true)
                }
                Err(error) => {
                    failed = Some(Error::write(&path)(error));
                    Err(io::ErrorKind::Other.into())
                }
            }
        });
        match failed {
            Some(error) => return Err(error),
            None => read?,
        }
        for record in uses {
            let EntryUse::Content(names) = record else {
                continue;
            };
            let first = self.root.join(&names[0].0);
            // Other names of a file become hard links, where the filesystem has them: a copy would fill the holes of a sparse file.
            for (path, _) in &names[1..] {
                let path = self.root.join(path);
                make_parent(&path)
                    .and_then(|()| fs::hard_link(&first, &path))
                    .or_else(|_| fs::copy(&first, &path).map(drop))
                    .map_err(Error::write(&path))?;
            }
            self.done.paths += names.len() as u64;
        }
        Ok(())
    }
}

/// A file being written.
struct Writing {
    file: File,
    len: u64,
    time: Modified,
}

impl Writing {
    /// Writes the next piece of the file at `path`, which the first piece creates. Returns the number of bytes written.
    fn step(open: &mut Option<Self>, path: &Path, mode: u16, piece: Piece<'_>) -> io::Result<u64> {
        let writing = match open {
            Some(writing) => writing,
            None => open.insert(Self::create(path)?),
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
                let time = writing.time;
                *open = None;
                date(path, time);
                permit(path, mode)?;
                Ok(0)
            }
        }
    }

    fn create(path: &Path) -> io::Result<Self> {
        make_parent(path)?;
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        Ok(Self {
            file,
            len: 0,
            time: Modified::default(),
        })
    }
}

fn make_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

fn set_mode(path: &Path, mode: u16) -> Result<(), Error> {
    permit(path, mode).map_err(Error::write(path))
}

/// The destination folder and its parents that were created; removed unless kept.
struct CreatedFolders(Vec<PathBuf>);

impl CreatedFolders {
    fn down_to(to: &Path) -> Result<Self, Error> {
        if let Some(there) = to
            .ancestors()
            .find(|path| fs::symlink_metadata(path).is_ok())
            && !there.is_dir()
        {
            return Err(Error::NotAFolder(there.to_owned()));
        }
        let missing: Vec<PathBuf> = to
            .ancestors()
            .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
            .map(Path::to_owned)
            .collect();
        fs::create_dir_all(to).map_err(Error::write(to))?;
        Ok(Self(missing))
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for CreatedFolders {
    fn drop(&mut self) {
        for folder in &self.0 {
            // A folder that is not empty or already gone is left.
            let _ = fs::remove_dir(folder);
        }
    }
}
