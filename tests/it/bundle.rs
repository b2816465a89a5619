//! Archives put together file by file, as every producer lays them out, also in ways none does. The JSON is written here, the layers are handed in.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::fixture_tar::hex;
use crate::raw_tar::RawTar;

/// Files and links by name, in order.
#[derive(Clone, Debug, Default)]
pub struct Bundle(Vec<(String, Item)>);

#[derive(Clone, Debug)]
enum Item {
    File(Vec<u8>),
    Link(String),
}

impl Bundle {
    pub fn file(mut self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let item = Item::File(bytes.as_ref().to_vec());
        self.0.push((name.to_owned(), item));
        self
    }

    pub fn json(self, name: &str, value: &Value) -> Self {
        self.file(name, value.to_string())
    }

    pub fn link(mut self, name: &str, target: &str) -> Self {
        self.0
            .push((name.to_owned(), Item::Link(target.to_owned())));
        self
    }

    /// Adds bytes under their digest's name, once.
    pub fn blob(self, bytes: impl AsRef<[u8]>) -> Self {
        let name = blob(bytes.as_ref());
        if self.0.iter().any(|(other, _)| *other == name) {
            return self;
        }
        self.file(&name, bytes)
    }

    pub fn json_blob(self, value: &Value) -> Self {
        self.blob(value.to_string())
    }

    /// Returns the archive.
    pub fn tar(&self) -> Vec<u8> {
        let add = |tar: RawTar, (name, item): &(String, Item)| match item {
            Item::File(bytes) if name.len() > 100 => tar
                .pax(b'x', &[("path", name.as_bytes())])
                .file("cut", bytes),
            Item::File(bytes) => tar.file(name, bytes),
            Item::Link(target) => tar.symlink(name, target),
        };
        self.0.iter().fold(RawTar::default(), add).end()
    }

    /// Returns a document of the archive.
    #[cfg(target_os = "linux")]
    pub fn document(&self, name: &str) -> Value {
        let named = self.0.iter().find(|(own, _)| own == name);
        let Some((_, Item::File(text))) = named else {
            panic!("{name} is no file");
        };
        serde_json::from_slice(text).expect("a document")
    }

    /// Writes the files below a folder.
    pub fn write(&self, folder: &Path) {
        for (name, item) in &self.0 {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
            if let Item::File(bytes) = item {
                fs::write(path, bytes).expect("room for a test");
            }
        }
    }
}

/// Returns the name of a blob in an OCI layout.
pub fn blob(bytes: impl AsRef<[u8]>) -> String {
    format!("blobs/sha256/{}", hex(bytes.as_ref()))
}

/// Returns a digest as JSON writes it.
pub fn digest(bytes: impl AsRef<[u8]>) -> String {
    format!("sha256:{}", hex(bytes.as_ref()))
}

/// Returns an image config for unpacked layers, its history made of `RUN` lines with an `ENV` between them.
pub fn config(architecture: &str, layers: &[&[u8]]) -> Value {
    let mut history = Vec::new();
    for at in 0..layers.len() {
        history.push(json!({"created_by": format!("RUN {at}")}));
        history.push(json!({"created_by": "ENV A=1", "empty_layer": true}));
    }
    json!({
        "architecture": architecture,
        "os": "linux",
        "config": {"Env": ["A=1"]},
        "history": history,
        "rootfs": {"type": "layers", "diff_ids": layers.iter().map(digest).collect::<Vec<_>>()},
    })
}

pub fn descriptor(media_type: &str, bytes: impl AsRef<[u8]>) -> Value {
    let bytes = bytes.as_ref();
    json!({"mediaType": media_type, "digest": digest(bytes), "size": bytes.len()})
}

/// Returns an OCI manifest of a config and packed layers.
pub fn manifest(config: &Value, layers: &[&[u8]]) -> Value {
    let layers: Vec<Value> = layers
        .iter()
        .map(|layer| descriptor("application/vnd.oci.image.layer.v1.tar", layer))
        .collect();
    json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("application/vnd.oci.image.config.v1+json", config.to_string()),
        "layers": layers,
    })
}

/// Returns an index's line for a manifest or another index.
pub fn listed(what: &Value, extra: &Value) -> Value {
    let media_type = what["mediaType"]
        .as_str()
        .expect("documents say what they are");
    let mut line = descriptor(media_type, what.to_string());
    for (key, value) in extra.as_object().into_iter().flatten() {
        line[key] = value.clone();
    }
    line
}

pub fn index(lines: &[Value]) -> Value {
    json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": lines,
    })
}

/// Returns an OCI archive of one image, its layers packed as they are handed in.
pub fn oci(unpacked: &[&[u8]], packed: &[&[u8]]) -> Bundle {
    let config = config("amd64", unpacked);
    let manifest = manifest(&config, packed);
    let named = json!({"annotations": {"org.opencontainers.image.ref.name": "app:1"}});
    let bundle = Bundle::default()
        .file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
        .json("index.json", &index(&[listed(&manifest, &named)]))
        .json_blob(&manifest)
        .json_blob(&config);
    packed.iter().fold(bundle, Bundle::blob)
}

/// Returns what docker 25 and later save.
pub fn docker(layers: &[&[u8]]) -> Bundle {
    let config = config("amd64", layers);
    let names: Vec<String> = layers.iter().map(blob).collect();
    oci(layers, layers).json(
        "manifest.json",
        &json!([{"Config": blob(config.to_string()), "RepoTags": ["app:1"], "Layers": names}]),
    )
}
