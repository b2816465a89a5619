//! The images of `fixture` as the bytes of archives: docker's up to 24, docker's since 25, and OCI archives with any compression of
//! layers. Written by hand, because a tar library refuses hostile names. Never writes to disk.

use std::io::Write as _;

use dive_rs::image::Compression;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::fixture::{Content, ImageBuilder, LayerBuilder, Line, Record};

/// The `docker save` version of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Docker {
    /// Up to 24: `<id>/layer.tar`.
    Old,
    /// Since 25: `blobs/sha256/<hex>`, with an index beside the manifest.
    New,
}

/// Returns the image as `docker save` writes it.
pub fn docker_save(image: &ImageBuilder, docker: Docker) -> Vec<u8> {
    let layers: Vec<Vec<u8>> = image.layers.iter().map(layer_tar).collect();
    let config = config(image, &layers).to_string().into_bytes();
    let mut tar = Tar::default();
    match docker {
        Docker::Old => {
            let mut names = Vec::new();
            for layer in &layers {
                let id = hex(format!("id of {}", hex(layer)).as_bytes());
                tar.dir(&format!("{id}/"));
                tar.file(&format!("{id}/VERSION"), b"1.0");
                tar.file(
                    &format!("{id}/json"),
                    json!({ "id": id }).to_string().as_bytes(),
                );
                tar.file(&format!("{id}/layer.tar"), layer);
                names.push(format!("{id}/layer.tar"));
            }
            let config_name = format!("{}.json", hex(&config));
            tar.file(&config_name, &config);
            let manifest =
                json!([{"Config": config_name, "RepoTags": [image.reference], "Layers": names}]);
            tar.file("manifest.json", manifest.to_string().as_bytes());
            let (name, tag) = image
                .reference
                .rsplit_once(':')
                .unwrap_or((&image.reference, "latest"));
            let repositories = json!({ name: { tag: hex(&config) } });
            tar.file("repositories", repositories.to_string().as_bytes());
        }
        Docker::New => {
            let blob = |bytes: &[u8]| format!("blobs/sha256/{}", hex(bytes));
            tar.dir("blobs/");
            tar.dir("blobs/sha256/");
            let packed: Vec<Packed> = layers
                .iter()
                .map(|layer| Packed::of(layer, Compression::None))
                .collect();
            let oci = manifest(&config, &packed).to_string().into_bytes();
            let mut written = std::collections::BTreeSet::new();
            for bytes in layers
                .iter()
                .map(Vec::as_slice)
                .chain([config.as_slice(), oci.as_slice()])
            {
                if written.insert(blob(bytes)) {
                    tar.file(&blob(bytes), bytes);
                }
            }
            tar.file("index.json", index(image, &oci).to_string().as_bytes());
            let manifest = json!([{
                "Config": blob(&config),
                "RepoTags": [image.reference],
                "Layers": layers.iter().map(|layer| blob(layer)).collect::<Vec<_>>(),
            }]);
            tar.file("manifest.json", manifest.to_string().as_bytes());
            tar.file("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
        }
    }
    tar.end()
}

/// Returns the image as an OCI archive without `manifest.json`, with layers compressed as given.
pub fn oci_archive(image: &ImageBuilder, compression: Compression) -> Vec<u8> {
    let layers: Vec<Vec<u8>> = image.layers.iter().map(layer_tar).collect();
    let config = config(image, &layers).to_string().into_bytes();
    let packed: Vec<Packed> = layers
        .iter()
        .map(|layer| Packed::of(layer, compression))
        .collect();
    let manifest = manifest(&config, &packed).to_string().into_bytes();
    let mut tar = Tar::default();
    tar.file("oci-layout", br#"{"imageLayoutVersion":"1.0.0"}"#);
    tar.file("index.json", index(image, &manifest).to_string().as_bytes());
    let mut written = std::collections::BTreeSet::new();
    let blobs = packed.iter().map(|layer| layer.bytes.as_slice());
    for bytes in [manifest.as_slice(), config.as_slice()]
        .into_iter()
        .chain(blobs)
    {
        if written.insert(hex(bytes)) {
            tar.file(&format!("blobs/sha256/{}", hex(bytes)), bytes);
        }
    }
    tar.end()
}

/// Returns a layer's tar.
pub fn layer_tar(layer: &LayerBuilder) -> Vec<u8> {
    let mut tar = Tar::default();
    for record in &layer.records {
        tar.record(record);
    }
    tar.end()
}

/// Compresses bytes.
pub fn pack(bytes: &[u8], compression: Compression) -> Vec<u8> {
    match compression {
        Compression::None => bytes.to_vec(),
        Compression::Gzip => {
            let mut gzip =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            gzip.write_all(bytes).expect("memory takes bytes");
            gzip.finish().expect("memory takes bytes")
        }
        Compression::Zstd => zstd::encode_all(bytes, 19).expect("memory takes bytes"),
    }
}

/// Returns the sha256 of bytes in hex.
pub fn hex(bytes: &[u8]) -> String {
    spelled(&Sha256::digest(bytes))
}

/// Returns bytes as hexadecimal digits.
pub fn spelled(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

struct Packed {
    bytes: Vec<u8>,
    media_type: &'static str,
}

impl Packed {
    fn of(layer: &[u8], compression: Compression) -> Self {
        Self {
            bytes: pack(layer, compression),
            media_type: match compression {
                Compression::None => "application/vnd.oci.image.layer.v1.tar",
                Compression::Gzip => "application/vnd.oci.image.layer.v1.tar+gzip",
                Compression::Zstd => "application/vnd.oci.image.layer.v1.tar+zstd",
            },
        }
    }
}

fn config(image: &ImageBuilder, layers: &[Vec<u8>]) -> Value {
    let history: Vec<Value> = image
        .history
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let created = image.created.get(at);
            let created = created.map_or("2026-01-01T00:00:00Z", String::as_str);
            match line {
                Line::Layer(at) => json!({
                    "created": created,
                    "created_by": image.layers[*at].instruction,
                }),
                Line::Empty(text) => json!({
                    "created": created,
                    "created_by": text,
                    "empty_layer": true,
                }),
            }
        })
        .collect();
    let labels: serde_json::Map<String, Value> = image
        .config
        .labels
        .iter()
        .map(|(key, value)| (key.clone(), value.clone().into()))
        .collect();
    json!({
        "architecture": "amd64",
        "os": "linux",
        "created": "2026-01-01T00:00:00Z",
        "config": {
            "Env": image.config.env,
            "Cmd": image.config.cmd,
            "Entrypoint": image.config.entrypoint,
            "WorkingDir": image.config.working_dir,
            "User": image.config.user,
            "Labels": labels,
        },
        "history": history,
        "rootfs": {
            "type": "layers",
            "diff_ids": layers.iter().map(|layer| format!("sha256:{}", hex(layer))).collect::<Vec<_>>(),
        },
    })
}

fn manifest(config: &[u8], layers: &[Packed]) -> Value {
    let layers: Vec<Value> = layers
        .iter()
        .map(|layer| descriptor(layer.media_type, &layer.bytes))
        .collect();
    json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("application/vnd.oci.image.config.v1+json", config),
        "layers": layers,
    })
}

