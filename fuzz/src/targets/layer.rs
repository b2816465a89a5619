//! Any bytes as the layer of an image: as they are, in gzip and in zstd. What is read from a file and from a stream agrees.

use crate::bundle::docker;
use crate::fixture_tar::pack;
use crate::{agree, choice, seekable, stream};
use dive_rs::image::Compression;

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, tar) = choice(bytes);
    let layer = match first % 3 {
        0 => tar.to_vec(),
        1 => pack(tar, Compression::Gzip),
        _ => zstd::encode_all(tar, 1).expect("memory takes all"),
    };
    let archive = docker(&[&layer]).tar();
    agree(&seekable(&archive), &stream(&archive));
}
