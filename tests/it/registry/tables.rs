//! Layers with tables of contents, packed as eStargz's and containers/storage's tools pack them, and images of them in a registry.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dive_rs::image::Compression;
use serde_json::{Value, json};

use super::push::{Blobs, push_blob, push_manifest};
pub(crate) use crate::bundle::digest;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::oci_archive;
use crate::ztoc::kind_of;

/// A format with a table of contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Estargz,
    /// With several chunks in a gzip member, as `--estargz-min-chunk-size` packs them.
    EstargzShared,
    ZstdChunked,
    /// The same with the place of the table in the footer only.
    ZstdFooter,
}

impl Format {
    pub(crate) const ALL: [Self; 4] = [
        Self::Estargz,
        Self::EstargzShared,
        Self::ZstdChunked,
        Self::ZstdFooter,
    ];

    const fn is_gzip(self) -> bool {
        matches!(self, Self::Estargz | Self::EstargzShared)
    }

    fn member(self, bytes: &[u8]) -> Vec<u8> {
        if self.is_gzip() {
            let level = flate2::Compression::fast();
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        } else {
            zstd::encode_all(bytes, 1).unwrap()
        }
    }
}

/// A layer that was packed.
pub(crate) struct PackedLayer {
    pub(crate) blob: Vec<u8>,
    pub(crate) diff_id: String,
    pub(crate) annotations: Value,
}

/// How many bytes of a file are in a chunk.
const CHUNK: usize = 100_000;

/// Packs a layer's tar; `change` may falsify the table.
pub(crate) fn pack(tar: &[u8], format: Format, change: impl Fn(&mut Value)) -> PackedLayer {
    let landmark = landmark();
    let tar = if format.is_gzip() {
        // The table is in the layer's tar, before its end.
        &[&landmark, &tar[..tar.len() - 1024]].concat()
    } else {
        tar
    };
    let (mut blob, mut entries, mut before) = (Vec::new(), Vec::new(), 0);
    for entry in tar::Archive::new(tar).entries().unwrap() {
        let mut entry = entry.unwrap();
        let start = usize::try_from(entry.raw_file_position()).unwrap();
        let mut own = described(&mut entry);
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        if content.is_empty() {
            entries.push(own);
            continue;
        }
        own["digest"] = digest(&content).into();
        let name = own["name"].clone();
        let mut shared = tar[before..start].to_vec();
        if format == Format::EstargzShared {
            let inner = shared.len();
            let first = content.len().min(CHUNK);
            own["offset"] = blob.len().into();
            own["innerOffset"] = inner.into();
            shared.extend_from_slice(&content);
            blob.extend(format.member(&shared));
            let at = own["offset"].clone();
            chunks(&mut entries, own, &name, &content, first, |from| {
                (at.clone(), Value::from(inner + from))
            });
        } else {
            blob.extend(format.member(&shared));
            let offsets: Vec<usize> = content
                .chunks(CHUNK)
                .map(|chunk| {
                    let at = blob.len();
                    blob.extend(format.member(chunk));
                    at
                })
                .collect();
            own["offset"] = offsets[0].into();
            own["endOffset"] = blob.len().into();
            let first = content.len().min(CHUNK);
            chunks(&mut entries, own, &name, &content, first, |from| {
                (offsets[from / CHUNK].into(), Value::Null)
            });
        }
        before = start + content.len();
    }
    blob.extend(format.member(&tar[before..]));
    let mut table = json!({ "version": 1, "entries": entries });
    change(&mut table);
    let json = serde_json::to_vec_pretty(&table).unwrap();
    if format.is_gzip() {
        with_estargz_table(blob, tar, &json)
    } else {
        with_chunked_table(blob, tar, &json, format)
    }
}

/// Adds an entry with its first chunk, and those that follow.
fn chunks(
    entries: &mut Vec<Value>,
    mut own: Value,
    name: &Value,
    content: &[u8],
    first: usize,
    place: impl Fn(usize) -> (Value, Value),
) {
    own["chunkDigest"] = digest(&content[..first]).into();
    if first < content.len() {
        own["chunkSize"] = first.into();
    }
    entries.push(own);
    let mut from = first;
    while from < content.len() {
        let chunk = &content[from..content.len().min(from + CHUNK)];
        let (offset, inner) = place(from);
        let mut part = json!({
            "name": name, "type": "chunk", "offset": offset, "chunkOffset": from,
            "chunkSize": chunk.len(), "chunkDigest": digest(chunk),
        });
        if !inner.is_null() {
            part["innerOffset"] = inner;
        }
        entries.push(part);
        from += chunk.len();
    }
}

