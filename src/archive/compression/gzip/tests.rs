//! Decompression on several cores returns the same bytes as on one, whatever the blob holds.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::reader::GzipReader;
use crate::archive::input::blob::Blob;

fn blob(bytes: &[u8]) -> Blob {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("written");
    Blob::file(file).expect("a blob")
}

fn gzip(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(bytes).expect("compressed");
    encoder.finish().expect("finished")
}

/// The bytes, how many chunks were inserted, and the start bits of those that did not follow another chunk.
struct Outcome {
    bytes: io::Result<Vec<u8>>,
    chunks: usize,
    starts: Vec<u64>,
}

fn decompress(compressed: &[u8], threads: usize, grid: u64) -> Outcome {
    let threads = NonZeroUsize::new(threads).expect("a thread");
    let (mut chunks, mut starts) = (0, Vec::new());
    let mut run = || {
        let mut reader = GzipReader::with_chunk_spacing(blob(compressed), threads, grid, None)?;
        let (mut bytes, mut buf) = (Vec::new(), vec![0; 10_000]);
        while !reader.ended {
            let target = match reader.pending {
                None => reader.workers.target(reader.decoder.position()),
                Some(_) => None,
            };
            let count = reader.step(&mut buf)?;
            if reader.pending.as_ref().is_some_and(|chunk| chunk.done == 0) {
                chunks += 1;
                starts.extend(target);
            }
            bytes.extend_from_slice(&buf[..count]);
        }
        Ok(bytes)
    };
    let bytes = run();
    Outcome {
        bytes,
        chunks,
        starts,
    }
}

/// Words in random order: many matches and many blocks.
fn words(count: usize, mut state: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..count {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        bytes.extend_from_slice(format!("{:x} ", (state >> 44) * 7919 % 60_000).as_bytes());
    }
    bytes
}

#[test]
fn chunks_are_inserted_at_any_bit() {
    let plain = words(1_500_000, 1);
    let compressed = gzip(&plain, 6);
    let outcome = decompress(&compressed, 3, 20_000);
    assert!(outcome.bytes.expect("valid gzip") == plain);
    let bits: BTreeSet<u64> = outcome.starts.iter().map(|bit| bit % 8).collect();
    assert_eq!(bits.len(), 8, "{bits:?}");
    // Workers have two of three cells. Some cells hold no start of a block: blocks can be longer than a cell.
    let cells = compressed.len() / 20_000;
    assert!(outcome.chunks > cells / 3, "{} of {cells}", outcome.chunks);
}

#[test]
fn a_chunk_larger_than_its_limit_is_continued() {
    let mut plain = words(60_000, 2);
    plain.resize(plain.len() + (40 << 20), 0);
    plain.extend(words(60_000, 3));
    let compressed = gzip(&plain, 6);
    let outcome = decompress(&compressed, 2, 10_000);
    assert!(outcome.bytes.expect("valid gzip") == plain);
    assert!(outcome.chunks > 0);
}

#[test]
fn members_follow_each_other_and_zeros_are_padding() {
    let plain = [words(100_000, 4), words(50, 5), words(100_000, 6)];
    let mut compressed: Vec<u8> = plain.iter().flat_map(|plain| gzip(plain, 6)).collect();
    compressed.extend([0; 1000]);
    let outcome = decompress(&compressed, 2, 10_000);
    assert!(outcome.bytes.expect("all of them") == plain.concat());
    compressed.extend(b"something else");
    let other = decompress(&compressed, 2, 10_000)
        .bytes
        .expect_err("no member");
    assert_eq!(other.kind(), io::ErrorKind::InvalidData);
}