fn index(image: &ImageBuilder, manifest: &[u8]) -> Value {
    let mut entry = descriptor("application/vnd.oci.image.manifest.v1+json", manifest);
    entry["annotations"] = json!({ "io.containerd.image.name": image.reference });
    json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [entry],
    })
}

fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({
        "mediaType": media_type,
        "digest": format!("sha256:{}", hex(bytes)),
        "size": bytes.len(),
    })
}

/// A tar that accepts any name. GNU format: long names have their own entry, extended attributes a PAX entry.
#[derive(Default)]
pub struct Tar(Vec<u8>);

impl Tar {
    /// Adds a regular file.
    pub fn file(&mut self, path: &str, bytes: &[u8]) {
        self.put(path.as_bytes(), b'0', 0o644, (0, 0), b"", None, bytes);
    }

    /// Adds a folder.
    pub fn dir(&mut self, path: &str) {
        self.put(path.as_bytes(), b'5', 0o755, (0, 0), b"", None, b"");
    }

    /// Adds an entry of a layer.
    pub fn record(&mut self, record: &Record) {
        if !record.xattrs.is_empty() {
            let mut pax = Vec::new();
            for (name, value) in &record.xattrs {
                pax.extend(pax_line(
                    &[b"SCHILY.xattr.", name.as_slice()].concat(),
                    value,
                ));
            }
            self.put(b"PaxHeaders/x", b'x', 0o644, (0, 0), b"", None, &pax);
        }
        let Record {
            path, mode, owner, ..
        } = record;
        let (name, kind): (Vec<u8>, u8) = match &record.content {
            Content::File(_) | Content::Filled { .. } => (path.clone(), b'0'),
            Content::Directory => ([path.as_slice(), b"/"].concat(), b'5'),
            Content::Symlink(_) => (path.clone(), b'2'),
            Content::HardLink(_) => (path.clone(), b'1'),
            Content::CharDevice(..) => (path.clone(), b'3'),
            Content::Fifo => (path.clone(), b'6'),
            Content::Whiteout => (whiteout(path), b'0'),
            Content::Opaque => ([path.as_slice(), b"/.wh..wh..opq"].concat(), b'0'),
        };
        let target: &[u8] = match &record.content {
            Content::Symlink(target) | Content::HardLink(target) => target,
            _ => b"",
        };
        let device = match record.content {
            Content::CharDevice(major, minor) => Some((major, minor)),
            _ => None,
        };
        let filled;
        let bytes: &[u8] = match &record.content {
            Content::File(bytes) => bytes,
            Content::Filled { size, fill } => {
                filled = vec![*fill; usize::try_from(*size).expect("a fixture is small")];
                &filled
            }
            _ => b"",
        };
        self.put(&name, kind, u32::from(*mode), *owner, target, device, bytes);
    }

