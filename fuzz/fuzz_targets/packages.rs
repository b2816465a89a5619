//! The target `packages`: see src/targets/packages.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::packages::run(bytes));
