//! What moving a loaded image takes: the numbers that only its bytes and this machine can tell, handed to the model. Which links and what the other end
//! has is said by whoever asks.

use std::collections::HashSet;
use std::num::NonZeroUsize;
use std::sync::OnceLock;
use std::thread::available_parallelism;

use super::{Cancel, Loaded};
use crate::analysis::{MachineSpeed, Transfer};
use crate::archive;
use crate::image::{Image, Layer, LayerId};

/// Returns how fast this machine packs and unpacks; measured once, in about 20 ms, when it is first asked.
pub fn speed() -> MachineSpeed {
    static SPEED: OnceLock<MachineSpeed> = OnceLock::new();
    *SPEED.get_or_init(|| {
        let (unpack, pack) = archive::speed();
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        MachineSpeed {
            unpack,
            pack,
            cores,
        }
    })
}

/// Returns what an image's layers are known by, for the end that has them.
#[must_use]
pub fn identities(image: &Image) -> HashSet<String> {
    let known = image.layers.iter().filter_map(Layer::identity);
    known.map(str::to_owned).collect()
}

impl Loaded {
    /// Estimates what each layer would weigh packed where that is not known, bottom first, by packing some places of it: at most 8 MiB a layer.
    #[must_use]
    pub fn packed(&self, cancel: &Cancel) -> Vec<Option<u64>> {
        let guess = |id: LayerId| {
            let unknown = self.image.layer(id).heading.compressed.is_none();
            (unknown && !cancel.is_cancelled())
                .then(|| self.contents.layers.packed(id))
                .flatten()
        };
        self.image.layer_ids().map(guess).collect()
    }

    /// Says what moving the image takes to where `held` already is.
    #[must_use]
    pub fn transfer(&self, held: &HashSet<String>, cancel: &Cancel) -> Transfer {
        Transfer::of(&self.image, &self.packed(cancel), held, speed())
    }
}
