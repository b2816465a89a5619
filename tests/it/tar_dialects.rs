//! Layer tars: every dialect, odd names, sparse files. Each case is read as a file and as a stream, and contents are read back.

use std::fs;

use dive_rs::image::{Entry, EntryKind, Image};
use dive_rs::load::{Request, load};

use crate::bundle::docker;
use crate::raw_tar::{GNU, OLD, Raw, RawTar, raw};
use crate::reading::image;

/// Returns the image of one layer.
fn layer(tar: &[u8]) -> Image {
    image(&docker(&[tar]).tar())
}

/// Returns the only layer's entry for a path.
fn entry<'a>(image: &'a Image, path: &str) -> &'a Entry {
    let node = image
        .tree
        .find(path.as_bytes())
        .unwrap_or_else(|| panic!("no {path}"));
    let seen = image.snapshot(image.top()).get(node);
    image.entry(seen.unwrap_or_else(|| panic!("{path} is not seen")))
}

fn paths(image: &Image) -> Vec<String> {
    let snapshot = image.snapshot(image.top());
    image
        .tree
        .ids()
        .filter(|&node| snapshot.get(node).is_some())
        .map(|node| String::from_utf8_lossy(&image.tree.path(node)).into_owned())
        .collect()
}

fn warnings(image: &Image) -> Vec<&str> {
    image
        .warnings
        .iter()
        .map(|warning| warning.text.as_str())
        .collect()
}

/// Reads a file's content back through the public interface.
fn content(tar: &[u8], path: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("image.tar");
    fs::write(&file, docker(&[tar]).tar()).expect("room for a test");
    let request = Request {
        reference: file.to_str().expect("text").to_owned(),
        ..Request::default()
    };
    let cancel = dive_rs::load::Cancel::default();
    let loaded = load(&request, &cancel, |_| ()).expect("an image");
    let image = &loaded.image;
    let node = image.tree.find(path.as_bytes()).expect("listed");
    let top = image.top().expect("a layer");
    let id = image.timeline.at(node, top).expect("seen");
    loaded
        .contents
        .read(image, top, id, 0, 1 << 20, &cancel)
        .expect("its content")
}

#[test]
fn ustar_old_and_gnu_names() {
    let long = format!("{}/{}", "d".repeat(120), "f".repeat(150));
    let prefixed = Raw {
        prefix: b"usr/share/doc".to_vec(),
        ..raw("copyright", b'0', 0)
    };
    let target = "t".repeat(300);
    let tar = RawTar::default()
        .put(&prefixed, b"free")
        .put(&raw("v7", 0, 0).magic(OLD), b"old")
        .header(&raw("v7dir/", 0, 0).magic(OLD))
        .put(
            &raw("././@LongLink", b'L', 0).magic(GNU),
            format!("{long}\0").as_bytes(),
        )
        .put(&raw("cut off", b'0', 0).magic(GNU), b"long")
        .put(
            &raw("././@LongLink", b'K', 0).magic(GNU),
            format!("{target}\0").as_bytes(),
        )
        .header(&raw("link", b'2', 0).magic(GNU).link("cut off"))
        .end();
    let image = layer(&tar);
    assert_eq!(entry(&image, "/usr/share/doc/copyright").size, 4);
    assert_eq!(entry(&image, "/v7").size, 3);
    assert!(entry(&image, "/v7dir").is_dir());
    assert_eq!(entry(&image, &long).size, 4);
    assert_eq!(
        image.target(entry(&image, "/link")),
        Some(target.as_bytes())
    );
    assert_eq!(content(&tar, &long), b"long");
}

