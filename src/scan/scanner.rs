//! A scanner, run: on the archive where the image is a file, else on the engine's own image. Its JSON comes through a pipe, its complaints are passed on.
//! What it writes is read elsewhere.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

use super::read::parse;
use super::vulnerability::ScanReport;
use crate::escape;
use crate::failure::Failure;

/// A scanner that can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scanner {
    /// Aqua's.
    Trivy,
    /// Anchore's.
    Grype,
}

/// What is to be scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScanTarget {
    /// An archive or a folder; the word is Grype's for its kind, where that is known: `docker-archive`.
    Path(PathBuf, Option<&'static str>),
    /// An engine's image; the word is the engine's, where that was said.
    Engine(String, Option<&'static str>),
}

/// The most of a scanner's complaints that is kept, in bytes.
const MOST_WORDS: u64 = 64 << 10;

/// The scanner that runs, so that [`stop`] finds it.
static RUNNING: Mutex<Option<Child>> = Mutex::new(None);

/// Ends the scanner that runs, if one does.
pub fn stop() {
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(child) = running.as_mut() {
        // One that has just ended needs no ending.
        let _ = child.kill();
    }
}

impl Scanner {
    /// Returns the program's name.
    #[must_use]
    pub const fn program(self) -> &'static str {
        match self {
            Self::Trivy => "trivy",
            Self::Grype => "grype",
        }
    }

    /// Returns the arguments that make it write JSON of an image.
    fn arguments(self, place: &ScanTarget) -> Vec<OsString> {
        let mut all: Vec<OsString> = Vec::new();
        match (self, place) {
            (Self::Trivy, place) => {
                let words = ["image", "--quiet", "--format", "json", "--scanners", "vuln"];
                all.extend(words.map(OsString::from));
                match place {
                    ScanTarget::Path(path, _) => all.extend(["--input".into(), plain(path)]),
                    ScanTarget::Engine(name, engine) => {
                        if let Some(engine) = engine {
                            all.extend(["--image-src".into(), engine.into()]);
                        }
                        all.push(name.into());
                    }
                }
            }
            (Self::Grype, place) => {
                all.extend(["--quiet", "--output", "json"].map(OsString::from));
                let (kind, name) = match place {
                    ScanTarget::Path(path, kind) => (kind, plain(path)),
                    ScanTarget::Engine(name, engine) => (engine, name.into()),
                };
                let mut target =
                    OsString::from(kind.map_or_else(String::new, |kind| format!("{kind}:")));
                target.push(name);
                all.push(target);
            }
        }
        all
    }
}

/// Returns a path that no program takes for an option.
fn plain(path: &Path) -> OsString {
    if path.to_string_lossy().starts_with('-') {
        return Path::new(".").join(path).into_os_string();
    }
    path.as_os_str().to_owned()
}

/// Runs a scanner and reads what it found. Takes as long as it takes; [`stop`] ends it.
///
/// # Errors
/// [`Failure`] when it is not installed, fails, or writes no report.
pub fn run(scanner: Scanner, place: &ScanTarget) -> Result<ScanReport, Failure> {
    let program = scanner.program();
    // Held until it can be found, so that a wish to stop that comes now is heard.
    let mut turn = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let started = Command::new(program)
        .args(scanner.arguments(place))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = started.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::new(format!("{program} is not installed")).hint(format!(
            "install {program}, or hand over a report that was written elsewhere: --scan-report FILE"
        )),
        _ => Failure::new(format!("cannot run {program}")).because(&error),
    })?;
    let (out, complaints) = (child.stdout.take(), child.stderr.take());
    *turn = Some(child);
    drop(turn);
    let listening = Builder::new().spawn(move || {
        let mut words = Vec::new();
        let mut complaints = complaints;
        if let Some(pipe) = &mut complaints {
            // What comes after is read so that the scanner need not wait, and is lost.
            let _ = pipe.take(MOST_WORDS).read_to_end(&mut words);
            let _ = io::copy(pipe, &mut io::sink());
        }
        words
    });
    let mut json = Vec::new();
    let read = out.map_or(Ok(0), |mut out| out.read_to_end(&mut json));
    let words = match listening {
        Ok(listening) => listening.join().unwrap_or_default(),
        Err(error) => format!("nobody heard what it said: {error}").into_bytes(),
    };
    let mut turn = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let ended = turn.take().map(|mut child| child.wait());
    drop(turn);
    let failed = |why: &str| {
        let words = String::from_utf8_lossy(&words);
        let last: Vec<&str> = words
            .lines()
            .filter(|line| !line.trim().is_empty())
            .collect();
        let mut failure = Failure::new(format!("{program} {why}"));
        let shown = &last[last.len().saturating_sub(5)..];
        failure.causes = shown
            .iter()
            .map(|line| escape::text(line).into_owned())
            .collect();
        failure.hint(format!(
            "the same by hand: {program} {}",
            shell(&scanner.arguments(place))
        ))
    };
    match ended {
        Some(Ok(status)) if !status.success() => {
            return Err(failed(&status.code().map_or_else(
                || "was ended by a signal".to_owned(),
                |code| format!("failed with exit code {code}"),
            )));
        }
        Some(Ok(_)) => {}
        Some(Err(_)) | None => return Err(failed("cannot be waited for")),
    }
    if read.is_err() {
        return Err(failed("broke off"));
    }
    parse(&json, &format!("what {program} printed"))
}

/// Returns arguments as a person would type them.
fn shell(arguments: &[OsString]) -> String {
    let words: Vec<String> = arguments
        .iter()
        .map(|word| escape::text(&word.to_string_lossy()).into_owned())
        .collect();
    words.join(" ")
}
