//! The target `keys`: see src/targets/keys.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::keys::run(bytes));
