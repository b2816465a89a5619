//! What the content analysis extracted from a layer's files, as bytes, written by postcard. Another version of the program extracts anew; no file is
//! opened here.

use serde::{Deserialize, Serialize};

use super::checksummed_file::{Magic, open, seal};
use crate::analysis::needed_files::LayerData;
use crate::version;

/// The number rises with every change of what is extracted; the version of the program counts as well.
const MAGIC: &Magic = b"dive-rs data 3\n\n";
/// The largest data that are kept of a layer, in bytes.
const LARGEST: usize = 64 << 20;

#[derive(Serialize, Deserialize)]
struct NamedData<'a, T> {
    version: &'a str,
    /// The name of the layer's files in the cache.
    name: &'a str,
    data: T,
}

/// Returns data as bytes; `None` if they are too large or cannot be written.
pub(super) fn encode(name: &str, data: &LayerData) -> Option<Vec<u8>> {
    let version = version::LINE.as_str();
    let plain = postcard::to_allocvec(&NamedData {
        version,
        name,
        data,
    });
    seal(MAGIC, &plain.ok().filter(|plain| plain.len() <= LARGEST)?)
}

/// Returns the data of a layer with this name; `None` if the bytes are damaged, of another version, or another layer's.
pub(super) fn decode(bytes: &[u8], name: &str) -> Option<LayerData> {
    let plain = open(MAGIC, bytes)?;
    let named: NamedData<'_, LayerData> = postcard::from_bytes(&plain).ok()?;
    (named.version == *version::LINE && named.name == name).then_some(named.data)
}

#[cfg(test)]
mod tests {
    use super::{MAGIC, NamedData, decode, encode, seal};
    use crate::analysis::needed_files::LayerData;
    use crate::version;

    #[test]
    fn data_of_another_layer_or_version_are_refused() {
        let bytes = encode("sha256:00", &LayerData::default()).unwrap();
        assert!(decode(&bytes, "sha256:00").is_some() && decode(&bytes, "sha256:01").is_none());
        assert!(decode(&bytes[..bytes.len() - 1], "sha256:00").is_none());
        for (version, known) in [(version::LINE.as_str(), true), ("0.0.1 (abc)", false)] {
            let named = NamedData {
                version,
                name: "sha256:00",
                data: LayerData::default(),
            };
            let bytes = seal(MAGIC, &postcard::to_allocvec(&named).unwrap()).unwrap();
            assert_eq!(decode(&bytes, "sha256:00").is_some(), known);
        }
    }
}
