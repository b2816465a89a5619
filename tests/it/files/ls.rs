//! Lists of paths: their order, the versions of layers, deleted paths, globs, links, JSON, and every wrong path.

use insta::assert_snapshot;
use serde_json::Value;

use super::{image, runs, shell, shells};
use crate::command::Shell;
use crate::fixture_tar::{Docker, docker_save};

#[test]
fn folders_are_listed_as_ls_does() {
    assert_snapshot!(runs(
        &shell(),
        &[
            "ls app.tar",
            "ls app.tar /app",
            "ls -l app.tar etc",
            "ls -l --bytes app.tar usr/bin",
            "ls app.tar bin",
            "ls -l app.tar bin",
            "ls -d app.tar /usr etc/motd",
            "ls app.tar /etc/passwd /usr /app",
            "ls -R app.tar /usr",
            "ls app.tar /bin/sh etc/../etc/passwd",
        ]
    ));
}

#[test]
fn versions_of_layers_are_listed() {
    assert_snapshot!(runs(
        &shell(),
        &[
            "ls -R --layer 3 app.tar",
            "ls -l --layer 1 app.tar /etc",
            "ls -l --layer 1-3 app.tar /etc",
            "ls -R --up-to 2 app.tar /var",
            "ls -lR --deleted app.tar /var",
            "ls -lR --layer 4 --deleted app.tar /var",
            "ls --up-to 1 app.tar",
        ]
    ));
}

#[test]
fn globs_select_paths() {
    assert_snapshot!(runs(
        &shell(),
        &[
            "ls app.tar pass*",
            "ls app.tar /usr/*/s*",
            "ls -d app.tar /usr/**",
            "ls app.tar *.bin --deleted",
        ]
    ));
}

#[test]
fn json_has_one_object_a_line() {
    let shell = shell();
    assert_snapshot!(runs(
        &shell,
        &[
            "ls --json app.tar /app etc/motd",
            "ls --json --deleted -R app.tar /var",
        ]
    ));
    let lines = shell.run("ls -R --json app.tar").stdout;
    let rows: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let schema = include_str!("../../../docs/ls.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    for row in &rows {
        assert!(schema.is_valid(row), "{row}");
    }
    // Every visible path, once.
    let text = shell.run("ls -R app.tar").stdout;
    let listed = text
        .lines()
        .filter(|line| !line.is_empty() && !line.ends_with(':'));
    assert_eq!(rows.len(), listed.count());
}

#[test]
fn every_archive_has_the_same_list() {
    let shells = shells();
    let lists = shells
        .iter()
        .map(|shell| shell.run("ls -lR app.tar").to_string());
    let mut lists: Vec<String> = lists.collect();
    let piped = Shell::new();
    let archive = docker_save(&image(), Docker::New);
    lists.push(piped.run_args(&["ls", "-lR", "-"], &archive).to_string());
    lists.dedup();
    assert_eq!(lists.len(), 1, "{lists:#?}");
}

#[test]
fn wrong_paths_and_layers_are_errors_with_a_hint() {
    let shell = shell().env("DOCKER_HOST", "unix:///nowhere");
    assert_snapshot!(runs(
        &shell,
        &[
            "ls",
            "ls app.tar /etc/paswd",
            "ls app.tar /nothing/below",
            "ls app.tar /var/cache/apt/pkgs.bin",
            "ls --up-to 2 app.tar /app/main",
            "ls --up-to 2 --deleted app.tar /app/main",
            "ls --layer 2 app.tar /etc/passwd",
            "ls --layer 2-4 app.tar /usr",
            "ls app.tar *.none",
            "ls app.tar [",
            "ls app.tar loop/x",
            "ls --layer 5 app.tar",
            "ls --layer 0 app.tar",
            "ls --layer 3-1 app.tar",
            "ls --up-to x app.tar",
            "ls --layer 1 --up-to 2 app.tar",
            "ls --bytes --units si app.tar",
            "app.tar ls",
            "--json x ls app.tar",
            "ls none.tar",
        ]
    ));
}

#[test]
fn options_stand_before_or_after_the_command() {
    let shell = shell();
    let before = shell.run("--units binary ls -l app.tar /app").stdout;
    let after = shell.run("ls -l --units binary app.tar /app").stdout;
    assert!(before.contains("29.3 KiB"), "{before}");
    assert_eq!(before, after);
    let demo = shell.run("ls --demo --tag go-app:multistage /etc").stdout;
    assert!(demo.contains("passwd"), "{demo}");
}

#[test]
fn an_image_can_have_the_name_of_a_command() {
    let archive = docker_save(&image(), Docker::New);
    let shell = Shell::new()
        .file("ls", archive)
        .env("DOCKER_HOST", "unix:///nowhere");
    for line in ["-- ls", "./ls", "docker-archive://ls"] {
        let ended = shell.run(line);
        assert_eq!(ended.code, Some(0), "{line}: {ended}");
        assert!(
            ended.stdout.contains("app:1") || ended.stdout.contains("layers"),
            "{ended}"
        );
    }
    assert!(shell.run("ls ls").stdout.contains("usr\n"));
}

#[test]
fn every_command_has_help() {
    let lines = ["ls --help", "cat --help", "du --help", "extract --help"];
    assert_snapshot!(runs(&Shell::new(), &lines));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for line in [
        "ls -R app.tar",
        "ls -R --json app.tar",
        "du -a app.tar",
        "cat app.tar /app/main",
        "extract -q app.tar -",
    ] {
        let output = crate::cli::unheard(&shell(), line);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{line}");
        assert_eq!(output.status.code(), Some(0), "{line}");
    }
}
