//! Compression of archives and layers: detection, decompression of streams, and reading at any offset of a compressed file.
//! Knows no tar beyond what a tar's first block looks like. Declarations only.

pub(crate) mod detect;
pub(crate) mod gzip;
pub(crate) mod seekable;
pub(crate) mod stream_decompressor;
mod zeros;
