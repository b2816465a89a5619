//! Sparse files: where in the file the pieces belong that a tar stores, in every dialect. Reads maps, never contents.
//!
//! Formats: GNU tar manual, "Storing Sparse Files": the old GNU format, pax 0.0, 0.1 and 1.0.

use crate::archive::input::byte_source::ByteSource;
use crate::archive::tar::error::TarError;
use crate::archive::tar::header::{BLOCK, Header};
use crate::archive::tar::pax::SparsePax;
use crate::archive::tar::warning::TarWarning;

/// Most pieces that a sparse file may have.
const MOST_PIECES: usize = 1 << 20;

/// Reads the map of a sparse file into `header`, if the entry is one: GNU's, in the header and in the blocks after it; pax 0.0 and 0.1, in records;
/// pax 1.0, before the content. `left` is the content not yet read. Returns a warning for a map that does not fit the content.
pub(crate) fn read_map(
    bytes: &mut impl ByteSource,
    header: &mut Header,
    left: &mut u64,
    raw: &tar::Header,
    pax: SparsePax,
) -> Result<Option<TarWarning>, TarError> {
    if header.type_flag == b'S' {
        let mut pieces = Vec::new();
        let mut extended = raw.as_gnu().is_some_and(tar::GnuHeader::is_extended);
        header.size = raw
            .as_gnu()
            .and_then(|gnu| gnu.real_size().ok())
            .unwrap_or(header.stored);
        read_gnu_pieces(&raw.as_bytes()[386..482], &mut pieces);
        while extended {
            let mut more = [0_u8; 512];
            if bytes.fill(&mut more)? < more.len() {
                return Err(TarError::Truncated(bytes.position()));
            }
            if pieces.len() > MOST_PIECES {
                break;
            }
            read_gnu_pieces(&more[..504], &mut pieces);
            extended = more[504] == 1;
        }
        header.pieces = Some(pieces);
    } else if pax.major == Some(1) {
        header.size = pax.real_size.unwrap_or(header.stored);
        if let Some(name) = pax.name {
            header.path = name;
        }
        header.pieces = Some(read_pax_map(bytes, header, left)?);
    } else if !pax.pieces.is_empty() || pax.real_size.is_some() {
        header.size = pax.real_size.unwrap_or(header.stored);
        if let Some(name) = pax.name {
            header.path = name;
        }
        header.pieces = Some(pax.pieces);
    }
    Ok(drop_invalid_map(header))
}

/// Drops a map that does not fit the content: the file is then what the tar stores. Returns the warning.
fn drop_invalid_map(header: &mut Header) -> Option<TarWarning> {
    let pieces = header.pieces.as_ref()?;
    let (mut end, mut sum) = (0_u64, 0_u64);
    let fits = pieces.iter().all(|&(start, len)| {
        let ordered = start >= end;
        end = start.saturating_add(len);
        sum = sum.saturating_add(len);
        ordered && end <= header.size
    });
    if fits && sum == header.stored {
        return None;
    }
    header.pieces = None;
    header.size = header.stored;
    Some(TarWarning::InvalidMap(header.offset))
}

/// Reads a pax 1.0 map: the number of pieces and their offsets and lengths, in decimal, one per line, padded to a block.
fn read_pax_map(
    bytes: &mut impl ByteSource,
    header: &mut Header,
    left: &mut u64,
) -> Result<Vec<(u64, u64)>, TarError> {
    let mut numbers = Vec::new();
    let mut number = 0_u64;
    let mut wanted = None;
    let mut block = [0_u8; 512];
    'blocks: while *left >= BLOCK {
        if bytes.fill(&mut block)? < block.len() {
            return Err(TarError::Truncated(bytes.position()));
        }
        *left -= BLOCK;
        header.stored -= BLOCK;
        for &byte in &block {
            match byte {
                b'0'..=b'9' => {
                    number = number
                        .saturating_mul(10)
                        .saturating_add(u64::from(byte - b'0'));
                }
                b'\n' => {
                    numbers.push(number);
                    number = 0;
                    let count = *wanted.get_or_insert(
                        usize::try_from(numbers[0])
                            .unwrap_or(usize::MAX)
                            .min(MOST_PIECES),
                    );
                    if numbers.len() > count * 2 {
                        break 'blocks;
                    }
                }
                _ => break 'blocks,
            }
        }
    }
    Ok(numbers
        .get(1..)
        .unwrap_or_default()
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect())
}

fn read_gnu_pieces(table: &[u8], pieces: &mut Vec<(u64, u64)>) {
    for pair in table.chunks_exact(24) {
        if pair[0] == 0 {
            break;
        }
        pieces.push((number(&pair[..12]), number(&pair[12..])));
    }
}

/// Parses a GNU number: octal digits, or base 256 when the first bit is set.
fn number(field: &[u8]) -> u64 {
    if field[0] & 0x80 != 0 {
        return field[field.len() - 8..]
            .iter()
            .fold(0, |sum, &byte| sum << 8 | u64::from(byte));
    }
    let digits = field
        .iter()
        .skip_while(|byte| **byte == b' ')
        .take_while(|byte| (b'0'..=b'7').contains(*byte));
    digits.fold(0_u64, |sum, digit| {
        sum.wrapping_mul(8).wrapping_add(u64::from(digit - b'0'))
    })
}
