//! The target `jar`: see src/targets/jar.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::jar::run(bytes));
