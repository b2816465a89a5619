//! Any bytes as the table of contents of a layer in a registry, of eStargz or zstd:chunked: its JSON, or the end of the blob with the footer. It gives an
//! image, and contents where two layers have a path with the same size.

use std::sync::{Arc, LazyLock};

use crate::bundle::digest;
use crate::fixture_tar::pack;
use crate::served::Served;
use crate::{choice, options};
use dive_rs::archive::{Cancel, Input, read};
use dive_rs::image::Compression;
use serde_json::json;

/// Where the table begins: behind the members of the files. A smaller blob would be read without its table.
pub const START: usize = 160 << 10;

/// The contents of the members or frames at the start of the blob.
const CONTENTS: [&[u8]; 3] = [b"hello", b"hello again", &[b'x'; 3000]];

/// The members of both compressions, gzip's first.
static MEMBERS: LazyLock<[(Vec<u8>, Vec<usize>); 2]> =
    LazyLock::new(|| [Compression::Gzip, Compression::Zstd].map(pack_members));

fn pack_members(compression: Compression) -> (Vec<u8>, Vec<usize>) {
    let (mut blob, mut offsets) = (Vec::new(), Vec::new());
    for content in CONTENTS {
        offsets.push(blob.len());
        blob.extend(pack(content, compression));
    }
    (blob, offsets)
}

/// Returns the members of the files, and the offset of each.
pub fn members(compression: Compression) -> &'static (Vec<u8>, Vec<usize>) {
    &MEMBERS[usize::from(compression == Compression::Zstd)]
}

/// Returns a table of contents as a member of eStargz, or as the frame of zstd:chunked without its head.
fn packed(table: &[u8], compression: Compression) -> Vec<u8> {
    if compression == Compression::Zstd {
        return zstd::encode_all(table, 1).expect("memory takes all");
    }
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(table.len() as u64);
    tar.append_data(&mut header, "stargz.index.json", table)
        .expect("memory takes all");
    pack(&tar.into_inner().expect("memory takes all"), compression)
}

/// Returns the footer of a table with a packed length.
pub fn footer(compression: Compression, length: usize) -> Vec<u8> {
    if compression == Compression::Zstd {
        let numbers = [START as u64, length as u64, 0, 1];
        let head = [0x184d_2a50_u32.to_le_bytes(), 40_u32.to_le_bytes()].concat();
        let numbers = numbers.map(u64::to_le_bytes).concat();
        return [&head, &*numbers, b"GNUlInUx"].concat();
    }
    let head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x1a\0SG\x16\0";
    let offset = format!("{START:016x}STARGZ");
    let tail = [1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];
    [head, offset.as_bytes(), &tail].concat()
}

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, rest) = choice(bytes);
    let compression = if first % 2 == 0 {
        Compression::Gzip
    } else {
        Compression::Zstd
    };
    let mut blob = members(compression).0.clone();
    blob.resize(START, 0);
    // The table as the manifest names it: the manifest has the same author as the blob.
    let (sum, place) = if first & 2 == 0 {
        let table = packed(rest, compression);
        let length = table.len();
        let sum = match compression {
            Compression::Zstd => digest(&table),
            _ => digest(rest),
        };
        blob.extend(table);
        blob.extend(footer(compression, length));
        (sum, format!("{START}:{length}:{}:1", rest.len()))
    } else {
        blob.extend_from_slice(rest);
        (digest(rest), format!("{START}:{}:9:1", rest.len()))
    };
    let annotations = match compression {
        Compression::Gzip => json!({"containerd.io/snapshot/stargz/toc.digest": sum}),
        _ if first & 4 == 0 => json!({
            "io.github.containers.zstd-chunked.manifest-checksum": sum,
            "io.github.containers.zstd-chunked.manifest-position": place,
        }),
        _ => json!({"io.github.containers.zstd-chunked.manifest-checksum": sum}),
    };
    // Twice the same layer, as two blobs, so that paths with the same size are compared by their contents. Digests of blobs are not computed where their
    // tables are used.
    let digests = ["7", "8"].map(|digit| format!("sha256:{}", digit.repeat(64)));
    let kind = |kind: &str| format!("application/vnd.oci.image.{kind}");
    let layers = digests.each_ref().map(|digest| {
        json!({
            "mediaType": kind(if compression == Compression::Gzip { "layer.v1.tar+gzip" } else { "layer.v1.tar+zstd" }),
            "digest": digest, "size": blob.len(), "annotations": annotations,
        })
    });
    let config = json!({
        "os": "linux", "architecture": "amd64",
        "rootfs": {"type": "layers", "diff_ids": [digest(b"1"), digest(b"2")]},
    })
    .to_string();
    let manifest = json!({
        "schemaVersion": 2, "mediaType": kind("manifest.v1+json"),
        "config": {"mediaType": kind("config.v1+json"), "digest": digest(config.as_bytes()), "size": config.len()},
        "layers": layers,
    })
    .to_string();
    let index = json!({
        "schemaVersion": 2,
        "manifests": [{"mediaType": kind("manifest.v1+json"), "digest": digest(manifest.as_bytes()), "size": manifest.len()}],
    });
    let documents = [manifest, config].map(String::into_bytes);
    let layers = digests.map(|digest| (digest, blob.clone()));
    let served = Input::Fetched(Arc::new(Served::of(&index, documents, layers)));
    let _ = read(served, &options(), &Cancel::default(), &|_| ());
}
