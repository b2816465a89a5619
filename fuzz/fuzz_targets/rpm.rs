//! The target `rpm`: see src/targets/rpm.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::rpm::run(bytes));
