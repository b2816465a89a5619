//! Where a report goes: standard output, or a file that is written whole or not at all, where the system lets another take its place. No format is
//! known here.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::escape;
use crate::failure::Failure;

/// How many links may follow each other, as Linux has it.
const MOST_LINKS: usize = 40;
/// Held while a file is made beside its place and put there.
static REPLACING: Mutex<()> = Mutex::new(());

/// Waits until no file is half made; while the guard lives none is begun.
pub fn settle() -> MutexGuard<'static, ()> {
    REPLACING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file.
    File(PathBuf),
    /// The end of a file that others write to as well.
    Appended(PathBuf),
}

impl Target {
    /// Returns the target of a path; `-` is standard output.
    #[must_use]
    pub fn of(path: PathBuf) -> Self {
        if path.as_os_str() == "-" {
            Self::Stdout
        } else {
            Self::File(path)
        }
    }

    /// Returns where it stands, however it is spelt; nothing for standard output.
    #[must_use]
    pub fn place(&self) -> Option<PathBuf> {
        let (Self::File(path) | Self::Appended(path)) = self else {
            return None;
        };
        let path = followed(path);
        let to_be = || {
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(folder.join(path.file_name()?))
        };
        let whole = path.canonicalize().ok().or_else(to_be);
        Some(whole.unwrap_or(path))
    }

    /// Lets `fill` write into it. A file appears, or changes, only when all of it was written. A pipe that nobody reads any more is no failure:
    /// who closed it had enough, and what else is to be told, the exit code above all, still is.
    ///
    /// # Errors
    /// [`Failure`] naming the target.
    pub fn write(
        &self,
        fill: impl FnOnce(&mut BufWriter<Box<dyn Write>>) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let written = match self {
            Self::Stdout => filled(Box::new(io::stdout().lock()), fill),
            Self::File(path) => replace(path, fill),
            Self::Appended(path) => append(path, fill),
        };
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| Failure::writing(&self.to_string(), &error)),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdout => f.write_str("standard output"),
            Self::File(path) | Self::Appended(path) => {
                f.write_str(&escape::text(&path.to_string_lossy()))
            }
        }
    }
}

fn filled(
    out: Box<dyn Write>,
    fill: impl FnOnce(&mut BufWriter<Box<dyn Write>>) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    fill(&mut out)?;
    out.flush()
}

fn append(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<Box<dyn Write>>) -> io::Result<()>,
) -> io::Result<()> {
    let end = File::options().append(true).create(true).open(path)?;
    filled(Box::new(end), fill)
}

fn replace(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<Box<dyn Write>>) -> io::Result<()>,
) -> io::Result<()> {
    let path = followed(path);
    // What may not be written is not replaced either.
    let there = match File::options().write(true).open(&path) {
        // A pipe or a device (`/dev/stderr`) is written to, never replaced.
        Ok(there) if !there.metadata()?.is_file() => return filled(Box::new(there), fill),
        Ok(there) => Some(there),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let _whole = settle();
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut making = tempfile::Builder::new();
    making.prefix(".dive-rs-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file: what the umask leaves, or what the old file had.
        let mode = fs::metadata(&path).map_or(0o666, |about| about.permissions().mode() & 0o777);
        making.permissions(fs::Permissions::from_mode(mode));
    }
    let temporary = match making.tempfile_in(folder) {
        Err(_) if there.is_some() => making.tempfile(),
        made => made,
    };
    let temporary = temporary.map_err(without_name)?;
    filled(Box::new(temporary.as_file().try_clone()?), fill)?;
    match (temporary.persist(&path), there) {
        (Ok(_), _) => Ok(()),
        (Err(not_put), Some(there)) => overwrite(there, not_put.file.as_file()),
        (Err(not_put), None) => Err(not_put.error),
    }
}

/// Writes a report that is made whole over a file whose place no other can take: a mounted one, or one in a folder that may not be written.
fn overwrite(mut there: File, mut whole: &File) -> io::Result<()> {
    whole.rewind()?;
    there.set_len(0)?;
    io::copy(&mut whole, &mut there).map(|_| ())
}

/// Returns where a path leads: a link is followed, so that the file it names is replaced, or made, and not the link.
fn followed(path: &Path) -> PathBuf {
    if let Ok(whole) = fs::canonicalize(path) {
        return whole;
    }
    let mut at = path.to_owned();
    // Of a pipe (`/dev/stderr`) a link is the only name.
    if at.exists() {
        return at;
    }
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&at) else { break };
        // A relative one counts from its own folder; joining an absolute one leaves that alone.
        at = at.parent().unwrap_or(Path::new("")).join(next);
    }
    at
}

/// Leaves the temporary file's name out of an error: nobody asked for that file.
fn without_name(error: io::Error) -> io::Error {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((cause, _)) => io::Error::new(error.kind(), cause),
        None => error,
    }
}
