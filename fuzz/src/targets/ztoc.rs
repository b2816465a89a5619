//! Any bytes as SOCI's table of contents of a layer in a registry: a flatbuffer in a blob of its own. It gives an image, and contents where two layers have a
//! path with the same size.

use std::sync::{Arc, LazyLock};

use crate::bundle::digest;
use crate::options;
use crate::raw_tar::RawTar;
use crate::served::Served;
use crate::ztoc::{SPAN, Ztoc, gzip};
use dive_rs::archive::{Cancel, Input, read};
use serde_json::json;

/// The layer, and its table. A blob of fewer bytes would be read without its table, and one of more would have a table longer than an input.
static LAYER: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let tar = tar(SPAN - tar(0).len());
    let (blob, places) = gzip(&tar);
    let table = Ztoc::of(&tar, &blob, &places).bytes();
    (blob, table)
});

/// Returns a tar with a file of so many bytes.
fn tar(length: usize) -> Vec<u8> {
    RawTar::default()
        .dir("etc/")
        .file("etc/motd", "hello\n")
        .pax(b'x', &[("SCHILY.xattr.user.a", b"b")])
        .file("data", vec![b'x'; length])
        .symlink("link", "data")
        .hard_link("again", "data")
        .file("etc/.wh.gone", "")
        .end()
}

/// Returns the table of the layer.
pub fn table() -> &'static [u8] {
    &LAYER.1
}

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let blob = &LAYER.0;
    // Twice the same layer, as two blobs, so that paths with the same size are compared by their contents. Digests of blobs are not computed where their
    // tables are used.
    let digests = ["7", "8"].map(|digit| format!("sha256:{}", digit.repeat(64)));
    let kind = |kind: &str| format!("application/vnd.oci.image.{kind}");
    let layers = digests.each_ref().map(
        |digest| json!({"mediaType": kind("layer.v1.tar+gzip"), "digest": digest, "size": blob.len()}),
    );
    let config = json!({
        "os": "linux", "architecture": "amd64",
        "rootfs": {"type": "layers", "diff_ids": [digest(b"1"), digest(b"2")]},
    })
    .to_string();
    let tables = digests.each_ref().map(|layer| {
        json!({
            "mediaType": "application/octet-stream", "digest": digest(bytes), "size": bytes.len(),
            "annotations": {"com.amazon.soci.image-layer-digest": layer},
        })
    });
    let list = json!({
        "schemaVersion": 2, "mediaType": kind("manifest.v1+json"), "layers": tables,
        "config": {"mediaType": "application/vnd.amazon.soci.index.v2+json", "digest": digest(b"{}"), "size": 2},
    })
    .to_string();
    let manifest = json!({
        "schemaVersion": 2, "mediaType": kind("manifest.v1+json"),
        "config": {"mediaType": kind("config.v1+json"), "digest": digest(&config), "size": config.len()},
        "layers": layers,
        "annotations": {"com.amazon.soci.index-digest": digest(&list)},
    })
    .to_string();
    let index = json!({
        "schemaVersion": 2,
        "manifests": [{"mediaType": kind("manifest.v1+json"), "digest": digest(&manifest), "size": manifest.len()}],
    });
    let documents = [manifest, config, list].map(String::into_bytes);
    let documents = documents.into_iter().chain([bytes.to_vec()]);
    let layers = digests.map(|digest| (digest, blob.clone()));
    let served = Input::Fetched(Arc::new(Served::of(&index, documents, layers)));
    let _ = read(served, &options(), &Cancel::default(), &|_| ());
}
