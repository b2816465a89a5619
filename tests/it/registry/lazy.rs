//! Layers that are listed from their tables of contents: eStargz and zstd:chunked. What they show equals what streaming shows, few bytes of the blob are
//! fetched, and a table that is not what it should be is not used.

use std::fs;
use std::sync::Arc;

use dive_rs::analysis::BaseHint;
use dive_rs::archive::Cancel;
use dive_rs::compare::{PendingComparison, Sides};
use dive_rs::image::Compression;
use dive_rs::load::{self, RegistryOptions, Request};
use dive_rs::ui::loaded::summary::ExploreSummary;
use dive_rs::ui::model::message::{LoadUpdate, Msg};
use serde_json::{Value, json};

use super::proxy::{Answer, Proxy, RecordedRequest};
use super::server::Registry;
use super::tables::{Format, PackedLayer, digest, pack, push};
use super::{NAME, facts, run};
use crate::command::{Ended, Shell};
use crate::fixture::{Content, ImageBuilder};
use crate::fixture_tar::oci_archive;
use crate::screens::Screen;

/// Bytes that no compression makes smaller.
pub(super) fn noise(seed: u32, count: usize) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..count).map(|_| next()).collect()
}

/// Two large layers with every kind of entry, and a small one.
pub(super) fn image() -> ImageBuilder {
    let long = "d".repeat(120);
    ImageBuilder::new("web")
        .layer("ADD rootfs /", |layer| {
            let mut layer = layer
                .dir("etc")
                .file("etc/motd", "hello\n")
                .file("etc/empty", "")
                .file("usr/lib/small", noise(9, 10_000))
                .file("usr/lib/noise", noise(1, 950_000))
                .hard_link("usr/lib/other", "usr/lib/noise")
                .symlink("usr/lib/link", "noise")
                .file("usr/lib/same", noise(2, 30_000))
                .file("usr/lib/changed", noise(3, 30_000))
                .put("dev/null", Content::CharDevice(1, 3))
                .put("run/pipe", Content::Fifo)
                .dir(&long)
                .file(format!("{long}/naïve"), "x")
                .mode(0o4755)
                .owner(70_000, 7);
            layer.records[1].xattrs = vec![(b"user.demo".to_vec(), vec![0, 255, 7])];
            layer
        })
        .layer("RUN change", |layer| {
            layer
                .whiteout("etc/motd")
                .opaque("run")
                .file("usr/lib/same", noise(2, 30_000))
                .mode(0o600)
                .file("usr/lib/changed", noise(4, 30_000))
                .file("usr/lib/more", noise(5, 300_000))
        })
        .layer("COPY app /app", |layer| {
            layer.dir("app").file("app/run", "#!/bin/sh\n")
        })
}

/// A registry with an image as `NAME:1`, behind a proxy that counts.
pub(super) struct Tables {
    pub(super) registry: Registry,
    pub(super) proxy: Proxy,
    pub(super) layers: Vec<PackedLayer>,
}

impl Tables {
    fn start(
        image: &ImageBuilder,
        pack_layer: impl Fn(usize, &[u8]) -> Option<PackedLayer>,
        rule: impl Fn(&RecordedRequest, usize) -> Answer + Send + Sync + 'static,
    ) -> Option<Self> {
        let registry = Registry::start()?;
        let layers = push(&registry.host(), NAME, "1", image, pack_layer);
        let proxy = Proxy::start(registry.host(), rule);
        Some(Self {
            registry,
            proxy,
            layers,
        })
    }

    fn of(format: Format) -> Option<Self> {
        Self::start(
            &image(),
            |_, tar| Some(pack(tar, format, |_| {})),
            |_, _| Answer::Pass,
        )
    }

    pub(super) fn run(&self, shell: &Shell, rest: &str) -> Ended {
        run(shell, &self.proxy.host(), rest)
    }

