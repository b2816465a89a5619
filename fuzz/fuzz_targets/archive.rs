//! Any bytes are an archive or an error, the same from a file and from a stream.

#![no_main]

use dive_rs_fuzz::{agree, seekable, stream};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| agree(&seekable(bytes, 1), &stream(bytes)));
