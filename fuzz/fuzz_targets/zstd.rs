//! The target `zstd`: see src/targets/zstd.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::zstd::run(bytes));
