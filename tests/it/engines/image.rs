//! The engines' test image: two layers, the upper one with two megabytes of incompressible data.

use std::sync::{LazyLock, Mutex};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::http::Socket;
use crate::source::hex;

pub(crate) const NAME: &str = "dive-rs-source-test:1";

static LAYERS: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let noise: Vec<u8> = (0..1 << 18).flat_map(|_| noise()).collect();
    [
        tar(&[("hello", b"hello")]),
        tar(&[("noise", noise.as_slice())]),
    ]
});

/// Returns the layers' digests, bottom first.
pub(crate) fn diff_ids() -> Vec<String> {
    LAYERS.iter().map(|layer| digest(layer)).collect()
}

/// Loads the image into an engine, once per engine and run.
pub(crate) fn load(socket: &Socket) {
    static LOADED: Mutex<Vec<std::path::PathBuf>> = Mutex::new(Vec::new());
    let mut loaded = LOADED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if !loaded.iter().any(|path| path == socket.path()) {
        socket.load(&archive());
        loaded.push(socket.path().to_owned());
    }
}

/// Returns whether an archive is complete and has the files of every `docker save`.
pub(crate) fn holds_manifest(archive: &[u8]) -> bool {
    let mut archive = tar::Archive::new(archive);
    let mut found = false;
    for entry in archive.entries().unwrap() {
        found |= entry.unwrap().path().unwrap().as_os_str() == "manifest.json";
    }
    found
}

fn archive() -> Vec<u8> {
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "created": "2020-01-01T00:00:00Z",
        "config": {"Env": ["A=b"]},
        "rootfs": {"type": "layers", "diff_ids": diff_ids()},
        "history": [
            {"created": "2020-01-01T00:00:00Z", "created_by": "/bin/sh -c #(nop) ADD file:0123 in / "},
            {"created": "2020-01-01T00:00:00Z", "created_by": "/bin/sh -c #(nop)  ENV A=b", "empty_layer": true},
            {"created": "2020-01-01T00:00:00Z", "created_by": "/bin/sh -c dd if=/dev/urandom of=/noise"},
        ],
    })
    .to_string();
    let config_name = format!("{}.json", digest(config.as_bytes()).replace("sha256:", ""));
    let manifest =
        json!([{"Config": config_name, "RepoTags": [NAME], "Layers": ["0/layer.tar", "1/layer.tar"]}])
            .to_string();
    tar(&[
        (&config_name, config.as_bytes()),
        ("0/layer.tar", &LAYERS[0]),
        ("1/layer.tar", &LAYERS[1]),
        ("manifest.json", manifest.as_bytes()),
    ])
}

pub(super) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex(&Sha256::digest(bytes)))
}
