//! Truncated, corrupt and malicious archives: each gives an image or a clear error, never a panic, within the memory of a small machine.
//! Deterministic cases run here; memory-hungry ones run the program under a limit.

#[cfg(target_os = "linux")]
use std::path::Path;
#[cfg(target_os = "linux")]
use std::process::{Command, Output};

use dive_rs::archive::{Cancel, Error, Input, ReadOptions, ReadProgress, read};
use dive_rs::image::Compression;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::bundle::{Bundle, blob, config, docker, index, listed, manifest, oci};
use crate::command::Shell;
use crate::fixture_tar::pack;
use crate::raw_tar::{GNU, RawTar, raw};
use crate::reading::{both, options, seekable, stream, verified};

fn small_layer() -> Vec<u8> {
    RawTar::default()
        .dir("etc/")
        .file("etc/a", "one")
        .pax(b'x', &[("path", "long/".repeat(60).as_bytes())])
        .file("cut", "two")
        .put(&raw("././@LongLink", b'L', 0).magic(GNU), &[b'n'; 200])
        .file("cut", vec![b'3'; 1500])
        .symlink("link", "etc/a")
        .end()
}

fn archives() -> Vec<(&'static str, Vec<u8>)> {
    let layer = small_layer();
    let whiteout = RawTar::default().file("etc/.wh.a", "").end();
    compressed(&layer, docker(&[&layer, &layer, &whiteout]).tar())
}

/// Returns archives of one compressed layer, and an archive as it is and compressed.
pub fn compressed(layer: &[u8], plain: Vec<u8>) -> Vec<(&'static str, Vec<u8>)> {
    let packed = |compression| oci(&[layer], &[&pack(layer, compression)]).tar();
    vec![
        ("gzip layer", packed(Compression::Gzip)),
        ("zstd layer", packed(Compression::Zstd)),
        ("gzip around it", pack(&plain, Compression::Gzip)),
        ("zstd around it", pack(&plain, Compression::Zstd)),
        ("plain", plain),
    ]
}

/// The warning for an archive that may have been cut between two files.
const UNMARKED: &str = "the archive ends without the zeros that mark its end: it may be truncated";

#[test]
fn truncation_anywhere_is_reported() {
    for (what, whole) in archives() {
        let step = if whole.len() > 20_000 { 512 } else { 7 };
        for end in (0..whole.len()).step_by(step) {
            for result in [
                seekable(&whole[..end], &options()),
                stream(&whole[..end], &options()),
            ] {
                match result {
                    Err(error) => assert!(
                        error.hint().is_some() && !error.to_string().is_empty(),
                        "{what} at {end}"
                    ),
                    // Only some of the zero blocks at the end may be missing, with a warning.
                    Ok(archive) => {
                        assert!(
                            whole[end..].iter().all(|&byte| byte == 0) && end % 512 == 0,
                            "{what} is whole at {end} of {}",
                            whole.len()
                        );
                        let warnings = &archive.image.warnings;
                        assert_eq!(warnings[0].text, UNMARKED, "{what} at {end}");
                        assert_eq!(warnings.len(), 1, "{what} at {end}: {warnings:?}");
                    }
                }
            }
        }
    }
}

/// A cut after the last file, in its padding or in the end marker, loses nothing but is still reported.
#[test]
fn a_missing_end_is_detected_by_the_last_block() {
    let layer = small_layer();
    let bundle = docker(&[&layer]).file("last", b"a few bytes");
    let whole = bundle.tar();
    let mark = whole.len() - 1024;
    for end in mark - 501..whole.len() {
        let read = both(&whole[..end], &options());
        if end % 512 == 0 {
            let warnings = read.expect("nothing is lost").image.warnings;
            assert_eq!(warnings.len(), 1, "{end}");
            assert_eq!(warnings[0].text, UNMARKED, "{end}");
        } else {
            let error = read.expect_err("it ends within a block");
            let place = if end < mark { ", in last" } else { "" };
            assert_eq!(
                error,
                format!("the archive is truncated at byte {end}{place}")
            );
        }
    }
    // More than two zero blocks fill up a tape record; anything may follow the end marker.
    for behind in [&[0; 700][..], b"junk"] {
        let archive = both(&[&whole[..], behind].concat(), &options()).expect("it is whole");
        assert!(archive.image.warnings.is_empty());
    }
    // Without the manifest at the end, nothing identifies an image.
    let bundle = Bundle::default().blob(&layer);
    let cut = bundle.tar();
    let end = cut.len() - 1024;
    let error = both(&cut[..end], &options()).expect_err("no manifest");
    assert_eq!(error, format!("the archive is truncated at byte {end}"));
}