    /// Runs a command on files of the image.
    pub(super) fn files(&self, shell: &Shell, command: &str, rest: &str) -> Ended {
        let host = self.proxy.host();
        shell.run(&format!(
            "{command} --no-cache --insecure-registry {host} registry://{host}/{NAME}:1 {rest}"
        ))
    }

    /// Returns how many bytes of layers such a command requests, and its end.
    pub(super) fn counted_files(&self, shell: &Shell, command: &str, rest: &str) -> (u64, Ended) {
        self.count(|| self.files(shell, command, rest))
    }

    /// Returns how many bytes of layers a run requests, and its end.
    pub(super) fn counted(&self, shell: &Shell, rest: &str) -> (u64, Ended) {
        self.count(|| self.run(shell, rest))
    }

    fn count(&self, run: impl FnOnce() -> Ended) -> (u64, Ended) {
        let before = self.proxy.blobs().len();
        let ended = run();
        let requested = self.proxy.blobs().split_off(before);
        let bytes = requested.iter().map(|(own, range)| {
            let mut layers = self.layers.iter();
            let layer = layers.find(|layer| digest(&layer.blob) == *own);
            let whole = layer.map_or(0, |layer| layer.blob.len() as u64);
            range.as_ref().map_or(whole, |range| {
                let (from, to) = range
                    .strip_prefix("bytes=")
                    .unwrap()
                    .split_once('-')
                    .unwrap();
                let [from, to]: [u64; 2] = [from, to].map(|text| text.parse().unwrap());
                to + 1 - from
            })
        });
        (bytes.sum(), ended)
    }

    /// Returns how many bytes the layers have.
    pub(super) fn total(&self) -> u64 {
        let layers = self.layers.iter();
        layers.map(|layer| layer.blob.len() as u64).sum()
    }
}

/// Returns a report without the marks of what was not read; how many layers had one.
pub(super) fn unmarked(ended: &Ended) -> (Value, usize) {
    let mut json = facts(ended);
    let layers = json["layer"].as_array_mut().unwrap().iter_mut();
    let marks = layers.filter_map(|layer| {
        layer
            .as_object_mut()
            .unwrap()
            .remove("fromTableOfContents")
            .filter(|mark| *mark == true)
    });
    let count = marks.count();
    (json, count)
}

#[test]
fn numbers_from_tables_are_those_of_the_layers() {
    for format in Format::ALL {
        let Some(tables) = Tables::of(format) else {
            return;
        };
        let shell = Shell::new();
        let listed = tables.run(&shell, "--json -");
        let (all, streamed) = tables.counted(&shell, "--verify --json -");
        assert_eq!(warnings(&streamed), [""; 0]);
        assert_eq!(all, tables.total());
        // The complete small layer, and the ends of the others.
        let small = tables.layers[2].blob.len() as u64;
        let (bytes, paths) = tables.counted_files(&shell, "ls", "-lR --deleted");
        assert_eq!(paths.code, Some(0), "{paths}");
        assert!(bytes <= small + (128 << 10), "{format:?}: {bytes} of {all}");
        let streamed_paths = tables.files(&shell, "ls --verify", "-lR --deleted");
        assert_eq!(paths.stdout, streamed_paths.stdout, "{format:?}");
        let (listed, marks) = unmarked(&listed);
        assert_eq!(unmarked(&streamed), (listed, 0), "{format:?}");
        assert_eq!(marks, 2, "{format:?}");
        let text = tables.run(&shell, "--no-cache --report text=-");
        let mark = "2 of 3 layers; --verify reads the layers";
        assert!(text.stdout.contains(mark), "{text}");
    }
}

