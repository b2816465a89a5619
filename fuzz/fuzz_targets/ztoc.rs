//! The target `ztoc`: see src/targets/ztoc.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::ztoc::run(bytes));
