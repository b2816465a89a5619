//! Lists of an image's paths for `dive-rs ls` and `dive-rs du`, as text or as JSON with one object per line. `row` is one line's data; nothing is selected here.
//! Re-exports only.

mod du;
mod ls;
mod row;

pub use du::DuList;
pub(crate) use du::write_du;
pub use ls::LsList;
pub(crate) use ls::write_ls;
pub use row::Sizes;
pub(super) use row::{ListingRow, RowKeys};
