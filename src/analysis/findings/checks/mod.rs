//! One file for each check: it reads the [`ImageContext`](super::image_context::ImageContext) and returns findings. No check depends on the result of another
//! one.

pub(super) mod build_tools;
pub(super) mod development_files;
pub(super) mod documents;
pub(super) mod duplicates;
pub(super) mod hidden;
pub(super) mod leftover_caches;
pub(super) mod package_records;
pub(super) mod permissions;
pub(super) mod recommended_packages;
pub(super) mod secrets;
pub(super) mod smaller_base;
pub(super) mod unstripped;