#[test]
fn pax_names_sizes_owners_and_attributes() {
    let long = "ä/".repeat(200) + "file";
    let tar = RawTar::default()
        .pax(
            b'g',
            &[
                ("comment", b"made by a test"),
                ("path", b"everything/is/this"),
                ("uid", b"77"),
            ],
        )
        .pax(
            b'x',
            &[
                ("path", long.as_bytes()),
                ("size", b"5"),
                ("uid", b"3000000"),
                ("gid", b"4000000"),
                ("mtime", b"1.5"),
                ("SCHILY.xattr.security.capability", b"\x01\0\0\x02=\n\0"),
                ("SCHILY.xattr.user.a", b"1"),
            ],
        )
        // The header's own size is wrong; pax overrides it.
        .header(&raw("short", b'0', 0))
        .bytes(b"12345")
        .pax(b'x', &[("linkpath", b"nowhere/\xff")])
        .header(&raw("link", b'2', 0).link("cut"))
        .file("plain", "p")
        .end();
    let image = layer(&tar);
    let file = entry(&image, &long);
    assert_eq!((file.size, file.uid, file.gid), (5, 3_000_000, 4_000_000));
    assert_eq!(file.modified, 1);
    let xattrs = &image.rare_fields(file).expect("attributes").xattrs;
    assert_eq!(
        xattrs[0],
        (
            b"security.capability".to_vec(),
            b"\x01\0\0\x02=\n\0".to_vec()
        )
    );
    assert_eq!(xattrs.len(), 2);
    assert_eq!(
        image.target(entry(&image, "/link")),
        Some(&b"nowhere/\xff"[..])
    );
    // Engines ignore a global header's values for entries.
    assert_eq!(entry(&image, "/plain").uid, 0);
    assert_eq!(content(&tar, &long), b"12345");
    assert_eq!(content(&tar, "/plain"), b"p");
}

#[test]
fn links_devices_and_pipes_have_no_size() {
    let device = |kind| Raw {
        device: (10, 200),
        ..raw(format!("dev{}", char::from(kind)), kind, 0)
    };
    let tar = RawTar::default()
        .file("file", "four")
        // Some programs write the target's size but no content.
        .header(&Raw {
            size: 4,
            ..raw("hard", b'1', 0).link("file")
        })
        .hard_link("other", "file")
        .symlink("soft", "file")
        .header(&device(b'3'))
        .header(&device(b'4'))
        .header(&raw("pipe", b'6', 0))
        .put(&raw("contiguous", b'7', 0), b"c7")
        .end();
    let image = layer(&tar);
    let kinds = [
        ("/file", EntryKind::File, 4),
        ("/hard", EntryKind::HardLink, 0),
        ("/other", EntryKind::HardLink, 0),
        ("/soft", EntryKind::Symlink, 0),
        ("/dev3", EntryKind::CharDevice, 0),
        ("/dev4", EntryKind::BlockDevice, 0),
        ("/pipe", EntryKind::Fifo, 0),
        ("/contiguous", EntryKind::File, 2),
    ];
    for (path, kind, size) in kinds {
        assert_eq!(
            (entry(&image, path).kind(), entry(&image, path).size),
            (kind, size),
            "{path}"
        );
    }
    assert_eq!(
        image
            .rare_fields(entry(&image, "/dev3"))
            .and_then(|extra| extra.device),
        Some((10, 200))
    );
    assert_eq!(image.size(), 6);
}

#[test]
fn names_are_cleaned_and_never_leave_the_root() {
    let tar = RawTar::default()
        .dir("./")
        .file("./a", "1")
        .file("/b", "22")
        .file("x//y/./c", "333")
        .file("../../d", "4444")
        .file("x/../../e", "55555")
        .file(b"\xff\xfe", "not text")
        .file("..", "nothing")
        .dir("x/..")
        .file(".wh..", "")
        .file(".wh...", "")
        .file(".wh.", "")
        .file(".wh..wh.plnk/1.2", "aufs")
        .end();
    let image = layer(&tar);
    assert_eq!(
        paths(&image),
        [
            "/",
            "/a",
            "/b",
            "/d",
            "/e",
            "/x",
            "/x/y",
            "/x/y/c",
            "/\u{fffd}\u{fffd}"
        ]
    );
    assert!(entry(&image, "/b").absolute);
    assert!(warnings(&image).iter().any(|text| text.contains("`..`")));
    let other = image.tree.ids().last().expect("nodes");
    assert_eq!(image.tree.name(other), b"\xff\xfe");
}

#[test]
fn the_last_of_several_entries_counts_and_all_have_a_size() {
    let tar = RawTar::default()
        .file("a/b", "1")
        .file("a/b", "22")
        .file("a/b", "333")
        .dir("a")
        .end();
    let image = layer(&tar);
    assert_eq!(entry(&image, "/a/b").size, 3);
    assert_eq!(image.size(), 6);
    assert!(!entry(&image, "/a").is_implied());
    assert_eq!(content(&tar, "/a/b"), b"333");
}