#[test]
fn headers_may_have_every_field() {
    let plain = words(1000, 7);
    let compressed = flate2::GzBuilder::new()
        .filename("layer.tar")
        .comment("by hand")
        .extra(vec![1; 300])
        .write(Vec::new(), Compression::fast());
    let mut compressed = compressed;
    compressed.write_all(&plain).expect("compressed");
    let compressed = compressed.finish().expect("finished");
    assert!(decompress(&compressed, 1, 1000).bytes.expect("valid gzip") == plain);
    for end in 0..compressed.len() {
        let error = decompress(&compressed[..end], 1, 1000)
            .bytes
            .expect_err("cut off");
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof, "at {end}");
    }
}

/// Contents of every kind: repeated, random, far back, empty.
fn contents() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        (1..8000_usize, any::<u64>()).prop_map(|(count, seed)| words(count, seed)),
        prop::collection::vec(any::<u8>(), 0..40_000),
        (any::<u8>(), 0..300_000_usize).prop_map(|(byte, len)| vec![byte; len]),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| {
        let once = pieces.concat();
        [&once[..], &once[once.len() / 2..], &once[..once.len() / 3]].concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn decompression_reverses_compression(
        members in prop::collection::vec((contents(), 0..10_u32), 1..4),
        threads in 1..5_usize,
        grid in 500..60_000_u64,
    ) {
        let compressed: Vec<u8> = members.iter().flat_map(|(plain, level)| gzip(plain, *level)).collect();
        let plain: Vec<u8> = members.into_iter().flat_map(|(plain, _)| plain).collect();
        let outcome = decompress(&compressed, threads, grid);
        prop_assert!(outcome.bytes.expect("valid gzip") == plain);
    }

    #[test]
    fn damage_is_an_error_or_changes_nothing(
        plain in contents(),
        level in 1..10_u32,
        at in any::<prop::sample::Index>(),
        bit in 0..8_u32,
        threads in 1..4_usize,
    ) {
        let mut compressed = gzip(&plain, level);
        let at = at.index(compressed.len());
        compressed[at] ^= 1 << bit;
        if let Ok(bytes) = decompress(&compressed, threads, 3000).bytes {
            // Time and system in the header can have any value.
            prop_assert!(bytes == plain);
        }
        let mut oracle = Vec::new();
        let is_valid = MultiGzDecoder::new(&compressed[..]).read_to_end(&mut oracle).is_ok();
        prop_assert!(!is_valid || decompress(&compressed, threads, 3000).bytes.is_ok());
    }
}

/// Decompresses a blob from its start and from every checkpoint; returns how many checkpoints there are.
fn restart_everywhere(plain: &[u8], compressed: &[u8], threads: usize, grid: u64) -> usize {
    let threads = NonZeroUsize::new(threads).expect("a thread");
    let blob = blob(compressed);
    let mut reader = GzipReader::with_checkpoints(blob.clone(), threads, grid).expect("a member");
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).expect("valid gzip");
    assert!(bytes == plain);
    let checkpoints = reader.into_checkpoints();
    for checkpoint in &checkpoints {
        let mut rest = Vec::new();
        let mut reader = GzipReader::from_checkpoint(blob.clone(), checkpoint).expect("a block");
        reader.read_to_end(&mut rest).expect("valid gzip");
        let before = usize::try_from(checkpoint.before).expect("it fits");
        assert!(rest == plain[before..], "from {before}");
    }
    checkpoints.len()
}

#[test]
fn every_checkpoint_returns_the_rest() {
    let plain = words(400_000, 7);
    let compressed = gzip(&plain, 6);
    for threads in [1, 2, 3] {
        let checkpoints = restart_everywhere(&plain, &compressed, threads, 40_000);
        assert!(checkpoints > 10, "{checkpoints} of {threads} threads");
    }
}

#[test]
fn checkpoints_cover_every_member() {
    let parts = [words(100_000, 8), Vec::new(), words(60_000, 9), words(3, 1)];
    let compressed: Vec<u8> = parts.iter().flat_map(|part| gzip(part, 6)).collect();
    for threads in [1, 3] {
        let checkpoints = restart_everywhere(&parts.concat(), &compressed, threads, 40_000);
        assert!(checkpoints > 5, "{checkpoints} of {threads} threads");
    }
}