/// A layer may end between two entries without an end marker and still be complete: its digest decides.
#[test]
fn a_layer_cut_between_entries_is_detected_by_its_digest() {
    let whole = RawTar::default()
        .file("a", "one")
        .file("b", "two")
        .file("c", vec![b'3'; 600])
        .end();
    // After an entry, in its padding, and after the last one.
    for end in [1024, 2048, 515, 1600, 3584] {
        let cut = &whole[..end];
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            let place = if compression == Compression::None {
                "byte"
            } else {
                "decompressed byte"
            };
            let truncated =
                |layer: &[u8]| format!("layer {} is truncated at {place} {end}", blob(layer));
            let layer = pack(cut, compression);
            let broken = oci(&[&whole], &[&layer]).tar();
            let error = seekable(&broken, &options()).expect_err("it is cut");
            assert_eq!(error.to_string(), truncated(&layer), "{compression:?}");
            // A stream that is kept is read again; any other is hashed only on request.
            let kept = ReadOptions {
                keep: true,
                ..options()
            };
            let error = stream(&broken, &kept).expect_err("it is cut");
            assert_eq!(error.to_string(), truncated(&layer), "{compression:?}");
            for outer in [Compression::Gzip, Compression::Zstd] {
                let error = seekable(&pack(&broken, outer), &options()).expect_err("it is cut");
                let printed = truncated(&layer).replace("at byte", "at decompressed byte");
                assert_eq!(error.to_string(), printed, "{compression:?}");
            }
            let archive = stream(&broken, &options()).expect("nobody knows");
            assert_eq!(archive.image.warnings.len(), 1, "{compression:?} {end}");
            let error = stream(&broken, &verified()).expect_err("it is cut");
            assert_eq!(error.to_string(), truncated(&layer), "{compression:?}");

            let unended = oci(&[cut], &[&layer]).tar();
            let archive = both(&unended, &options()).expect("made like this");
            assert_eq!(archive.image.warnings.len(), 1, "{compression:?} {end}");
            both(&unended, &verified()).expect("made like this");
        }
    }
    // Without its bytes, a blob that is shorter than its manifest states is cut.
    let short = Bundle::default()
        .file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
        .json(
            "index.json",
            &index(&[listed(
                &manifest(&config("amd64", &[&whole]), &[&whole]),
                &json!({}),
            )]),
        )
        .json_blob(&manifest(&config("amd64", &[&whole]), &[&whole]))
        .json_blob(&config("amd64", &[&whole]))
        .file(&blob(&whole), &whole[..1024]);
    let error = both(&short.tar(), &options()).expect_err("it is cut");
    let name = blob(&whole);
    assert_eq!(error, format!("layer {name} is truncated at byte 1024"));
    let nothing = oci(&[&whole], &[b""]).tar();
    let error = both(&nothing, &options()).expect_err("it is cut");
    assert!(error.ends_with(" is truncated at byte 0"), "{error}");
}

/// Both decoders give the same bytes, whatever a member's header or trailer contains.
#[test]
fn a_broken_gzip_header_is_the_same_error_in_files_and_streams() {
    let mut head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    for (at, byte) in [
        (0, 0x1f),
        (2, 5),
        (3, 0x20),
        (3, 0xe0),
        (3, 4),
        (3, 8),
        (3, 16),
        (3, 2),
    ] {
        let before = std::mem::replace(&mut head[at], byte);
        for rest in [&b""[..], b"junk", &[7; 300], &[0; 300], &[0xff; 300]] {
            let bytes = [&head[..], rest].concat();
            let _ = both(&bytes, &options());
            let _ = both(&docker(&[&bytes]).tar(), &options());
        }
        head[at] = before;
    }
}

/// Tapes and disks pad with zeros; anything else after a gzip member or a zstd frame is damage.
#[test]
fn trailing_data_is_the_same_error_in_files_and_streams() {
    let layer = small_layer();
    let (first, second) = layer.split_at(1000);
    let plain = docker(&[&layer]).tar();
    for compression in [Compression::Gzip, Compression::Zstd] {
        let member = pack(&layer, compression);
        let two = [pack(first, compression), pack(second, compression)].concat();
        let outer = pack(&plain, compression);
        for (behind, is_whole) in [
            (&b""[..], true),
            (&[0; 1], true),
            (&[0; 3], true),
            (&[0; 700], true),
            (&vec![0; 300_000], true),
            (b"junk", false),
            (b"\0\0junk", false),
        ] {
            for member in [&member, &two] {
                let layer_and_more = [member, behind].concat();
                let archive = both(&oci(&[&layer], &[&layer_and_more]).tar(), &options());
                assert_eq!(archive.is_ok(), is_whole, "{compression:?} {archive:?}");
            }
            let archive = both(&[&outer, behind].concat(), &options());
            assert_eq!(archive.is_ok(), is_whole, "{compression:?} {archive:?}");
        }
    }
}

/// An offset in decompressed data is not an offset in the file, so the error names the broken file.
#[test]
fn damage_in_compressed_data_is_located() {
    let layer = small_layer();
    let plain = docker(&[&layer]).tar();
    let end = plain.len() / 2;
    let within = (0..plain.len()).step_by(512).rev().find_map(|at| {
        let text = plain[at..].starts_with(b"blobs/").then(|| &plain[at..]);
        let name = text?.split(|&byte| byte == 0).next()?;
        (at < end).then(|| String::from_utf8_lossy(name).into_owned())
    });
    let within = within.expect("a file before the middle");
    let error = both(&plain[..end], &options()).expect_err("it is cut");
    assert_eq!(
        error,
        format!("the archive is truncated at byte {end}, in {within}")
    );
    for compression in [Compression::Gzip, Compression::Zstd] {
        let cut = pack(&plain[..end], compression);
        let error = both(&cut, &options()).expect_err("it is cut");
        let place = format!("decompressed byte {end}, in {within}");
        assert_eq!(error, format!("the archive is truncated at {place}"));
        let broken = oci(&[&layer], &[&pack(&layer[..700], compression)]).tar();
        let error = both(&broken, &options()).expect_err("it is cut");
        assert!(
            error.ends_with(" is truncated at decompressed byte 700"),
            "{error}"
        );
        assert!(error.starts_with("layer blobs/"), "{error}");
    }
}

