//! Many images at once: what they are, which layers they share, and what could not be read, as rows of a few tables.
//!
//! `input` and `kubernetes` parse the list of images, `gather` reads it, `survey` describes the images on several threads, `journal` keeps what is done of
//! a run that may be killed, `collect` puts these together. `row` and `tables` are the result: plain data in a fixed order, without times, so that two runs on the same images are equal.
//! No format of a report is known here. Re-exports only.

mod collect;
mod gather;
mod input;
mod journal;
mod kubernetes;
mod outcome;
mod row;
mod survey;
mod tables;

pub(crate) use collect::{Collection, collect};
pub(crate) use gather::{Engines, Lists, gather};
pub(crate) use input::Inputs;
pub(crate) use journal::{Journal, JournalError, JournalHeader};
pub use row::{
    ErrorRow, ImageLayerRow, ImageRow, LayerRow, NameRow, Row, RunRow, SCHEMA_VERSION, Table,
};
pub use tables::Tables;
