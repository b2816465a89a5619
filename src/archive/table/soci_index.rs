//! Reads SOCI's index of an image: which of its layers have a table of contents in a blob of its own. Fetches nothing.
//!
//! Format: soci-snapshotter, "SOCI Index Manifest v2": an image manifest whose layers are the tables.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::archive::table::table_ref::{TableFormat, TableRef};

/// The annotation of an image's manifest with the digest of the index.
const INDEX: &str = "com.amazon.soci.index-digest";
/// The media type of the index's config.
const CONFIG: &str = "application/vnd.amazon.soci.index.v2+json";
/// The annotation of a table with the digest of its layer.
const LAYER: &str = "com.amazon.soci.image-layer-digest";

#[derive(Deserialize)]
struct Index {
    config: ZtocDescriptor,
    layers: Vec<ZtocDescriptor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ZtocDescriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    size: u64,
    #[serde(default)]
    annotations: Option<BTreeMap<String, String>>,
}

/// Returns the digest of an image's index, from the annotations of its manifest.
pub(crate) fn index_of(annotations: &[(String, String)]) -> Option<&str> {
    let mut own = annotations.iter().filter(|(name, _)| name == INDEX);
    own.next().map(|(_, digest)| digest.as_str())
}

/// Returns the tables of an index by the digests of their layers; `None` if it is not such an index.
pub(crate) fn tables_of(index: &[u8]) -> Option<BTreeMap<String, TableRef>> {
    let index: Index = serde_json::from_slice(index).ok()?;
    if index.config.media_type != CONFIG {
        return None;
    }
    let table = |own: ZtocDescriptor| {
        let layer = own.annotations?.remove(LAYER)?;
        let (digest, format) = (own.digest, TableFormat::Soci(own.size));
        Some((layer, TableRef { digest, format }))
    };
    Some(index.layers.into_iter().filter_map(table).collect())
}

#[cfg(test)]
mod tests {
    use super::{index_of, tables_of};
    use crate::archive::table::table_ref::TableFormat;

    #[test]
    fn an_index_names_the_tables_of_layers() {
        let annotations = [("a", "b"), ("com.amazon.soci.index-digest", "sha256:1")];
        let annotations = annotations.map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(index_of(&annotations), Some("sha256:1"));
        assert_eq!(index_of(&annotations[..1]), None);
        let index = |version: u8| {
            serde_json::json!({
                "schemaVersion": 2,
                "config": {
                    "mediaType": format!("application/vnd.amazon.soci.index.v{version}+json"),
                    "digest": "sha256:0", "size": 2,
                },
                "layers": [
                    {
                        "mediaType": "application/octet-stream", "digest": "sha256:2", "size": 7,
                        "annotations": { "com.amazon.soci.image-layer-digest": "sha256:3" },
                    },
                    { "mediaType": "application/octet-stream", "digest": "sha256:4", "size": 7 },
                ],
            })
        };
        let tables = tables_of(index(2).to_string().as_bytes()).unwrap();
        assert_eq!(tables.len(), 1);
        let table = &tables["sha256:3"];
        assert_eq!(table.digest, "sha256:2");
        assert_eq!(table.format, TableFormat::Soci(7));
        assert!(tables_of(index(1).to_string().as_bytes()).is_none());
        assert!(tables_of(b"{}").is_none());
    }
}