#[test]
fn several_tars_one_after_the_other_are_one() {
    let one = RawTar::default().file("a", "1").end();
    let two = RawTar::default().file("b", "2").end();
    let image = layer(&[one.clone(), two].concat());
    assert_eq!(paths(&image), ["/", "/a", "/b"]);
    let image = layer(&[one, b"not a tar at all".repeat(100)].concat());
    assert_eq!(paths(&image), ["/", "/a"]);
    assert!(warnings(&image)[0].contains("are ignored"));
}

#[test]
fn damaged_entries_are_skipped() {
    let mut tar = RawTar::default()
        .file("a", "1")
        .file("b", "2")
        .file("c", "3")
        .end();
    tar[1024 + 3] ^= 0x40;
    let image = layer(&tar);
    assert_eq!(paths(&image), ["/", "/a", "/c"]);
    assert_eq!(
        warnings(&image),
        ["damaged tar header at byte 1024 skipped"]
    );
    // One block: nothing follows, not even the end marker.
    let image = layer(&RawTar::default().dir("only").0);
    assert_eq!(paths(&image), ["/", "/only"]);
}

const SPARSE_SIZE: usize = 10_000;

/// `aaaa` at 512, `bb` at 8192, holes elsewhere.
fn dense() -> Vec<u8> {
    let mut bytes = vec![0; SPARSE_SIZE];
    bytes[512..516].copy_from_slice(b"aaaa");
    bytes[8192..8194].copy_from_slice(b"bb");
    bytes
}

fn old_gnu(pieces: &[(u64, u64)], size: u64, held: &[u8]) -> RawTar {
    let mut block = raw("sparse", b'S', held.len() as u64).magic(GNU).block();
    let octal = |value: u64| format!("{value:011o}\0").into_bytes();
    for (at, (start, len)) in pieces.iter().take(4).enumerate() {
        block[386 + at * 24..][..12].copy_from_slice(&octal(*start));
        block[398 + at * 24..][..12].copy_from_slice(&octal(*len));
    }
    block[482] = u8::from(pieces.len() > 4);
    block[483..495].copy_from_slice(&octal(size));
    crate::raw_tar::seal(&mut block);
    let mut tar = RawTar::default();
    tar.0.extend(block);
    let rest = pieces.get(4..).unwrap_or_default();
    for (at, chunk) in rest.chunks(21).enumerate() {
        let mut more = [0; 512];
        for (at, (start, len)) in chunk.iter().enumerate() {
            more[at * 24..][..12].copy_from_slice(&octal(*start));
            more[at * 24 + 12..][..12].copy_from_slice(&octal(*len));
        }
        more[504] = u8::from((at + 1) * 21 < rest.len());
        tar.0.extend(more);
    }
    tar.bytes(held)
}

