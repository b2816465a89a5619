//! Measures how fast this machine compresses and decompresses gzip, and estimates the compressed size of a plain layer from samples. `analysis` computes pull
//! times from both.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use flate2::Compression as Level;
use flate2::write::{GzDecoder, GzEncoder};

use crate::archive::input::blob::Blob;
use crate::archive::layer::blobs::{LayerBlob, LayerBlobs};
use crate::image::{Compression, LayerId};

/// How long each direction is measured.
const MEASURED: Duration = Duration::from_millis(10);
/// Bytes of the sample that is measured.
const BUFFER: usize = 512 << 10;
/// How many evenly spaced samples of a layer are compressed.
const SAMPLES: u64 = 128;
/// Bytes of each sample: twice the window of gzip.
const SAMPLE: u64 = 64 << 10;

/// How much slower Docker compresses, which uses Go's gzip. Pushing 1.2 GB of plain layers took 2.5 times as long as compressing them here, with the
/// machine's cores shared by engine and registry.
const GO_SLOWDOWN: u64 = 2;

/// Measures gzip on one core of this machine: returns the speeds of decompression and of compression by Docker, in uncompressed bytes per second. The
/// fastest round counts, since other work on the machine only makes it slower. Takes about 20 ms.
#[must_use]
pub(crate) fn compression_speed() -> (u64, u64) {
    let plain = typical();
    let Ok(compressed) = gzip(&plain) else {
        return (1, 1);
    };
    let compress = fastest(&plain, || gzip(&plain).map(drop));
    let decompress = fastest(&plain, || {
        let mut decoder = GzDecoder::new(io::sink());
        decoder.write_all(&compressed)?;
        decoder.try_finish()
    });
    (decompress, (compress / GO_SLOWDOWN).max(1))
}

/// Runs `round`, which processes all of `bytes`, as often as there is time for; returns the bytes per second of the fastest round.
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

/// Returns bytes that compress to about half, like programs and libraries: words of a small vocabulary in random order.
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

/// Compresses at gzip's default level, which is Docker's.
fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), Level::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

impl LayerBlobs {
    /// Estimates the size of a plain layer as gzip, in bytes: compresses a small one, and of a large one 128 evenly spaced samples of 64 KiB. Returns
    /// `None` for a layer that is compressed, was not kept, or can no longer be read.
    #[must_use]
    pub(crate) fn estimate_compressed(&self, layer: LayerId) -> Option<u64> {
        let LayerBlob {
            blob,
            compression: Compression::None,
            ..
        } = self.get(layer)?
        else {
            return None;
        };
        let len = blob.len();
        if len <= SAMPLES * SAMPLE {
            return compress_part(blob, 0, len).map(|(_, compressed)| compressed);
        }
        let step = (len - SAMPLE) / (SAMPLES - 1);
        let (mut read, mut compressed) = (0, 0);
        for sample in 0..SAMPLES {
            let (plain, small) = compress_part(blob, sample * step, SAMPLE)?;
            read += plain;
            compressed += small;
        }
        u64::try_from(u128::from(len) * u128::from(compressed) / u128::from(read.max(1))).ok()
    }
}

/// Compresses a part of a blob; returns its sizes before and after.
fn compress_part(blob: &Blob, start: u64, len: u64) -> Option<(u64, u64)> {
    let mut plain = Vec::new();
    let mut reader = blob.reader(start).take(len);
    reader.read_to_end(&mut plain).ok()?;
    let compressed = gzip(&plain).ok()?;
    Some((plain.len() as u64, compressed.len() as u64))
}

#[cfg(test)]
mod tests {
    use super::{compression_speed, gzip, typical};

    #[test]
    fn the_sample_compresses_like_programs() {
        let plain = typical();
        let compressed = gzip(&plain).expect("compressed");
        let percent = compressed.len() * 100 / plain.len();
        assert!((30..70).contains(&percent), "{percent} %");
        let (decompress, compress) = compression_speed();
        assert!(decompress > 1 && compress > 1, "{decompress} {compress}");
    }
}
