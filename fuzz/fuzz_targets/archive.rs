//! The target `archive`: see src/targets/archive.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::archive::run(bytes));
