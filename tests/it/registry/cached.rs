//! Layers' indexes that are kept between runs: what is kept is not fetched again, what is damaged or in doubt is.

use std::fs;
use std::path::{Path, PathBuf};

use dive_rs::archive::Cancel;
use dive_rs::cache::Cache;
use dive_rs::image::Compression;
use dive_rs::load::{self, Request};

use super::proxy::{Answer, Proxy};
use super::push::push;
use super::{NAME, Served, image, request, run};
use crate::command::Shell;
use crate::fixture_tar::oci_archive;
use crate::pty::Term;

/// Returns the kept files of a shell's runs.
fn kept(shell: &Shell) -> Vec<PathBuf> {
    let folder = shell.path().join(".cache/dive-rs/layers");
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_layer_that_is_kept_is_not_fetched_again() {
    for compression in [Compression::Gzip, Compression::Zstd, Compression::None] {
        let Some(served) = Served::start(compression) else {
            return;
        };
        let proxy = served.before(|_, _| Answer::Pass);
        let shell = Shell::new();
        let requested = |options: &str| {
            let before = proxy.requested().len();
            let ended = run(&shell, &proxy.host(), &format!("--ci {options}"));
            (ended.to_string(), proxy.requested().len() - before)
        };
        let (first, requests) = requested("");
        assert_eq!((requests, kept(&shell).len()), (5, 3), "{first}");
        assert_eq!(requested(""), (first.clone(), 2), "manifest and config");
        assert_eq!(requested("--verify"), (first.clone(), 5));
        assert_eq!(requested("--no-cache"), (first.clone(), 5));
        for file in kept(&shell) {
            let mut bytes = fs::read(&file).unwrap();
            let last = bytes.len() - 1;
            bytes[last] ^= 1;
            fs::write(&file, bytes).unwrap();
        }
        assert_eq!(requested(""), (first.clone(), 5), "damaged");
        assert_eq!(requested(""), (first.clone(), 2), "and kept again");
        assert_eq!(
            requested("--cache-size 0"),
            (first, 2),
            "what is there is used"
        );
    }
}

#[test]
fn a_layer_of_both_images_is_fetched_once() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let more = image().layer("COPY more /", |layer| layer.file("more", "more"));
    push(
        &served.registry.host(),
        NAME,
        "2",
        &oci_archive(&more, Compression::Gzip),
    );
    for options in ["", "--no-cache", "--verify", "--no-cache --verify"] {
        for images in ["{}:1 {}:2", "{}:2 {}:1", "--ci {}:1 {}:2"] {
            let proxy = served.before(|_, _| Answer::Pass);
            let host = proxy.host();
            let images = images.replace("{}", &format!("registry://{host}/{NAME}"));
            let ended = Shell::new().run(&format!("--insecure-registry {host} {options} {images}"));
            assert_ne!(ended.code, Some(2), "{ended}");
            let fetched = proxy.blobs();
            for layer in served.blobs.layers() {
                let times = fetched.iter().filter(|(digest, _)| *digest == layer);
                assert_eq!(
                    times.count(),
                    1,
                    "{options} {images}: {layer} of {fetched:#?}"
                );
            }
        }
    }
}

/// An image that is named on the screen takes the layers of both from the one that is shown.
#[test]
fn a_layer_of_the_image_on_the_screen_is_not_fetched_again() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let more = image().layer("COPY more /", |layer| layer.file("more", "more"));
    push(
        &served.registry.host(),
        NAME,
        "2",
        &oci_archive(&more, Compression::Gzip),
    );
    let proxy = served.before(|_, _| Answer::Pass);
    let host = proxy.host();
    let [one, two] = [1, 2].map(|tag| format!("registry://{host}/{NAME}:{tag}"));
    let program = Path::new(env!("CARGO_BIN_EXE_dive-rs"));
    let args = ["--no-cache", "--insecure-registry", &host, &one];
    let mut term = Term::start(program, &args);
    term.wait_for("hidden 6 B");
    term.press("c");
    term.wait_for("with image");
    term.press(&format!("{two}\r"));
    term.wait_for("⇄");
    term.press("qq");
    assert_eq!(term.end(), 0);
    let fetched = proxy.blobs();
    for layer in served.blobs.layers() {
        let times = fetched.iter().filter(|(digest, _)| *digest == layer);
        assert_eq!(times.count(), 1, "{layer} of {fetched:#?}");
    }
}

#[test]
fn bytes_that_do_not_match_are_not_kept() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let largest = served.blobs.layers().remove(0);
    let mut other = served.blobs.all[&largest].clone();
    other[4] ^= 1;
    let named = largest.clone();
    let proxy = served.before(move |requested, _| {
        if requested.path.ends_with(&named) {
            Answer::Body(other.clone())
        } else {
            Answer::Pass
        }
    });
    let shell = Shell::new();
    assert_eq!(run(&shell, &proxy.host(), "--ci").code, Some(2));
    let hex = largest.trim_start_matches("sha256:");
    assert!(
        kept(&shell)
            .iter()
            .all(|file| !file.to_string_lossy().contains(hex))
    );
}