#[test]
fn files_are_unpacked_from_their_parts() {
    for format in Format::ALL {
        let Some(tables) = Tables::of(format) else {
            return;
        };
        let shell = Shell::new();
        let (listed, _) = tables.counted_files(&shell, "ls", "/usr/lib");
        let (bytes, small) = tables.counted_files(&shell, "extract", "/usr/lib/small small");
        assert_eq!(small.code, Some(0), "{small}");
        assert!(fs::read(shell.path().join("small/small")).unwrap() == noise(9, 10_000));
        // One part of about so many bytes that cannot be compressed, and the header of the next file.
        let more = bytes - listed;
        let most = if format == Format::EstargzShared {
            20_000
        } else {
            12_000
        };
        assert!((10_000..most).contains(&more), "{format:?}: {more}");
        // All files of a layer, with times and attributes; each byte once.
        let (bytes, all) = tables.counted_files(&shell, "extract", "/usr/lib all --layer 1");
        assert_eq!(all.code, Some(0), "{all}");
        assert!(bytes < tables.total() + 100_000, "{format:?}: {bytes}");
        let verified = tables.files(&shell, "extract --verify", "/usr/lib verified --layer 1");
        assert_eq!(verified.code, Some(0), "{verified}");
        for name in ["noise", "other", "same", "changed", "small"] {
            let [one, other] = ["all", "verified"].map(|folder| {
                let path = shell.path().join(folder).join("lib").join(name);
                let time = fs::metadata(&path).unwrap().modified().unwrap();
                (fs::read(path).unwrap(), time)
            });
            assert!(one == other, "{format:?}: {name}");
        }
    }
}

#[test]
fn a_part_with_other_bytes_is_an_error() {
    let bad = |format| {
        Tables::start(
            &image(),
            |_, tar| {
                let mut packed = pack(tar, format, |_| {});
                // Within the first large file, which is not compressed.
                if let Some(byte) = packed.blob.get_mut(60_000) {
                    *byte ^= 1;
                }
                Some(packed)
            },
            |_, _| Answer::Pass,
        )
    };
    for format in [Format::Estargz, Format::ZstdChunked] {
        let Some(tables) = bad(format) else { return };
        let shell = Shell::new();
        let read = tables.files(&shell, "cat", "/usr/lib/noise");
        assert_eq!(read.code, Some(2), "{read}");
        let streamed = tables.run(&shell, "--verify");
        assert_eq!(streamed.code, Some(2), "{streamed}");
        // What is elsewhere is not touched by it.
        let other = tables.files(&shell, "extract", "/usr/lib/small small");
        assert_eq!(other.code, Some(0), "{other}");
    }
}

/// What an author writes into a table, and the words of the warning.
type Lie = (&'static str, fn(&mut Value));

const LIES: &[Lie] = &[
    ("is damaged", |table| table["version"] = 2.into()),
    ("is damaged", |table| table["entries"] = Value::Null),
    ("is damaged", |table| {
        table["entries"][1]["mode"] = "rwx".into();
    }),
    ("is damaged: an entry is of an unknown type", |table| {
        table["entries"][0]["type"] = "door".into();
    }),
    ("is damaged: a part is not where it should be", |table| {
        file(table, "usr/lib/noise")["offset"] = u64::MAX.into();
    }),
    ("is damaged: a part is not where it should be", |table| {
        file(table, "usr/lib/small")["offset"] = 1.into();
    }),
    ("is damaged: a part is not where it should be", |table| {
        file(table, "usr/lib/noise")["chunkSize"] = u64::MAX.into();
    }),
    ("is damaged: a file's parts are not all of it", |table| {
        file(table, "usr/lib/noise")["size"] = 1_000_000_000.into();
    }),
    ("is damaged: a part belongs to no file", |table| {
        let entries = table["entries"].as_array_mut().unwrap();
        entries.retain(|entry| entry["name"] != "usr/lib/noise" || entry["type"] == "chunk");
    }),
    ("has parts that are too large", |table| {
        file(table, "usr/lib/small")["innerOffset"] = u64::MAX.into();
    }),
    ("cannot hold a name that is not UTF-8", |table| {
        file(table, "usr/lib/small")["name"] = "usr/lib/\u{fffd}".into();
    }),
    ("is damaged: an attribute is not base64", |table| {
        file(table, "usr/lib/small")["xattrs"]["user.a"] = "?".into();
    }),
];

fn file<'a>(table: &'a mut Value, name: &str) -> &'a mut Value {
    let entries = table["entries"].as_array_mut().unwrap().iter_mut();
    let mut named = entries.filter(|entry| entry["name"] == name);
    named.next().unwrap()
}

