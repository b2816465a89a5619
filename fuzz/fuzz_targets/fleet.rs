//! The target `fleet`: see src/targets/fleet.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::fleet::run(bytes));