    /// Returns the tar with its end marker.
    pub fn end(mut self) -> Vec<u8> {
        self.0.resize(self.0.len() + 1024, 0);
        self.0
    }

    #[expect(clippy::too_many_arguments, reason = "a tar header has so many fields")]
    fn put(
        &mut self,
        name: &[u8],
        kind: u8,
        mode: u32,
        (uid, gid): (u32, u32),
        target: &[u8],
        device: Option<(u32, u32)>,
        bytes: &[u8],
    ) {
        for (long, kind) in [(target, b'K'), (name, b'L')] {
            if long.len() > 100 {
                let bytes = [long, b"\0"].concat();
                self.put(b"././@LongLink", kind, 0o644, (0, 0), b"", None, &bytes);
            }
        }
        let mut header = tar::Header::new_gnu();
        let gnu = header.as_gnu_mut().expect("just made");
        copy(&mut gnu.name, name);
        copy(&mut gnu.linkname, target);
        header.set_mode(mode);
        header.set_uid(uid.into());
        header.set_gid(gid.into());
        header.set_mtime(1_767_225_600);
        header.set_size(bytes.len() as u64);
        header.set_entry_type(tar::EntryType::new(kind));
        if let Some((major, minor)) = device {
            header.set_device_major(major).expect("gnu has devices");
            header.set_device_minor(minor).expect("gnu has devices");
        }
        header.set_cksum();
        self.0.extend_from_slice(header.as_bytes());
        self.0.extend_from_slice(bytes);
        self.0.resize(self.0.len().next_multiple_of(512), 0);
    }
}

fn copy(field: &mut [u8], bytes: &[u8]) {
    let len = bytes.len().min(field.len());
    field[..len].copy_from_slice(&bytes[..len]);
}

fn whiteout(path: &[u8]) -> Vec<u8> {
    let name = path
        .iter()
        .rposition(|&byte| byte == b'/')
        .map_or(0, |at| at + 1);
    [&path[..name], b".wh.", &path[name..]].concat()
}

/// A PAX record: its own length in decimal, a space, `key=value`, a newline.
fn pax_line(key: &[u8], value: &[u8]) -> Vec<u8> {
    let rest = [b" ", key, b"=", value, b"\n"].concat();
    let mut len = rest.len();
    while len != rest.len() + len.to_string().len() {
        len = rest.len() + len.to_string().len();
    }
    [len.to_string().as_bytes(), &rest].concat()
}
