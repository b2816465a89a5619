//! Estimates of a pull and a push: compressed bytes, and the time at a link speed. A model; no clock, no network. The compressed size of uncompressed layers
//! and the speed of the machine are passed in; unless it is measured, it is [`MachineSpeed::USUAL`], so that times are the same in every run.
//!
//! **Pull.** A registry stores each layer once, compressed. Docker downloads the layers in order, [`CONCURRENT_DOWNLOADS`] at a time, which share the link
//! equally; it unpacks one layer at a time, bottom first, when it is complete and the one below is done. So unpacking overlaps downloading, and only
//! layers unpacked after the last byte add to the time. Not included: latency of the registry, and a disk slower than unpacking.
//!
//! **Push.** Uncompressed layers are compressed while they are sent, one core for each layer, several layers at once: the time is that of the link or of
//! compression, whichever is longer. Compressed layers are only sent. (Docker with the containerd store sends a layer loaded from an uncompressed archive as it
//! is; layers that it built or pulled are compressed.)

use std::collections::HashSet;

use super::link_speed::LinkSpeed;
#[cfg(feature = "cli")]
use crate::bytes::{Units, human_if_known};
use crate::image::Image;

/// Docker's default for `max-concurrent-downloads`.
pub(crate) const CONCURRENT_DOWNLOADS: usize = 3;
/// Docker's default for `max-concurrent-uploads`.
const CONCURRENT_UPLOADS: usize = 5;

/// The gzip speed of a machine, in unpacked bytes per second on one core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MachineSpeed {
    /// Decompressing.
    pub unpack: u64,
    /// Compressing, at Docker's level.
    pub pack: u64,
    /// Number of cores.
    pub cores: usize,
    /// Whether it was measured on this machine.
    pub measured: bool,
}

impl MachineSpeed {
    /// A server with four cores: gzip unpacks about 300 MB/s on one core, and Docker's compresses about 50 MB/s.
    pub const USUAL: Self = Self {
        unpack: 300_000_000,
        pack: 50_000_000,
        cores: 4,
        measured: false,
    };
}

/// One layer of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerTransfer {
    /// Compressed bytes; unknown of a layer that is not in the archive, unless its manifest states them.
    pub compressed: Option<u64>,
    /// Unpacked bytes; unknown of a layer that is not in the archive.
    pub unpacked: Option<u64>,
    /// Whether `compressed` is an estimate, because the source stores the layer uncompressed.
    pub estimated: bool,
}

/// The layers to move when an image is pulled or pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The layers to move, bottom first, each blob once.
    pub layers: Vec<LayerTransfer>,
    /// Number of layers that the other end already has.
    pub present: usize,
    /// The machine that compresses and decompresses.
    pub speed: MachineSpeed,
}

impl Transfer {
    /// Lists the layers to move. `compressed_sizes` has, for each layer in turn, its estimated compressed size where that is unknown; without an estimate the unpacked
    /// size counts. `present` are the identities of layers that the other end has ([`crate::image::Layer::identity`]).
    #[must_use]
    pub fn of(
        image: &Image,
        compressed_sizes: &[Option<u64>],
        present: &HashSet<String>,
        speed: MachineSpeed,
    ) -> Self {
        let mut seen = HashSet::new();
        let (mut layers, mut count) = (Vec::new(), 0);
        for (place, layer) in image.layers.iter().enumerate() {
            let id = layer.identity();
            if id.is_some_and(|id| present.contains(id)) {
                count += 1;
            } else if id.is_none_or(|id| seen.insert(id)) {
                let guess = compressed_sizes.get(place).copied().flatten();
                let unpacked = (!layer.missing).then_some(layer.size);
                layers.push(LayerTransfer {
                    compressed: layer.heading.compressed.or(guess).or(unpacked),
                    unpacked,
                    estimated: layer.heading.compressed.is_none() && !layer.missing,
                });
            }
        }
        Self {
            layers,
            present: count,
            speed,
        }
    }

    /// Returns the compressed bytes to move, if known of each layer.
    #[must_use]
    pub fn compressed(&self) -> Option<u64> {
        let mut all = self.layers.iter().map(|layer| layer.compressed);
        all.try_fold(0, |sum: u64, bytes| Some(sum.saturating_add(bytes?)))
    }