#[test]
fn double_compression_is_reported() {
    let layer = small_layer();
    let plain = docker(&[&layer]).tar();
    for outer in [Compression::Gzip, Compression::Zstd] {
        for (inner, name) in [(Compression::Gzip, "gzip"), (Compression::Zstd, "zstd")] {
            let archive = pack(&pack(&plain, inner), outer);
            let error = both(&archive, &options()).expect_err("once is enough");
            let printed = format!("is compressed twice: decompressed, it is {name} again");
            assert_eq!(error, format!("the archive {printed}"));
            let twice = pack(&pack(&layer, inner), outer);
            let error = both(&oci(&[&layer], &[&twice]).tar(), &options());
            let error = error.expect_err("once is enough");
            assert_eq!(error, format!("layer {} {printed}", blob(&twice)));
        }
        let error = both(&pack(b"", outer), &options()).expect_err("nothing");
        assert_eq!(error, "the archive is empty");
    }
}

/// Viewing a file after the archive was truncated is an error that names the layer and its offset.
#[cfg(unix)]
#[test]
fn a_file_truncated_while_explored_names_the_layer() {
    use std::os::unix::fs::FileExt as _;

    let layer = RawTar::default().file("a", vec![b'a'; 20_000]).end();
    for (compression, place) in [
        (Compression::None, "byte"),
        (Compression::Gzip, "decompressed byte"),
        (Compression::Zstd, "decompressed byte"),
    ] {
        let blob = pack(&layer, compression);
        let whole = oci(&[&layer], &[&blob]).tar();
        let kept = crate::reading::file(&whole);
        let file = kept.try_clone().expect("the same file");
        let archive = read(Input::File(file), &options(), &Cancel::default(), &|_| ());
        let layers = archive.expect("an image").layers;
        let at = (0..whole.len()).find(|&at| whole[at..].starts_with(&blob));
        let at = at.expect("the blob is in the archive");
        let read = || {
            let only = dive_rs::image::LayerId(0);
            let read = layers.read(only, &[0], &Cancel::default(), |_, _| Ok(true));
            read.expect_err("it is cut").to_string()
        };
        kept.set_len((at + blob.len() / 2) as u64).expect("our own");
        let printed = format!("layer 1 is truncated at {place} ");
        assert!(read().starts_with(&printed), "{}", read());
        // Other bytes may be there by then.
        if compression == Compression::None {
            kept.write_all_at(&[b'x'; 512], at as u64).expect("our own");
            let printed =
                "layer 1 is corrupt after byte 0: the tar entry that was listed there is gone";
            assert!(read().starts_with(printed), "{}", read());
        }
    }
}

