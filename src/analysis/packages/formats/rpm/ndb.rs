//! `Packages.db`, rpm's ndb format: slots with the block offset of each header, in blocks of 16 bytes (rpm's `lib/backend/ndb/rpmpkg.c`). No library reads it.

use super::{little, wide};

/// Bytes of a page of slots, and of a slot.
const PAGE: usize = 4096;
const SLOT: usize = 16;

/// Returns the headers; `None` when a slot is invalid.
pub(super) fn headers(file: &[u8]) -> Option<Vec<Vec<u8>>> {
    let end = wide(little(file, 12)?).checked_mul(PAGE)?;
    // The file header takes the first two slots.
    let slots = file.get(2 * SLOT..end)?.chunks_exact(SLOT);
    let mut found = Vec::new();
    let mut left = file.len();
    for slot in slots {
        let index = little(slot, 4)?;
        if !slot.starts_with(b"Slot") {
            return None;
        }
        if index == 0 {
            continue;
        }
        let at = wide(little(slot, 8)?).checked_mul(SLOT)?;
        let blob = file.get(at..)?;
        if !blob.starts_with(b"BlbS") || little(blob, 4)? != index {
            return None;
        }
        let header = blob.get(SLOT..)?.get(..wide(little(blob, 12)?))?;
        // No bytes are stored twice, so the total is at most the file size.
        left = left.checked_sub(SLOT + header.len())?;
        found.push(header.to_vec());
    }
    Some(found)
}