fn with_estargz_table(mut blob: Vec<u8>, tar: &[u8], json: &[u8]) -> PackedLayer {
    let table = blob.len();
    let mut ending = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(json.len() as u64);
    ending
        .append_data(&mut header, "stargz.index.json", json)
        .unwrap();
    let ending = ending.into_inner().unwrap();
    blob.extend(Format::Estargz.member(&ending));
    let mut footer = vec![
        0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 26, 0, b'S', b'G', 22, 0,
    ];
    footer.extend_from_slice(format!("{table:016x}STARGZ").as_bytes());
    footer.extend_from_slice(&[1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
    blob.extend(footer);
    PackedLayer {
        diff_id: digest([tar, &ending].concat()),
        annotations: json!({ "containerd.io/snapshot/stargz/toc.digest": digest(json) }),
        blob,
    }
}

fn with_chunked_table(mut blob: Vec<u8>, tar: &[u8], json: &[u8], format: Format) -> PackedLayer {
    let mut frame = |bytes: &[u8]| {
        blob.extend_from_slice(&0x184d_2a50_u32.to_le_bytes());
        blob.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_le_bytes());
        let at = blob.len();
        blob.extend_from_slice(bytes);
        at
    };
    let packed = format.member(json);
    let at = frame(&packed);
    let numbers = [at as u64, packed.len() as u64, json.len() as u64, 1];
    let mut footer: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
    footer.extend_from_slice(b"GNUlInUx");
    frame(&footer);
    let mut annotations =
        json!({ "io.github.containers.zstd-chunked.manifest-checksum": digest(&packed) });
    if format == Format::ZstdChunked {
        annotations["io.github.containers.zstd-chunked.manifest-position"] =
            format!("{at}:{}:{}:1", packed.len(), json.len()).into();
    }
    PackedLayer {
        blob,
        diff_id: digest(tar),
        annotations,
    }
}

fn landmark() -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(1);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    tar.append_data(&mut header, ".no.prefetch.landmark", &b"\x0f"[..])
        .unwrap();
    let bytes = tar.into_inner().unwrap();
    bytes[..bytes.len() - 1024].to_vec()
}

/// Returns the entry of a table for one of a tar.
fn described(entry: &mut tar::Entry<'_, &[u8]>) -> Value {
    let header = entry.header().clone();
    let kind = kind_of(&header);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut own = json!({
        "name": text(&entry.path_bytes()),
        "type": kind,
        "size": header.size().unwrap(),
        "mode": header.mode().unwrap(),
        "uid": header.uid().unwrap(),
        "gid": header.gid().unwrap(),
        "modtime": "2026-01-01T00:00:00Z",
    });
    if let Some(link) = entry.link_name_bytes().filter(|link| !link.is_empty()) {
        own["linkName"] = text(&link).into();
    }
    if kind == "char" {
        own["devMajor"] = header.device_major().unwrap().into();
        own["devMinor"] = header.device_minor().unwrap().into();
    }
    let pax = entry.pax_extensions().unwrap();
    for record in pax.into_iter().flatten() {
        let record = record.unwrap();
        if let Some(name) = record.key().unwrap().strip_prefix("SCHILY.xattr.") {
            own["xattrs"][name] = STANDARD.encode(record.value_bytes()).into();
        }
    }
    own
}

/// Pushes an image as `NAME:TAG`; `pack_layer` packs the tar of each layer, or leaves it as it is: then it is plain gzip.
pub(crate) fn push(
    host: &str,
    name: &str,
    tag: &str,
    image: &ImageBuilder,
    pack_layer: impl Fn(usize, &[u8]) -> Option<PackedLayer>,
) -> Vec<PackedLayer> {
    push_annotated(host, name, tag, image, pack_layer, |_| json!({}))
}

/// The same; the manifest has these annotations.
pub(crate) fn push_annotated(
    host: &str,
    name: &str,
    tag: &str,
    image: &ImageBuilder,
    pack_layer: impl Fn(usize, &[u8]) -> Option<PackedLayer>,
    annotations: impl FnOnce(&[PackedLayer]) -> Value,
) -> Vec<PackedLayer> {
    let blobs = Blobs::of(&oci_archive(image, Compression::None));
    let manifest: Value =
        serde_json::from_slice(&blobs.all[blobs.image()["digest"].as_str().unwrap()]).unwrap();
    let config = manifest["config"]["digest"].as_str().unwrap();
    let mut config: Value = serde_json::from_slice(&blobs.all[config]).unwrap();
    let layers = blobs.layers();
    let packed: Vec<PackedLayer> = layers
        .iter()
        .enumerate()
        .map(|(at, digest)| {
            let tar = &blobs.all[digest];
            pack_layer(at, tar).unwrap_or_else(|| PackedLayer {
                blob: Format::Estargz.member(tar),
                diff_id: digest.clone(),
                annotations: json!({}),
            })
        })
        .collect();
    let mut described = Vec::new();
    for (at, layer) in packed.iter().enumerate() {
        let own = digest(&layer.blob);
        push_blob(host, name, &own, &layer.blob);
        config["rootfs"]["diff_ids"][at] = layer.diff_id.as_str().into();
        let kind = if layer.blob.starts_with(&[0x1f, 0x8b]) {
            "gzip"
        } else {
            "zstd"
        };
        described.push(json!({
            "mediaType": format!("application/vnd.oci.image.layer.v1.tar+{kind}"),
            "digest": own, "size": layer.blob.len(), "annotations": layer.annotations,
        }));
    }
    let config = config.to_string().into_bytes();
    push_blob(host, name, &digest(&config), &config);
    let media_type = "application/vnd.oci.image.manifest.v1+json";
    let manifest = json!({
        "schemaVersion": 2, "mediaType": media_type, "layers": described,
        "annotations": annotations(&packed),
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": digest(&config), "size": config.len(),
        },
    });
    push_manifest(host, name, tag, media_type, manifest.to_string().as_bytes());
    packed
}
