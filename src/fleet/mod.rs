//! Many images at once: what they are, which layers they share, and what could not be read, as rows of a few tables.
//!
//! `input`, `resolved_list` and `kubernetes` parse the list of images, `gather` reads it, `survey` describes the images on several threads, `analyse` reads
//! their files, `journal` records the progress of a run, so that a killed run can be resumed, `collect` puts these together. `layers` reads the layers alone,
//! for runs of several processes. `row` and `tables` are the result, which `read` and `read_parquet` read back from where `layout` finds it: plain data in a
//! fixed order, without times, so that two runs on the same images are equal. `fleet_index` numbers it, `summary` sums it up, and `page` has the lists that
//! reports and the screen show of it. No format of a report is known here. Re-exports only.

mod analyse;
mod collect;
mod collected;
mod columns;
mod deep;
mod deep_summary;
mod fleet_error;
mod fleet_index;
#[cfg(fuzzing)]
pub mod fuzzing;
mod gather;
mod growth;
mod input;
mod journal;
mod kubernetes;
mod layers;
mod layout;
mod outcome;
pub mod page;
mod parquet_pages;
mod read;
mod read_parquet;
mod resolved_list;
mod row;
mod schedule;
mod shard;
mod summary;
mod survey;
mod tables;

pub(crate) use collect::{Collection, collect, resolve};
pub(crate) use collected::Collected;
pub(crate) use columns::{TableCell, TableColumn, TableColumnKind};
pub(crate) use deep::Judge;
pub use deep_summary::{CategorySum, DeepSummary, DuplicateFile, FindingSum, PackageSum, RuleSum};
pub(crate) use fleet_error::{FailedName, FleetError};
pub use fleet_index::{FleetIndex, ImageRowId, LayerRowId};
pub(crate) use gather::{Engines, Lists, gather};
pub use growth::{Growth, NameChange, NamedImages, RunTotals};
pub(crate) use journal::{Journal, JournalError, JournalHeader};
pub(crate) use layers::{LayersRead, read_layers};
pub(crate) use layout::{OutputFolder, RUN_FILE, RunName, TableForm};
pub(crate) use read::{read_folder, read_rows};
pub(crate) use read_parquet::PARQUET_VERSION_KEY;
#[cfg(test)]
pub(crate) use read_parquet::read_parquet;
pub use resolved_list::{PlanLine, PlannedImage};
pub use row::{
    CategoryRow, Depth, ErrorRow, FindingRow, ImageLayerRow, ImageRow, LargeFileRow, LayerRow,
    NameRow, PackageRow, Row, RuleRow, RunRow, SCHEMA_VERSION, Table,
};
pub(crate) use shard::Shard;
pub use summary::{GroupLabel, ImageSums, LayerGroup, PlatformSummary, Sum, Summary};
pub use tables::Tables;
