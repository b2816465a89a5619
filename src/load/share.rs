//! Questions to the contents of several layers, shared among threads so that no byte is unpacked twice for want of order. What is asked is not known here.

use super::{Contents, Error};
use crate::archive;
use crate::image::{Compression, Image, LayerId};
use crate::threads;

impl Contents {
    /// Does some work with shares of `items`, which are sorted by layer, and returns all that came of it in their order. A plain layer is shared among
    /// threads, a packed one is one share; layers are gone through in the order in which they stand.
    ///
    /// # Errors
    /// The work's own, as one of the image.
    pub(super) fn by_layer<I: Sync, T: Clone + Send>(
        &self,
        image: &Image,
        items: &[I],
        layer: impl Fn(&I) -> LayerId,
        work: impl Fn(&[I]) -> Result<Vec<T>, archive::Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let threads = self.layers.threads();
        let most = items.len().div_ceil(threads.get()).max(1);
        let layers = items.chunk_by(|one, other| layer(one) == layer(other));
        let parts = layers.flat_map(|items| {
            let plain = image.layer(layer(&items[0])).compression == Compression::None;
            items.chunks(if plain { most } else { items.len() })
        });
        let mut parts: Vec<(usize, &[I])> = parts.enumerate().collect();
        parts.sort_by_key(|(_, items)| self.layers.place(layer(&items[0])));
        let done = threads::shares(&parts, threads, |parts| {
            let part = |&(place, items): &(usize, &[I])| Ok((place, work(items)?));
            parts.iter().map(part).collect::<Result<Vec<_>, _>>()
        });
        let done = done.map_err(|error| Error::read(&image.about.reference, error));
        let mut done = done?.concat();
        done.sort_by_key(|(place, _)| *place);
        Ok(done.into_iter().flat_map(|(_, done)| done).collect())
    }
}
