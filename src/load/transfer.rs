//! The inputs of the transfer model that need the image's bytes or this machine: compressed sizes and speeds. Links and what the other end has come
//! from the caller.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::thread::available_parallelism;

use super::{Cancel, FileContents, Loaded};
use crate::analysis::needed_files::LayerData;
use crate::analysis::{MachineSpeed, Transfer};
use crate::archive;
use crate::image::{Image, Layer, LayerId};

/// Returns how fast a usual machine compresses and decompresses; or this machine, measured at the first call, in about 20 ms.
pub fn speed(measured: bool) -> MachineSpeed {
    static SPEED: OnceLock<MachineSpeed> = OnceLock::new();
    if !measured {
        return MachineSpeed::USUAL;
    }
    *SPEED.get_or_init(|| {
        let (unpack, pack) = archive::compression_speed();
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        MachineSpeed {
            unpack,
            pack,
            cores,
            measured: true,
        }
    })
}

/// Returns the identities of an image's layers, for the end that has them.
#[must_use]
pub fn identities(image: &Image) -> HashSet<String> {
    let known = image.layers.iter().filter_map(Layer::identity);
    known.map(str::to_owned).collect()
}

impl Loaded {
    /// Estimates the compressed size of each layer where it is unknown, bottom first, by compressing samples: at most 8 MiB per layer. What was estimated
    /// before is taken from the cache.
    #[must_use]
    pub(crate) fn compressed_sizes(&self, cancel: &Cancel) -> Vec<Option<u64>> {
        let estimate = |id: LayerId| {
            let is_unknown = self.image.layer(id).heading.compressed.is_none();
            (is_unknown && !cancel.is_cancelled())
                .then(|| self.contents.estimate_compressed(id, cancel))
                .flatten()
        };
        self.image.layer_ids().map(estimate).collect()
    }

    /// Returns what a transfer of the image takes to an end that has the layers `present`.
    #[must_use]
    pub(crate) fn transfer(
        &self,
        present: &HashSet<String>,
        speed: MachineSpeed,
        cancel: &Cancel,
    ) -> Transfer {
        Transfer::of(&self.image, &self.compressed_sizes(cancel), present, speed)
    }
}

impl FileContents {
    /// Estimates the compressed size of a plain layer, once; `None` if it cannot be read.
    fn estimate_compressed(&self, layer: LayerId, cancel: &Cancel) -> Option<u64> {
        let data = self.kept_data(layer);
        if let Some(known) = data.as_ref().and_then(LayerData::compressed_estimate) {
            return Some(known);
        }
        let estimate = self.layers(cancel).ok()?.estimate_compressed(layer)?;
        if let Some((cache, name)) = self.cache_of(layer) {
            cache.change_data(name, |data| data.set_compressed_estimate(estimate));
        }
        Some(estimate)
    }
}
