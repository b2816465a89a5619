//! Runs a scanner on an archive, a folder or an engine's image. Its JSON is read through a pipe; its error output is shown when it fails.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

use super::read::parse;
use super::vulnerability::ScanReport;
use crate::escape;
use crate::failure::Failure;

/// A scanner that can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scanner {
    /// Aqua Security's Trivy.
    Trivy,
    /// Anchore's Grype.
    Grype,
}

/// An image to scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScanTarget {
    /// An archive or a folder, with Grype's name for its kind when known: `docker-archive`.
    Path(PathBuf, Option<&'static str>),
    /// An engine's image, with the engine's name when the user chose one.
    Engine(String, Option<&'static str>),
}

/// The most of a scanner's error output that is kept, in bytes.
const MOST_ERROR_BYTES: u64 = 64 << 10;

/// The running scanner, for [`stop`].
static RUNNING: Mutex<Option<Child>> = Mutex::new(None);

/// Stops the running scanner, if any.
pub(crate) fn stop() {
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(child) = running.as_mut() {
        // It may have just ended.
        let _ = child.kill();
    }
}

impl Scanner {
    /// Returns the program's name.
    #[must_use]
    pub(crate) const fn program(self) -> &'static str {
        match self {
            Self::Trivy => "trivy",
            Self::Grype => "grype",
        }
    }

    /// Returns the arguments for a JSON report of an image.
    fn arguments(self, place: &ScanTarget) -> Vec<OsString> {
        let mut all: Vec<OsString> = Vec::new();
        match (self, place) {
            (Self::Trivy, place) => {
                let words = ["image", "--quiet", "--format", "json", "--scanners", "vuln"];
                all.extend(words.map(OsString::from));
                match place {
                    ScanTarget::Path(path, _) => all.extend(["--input".into(), as_argument(path)]),
                    ScanTarget::Engine(name, engine) => {
                        if let Some(engine) = engine {
                            // Trivy's word for a registry.
                            let engine = if *engine == "registry" {
                                "remote"
                            } else {
                                engine
                            };
                            all.extend(["--image-src".into(), engine.into()]);
                        }
                        all.push(name.into());
                    }
                }
            }
            (Self::Grype, place) => {
                all.extend(["--quiet", "--output", "json"].map(OsString::from));
                let (kind, name) = match place {
                    ScanTarget::Path(path, kind) => (kind, as_argument(path)),
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

/// Returns a path that no program reads as an option.
fn as_argument(path: &Path) -> OsString {
    if path.to_string_lossy().starts_with('-') {
        return Path::new(".").join(path).into_os_string();
    }
    path.as_os_str().to_owned()
}

/// Runs a scanner and parses its report. Blocks without a time limit; `stop` ends it.
///
/// # Errors
/// [`Failure`] when it is not installed, fails, or writes no report.
pub fn run(scanner: Scanner, place: &ScanTarget) -> Result<ScanReport, Failure> {
    let program = scanner.program();
    let (out, errors) = start(scanner, place)?;
    let reader = Builder::new().spawn(move || read_start(errors));
    let mut json = Vec::new();
    let read = out.map_or(Ok(0), |mut out| out.read_to_end(&mut json));
    let printed = match reader {
        Ok(reader) => reader.join().unwrap_or_default(),
        Err(error) => format!("cannot read its error output: {error}").into_bytes(),
    };
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let ended = running.take().map(|mut child| child.wait());
    drop(running);
    let failed = |why: &str| failed(scanner, place, why, &printed);
    match ended {
        Some(Ok(status)) if !status.success() => {
            return Err(failed(&status.code().map_or_else(
                || "was killed by a signal".to_owned(),
                |code| format!("failed with exit code {code}"),
            )));
        }
        Some(Ok(_)) => {}
        Some(Err(_)) | None => return Err(failed("could not be waited for")),
    }
    if read.is_err() {
        return Err(failed("closed its output early"));
    }
    parse(&json, &format!("the output of {program}"))
}

/// Starts a scanner, which `stop` ends from then on; returns its output and its error output.
fn start(
    scanner: Scanner,
    place: &ScanTarget,
) -> Result<(Option<ChildStdout>, Option<ChildStderr>), Failure> {
    let program = scanner.program();
    // Locked until the child is stored, so that a concurrent `stop` waits for it.
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    let started = Command::new(program)
        .args(scanner.arguments(place))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = started.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::new(format!("{program} is not installed")).hint(
            format!("install {program}, or pass an existing report: --scan-report FILE"),
        ),
        _ => Failure::new(format!("cannot run {program}")).because(error),
    })?;
    let pipes = (child.stdout.take(), child.stderr.take());
    *running = Some(child);
    Ok(pipes)
}

/// Reads the start of a scanner's error output; the rest is read and dropped, so that the scanner does not block.
fn read_start(errors: Option<ChildStderr>) -> Vec<u8> {
    let mut printed = Vec::new();
    if let Some(mut pipe) = errors {
        let _ = (&mut pipe).take(MOST_ERROR_BYTES).read_to_end(&mut printed);
        let _ = io::copy(&mut pipe, &mut io::sink());
    }
    printed
}

/// Returns the failure of a scanner that was started, with the last lines that it printed.
fn failed(scanner: Scanner, place: &ScanTarget, why: &str, printed: &[u8]) -> Failure {
    let program = scanner.program();
    let printed = String::from_utf8_lossy(printed);
    let lines = printed.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<&str> = lines.collect();
    let mut failure = Failure::new(format!("{program} {why}"));
    let last = lines[lines.len().saturating_sub(5)..].iter();
    failure.causes = last.map(|line| escape::text(line).into_owned()).collect();
    failure.hint(format!(
        "to reproduce: {program} {}",
        shell(&scanner.arguments(place))
    ))
}

/// Returns arguments as one line of text.
fn shell(arguments: &[OsString]) -> String {
    let words: Vec<String> = arguments
        .iter()
        .map(|word| escape::text(&word.to_string_lossy()).into_owned())
        .collect();
    words.join(" ")
}
