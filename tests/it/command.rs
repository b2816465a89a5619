//! The binary, run: standard output, standard error and exit code as one text to compare. Every run has a folder of its own and an environment with the
//! variables of the test only.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder to run in, and what to run there.
pub struct Shell {
    folder: TempDir,
    env: Vec<(String, String)>,
}

/// How a run ended.
pub struct Ended {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// The exit code.
    pub code: Option<i32>,
}

impl Shell {
    /// Makes an empty folder.
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            env: Vec::new(),
        }
    }

    /// Returns the names of what is there, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("a folder");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> = names
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// Puts a file there.
    pub fn file(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder.path().join(name), bytes).expect("the folder takes files");
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns what a file holds.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name))
            .unwrap_or_else(|error| format!("[{name}: {error}]"))
    }

    /// Runs `dive-rs` with the words of a line.
    pub fn run(&self, line: &str) -> Ended {
        self.run_args(&line.split_whitespace().collect::<Vec<_>>(), b"")
    }

    /// Runs `dive-rs` with arguments and standard input.
    pub fn run_args(&self, args: &[&str], stdin: &[u8]) -> Ended {
        self.ended(
            Command::new(env!("CARGO_BIN_EXE_dive-rs")).args(args),
            stdin,
        )
    }

    #[cfg(unix)]
    /// Runs another program, which finds `dive-rs` and the machine's own programs behind those that stand in the folder.
    pub fn program(&self, name: &str, args: &[&str]) -> Ended {
        let built = Path::new(env!("CARGO_BIN_EXE_dive-rs")).parent();
        let folders = [
            self.path(),
            built.expect("a folder"),
            Path::new("/usr/bin"),
            Path::new("/bin"),
        ];
        let path = std::env::join_paths(folders).expect("plain names");
        let arguments = args.iter().map(std::ffi::OsStr::new);
        let mut line = std::ffi::OsString::from("PATH=");
        line.push(path);
        self.ended(
            Command::new("/usr/bin/env")
                .arg(line)
                .arg(name)
                .args(arguments),
            b"",
        )
    }

    /// Runs `dive-rs` with the words of a line as a user whom permissions bind, who may write to the folder. `None` where nobody else can be run.
    #[cfg(unix)]
    pub fn run_unprivileged(&self, line: &str) -> Option<Ended> {
        use std::os::unix::fs::PermissionsExt;
        let before = unprivileged()?;
        std::fs::set_permissions(self.path(), PermissionsExt::from_mode(0o777)).expect("our own");
        let binary = [env!("CARGO_BIN_EXE_dive-rs")];
        let words = before.iter().copied().chain(binary);
        let words: Vec<&str> = words.chain(line.split_whitespace()).collect();
        Some(self.program(words[0], &words[1..]))
    }

    fn ended(&self, command: &mut Command, stdin: &[u8]) -> Ended {
        let mut child = command
            .current_dir(self.path())
            .env_clear()
            // The configuration of the user who runs the tests is ignored.
            .env("HOME", self.path())
            .env("USERPROFILE", self.path())
            .env("LOCALAPPDATA", self.path().join(".cache"))
            // Without an engine, a name must not lead to a registry elsewhere.
            .env("HTTPS_PROXY", "http://127.0.0.1:9")
            .env("NO_PROXY", "127.0.0.1,localhost")
            .envs(system())
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary was built");
        // It may end without reading what it is given.
        let _ = child.stdin.take().expect("piped").write_all(stdin);
        let output = child.wait_with_output().expect("it runs");
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).expect("all output is UTF-8");
            as_on_linux(&text.replace(&*self.path().to_string_lossy(), "[DIR]"))
        };
        Ended {
            stdout: text(output.stdout),
            stderr: text(output.stderr),
            code: output.status.code(),
        }
    }
}

/// Texts of errors on Linux, and the numbers that this system has for them.
const ERRORS: [(&str, &[i32]); 2] = [
    (
        "No such file or directory (os error 2)",
        if cfg!(windows) { &[2, 3] } else { &[2] },
    ),
    (
        "Connection refused (os error 111)",
        if cfg!(windows) {
            &[10061]
        } else if cfg!(target_os = "macos") {
            &[61]
        } else {
            &[111]
        },
    ),
];

/// Returns output as on Linux, so that one expectation fits all systems: without the ending of the program's name, and with the texts of Linux's errors.
fn as_on_linux(text: &str) -> String {
    let mut text = text.replace("dive-rs.exe", "dive-rs");
    for (on_linux, numbers) in ERRORS {
        for &number in numbers {
            let here = std::io::Error::from_raw_os_error(number).to_string();
            text = text.replace(&here, on_linux);
        }
    }
    text
}

/// Returns the variables without which Windows finds neither its libraries nor a folder for temporary files.
fn system() -> impl Iterator<Item = (&'static str, std::ffi::OsString)> {
    let names = ["SystemRoot", "TEMP"].into_iter();
    names
        .filter(|_| cfg!(windows))
        .filter_map(|name| Some((name, std::env::var_os(name)?)))
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.code {
            Some(code) => writeln!(f, "exit {code}")?,
            None => writeln!(f, "killed")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !text.is_empty() {
                write!(f, "── {name}\n{text}")?;
            }
        }
        Ok(())
    }
}

/// Returns the words before a command that run it as a user whom permissions bind: none unless the tests run as root, who may read and write anything.
/// `None` where nobody else can be run, which skips the test.
#[cfg(unix)]
pub fn unprivileged() -> Option<&'static [&'static str]> {
    use std::os::unix::fs::MetadataExt as _;
    const NOBODY: [&str; 4] = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
    ];
    let ours = tempfile::tempdir().expect("a temporary folder");
    if ours.path().metadata().expect("ours").uid() != 0 {
        return Some(&[]);
    }
    let started = Command::new(NOBODY[0])
        .args(&NOBODY[1..])
        .args([env!("CARGO_BIN_EXE_dive-rs"), "--version"])
        .output();
    if started.is_ok_and(|output| output.status.success()) {
        return Some(&NOBODY);
    }
    skip("root may read and write anything, and nobody else can be run here");
    None
}

/// Prints why a test is skipped, bypassing the test's output capture; fails where skipping is not allowed.
pub fn skip(why: &str) {
    use std::io::Write;
    let test = std::thread::current();
    let test = test.name().unwrap_or("a test").to_owned();
    assert!(
        std::env::var_os("CI").is_none_or(|ci| ci.is_empty()),
        "{test} would be skipped because {why}"
    );
    let _ = writeln!(std::io::stderr(), "skipped: {test} because {why}");
}
