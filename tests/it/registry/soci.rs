//! Layers that are listed from SOCI's tables of contents, which are in blobs of their own beside the image.

use std::cell::RefCell;
use std::fs;

use dive_rs::image::Compression;
use serde_json::{Value, json};

use super::lazy::{Tables, image, noise, unmarked, warnings};
use super::proxy::{Answer, Proxy};
use super::push::{Blobs, push_blob, push_index as push_archive, push_manifest};
use super::server::Registry;
use super::tables::{PackedLayer, digest, push_annotated};
use super::{NAME, run};
use crate::command::Shell;
use crate::engines::skip;
use crate::fixture_tar::oci_archive;
use crate::ztoc::{Field, SPAN, WINDOW, Ztoc, gzip};

/// What was pushed: the layers, and the digests of the index and of the tables.
struct Pushed {
    layers: Vec<PackedLayer>,
    index: String,
    tables: Vec<String>,
}

/// Pushes the image with a table for each of the two large layers; `change` may falsify the first one.
fn push(host: &str, tag: &str, change: impl Fn(&mut Ztoc)) -> Pushed {
    let tables = RefCell::new(Vec::new());
    let mut index = String::new();
    let layers = push_annotated(
        host,
        NAME,
        tag,
        &image(),
        |layer, tar| {
            let (blob, places) = gzip(tar);
            if layer < 2 {
                let mut ztoc = Ztoc::of(tar, &blob, &places);
                if layer == 0 {
                    change(&mut ztoc);
                }
                tables.borrow_mut().push((digest(&blob), ztoc.bytes()));
            }
            Some(PackedLayer {
                blob,
                diff_id: digest(tar),
                annotations: json!({}),
            })
        },
        |_| {
            index = push_index(host, &tables.borrow());
            json!({ "com.amazon.soci.index-digest": index })
        },
    );
    let tables = tables.into_inner();
    Pushed {
        layers,
        index,
        tables: tables.iter().map(|(_, bytes)| digest(bytes)).collect(),
    }
}

/// Pushes an index of tables; returns its digest.
fn push_index(host: &str, tables: &[(String, Vec<u8>)]) -> String {
    let empty = b"{}";
    push_blob(host, NAME, &digest(empty), empty);
    let described = tables.iter().map(|(layer, bytes)| {
        push_blob(host, NAME, &digest(bytes), bytes);
        json!({
            "mediaType": "application/octet-stream", "digest": digest(bytes), "size": bytes.len(),
            "annotations": { "com.amazon.soci.image-layer-digest": layer },
        })
    });
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let index = json!({
        "schemaVersion": 2, "mediaType": media_type, "layers": described.collect::<Vec<_>>(),
        "config": {
            "mediaType": "application/vnd.amazon.soci.index.v2+json",
            "digest": digest(empty), "size": empty.len(),
        },
    });
    let index = index.to_string().into_bytes();
    push_manifest(host, NAME, &digest(&index), media_type, &index);
    digest(&index)
}

fn start() -> Option<Tables> {
    let registry = Registry::start()?;
    let layers = push(&registry.host(), "1", |_| {}).layers;
    let proxy = Proxy::start(registry.host(), |_, _| Answer::Pass);
    Some(Tables {
        registry,
        proxy,
        layers,
    })
}

