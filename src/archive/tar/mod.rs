//! One tar, entry by entry, whatever dialect it is written in: [`reader`] goes from header to header, [`content`] reads what follows them. Independent of
//! layers and compression. Declarations only.

pub(crate) mod content;
pub(crate) mod error;
pub(crate) mod header;
pub(crate) mod modified;
pub(crate) mod pax;
pub(crate) mod reader;
pub(crate) mod sparse;
pub(crate) mod warning;