#[test]
fn a_garbled_byte_anywhere_is_no_panic() {
    for (what, whole) in archives() {
        let step = if whole.len() > 4_000 { 97 } else { 3 };
        for at in (0..whole.len()).step_by(step) {
            for mask in [0xff, 0x01, 0x80] {
                let mut other = whole.clone();
                other[at] ^= mask;
                for result in [seekable(&other, &options()), stream(&other, &verified())] {
                    if let Err(error) = result {
                        assert!(!error.to_string().contains('\n'), "{what} at {at}: {error}");
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn garbled_bytes_are_no_panic(which in 0_usize..5, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let (_, mut bytes) = archives().swap_remove(which);
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = seekable(&bytes, &options());
        let _ = stream(&bytes, &options());
    }

    #[test]
    fn garbled_layers_are_no_panic(flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut layer = small_layer();
        for (at, byte) in flips {
            let at = at.index(layer.len());
            layer[at] = byte;
            // With a valid checksum, so that the nonsense is read instead of skipped.
            let block = at / 512 * 512;
            if let Ok(mut header) = <[u8; 512]>::try_from(&layer[block..block + 512]) {
                crate::raw_tar::seal(&mut header);
                layer[block..block + 512].copy_from_slice(&header);
            }
        }
        let archive = docker(&[&layer]).tar();
        let _ = both(&archive, &options());
    }

    #[test]
    fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        let _ = both(&bytes, &options());
        let _ = both(&docker(&[&bytes]).tar(), &options());
    }
}

#[test]
fn an_index_in_a_circle_and_one_with_gaps() {
    let layer = small_layer();
    let own = config("amd64", &[&layer]);
    let image = manifest(&own, &[&layer]);
    // A document cannot contain its own digest; a file name can.
    let circle = "blobs/sha256/00";
    let line = json!({"mediaType": "application/vnd.oci.image.index.v1+json", "digest": "sha256:00", "size": 1});
    let looping = index(&[line.clone(), line.clone(), listed(&image, &json!({}))]);
    let bundle = Bundle::default()
        .json("index.json", &index(&[line]))
        .json(circle, &looping)
        .json_blob(&image)
        .json_blob(&own)
        .blob(&layer);
    assert_eq!(
        both(&bundle.tar(), &options())
            .expect("the image in the circle")
            .image
            .layers
            .len(),
        1
    );
    let empty = Bundle::default()
        .json("index.json", &index(&[json!({"digest": "sha256:00"})]))
        .json(circle, &index(&[json!({"digest": "sha256:00"})]));
    assert_eq!(
        both(&empty.tar(), &options()).expect_err("nothing"),
        "index.json lists no image that is in the archive"
    );
    let gaps = index(&[
        json!({}),
        json!(null),
        json!({"digest": null}),
        listed(&image, &json!({"annotations": null, "platform": null})),
    ]);
    let sparse = |gaps: &Value| {
        Bundle::default()
            .json("index.json", gaps)
            .json_blob(&image)
            .json_blob(&own)
            .blob(&layer)
    };
    let error = both(&sparse(&gaps).tar(), &options()).expect_err("null is not a line");
    assert!(error.starts_with("cannot read index.json: "), "{error}");
    let gaps = index(&[
        json!({}),
        json!({"digest": null}),
        json!({"digest": "sha256:77"}),
        listed(&image, &json!({"annotations": null, "platform": null})),
    ]);
    both(&sparse(&gaps).tar(), &options()).expect("the one that is there");
    let wild = index(&[json!({"digest": "sha256:../../../etc/passwd"})]);
    let error = both(&sparse(&wild).tar(), &options()).expect_err("no digest");
    assert!(error.contains("is not a digest"), "{error}");
}

#[test]
fn nearly_empty_configs() {
    let layer = small_layer();
    for own in [
        json!({}),
        json!({"config": null, "history": null, "rootfs": null}),
        json!({"history": [{}, {"empty_layer": true}, {}, {}], "rootfs": {"diff_ids": []}}),
    ] {
        let image = manifest(&own, &[&layer]);
        let bundle = Bundle::default()
            .json("index.json", &index(&[listed(&image, &json!({}))]))
            .json_blob(&image)
            .json_blob(&own)
            .blob(&layer);
        let archive = both(&bundle.tar(), &options()).expect("an image");
        assert_eq!(archive.image.layers.len(), 1);
    }
    let with = |own: &str, tags: Value, layers: Value| {
        let listing = json!([{"Config": "config.json", "RepoTags": tags, "Layers": layers}]);
        let bundle = Bundle::default()
            .json("manifest.json", &listing)
            .file("config.json", own)
            .file("a.tar", &layer);
        both(&bundle.tar(), &options())
    };
    let printed = |own: &str| with(own, json!(null), json!(["a.tar"])).expect_err("no config");
    for own in ["[]", "[{}]", "7", "null", "\"text\"", "not even JSON", ""] {
        let error = printed(own);
        assert!(error.starts_with("cannot read config.json: "), "{error}");
        assert!(!error.contains("struct"), "{error}");
    }
    assert_eq!(
        printed("[]"),
        "cannot read config.json: it is not an object"
    );
    with("{\"history\": 7}", json!(null), json!(["a.tar"])).expect("the rest of it");
    // A byte order mark, as some editors write.
    with("\u{feff}{}", json!(null), json!(["a.tar"])).expect("the text behind it");

    // Layers are identified by digests; anything else is reported in the format's own terms.
    for (rootfs, wrong) in [
        ("7", "rootfs is not an object"),
        ("[]", "rootfs is not an object"),
        ("{\"diff_ids\": {}}", "rootfs.diff_ids is not a list"),
        (
            "{\"diff_ids\": [7]}",
            "rootfs.diff_ids has an item that is not a digest",
        ),
    ] {
        let error = printed(&format!("{{\"rootfs\": {rootfs}}}"));
        let begins = format!("cannot read config.json: {wrong}");
        assert!(error.starts_with(&begins), "{error}");
    }

    // An invalid name is no reason to refuse an image.
    let archive = with("{}", json!([7, null, "app:1", {}]), json!(["a.tar"]));
    assert_eq!(archive.expect("an image").image.about.tags, ["app:1"]);
    with("{}", json!("app:1"), json!(["a.tar"])).expect("an image");

    // Layers that only the config lists do not exist.
    let two = json!({"rootfs": {"diff_ids": ["sha256:00", "sha256:01"]}}).to_string();
    for none in [json!(null), json!([])] {
        let error = with(&two, json!(null), none).expect_err("no layers");
        let wrong = "the manifest lists 0 layers, the config has 2";
        assert_eq!(error, format!("cannot read config.json: {wrong}"));
    }
    let archive = with(&two, json!(null), json!(["a.tar"])).expect("an image");
    let printed = &archive.image.warnings[0].text;
    assert_eq!(printed, "the manifest lists 1 layer, the config has 2");
    let archive = with("{}", json!(null), json!([])).expect("an image of no layers");
    assert!(archive.image.layers.is_empty() && archive.image.warnings.is_empty());
}

#[test]
fn two_thousand_layers() {
    let layers: Vec<Vec<u8>> = (0..2000)
        .map(|at| {
            RawTar::default()
                .file(format!("d{}/f", at % 50), format!("{at}"))
                .end()
        })
        .collect();
    let all: Vec<&[u8]> = layers.iter().map(Vec::as_slice).collect();
    let archive = both(&docker(&all).tar(), &options()).expect("an image");
    assert_eq!(archive.image.layers.len(), 2000);
    // And one blob listed more often than any engine allows.
    let own = config("amd64", &[]);
    let names = vec![blob(small_layer()); 20_000];
    let bundle = Bundle::default()
        .blob(small_layer())
        .file("config.json", own.to_string())
        .json(
            "manifest.json",
            &json!([{"Config": "config.json", "Layers": names}]),
        );
    assert_eq!(
        both(&bundle.tar(), &options()).expect_err("too many"),
        "the image has 20000 layers; at most 10000 are read"
    );
}

#[test]
fn lengths_that_lie() {
    let lies = [4 << 30, u64::MAX, i64::MAX as u64, (1 << 20) + 1];
    for kind in [b'L', b'K', b'x', b'g', b'0', b'S', b'7', b'V'] {
        for size in lies {
            let layer = RawTar::default()
                .file("first", "1")
                .header(&raw("lie", kind, size).magic(GNU))
                .bytes(b"short")
                .0;
            let error = both(&docker(&[&layer]).tar(), &options()).expect_err("it ends early");
            assert!(
                error.starts_with(&format!("layer {} is truncated at byte ", blob(&layer))),
                "{error}"
            );
            let outer = RawTar::default()
                .header(&raw("blobs/sha256/x", kind, size).magic(GNU))
                .bytes(b"short")
                .0;
            let error = both(&outer, &options()).expect_err("it ends early");
            assert!(
                error.starts_with("the archive is truncated at byte "),
                "{error}"
            );
        }
    }
    // A pax header that claims more than it contains.
    for text in [
        "99999999999999999999 path=a\n",
        "5",
        "0 a=b\n",
        "-1 path=x\n",
        "12 path=a\n",
        "7 =\n\n\n\n",
        "11 size=-1\n",
        "29 size=99999999999999999999\n",
        "9 uid=me\n",
    ] {
        let layer = RawTar::default()
            .put(&raw("x", b'x', 0), text.as_bytes())
            .file("a", "1")
            .end();
        let archive = both(&docker(&[&layer]).tar(), &options()).expect("the record behind it");
        let printed = &archive.image.warnings[0].text;
        assert_eq!(
            printed,
            "pax header at byte 0 is malformed and was read in part"
        );
    }
}

/// GNU's base 256 allows sizes beyond 64 bits; the low bytes alone are a different size.
#[test]
fn a_size_beyond_64_bits_is_reported() {
    let mut header = raw("a", b'0', 0).block();
    header[124..136].copy_from_slice(&[0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    crate::raw_tar::seal(&mut header);
    let layer = [&header[..], &RawTar::default().file("b", "1").end()].concat();
    let image = both(&docker(&[&layer]).tar(), &options())
        .expect("the record behind it")
        .image;
    assert_eq!(
        image.warnings[0].text,
        "tar entry at byte 0 has an unreadable size, taken as 0"
    );
}

/// RFC 8878, section 3.1.1.1.2: a frame declares its window, and so the memory it needs.
#[test]
fn a_large_zstd_window_is_not_damage() {
    let window = (31 - 10) << 3;
    let layer = [0x28, 0xb5, 0x2f, 0xfd, 0, window, 1, 0, 0];
    let error = both(&oci(&[b"unknown"], &[&layer]).tar(), &options()).expect_err("2 GiB");
    assert_eq!(
        error,
        format!(
            "the zstd window of layer {} is larger than 134217728 bytes",
            blob(layer)
        )
    );
    let error = both(&layer, &options()).expect_err("2 GiB");
    assert_eq!(
        error,
        "the zstd window of the archive is larger than 134217728 bytes"
    );
}

#[test]
fn names_that_trick_a_terminal_are_kept_and_shown_escaped() {
    let names: [&[u8]; 6] = [
        b"new\nline",
        b"\x1b[2J",
        "ev\u{202e}gpj.exe".as_bytes(),
        b"\xff\xfe",
        b"tab\t",
        b"\x7f",
    ];
    let tar = names
        .iter()
        .fold(RawTar::default(), |tar, name| tar.file(name, "1"));
    let nul = tar
        .pax(b'x', &[("path", b"nul\0nul")])
        .file("cut", "1")
        .pax(b'x', &[("path", &vec![b'p'; 40_000])])
        .file("cut", "1")
        .end();
    let image = both(&docker(&[&nul]).tar(), &options())
        .expect("an image")
        .image;
    assert_eq!(image.layers[0].entry_count, 8);
    for name in names {
        assert!(image.tree.find(name).is_some());
    }
    assert!(image.tree.find(b"nul\0nul").is_some());
    assert!(
        image.warnings[0]
            .text
            .starts_with("1 entry is not listed, with paths longer")
    );
    assert!(
        image
            .warnings
            .iter()
            .all(|warning| !warning.text.contains(char::is_control))
    );
}

#[test]
fn folders_as_deep_as_a_path_can_be() {
    let deep = "a/".repeat(2045) + "file";
    let one = RawTar::default()
        .pax(b'x', &[("path", deep.as_bytes())])
        .file("cut", "1")
        .end();
    let two = RawTar::default().file(".wh.a", "").end();
    let three = RawTar::default().file("a/.wh..wh..opq", "").end();
    let image = both(&docker(&[&one, &two, &one, &three]).tar(), &options())
        .expect("an image")
        .image;
    let end = image.tree.find(deep.as_bytes()).expect("listed");
    assert_eq!(image.tree.depth(end), 2046);
    assert_eq!(image.tree.path(end).len(), 1 + deep.len());
    assert!(
        image
            .timeline
            .at(end, image.top().expect("layers"))
            .is_none()
    );
    let _ = dive_rs::analysis::Analysis::of(&image, &dive_rs::analysis::BaseHint::default());
}

/// Linux opens no path of more than 4095 bytes: what is beyond is counted, and its bytes are hidden.
#[test]
fn paths_longer_than_a_kernel_opens_are_unreachable() {
    let archive = too_long();
    let image = both(&archive, &options()).expect("an image");
    let image = image.image;
    let analysis = dive_rs::analysis::Analysis::of(&image, &dive_rs::analysis::BaseHint::default());
    assert_eq!((image.size(), analysis.visible), (17, 5));
    assert_eq!(analysis.hidden.unreachable, 8);
    assert_eq!(analysis.hidden.bytes(), 12, "hidden and visible are all");
    assert_eq!(analysis.hidden.layers[0].hidden, 12);
    let warnings: Vec<&str> = image.warnings.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(
        warnings,
        ["2 entries are not listed, with paths longer than 4095 bytes, the most that Linux opens"]
    );
    // Rules count them.
    let shell = Shell::new().file("image.tar", archive);
    for (limit, code) in [(12, 0), (11, 1)] {
        let rules = format!(
            "rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: disabled\n  highestHiddenBytes: {limit}B\n"
        );
        std::fs::write(shell.path().join("rules"), rules).expect("ours");
        let ended = shell.run("--ci --ci-config rules image.tar");
        assert_eq!(ended.code, Some(code), "{ended}");
        let is_named = ended
            .stdout
            .contains("no program can open a path this long");
        assert_eq!(is_named, code == 1, "{ended}");
    }
}

/// Returns an archive with two entries of 4 bytes whose paths are too long.
fn too_long() -> Vec<u8> {
    let longest = "a/".repeat(2045) + "file";
    assert_eq!(longest.len() + 1, 4095);
    let tar = ["", "b", "cc"].iter().fold(RawTar::default(), |tar, end| {
        let path = format!("{longest}{end}");
        tar.pax(b'x', &[("path", path.as_bytes())])
            .file("cut", "four")
    });
    // Normal form counts, not how it is written.
    let dotted = format!("{}{longest}", "./".repeat(50));
    let layer = tar
        .pax(b'x', &[("path", dotted.as_bytes())])
        .file("cut", "12345")
        .end();
    docker(&[&layer]).tar()
}

/// A link out of a layout is followed to the blob of that digest, and to no other file.
#[test]
#[cfg(unix)]
fn links_out_of_a_layout_lead_to_blobs_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let layer = small_layer();
    let bundle = oci(&[&layer], &[&layer]);
    let (layout, outside) = (folder.path().join("layout"), folder.path().join("outside"));
    bundle.write(&layout);
    let of_layer = layout.join(blob(&layer));
    std::fs::rename(&of_layer, &outside).expect("ours");
    std::os::unix::fs::symlink(&outside, &of_layer).expect("a link");
    let open = || {
        read(
            Input::Folder(layout.clone()),
            &options(),
            &Cancel::default(),
            &|_| (),
        )
    };
    assert!(open().is_ok(), "as build systems make them");
    std::fs::write(&outside, "root:secret:19000").expect("ours");
    let error = open().expect_err("another file");
    assert!(matches!(error, Error::Digest { .. }), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
}

/// A pipe that nothing writes to is not waited for; one from a shell's `<(…)` is read.
#[test]
#[cfg(target_os = "linux")]
fn files_that_are_named_may_be_pipes_but_not_endless() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo of coreutils").success());
    for option in ["--config", "--ci-config", "--dockerfile", "--scan-report"] {
        for (named, why) in [
            (&pipe, "a pipe that nothing writes to"),
            (&"/dev/zero".into(), ""),
        ] {
            let output = Command::new("timeout")
                .args([
                    "60",
                    env!("CARGO_BIN_EXE_dive-rs"),
                    "--demo",
                    "--ci",
                    option,
                ])
                .arg(named)
                .env_remove("CI")
                .output()
                .expect("timeout of coreutils");
            let printed = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{option}: {printed}");
            assert!(printed.contains(why), "{option}: {printed}");
        }
    }
    let output = Command::new("bash")
        .args([
            "-c",
            r#""$0" --demo --ci --ci-config <(sleep 0.2; echo 'rules: {}') -q"#,
        ])
        .arg(env!("CARGO_BIN_EXE_dive-rs"))
        .output()
        .expect("bash");
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{printed}");
}

/// What many paths imply is bounded by memory: error, layer and amount instead of an abort.
#[test]
#[cfg(target_os = "linux")]
fn more_memory_than_allowed_is_an_error() {
    let deep = |depth: usize| {
        let tar = (0..400).fold(RawTar::default(), |tar, at| {
            let path = format!("{at}/{}end", "a/".repeat(depth));
            tar.pax(b'x', &[("path", path.as_bytes())]).file("cut", "")
        });
        tar.end()
    };
    // Sixteen thousand folders deep, none of which can be opened.
    let unreachable = pack(&deep(16_000), Compression::Gzip);
    let unreachable = run(&oci(&[b"unknown"], &[&unreachable]).tar(), 700, &[]);
    let printed = String::from_utf8_lossy(&unreachable.stderr);
    assert_eq!(unreachable.status.code(), Some(0), "{printed}");
    let text = String::from_utf8_lossy(&unreachable.stdout);
    assert!(text.contains("400 entries are not listed"), "{text}");

    let layer = deep(2000);
    let archive = docker(&[&layer]).tar();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("image.tar");
    std::fs::write(&file, &archive).expect("room for a test");
    for through_stdin in [false, true] {
        let mut command = Command::new("prlimit");
        command
            .arg(format!("--as={}", 700 << 20))
            .arg(env!("CARGO_BIN_EXE_dive-rs"))
            .args(["--ci", "--max-memory", "10MB"])
            .env_remove("CI");
        if through_stdin {
            let file = std::fs::File::open(&file).expect("ours");
            command.arg("-").stdin(file);
        } else {
            command.arg(&file);
        }
        let output = command.output().expect("prlimit of util-linux");
        let printed = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{printed}");
        let name = blob(&layer);
        let expected = format!("layer {name} takes more than the allowed 10.0 MB of memory");
        assert!(printed.contains(&expected), "{printed}");
        assert!(printed.contains("all of it would take about "), "{printed}");
        assert!(
            printed.contains("hint: --max-memory SIZE allows more"),
            "{printed}"
        );
    }
}

/// Documents whose parts take many times their bytes.
#[test]
#[cfg(target_os = "linux")]
fn large_documents_fit_in_little_memory() {
    let layer = small_layer();
    let many = |open: &str, item: &str, close: &str| {
        let items = vec![item; (12 << 20) / (item.len() + 1)].join(",");
        format!("{open}{items}{close}")
    };
    let config = [
        many(r#"{"os":"linux","history":["#, "{}", "]}"),
        many(r#"{"os":"linux","rootfs":{"diff_ids":["#, r#""""#, "]}}"),
        many(r#"{"os":"linux","config":{"Env":["#, r#""""#, "]}}"),
    ];
    let manifests = [
        many("[", "{}", "]"),
        many("[", r#"{"Config":"c"}"#, "]"),
        many(r#"[{"Config":"config.json","Layers":["#, r#""a""#, "]}]"),
        "[".repeat(12 << 20),
    ];
    let good = json!([{"Config": "config.json", "Layers": ["layer.tar"]}]).to_string();
    let documents = config.iter().map(|config| (config.as_str(), good.as_str()));
    let documents = documents.chain(manifests.iter().map(|manifest| ("{}", manifest.as_str())));
    for (at, (config, manifest)) in documents.enumerate() {
        let archive = Bundle::default()
            .file("config.json", config)
            .file("layer.tar", &layer)
            .file("manifest.json", manifest);
        let output = run(&archive.tar(), 600, &[]);
        let printed = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{at}: {printed}");
        assert!(
            printed.contains("is larger than 4194304 bytes"),
            "{at}: {printed}"
        );
    }
}

/// Without another thread the available ones do the work, or the program ends with an error.
#[test]
#[cfg(target_os = "linux")]
fn too_few_threads_are_no_panic() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    // As another user without processes; the limit does not apply to root.
    let folder = tempfile::tempdir().expect("a folder");
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).expect("our own folder");
    let program = folder.path().join("dive-rs");
    std::fs::copy(env!("CARGO_BIN_EXE_dive-rs"), &program).expect("room for a test");
    let layer = small_layer();
    let of = |compression| oci(&[&layer], &[&pack(&layer, compression)]).tar();
    let gzip = of(Compression::Gzip);
    let archives = [
        pack(&gzip, Compression::Gzip),
        pack(&gzip, Compression::Zstd),
        of(Compression::Zstd),
        gzip,
    ];
    let archive = folder.path().join("image.tar");
    for (most, bytes) in (1..6).flat_map(|most| archives.iter().map(move |bytes| (most, bytes))) {
        std::fs::write(&archive, bytes).expect("room for a test");
        let limit = format!("--nproc={most}");
        let mut command = if is_root {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=54321", "--clear-groups", "prlimit", &limit]);
            command
        } else {
            let mut command = Command::new("prlimit");
            command.arg(&limit);
            command
        };
        let output = command
            .arg(&program)
            .args(["--report", "text"])
            .arg(&archive)
            .env_remove("CI")
            .output()
            .expect("prlimit and setpriv of util-linux");
        let printed = String::from_utf8_lossy(&output.stderr);
        match output.status.code() {
            Some(0) => assert!(printed.is_empty(), "{most}: {printed}"),
            // Two threads are always needed: one for signals, one for work.
            code => {
                assert_eq!(code, Some(2), "{most}: {printed}");
                assert!(most < 3, "{most}: {printed}");
                let lines: Vec<&str> = printed.lines().collect();
                assert_eq!(lines[0], "error: cannot start a thread", "{most}");
                let hint = lines[lines.len() - 1];
                assert!(
                    hint.starts_with("hint: ") && hint.contains("ulimit"),
                    "{most}: {printed}"
                );
            }
        }
    }
}

/// Runs the program on an archive under a memory limit.
#[cfg(target_os = "linux")]
fn run(bytes: &[u8], megabytes: u64, before: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("image.tar");
    std::fs::write(&file, bytes).expect("room for a test");
    run_at(&file, megabytes, before)
}

/// Returns a command that runs what follows with so much memory.
#[cfg(target_os = "linux")]
pub fn limited(megabytes: u64) -> Command {
    let mut command = Command::new("prlimit");
    command.arg(format!("--as={}", megabytes << 20));
    command.env_remove("CI");
    command
}

#[cfg(target_os = "linux")]
fn run_at(file: &Path, megabytes: u64, before: &[&str]) -> Output {
    limited(megabytes)
        .args(before)
        .arg(env!("CARGO_BIN_EXE_dive-rs"))
        .args(["--report", "text"])
        .arg(file)
        .output()
        .expect("prlimit of util-linux")
}

#[test]
#[cfg(target_os = "linux")]
fn bombs_fit_in_little_memory() {
    let zeros = |megabytes: usize| vec![0_u8; megabytes << 20];
    // A gigabyte of zeros after a layer, compressed to a megabyte.
    let huge = |kind: u8, count: usize| {
        let mut layer = Vec::new();
        for _ in 0..count {
            layer.extend(RawTar::default().header(&raw("x", kind, 16 << 20)).0);
            layer.extend(zeros(16));
        }
        pack(
            &[layer, RawTar::default().file("a", "1").end()].concat(),
            Compression::Gzip,
        )
    };
    // A link's target or a pax header of a mebibyte, thousands of times.
    let links = (0..2000).fold(RawTar::default(), |tar, at| {
        let target = vec![b'a'; 1 << 18];
        tar.put(&raw("././@LongLink", b'K', 0).magic(GNU), &target)
            .symlink(format!("link{at}"), "cut")
    });
    let global = (0..20_000).fold(
        RawTar::default().pax(b'g', &[("SCHILY.xattr.user.a", &vec![b'x'; 1 << 19])]),
        |tar, at| tar.file(format!("f{at}"), ""),
    );
    let bombs = [
        ("names", huge(b'L', 8)),
        ("pax", huge(b'x', 8)),
        ("global pax", huge(b'g', 8)),
        ("content", huge(b'0', 8)),
        ("links", pack(&links.end(), Compression::Gzip)),
        ("global attributes", global.end()),
    ];
    for (what, layer) in bombs {
        let unpacked = oci(&[b"unknown"], &[&layer]).tar();
        let output = run(&unpacked, 1500, &[]);
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 2)),
            "{what}: {:?} {printed}",
            output.status
        );
        assert!(!printed.contains("panicked"), "{what}: {printed}");
    }
}

/// The truncated and corrupt cases above, again under a memory limit.
#[test]
#[cfg(target_os = "linux")]
fn damaged_archives_fit_in_little_memory() {
    let tests = [
        "hostile::truncation_anywhere_is_reported",
        "hostile::a_garbled_byte_anywhere_is_no_panic",
        "hostile::garbled_bytes_are_no_panic",
        "hostile::garbled_layers_are_no_panic",
        "hostile::any_bytes_are_no_panic",
    ];
    let output = Command::new("prlimit")
        .arg(format!("--as={}", 600_u64 << 20))
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", "--test-threads=1"])
        .args(tests)
        .output()
        .expect("prlimit of util-linux");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(printed.contains("test result: ok. 5 passed"), "{printed}");
}

#[test]
#[cfg(target_os = "linux")]
fn two_blobs_stacked_again_and_again_fit_in_memory() {
    let one = (0..8).fold(RawTar::default(), |tar, at| {
        let deep = format!("a/{at}/{}end", "a/".repeat(2000));
        tar.pax(b'x', &[("path", deep.as_bytes())]).file("cut", "1")
    });
    let one = one.end();
    let two = RawTar::default().file(".wh.a", "").end();
    let names: Vec<String> = (0..9_000)
        .map(|at| if at % 2 == 0 { blob(&one) } else { blob(&two) })
        .collect();
    let bundle = Bundle::default()
        .blob(&one)
        .blob(&two)
        .file("config.json", "{}")
        .json(
            "manifest.json",
            &json!([{"Config": "config.json", "Layers": names}]),
        );
    let output = run(&bundle.tar(), 6000, &[]);
    let printed = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    assert!(printed.contains("the image is too large"), "{printed}");
}

#[test]
#[cfg(target_os = "linux")]
fn an_unreadable_folder_is_reported() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let layout = folder.path().join("layout");
    let layer = small_layer();
    oci(&[&layer], &[&layer]).write(&layout);
    let open = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("ours");
    };
    open(folder.path(), 0o755);
    open(&layout.join("blobs"), 0o000);
    let Some(before) = crate::command::unprivileged() else {
        return;
    };
    let output = run_at(&layout, 4000, before);
    let printed = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    assert!(printed.contains("ermission denied"), "{printed}");
    open(&layout.join("blobs"), 0o755);
}

#[test]
fn a_sparse_file_of_eight_exbibytes_is_bounded() {
    let size = (i64::MAX as u64).to_string();
    let records = [
        ("GNU.sparse.size", size.as_bytes()),
        ("GNU.sparse.map", b"0,1"),
        ("GNU.sparse.name", b"huge"),
    ];
    let layer = RawTar::default().pax(b'x', &records).file("x", "h").end();
    let other = RawTar::default().pax(b'x', &records).file("x", "H").end();
    let image = both(&docker(&[&layer, &other, &layer]).tar(), &options())
        .expect("an image")
        .image;
    assert_eq!(
        image.size(),
        u64::MAX,
        "sums stop at the end of the numbers"
    );
    let changes = dive_rs::analysis::layer_changes(&image);
    assert_eq!((changes[1].modified, changes[2].modified), (1, 1));
}

#[test]
fn endless_zeros_are_no_archive() {
    let observed = std::sync::atomic::AtomicU64::new(0);
    let zeros = Input::Stream(Box::new(std::io::repeat(0)));
    let endless = read(zeros, &options(), &Cancel::default(), &|progress| {
        if let ReadProgress::Stream { done: bytes, .. } = progress {
            observed.store(bytes, std::sync::atomic::Ordering::Relaxed);
        }
    });
    assert!(matches!(endless, Err(Error::NotTar { .. })), "{endless:?}");
    assert!(observed.into_inner() <= 80 << 20, "some zeros are enough");

    let hollow = tempfile::tempfile().expect("a temporary file");
    hollow.set_len(1 << 40).expect("a file of holes");
    let hollow = read(Input::File(hollow), &options(), &Cancel::default(), &|_| ());
    assert!(matches!(hollow, Err(Error::NotTar { .. })), "{hollow:?}");

    // An empty tar is a layer, however long its padding.
    let padded = docker(&[&vec![0; 2 << 20]]).tar();
    assert_eq!(both(&padded, &options()).expect("an image").image.size(), 0);
}
