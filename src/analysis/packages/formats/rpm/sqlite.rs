//! `rpmdb.sqlite`: the rows of the table `Packages`, found through the schema ("Database File Format", sqlite.org). Our own reader: `SQLite` is a C library that
//! needs a file on disk. A write-ahead log is a separate file and not read.

use super::wide;

/// Bytes of the file header, on the first page.
const HEAD: usize = 100;
/// Bytes counted for each row besides its content; rows of a valid database are longer.
const SHORT: usize = 16;
/// Kinds of pages.
const INNER: u8 = 5;
const LEAF: u8 = 13;

struct Database<'a> {
    bytes: &'a [u8],
    page: usize,
    /// Usable bytes of a page.
    usable: usize,
}

/// Returns the blobs of the table `Packages`; `None` when there is no such table.
pub(super) fn headers(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let two = |at| {
        Some(usize::from(u16::from_be_bytes([
            *bytes.get(at)?,
            *bytes.get(at + 1)?,
        ])))
    };
    let page = match two(16)? {
        1 => 64 << 10,
        page => page,
    };
    let usable = page.checked_sub(usize::from(*bytes.get(20)?))?;
    if !page.is_power_of_two() || usable < 480 {
        return None;
    }
    let database = Database {
        bytes,
        page,
        usable,
    };
    // type, name, table, root page, SQL
    let schema = database.rows(1)?;
    let root = schema.iter().find_map(|row| {
        let columns = columns(row)?;
        let named = columns.first()?.1 == b"table" && columns.get(1)?.1 == b"Packages";
        let root = columns.get(3)?.1;
        let root = root
            .iter()
            .fold(0, |root: u64, &byte| root << 8 | u64::from(byte));
        named.then(|| usize::try_from(root).ok()).flatten()
    })?;
    let rows = database.rows(root)?;
    // hnum, blob
    let blob = |row: &Vec<u8>| Some(columns(row)?.get(1)?.1.to_vec());
    Some(rows.iter().filter_map(blob).collect())
}

impl Database<'_> {
    /// Returns a page by number, and the offset of its B-tree header.
    fn page(&self, number: usize) -> Option<(&[u8], usize)> {
        let start = number.checked_sub(1)?.checked_mul(self.page)?;
        let page = self.bytes.get(start..)?.get(..self.page)?;
        Some((page, if number == 1 { HEAD } else { 0 }))
    }

    /// Returns the rows of a table, in order.
    fn rows(&self, root: usize) -> Option<Vec<Vec<u8>>> {
        let mut rows = Vec::new();
        let (mut open, mut left) = (vec![root], self.bytes.len() / self.page);
        let mut spare = self.bytes.len();
        while let Some(number) = open.pop() {
            // No page occurs twice in a tree.
            left = left.checked_sub(1)?;
            let (page, at) = self.page(number)?;
            let count = usize::from(u16::from_be_bytes([*page.get(at + 3)?, *page.get(at + 4)?]));
            let (kind, head) = match *page.get(at)? {
                INNER => (INNER, 12),
                LEAF => (LEAF, 8),
                _ => return None,
            };
            let cells = (0..count).map(|cell| {
                let at = at + head + 2 * cell;
                let place = [*page.get(at)?, *page.get(at + 1)?];
                page.get(usize::from(u16::from_be_bytes(place))..)
            });
            if kind == LEAF {
                for cell in cells {
                    let row = self.payload(cell?)?;
                    // No bytes are stored twice, so the rows are at most the file size in total.
                    spare = spare.checked_sub(row.len() + SHORT)?;
                    rows.push(row);
                }
            } else {
                let mut below = Vec::new();
                for cell in cells {
                    below.push(wide(super::read_u32_be(cell?, 0)?));
                }
                below.push(wide(super::read_u32_be(page, at + 8)?));
                if below.len() > left {
                    return None;
                }
                open.extend(below.into_iter().rev());
            }
        }
        Some(rows)
    }

    /// Returns a row, with its overflow pages.
    fn payload(&self, cell: &[u8]) -> Option<Vec<u8>> {
        let (length, rest) = varint(cell)?;
        let (_, rest) = varint(rest)?;
        let length = usize::try_from(length).ok()?;
        if length > self.bytes.len() {
            return None;
        }
        let most = self.usable - 35;
        let least = (self.usable - 12) * 32 / 255 - 23;
        let here = if length <= most {
            length
        } else {
            match least + (length - least) % (self.usable - 4) {
                some if some <= most => some,
                _ => least,
            }
        };
        let mut row = rest.get(..here)?.to_vec();
        let mut next = match length - here {
            0 => 0,
            _ => super::read_u32_be(rest, here)?,
        };
        while row.len() < length {
            let (page, _) = self.page(wide(next))?;
            let some = (length - row.len()).min(self.usable - 4);
            row.extend_from_slice(page.get(4..4 + some)?);
            next = super::read_u32_be(page, 0)?;
        }
        Some(row)
    }
}

/// Returns the columns of a row, each as serial type and bytes.
fn columns(row: &[u8]) -> Option<Vec<(u64, &[u8])>> {
    let (head, rest) = varint(row)?;
    let own = row.len() - rest.len();
    let head = usize::try_from(head).ok()?;
    let mut types = row.get(own..head)?;
    let mut values = row.get(head..)?;
    let mut columns = Vec::new();
    while !types.is_empty() {
        let (kind, rest) = varint(types)?;
        types = rest;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => usize::try_from(kind).ok()?,
            5 => 6,
            6 | 7 => 8,
            _ => usize::try_from(kind.checked_sub(12)? / 2).ok()?,
        };
        let (value, rest) = values.split_at_checked(length)?;
        columns.push((kind, value));
        values = rest;
    }
    Some(columns)
}

/// Reads a varint of one to nine bytes; returns it and the remaining bytes.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (at, &byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some((number << 8 | u64::from(byte), &bytes[9..]));
        }
        number = number << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((number, &bytes[at + 1..]));
        }
    }
    None
}
