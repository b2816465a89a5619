//! The real program in a pseudo-terminal: start, resize, exit, and a restored terminal in every case. Screen contents are tested in `screens`.
//! Nothing sleeps: each step waits for text on the screen, or fails at the deadline.

use std::io::{Read as _, Write as _};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use dive_rs::analysis::BaseHint;
#[cfg(target_os = "linux")]
use dive_rs::image::Compression;
use dive_rs::ui::{self, ScreenOptions};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::command::Shell;
#[cfg(target_os = "linux")]
use crate::fixture::ImageBuilder;
#[cfg(target_os = "linux")]
use crate::fixture_tar::pack;
use crate::fixture_tar::{Docker, docker_save};
use crate::raw_tar::{RawTar, raw};

/// The deadline for any step on a busy machine.
const DEADLINE: Duration = Duration::from_mins(1);

/// A program on a pseudo-terminal of 80 × 24, and its screen.
pub struct Term {
    parser: vt100::Parser,
    /// All output so far.
    came: Vec<u8>,
    bytes: Receiver<Vec<u8>>,
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn std::io::Write + Send>,
}

/// Returns a configuration folder that opens images on layers and tree.
fn opening_on_the_tree() -> std::path::PathBuf {
    let home = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("on-the-tree");
    std::fs::create_dir_all(home.join("dive-rs")).unwrap();
    std::fs::write(home.join("dive-rs/config.toml"), "start = 'tree'\n").unwrap();
    home
}

/// Returns a command for a terminal, whatever the environment of the tests is: with `CI` there would be no screen.
pub fn command(program: &std::path::Path, args: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(args);
    command.env("TERM", "xterm-256color");
    command.env("XDG_CONFIG_HOME", opening_on_the_tree());
    for name in ["CI", "NO_COLOR"] {
        command.env_remove(name);
    }
    command
}

impl Term {
    pub fn start(program: &std::path::Path, args: &[&str]) -> Self {
        let size = PtySize {
            rows: 24,
            cols: 80,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let child = pair.slave.spawn_command(command(program, args)).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(len @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..len].to_vec()).is_err() {
                    break;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self {
            parser: vt100::Parser::new(24, 80, 0),
            came: Vec::new(),
            bytes,
            child,
            master: pair.master,
            writer,
        }
    }

    /// Waits until the screen matches.
    pub fn wait(&mut self, what: &str, awaited: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while self.is_within_a_frame() || !awaited(self.parser.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.bytes.recv_timeout(left) {
                Ok(bytes) => {
                    self.parser.process(&bytes);
                    self.came.extend(bytes);
                }
                Err(error) => panic!(
                    "{what} never came ({error}):\n{}",
                    self.parser.screen().contents()
                ),
            }
        }
    }

    #[cfg(target_os = "linux")]
    /// Waits for so many pieces of output, or until the screen matches; returns whether it does.
    pub fn take(&mut self, pieces: usize, done: impl Fn(&vt100::Screen) -> bool) -> bool {
        for _ in 0..pieces {
            if done(self.parser.screen()) {
                return true;
            }
            let bytes = self.bytes.recv_timeout(DEADLINE).expect("output");
            self.parser.process(&bytes);
            self.came.extend(bytes);
        }
        done(self.parser.screen())
    }

    /// Returns whether a frame is incomplete: the rest of the previous frame is still below it.
    fn is_within_a_frame(&self) -> bool {
        let last = |mark: &[u8]| self.came.windows(mark.len()).rposition(|some| some == mark);
        last(b"\x1b[?2026h") > last(b"\x1b[?2026l")
    }

    pub fn wait_for(&mut self, text: &str) {
        self.wait(text, |screen| screen.contents().contains(text));
    }

    pub fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&mut self, rows: u16, cols: u16) {
        self.parser.screen_mut().set_size(rows, cols);
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master.resize(size).unwrap();
    }

