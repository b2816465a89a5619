//! The target `reports`: see src/targets/reports.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::reports::run(bytes));
