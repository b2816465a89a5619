//! What is fetched by digest from somewhere else: the interface that a registry implements, and its blobs read at any offset. This file lists the parts
//! only.

pub(super) mod fetched;
pub(super) mod interface;
