//! Contents of files: links followed in the image, versions of layers, from every archive; and how few bytes are read for one.

use insta::assert_snapshot;

use super::{image, runs, shell, shells};
use crate::command::Shell;
use crate::fixture_tar::{Docker, docker_save};

#[test]
fn contents_are_printed() {
    let expected = runs(&shell(), LINES);
    assert_snapshot!(expected);
    for shell in &shells() {
        assert_eq!(runs(shell, LINES), expected);
    }
}

const LINES: &[&str] = &[
    "cat app.tar /etc/passwd",
    "cat app.tar etc/motd",
    "cat app.tar /etc/passwd /usr/share/motd etc/passwd",
    "cat --layer 1 app.tar /etc/passwd",
    "cat --up-to 2 app.tar /etc/passwd",
    "cat app.tar /usr/share/*",
    "cat app.tar /usr/share/empty",
];

#[test]
fn hard_links_and_deleted_files_have_their_content() {
    for shell in &shells() {
        let sh = shell.run("cat app.tar /bin/sh").stdout;
        assert_eq!(sh, "b".repeat(1500));
        let deleted = "cat --deleted app.tar /var/cache/apt/pkgs.bin";
        assert_eq!(shell.run(deleted).stdout, "p".repeat(20_000));
        let before = "cat --up-to 3 app.tar /var/cache/apt/pkgs.bin";
        assert_eq!(shell.run(before).stdout, "p".repeat(20_000));
    }
    let archive = docker_save(&image(), Docker::New);
    let piped = Shell::new().run_args(&["cat", "-", "/etc/motd"], &archive);
    assert_eq!(piped.stdout, "hello\n");
}

#[test]
fn what_has_no_content_is_an_error_and_nothing_is_printed() {
    assert_snapshot!(runs(
        &shell(),
        &[
            "cat app.tar",
            "cat app.tar /etc/passwd /etc",
            "cat app.tar /var/pipe",
            "cat app.tar /loop",
            "cat app.tar /etc/passwd /none",
            "cat app.tar /var/cache/apt/pkgs.bin",
            "cat --layer 3 app.tar /etc/shadow",
            "cat app.tar *.none",
        ]
    ));
}

/// Counts work, not time: of a plain archive only headers and the file are read.
#[cfg(target_os = "linux")]
#[test]
fn one_file_is_read_and_no_other() {
    use std::io::Read as _;

    use crate::fixture::ImageBuilder;

    const LARGE: u64 = 4 << 20;
    // Two versions of equal size, which a full analysis compares.
    let image = ImageBuilder::new("large:1")
        .layer("COPY a /", |layer| {
            layer
                .filled("same", LARGE, 1)
                .filled("other", LARGE, 2)
                .filled("wanted", 1 << 20, 3)
        })
        .layer("COPY b /", |layer| layer.filled("same", LARGE, 4));
    let shell = Shell::new().file("large.tar", docker_save(&image, Docker::New));
    let read = |args: &[&str]| {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_dive-rs"))
            .args(args)
            .current_dir(shell.path())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("the binary was built");
        let mut stdout = child.stdout.take().expect("piped");
        stdout.read_exact(&mut [0; 1]).expect("it prints");
        // What it has not printed yet, it may not have read yet.
        std::io::copy(&mut stdout, &mut std::io::sink()).expect("it prints");
        let read = crate::pty::bytes_read(child.id());
        child.wait().expect("it ends");
        read
    };
    let list = read(&["ls", "-R", "large.tar"]);
    assert!(list < 1 << 20, "{list} B");
    let file = read(&["cat", "large.tar", "/wanted"]);
    assert!(file < 1 << 21, "{file} B");
}