#[test]
fn numbers_from_soci_tables_are_those_of_the_layers() {
    let Some(tables) = start() else { return };
    let shell = Shell::new();
    let (bytes, listed) = tables.counted_files(&shell, "ls", "-lR --deleted");
    assert_eq!(listed.code, Some(0), "{listed}");
    assert_eq!(bytes, tables.layers[2].blob.len() as u64, "the small layer");
    let streamed = tables.files(&shell, "ls --verify", "-lR --deleted");
    assert_eq!(listed.stdout, streamed.stdout);
    let (listed, marks) = unmarked(&tables.run(&shell, "--json -"));
    assert_eq!(marks, 2);
    // The index and the tables are kept by their digests.
    let before = tables.proxy.requested().len();
    assert_eq!(
        unmarked(&tables.run(&shell, "--json -")),
        (listed.clone(), 2)
    );
    let reopened = tables.proxy.requested().split_off(before);
    let layers = tables.layers.iter().map(|layer| digest(&layer.blob));
    let layers: Vec<String> = layers.collect();
    let others = reopened.iter().filter(|request| {
        let name = request.path.rsplit('/').next().unwrap();
        !layers.iter().any(|layer| layer == name)
    });
    assert_eq!(others.count(), 2, "manifest and config: {reopened:#?}");
    assert_eq!(
        unmarked(&tables.run(&shell, "--verify --json -")),
        (listed, 0)
    );
}

#[test]
fn a_busy_registry_is_queried_again_for_the_index() {
    let Some(tables) = start() else { return };
    let seen = std::sync::atomic::AtomicUsize::new(0);
    let proxy = Proxy::start(tables.registry.host(), move |requested, _| {
        let is_index = requested.path.contains("/manifests/sha256:");
        if is_index && seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 {
            let headers = vec![("Retry-After", "0".to_owned())];
            return Answer::Own("503 Service Unavailable", headers, String::new());
        }
        Answer::Pass
    });
    let ended = run(&Shell::new(), &proxy.host(), "--json -");
    assert_eq!(unmarked(&ended).1, 2, "{ended}");
}

#[test]
fn files_are_unpacked_from_the_spans_of_a_soci_table() {
    let Some(tables) = start() else { return };
    let shell = Shell::new();
    let (listed, _) = tables.counted_files(&shell, "ls", "/usr/lib");
    let (bytes, small) = tables.counted_files(&shell, "extract", "/usr/lib/small small");
    assert_eq!(small.code, Some(0), "{small}");
    assert!(fs::read(shell.path().join("small/small")).unwrap() == noise(9, 10_000));
    let more = usize::try_from(bytes - listed).unwrap();
    // Decoders read ahead: less than all of the eight.
    assert!(more < 4 * SPAN, "{more}");
    let (bytes, all) = tables.counted_files(&shell, "extract", "/usr/lib all --layer 1");
    assert_eq!(all.code, Some(0), "{all}");
    assert!(bytes < tables.total() + 1000, "{bytes}");
    for (name, seed, size) in [("noise", 1, 950_000), ("changed", 3, 30_000)] {
        let read = fs::read(shell.path().join("all/lib").join(name)).unwrap();
        assert!(read == noise(seed, size), "{name}");
    }
}

#[test]
fn a_span_with_other_bytes_is_an_error() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    let other = |ztoc: &mut Ztoc| ztoc.spans[2] = digest(b"another");
    push(&host, "1", other);
    let shell = Shell::new();
    let extract = |options: &str, to: &str| {
        let image = format!("--insecure-registry {host} registry://{host}/{NAME}:1");
        shell.run(&format!(
            "extract {options} --no-cache {image} /usr/lib/noise {to}"
        ))
    };
    let read = extract("", "one");
    assert_eq!(read.code, Some(2), "{read}");
    assert!(read.stderr.contains("not those in the table"), "{read}");
    assert_eq!(extract("--verify", "two").code, Some(0));
}

