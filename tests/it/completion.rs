//! Completion in real shells on a pseudo-terminal: bash, zsh, and fish, with the archives of a folder and the images of a real engine.

use std::path::Path;

use crate::command::Shell;
use crate::engines::{address, is_installed};
use crate::pty::Term;

const DIVE_RS: &str = env!("CARGO_BIN_EXE_dive-rs");

/// Returns a folder with archives and other files.
fn folder() -> Shell {
    let shell = Shell::new()
        .file("zoo.tar", "")
        .file("notes.txt", "")
        .file("zoo.tar.gz", "");
    std::fs::create_dir_all(shell.path().join("zoo-oci")).unwrap();
    shell.file("zoo-oci/index.json", "{}")
}

/// Starts an interactive shell in a folder, with dive-rs on its PATH and only the engine at this address.
fn start(shell: &Shell, engine: &str, program: &[&str]) -> Term {
    let built = Path::new(DIVE_RS).parent().unwrap().display();
    let variables = [
        format!("PATH={built}:/usr/bin:/bin"),
        format!("HOME={}", shell.path().display()),
        format!("DOCKER_HOST={engine}"),
        "CONTAINER_HOST=unix:///nowhere/podman.sock".to_owned(),
        "TERM=dumb".to_owned(),
        "PS1=> ".to_owned(),
    ];
    let folder = shell.path().display().to_string();
    let mut args = vec!["-i", "-C", &folder];
    args.extend(variables.iter().map(String::as_str));
    args.extend(program);
    Term::start(Path::new("/usr/bin/env"), &args)
}

/// The variable with the engine's address.
const DOCKER: &str = "DIVE_RS_TEST_DOCKER";
const NOWHERE: &str = "unix:///nowhere/docker.sock";

fn bash(shell: &Shell, engine: &str) -> Term {
    let mut term = start(shell, engine, &["bash", "--norc", "--noprofile", "-i"]);
    term.wait_for("> ");
    term.press("bind 'set bell-style none'; . <(dive-rs completion bash); clear; echo re''ady\n");
    term.wait_for("ready");
    term
}

#[test]
fn bash_completes_options_archives_and_paths() {
    if !is_installed("bash") {
        return;
    }
    let shell = folder();
    let mut term = bash(&shell, NOWHERE);
    term.press("dive-rs --verif\t");
    term.wait_for("dive-rs --verify ");
    term.press("\x15dive-rs --source=oci-d\t");
    term.wait_for("dive-rs --source=oci-dir ");
    term.press("\x15dive-rs zoo-\t");
    term.wait_for("dive-rs zoo-oci/");
    term.press("\x15dive-rs docker-archive://zoo.tar.\t");
    term.wait_for("dive-rs docker-archive://zoo.tar.gz ");
    // Other files are no candidates.
    term.press("\x15dive-rs not\t\t?");
    term.wait_for("dive-rs not?");
}

#[test]
fn bash_completes_an_engines_names_across_the_colon() {
    let Some(engine) = address(DOCKER) else {
        return;
    };
    let shell = folder();
    let mut term = bash(&shell, &engine);
    term.press("dive-rs debian:bookw\t");
    term.wait_for("dive-rs debian:bookworm ");
    term.press("\x15dive-rs docker://debian:bookw\t");
    term.wait_for("dive-rs docker://debian:bookworm ");
}

/// The script as a package installs it, read when the first line is completed.
#[test]
fn zsh_completes_from_its_folder_of_functions() {
    if !is_installed("zsh") {
        return;
    }
    let script = Shell::new().run("completion zsh").stdout;
    let shell = folder().file("_dive-rs", script);
    let engine = address(DOCKER);
    let mut term = start(
        &shell,
        engine.as_deref().unwrap_or(NOWHERE),
        &["zsh", "-f", "-i"],
    );
    term.press(
        "PROMPT='> '; fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; echo re''ady\n",
    );
    term.wait_for("ready");
    term.press("dive-rs --verif\t");
    term.wait_for("dive-rs --verify ");
    term.press("\x15dive-rs zoo-\t");
    term.wait_for("dive-rs zoo-oci/");
    if engine.is_some() {
        term.press("\x15dive-rs debian:bookw\t");
        term.wait_for("dive-rs debian:bookworm");
    }
}

#[test]
fn fish_completes_options_archives_and_names() {
    if !is_installed("fish") {
        return;
    }
    let engine = address(DOCKER);
    let shell = folder().env("DOCKER_HOST", engine.as_deref().unwrap_or(NOWHERE));
    let complete = |line: &str| {
        let script = format!("dive-rs completion fish | source; complete -C '{line}'");
        let ended = shell.program("fish", &["--no-config", "-c", &script]);
        assert_eq!(ended.stderr, "", "{line}");
        ended.stdout
    };
    for command in ["", "ls ", "cat ", "du -s ", "extract "] {
        let line = format!("dive-rs {command}zoo");
        assert_eq!(complete(&line), "zoo-oci/\nzoo.tar\nzoo.tar.gz\n");
    }
    assert!(complete("dive-rs --verif").starts_with("--verify\t"));
    if engine.is_some() {
        assert_eq!(complete("dive-rs debian:bookw"), "debian:bookworm\n");
    }
}

/// A key press must not print an error, and a hanging engine must not hang the line.
#[test]
fn an_engine_that_does_not_answer_is_silent() {
    let folder = folder();
    let socket = folder.path().join("silent.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for engine in [NOWHERE.to_owned(), format!("unix://{}", socket.display())] {
        let shell = Shell::new()
            .file("zoo.tar", "")
            .env("DOCKER_HOST", &engine)
            .env("CONTAINER_HOST", &engine)
            .env("DIVE_RS_COMPLETE", "bash");
        let ended = shell.run("-- dive-rs zo");
        assert_eq!(ended.to_string(), "exit 0\n── stdout\nzoo.tar\n");
    }
}
