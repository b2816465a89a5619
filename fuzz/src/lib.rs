//! What the fuzz targets share: archives around a layer, and readings that must agree. No target is here.

use std::fmt::Write as _;
use std::io::{Cursor, Seek as _, Write as _};
use std::num::NonZeroUsize;

use dive_rs::archive::{Archive, Cancel, Choice, Error, Input, ReadOptions, read};
use dive_rs::image::{Budget, Description};
use sha2::{Digest as _, Sha256};

/// Memory for the index: what would take more is an error, so that the fuzzer's own limit is never reached.
const MEMORY: u64 = 256 << 20;

fn options(threads: usize) -> ReadOptions {
    ReadOptions {
        reference: "fuzz".to_owned(),
        choice: Choice::default(),
        verify: false,
        partial: false,
        expected: Description::default(),
        keep: false,
        hash_versions: true,
        provenance: false,
        shallow: false,
        cache: None,
        budget: Budget::new(MEMORY),
        threads: NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN),
    }
}

/// Reads bytes as a file, on so many threads.
pub fn seekable(bytes: &[u8], threads: usize) -> Result<Archive, Error> {
    let mut file = tempfile::tempfile().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    file.rewind().expect("a file rewinds");
    read(
        Input::File(file),
        &options(threads),
        &Cancel::default(),
        &|_| (),
    )
}

/// Reads bytes as a stream.
pub fn stream(bytes: &[u8]) -> Result<Archive, Error> {
    let input = Input::Stream(Box::new(Cursor::new(bytes.to_vec())));
    // With the digests of its layers: a layer without the zeros that mark a tar's end is checked by its digest, which a file is always read again for.
    let options = ReadOptions {
        partial: true,
        ..options(1)
    };
    read(input, &options, &Cancel::default(), &|_| ())
}

/// Checks that two readings of the same bytes agree.
pub fn agree(one: &Result<Archive, Error>, other: &Result<Archive, Error>) {
    match (one, other) {
        (Ok(one), Ok(other)) => assert_eq!(account(one), account(other)),
        (Err(_), Err(_)) => {}
        (one, other) => panic!(
            "one gives {:?}, the other {:?}",
            one.as_ref().map(account),
            other.as_ref().map(account)
        ),
    }
}

/// Returns paths, sizes and warnings as text.
fn account(archive: &Archive) -> String {
    let image = &archive.image;
    let mut text = format!("{} bytes\n", image.size());
    for layer in &image.layers {
        let changes = &layer.changes;
        for (node, entry) in changes.puts.iter().chain(&changes.whiteouts) {
            let entry = image.entry(*entry);
            let path = image.tree.path(*node);
            let _ = writeln!(
                text,
                "{} {:?} {}",
                path.escape_ascii(),
                entry.kind(),
                entry.size
            );
        }
        let _ = writeln!(text, "{:?}", changes.opaque);
    }
    let _ = writeln!(text, "{:?}", image.warnings);
    text
}

/// Returns an image with one layer, in the layout of `docker save`.
pub fn image(layer: &[u8]) -> Vec<u8> {
    let id = |bytes: &[u8]| {
        Sha256::digest(bytes)
            .iter()
            .fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
    };
    let config = serde_json::json!({
        "os": "linux",
        "architecture": "amd64",
        "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{}", id(layer))]},
    });
    let manifest = serde_json::json!([{"Config": "config.json", "Layers": ["layer.tar"]}]);
    let mut tar = Vec::new();
    file(&mut tar, "config.json", config.to_string().as_bytes());
    file(&mut tar, "layer.tar", layer);
    file(&mut tar, "manifest.json", manifest.to_string().as_bytes());
    tar.resize(tar.len() + 1024, 0);
    tar
}

/// Adds a regular file to a tar (POSIX.1-1988 ustar).
pub fn file(tar: &mut Vec<u8>, name: &str, content: &[u8]) {
    member(tar, name, b'0', "", content);
}

/// Adds a member of any type to a tar.
pub fn member(tar: &mut Vec<u8>, name: &str, kind: u8, target: &str, content: &[u8]) {
    let mut header = [0; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[100..107].copy_from_slice(b"0000644");
    header[108..115].copy_from_slice(b"0000000");
    header[116..123].copy_from_slice(b"0000000");
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[136..147].copy_from_slice(b"00000000000");
    header[156] = kind;
    header[157..157 + target.len()].copy_from_slice(target.as_bytes());
    header[257..265].copy_from_slice(b"ustar\x0000");
    header[148..156].fill(b' ');
    let sum: u32 = header.iter().copied().map(u32::from).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    tar.extend(header);
    tar.extend(content);
    tar.resize(tar.len().next_multiple_of(512), 0);
}
