//! Small inputs that would become large: each ends within a limit of memory with an image or an error, never with an abort.

use std::path::Path;
use std::process::Output;

use dive_rs::image::Compression;
use serde_json::{Value, json};

use crate::bundle::{Bundle, blob, docker, oci};
use crate::fixture_tar::pack;
use crate::hostile::limited;
use crate::raw_tar::{GNU, RawTar, raw};

/// The memory that each has, in MiB: an honest image of a million files fits in it.
const MEMORY: u64 = 900;

fn gzip(layer: RawTar) -> Vec<u8> {
    pack(&layer.end(), Compression::Gzip)
}

/// Returns an image with a layer that is packed already.
fn of_packed(layer: &[u8]) -> Vec<u8> {
    oci(&[b"unknown"], &[layer]).tar()
}

fn of(layer: RawTar) -> Vec<u8> {
    of_packed(&gzip(layer))
}

/// A record with this much content, made of zeros.
fn huge(kind: u8, megabytes: usize) -> Vec<u8> {
    let size = u32::try_from(megabytes << 20).expect("a small number");
    let mut layer = RawTar::default().header(&raw("x", kind, size.into())).0;
    layer.extend(vec![0; megabytes << 20]);
    layer.extend(RawTar::default().file("a", "1").end());
    of_packed(&pack(&layer, Compression::Gzip))
}

fn long(tar: RawTar, path: &str) -> RawTar {
    tar.pax(b'x', &[("path", path.as_bytes())]).file("cut", "")
}

fn many(count: usize, each: impl Fn(RawTar, usize) -> RawTar) -> RawTar {
    (0..count).fold(RawTar::default(), each)
}

fn records(records: &[(&str, &[u8])]) -> Vec<u8> {
    of(RawTar::default().pax(b'x', records).file("x", "h"))
}

fn document(config: &str, manifest: &Value) -> Vec<u8> {
    let layer = RawTar::default().file("a", "1").end();
    Bundle::default()
        .file("config.json", config)
        .file("layer.tar", &layer)
        .json("manifest.json", manifest)
        .tar()
}

type Bombs = Vec<(&'static str, Vec<u8>)>;

/// Long names, contents and attributes.
fn long_records() -> Bombs {
    vec![
        ("a name", huge(b'L', 64)),
        ("a link's target", huge(b'K', 64)),
        ("a pax header", huge(b'x', 64)),
        ("a global pax header", huge(b'g', 64)),
        ("content", huge(b'0', 256)),
        (
            "many long targets",
            of(many(1000, |tar, at| {
                let target = vec![b'a'; 1 << 18];
                tar.put(&raw("././@LongLink", b'K', 0).magic(GNU), &target)
                    .symlink(format!("link{at}"), "cut")
            })),
        ),
        (
            "one attribute of every file",
            of((0..20_000).fold(
                RawTar::default().pax(b'g', &[("SCHILY.xattr.user.a", &vec![b'x'; 1 << 19])]),
                |tar, at| tar.file(format!("f{at}"), ""),
            )),
        ),
        (
            "attributes of each file",
            of(many(500, |tar, at| {
                tar.pax(b'x', &[("SCHILY.xattr.user.a", &vec![b'x'; 1 << 18])])
                    .file(format!("f{at}"), "")
            })),
        ),
        ("many attributes of a file", {
            let names: Vec<String> = (0..50_000)
                .map(|at| format!("SCHILY.xattr.user.{at}"))
                .collect();
            let all: Vec<(&str, &[u8])> = names
                .iter()
                .map(|name| (name.as_str(), &b"x"[..]))
                .collect();
            records(&all)
        }),
    ]
}

/// Paths and links.
fn paths() -> Bombs {
    let deep = "a/".repeat(2000);
    vec![
        (
            "implied folders",
            of(many(300, |tar, at| long(tar, &format!("{at}/{deep}end")))),
        ),
        (
            "folders deeper than a kernel opens",
            of(many(300, |tar, at| {
                long(tar, &format!("{at}/{}end", "a/".repeat(16_000)))
            })),
        ),
        (
            "wide folders of short names",
            of(many(60_000, |tar, at| tar.file(format!("{at}"), ""))),
        ),
        (
            "one path again and again",
            of(many(60_000, |tar, _| tar.file("a", ""))),
        ),
        (
            "deep whiteouts",
            of(many(300, |tar, at| {
                long(tar, &format!("{at}/{deep}.wh.end"))
            })),
        ),
        (
            "deep opaque folders",
            of(many(300, |tar, at| {
                long(tar, &format!("{at}/{deep}.wh..wh..opq"))
            })),
        ),
        (
            "hard links in a chain",
            of(many(20_000, |tar, at| {
                tar.hard_link(format!("{}", at + 1), format!("{at}"))
            })),
        ),
        (
            "hard links in a circle",
            of(RawTar::default().hard_link("a", "b").hard_link("b", "a")),
        ),
        (
            "symbolic links in a circle",
            of(RawTar::default().symlink("a", "b/x").symlink("b", "a/x")),
        ),
        (
            "names with dots",
            of(many(300, |tar, at| {
                long(tar, &format!("{}{at}", "x/../".repeat(10_000)))
            })),
        ),
    ]
}

/// Numbers that are too large, and what unpacks to more.
fn numbers() -> Bombs {
    let max = u64::MAX.to_string();
    vec![
        (
            "a sparse file of all bytes",
            records(&[
                ("GNU.sparse.size", max.as_bytes()),
                ("GNU.sparse.map", b"0,1"),
                ("GNU.sparse.name", b"huge"),
            ]),
        ),
        ("a sparse map of a million pieces", {
            let map: Vec<String> = (0..500_000).map(|at| format!("{},1", at * 2)).collect();
            records(&[
                ("GNU.sparse.size", b"1000000"),
                ("GNU.sparse.map", map.join(",").as_bytes()),
                ("GNU.sparse.name", b"holes"),
            ])
        }),
        (
            "a size beyond all numbers",
            records(&[("size", max.as_bytes())]),
        ),
        (
            "gzip members without content",
            of_packed(&pack(b"", Compression::Gzip).repeat(200_000)),
        ),
        (
            "zstd frames without content",
            of_packed(&pack(b"", Compression::Zstd).repeat(200_000)),
        ),
        (
            "a zstd window of two gigabytes",
            // Magic number, frame header with a window descriptor of 2 GiB, one raw block (RFC 8878, 3.1.1).
            of_packed(&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x09, 0, 0, b'x']),
        ),
        ("one gzip around another", {
            let zeros = pack(&vec![0; 128 << 20], Compression::Gzip);
            pack(&pack(&zeros, Compression::Gzip), Compression::Gzip)
        }),
        (
            "an archive of zeros",
            pack(&vec![0; 256 << 20], Compression::Gzip),
        ),
    ]
}

