//! The target `registry`: see src/targets/registry.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::registry::run(bytes));
