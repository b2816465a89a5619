//! The output of a builder: copied to standard error at once, and read line by line for the times of its steps. The clock of `build` is here.

use std::fs::File;
use std::io::{self, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use super::buildkit::Graph;
use super::raw_progress::RawProgress;
use super::steps::Steps;
use crate::load::MeasuredBuild;

/// The longest line that is parsed, in bytes.
const LONGEST: usize = 4 << 20;
/// How long output is read after the builder ended: a child process can keep the output open forever.
const GRACE: Duration = Duration::from_secs(1);

/// Runs a builder, with its output on standard error, and measures it. `raw` is whether the output is BuildKit's raw progress, which is shown as plain one.
///
/// # Errors
/// [`io::Error`] when the builder cannot be started.
pub(super) fn run(mut command: Command, raw: bool) -> io::Result<(ExitStatus, MeasuredBuild)> {
    let (reader, [stdout, stderr]) = if raw { pipe()? } else { terminal_or_pipe()? };
    command.stdout(stdout).stderr(stderr);
    let start = Instant::now();
    let mut child: Child = command.spawn()?;
    // It has the writing end open.
    drop(command);
    let (send, ended) = channel();
    thread::Builder::new().spawn(move || {
        let mut output = BuildOutput::new(raw);
        // A builder whose output cannot be shown still builds.
        let _ = output.copy(reader, &mut io::stderr(), || start.elapsed());
        let _ = send.send(output);
    })?;
    let status = child.wait()?;
    let total = start.elapsed();
    let output = ended.recv_timeout(GRACE).unwrap_or_default();
    Ok((status, output.finish(total)))
}

/// Returns the reading end of a pipe and its writing end for two streams.
fn pipe() -> io::Result<(File, [Stdio; 2])> {
    let (reader, writer) = io::pipe()?;
    let twin = writer.try_clone()?;
    Ok((into_file(reader), [twin.into(), writer.into()]))
}

#[cfg(unix)]
fn into_file(reader: io::PipeReader) -> File {
    std::os::fd::OwnedFd::from(reader).into()
}

#[cfg(windows)]
fn into_file(reader: io::PipeReader) -> File {
    std::os::windows::io::OwnedHandle::from(reader).into()
}

/// Returns a pipe, or where standard error is a terminal, one of its own for the builder, so that it shows bars and prompts as on the user's.
#[cfg(unix)]
fn terminal_or_pipe() -> io::Result<(File, [Stdio; 2])> {
    use std::io::IsTerminal as _;
    if io::stderr().is_terminal()
        && let Ok(ends) = terminal()
    {
        return Ok(ends);
    }
    pipe()
}

#[cfg(not(unix))]
fn terminal_or_pipe() -> io::Result<(File, [Stdio; 2])> {
    pipe()
}

/// Returns the two ends of a pseudo-terminal of the size of the user's.
#[cfg(unix)]
fn terminal() -> io::Result<(File, [Stdio; 2])> {
    use rustix::fs::{Mode, OFlags, open};
    use rustix::io::{FdFlags, fcntl_setfd};
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{tcgetwinsize, tcsetwinsize};
    let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    fcntl_setfd(&controller, FdFlags::CLOEXEC)?;
    grantpt(&controller)?;
    unlockpt(&controller)?;
    let name = ptsname(&controller, Vec::new())?;
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let terminal = open(name.as_c_str(), flags, Mode::empty())?;
    tcsetwinsize(&terminal, tcgetwinsize(io::stderr())?)?;
    let twin = terminal.try_clone()?;
    Ok((controller.into(), [twin.into(), terminal.into()]))
}

/// What was read of the output.
#[derive(Default)]
struct BuildOutput {
    raw: Option<RawProgress>,
    steps: Steps,
    graph: Graph,
    /// The start of a line that is not complete.
    line: Vec<u8>,
}

impl BuildOutput {
    fn new(raw: bool) -> Self {
        Self {
            raw: raw.then(RawProgress::default),
            ..Self::default()
        }
    }

    /// Copies the output to its end. `clock` returns the time since the start of the build.
    fn copy(
        &mut self,
        mut from: impl Read,
        to: &mut impl Write,
        clock: impl Fn() -> Duration,
    ) -> io::Result<()> {
        let mut bytes = [0; 8192];
        loop {
            let len = match from.read(&mut bytes) {
                Ok(0) => break,
                Ok(len) => len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                // The end of a pseudo-terminal.
                Err(_) => break,
            };
            self.take(&bytes[..len], clock(), to)?;
        }
        let rest = std::mem::take(&mut self.line);
        if self.raw.is_some() {
            to.write_all(&rest)?;
        }
        Ok(())
    }

    /// Shows some bytes of the output: raw progress line by line, everything else at once.
    fn take(&mut self, bytes: &[u8], now: Duration, to: &mut impl Write) -> io::Result<()> {
        if self.raw.is_none() {
            to.write_all(bytes)?;
        }
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") || self.line.len() > LONGEST {
                let line = std::mem::take(&mut self.line);
                self.whole_line(&line, now, to)?;
            }
        }
        Ok(())
    }

    fn whole_line(&mut self, line: &[u8], now: Duration, to: &mut impl Write) -> io::Result<()> {
        if let Some(raw) = &mut self.raw {
            return match raw.line(line.trim_ascii_end(), &mut self.graph) {
                Some(text) => to.write_all(text.as_bytes()),
                None => to.write_all(line),
            };
        }
        let text = String::from_utf8_lossy(line.trim_ascii_end());
        self.steps.line(&text, now);
        self.graph.line(&text);
        Ok(())
    }

    /// Returns the build at its end.
    fn finish(self, total: Duration) -> MeasuredBuild {
        let steps = self.steps.finish(total);
        let instructions = if steps.is_empty() {
            self.graph.finish()
        } else {
            steps
        };
        MeasuredBuild::new(instructions, total)
    }
}