    /// Sends a signal to the program.
    pub fn kill(&self, signal: &str) {
        let mut kill = std::process::Command::new("kill");
        let id = self.child.process_id().unwrap().to_string();
        let sent = kill.args([format!("-{signal}"), id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for the end and returns the exit code; checks that the terminal is restored.
    pub fn end(mut self) -> u32 {
        let code = self.child.wait().unwrap().exit_code();
        loop {
            match self.bytes.recv_timeout(DEADLINE) {
                Ok(bytes) => {
                    self.parser.process(&bytes);
                    self.came.extend(bytes);
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the terminal was never closed"),
            }
        }
        // Leaving twice would move the cursor above the text printed in between.
        let all = String::from_utf8_lossy(&self.came);
        let [entered, left] = ["\x1b[?1049h", "\x1b[?1049l"].map(|mark| all.matches(mark).count());
        assert_eq!(
            entered, left,
            "the screen is left as often as it is entered"
        );
        let screen = self.parser.screen();
        assert!(
            !screen.alternate_screen(),
            "the alternate screen was left on"
        );
        assert!(!screen.hide_cursor(), "the cursor was left hidden");
        assert_eq!(
            screen.mouse_protocol_mode(),
            vt100::MouseProtocolMode::None,
            "the mouse was left on"
        );
        assert!(!screen.bracketed_paste(), "bracketed paste was left on");
        code
    }
}

/// In the header when an image without hidden bytes is loaded.
const WHOLE_OF_ONE: &str = "hidden 0 B";
/// In the header when all layers of the demo are loaded; a partial image has no efficiency.
const WHOLE: &str = "hidden 2.0 MB";

fn demo() -> Term {
    let mut term = Term::start(
        std::path::Path::new(env!("CARGO_BIN_EXE_dive-rs")),
        &["--demo", "--tag", "go-app:onbuild"],
    );
    term.wait_for(WHOLE);
    term
}

#[test]
fn starts_and_quits() {
    let mut term = demo();
    assert!(term.parser.screen().alternate_screen());
    term.press("q");
    assert_eq!(term.end(), 0);
}

/// Terminals with synchronised output show complete frames only.
#[test]
fn every_frame_is_one_update() {
    let mut term = demo();
    term.press("j");
    term.wait_for("layer 2 vs 1");
    let came = String::from_utf8_lossy(&term.came).into_owned();
    term.press("q");
    assert_eq!(term.end(), 0);
    let (_, frames) = came.split_once("\x1b[?2026h").expect("a frame");
    for frame in frames.split("\x1b[?2026h") {
        // The last frame may be incomplete.
        let after = frame.split_once("\x1b[?2026l").map(|(_, after)| after);
        assert!(matches!(after, None | Some("")), "{after:?}");
    }
}

#[test]
fn follows_a_resize() {
    let mut term = demo();
    term.resize(9, 30);
    term.wait_for("too small");
    term.resize(40, 120);
    term.wait("the wide screen", |screen| {
        let rows: Vec<String> = screen.rows(0, 120).collect();
        rows.len() == 40 && rows[39].contains("q quit") && rows[0].contains("hidden ")
    });
    term.press("q");
    assert_eq!(term.end(), 0);
}

#[test]
fn extracts_what_the_image_has() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("out");
    let mut term = demo();
    term.resize(40, 120);
    term.wait("the wide screen", |screen| {
        screen.rows(0, 120).count() == 40
    });
    // Each key waits for the effect of the previous one: the search continues while frames are drawn.
    term.press("\t/re:etc/passwd$");
    term.wait("all hits", |screen| {
        let contents = screen.contents();
        contents.contains(" hit") && !contents.contains(" …\n")
    });
    term.press("\r");
    term.wait_for("  /etc/passwd");
    term.press("e");
    term.wait_for("./extracted");
    // ctrl+u clears the line.
    term.press(&format!("\x15{}\r", to.display()));
    term.wait_for("written to");
    term.press("q");
    assert_eq!(term.end(), 0);
    let written = std::fs::read(to.join("passwd")).unwrap();
    assert!(written.starts_with(b"root:x:0:0:root:/root:/bin/bash\n"));
}

/// A file that takes a while to write: a sparse gigabyte that needs no space in the archive.
fn archive_of_a_large_file(path: &std::path::Path) {
    const LARGE: u64 = 1 << 30;
    let config =
        br#"{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}"#;
    let manifest = br#"[{"Config":"c.json","RepoTags":["large:1"],"Layers":["l.tar"]}]"#;
    let tar = RawTar::default()
        .file("c.json", config)
        .file("manifest.json", manifest)
        .header(&raw("l.tar", b'0', LARGE + 512))
        .header(&raw("large", b'0', LARGE));
    std::fs::write(path, &tar.0).unwrap();
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_len(tar.0.len() as u64 + LARGE + 1024).unwrap();
}

#[test]
fn a_signal_while_extracting_leaves_no_partial_file() {
    for signal in ["TERM", "HUP"] {
        let folder = tempfile::tempdir().unwrap();
        let (archive, to) = (folder.path().join("large.tar"), folder.path().join("out"));
        archive_of_a_large_file(&archive);
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_dive-rs"));
        let mut term = Term::start(program, &[archive.to_str().unwrap()]);
        term.wait_for(WHOLE_OF_ONE);
        term.press("\te");
        term.wait_for("./extracted");
        term.press(&format!("\x15{}\r", to.display()));
        term.wait("bytes written", |_| to.exists());
        term.kill(signal);
        assert_eq!(term.end(), 130);
        assert!(!to.exists(), "{signal}");
    }
}

#[test]
fn a_pager_gets_file_and_keys_and_returns_the_screen() {
    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().join("shown");
    let pager = format!(
        "PAGER=cat >'{}'; echo the pager waits; read key </dev/tty",
        shown.display()
    );
    let dive = env!("CARGO_BIN_EXE_dive-rs");
    let args = [pager.as_str(), dive, "--demo", "--tag", "go-app:onbuild"];
    let mut term = Term::start(std::path::Path::new("/usr/bin/env"), &args);
    term.wait_for(WHOLE);
    term.press("\t/re:etc/passwd$");
    // Without the mark of a find that is not complete.
    term.wait_for("hit 1 of 1 ");
    term.press("\r");
    term.wait_for("esc end find");
    term.press("p");
    term.wait_for("the pager waits");
    assert!(!term.parser.screen().alternate_screen());
    let written = std::fs::read(&shown).unwrap();
    assert!(written.starts_with(b"root:x:0:0:root:/root:/bin/bash\n"));
    // The pager receives this key.
    term.press("q\r");
    term.wait("the screen again", |screen| {
        screen.alternate_screen() && screen.contents().contains("hidden")
    });
    term.press("q");
    assert_eq!(term.end(), 0);
}

#[test]
fn ctrl_c_restores_the_terminal() {
    let mut term = demo();
    term.press("\x03");
    assert_eq!(term.end(), 0);
}

#[test]
fn leaving_a_load_exits_with_130() {
    let whole = docker_save(&crate::dive_image::image(), Docker::New);
    for keys in ["q", "\x03", "\x03\x03", "\x1b"] {
        let shell = Shell::new();
        let path = crate::interrupt::pipe(&shell, "image");
        let name = path.to_str().unwrap();
        let mut term = Term::start(std::path::Path::new(env!("CARGO_BIN_EXE_dive-rs")), &[name]);
        // Opening blocks until there is a reader; the omitted part keeps the program waiting.
        let mut image = std::fs::File::options().write(true).open(&path).unwrap();
        image.write_all(&whole[..1 << 12]).unwrap();
        term.wait_for("Loading");
        term.press(keys);
        assert_eq!(term.end(), 130, "{keys:?}");
    }
}

#[test]
fn a_stop_restores_the_terminal() {
    let mut term = demo();
    term.press("\x1a");
    term.wait("the shell's screen", |screen| {
        !screen.alternate_screen() && !screen.hide_cursor()
    });
    term.child.kill().unwrap();
}

#[test]
fn a_signal_restores_the_terminal() {
    for signal in ["-TERM", "-HUP", "-QUIT"] {
        let term = demo();
        let id = term.child.process_id().unwrap().to_string();
        let mut kill = std::process::Command::new("kill");
        assert!(kill.args([signal, &id]).status().unwrap().success());
        assert_eq!(term.end(), 130, "{signal}");
    }
}

#[test]
fn an_error_is_printed_on_a_restored_terminal() {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_dive-rs"));
    let mut term = Term::start(program, &["docker-archive:///nowhere/at-all.tar"]);
    term.wait_for("error:");
    assert_eq!(term.end(), 2);
}

#[test]
fn a_panic_restores_the_terminal() {
    let program = std::env::current_exe().unwrap();
    let args = ["--exact", "pty::panics_inside", "--ignored", "--nocapture"];
    let mut term = Term::start(&program, &args);
    term.wait_for("panicked on purpose");
    assert_eq!(term.end(), 0);
}

#[test]
fn without_an_image_and_an_engine_there_is_a_hint() {
    let dive = env!("CARGO_BIN_EXE_dive-rs");
    let nowhere = "DOCKER_HOST=unix:///nowhere/docker.sock";
    let args = [nowhere, dive, "--source", "docker"];
    let mut term = Term::start(std::path::Path::new("/usr/bin/env"), &args);
    term.wait_for("error: no image named, and no engine to list images from");
    term.wait_for("dive-rs --demo needs neither");
    assert_eq!(term.end(), 2);
}

/// Not a test by itself: a screen whose loading panics, which the test above runs in a terminal.
#[test]
#[ignore = "run in a terminal by a_panic_restores_the_terminal"]
fn panics_inside() {
    let ended = ui::run_with(
        "panic",
        &BaseHint::default(),
        ScreenOptions::default(),
        |_, _| panic!("panicked on purpose"),
    );
    assert!(ended.is_err());
}

/// Bytes that a process has read so far, from any source.
#[cfg(target_os = "linux")]
pub fn bytes_read(process: u32) -> u64 {
    let observed = std::fs::read_to_string(format!("/proc/{process}/io")).unwrap();
    let line = observed
        .lines()
        .find_map(|line| line.strip_prefix("rchar: "));
    line.unwrap().parse().unwrap()
}

/// `--ci` reads the same parts of an image as the explorer and no more. Counts work, not time.
#[cfg(target_os = "linux")]
#[test]
fn ci_reads_no_more_than_exploring() {
    // Different sizes, and too large to be searched for secrets, so that no content is read.
    let noise = |fill: u8| vec![fill; (1 << 20) + 1 + usize::from(fill)];
    let image = ImageBuilder::new("large:1")
        .layer("COPY one /", |layer| {
            (0..20_u8).fold(layer, |layer, at| {
                let layer = layer.file(format!("large{at}"), noise(at));
                (0..100).fold(layer, |layer, small| {
                    layer.file(format!("small{at}-{small}"), "")
                })
            })
        })
        .layer("RUN touch", |layer| {
            layer.file("large0", noise(0)).mode(0o600)
        });
    let archive = docker_save(&image, Docker::New);
    let shell = Shell::new().file("save.tar", &archive);
    let path = shell.path().join("save.tar").display().to_string();

    let program = std::path::Path::new(env!("CARGO_BIN_EXE_dive-rs"));
    let mut term = Term::start(program, &[&path]);
    term.wait("the loaded image", |screen| {
        let header = screen.rows(0, 80).next();
        header.is_some_and(|header| header.contains("hidden "))
    });
    let exploring = bytes_read(term.child.process_id().unwrap());
    term.press("q");
    assert_eq!(term.end(), 0);

    // The JSON exceeds a pipe's buffer, so the program waits, with everything read, for a reader.
    let mut gate = std::process::Command::new(program)
        .args(["--ci", "--json", "-", &path])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = gate.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 1]).unwrap();
    let judging = bytes_read(gate.id());
    drop(stdout);
    gate.wait().unwrap();

    // A process also reads its libraries and the terminal.
    let small = 256 << 10;
    assert!(
        judging <= exploring + small,
        "{judging} B against {exploring} B"
    );
    // Two files of one path and size are compared by content; otherwise headers are enough.
    let least = 2 << 20;
    assert!(judging >= least, "{judging} B: the contents were compared");
    assert!(
        judging < archive.len() as u64 / 2,
        "{judging} B of {}",
        archive.len()
    );
}

/// Contents of a compressed archive are read from the archive; no unpacked copy is written.
#[cfg(target_os = "linux")]
#[test]
fn a_compressed_archive_is_not_unpacked_to_disk() {
    let image = ImageBuilder::new("packed:1").layer("COPY hello /", |layer| {
        layer.file("hello", "there it stands\n")
    });
    for packing in [Compression::Gzip, Compression::Zstd] {
        let archive = pack(&docker_save(&image, Docker::New), packing);
        let shell = Shell::new().file("save.tar.packed", &archive);
        let path = shell.path().join("save.tar.packed").display().to_string();
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_dive-rs"));
        let mut term = Term::start(program, &[&path]);
        term.wait_for(WHOLE_OF_ONE);
        term.press("\tv");
        term.wait_for("there it stands");
        let process = term.child.process_id().unwrap();
        let open = std::fs::read_dir(format!("/proc/{process}/fd")).unwrap();
        let open = open.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        let nameless: Vec<_> = open
            .filter(|file| file.to_string_lossy().ends_with(" (deleted)"))
            .collect();
        assert_eq!(nameless, [] as [std::path::PathBuf; 0]);
        term.press("qq");
        assert_eq!(term.end(), 0);
    }
}

/// With too few threads for the screen, the program ends with an error and restores the terminal.
#[cfg(target_os = "linux")]
#[test]
fn too_few_threads_end_the_screen_with_an_error() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    let image = ImageBuilder::new("small:1").layer("COPY hello /", |layer| {
        layer.file("hello", "there it stands\n")
    });
    let folder = tempfile::tempdir().unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let (program, archive) = (
        folder.path().join("dive-rs"),
        folder.path().join("save.tar"),
    );
    std::fs::copy(env!("CARGO_BIN_EXE_dive-rs"), &program).unwrap();
    std::fs::write(&archive, docker_save(&image, Docker::New)).unwrap();
    // As another user without processes: the limit does not apply to root.
    let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    let (mut failed, mut shown) = (0, 0);
    for most in 1..=8 {
        let mut words = vec!["prlimit".to_owned(), format!("--nproc={most}")];
        if is_root {
            let other = ["setpriv", "--reuid=54322", "--clear-groups"];
            words.splice(0..0, other.map(str::to_owned));
        }
        words.extend([&program, &archive].map(|path| path.display().to_string()));
        let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let mut term = Term::start(std::path::Path::new(&words[0]), &arguments);
        term.wait("the image or why not", |screen| {
            let contents = screen.contents();
            contents.contains(WHOLE_OF_ONE)
                || !screen.alternate_screen() && contents.contains("show the limits")
        });
        assert!(!String::from_utf8_lossy(&term.came).contains("panicked"));
        if term.parser.screen().alternate_screen() {
            shown += 1;
            term.press("q");
            assert_eq!(term.end(), 0);
        } else {
            failed += 1;
            let printed = term.parser.screen().contents();
            assert!(
                printed.contains("error: cannot start a thread"),
                "{most}: {printed}"
            );
            assert_eq!(term.end(), 2);
        }
    }
    assert!(failed > 0 && shown > 0, "{failed} {shown}");
}
