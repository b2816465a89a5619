//! Completion: the script of a shell, and the candidates it requests while a line is typed. Options come from the table in `args`; images are the
//! engines' names and the archives of a folder. Prints nothing when an engine does not answer.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_complete::engine::{
    ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter as _,
};
use clap_complete::env::{Elvish, Fish, Powershell, Shells, Zsh};

use super::args::Args;
use super::complete_bash::Bash;
use crate::load::{self, Cancel, Engine, LocalImage};

/// The variable that names the shell when a script requests candidates.
const VARIABLE: &str = "DIVE_RS_COMPLETE";
const PROGRAM: &str = "dive-rs";
const SHELLS: Shells<'static> = Shells(&[&Bash, &Elvish, &Fish, &Powershell, &Zsh]);
/// The longest wait for the engines' lists: a key press must not seem lost.
const PATIENCE: Duration = Duration::from_millis(200);

/// zsh reads the script of a package when the first line is completed, and expects the candidates of that line from it.
const REGISTERED: &str = "compdef _clap_dynamic_completer_dive_rs dive-rs";
const COMPLETED: &str = r#"if [[ ${funcstack[1]} == _dive-rs ]]; then
    _clap_dynamic_completer_dive_rs "$@"
else
    compdef _clap_dynamic_completer_dive_rs dive-rs
fi"#;

/// Returns a shell's completion script.
pub(super) fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    if let Some(completer) = SHELLS.completer(&shell.to_string()) {
        // Writing into memory does not fail.
        let _ = completer.write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script);
    }
    let script = String::from_utf8_lossy(&script).into_owned();
    if shell == Shell::Zsh {
        return script.replace(REGISTERED, COMPLETED);
    }
    script
}

/// Returns the candidates for a line that is being typed; `None` when no script requests any.
pub(super) fn candidates(arguments: &[OsString]) -> Option<String> {
    let shell = std::env::var(VARIABLE)
        .ok()
        .filter(|shell| !shell.is_empty())?;
    let mut found = Vec::new();
    // Everything before `--` is this program's path.
    let start = arguments.iter().position(|word| word == "--")?;
    let line = arguments.get(start + 1..)?.to_vec();
    if let Some(completer) = SHELLS.completer(&shell).filter(|_| !line.is_empty()) {
        let folder = std::env::current_dir().ok();
        let written = completer.write_complete(&mut command(), line, folder.as_deref(), &mut found);
        // A line that cannot be completed has no candidates.
        written.unwrap_or_else(|_| found.clear());
    }
    Some(String::from_utf8_lossy(&found).into_owned())
}

/// Returns the table of options with completion of images.
fn command() -> Command {
    let images = |command: Command, name| {
        command.mut_arg(name, |arg| arg.add(ArgValueCompleter::new(images)))
    };
    let command = ["images", "base", "have"]
        .into_iter()
        .fold(Args::command(), images);
    [
        ("ls", "image"),
        ("cat", "image"),
        ("du", "image"),
        ("extract", "image"),
        ("fleet", "images"),
    ]
    .into_iter()
    .fold(command, |command, (name, argument)| {
        command.mut_subcommand(name, |command| images(command, argument))
    })
}

/// Returns the images that begin with what is typed: paths first where it looks like one.
fn images(typed: &OsStr) -> Vec<CompletionCandidate> {
    let text = typed.to_string_lossy();
    let (scheme, rest) = text
        .split_once("://")
        .map_or(("", &*text), |(scheme, rest)| (scheme, rest));
    let engine = match scheme {
        "docker" => Some(Engine::Docker),
        "podman" => Some(Engine::Podman),
        _ => None,
    };
    let prefix = if scheme.is_empty() {
        String::new()
    } else {
        format!("{scheme}://")
    };
    let mut found = Vec::new();
    if scheme.is_empty() || engine.is_some() {
        let names = local(engine).into_iter().filter_map(|image| image.name);
        let fitting = names.filter(|name| name.starts_with(rest));
        found.extend(fitting.map(|name| CompletionCandidate::new(format!("{prefix}{name}"))));
    }
    if scheme.is_empty() || scheme.ends_with("archive") || scheme.ends_with("dir") {
        let archives = PathCompleter::any()
            .filter(is_archive)
            .complete(OsStr::new(rest));
        let archives = archives
            .into_iter()
            .filter(|candidate| !candidate.is_hide_set());
        found.extend(archives.map(|candidate| candidate.add_prefix(prefix.clone())));
    }
    found
}

/// Returns whether a path may be an archive, or a folder with one image.
fn is_archive(path: &Path) -> bool {
    const ENDS: [&str; 7] = [
        ".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst", ".oci", ".docker",
    ];
    if path.is_dir() {
        return ["index.json", "manifest.json"]
            .iter()
            .any(|name| path.join(name).is_file());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ENDS.iter().any(|end| name.ends_with(end))
}

/// Returns the engines' images; none when no engine answers in time.
fn local(engine: Option<Engine>) -> Vec<LocalImage> {
    let cancel = Cancel::default();
    let (sender, receiver) = mpsc::channel();
    let stop = cancel.clone();
    let started = thread::Builder::new().spawn(move || {
        // Nobody waits for a late answer.
        let _ = sender.send(load::local(engine, &stop).unwrap_or_default());
    });
    if started.is_err() {
        return Vec::new();
    }
    let mut images = receiver.recv_timeout(PATIENCE).unwrap_or_default();
    cancel.cancel();
    images.sort_by(|one, other| one.name.cmp(&other.name));
    images.dedup_by(|one, other| one.name == other.name);
    images
}
