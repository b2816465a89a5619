//! Reads an archive into an image: input → store → chosen image → listings → image.
//!
//! [`open`] chooses the reader: [`seekable`] reads the layers of a file or folder in parallel, [`stream`] reads a stream front to back, [`compressed`] a
//! file that is compressed as one piece. [`copied`] copies a stream that is listed already, [`reread`] reads contents of one that was not kept. The other files are
//! the steps that the readers share; they call no reader. Re-exports only.

mod compressed;
pub(super) mod copied;
mod decompress;
mod digests;
mod entry_reader;
mod finish;
mod hash_versions;
mod kept_stream;
mod layer_checks;
mod list_blob;
mod list_entry;
mod list_fetched;
mod listed;
pub(super) mod open;
pub(super) mod options;
mod partial;
mod proven;
pub(super) mod reread;
mod seekable;
mod stream;
mod stream_scan;
mod table_check;
