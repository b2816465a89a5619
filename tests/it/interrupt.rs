//! Ctrl-C without a screen: exit code 130 and no partial report. Each step waits for the previous one through a pipe.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::process::{Child, Command, Stdio};

use crate::command::Shell;
use crate::dive_image;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save};

/// Makes a named pipe.
pub fn pipe(shell: &Shell, name: &str) -> std::path::PathBuf {
    let path = shell.path().join(name);
    let made = Command::new("mkfifo").arg(&path).status();
    assert!(made.expect("coreutils").success());
    path
}

fn start(shell: &Shell, line: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_dive-rs"))
        .args(line.split(' '))
        .current_dir(shell.path())
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built")
}

/// Sends a signal, and returns standard output, standard error and the exit code.
fn stop(child: Child, signal: &str) -> (String, String, Option<i32>) {
    let kill = Command::new("kill")
        .args([format!("-{signal}"), child.id().to_string()])
        .status();
    assert!(kill.expect("procps").success());
    let output = child.wait_with_output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code(),
    )
}

#[test]
fn an_interrupted_read_ends_with_130_and_writes_nothing() {
    let whole = docker_save(&dive_image::image(), Docker::New);
    for signal in ["INT", "TERM"] {
        for line in [
            "--ci --json out.json --report junit=out.xml docker-archive://image",
            "--json out.json docker-archive://image save.tar",
        ] {
            let shell = Shell::new().file("save.tar", &whole);
            let path = pipe(&shell, "image");
            let child = start(&shell, line);
            // Opening blocks until there is a reader; the omitted part keeps the program waiting.
            let mut image = File::options().write(true).open(path).expect("a pipe");
            image.write_all(&whole[..1 << 16]).expect("it reads");
            let ended = stop(child, signal);
            assert_eq!(
                ended,
                (String::new(), String::new(), Some(130)),
                "{signal}: {line}"
            );
            assert_eq!(shell.names(), ["image", "save.tar"]);
        }
    }
}

#[test]
fn an_interrupted_write_leaves_finished_reports() {
    let many = ImageBuilder::new("many:1").layer("COPY . /", |layer| {
        (0..3000).fold(layer, |layer, at| layer.file(format!("{at}"), "x"))
    });
    let shell = Shell::new().file("save.tar", docker_save(&many, Docker::New));
    let path = pipe(&shell, "slow");
    let line =
        "--ci --report junit=whole.xml --report json=slow --report sarif=never.sarif save.tar";
    let child = start(&shell, line);
    // The JSON exceeds a pipe's buffer, so the program waits for a reader in its middle.
    let mut slow = File::open(path).expect("a pipe");
    slow.read_exact(&mut [0; 1]).expect("it writes");
    let (_, _, code) = stop(child, "INT");
    assert_eq!(code, Some(130));
    assert_eq!(shell.names(), ["save.tar", "slow", "whole.xml"]);
    assert!(shell.read("whole.xml").ends_with("</testsuites>\n"));
}
