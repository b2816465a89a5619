//! Bytes to read: at any offset ([`blob`]), in order ([`byte_source`]), ahead on another thread, counted, or copied to disk while they pass. Independent of
//! formats. Declarations only.

pub(crate) mod blob;
pub(crate) mod byte_source;
pub(crate) mod counting_reader;
pub(crate) mod file_identity;
pub(crate) mod read_ahead;
pub(crate) mod read_at;
pub(crate) mod read_buffer;
pub(crate) mod stream_copy;
