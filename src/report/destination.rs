//! The destination of a report: standard output, or a file that is written completely or not at all, as far as the system can replace it. No format is
//! known here.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::escape;
use crate::failure::Failure;

/// The longest chain of symbolic links that is followed, as on Linux.
const MOST_LINKS: usize = 40;
/// Locked while a temporary file is written and renamed.
static REPLACING: Mutex<()> = Mutex::new(());

/// Waits until no report is partly written; none is started while the guard is alive.
pub(crate) fn settle() -> MutexGuard<'static, ()> {
    REPLACING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The destination of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Standard output.
    Stdout,
    /// A file.
    File(PathBuf),
    /// The end of a file that other programs also write.
    Appended(PathBuf),
}

impl Destination {
    /// Returns the destination of a path; `-` is standard output.
    #[must_use]
    pub(crate) fn of(path: PathBuf) -> Self {
        if path.as_os_str() == "-" {
            Self::Stdout
        } else {
            Self::File(path)
        }
    }

    /// Returns the absolute path with links resolved, whether the file exists or not; `None` for standard output.
    #[must_use]
    pub(crate) fn resolved(&self) -> Option<PathBuf> {
        let (Self::File(path) | Self::Appended(path)) = self else {
            return None;
        };
        let path = followed(path);
        let of_new_file = || {
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(folder.join(path.file_name()?))
        };
        let resolved = path.canonicalize().ok().or_else(of_new_file);
        Some(resolved.unwrap_or(path))
    }

    /// Writes what `fill` writes. A file appears or changes only after all of it was written. A closed pipe is not a failure: its reader stopped early, and the
    /// other reports and the exit code still follow.
    ///
    /// # Errors
    /// [`Failure`] that names the destination.
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
            written => written.map_err(|error| Failure::writing(&self.to_string(), error)),
        }
    }
}

impl fmt::Display for Destination {
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
    // A file without write permission is not replaced either.
    let existing = match File::options().write(true).open(&path) {
        // A pipe or a device (`/dev/stderr`) is written to, never replaced.
        Ok(open) if !open.metadata()?.is_file() => return filled(Box::new(open), fill),
        Ok(open) => Some(open),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let _guard = settle();
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".dive-rs-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The mode of the existing file, or of any new file under the umask.
        let mode = fs::metadata(&path).map_or(0o666, |about| about.permissions().mode() & 0o777);
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    let temporary = match builder.tempfile_in(folder) {
        Err(_) if existing.is_some() => builder.tempfile(),
        created => created,
    };
    let temporary = temporary.map_err(without_name)?;
    filled(Box::new(temporary.as_file().try_clone()?), fill)?;
    match (temporary.persist(&path), existing) {
        (Ok(_), _) => Ok(()),
        (Err(error), Some(existing)) => overwrite(existing, error.file.as_file()),
        (Err(error), None) => Err(error.error),
    }
}

/// Copies a complete report over a file that cannot be replaced: a mounted one, or one in a read-only folder.
fn overwrite(mut existing: File, mut report: &File) -> io::Result<()> {
    report.rewind()?;
    existing.set_len(0)?;
    io::copy(&mut report, &mut existing).map(|_| ())
}

/// Follows symbolic links, so that the file at their end is replaced or created, not the link.
fn followed(path: &Path) -> PathBuf {
    if let Ok(resolved) = fs::canonicalize(path) {
        return resolved;
    }
    let mut at = path.to_owned();
    // A pipe (`/dev/stderr`) has no other name than its link.
    if at.exists() {
        return at;
    }
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&at) else { break };
        // A relative target starts at the link's folder; an absolute one replaces it.
        at = at.parent().unwrap_or(Path::new("")).join(next);
    }
    at
}

/// Removes the temporary file's name from an error: the user does not know it.
fn without_name(error: io::Error) -> io::Error {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((cause, _)) => io::Error::new(error.kind(), cause),
        None => error,
    }
}
