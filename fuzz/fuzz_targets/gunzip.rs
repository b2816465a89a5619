//! Any bytes as a gzip layer: one thread and three give the same image, or both an error.

#![no_main]

use dive_rs_fuzz::{agree, image, seekable};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let packed = [&[0x1f, 0x8b, 8][..], bytes].concat();
    let archive = image(&packed);
    agree(&seekable(&archive, 1), &seekable(&archive, 3));
});
