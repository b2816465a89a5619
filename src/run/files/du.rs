//! `dive-rs du`: the versions of paths → the sums of folders.

use super::operands::operands;
use super::{Stopped, rows, to_stdout, versions};
use crate::cli::{DuOptions, FilePlan};
use crate::failure::Failure;
use crate::image::LastLink;
use crate::load::Loaded;
use crate::query::PathVersions;
use crate::report::{DuList, write_du};

/// Lists sums.
pub(super) fn run(plan: &FilePlan, loaded: &Loaded, options: &DuOptions) -> Result<(), Failure> {
    let versions = versions(plan, loaded)?;
    let rows = rows(plan, loaded, &versions)?;
    let rows = PathVersions(&rows);
    let list = DuList {
        versions,
        rows,
        operands: &operands(plan, &versions, rows, LastLink::Followed)?,
        all: options.all,
        depth: options.depth,
        json: options.json,
        sizes: options.sizes,
    };
    to_stdout(|out| write_du(&list, out).map_err(Stopped::Writing))
}
