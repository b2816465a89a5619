//! One file per target, which checks what no input may cause.

pub mod archive;
pub mod config;
pub mod fleet;
pub mod gunzip;
pub mod jar;
pub mod keys;
pub mod layer;
pub mod layout;
pub mod packages;
pub mod programs;
pub mod registry;
pub mod reports;
pub mod rpm;
pub mod rules;
pub mod scan;
pub mod table;
pub mod zstd;
pub mod ztoc;
