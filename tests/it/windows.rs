//! What is special on Windows: paths with drive letters and backslashes, names that are not allowed, named pipes. Run on Windows, or under Wine.

use std::fs;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::windows::named_pipe::ServerOptions;

use crate::bundle::docker;
use crate::command::Shell;
use crate::raw_tar::RawTar;

fn shell() -> Shell {
    let layer = RawTar::default()
        .dir("etc/")
        .file("etc/motd", "hello\n")
        .file("etc/a:b", "a stream")
        .file("etc/nul", "a device")
        .file("etc/cut.", "another name")
        .file("etc/back\\slash", "another folder")
        .symlink("etc/link", "motd")
        .symlink("etc/up", "../etc")
        .end();
    Shell::new().file("image.tar", docker(&[&layer]).tar())
}

#[test]
fn paths_have_drive_letters_and_backslashes() {
    let shell = shell();
    let full = shell.path().join("image.tar");
    let full = full.to_str().expect("text");
    assert_eq!(&full[1..3], ":\\", "{full}");
    fs::create_dir(shell.path().join("sub")).expect("ours");
    for path in [
        "image.tar".to_owned(),
        ".\\image.tar".to_owned(),
        "sub\\..\\image.tar".to_owned(),
        full.to_owned(),
        full.replace('\\', "/"),
        format!("\\\\?\\{full}"),
        format!("docker-archive:{full}"),
        format!("docker-archive://{full}"),
    ] {
        let ended = shell.run_args(&["cat", &path, "/etc/motd"], b"");
        assert_eq!(
            (ended.code, &*ended.stdout),
            (Some(0), "hello\n"),
            "{path}: {ended}"
        );
    }
    let absent = format!("{full}.absent");
    for path in [absent.clone(), format!("docker-archive:{absent}")] {
        let ended = shell.run_args(&["--ci", &path], b"");
        assert_eq!(ended.code, Some(2), "{path}: {ended}");
        assert!(ended.stderr.starts_with("error: "), "{path}: {ended}");
        assert!(
            ended.stderr.contains("[DIR]\\image.tar.absent"),
            "{path}: {ended}"
        );
    }
}

#[test]
fn names_that_are_not_allowed_are_skipped_and_counted() {
    let shell = shell();
    let ended = shell.run("extract image.tar / out\\deep");
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(
        ended.stderr.contains("4 names not allowed on this system"),
        "{ended}"
    );
    let etc = shell.path().join("out\\deep\\etc");
    assert_eq!(
        fs::read_to_string(etc.join("motd")).expect("a file"),
        "hello\n"
    );
    let entries = fs::read_dir(&etc).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("ours").file_name())
        .collect();
    names.sort();
    // Links need a right that not every user has; Wine 8 makes none and reports success.
    let probe = shell.path().join("probe");
    let can_link = std::os::windows::fs::symlink_file("image.tar", &probe).is_ok()
        && probe.symlink_metadata().is_ok();
    if can_link {
        assert_eq!(names, ["link", "motd", "up"], "{ended}");
        assert_eq!(
            fs::read_to_string(etc.join("link")).expect("a link"),
            "hello\n"
        );
        assert!(etc.join("up\\motd").is_file());
    } else {
        assert_eq!(names, ["motd"], "{ended}");
    }
    let again = shell.run("extract image.tar / out\\deep");
    assert_eq!(again.code, Some(2), "{again}");
    assert!(again.stderr.contains("exists already"), "{again}");
}

#[test]
fn names_that_differ_only_in_case_are_an_error_that_leaves_nothing() {
    let layer = RawTar::default()
        .file("readme", "1")
        .file("README", "2")
        .end();
    let shell = Shell::new().file("image.tar", docker(&[&layer]).tar());
    let ended = shell.run("extract image.tar / out");
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("differ only in case"), "{ended}");
    assert!(!shell.path().join("out").exists());
}

/// Answers as an engine that has no image, at a named pipe, until its thread is gone.
fn engine(pipe: &str) {
    let pipe = pipe.to_owned();
    let (send, ready) = std::sync::mpsc::channel();
    let serve = async move {
        let mut server = ServerOptions::new().create(&pipe).expect("a free name");
        send.send(()).expect("the test waits");
        loop {
            server.connect().await.expect("a client");
            let mut connected = server;
            server = ServerOptions::new()
                .create(&pipe)
                .expect("the next instance");
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                match connected.read_buf(&mut request).await {
                    Ok(0) | Err(_) => break,
                    Ok(_) => {}
                }
            }
            let request = String::from_utf8_lossy(&request);
            let path = request.split(' ').nth(1).unwrap_or_default();
            let (status, body) = match path {
                "/version" => ("200 OK", r#"{"ApiVersion":"1.41"}"#),
                _ => ("404 Not Found", r#"{"message":"none of it"}"#),
            };
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = connected.write_all(answer.as_bytes()).await;
            let _ = connected.flush().await;
            let _ = connected.read_buf(&mut Vec::new()).await;
        }
    };
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(serve);
    });
    ready.recv().expect("a server");
}

#[test]
fn an_engine_is_reached_through_its_named_pipe() {
    let name = format!("dive-rs-test-{}", std::process::id());
    engine(&format!(r"\\.\pipe\{name}"));
    let shell = Shell::new().env("DOCKER_HOST", &format!("npipe:////./pipe/{name}"));
    let ended = shell.run("--ci --pull never docker://alpine:3");
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains("no such image"), "{ended}");
    assert!(
        ended
            .stderr
            .contains(&format!("at npipe:////./pipe/{name}")),
        "{ended}"
    );

    let shell = Shell::new().env("DOCKER_HOST", "npipe:////./pipe/dive-rs-none");
    let ended = shell.run("--ci docker://alpine:3");
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(
        ended.stderr.contains("npipe:////./pipe/dive-rs-none"),
        "{ended}"
    );
    assert!(ended.stderr.starts_with("error: "), "{ended}");
}