#[test]
fn a_table_that_cannot_be_right_is_not_used() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    let shell = Shell::new();
    let streamed = |tag: &str| run_tag(&shell, &host, tag, "--verify --json -");
    for (at, (words, lie)) in LIES.iter().enumerate() {
        let format = Format::ALL[at % 4];
        let tag = format!("lie-{at}");
        let first = |layer, change: &mut Value| {
            if layer == 0 {
                lie(change);
            }
        };
        push(&host, NAME, &tag, &image(), |layer, tar| {
            Some(pack(tar, format, |table| first(layer, table)))
        });
        let ended = run_tag(&shell, &host, &tag, "--no-cache --json -");
        let json: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended}"));
        let warning = json["warnings"][0]["text"].as_str().unwrap_or_default();
        let start = format!("its table of contents {words}");
        assert!(warning.starts_with(&start), "{warning}");
        assert!(
            warning.ends_with(": the layer was read instead"),
            "{warning}"
        );
        let (listed, marks) = unmarked(&ended);
        assert_eq!((marks, listed), (1, unmarked(&streamed(&tag)).0), "{words}");
    }
}

/// Errors that only reading the layer can show: a path that differs from the table.
const PLAUSIBLE: [Lie; 7] = [
    ("usr/lib/small", |table| {
        let entries = table["entries"].as_array_mut().unwrap();
        entries.retain(|entry| entry["name"] != "usr/lib/small");
    }),
    ("usr/lib/invented", |table| {
        let invented = json!({"name": "usr/lib/invented", "type": "reg", "size": 0, "mode": 0o644});
        table["entries"].as_array_mut().unwrap().push(invented);
    }),
    ("usr/lib/small", |table| {
        file(table, "usr/lib/small")["mode"] = 0o4755.into();
    }),
    ("usr/lib/small", |table| {
        file(table, "usr/lib/small")["modtime"] = "1999-01-01T00:00:00Z".into();
    }),
    ("usr/lib/small", |table| {
        file(table, "usr/lib/small")["digest"] = digest(b"another").into();
    }),
    // The digest of the file is that of all of its parts.
    ("usr/lib/noise", |table| {
        file(table, "usr/lib/noise")["digest"] = digest(b"another").into();
    }),
    // Another file of the same length.
    ("usr/lib/changed", |table| {
        let other = file(table, "usr/lib/same").clone();
        for key in ["offset", "digest", "chunkDigest"] {
            file(table, "usr/lib/changed")[key] = other[key].clone();
        }
    }),
];

/// Returns the texts of a report's warnings about the image.
pub(super) fn warnings(ended: &Ended) -> Vec<String> {
    let json: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended}"));
    let all = json["warnings"].as_array().into_iter().flatten();
    let texts = all.map(|warning| warning["text"].as_str().unwrap().to_owned());
    // Every report has that of the registry without TLS.
    texts.filter(|text| !text.contains("plain HTTP")).collect()
}

#[test]
fn a_table_that_lies_is_found_out_when_the_layer_is_read() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    for (at, (path, lie)) in PLAUSIBLE.iter().enumerate() {
        for format in [Format::Estargz, Format::ZstdChunked] {
            // The other layers are the same each time: a cache would have them.
            let shell = Shell::new();
            let tag = format!("plausible-{at}-{format:?}");
            push(&host, NAME, &tag, &image(), |layer, tar| {
                let lie = |table: &mut Value| {
                    if layer == 0 {
                        lie(table);
                    }
                };
                Some(pack(tar, format, lie))
            });
            let listed = run_tag(&shell, &host, &tag, "--json -");
            assert_eq!((warnings(&listed).len(), unmarked(&listed).1), (0, 2));
            let ls = shell.run(&format!(
                "ls --insecure-registry {host} registry://{host}/{NAME}:{tag}"
            ));
            let words = "warning: files and sizes of 2 of 3 layers are from tables of contents";
            assert!(ls.stderr.starts_with(words), "{ls}");
            let found = warnings(&run_tag(&shell, &host, &tag, "--verify --json -"));
            let expected =
                format!("its table of contents does not match the layer: {path} differs");
            assert_eq!(found, [expected], "{format:?}");
        }
    }
}

