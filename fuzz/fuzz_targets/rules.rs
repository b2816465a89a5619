//! The target `rules`: see src/targets/rules.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::rules::run(bytes));
