//! Shares reads of several layers among threads, in an order in which no byte is decompressed twice. Independent of what is read.

use super::{Error, FileContents};
use crate::archive;
use crate::image::{Compression, Image, LayerId};
use crate::threads;

impl FileContents {
    /// Runs `work` on parts of `items`, which are sorted by layer, and returns all results in their order. A plain layer is shared among threads, a
    /// compressed one is one part; layers are read in the archive's order.
    ///
    /// # Errors
    /// The error of `work`, with the image's name.
    pub(super) fn by_layer<I: Sync, T: Clone + Send>(
        &self,
        image: &Image,
        items: &[I],
        layer: impl Fn(&I) -> LayerId,
        work: impl Fn(&[I]) -> Result<Vec<T>, archive::Error> + Sync,
    ) -> Result<Vec<T>, Error> {
        let blobs = self.known_layers();
        let threads = blobs.threads();
        let most = items.len().div_ceil(threads.get()).max(1);
        let layers = items.chunk_by(|one, other| layer(one) == layer(other));
        let parts = layers.flat_map(|items| {
            let plain = image.layer(layer(&items[0])).compression == Compression::None;
            items.chunks(if plain { most } else { items.len() })
        });
        let mut parts: Vec<(usize, &[I])> = parts.enumerate().collect();
        parts.sort_by_key(|(_, items)| blobs.offset(layer(&items[0])));
        let done = threads::map_chunks(&parts, threads, |parts| {
            let part = |&(index, items): &(usize, &[I])| Ok((index, work(items)?));
            parts.iter().map(part).collect::<Result<Vec<_>, _>>()
        });
        let done = done.map_err(|error| Error::read(&image.about.reference, error));
        let mut done = done?.concat();
        done.sort_by_key(|(index, _)| *index);
        Ok(done.into_iter().flat_map(|(_, done)| done).collect())
    }
}
