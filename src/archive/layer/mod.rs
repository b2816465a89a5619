//! One layer: the listing of its tar ([`listing`]), where it is in the archive ([`blobs`]), and its files' contents ([`contents`]).
//! How layers stack is the image room's. This file lists the parts only.

pub(crate) mod blobs;
pub(crate) mod compressed_size;
pub(crate) mod contents;
pub(crate) mod listing;
