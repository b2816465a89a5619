//! The target `scan`: see src/targets/scan.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::scan::run(bytes));
