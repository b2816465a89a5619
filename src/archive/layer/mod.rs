//! One layer: the listing of its tar ([`listing`]), where it is in the archive ([`blobs`]), and its files' contents ([`contents`],
//! [`expected_contents`]).
//! `image` stacks the layers. Re-exports only.

pub(crate) mod blobs;
#[cfg(feature = "cli")]
pub(crate) mod compressed_size;
pub(crate) mod contents;
pub(crate) mod expected_contents;
pub(crate) mod listing;
