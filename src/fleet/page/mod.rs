//! What reports and the screen show of a run, as pages: lists with a title, columns, rows, and what is behind each row. `overview` has the lists of every report in
//! their one order; the others are opened from a number and total exactly that number. Words and numbers; no format, no colour, no width of a terminal.
//! Re-exports only.

mod cell;
mod deep;
mod drill;
mod facts;
mod image;
mod list;
mod overview;

pub use cell::{Cell, Change};
pub use facts::FleetFacts;
pub use list::{List, ListColumn, ListColumnKind, ListKind, Page, PageTarget, Subject, Total};