/// What an author writes into a table, and the words of the warning.
type Lie = (&'static str, fn(&mut Ztoc));

const LIES: &[Lie] = &[
    ("is that of another layer", |ztoc| ztoc.stored += 1),
    ("is that of a layer without gzip", |ztoc| ztoc.algorithm = 2),
    ("has other checkpoints than digests", |ztoc| {
        ztoc.spans.pop();
    }),
    ("has other checkpoints than digests", |ztoc| {
        ztoc.checkpoints.pop();
    }),
    ("has a checkpoint outside of the layer", |ztoc| {
        let second = 12 + 17 + WINDOW;
        ztoc.checkpoints[second..second + 8].fill(0x7f);
    }),
    ("has a checkpoint outside of the layer", |ztoc| {
        ztoc.checkpoints[12 + 16] = 8;
    }),
    ("is damaged", |ztoc| ztoc.checkpoints[12 + 8] = 1),
    ("is damaged", |ztoc| ztoc.spans[0].truncate(12)),
    ("is damaged: an entry is not where it should be", |ztoc| {
        ztoc.entry("usr/lib/small")[2] = Field::I64(512);
    }),
    ("is damaged: an entry is not where it should be", |ztoc| {
        ztoc.entry("usr/lib/changed")[3] = Field::I64(i64::MAX);
    }),
    ("is damaged: an entry is not where it should be", |ztoc| {
        let entry = ztoc.entry("usr/lib/small").clone();
        ztoc.entries.push(entry);
    }),
    ("is damaged: an entry is of an unknown type", |ztoc| {
        ztoc.entry("usr/lib/small")[1] = Field::Text(b"door".to_vec());
    }),
    ("has a sparse file", |ztoc| {
        let record = |text: &[u8]| Field::Text(text.to_vec());
        let pax = vec![record(b"GNU.sparse.major"), record(b"1")];
        ztoc.entry("usr/lib/small")[13] = Field::Tables(vec![pax]);
    }),
    ("is damaged: its strings are too long", |ztoc| {
        let text = Field::Text(vec![b'x'; 1000]);
        ztoc.entry("usr/lib/small")[13] = Field::Repeated(vec![text], 10_000);
    }),
];

#[test]
fn a_soci_table_that_cannot_be_right_is_not_used() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    let shell = Shell::new();
    let on = |tag: &str, rest: &str| {
        shell.run(&format!(
            "--insecure-registry {host} registry://{host}/{NAME}:{tag} {rest} --json -"
        ))
    };
    for (at, (words, lie)) in LIES.iter().enumerate() {
        let tag = format!("lie-{at}");
        push(&host, &tag, lie);
        let ended = on(&tag, "--no-cache");
        let json: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended}"));
        let warning = json["warnings"][0]["text"].as_str().unwrap_or_default();
        let start = format!("its table of contents {words}");
        assert!(warning.starts_with(&start), "{words}: {warning}");
        let (listed, marks) = unmarked(&ended);
        let (streamed, _) = unmarked(&on(&tag, "--verify"));
        assert_eq!((marks, listed), (1, streamed), "{words}");
    }
}

/// Errors that only reading the layer can show: a path that differs from the table, and other bytes before a span; the last table is right.
const PLAUSIBLE: [Lie; 4] = [
    ("usr/lib/small", |ztoc| {
        let is_small = |name: &Field| matches!(name, Field::Text(name) if name == b"usr/lib/small");
        ztoc.entries.retain(|entry| !is_small(&entry[0]));
    }),
    ("usr/lib/small", |ztoc| {
        ztoc.entry("usr/lib/small")[5] = Field::I64(0o4755);
    }),
    ("the window of span 3", |ztoc| {
        let third = 12 + 2 * (17 + WINDOW);
        ztoc.checkpoints[third + 17 + 1000] ^= 1;
    }),
    ("", |_| {}),
];

#[test]
fn a_soci_table_that_lies_is_found_out_when_the_layer_is_read() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    for (at, (path, lie)) in PLAUSIBLE.iter().enumerate() {
        // The layers are the same each time: a cache would have them.
        let shell = Shell::new();
        let tag = format!("plausible-{at}");
        push(&host, &tag, lie);
        let on = |options: &str| {
            shell.run(&format!(
                "--insecure-registry {host} registry://{host}/{NAME}:{tag} {options} --json -"
            ))
        };
        let listed = on("");
        assert_eq!((warnings(&listed).len(), unmarked(&listed).1), (0, 2));
        let found = warnings(&on("--verify"));
        let expected = format!("its table of contents does not match the layer: {path} differs");
        assert_eq!(found, [&*expected][usize::from(path.is_empty())..], "{at}");
    }
}

