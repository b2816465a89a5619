//! rpm's database in its three formats: `rpmdb.sqlite` since 2020, `Packages.db` (ndb) of SUSE, `Packages` (Berkeley DB) before. Each stores one header for each
//! package. The readers are our own because the existing ones need the file on disk and trust its lengths and offsets; these work on bytes, cannot panic,
//! and use little more memory than the database.

mod bdb;
mod header;
mod ndb;
mod sqlite;

use crate::analysis::packages::package::NameVersion;

/// The most bytes of all paths together: a folder is stored once but is part of many paths.
const MOST: usize = 128 << 20;

/// A package with the paths of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis::packages) struct RpmPackage {
    pub(in crate::analysis::packages) named: NameVersion,
    /// Its architecture; empty for signing keys.
    pub(in crate::analysis::packages) architecture: String,
    pub(in crate::analysis::packages) files: Vec<Vec<u8>>,
}

/// Returns the packages, in the database's order; `None` when it is not a database, or is damaged.
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

/// Returns the little-endian number at an offset.
fn little(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}

/// Returns the big-endian number at an offset.
fn read_u32_be(bytes: &[u8], at: usize) -> Option<u32> {
    little(bytes, at).map(u32::swap_bytes)
}

/// Converts a number to a length or an offset.
fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