/// Runs on an image of another tag.
fn run_tag(shell: &Shell, host: &str, tag: &str, rest: &str) -> Ended {
    shell.run(&format!(
        "--insecure-registry {host} registry://{host}/{NAME}:{tag} {rest}"
    ))
}

#[test]
fn a_table_with_another_digest_is_not_used() {
    for format in Format::ALL {
        let packed = |_: usize, tar: &[u8]| {
            let mut packed = pack(tar, format, |_| {});
            for annotation in packed.annotations.as_object_mut().unwrap().values_mut() {
                if annotation.as_str().unwrap().starts_with("sha256:") {
                    *annotation = digest(b"another").into();
                }
            }
            Some(packed)
        };
        let Some(tables) = Tables::start(&image(), packed, |_, _| Answer::Pass) else {
            return;
        };
        let ended = tables.run(&Shell::new(), "--json -");
        let words = "its table of contents does not match its digest in the manifest: the layer was read instead";
        assert!(ended.stdout.contains(words), "{ended}");
        assert_eq!(unmarked(&ended).1, 0, "{format:?}");
    }
}

#[test]
fn only_layers_that_were_read_are_kept() {
    let Some(tables) = Tables::of(Format::ZstdChunked) else {
        return;
    };
    let shell = Shell::new();
    let kept = || {
        let folder = shell.path().join(".cache/dive-rs/layers");
        fs::read_dir(folder).into_iter().flatten().count()
    };
    assert_eq!(tables.run(&shell, "--quiet").code, Some(0));
    assert_eq!(kept(), 3, "the small layer, and the tables of the others");
    let listed = shell.run("cache");
    assert!(
        listed.stdout.contains("\n1 layer, 2 tables of contents, "),
        "{listed}"
    );
    let (_, marks) = unmarked(&tables.run(&shell, "--json -"));
    assert_eq!(marks, 2);
    let verified = tables.run(&shell, "--verify --quiet");
    assert_eq!(verified.code, Some(0), "{verified}");
    assert!(kept() >= 5);
    // What was read counts, not the table.
    let (_, marks) = unmarked(&tables.run(&shell, "--json -"));
    assert_eq!(marks, 0);
}

/// A table has a digest of its own, so it is kept under that.
#[test]
fn a_kept_table_is_not_fetched_again() {
    for format in Format::ALL {
        let Some(tables) = Tables::of(format) else {
            return;
        };
        let shell = Shell::new();
        let host = tables.proxy.host();
        let on_image = |command: &str, rest: &str| {
            shell.run(&format!(
                "{command} --insecure-registry {host} registry://{host}/{NAME}:1 {rest}"
            ))
        };
        let requests = || {
            let before = tables.proxy.requested().len();
            let listed = on_image("ls", "-lR --deleted");
            assert_eq!(listed.code, Some(0), "{listed}");
            (listed.stdout, tables.proxy.requested().len() - before)
        };
        let (first, all) = requests();
        assert!(all >= 5, "{format:?}: {all}");
        assert_eq!(requests(), (first.clone(), 2), "manifest and config");
        // The place of a file is found without the one of the table.
        let extracted = on_image("extract", "/usr/lib lib");
        assert_eq!(extracted.code, Some(0), "{extracted}");
        let more = fs::read(shell.path().join("lib/lib/more")).unwrap();
        assert!(more == noise(5, 300_000), "{format:?}");
        let files = fs::read_dir(shell.path().join(".cache/dive-rs/layers")).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let kept: Vec<_> = files
            .filter(|path| path.extension().is_some_and(|end| end == "table"))
            .collect();
        assert_eq!(kept.len(), 2);
        // Each under the other's name: what does not match its digest is fetched.
        let bytes = fs::read(&kept[0]).unwrap();
        fs::copy(&kept[1], &kept[0]).unwrap();
        fs::write(&kept[1], bytes).unwrap();
        // Only the small layer is still there.
        assert_eq!(requests(), (first, all - 1), "{format:?}");
    }
}