/// Layers that are listed again and again, and documents.
fn documents() -> Bombs {
    let good = json!([{"Config": "config.json", "Layers": ["layer.tar"]}]);
    let items = |open: &str, item: &str, close: &str| {
        let items = vec![item; (3 << 20) / (item.len() + 1)].join(",");
        format!("{open}{items}{close}")
    };
    let layer = RawTar::default().file("a", "1").end();
    let whiteout = RawTar::default().file(".wh.a", "").end();
    let repeated = |names: Vec<String>| {
        Bundle::default()
            .blob(&layer)
            .blob(&whiteout)
            .file("config.json", "{}")
            .json(
                "manifest.json",
                &json!([{"Config": "config.json", "Layers": names}]),
            )
            .tar()
    };
    vec![
        ("one layer many times", repeated(vec![blob(&layer); 20_000])),
        (
            "two layers many times",
            repeated(
                (0..20_000)
                    .map(|at| blob(if at % 2 == 0 { &layer } else { &whiteout }))
                    .collect(),
            ),
        ),
        (
            "a history of nothing",
            document(&items(r#"{"os":"linux","history":["#, "{}", "]}"), &good),
        ),
        (
            "an environment of nothing",
            document(
                &items(r#"{"os":"linux","config":{"Env":["#, r#""""#, "]}}"),
                &good,
            ),
        ),
        ("labels of nothing", {
            let labels: Vec<String> = (0..200_000).map(|at| format!(r#""{at}":"""#)).collect();
            let labels = labels.join(",");
            document(
                &format!(r#"{{"os":"linux","config":{{"Labels":{{{labels}}}}}}}"#),
                &good,
            )
        }),
        ("brackets", document(&"[".repeat(3 << 20), &good)),
        (
            "images in a list",
            document("{}", &json!(vec![good[0].clone(); 50_000])),
        ),
        (
            "a link to itself in the archive",
            docker(&[&layer]).link(&blob(b"x"), &blob(b"x")).tar(),
        ),
    ]
}

/// Every kind, by name.
fn bombs() -> Bombs {
    [long_records(), paths(), numbers(), documents()].concat()
}

fn run(file: &Path, before: &[&str]) -> Output {
    limited(MEMORY)
        .args(["timeout", "120"])
        .arg(env!("CARGO_BIN_EXE_dive-rs"))
        .args(before)
        .arg(file)
        .output()
        .expect("prlimit of util-linux")
}

#[test]
fn every_bomb_ends_within_a_limit_of_memory() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("image.tar");
    let bombs = bombs();
    assert!(bombs.len() >= 30);
    for (what, archive) in bombs {
        std::fs::write(&file, &archive).expect("room for a test");
        let output = run(&file, &["--ci"]);
        let printed = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(matches!(code, Some(0..=2)), "{what}: {code:?} {printed}");
        assert!(!printed.contains("panicked"), "{what}: {printed}");
        if code == Some(2) {
            assert!(printed.starts_with("error: "), "{what}: {printed}");
        }
    }
}
