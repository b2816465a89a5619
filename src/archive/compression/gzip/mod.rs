//! gzip of a blob, decompressed on several cores ([`reader`]), and checkpoints from which decompression can restart. Format: RFC 1952.
//! `stream_decompressor` reads streams, which cannot be read ahead. Re-exports only.

mod block_search;
pub(crate) mod checkpoint;
mod chunk;
mod chunk_workers;
mod deflate;
pub(crate) mod format;
mod header;
pub(crate) mod reader;
#[cfg(test)]
mod tests;
