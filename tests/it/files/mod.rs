//! `dive-rs ls`, `du`, `cat` and `extract`, run on one small image in every kind of archive.

mod cat;
mod du;
#[cfg(unix)]
mod extract;
mod ls;
mod select;

use std::fmt::Write as _;

use dive_rs::image::Compression;

use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save, oci_archive};

/// A base, a cache, an application that overwrites and deletes.
fn image() -> ImageBuilder {
    ImageBuilder::new("app:1")
        .layer("ADD rootfs.tar /", |layer| {
            layer
                .dir("etc")
                .file("etc/passwd", "root:x:0:0\n")
                .file("etc/shadow", "root:!::0\n")
                .mode(0o640)
                .owner(0, 42)
                .symlink("etc/motd", "../usr/share/motd")
                .dir("usr")
                .dir("usr/bin")
                .filled("usr/bin/busybox", 1500, b'b')
                .mode(0o4755)
                .hard_link("usr/bin/sh", "usr/bin/busybox")
                .dir("usr/share")
                .file("usr/share/motd", "hello\n")
                .file("usr/share/empty", "")
                .symlink("bin", "usr/bin")
                .symlink("loop", "loop2")
                .symlink("loop2", "loop")
        })
        .layer("RUN apt-get update", |layer| {
            layer
                .dir("var")
                .dir("var/cache")
                .dir("var/cache/apt")
                .filled("var/cache/apt/pkgs.bin", 20_000, b'p')
                .put("var/pipe", crate::fixture::Content::Fifo)
        })
        .layer("COPY . /", |layer| {
            layer
                .dir("app")
                .filled("app/main", 30_000, b'm')
                .mode(0o755)
                .owner(1000, 1000)
                .file("app/a\nb\u{202e}", "odd\n")
                .file("etc/passwd", "root:x:0:0\napp:x:1000:1000\n")
        })
        .layer("RUN rm -r /var/cache/apt", |layer| {
            layer.dir("var").dir("var/cache").whiteout("var/cache/apt")
        })
}

/// Returns a shell with the image as `app.tar`.
fn shell() -> Shell {
    Shell::new().file("app.tar", docker_save(&image(), Docker::New))
}

/// Returns shells with the image as `app.tar`, in archives of every kind.
fn shells() -> Vec<Shell> {
    let archives = [
        docker_save(&image(), Docker::New),
        docker_save(&image(), Docker::Old),
        oci_archive(&image(), Compression::Gzip),
        oci_archive(&image(), Compression::Zstd),
    ];
    let shell = |archive: &Vec<u8>| Shell::new().file("app.tar", archive);
    archives.iter().map(shell).collect()
}

/// Runs lines and returns what they print.
fn runs(shell: &Shell, lines: &[&str]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        let _ = write!(text, "$ dive-rs {line}\n{}\n", shell.run(line));
        text
    })
}
