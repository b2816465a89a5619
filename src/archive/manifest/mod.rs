//! The manifests of an archive: which image is chosen ([`choose`](self::choose)), and what its JSON describes. Reads no layers.
//!
//! Formats: Docker Image Specification v1.2 "Combined Image JSON + Filesystem Changeset Format"; OCI image spec "Image Index", "Image Manifest",
//! "Image Configuration", "Image Layout". Every field is optional: producers leave out almost anything, or write null for it. Declarations only.

mod artifact;
mod build_sources;
mod buildpacks;
pub(super) mod candidate;
pub(super) mod choice;
mod choose;
mod config;
mod docker;
pub(super) mod find_image;
mod json;
pub(super) mod oci;
mod provenance;
pub(super) mod soci;
