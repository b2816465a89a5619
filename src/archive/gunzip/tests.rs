//! What is unpacked ahead is what is unpacked in order, whatever the blob is made of.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::Gunzip;
use crate::archive::blob::Blob;

fn blob(bytes: &[u8]) -> Blob {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).expect("written");
    Blob::whole(file).expect("a blob")
}

fn gzip(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::new(level));
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("finished")
}

/// What came out, how many chunks were put in, and at which bits those of them began that followed no other.
struct Unpacked {
    bytes: io::Result<Vec<u8>>,
    chunks: usize,
    starts: Vec<u64>,
}

fn unpack(packed: &[u8], threads: usize, grid: u64) -> Unpacked {
    let threads = NonZeroUsize::new(threads).expect("a thread");
    let (mut chunks, mut starts) = (0, Vec::new());
    let mut run = || {
        let mut gunzip = Gunzip::on_grid(blob(packed), threads, grid, None)?;
        let (mut bytes, mut buf) = (Vec::new(), vec![0; 10_000]);
        while !gunzip.ended {
            let target = match gunzip.spliced {
                None => gunzip.ahead.target(gunzip.decoder.position()),
                Some(_) => None,
            };
            let count = gunzip.step(&mut buf)?;
            if gunzip.spliced.as_ref().is_some_and(|chunk| chunk.done == 0) {
                chunks += 1;
                starts.extend(target);
            }
            bytes.extend_from_slice(&buf[..count]);
        }
        Ok(bytes)
    };
    let bytes = run();
    Unpacked {
        bytes,
        chunks,
        starts,
    }
}

/// Words in no order, so that much is found again and blocks are many.
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
fn chunks_are_put_in_whichever_bit_they_begin_at() {
    let plain = words(1_500_000, 1);
    let packed = gzip(&plain, 6);
    let unpacked = unpack(&packed, 3, 20_000);
    assert!(unpacked.bytes.expect("it is whole") == plain);
    let bits: BTreeSet<u64> = unpacked.starts.iter().map(|bit| bit % 8).collect();
    assert_eq!(bits.len(), 8, "{bits:?}");
    // Two of three places are the workers'. Some find no block of their own, since blocks may be longer than the grid is wide.
    let places = packed.len() / 20_000;
    assert!(
        unpacked.chunks > places / 3,
        "{} of {places}",
        unpacked.chunks
    );
}

#[test]
fn a_chunk_that_unpacks_to_more_than_it_may_hold_is_gone_on_with() {
    let mut plain = words(60_000, 2);
    plain.resize(plain.len() + (40 << 20), 0);
    plain.extend(words(60_000, 3));
    let packed = gzip(&plain, 6);
    let unpacked = unpack(&packed, 2, 10_000);
    assert!(unpacked.bytes.expect("it is whole") == plain);
    assert!(unpacked.chunks > 0);
}

#[test]
fn members_follow_each_other_and_zeros_end_them() {
    let plain = [words(100_000, 4), words(50, 5), words(100_000, 6)];
    let mut packed: Vec<u8> = plain.iter().flat_map(|plain| gzip(plain, 6)).collect();
    packed.extend([0; 1000]);
    let unpacked = unpack(&packed, 2, 10_000);
    assert!(unpacked.bytes.expect("all of them") == plain.concat());
    packed.extend(b"something else");
    let other = unpack(&packed, 2, 10_000).bytes.expect_err("no member");
    assert_eq!(other.kind(), io::ErrorKind::InvalidData);
}

#[test]
fn headers_may_have_every_field() {
    let plain = words(1000, 7);
    let packed = flate2::GzBuilder::new()
        .filename("layer.tar")
        .comment("by hand")
        .extra(vec![1; 300])
        .write(Vec::new(), Compression::fast());
    let mut packed = packed;
    packed.write_all(&plain).expect("packed");
    let packed = packed.finish().expect("finished");
    assert!(unpack(&packed, 1, 1000).bytes.expect("it is whole") == plain);
    for end in 0..packed.len() {
        let error = unpack(&packed[..end], 1, 1000).bytes.expect_err("cut off");
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
    fn it_unpacks_what_was_packed(
        members in prop::collection::vec((contents(), 0..10_u32), 1..4),
        threads in 1..5_usize,
        grid in 500..60_000_u64,
    ) {
        let packed: Vec<u8> = members.iter().flat_map(|(plain, level)| gzip(plain, *level)).collect();
        let plain: Vec<u8> = members.into_iter().flat_map(|(plain, _)| plain).collect();
        let unpacked = unpack(&packed, threads, grid);
        prop_assert!(unpacked.bytes.expect("it is whole") == plain);
    }

    #[test]
    fn what_is_damaged_is_never_taken_for_something_else(
        plain in contents(),
        level in 1..10_u32,
        at in any::<prop::sample::Index>(),
        bit in 0..8_u32,
        threads in 1..4_usize,
    ) {
        let mut packed = gzip(&plain, level);
        let at = at.index(packed.len());
        packed[at] ^= 1 << bit;
        if let Ok(bytes) = unpack(&packed, threads, 3000).bytes {
            // Time and system in the header may be anything.
            prop_assert!(bytes == plain);
        }
        let mut oracle = Vec::new();
        let whole = MultiGzDecoder::new(&packed[..]).read_to_end(&mut oracle).is_ok();
        prop_assert!(!whole || unpack(&packed, threads, 3000).bytes.is_ok());
    }
}

/// Unpacks a blob whole, and again from every mark; returns how many there were.
fn again_from_marks(plain: &[u8], packed: &[u8], threads: usize, grid: u64) -> usize {
    let threads = NonZeroUsize::new(threads).expect("a thread");
    let blob = blob(packed);
    let mut gunzip = Gunzip::marking(blob.clone(), threads, grid).expect("a member");
    let mut bytes = Vec::new();
    gunzip.read_to_end(&mut bytes).expect("it is whole");
    assert!(bytes == plain);
    let marks = gunzip.into_marks();
    for mark in &marks {
        let mut rest = Vec::new();
        let mut gunzip = Gunzip::from_mark(blob.clone(), mark).expect("a block");
        gunzip.read_to_end(&mut rest).expect("it is whole");
        let before = usize::try_from(mark.before).expect("it fits");
        assert!(rest == plain[before..], "from {before}");
    }
    marks.len()
}

#[test]
fn from_every_mark_comes_the_rest() {
    let plain = words(400_000, 7);
    let packed = gzip(&plain, 6);
    for threads in [1, 2, 3] {
        let marks = again_from_marks(&plain, &packed, threads, 40_000);
        assert!(marks > 10, "{marks} of {threads} threads");
    }
}

#[test]
fn marks_reach_into_every_member() {
    let parts = [words(100_000, 8), Vec::new(), words(60_000, 9), words(3, 1)];
    let packed: Vec<u8> = parts.iter().flat_map(|part| gzip(part, 6)).collect();
    for threads in [1, 3] {
        let marks = again_from_marks(&parts.concat(), &packed, threads, 40_000);
        assert!(marks > 5, "{marks} of {threads} threads");
    }
}
