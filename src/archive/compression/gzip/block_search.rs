//! Searches for the start of a deflate block with dynamic codes by trying bit after bit (RFC 1951, section 3.2.7). A match is rarely wrong, and the
//! reader never relies on it.

use crate::archive::input::blob::Blob;
use std::io;

/// How far the search goes, in bytes; blocks are seldom larger.
const RANGE: usize = 48 << 10;
/// Most bytes of a block's header: 17 bits, 19 lengths of 3 bits, 316 lengths of at most 7 + 7 bits.
const HEADER: usize = 576;

/// Returns the first bit from the byte `offset` on at which a block with dynamic codes, and not the last one, may start.
pub(super) fn find(blob: &Blob, offset: u64) -> io::Result<Option<u64>> {
    let mut bytes = vec![0; RANGE + HEADER];
    let count = blob.read_at(offset, &mut bytes)?;
    let last = count.saturating_sub(HEADER);
    for start in (0..last).step_by(4) {
        let Some(word) = bytes[start..]
            .first_chunk()
            .map(|word| u64::from_le_bytes(*word))
        else {
            break;
        };
        // 32 positions at once: not the last block (0), dynamic codes (01, lowest bit first), at most 286 and 30 of them.
        let begins = !word & !(word >> 1) & (word >> 2);
        let literals = !((word >> 4) & (word >> 5) & (word >> 6) & (word >> 7));
        let distances = !((word >> 9) & (word >> 10) & (word >> 11) & (word >> 12));
        let mut candidates = (begins & literals & distances) & 0xffff_ffff;
        while candidates != 0 {
            let bit = start as u64 * 8 + u64::from(candidates.trailing_zeros());
            candidates &= candidates - 1;
            let bits = Bits {
                bytes: &bytes,
                at: bit + 3,
            };
            if bits.lengths_are_complete() && bits.begins_block() {
                return Ok(Some(offset * 8 + bit));
            }
        }
    }
    Ok(None)
}

/// The bits of the stream, in order.
struct Bits<'a> {
    bytes: &'a [u8],
    at: u64,
}

impl Bits<'_> {
    /// Returns at least the next 56 bits without taking them; zeros beyond the end.
    fn peek(&self) -> u64 {
        let from = usize::try_from(self.at / 8).unwrap_or(usize::MAX);
        let word = self.bytes.get(from..).and_then(<[u8]>::first_chunk);
        word.map_or(0, |word| u64::from_le_bytes(*word)) >> (self.at % 8)
    }

    /// Takes up to seven bits.
    fn take(&mut self, count: u8) -> u8 {
        let [bits, ..] = self.peek().to_le_bytes();
        self.at += u64::from(count);
        bits & ((1 << count) - 1)
    }

    /// Returns whether the code-length code, which comes first, is complete: few bit patterns are.
    fn lengths_are_complete(&self) -> bool {
        let count = (self.peek() >> 10 & 0xf) + 4;
        let at = self.at + 14;
        let mut lens = Self { at, ..*self }.peek() & ((1 << (3 * count)) - 1);
        let mut sum = 0;
        while lens != 0 {
            sum += WEIGHTS[(lens & 0xfff) as usize];
            lens >>= 12;
        }
        sum == 1 << 7
    }

    /// Returns whether the codes of a block follow, all of them complete.
    fn begins_block(mut self) -> bool {
        let [literals, distances, lengths] = [5, 5, 4].map(|len| usize::from(self.take(len)));
        let (literals, distances, lengths) = (literals + 257, distances + 1, lengths + 4);
        let mut code = [0_u8; 19];
        for &symbol in &ORDER[..lengths] {
            code[symbol] = self.take(3);
        }
        let table = table(&code);
        let mut lens = [0_u8; 286 + 30];
        let lens = &mut lens[..literals + distances];
        let mut at = 0;
        while at < lens.len() {
            let (symbol, len) = table[(self.peek() & 0x7f) as usize];
            self.take(len);
            let (value, times) = match symbol {
                16 if at == 0 => return false,
                16 => (lens[at - 1], 3 + self.take(2)),
                17 => (0, 3 + self.take(3)),
                18 => (0, 11 + self.take(7)),
                len => (len, 1),
            };
            let times = usize::from(times);
            let Some(run) = lens.get_mut(at..at + times) else {
                return false;
            };
            run.fill(value);
            at += times;
        }
        let (literals, distances) = lens.split_at(literals);
        let alone = distances.iter().filter(|&&len| len > 0).count() <= 1;
        literals[256] > 0
            && weight(literals, 15) == 1 << 15
            && (alone || weight(distances, 15) == 1 << 15)
    }
}

/// The share of the code space that four three-bit code lengths take, of a code of at most seven bits.
static WEIGHTS: [u16; 1 << 12] = {
    let mut weights = [0; 1 << 12];
    let mut lens = 0;
    while lens < weights.len() {
        let mut rest = lens;
        while rest > 0 {
            if rest & 7 > 0 {
                weights[lens] += 1 << (7 - (rest & 7));
            }
            rest >>= 3;
        }
        lens += 1;
    }
    weights
};

/// The order in which the lengths of the code-length code are stored.
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// Returns how much of the code space these code lengths take; `1 << most` is all of it.
fn weight(lens: &[u8], most: u8) -> u32 {
    let used = lens.iter().filter(|&&len| len > 0);
    used.map(|&len| 1_u32 << (most - len)).sum()
}

/// Returns symbol and length for every seven bits of a complete code of at most seven bits (section 3.2.2).
fn table(code: &[u8; 19]) -> [(u8, u8); 128] {
    let mut table = [(0, 0); 128];
    let mut next = 0_u32;
    for len in 1..=7_u8 {
        let of_len = (0_u8..).zip(code).filter(|(_, own)| **own == len);
        for (symbol, _) in of_len {
            // Codes are stored with their highest bit first.
            let start = next.reverse_bits() >> (32 - u32::from(len));
            for slot in (start as usize..128).step_by(1 << len) {
                table[slot] = (symbol, len);
            }
            next += 1;
        }
        next <<= 1;
    }
    table
}
