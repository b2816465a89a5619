//! `docker dive`: the plugin under the real docker commands of two versions, its options, its contexts and its installation.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use serde_json::Value;

use crate::command::{Ended, Shell};
use crate::dive_image;
use crate::engines;
use crate::fixture_tar::{Docker, docker_save};

/// Returns the docker commands to test with, and the engine that both can talk to.
fn clients() -> Option<([String; 2], String)> {
    let variable = |name: &str| std::env::var(name).ok();
    let found = variable("DIVE_RS_TEST_DOCKER_CLI")
        .zip(variable("DIVE_RS_TEST_CONTAINERD_CLI"))
        .zip(variable("DIVE_RS_TEST_DOCKER"));
    if found.is_none() {
        engines::skip(
            "DIVE_RS_TEST_DOCKER_CLI and DIVE_RS_TEST_CONTAINERD_CLI name no docker commands",
        );
    }
    found.map(|((one, other), engine)| ([one, other], engine))
}

/// Returns a folder that is the home of a user with the plugin.
fn with_plugin() -> Shell {
    let shell = Shell::new().file("save.tar", docker_save(&dive_image::image(), Docker::New));
    let ended = shell.run("install-docker-plugin");
    assert_eq!(ended.code, Some(0), "{ended}");
    shell
}

fn docker(shell: &Shell, cli: &str, line: &str) -> Ended {
    shell.program(cli, &line.split_whitespace().collect::<Vec<_>>())
}

#[test]
fn docker_lists_and_runs_the_plugin() {
    let Some((clients, _)) = clients() else {
        return;
    };
    for cli in clients {
        let shell = with_plugin();
        let listed = docker(&shell, &cli, "info --format {{json.ClientInfo.Plugins}}");
        let listed = if listed.stdout.contains("dive") {
            listed
        } else {
            docker(&shell, &cli, "--help")
        };
        assert!(
            listed.stdout.contains("Explore an image layer by layer")
                || listed.stdout.contains("dive*"),
            "{listed}"
        );
        let ended = docker(&shell, &cli, "dive --json - save.tar");
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
        let document: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(document["layer"].as_array().map(Vec::len), Some(14));
        let judged = docker(&shell, &cli, "dive --ci save.tar");
        assert_eq!(
            judged.code,
            Some(1),
            "the exit code is the plugin's: {judged}"
        );
        let help = docker(&shell, &cli, "dive --help");
        assert!(
            help.stdout.contains("Usage: docker dive [OPTIONS]"),
            "{help}"
        );
    }
}

#[test]
fn the_plugin_follows_dockers_host_and_context() {
    let Some((clients, engine)) = clients() else {
        return;
    };
    for cli in clients {
        let shell = with_plugin().env("CONTAINER_HOST", "unix:///nowhere/podman.sock");
        let summary = |line: &str| docker(&shell, &cli, line);
        let ended = summary(&format!("-H {engine} dive debian:bookworm"));
        assert_eq!(ended.code, Some(0), "{ended}");
        let created = summary(&format!("context create far --docker host={engine}"));
        assert_eq!(created.code, Some(0), "{created}");
        let ended = summary("--context far dive debian:bookworm");
        assert_eq!(ended.code, Some(0), "{ended}");
        assert_eq!(summary("context use far").code, Some(0));
        assert_eq!(summary("dive debian:bookworm").code, Some(0));
        let ended = summary("-H unix:///nowhere/docker.sock dive debian:bookworm");
        assert_eq!(ended.code, Some(2));
        assert!(ended.stderr.contains("/nowhere/docker.sock"), "{ended}");
    }
}

#[test]
fn the_plugin_builds() {
    let Some(shell) = engines::docker() else {
        return;
    };
    assert_eq!(shell.run("install-docker-plugin").code, Some(0));
    fs::copy(
        shell.path().join("passing"),
        shell.path().join("Dockerfile"),
    )
    .unwrap();
    let ended = docker(&shell, "docker", "dive build -t plugin-built .");
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stdout.contains("efficiency"), "{ended}");
}

#[test]
fn installation_prints_its_place_and_can_be_repeated() {
    let shell = Shell::new();
    let ended = shell.run("install-docker-plugin");
    let file = shell.path().join(".docker/cli-plugins/docker-dive");
    assert!(
        ended
            .stdout
            .starts_with("installed [DIR]/.docker/cli-plugins/docker-dive -> "),
        "{ended}"
    );
    assert_eq!(
        file.canonicalize().unwrap(),
        Path::new(env!("CARGO_BIN_EXE_dive-rs"))
            .canonicalize()
            .unwrap()
    );
    assert_eq!(shell.run("install-docker-plugin").code, Some(0), "again");
    // dive-rs was moved meanwhile.
    fs::remove_file(&file).unwrap();
    symlink("/nowhere/bin/dive-rs", &file).unwrap();
    assert_eq!(shell.run("install-docker-plugin").code, Some(0));
    // A copy of dive-rs, as on systems without links.
    fs::remove_file(&file).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_dive-rs"), &file).unwrap();
    assert_eq!(shell.run("install-docker-plugin").code, Some(0));
    // Docker's settings may be elsewhere.
    let elsewhere = Shell::new().env("DOCKER_CONFIG", &shell.path().join("own").to_string_lossy());
    assert_eq!(elsewhere.run("install-docker-plugin").code, Some(0));
    assert!(shell.path().join("own/cli-plugins/docker-dive").exists());
}

#[test]
fn another_programs_plugin_is_kept() {
    let other = "#!/bin/sh\necho '{\"SchemaVersion\":\"0.1.0\",\"Vendor\":\"Somebody\",\"URL\":\"https://example.org\"}'\n";
    for (content, mode) in [(other, 0o755), ("not a program", 0o644)] {
        let shell = Shell::new();
        let file = shell.path().join(".docker/cli-plugins/docker-dive");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let ended = shell.run("install-docker-plugin");
        assert_eq!(ended.code, Some(2));
        assert!(
            ended.stderr.contains("docker-dive is not dive-rs's plugin"),
            "{ended}"
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
    }
}
