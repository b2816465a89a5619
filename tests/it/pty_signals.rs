//! Signals to the program in a pseudo-terminal at any moment: it ends soon, and the terminal is as it was. Nothing sleeps: each signal follows a number of
//! pieces of output, or a state of the terminal.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use dive_rs::image::Compression;
use portable_pty::{Child, PtySize, native_pty_system};
use rustix::fs::OFlags;
use rustix::termios::tcgetattr;

use crate::bundle::oci;
use crate::command::Shell;
use crate::fixture_tar::pack;
use crate::pty::{Term, command};
use crate::raw_tar::RawTar;

/// What an exit may take on a busy machine: the program gives itself 2 seconds for each step.
const SOON: Duration = Duration::from_secs(20);

/// Two images whose comparison decompresses layers and reads contents.
fn two() -> Shell {
    let image = |seed: u32| {
        let noise = |at: u32| -> Vec<u8> {
            let words =
                (0..20_000 + seed).map(|word| (word ^ at ^ seed).wrapping_mul(2_654_435_761));
            words.flat_map(u32::to_le_bytes).collect()
        };
        let layer = (0..40).fold(RawTar::default(), |tar, at| {
            tar.file(format!("folder/{at}"), noise(at))
        });
        let layer = layer.end();
        oci(&[&layer], &[&pack(&layer, Compression::Gzip)]).tar()
    };
    Shell::new()
        .file("before.tar", image(1))
        .file("after.tar", image(2))
}

#[test]
fn a_signal_at_any_moment_ends_a_comparison() {
    let shell = two();
    let paths = ["before.tar", "after.tar"].map(|name| shell.path().join(name));
    let paths = paths.each_ref().map(|path| path.to_str().expect("text"));
    let program = Path::new(env!("CARGO_BIN_EXE_dive-rs"));
    for signal in ["TERM", "INT", "HUP"] {
        let mut is_compared = false;
        for pieces in 0.. {
            if is_compared {
                break;
            }
            let mut term = Term::start(program, &paths);
            // Before it a signal ends the program as any other.
            term.wait("the screen", vt100::Screen::alternate_screen);
            is_compared = term.take(pieces, |screen| screen.contents().contains("/folder"));
            term.kill(signal);
            let sent = Instant::now();
            assert_eq!(term.end(), 130, "{signal} after {pieces} pieces");
            let took = sent.elapsed();
            assert!(took < SOON, "{signal} after {pieces} pieces: {took:?}");
        }
    }
}

/// Sends the signal, and asserts that it ends the program soon.
#[cfg(target_os = "linux")]
fn ends_by(child: &mut dyn Child, signal: &str) {
    let id = child.process_id().expect("a number").to_string();
    let kill = std::process::Command::new("kill")
        .args([format!("-{signal}"), id])
        .status();
    assert!(kill.expect("procps").success());
    let sent = Instant::now();
    let ended = child.wait().expect("it ends");
    assert_eq!(ended.exit_code(), 130, "{signal}");
    assert!(sent.elapsed() < SOON, "{signal}: {:?}", sent.elapsed());
}

/// Writes until the terminal takes no more.
fn fill(tty: &mut File) {
    let full = loop {
        if let Err(error) = tty.write(&[b'x'; 4096]) {
            break error;
        }
    };
    assert_eq!(full.kind(), io::ErrorKind::WouldBlock);
}

/// Opens a terminal without waiting for it.
fn open(name: &Path) -> File {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    options.custom_flags(i32::try_from(flags.bits()).expect("flags"));
    options.open(name).expect("the terminal")
}

/// The same without a screen, where a line of progress is cleared.
#[test]
#[cfg(target_os = "linux")]
fn a_signal_ends_a_check_whose_terminal_takes_no_output() {
    for signal in ["TERM", "INT"] {
        let shell = Shell::new();
        let path = crate::interrupt::pipe(&shell, "image");
        let pair = native_pty_system().openpty(PtySize::default());
        let pair = pair.expect("a terminal");
        fill(&mut open(&pair.master.tty_name().expect("a name")));
        let program = Path::new(env!("CARGO_BIN_EXE_dive-rs"));
        let command = command(program, &["--ci", path.to_str().expect("text")]);
        let mut child = pair.slave.spawn_command(command).expect("the program");
        // Opening waits until the program reads.
        let image = OpenOptions::new().write(true).open(path);
        let image = image.expect("a pipe");
        ends_by(&mut *child, signal);
        drop(image);
    }
}

/// A connection that stands still: nobody reads the terminal any more.
#[test]
#[cfg(target_os = "linux")]
fn a_signal_ends_a_screen_whose_terminal_takes_no_output() {
    for signal in ["TERM", "HUP"] {
        let pair = native_pty_system().openpty(PtySize::default());
        let pair = pair.expect("a terminal");
        let name = pair.master.tty_name().expect("a name");
        let mut tty = open(&name);
        let modes = |tty: &File| tcgetattr(tty).expect("modes").local_modes;
        let before = modes(&tty);
        let program = Path::new(env!("CARGO_BIN_EXE_dive-rs"));
        let command = command(program, &["--demo", "--tag", "go-app:onbuild"]);
        let mut child = pair.slave.spawn_command(command).expect("the program");
        let mut reader = pair.master.try_clone_reader().expect("the terminal");
        let (mut output, mut piece) = (Vec::new(), [0; 4096]);
        // The screen is open.
        while !output.windows(8).any(|some| some == b"\x1b[?1049h") {
            let count = reader.read(&mut piece).expect("output");
            output.extend_from_slice(&piece[..count]);
        }
        fill(&mut tty);
        ends_by(&mut *child, signal);
        assert_eq!(modes(&tty), before, "{signal}");
    }
}
