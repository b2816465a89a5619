//! The target `layout`: see src/targets/layout.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::layout::run(bytes));
