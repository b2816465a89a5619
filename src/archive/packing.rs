//! What packing costs: how fast this machine packs and unpacks gzip, and what a plain layer would weigh packed. Measures and samples; what follows for a
//! pull is not known here.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use flate2::Compression as Level;
use flate2::write::{GzDecoder, GzEncoder};

use super::blob::Blob;
use super::layers::Layers;
use crate::image::{Compression, LayerId};

/// How long each is measured.
const MEASURED: Duration = Duration::from_millis(10);
/// Bytes that are packed and unpacked for it.
const BUFFER: usize = 512 << 10;
/// How many places of a layer are packed to see how much smaller it gets, spread evenly.
const SAMPLES: u64 = 128;
/// Bytes at each of them, twice what gzip looks back to.
const SAMPLE: u64 = 64 << 10;

/// How much longer Docker takes to pack: it does so with Go's own gzip. Pushing 1.2 GB of plain layers took 2.5 times as long as packing here would
/// have, with the machine's cores shared by engine and registry.
const GO: u64 = 2;

/// Measures unpacking and packing on one core of this machine, in unpacked bytes per second; packing as Docker does it. The fastest round of each
/// counts: other work on the machine only makes it slower. Takes about 20 ms.
#[must_use]
pub fn speed() -> (u64, u64) {
    let plain = typical();
    let Ok(packed) = gzip(&plain) else {
        return (1, 1);
    };
    let pack = fastest(&plain, || gzip(&plain).map(drop));
    let unpack = fastest(&plain, || {
        let mut unpacked = GzDecoder::new(io::sink());
        unpacked.write_all(&packed)?;
        unpacked.try_finish()
    });
    (unpack, (pack / GO).max(1))
}

/// Returns the bytes per second of the fastest round of something that is done to all of them, in as many rounds as there is time for.
fn fastest(bytes: &[u8], round: impl Fn() -> io::Result<()>) -> u64 {
    let (begun, mut best) = (Instant::now(), Duration::MAX);
    while begun.elapsed() < MEASURED {
        let begun = Instant::now();
        if round().is_err() {
            break;
        }
        best = best.min(begun.elapsed());
    }
    rate(bytes.len() as u64, best)
}

fn rate(bytes: u64, took: Duration) -> u64 {
    let micros = took.as_micros().max(1);
    u64::try_from(u128::from(bytes) * 1_000_000 / micros).map_or(u64::MAX, |rate| rate.max(1))
}

/// Returns bytes that gzip makes about half as large, as it does programs and libraries: words of a small vocabulary in no order.
fn typical() -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut noise = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let words: Vec<[u8; 8]> = (0..2048).map(|_| noise().to_le_bytes()).collect();
    let mut bytes = Vec::with_capacity(BUFFER + 8);
    while bytes.len() < BUFFER {
        let pick = noise();
        let word = words[usize::try_from(pick >> 16 & 2047).unwrap_or(0)];
        bytes.extend_from_slice(&word[..3 + usize::from(pick & 4 != 0) * 5]);
    }
    bytes
}

/// Packs at gzip's usual level, which is Docker's.
fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Level::default());
    packed.write_all(bytes)?;
    packed.finish()
}

impl Layers {
    /// Estimates what a plain layer weighs as gzip: packs all of a small one, and of a large one 128 places of 64 KiB, spread evenly. Nothing for
    /// a layer that is packed, was not kept, or can no longer be read.
    #[must_use]
    pub fn packed(&self, layer: LayerId) -> Option<u64> {
        let (blob, Compression::None) = self.get(layer)? else {
            return None;
        };
        let len = blob.len();
        if len <= SAMPLES * SAMPLE {
            return part(blob, 0, len).map(|(_, packed)| packed);
        }
        let step = (len - SAMPLE) / (SAMPLES - 1);
        let (mut read, mut packed) = (0, 0);
        for sample in 0..SAMPLES {
            let (plain, small) = part(blob, sample * step, SAMPLE)?;
            read += plain;
            packed += small;
        }
        u64::try_from(u128::from(len) * u128::from(packed) / u128::from(read.max(1))).ok()
    }
}

/// Packs a part of a blob by itself; returns how many bytes it has plain and packed.
fn part(blob: &Blob, start: u64, len: u64) -> Option<(u64, u64)> {
    let mut plain = Vec::new();
    let mut reader = blob.reader(start).take(len);
    reader.read_to_end(&mut plain).ok()?;
    let packed = gzip(&plain).ok()?;
    Some((plain.len() as u64, packed.len() as u64))
}

#[cfg(test)]
mod tests {
    use super::{gzip, speed, typical};

    #[test]
    fn what_is_measured_is_like_what_is_moved() {
        let plain = typical();
        let packed = gzip(&plain).expect("memory takes it");
        let percent = packed.len() * 100 / plain.len();
        assert!((30..70).contains(&percent), "{percent} %");
        let (unpack, pack) = speed();
        assert!(unpack > 1 && pack > 1, "{unpack} {pack}");
    }
}
