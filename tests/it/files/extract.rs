//! Extraction to a folder and as a tar stream, which GNU tar reads back. What hostile archives do is in `extracting`.

use std::fmt::Write as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

use super::{runs, shell, shells};
use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save};

/// Returns everything below a folder: kinds, sizes, targets.
fn below(folder: &Path) -> String {
    let found = Command::new("find")
        .args([".", "-mindepth", "1", "-printf", "%P %y %s %l\n"])
        .current_dir(folder)
        .output()
        .expect("find");
    let text = String::from_utf8(found.stdout).expect("UTF-8");
    let mut lines: Vec<&str> = text
        .lines()
        .map(|line| match line.split_once(" d ") {
            Some((path, _)) => &line[..path.len() + 2],
            None => line,
        })
        .collect();
    lines.sort_unstable();
    lines.join("\n")
}

#[test]
fn paths_are_extracted_to_a_folder() {
    let shell = shell();
    let printed = runs(
        &shell,
        &[
            "extract app.tar /etc/passwd one",
            "extract app.tar /usr/bin etc several",
            "extract --parents app.tar /usr/share/motd /etc/motd parents",
            "extract --up-to 2 app.tar /var then",
            "extract --layer 3 app.tar third",
            "extract --deleted app.tar *.bin deleted",
            "extract -q app.tar all",
            "extract app.tar bin/sh link",
            "extract app.tar /var/pipe nothing",
        ],
    );
    let mut text = printed;
    for folder in [
        "one", "several", "parents", "then", "third", "deleted", "link",
    ] {
        let found = below(&shell.path().join(folder));
        let _ = writeln!(text, "{folder}:\n{found}\n");
    }
    assert_snapshot!(text);
    let all = shell.path().join("all");
    assert_eq!(
        std::fs::read_link(all.join("bin")).expect("a link"),
        Path::new("usr/bin")
    );
    let mode = std::fs::metadata(all.join("usr/bin/busybox"))
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o755);
}

#[test]
fn a_tar_stream_is_read_back_by_tar() {
    for shell in &shells() {
        let script = "dive-rs extract -q app.tar - > all.tar && mkdir all && tar -xf all.tar -C all && tar -tvf all.tar";
        let ended = shell.program("sh", &["-ec", script]);
        assert_eq!(ended.code, Some(0), "{ended}");
        assert!(
            ended.stdout.contains("-rwxr-xr-x 1000/1000     30000"),
            "{ended}"
        );
        assert!(
            ended.stdout.contains("-rwsr-xr-x 0/0            1500"),
            "{ended}"
        );
        let all = shell.path().join("all");
        let sh = std::fs::metadata(all.join("usr/bin/sh")).expect("a file");
        assert_eq!((sh.nlink(), sh.len()), (2, 1500));
        let motd = std::fs::read_to_string(all.join("etc/motd")).expect("a link");
        assert_eq!(motd, "hello\n");
        assert!(!all.join("var/cache/apt").exists());
    }
}

#[test]
fn long_names_attributes_and_holes_survive_a_tar_stream() {
    let long = format!("{}/{}", "d".repeat(120), "f".repeat(130));
    let image = ImageBuilder::new("long:1").layer("COPY . /", |layer| {
        layer
            .file(&long, "long\n")
            .owner(3_000_000, 4_000_000)
            .symlink("link", &long)
            .file(b"not-utf8-\xff", "raw\n")
    });
    let shell = Shell::new().file("long.tar", docker_save(&image, Docker::New));
    let script = "dive-rs extract -q long.tar - | tar -x && cat link && cat not-utf8* && dive-rs extract -q long.tar - | tar -tvn | grep -c 3000000/4000000";
    let ended = shell.program("sh", &["-ec", script]);
    assert_eq!(ended.stdout, "long\nraw\n1\n", "{ended}");
}

#[test]
fn wrong_arguments_are_errors_and_nothing_is_written() {
    let shell = shell().file("file", "");
    assert_snapshot!(runs(
        &shell,
        &[
            "extract app.tar",
            "extract app.tar /none to",
            "extract app.tar /etc/passwd file",
            "extract app.tar /etc/passwd .",
            "extract app.tar /etc/passwd .",
            "extract app.tar /etc/motd /usr/share/motd to",
        ]
    ));
    assert!(!shell.path().join("to").exists());
}
