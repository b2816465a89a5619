//! Encodes and decodes what an archive that was read as one stream has beside its layers, by postcard. Bytes that do not decode are ignored. Opens no file.

use serde::{Deserialize, Serialize};

use super::checksummed_file::{Magic, open, seal};
use super::index::checkpoints;
use crate::archive::{Checkpoint, StreamIndex};

/// The number rises with every change of what is kept of a stream.
const MAGIC: &Magic = b"dive-rs stream 2";

#[derive(Serialize, Deserialize)]
struct NamedStream<'a, T> {
    /// The name of the stream's file in the cache.
    name: &'a str,
    index: T,
    #[serde(borrow)]
    checkpoints: Vec<(u64, u64, &'a [u8])>,
}

/// Returns it as bytes; `None` if it cannot be written.
pub(super) fn encode(
    name: &str,
    index: &StreamIndex,
    checkpoints: &[Checkpoint],
) -> Option<Vec<u8>> {
    let plain = postcard::to_allocvec(&NamedStream {
        name,
        index,
        checkpoints: checkpoints.iter().map(Checkpoint::parts).collect(),
    });
    seal(MAGIC, &plain.ok()?)
}

/// Returns the index of the stream with this name; `None` if the bytes are damaged, of another format, or another stream's.
pub(super) fn decode(bytes: &[u8], name: &str) -> Option<(StreamIndex, Vec<Checkpoint>)> {
    let plain = open(MAGIC, bytes)?;
    let named: NamedStream<'_, StreamIndex> = postcard::from_bytes(&plain).ok()?;
    let checkpoints = checkpoints(named.checkpoints)?;
    (named.name == name).then_some((named.index, checkpoints))
}

#[cfg(test)]
mod tests {
    use super::{MAGIC, decode, encode, seal};
    use crate::archive::{Checkpoint, StreamIndex, StreamedFile};

    #[test]
    fn a_stream_comes_back_as_it_was_and_another_one_does_not() {
        let text = |text: &str| text.to_owned();
        let index = StreamIndex {
            documents: vec![(text("manifest.json"), b"[]".to_vec())],
            others: vec![(text("VERSION"), vec![0, 255])],
            links: vec![(text("a"), text("b"), text("../b"))],
            layers: vec![StreamedFile {
                name: text("0/layer.tar"),
                index: text("sha256:00"),
                start: 512,
                stored: 1 << 40,
                before: 1,
            }],
        };
        let checkpoints = [(80, 100), (8000, 10_000)]
            .map(|(bit, before)| Checkpoint::of_parts(bit, before, b"window"));
        let bytes = encode("image:00", &index, &checkpoints).unwrap();
        let (back, marks) = decode(&bytes, "image:00").unwrap();
        assert_eq!(back, index);
        let parts = |all: &[Checkpoint]| format!("{all:?}");
        assert_eq!(parts(&marks), parts(&checkpoints));
        assert!(decode(&bytes, "image:01").is_none());
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert!(decode(&other, "image:00").is_none(), "{at}");
            assert!(decode(&bytes[..at], "image:00").is_none());
        }
        assert!(decode(&seal(MAGIC, b"junk").unwrap(), "image:00").is_none());
    }
}
