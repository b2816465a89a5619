//! The target `gunzip`: see src/targets/gunzip.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::gunzip::run(bytes));
