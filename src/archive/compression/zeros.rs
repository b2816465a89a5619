//! Padding behind compressed bytes, as tapes and disks leave it. Nothing is decompressed here.

use std::io::{self, BufRead};

/// Returns whether only zeros follow, or nothing; reads up to the first other byte.
pub(super) fn only_zeros(reader: &mut impl BufRead) -> io::Result<bool> {
    loop {
        let some = reader.fill_buf()?;
        if some.is_empty() {
            return Ok(true);
        }
        if some.iter().any(|&byte| byte != 0) {
            return Ok(false);
        }
        let count = some.len();
        reader.consume(count);
    }
}
