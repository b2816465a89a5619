//! Any bytes as the layer of an image: as they are, in gzip and in zstd. What is read from a file and from a stream agrees.

#![no_main]

use std::io::Write as _;

use dive_rs_fuzz::{agree, image, seekable, stream};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, tar)) = bytes.split_first() else {
        return;
    };
    let layer = match first % 3 {
        0 => tar.to_vec(),
        1 => {
            let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packed.write_all(tar).expect("memory takes all");
            packed.finish().expect("memory takes all")
        }
        _ => zstd::encode_all(tar, 1).expect("memory takes all"),
    };
    let archive = image(&layer);
    agree(&seekable(&archive, 1), &stream(&archive));
});
