//! What engines unpack of random images with hard links, compared with the visible bytes: `docker export` for links within a layer, which is all that
//! Docker accepts; `umoci unpack` for links to files of lower layers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use dive_rs::analysis::visible_bytes;
use dive_rs::image::{Compression, EntryKind, Image};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use serde_json::{Value, json};

use super::{Tested, is_installed};
use crate::fixture::{ImageBuilder, LayerBuilder};
use crate::fixture_tar::{Docker, docker_save, oci_archive};
use crate::reading;

const NAME: &str = "dive-rs-names-test:1";
/// Images for each engine.
const IMAGES: usize = 12;

/// The size of the file at every path, and the bytes of all files, each content once.
type Files = (BTreeMap<String, u64>, u64);

/// Random layers of files, links to files that are there, and deletions. `across` allows links to files of lower layers.
fn image(across: bool) -> impl Strategy<Value = ImageBuilder> {
    let step = (0_u8..8, 0_usize..9, 0_usize..9, 1_u64..5000, 1_u8..4);
    vec(vec(step, 1..10), 2..5).prop_map(move |layers| {
        let path = |at: usize| format!("{}/{}", ["a", "b", "c"][at / 3], ["x", "y", "z"][at % 3]);
        let mut image = ImageBuilder::new(NAME).with_unique_sizes();
        let mut lower: BTreeSet<usize> = BTreeSet::new();
        for (number, steps) in layers.into_iter().enumerate() {
            let mut own = BTreeSet::new();
            image = image.layer(&format!("RUN {number}"), |mut layer: LayerBuilder| {
                for folder in ["a", "b", "c"] {
                    layer = layer.dir(folder);
                }
                layer = layer.symlink("d", "a");
                for (what, at, target, size, fill) in steps {
                    let pick = |paths: &[usize]| paths.get(target % paths.len().max(1)).copied();
                    let mut there: Vec<usize> = own.iter().copied().collect();
                    if across {
                        there.extend(lower.difference(&own));
                    }
                    let target = pick(&there).filter(|target| *target != at);
                    let below: Vec<usize> = lower.difference(&own).copied().collect();
                    let gone = pick(&below);
                    // Docker refuses a layer that has a path twice.
                    let is_free = across || !own.contains(&at);
                    match (what, target, gone) {
                        (0..=2, ..) if is_free => {
                            layer = layer.filled(path(at), size, fill);
                            own.insert(at);
                        }
                        (3..=5, Some(target), _) if is_free => {
                            // The folder that a target is in has two names.
                            let name = path(target);
                            let other = name.replacen("a/", "d/", 1);
                            let name = if size % 2 == 0 { name } else { other };
                            layer = layer.hard_link(path(at), name);
                            own.insert(at);
                        }
                        (6.., _, Some(gone)) => {
                            layer = layer.whiteout(path(gone));
                            lower.remove(&gone);
                        }
                        _ => {}
                    }
                }
                layer
            });
            lower.extend(own);
        }
        image
    })
}

/// Returns the same images in every run.
fn images(across: bool) -> impl Iterator<Item = ImageBuilder> {
    let mut runner = TestRunner::deterministic();
    let images = image(across);
    std::iter::repeat_with(move || images.new_tree(&mut runner).expect("an image").current())
        .take(IMAGES)
}

fn files(image: &Image) -> Files {
    let mut sizes = BTreeMap::new();
    for node in image.tree.ids() {
        let seen = image.visible(node);
        let entry = seen.map(|seen| image.entry(seen.entry));
        if let Some(entry) = entry.filter(|entry| entry.kind() == EntryKind::File) {
            let path = String::from_utf8(image.tree.path(node)).expect("a plain name");
            sizes.insert(path, entry.size);
        }
    }
    (sizes, visible_bytes(image))
}

