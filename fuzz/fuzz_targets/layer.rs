//! The target `layer`: see src/targets/layer.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::layer::run(bytes));
