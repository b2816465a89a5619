//! Tables of contents of layers, from eStargz and zstd:chunked: the files of a layer and the parts of its blob that hold their contents, known after
//! fetching a few percent of the blob. Declarations only.
//!
//! - `table_ref`: what a manifest says about a layer's table.
//! - `fetch_table`: the table's bytes, fetched and checked.
//! - `entries`: the table's JSON, as a listing and the parts of the blob.
//! - `parts`: the contents of the files, fetched when they are read.

pub(crate) mod entries;
pub(crate) mod fetch_table;
pub(crate) mod parts;
pub(crate) mod table_ref;