    /// Returns the compressed bytes to move as text: `1.2 MB`, `about 1.2 MB` for an estimate, or `unknown`.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn compressed_text(&self, units: Units) -> String {
        let bytes = self.compressed();
        let is_about = bytes.is_some() && self.is_estimated();
        let about = if is_about { "about " } else { "" };
        format!("{about}{}", human_if_known(bytes, units))
    }

    /// Returns whether [`Self::compressed`] is an estimate: the source stores some layer uncompressed.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn is_estimated(&self) -> bool {
        self.layers.iter().any(|layer| layer.estimated)
    }

    /// Returns the seconds of a pull over an unshared link; unknown when a layer is not in the archive.
    #[must_use]
    pub fn pull(&self, link: LinkSpeed) -> Option<f64> {
        self.pull_at(link.bytes_per_second())
    }

    /// Returns the seconds until the last of some nodes has pulled, when all pull at once and share one link equally; unknown as [`Self::pull`].
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "nobody has that many nodes")]
    pub fn pull_shared(&self, link: LinkSpeed, nodes: u64) -> Option<f64> {
        self.pull_at(link.bytes_per_second() / nodes.max(1) as f64)
    }

    /// Returns the seconds that the compressed bytes take over an unshared link, without unpacking: the same on every machine. Unknown when a compressed size
    /// is.
    #[must_use]
    pub(crate) fn download(&self, link: LinkSpeed) -> Option<f64> {
        Some(float(self.compressed()?) / link.bytes_per_second())
    }

    fn pull_at(&self, rate: f64) -> Option<f64> {
        let sizes = self.sizes()?;
        let ends = arrivals(sizes.iter().map(|(compressed, _)| *compressed), rate);
        let unpack = float(self.speed.unpack.max(1));
        let layers = sizes.iter().zip(ends);
        let last = layers.fold(0.0, |done: f64, ((_, unpacked), there)| {
            done.max(there) + float(*unpacked) / unpack
        });
        Some(last)
    }

    /// Returns the compressed and the unpacked bytes of each layer, if known of each.
    fn sizes(&self) -> Option<Vec<(u64, u64)>> {
        let sizes = |layer: &LayerTransfer| Some((layer.compressed?, layer.unpacked?));
        self.layers.iter().map(sizes).collect()
    }

    /// Returns the seconds of a push to a registry without any of the layers; unknown when a compressed size is.
    #[must_use]
    pub fn push(&self, link: LinkSpeed) -> Option<f64> {
        let pack = float(self.speed.pack.max(1));
        // What the source stores compressed is sent as it is.
        let work = self.layers.iter().filter(|layer| layer.estimated);
        let work = work.map(|layer| Some(float(layer.unpacked?) / pack));
        let work: Vec<f64> = work.collect::<Option<_>>()?;
        let longest = work.iter().copied().fold(0.0, f64::max);
        let cores = self.speed.cores.clamp(1, CONCURRENT_UPLOADS);
        let shared = work.iter().sum::<f64>() / float(cores as u64);
        let sent = self.download(link)?;
        Some(sent.max(longest).max(shared))
    }
}

/// Returns the end of each download in seconds: they start in order, [`CONCURRENT_DOWNLOADS`] at a time, and share `rate` bytes per second equally.
fn arrivals(sizes: impl Iterator<Item = u64>, rate: f64) -> Vec<f64> {
    let mut left: Vec<f64> = sizes.map(float).collect();
    let mut ends = vec![0.0; left.len()];
    let (mut now, mut next) = (0.0, 0);
    let mut running: Vec<usize> = Vec::new();
    loop {
        while running.len() < CONCURRENT_DOWNLOADS && next < left.len() {
            running.push(next);
            next += 1;
        }
        let least = running.iter().map(|&at| left[at]).reduce(f64::min);
        let Some(least) = least else { return ends };
        now += least * float(running.len() as u64) / rate;
        for &at in &running {
            left[at] -= least;
            ends[at] = now;
        }
        running.retain(|&at| left[at] > 0.0);
    }
}

#[expect(clippy::cast_precision_loss, reason = "estimates are not that exact")]
const fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::{LayerTransfer, MachineSpeed, Transfer, arrivals};
    use crate::analysis::LinkSpeed;

    fn transfer(layers: &[(u64, u64)]) -> Transfer {
        let layer = |&(compressed, unpacked)| LayerTransfer {
            compressed: Some(compressed),
            unpacked: Some(unpacked),
            estimated: true,
        };
        Transfer {
            layers: layers.iter().map(layer).collect(),
            present: 0,
            speed: MachineSpeed {
                unpack: 100,
                pack: 20,
                cores: 2,
                measured: true,
            },
        }
    }

    fn near(one: impl Into<Option<f64>>, other: f64) {
        let one = one.into().expect("it is known");
        assert!((one - other).abs() < 1e-9, "{one} is not {other}");
    }

    #[test]
    fn three_share_the_link_and_the_fourth_waits() {
        // 10 bytes a second: the first ends after 3 s, when the fourth begins; the second after 6 s, the other two follow.
        assert_eq!(
            arrivals([10, 20, 30, 10].into_iter(), 10.0),
            [3.0, 6.0, 7.0, 6.0]
        );
        assert_eq!(arrivals([].into_iter(), 10.0), Vec::<f64>::new());
        assert_eq!(arrivals([0, 0, 0, 0].into_iter(), 1.0), [0.0; 4]);
    }

    #[test]
    fn unpacking_overlaps_downloads_except_for_the_last_layer() {
        let link = LinkSpeed::new(80).expect("a speed");
        // 10 bytes a second, 100 unpacked bytes a second.
        near(transfer(&[(10, 100)]).pull(link), 2.0);
        // Both are there after 2 s; the lower is unpacked first, then the upper.
        near(transfer(&[(10, 100), (10, 100)]).pull(link), 4.0);
        // The upper is there after 2 s but waits for the lower, which comes after 11 s.
        near(transfer(&[(100, 100), (10, 300)]).pull(link), 15.0);
        near(transfer(&[(10, 100)]).pull_shared(link, 4), 5.0);
        near(transfer(&[]).pull(link), 0.0);
        // Unpacking, and so the machine, has no part in a download.
        near(transfer(&[(10, 100), (10, 300)]).download(link), 2.0);
    }

    #[test]
    fn a_push_takes_the_link_or_the_packing() {
        let link = LinkSpeed::new(80).expect("a speed");
        near(transfer(&[(100, 100)]).push(link), 10.0);
        near(transfer(&[(10, 400)]).push(link), 20.0);
        near(
            transfer(&[(10, 400), (10, 400), (10, 400)]).push(link),
            30.0,
        );
        let mut compressed_sizes = transfer(&[(10, 400)]);
        compressed_sizes.layers[0].estimated = false;
        near(compressed_sizes.push(link), 1.0);
    }
}