#[test]
fn sparse_files_of_every_dialect_read_back() {
    let map = b"512,4,8192,2,10000,0";
    let numbers = "3\n512\n4\n8192\n2\n10000\n0\n";
    let zero = &[
        ("GNU.sparse.size", &b"10000"[..]),
        ("GNU.sparse.numblocks", b"3"),
        ("GNU.sparse.offset", b"512"),
        ("GNU.sparse.numbytes", b"4"),
        ("GNU.sparse.offset", b"8192"),
        ("GNU.sparse.numbytes", b"2"),
        ("GNU.sparse.offset", b"10000"),
        ("GNU.sparse.numbytes", b"0"),
    ];
    let one = &[
        ("GNU.sparse.size", &b"10000"[..]),
        ("GNU.sparse.numblocks", b"3"),
        ("GNU.sparse.map", map),
        ("GNU.sparse.name", b"sparse"),
    ];
    let two = &[
        ("GNU.sparse.major", &b"1"[..]),
        ("GNU.sparse.minor", b"0"),
        ("GNU.sparse.name", b"sparse"),
        ("GNU.sparse.realsize", b"10000"),
    ];
    let mut with_map = numbers.as_bytes().to_vec();
    with_map.resize(512, 0);
    with_map.extend(b"aaaabb");
    let ways = [
        old_gnu(&[(512, 4), (8192, 2), (10_000, 0)], 10_000, b"aaaabb"),
        RawTar::default().pax(b'x', zero).file("sparse", "aaaabb"),
        RawTar::default()
            .pax(b'x', one)
            .file("GNUSparseFile.0/sparse", "aaaabb"),
        RawTar::default()
            .pax(b'x', two)
            .file("GNUSparseFile.0/sparse", with_map),
    ];
    let plain = RawTar::default().file("sparse", dense()).end();
    for way in ways {
        let tar = way.file("after", "it").end();
        let one = layer(&tar);
        assert_eq!(entry(&one, "/sparse").size, SPARSE_SIZE as u64);
        assert_eq!(entry(&one, "/after").size, 2);
        assert_eq!(warnings(&one), [""; 0]);
        assert_eq!(content(&tar, "/sparse"), dense());
        assert_eq!(content(&tar, "/after"), b"it");
        // Content means bytes: the same file without holes is the same.
        let same = image(&docker(&[&plain, &tar]).tar());
        assert_eq!(dive_rs::analysis::layer_changes(&same)[1].modified, 0);
    }
    let many: Vec<(u64, u64)> = (0..60).map(|at| (at * 1000, 1)).collect();
    let tar = old_gnu(&many, 60_000, &[b'x'; 60])
        .file("after", "it")
        .end();
    assert_eq!(entry(&layer(&tar), "/after").size, 2);
    let mut expected = vec![0; 60_000];
    expected
        .iter_mut()
        .step_by(1000)
        .for_each(|byte| *byte = b'x');
    assert_eq!(content(&tar, "/sparse"), expected);
}

#[test]
fn a_sparse_file_equals_its_expanded_copy() {
    const SIZE: u64 = 1 << 20;
    let mut bytes = vec![0; 1 << 20];
    bytes[500_000] = b'x';
    bytes[1_000_000] = b'y';
    let plain = RawTar::default().file("sparse", &bytes).end();
    let with_holes = old_gnu(&[(500_000, 1), (1_000_000, 1), (SIZE, 0)], SIZE, b"xy").end();
    let with_others = old_gnu(&[(499_999, 2), (1_000_000, 1), (SIZE, 0)], SIZE, b"\0xy").end();
    let other = old_gnu(&[(500_001, 1), (1_000_000, 1), (SIZE, 0)], SIZE, b"xy").end();
    let all = image(&docker(&[&plain, &with_holes, &with_others, &plain, &other]).tar());
    let modified: Vec<usize> = dive_rs::analysis::layer_changes(&all)
        .iter()
        .map(|changes| changes.modified)
        .collect();
    assert_eq!(modified, [0, 0, 0, 0, 1]);
}

#[test]
fn an_invalid_sparse_map_is_ignored() {
    for pieces in [&[(0, 400)][..], &[(600, 3), (0, 3)], &[(9_999_999, 6)]] {
        let tar = old_gnu(pieces, 10_000, b"aaaabb").file("after", "it").end();
        let image = layer(&tar);
        assert_eq!(entry(&image, "/sparse").size, 6);
        assert_eq!(entry(&image, "/after").size, 2);
        assert!(warnings(&image)[0].contains("a map that does not fit"));
        assert_eq!(content(&tar, "/sparse"), b"aaaabb");
    }
}

#[test]
fn a_hard_link_is_the_path_it_names() {
    let link = |target: &str| {
        RawTar::default()
            .put(&raw("x/l", b'1', 0).link(target), b"")
            .end()
    };
    let base = RawTar::default().file("x/a", "1").end();
    let spelled = ["x/a", "./x/a", "/x/a", "x//a", "x/../x/./a", "x/b"].map(link);
    let layers: Vec<&[u8]> = std::iter::once(&base)
        .chain(&spelled)
        .map(Vec::as_slice)
        .collect();
    let image = image(&docker(&layers).tar());
    let analysis = dive_rs::analysis::Analysis::of(&image, &dive_rs::analysis::BaseHint::default());
    let modified: Vec<usize> = analysis
        .changes
        .iter()
        .map(|changes| changes.modified)
        .collect();
    assert_eq!(modified, [0, 0, 0, 0, 0, 0, 1]);
}