/// What the content analysis finds in the files is kept under the digest of the table, where that decides their bytes.
#[test]
fn the_content_analysis_fetches_no_part_again() {
    let analysed = |tables: &Tables| {
        let shell = Shell::new();
        let host = tables.proxy.host();
        let report = || {
            let before = tables.proxy.requested().len();
            let line = "--report json=- --insecure-registry";
            let ended = shell.run(&format!("{line} {host} registry://{host}/{NAME}:1"));
            assert_eq!(ended.code, Some(0), "{ended}");
            (ended.stdout, tables.proxy.requested().len() - before)
        };
        (report(), report())
    };
    let image = image().layer("COPY key /", |layer| {
        layer
            .file("srv/key", format!("\nAKIA{}\n", "Q".repeat(16)))
            .file("srv/noise", noise(7, 300_000))
    });
    for format in Format::ALL {
        for is_checked in [true, false] {
            let change = |table: &mut Value| {
                for entry in table["entries"].as_array_mut().unwrap() {
                    let entry = entry.as_object_mut().unwrap();
                    if !is_checked && entry["name"] == "srv/key" {
                        entry.remove("digest");
                        entry.remove("chunkDigest");
                    }
                }
            };
            let tables = Tables::start(
                &image,
                |_, tar| Some(pack(tar, format, change)),
                |_, _| Answer::Pass,
            );
            let Some(tables) = tables else {
                return;
            };
            let ((first, all), (again, requests)) = analysed(&tables);
            assert!(first.contains("an AWS access key id"), "{first}");
            assert_eq!(again, first);
            // Manifest and config, and where a digest is missing the parts of the layer.
            assert_eq!(requests == 2, is_checked, "{format:?}: {all}, {requests}");
        }
    }
}

/// A layer that was streamed has other hashes than the table of the layer below.
#[test]
fn contents_are_compared_with_those_of_streamed_layers() {
    for packed in [0, 1] {
        let Some(tables) = Tables::start(
            &image(),
            |layer, tar| (layer == packed).then(|| pack(tar, Format::Estargz, |_| {})),
            |_, _| Answer::Pass,
        ) else {
            return;
        };
        let shell = Shell::new();
        let (listed, marks) = unmarked(&tables.run(&shell, "--no-cache --json -"));
        let (streamed, _) = unmarked(&tables.run(&shell, "--verify --json -"));
        assert_eq!((listed, marks), (streamed, 1));
    }
}