#[test]
fn the_kept_layers_are_listed_and_pruned() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let shell = Shell::new();
    assert_eq!(
        run(&shell, &served.registry.host(), "--quiet").code,
        Some(0)
    );
    let listed = shell.run("cache");
    for digest in served.blobs.layers() {
        assert!(listed.stdout.contains(&digest), "{listed}");
    }
    assert!(listed.stdout.contains("3 layers, "), "{listed}");
    assert!(shell.run("cache size").stdout.starts_with("3 layers, "));
    for line in [
        "cache prune --cache-size 1GB",
        "cache --cache-size 1GB prune",
        "--cache-size 1GB cache prune",
    ] {
        let nothing = shell.run(line);
        assert!(nothing.stdout.starts_with("removed 0 layers"), "{nothing}");
    }
    assert!(
        shell
            .run("cache prune")
            .stdout
            .starts_with("removed 3 layers")
    );
    assert!(kept(&shell).is_empty());
    for line in [
        "--cache-size much cache prune",
        "cache prune --cache-size much",
    ] {
        let refused = shell.run(line);
        assert_eq!(refused.code, Some(2), "{refused}");
    }
}

#[test]
fn contents_of_a_kept_layer_are_read_by_range() {
    for compression in [Compression::Gzip, Compression::Zstd] {
        let Some(served) = Served::start(compression) else {
            return;
        };
        let proxy = served.before(|_, _| Answer::Pass);
        let folder = tempfile::tempdir().unwrap();
        let request = Request {
            cache: Some(Cache::new(folder.path().to_owned(), 1 << 30)),
            keep_contents: true,
            ..request(&proxy.host())
        };
        for requests in [5, 2] {
            let before = proxy.requested().len();
            let loaded = load::load(&request, &Cancel::default(), |_| ()).unwrap();
            assert_eq!(proxy.requested().len() - before, requests);
            let image = &loaded.image;
            let layer = image.layer_ids().last().unwrap();
            let entry = image.layer(layer).changes.entries.last().unwrap().1;
            let read = loaded
                .contents
                .read(image, layer, entry, 0, 100, &Cancel::default());
            assert_eq!(read.unwrap(), b"#!/bin/sh\n");
            let more = usize::from(requests != 5);
            assert_eq!(proxy.requested().len() - before, requests + more);
        }
    }
}

/// A kept index has the hashes of the files, which a registry may send differently later.
#[test]
fn contents_of_a_kept_layer_are_compared_with_what_was_listed() {
    let Some(served) = Served::start(Compression::None) else {
        return;
    };
    let shell = Shell::new();
    assert_eq!(
        run(&shell, &served.registry.host(), "--quiet").code,
        Some(0)
    );
    let layer = served.blobs.layers().remove(2);
    let mut other = served.blobs.all[&layer].clone();
    let at = other.windows(9).position(|some| some == b"#!/bin/sh");
    other[at.unwrap()] = b'?';
    let proxy = served.before(move |requested, _| {
        if !requested.path.ends_with(&layer) {
            return Answer::Pass;
        }
        let range = requested.header("range").unwrap_or("bytes=0-999999");
        let (start, end) = range[6..].split_once('-').unwrap();
        let number = |text: &str| text.parse::<usize>().unwrap();
        let end = (number(end) + 1).min(other.len());
        Answer::Body(other[number(start)..end].to_vec())
    });
    let host = proxy.host();
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("out");
    for (command, to) in [
        ("cat", String::new()),
        ("extract", to.display().to_string()),
    ] {
        let ended = shell.run(&format!(
            "{command} --insecure-registry {host} registry://{host}/{NAME}:1 /app/run {to}"
        ));
        assert_eq!((ended.code, &*ended.stdout), (Some(2), ""), "{ended}");
        let words = "layer 3: /app/run has other bytes than when the layer was listed";
        assert!(ended.stderr.contains(words), "{ended}");
        assert!(
            ended.stderr.contains("hint: the registry or a proxy"),
            "{ended}"
        );
    }
    assert!(!to.exists(), "nothing is left behind");
}

/// Returns how often the largest layer was requested.
fn requests_of_largest(served: &Served, proxy: &Proxy) -> usize {
    let largest = &served.blobs.layers()[0];
    let blobs = proxy.blobs().into_iter();
    blobs.filter(|(digest, _)| digest == largest).count()
}

/// A registry may send the complete layer in place of a range, and a zstd layer can only be unpacked from its start.
#[test]
fn a_kept_layer_that_must_be_fetched_whole_is_fetched_once() {
    for (compression, ignores_ranges) in [
        (Compression::Gzip, true),
        (Compression::Zstd, true),
        (Compression::None, true),
        (Compression::Zstd, false),
    ] {
        let Some(served) = Served::start(compression) else {
            return;
        };
        let folder = tempfile::tempdir().unwrap();
        let request = |host: &str| Request {
            cache: Some(Cache::new(folder.path().to_owned(), 1 << 30)),
            keep_contents: true,
            ..request(host)
        };
        let first = request(&served.registry.host());
        load::load(&first, &Cancel::default(), |_| ()).unwrap();
        let proxy = served.before(move |requested, _| {
            if ignores_ranges && requested.header("range").is_some() {
                Answer::Whole
            } else {
                Answer::Pass
            }
        });
        let loaded = load::load(&request(&proxy.host()), &Cancel::default(), |_| ()).unwrap();
        assert_eq!(requests_of_largest(&served, &proxy), 0);
        let image = &loaded.image;
        let layer = image.layer_ids().next().unwrap();
        let files = image
            .layer(layer)
            .changes
            .entries
            .iter()
            .map(|(_, entry)| *entry);
        let files: Vec<_> = files.filter(|&entry| image.entry(entry).size > 0).collect();
        assert_eq!(files.len(), 2);
        for &entry in files.iter().rev().chain(&files).rev() {
            let size = usize::try_from(image.entry(entry).size).unwrap();
            let read = loaded
                .contents
                .read(image, layer, entry, 0, size, &Cancel::default());
            assert_eq!(read.unwrap().len(), size);
        }
        let requests = requests_of_largest(&served, &proxy);
        assert_eq!(requests, 1, "{compression:?} {ignores_ranges}");
    }
}
