//! `Packages`, a Berkeley DB hash as rpm wrote it before 2020: pages with alternating keys and values, large values on chains of overflow pages (Berkeley DB's
//! `dbinc/db_page.h`). Our own reader: Berkeley DB is a C library that needs a file on disk and is not safe on hostile files.

use super::wide;

const MAGIC: u32 = 0x0006_1561;
/// Bytes of a page header.
const HEAD: usize = 26;
/// Kinds of pages, and of items on them.
const HASH_UNSORTED: u8 = 2;
const HASH: u8 = 13;
const OVERFLOW: u8 = 7;
const HERE: u8 = 1;
const ELSEWHERE: u8 = 3;

struct BdbFile<'a> {
    bytes: &'a [u8],
    page: usize,
    /// Whether the file is big-endian.
    big: bool,
}

/// Returns every value, headers and others; `None` when it is not such a file.
pub(super) fn headers(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let magic = super::little(bytes, 12)?;
    let mut file = BdbFile {
        bytes,
        page: 0,
        big: magic.swap_bytes() == MAGIC,
    };
    file.page = wide(file.four(bytes, 20)?);
    let sound = (magic == MAGIC || file.big) && (512..=64 << 10).contains(&file.page);
    let mut found = Vec::new();
    let mut left = bytes.len();
    for page in sound.then(|| bytes.chunks_exact(file.page))? {
        if !matches!(page[25], HASH | HASH_UNSORTED) {
            continue;
        }
        for item in (1..file.two(page, 20)?).step_by(2) {
            let value = file.value(page, item)?;
            // No bytes are stored twice, so the total is at most the file size.
            left = left.checked_sub(value.len() + 2)?;
            found.push(value);
        }
    }
    Some(found)
}

impl BdbFile<'_> {
    fn four(&self, bytes: &[u8], at: usize) -> Option<u32> {
        let number = super::little(bytes, at)?;
        Some(if self.big {
            number.swap_bytes()
        } else {
            number
        })
    }

    fn two(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let two = bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        let number = if self.big {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        };
        Some(number.into())
    }

    /// Returns an item of a page; items grow down from the page's end.
    fn value(&self, page: &[u8], item: usize) -> Option<Vec<u8>> {
        let start = self.two(page, HEAD + 2 * item)?;
        let end = self.two(page, HEAD + 2 * (item - 1))?;
        match *page.get(start)? {
            HERE => page.get(start + 1..end).map(<[u8]>::to_vec),
            ELSEWHERE => {
                let length = wide(self.four(page, start + 8)?);
                self.chain(self.four(page, start + 4)?, length)
            }
            // Duplicates, which rpm does not use.
            _ => Some(Vec::new()),
        }
    }

    /// Returns the value on a chain of overflow pages.
    fn chain(&self, first: u32, length: usize) -> Option<Vec<u8>> {
        if length > self.bytes.len() {
            return None;
        }
        let mut value = Vec::new();
        let mut next = wide(first);
        while next != 0 {
            let start = next.checked_mul(self.page)?;
            let page = self.bytes.get(start..)?.get(..self.page)?;
            let some = page.get(HEAD..)?.get(..self.two(page, 22)?)?;
            // Each page adds bytes, so a cyclic chain ends too.
            if page[25] != OVERFLOW || some.is_empty() || value.len() + some.len() > length {
                return None;
            }
            value.extend_from_slice(some);
            next = wide(self.four(page, 16)?);
        }
        (value.len() == length).then_some(value)
    }
}
