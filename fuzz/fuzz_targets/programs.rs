//! The target `programs`: see src/targets/programs.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::programs::run(bytes));
