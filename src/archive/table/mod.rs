//! Tables of contents of layers, from eStargz, zstd:chunked and SOCI: the files of a layer and the parts of its blob that hold their contents, known after
//! fetching about one percent of the blob. Declarations only.
//!
//! - `table_ref`: a layer's table as the manifest names it; `soci_index`: SOCI's index of tables.
//! - `fetch_table`: the table's bytes, fetched and checked.
//! - `entries`: the JSON of eStargz and zstd:chunked, as a listing and the parts of the blob.
//! - `parts`: the contents of the files, fetched when they are read.
//! - `flatbuffer`, `ztoc`: SOCI's table, as a listing and the spans of the blob.
//! - `spans`: the tar of such a blob, fetched when it is read; `windows`: whether the table is right about the bytes before each span.

pub(crate) mod entries;
pub(crate) mod fetch_table;
mod flatbuffer;
pub(crate) mod parts;
pub(crate) mod soci_index;
pub(crate) mod spans;
pub(crate) mod table_ref;
pub(crate) mod windows;
pub(crate) mod ztoc;
