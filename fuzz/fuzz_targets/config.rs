//! The target `config`: see src/targets/config.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::config::run(bytes));