/// Returns the files of an exported tar below the folders of the images.
fn exported(tar: &[u8]) -> Files {
    let (mut sizes, mut bytes) = (BTreeMap::new(), 0);
    for entry in tar::Archive::new(tar).entries().unwrap() {
        let entry = entry.unwrap();
        let path = format!("/{}", entry.path().unwrap().display());
        if !["/a/", "/b/", "/c/"]
            .iter()
            .any(|folder| path.starts_with(folder))
        {
            continue;
        }
        let header = entry.header();
        match header.entry_type() {
            tar::EntryType::Regular => {
                let size = header.size().unwrap();
                bytes += size;
                sizes.insert(path, size);
            }
            tar::EntryType::Link => {
                let target = entry.link_name().unwrap().expect("a target");
                let size = sizes[&format!("/{}", target.display())];
                sizes.insert(path, size);
            }
            _ => {}
        }
    }
    (sizes, bytes)
}

#[test]
fn docker_exports_what_is_visible() {
    let Some(tested) = Tested::of("DIVE_RS_TEST_DOCKER") else {
        return;
    };
    let address = format!("unix://{}", tested.socket.path().display());
    let docker = |args: &[&str]| {
        let mut command = Command::new(&tested.cli);
        let ended = command.args(["-H", &address]).args(args).output();
        let ended = ended.expect("docker's command");
        let words = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{args:?}: {words}");
        ended.stdout
    };
    let mut outlived = 0;
    for builder in images(false) {
        let archive = docker_save(&builder, Docker::New);
        tested.socket.load(&archive);
        let container = docker(&["create", NAME, "/none"]);
        let container = String::from_utf8(container).unwrap();
        let tar = docker(&["export", container.trim()]);
        docker(&["rm", container.trim()]);
        let image = reading::image(&archive);
        assert_eq!(files(&image), exported(&tar), "{builder:?}");
        outlived += usize::from(outlives(&image));
    }
    tested.socket.remove(NAME);
    assert!(outlived > 0);
}

#[test]
fn umoci_unpacks_what_is_visible() {
    if !is_installed("umoci") {
        return;
    }
    let mut outlived = 0;
    for builder in images(true) {
        let folder = tempfile::tempdir().unwrap();
        let archive = oci_archive(&builder, Compression::Gzip);
        let layout = folder.path().join("layout");
        tar::Archive::new(archive.as_slice())
            .unpack(&layout)
            .unwrap();
        name(&layout);
        let bundle = folder.path().join("bundle");
        let reference = format!("{}:image", layout.display());
        let mut command = Command::new("umoci");
        let command = command.args(["unpack", "--rootless", "--image", &reference]);
        let ended = command.arg(&bundle).output().unwrap();
        let words = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{words} {builder:?}");
        let image = reading::image(&archive);
        assert_eq!(
            files(&image),
            unpacked(&bundle.join("rootfs")),
            "{builder:?}"
        );
        outlived += usize::from(outlives(&image));
    }
    assert!(outlived > 0);
}

/// Gives the only image of a layout the name that umoci reads.
fn name(layout: &Path) {
    let path = layout.join("index.json");
    let mut index: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let name = json!({ "org.opencontainers.image.ref.name": "image" });
    index["manifests"][0]["annotations"] = name;
    std::fs::write(path, index.to_string()).unwrap();
}

/// Returns the files of an unpacked image.
fn unpacked(root: &Path) -> Files {
    use std::os::unix::fs::MetadataExt as _;
    let (mut sizes, mut inodes) = (BTreeMap::new(), BTreeMap::new());
    for folder in ["a", "b", "c"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
            continue;
        };
        for entry in entries {
            let entry = entry.unwrap();
            let about = entry.metadata().unwrap();
            let name = entry.file_name().into_string().unwrap();
            sizes.insert(format!("/{folder}/{name}"), about.len());
            inodes.insert(about.ino(), about.len());
        }
    }
    (sizes, inodes.into_values().sum())
}

/// Returns whether a content of the image is visible although its own path is gone.
fn outlives(image: &Image) -> bool {
    let mut names = image.visible_names();
    names.any(|((layer, entry), _)| {
        let changes = &image.layer(layer).changes;
        let mut entries = changes.entries.iter().chain(&changes.replaced);
        let own = entries.find(|(_, id)| *id == entry);
        own.is_some_and(|(node, _)| image.visible_entry(*node) != Some((layer, entry)))
    })
}
