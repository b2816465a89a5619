//! Any bytes as zstd: as a layer, the same from a file and from a stream; decompressed from any offset, the same as from the start.

use crate::bundle::docker;
use crate::{agree, choice, seekable, stream};
use dive_rs::archive::fuzzing::{decompress, parts};
use dive_rs::image::Compression;

/// Most decompressed bytes.
const MOST: u64 = 4 << 20;

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, rest) = choice(bytes);
    let bytes = &[&[0x28, 0xb5, 0x2f, 0xfd][..], rest].concat()[..];
    if first % 8 == 0 {
        let archive = docker(&[bytes]).tar();
        agree(&seekable(&archive), &stream(&archive));
    }
    let Ok(all) = decompress(bytes, Compression::Zstd, MOST) else {
        return;
    };
    if (all.len() as u64) < MOST {
        let start = all.len() * usize::from(first) / 256;
        let places = [(start as u64, 100), (0, 100), (all.len() as u64, 1)];
        let read = parts(bytes, Compression::Zstd, Vec::new(), &places).expect("valid zstd");
        let end = all.len().min(start + 100);
        assert!(read[0] == all[start..end] && all.starts_with(&read[1]) && read[2].is_empty());
    }
}