#[test]
fn images_are_compared_by_the_digests_in_their_tables() {
    let Some(tables) = Tables::of(Format::Estargz) else {
        return;
    };
    let shell = Shell::new().file("image.tar", oci_archive(&image(), Compression::Gzip));
    let host = tables.proxy.host();
    let other = image().layer("COPY more", |layer| {
        layer.file("usr/lib/moved", noise(1, 950_000))
    });
    push(&tables.registry.host(), NAME, "2", &other, |_, tar| {
        Some(pack(tar, Format::ZstdChunked, |_| {}))
    });
    let compared = |before: &str, after: &str| {
        let line = format!("--insecure-registry {host} {before} {after} --no-cache --json -");
        let ended = shell.run(&line);
        assert_eq!(ended.code, Some(0), "{ended}");
        serde_json::from_str::<Value>(&ended.stdout).unwrap()
    };
    let [one, two] = [1, 2].map(|tag| format!("registry://{host}/{NAME}:{tag}"));
    let both = compared(&one, &two);
    let changed = |json: &Value| {
        let all = json["changes"].as_array().unwrap().iter();
        let all = all.filter(|change| change["status"] != "same");
        all.map(|change| change["path"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(changed(&both), ["/usr/lib/moved"], "{both:#}");
    assert_eq!(both["before"]["layers"][0]["fromTableOfContents"], true);
    let schema: Value =
        serde_json::from_str(include_str!("../../../docs/compare.schema.json")).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&both));
    let mixed = compared("image.tar", &one);
    assert_eq!(changed(&mixed), [""; 0], "{mixed:#}");
}

/// All of a layer comes in place of its table: it is read instead, and kept.
#[test]
fn a_layer_whose_registry_ignores_ranges_is_fetched_once() {
    let ignores = |requested: &RecordedRequest, _| match requested.header("range") {
        Some(_) => Answer::Whole,
        None => Answer::Pass,
    };
    for format in Format::ALL {
        let pack_layer = |_: usize, tar: &[u8]| Some(pack(tar, format, |_| {}));
        let Some(tables) = Tables::start(&image(), pack_layer, ignores) else {
            return;
        };
        let request = Request {
            keep_contents: true,
            ..super::request(&tables.proxy.host())
        };
        let loaded = load::load(&request, &Cancel::default(), |_| ()).unwrap();
        let image = &loaded.image;
        for layer in image.layer_ids() {
            for &(_, entry) in &image.layer(layer).changes.entries {
                let read = loaded
                    .contents
                    .read(image, layer, entry, 0, 100, &Cancel::default());
                read.unwrap();
            }
        }
        let requested = tables.proxy.blobs();
        for layer in &tables.layers {
            let layer = digest(&layer.blob);
            let count = requested.iter().filter(|(own, _)| *own == layer).count();
            assert_eq!(count, 1, "{format:?}");
        }
        let shell = Shell::new();
        let listed = tables.run(&shell, "--json -");
        let (streamed, _) = unmarked(&tables.run(&shell, "--verify --json -"));
        assert_eq!(unmarked(&listed), (streamed, 0), "{format:?}");
    }
}

/// A layer with a table and the same layer in an archive are one: nothing is read to compare them.
#[test]
fn contents_of_one_layer_are_not_read_to_compare_them() {
    let Some(tables) = Tables::of(Format::ZstdChunked) else {
        return;
    };
    let shell = Shell::new().file("image.tar", oci_archive(&image(), Compression::Gzip));
    let archive = Request {
        reference: shell.path().join("image.tar").display().to_string(),
        ..Request::default()
    };
    let images = [archive, super::request(&tables.proxy.host())].map(|request| {
        let loaded = load::load(&request, &Cancel::default(), |_| ()).unwrap();
        loaded.image
    });
    assert_eq!(images[1].layers_from_tables(), 2);
    let images = Sides::new(&*images[0], &*images[1]);
    let unread = PendingComparison::of(images).unread(images);
    assert!(unread.before.is_empty() && unread.after.is_empty());
}

#[test]
fn screens_mark_layers_that_were_not_read() {
    let Some(tables) = Tables::of(Format::ZstdChunked) else {
        return;
    };
    let host = tables.proxy.host();
    let request = Request {
        reference: format!("registry://{host}/{NAME}:1"),
        registry: Box::new(RegistryOptions {
            insecure: vec![host],
            ..RegistryOptions::default()
        }),
        keep_contents: true,
        ..Request::default()
    };
    let loaded = load::load(&request, &Cancel::default(), |_| ()).unwrap();
    let summary = Arc::new(ExploreSummary::of(&loaded.image, &BaseHint::default()));
    let mut screen = Screen::waiting("web", 160, 40);
    let shown = LoadUpdate::Loaded(Arc::clone(&loaded.image), summary);
    screen.send(Msg::Load(screen.model.load, shown));
    let layer = screen.press("9").shown();
    assert!(layer.contains("zstd 1.0 MB, from its table of"), "{layer}");
}