#[test]
fn what_is_missing_beside_the_image_is_not_used() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let pushed = push(&registry.host(), "1", |_| {});
    let shell = Shell::new();
    let streamed = run(&shell, &registry.host(), "--no-cache --verify --json -");
    let (streamed, _) = unmarked(&streamed);
    for (missing, words, marks) in [
        (pushed.index, "the SOCI index sha256:", 0),
        (
            pushed.tables[0].clone(),
            "its table of contents cannot be read (",
            1,
        ),
    ] {
        let proxy = Proxy::start(registry.host(), move |request, _| {
            if request.path.ends_with(&missing) {
                Answer::Own("404 Not Found", Vec::new(), String::new())
            } else {
                Answer::Pass
            }
        });
        let ended = run(&shell, &proxy.host(), "--no-cache --json -");
        let json: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended}"));
        let warning = json["warnings"][0]["text"].as_str().unwrap_or_default();
        assert!(warning.starts_with(words), "{warning}");
        assert_eq!(unmarked(&ended), (streamed.clone(), marks), "{words}");
    }
}

#[test]
fn layers_with_tables_of_the_real_tool_are_listed_from_them() {
    let Ok(soci) = std::env::var("DIVE_RS_TEST_SOCI") else {
        skip("DIVE_RS_TEST_SOCI names no soci");
        return;
    };
    let Some(registry) = Registry::start() else {
        return;
    };
    let archive = oci_archive(&image(), Compression::Gzip);
    let shell = Shell::new().file("image.tar", &archive);
    let span = SPAN.to_string();
    let options = ["--min-layer-size", "0", "--span-size", &span];
    let convert = [
        &["convert", "--standalone"],
        &options[..],
        &["image.tar", "converted.tar"],
    ];
    let done = shell.program(&soci, &convert.concat());
    assert_eq!(done.code, Some(0), "{done}");
    let converted = fs::read(shell.path().join("converted.tar")).unwrap();
    push_archive(&registry.host(), NAME, "1", &converted);
    let blobs = Blobs::of(&archive);
    let layers = blobs.layers().into_iter().map(|digest| PackedLayer {
        blob: blobs.all[&digest].clone(),
        diff_id: String::new(),
        annotations: json!({}),
    });
    let tables = Tables {
        layers: layers.collect(),
        proxy: Proxy::start(registry.host(), |_, _| Answer::Pass),
        registry,
    };
    // The tool writes no digests of files: those with the same size in two layers are read.
    let rules = "--lowestEfficiency 0 --highestUserWastedPercent 1";
    let (bytes, listed) = tables.counted(&shell, &format!("--ci --no-cache {rules}"));
    assert_eq!(listed.code, Some(0), "{listed}");
    assert!(bytes < tables.total() / 2, "{bytes}");
    let (listed, marks) = unmarked(&tables.run(&shell, "--json -"));
    let verified = tables.run(&shell, "--verify --json -");
    assert_eq!(warnings(&verified), [""; 0]);
    let (streamed, _) = unmarked(&verified);
    // The smallest layer is smaller than its table.
    assert_eq!((marks, &listed), (2, &streamed));
    let all = |options: &str| tables.files(&shell, "ls", &format!("-lR --deleted {options}"));
    assert_eq!(all("").stdout, all("--verify").stdout);
    let (bytes, small) = tables.counted_files(&shell, "extract", "/usr/lib/small small");
    assert_eq!(small.code, Some(0), "{small}");
    assert!(fs::read(shell.path().join("small/small")).unwrap() == noise(9, 10_000));
    // Decoders read ahead.
    assert!(bytes < 4 * SPAN as u64, "{bytes}");
}
