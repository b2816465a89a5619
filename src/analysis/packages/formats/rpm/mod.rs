//! rpm's database in each of its forms: `rpmdb.sqlite` since 2020, `Packages.db` at SUSE, `Packages` before. All hold one header a package; where the
//! headers stand is the forms' to say. Read here, because what there is to read it with wants the file on disk and trusts what it says of itself. Pure; nothing in a
//! database can make this panic, or hold much more than the database.

mod bdb;
mod header;
mod ndb;
mod sqlite;

use crate::analysis::packages::package::NameVersion;

/// The most bytes that the paths of all files may have together: a folder is written once and stands in many paths.
const MOST: usize = 128 << 20;

/// A package with the paths of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis::packages) struct RpmPackage {
    pub(in crate::analysis::packages) named: NameVersion,
    /// The machine it is for; nothing for what a key is kept as.
    pub(in crate::analysis::packages) architecture: String,
    pub(in crate::analysis::packages) files: Vec<Vec<u8>>,
}

/// Returns the packages, in the order they stand in; nothing where this is no database, or a damaged one.
pub(in crate::analysis::packages) fn packages(database: &[u8]) -> Option<Vec<RpmPackage>> {
    let headers = match database {
        [b'S', b'Q', b'L', b'i', b't', b'e', ..] => sqlite::headers(database),
        [b'R', b'p', b'm', b'P', ..] => ndb::headers(database),
        _ => bdb::headers(database),
    }?;
    let mut room = MOST;
    let found = headers
        .iter()
        .filter_map(|header| header::entry(header, &mut room));
    Some(found.collect())
}

/// Returns the number at a place, the lowest byte first.
fn little(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// Returns the number at a place, the highest byte first.
fn big(bytes: &[u8], at: usize) -> Option<u32> {
    little(bytes, at).map(u32::swap_bytes)
}

/// Returns a number as a length or a place.
fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
