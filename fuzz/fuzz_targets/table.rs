//! The target `table`: see src/targets/table.rs.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dive_rs_fuzz::targets::table::run(bytes));
