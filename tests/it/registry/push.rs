//! Puts what an OCI archive holds into a registry, and gets what another program put there, over its API.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

/// The blobs of an archive by their digests, and what its index lists.
pub(crate) struct Blobs {
    pub(crate) all: BTreeMap<String, Vec<u8>>,
    pub(crate) index: Value,
}

impl Blobs {
    pub(crate) fn of(archive: &[u8]) -> Self {
        let mut all = BTreeMap::new();
        let mut index = Value::Null;
        for entry in tar::Archive::new(archive).entries().unwrap() {
            let mut entry = entry.unwrap();
            if !entry.header().entry_type().is_file() {
                continue;
            }
            let path = entry.path().unwrap().display().to_string();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            if path == "index.json" {
                index = serde_json::from_slice(&bytes).unwrap();
            } else if let Some(hex) = path.strip_prefix("blobs/sha256/") {
                all.insert(format!("sha256:{hex}"), bytes);
            }
        }
        Self { all, index }
    }

    /// Returns the descriptor of the only image.
    pub(crate) fn image(&self) -> &Value {
        &self.index["manifests"][0]
    }

    /// Returns the digests of its layers, bottom first.
    pub(crate) fn layers(&self) -> Vec<String> {
        let digest = self.image()["digest"].as_str().unwrap();
        let manifest: Value = serde_json::from_slice(&self.all[digest]).unwrap();
        let layers = manifest["layers"].as_array().unwrap().iter();
        layers
            .map(|layer| layer["digest"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Pushes the only image of an archive as `NAME:TAG`.
pub(crate) fn push(host: &str, name: &str, tag: &str, archive: &[u8]) -> Blobs {
    let blobs = Blobs::of(archive);
    let image = blobs.image();
    let digest = image["digest"].as_str().unwrap();
    for (own, bytes) in &blobs.all {
        if own != digest {
            push_blob(host, name, own, bytes);
        }
    }
    let media_type = image["mediaType"].as_str().unwrap();
    push_manifest(host, name, tag, media_type, &blobs.all[digest]);
    blobs
}

/// Pushes the index that is the only line of an archive's own, and everything below it, as `NAME:TAG`.
pub(crate) fn push_index(host: &str, name: &str, tag: &str, archive: &[u8]) {
    let blobs = Blobs::of(archive);
    let root = blobs.image()["digest"].as_str().unwrap();
    let media_type = |bytes: &[u8]| {
        let json: Value = serde_json::from_slice(bytes).ok()?;
        Some(json["mediaType"].as_str()?.to_owned())
    };
    let (documents, others): (Vec<_>, Vec<_>) = blobs
        .all
        .iter()
        .partition(|(_, bytes)| media_type(bytes).is_some());
    for (digest, bytes) in others {
        push_blob(host, name, digest, bytes);
    }
    // What an index lists must be there before it.
    let (root, below): (Vec<_>, Vec<_>) = documents
        .into_iter()
        .partition(|(digest, _)| *digest == root);
    for (digest, bytes) in below {
        push_manifest(host, name, digest, &media_type(bytes).unwrap(), bytes);
    }
    push_manifest(host, name, tag, &media_type(root[0].1).unwrap(), root[0].1);
}

pub(crate) fn push_blob(host: &str, name: &str, digest: &str, bytes: &[u8]) {
    let begun = request(host, "POST", &format!("/v2/{name}/blobs/uploads/"), "", b"");
    let location = begun
        .lines()
        .find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("location")
                .then(|| value.trim().to_owned())
        })
        .unwrap_or_else(|| panic!("{begun}"));
    let path = location
        .split_once("://")
        .map_or(location.as_str(), |(_, rest)| {
            &rest[rest.find('/').unwrap()..]
        });
    let joint = if path.contains('?') { '&' } else { '?' };
    let path = format!("{path}{joint}digest={digest}");
    let done = request(host, "PUT", &path, "application/octet-stream", bytes);
    assert!(done.starts_with("HTTP/1.1 201"), "{done}");
}

pub(crate) fn push_manifest(host: &str, name: &str, tag: &str, media_type: &str, bytes: &[u8]) {
    let path = format!("/v2/{name}/manifests/{tag}");
    let done = request(host, "PUT", &path, media_type, bytes);
    assert!(done.starts_with("HTTP/1.1 201"), "{done}");
}

/// Returns what a registry has at a path.
pub(crate) fn pull(host: &str, path: &str, media_type: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(host).unwrap();
    // Without chunks and behind the head only the body comes.
    let head = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\nAccept: {media_type}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let head = String::from_utf8_lossy(&answer[..head.unwrap()]).into_owned();
    assert!(head.contains(" 200 OK"), "{path}: {head}");
    answer.split_off(head.len() + 4)
}

fn request(host: &str, method: &str, path: &str, media_type: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
