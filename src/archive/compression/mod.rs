//! Compression of archives and layers: detection, decompression of streams, and reading at any offset of a compressed file. Independent of tar, except for the
//! detection of its first block. Declarations only.

pub(crate) mod detect;
pub(crate) mod gzip;
pub(crate) mod seekable;
pub(crate) mod stream_decompressor;
mod zeros;
