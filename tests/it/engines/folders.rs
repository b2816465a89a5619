//! Folders of one image as the real tools write them: `skopeo copy … dir:` and `podman save --format docker-dir`, compared with the archives that they
//! were made from.

use std::process::Command;

use serde_json::Value;

use super::{NAME, Tested, is_installed};
use crate::choosing::windows_versions;
use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save};

/// Runs a tool in the folder of a shell.
fn run(shell: &Shell, program: &str, args: &[&str]) {
    let mut command = Command::new(program);
    let command = command.current_dir(shell.path()).args(args);
    let ended = command.output().expect("it is installed");
    let words = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{args:?}: {words}");
}

fn skopeo(shell: &Shell, args: &[&str]) {
    let args = [&["--insecure-policy", "copy"], args].concat();
    run(shell, "skopeo", &args);
}

/// Returns the numbers and layers of an image, without what depends on how it is stored.
fn numbers(shell: &Shell, image: &str) -> Value {
    let ended = shell.run(&format!("{image} --json -"));
    assert_eq!(ended.code, Some(0), "{image}: {ended}");
    let mut json: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let image = json["image"].as_object_mut().expect("an object");
    for stored in ["reference", "compressedBytes"] {
        image.remove(stored);
    }
    let image = Value::Object(image.clone());
    let layers = json["layer"].as_array().expect("a list").iter();
    let layers = layers.map(|layer| [&layer["sizeBytes"], &layer["command"], &layer["digestId"]]);
    serde_json::json!([
        image["sizeBytes"],
        image["visibleBytes"],
        image["hiddenBytes"],
        layers.collect::<Vec<_>>()
    ])
}

fn app() -> ImageBuilder {
    ImageBuilder::new("app:1")
        .with_unique_sizes()
        .layer("FROM base", |layer| layer.filled("etc/base", 5000, 1))
        .layer("RUN make", |layer| layer.filled("etc/base", 70, 2))
}

#[test]
fn folders_of_skopeo_are_read() {
    if !is_installed("skopeo") {
        return;
    }
    let shell = Shell::new()
        .file("image.tar", docker_save(&app(), Docker::New))
        .file("windows.tar", windows_versions());
    skopeo(&shell, &["docker-archive:image.tar", "dir:single"]);
    let expected = numbers(&shell, "image.tar");
    for name in ["single", "dir:single", "dir://single", "--verify single"] {
        assert_eq!(numbers(&shell, name), expected, "{name}");
    }
    // All platforms in one folder.
    skopeo(&shell, &["--all", "oci-archive:windows.tar", "dir:all"]);
    let several = shell.run("all --report text");
    assert_eq!(several.code, Some(2), "{several}");
    assert!(
        several.stderr.contains("windows(10.0.20348.2322)/amd64"),
        "{several}"
    );
    for platform in ["windows/amd64:10.0.20348", "windows(10.0.17763.5458)/amd64"] {
        let of = |image| numbers(&shell, &format!("--platform {platform} {image}"));
        assert_eq!(of("all"), of("windows.tar"), "{platform}");
    }
}

#[test]
fn folders_of_podman_are_read() {
    if !is_installed("podman") {
        return;
    }
    let shell = Shell::new().file("image.tar", docker_save(&app(), Docker::New));
    // Its own storage in the folder: only without a server podman saves this format.
    let podman = |args: &[&str]| {
        let (root, run_root) = (shell.path().join("root"), shell.path().join("run"));
        let storage = [
            "--root",
            &root.to_string_lossy(),
            "--runroot",
            &run_root.to_string_lossy(),
            "--storage-driver",
            "vfs",
        ]
        .map(str::to_owned);
        let storage = storage.iter().map(String::as_str);
        run(
            &shell,
            "podman",
            &storage.chain(args.iter().copied()).collect::<Vec<_>>(),
        );
    };
    podman(&["load", "-i", "image.tar"]);
    podman(&["save", "--format", "docker-dir", "-o", "single", "app:1"]);
    let expected = numbers(&shell, "image.tar");
    for name in ["single", "dir:single"] {
        assert_eq!(numbers(&shell, name), expected, "{name}");
    }
}

/// What podman's remote command saves in this format is the folder of an archive of Docker's.
#[test]
fn folders_of_remote_podman_are_read() {
    let Some(tested) = Tested::of("DIVE_RS_TEST_PODMAN") else {
        return;
    };
    let address = format!("unix://{}", tested.socket.path().display());
    let shell = Shell::new();
    let save = |format: &str, name: &str| {
        let to = shell.path().join(name).display().to_string();
        let args = [
            "--url", &address, "save", "--format", format, "-o", &to, NAME,
        ];
        run(&shell, &tested.cli, &args);
    };
    save("docker-dir", "single");
    save("docker-archive", "image.tar");
    assert_eq!(numbers(&shell, "single"), numbers(&shell, "image.tar"));
}
