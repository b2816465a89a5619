//! Any bytes as gzip: one thread, three threads with small chunks, and the decompressor of streams give the same bytes, or all an error. Decompression
//! from every checkpoint gives the rest.

use std::num::NonZeroUsize;

use crate::choice;
use dive_rs::archive::fuzzing::{decompress, gunzip, gunzip_from, parts};
use dive_rs::image::Compression;

/// Most decompressed bytes.
const MOST: u64 = 4 << 20;

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, rest) = choice(bytes);
    let grid = u64::from(first) * 8 + 16;
    let bytes = &[&[0x1f, 0x8b, 8][..], rest].concat()[..];
    let run = |threads| {
        let threads = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
        gunzip(bytes, threads, grid, MOST)
    };
    let (one, three) = (run(1), run(3));
    let stream = decompress(bytes, Compression::Gzip, MOST);
    assert_eq!(one.is_ok(), three.is_ok(), "{one:?} {three:?}");
    assert_eq!(one.is_ok(), stream.is_ok(), "{one:?} {stream:?}");
    let (Ok((one, _)), Ok((three, checkpoints)), Ok(stream)) = (one, three, stream) else {
        return;
    };
    assert!(one == three && one == stream);
    for checkpoint in &checkpoints {
        let (_, before, _) = checkpoint.parts();
        let before = usize::try_from(before).expect("it fits");
        if before <= one.len() {
            let rest = gunzip_from(bytes, checkpoint, MOST - before as u64);
            assert!(rest.expect("valid gzip") == one[before..], "from {before}");
        }
    }
    if (one.len() as u64) < MOST {
        let middle = one.len() / 2;
        let places = [(middle as u64, 100), (0, 100), (one.len() as u64, 1)];
        let read = parts(bytes, Compression::Gzip, checkpoints, &places).expect("valid gzip");
        let end = one.len().min(middle + 100);
        assert!(read[0] == one[middle..end] && one.starts_with(&read[1]) && read[2].is_empty());
    }
}
