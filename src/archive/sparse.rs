//! Sparse files: where the pieces that a tar holds belong, in every dialect that has them. Reads maps, never contents.
//!
//! Formats: GNU tar manual, "Storing Sparse Files": the old GNU format, pax 0.0, 0.1 and 1.0.

use super::fault::Fault;
use super::header::BLOCK;
use super::pax::SparsePax;
use super::scan::Scan;
use crate::archive::byte_source::ByteSource;

/// Most pieces a sparse file may have.
const MOST_PIECES: usize = 1 << 20;

/// Reads the map of a sparse file, if the record is one: GNU's own, in the header and after it; pax 0.0 and 0.1, in records; pax 1.0, before the
/// content.
pub(super) fn read_map<T: ByteSource>(
    scan: &mut Scan<T>,
    raw: &tar::Header,
    block: &[u8],
    pax: SparsePax,
) -> Result<(), Fault> {
    if scan.header.type_flag == b'S' {
        let mut pieces = Vec::new();
        let mut extended = raw.as_gnu().is_some_and(tar::GnuHeader::is_extended);
        scan.header.size = raw
            .as_gnu()
            .and_then(|gnu| gnu.real_size().ok())
            .unwrap_or(scan.header.stored);
        read_gnu_pieces(&block[386..482], &mut pieces);
        while extended {
            let mut more = [0_u8; 512];
            if scan.tape.fill(&mut more)? < more.len() {
                return Err(Fault::Truncated(scan.tape.position()));
            }
            if pieces.len() > MOST_PIECES {
                break;
            }
            read_gnu_pieces(&more[..504], &mut pieces);
            extended = more[504] == 1;
        }
        scan.header.pieces = Some(pieces);
    } else if pax.major == Some(1) {
        scan.header.size = pax.real_size.unwrap_or(scan.header.stored);
        if let Some(name) = pax.name {
            scan.header.path = name;
        }
        let pieces = pax_map(scan)?;
        scan.header.pieces = Some(pieces);
    } else if !pax.pieces.is_empty() || pax.real_size.is_some() {
        scan.header.size = pax.real_size.unwrap_or(scan.header.stored);
        if let Some(name) = pax.name {
            scan.header.path = name;
        }
        scan.header.pieces = Some(pax.pieces);
    }
    drop_misfit(scan);
    Ok(())
}

/// Takes a file whose map does not fit its content as what the tar holds of it.
fn drop_misfit<T: ByteSource>(scan: &mut Scan<T>) {
    let header = &mut scan.header;
    let Some(pieces) = &header.pieces else { return };
    let (mut end, mut held) = (0_u64, 0_u64);
    let fits = pieces.iter().all(|&(start, len)| {
        let ordered = start >= end;
        end = start.saturating_add(len);
        held = held.saturating_add(len);
        ordered && end <= header.size
    });
    if !fits || held != header.stored {
        header.pieces = None;
        header.size = header.stored;
        let offset = header.offset;
        scan.warn(format!(
            "sparse file at byte {offset} has a map that does not fit; taken as it lies there"
        ));
    }
}

/// Reads a pax 1.0 sparse map: decimal numbers, a line each, first how many pieces, padded to a block.
fn pax_map<T: ByteSource>(scan: &mut Scan<T>) -> Result<Vec<(u64, u64)>, Fault> {
    let mut numbers = Vec::new();
    let mut number = 0_u64;
    let mut wanted = None;
    let mut block = [0_u8; 512];
    'blocks: while scan.left >= BLOCK {
        if scan.tape.fill(&mut block)? < block.len() {
            return Err(Fault::Truncated(scan.tape.position()));
        }
        scan.left -= BLOCK;
        scan.header.stored -= BLOCK;
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

/// Reads a GNU number: octal digits, or base 256 when the first bit is set.
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
