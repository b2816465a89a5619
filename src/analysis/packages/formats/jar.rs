//! Packages of a Java archive: from Maven's `pom.properties`, else the manifest (JAR file specification), else the file name. Nested archives are identified by
//! name alone.

use std::io::{Read, Seek};

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive};
use serde::{Deserialize, Serialize};

use crate::analysis::packages::package::NameVersion;

/// The largest metadata file to read, in bytes.
const LARGEST: u64 = 64 << 10;
/// The most to read from one archive, in bytes.
const MOST: u64 = 1 << 20;

/// The metadata of a Java archive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::analysis) struct JarContents {
    pub(in crate::analysis) properties: Vec<Vec<u8>>,
    pub(in crate::analysis) manifest: Option<Vec<u8>>,
    pub(in crate::analysis) archives: Vec<Vec<u8>>,
}

/// Reads the metadata; `None` when it is not a ZIP archive.
pub(in crate::analysis) fn read(file: impl Read + Seek) -> Option<JarContents> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipArchive::from_seekable(file, &mut buffer).ok()?;
    let (mut inside, mut chosen) = (JarContents::default(), Vec::new());
    let mut left = MOST;
    let mut entries = archive.entries(&mut buffer);
    while let Ok(Some(entry)) = entries.next_entry() {
        let (path, method) = (entry.file_path(), entry.compression_method());
        let path: &[u8] = path.as_ref();
        let is_manifest = path == b"META-INF/MANIFEST.MF";
        let is_properties =
            path.starts_with(b"META-INF/maven/") && path.ends_with(b"/pom.properties");
        let is_archive = path.ends_with(b".jar");
        if !is_manifest && !is_properties && !is_archive {
            continue;
        }
        let Some(rest) = left.checked_sub(path.len() as u64) else {
            break;
        };
        left = rest;
        if is_archive {
            let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
            inside.archives.push(name.to_vec());
        } else {
            chosen.push((is_manifest, method, entry.wayfinder()));
        }
    }
    for (is_manifest, method, place) in chosen {
        let Ok(entry) = archive.get_entry(place) else {
            continue;
        };
        let (mut text, most) = (Vec::new(), LARGEST.min(left));
        let packed = entry.reader();
        let unpacked = match method {
            CompressionMethod::STORE => packed.take(most).read_to_end(&mut text),
            CompressionMethod::DEFLATE => DeflateDecoder::new(packed)
                .take(most)
                .read_to_end(&mut text),
            _ => continue,
        };
        left -= text.len() as u64;
        if unpacked.is_err() {
            continue;
        }
        if is_manifest {
            inside.manifest = Some(text);
        } else {
            inside.properties.push(text);
        }
    }
    Some(inside)
}

impl JarContents {
    /// Returns its size in bytes.
    pub(in crate::analysis) fn len(&self) -> usize {
        let texts = self
            .properties
            .iter()
            .chain(&self.manifest)
            .chain(&self.archives);
        texts.map(Vec::len).sum()
    }
}

/// Returns the archive's package, then those of nested archives.
pub(in crate::analysis::packages) fn packages(
    file: &[u8],
    inside: &JarContents,
) -> Vec<NameVersion> {
    let by_name = of_name(file);
    let mut found: Vec<NameVersion> = inside
        .properties
        .iter()
        .filter_map(|text| of_properties(text))
        .collect();
    found.sort();
    let own = found.iter().position(|named| {
        let artifact = named.name.rsplit(':').next();
        artifact == Some(by_name.name.as_str())
    });
    if let Some(own) = own {
        let own = found.remove(own);
        found.insert(0, own);
    } else if found.len() != 1 {
        let manifest = inside.manifest.as_deref().and_then(of_manifest);
        let own = match manifest {
            Some(named) if by_name.version.is_empty() => named,
            _ => by_name,
        };
        found.insert(0, own);
    }
    found.extend(inside.archives.iter().map(|name| of_name(name)));
    found
}

/// Returns the package of a file name such as `commons-io-2.11.0.jar`.
pub(in crate::analysis::packages) fn of_name(file: &[u8]) -> NameVersion {
    let name = String::from_utf8_lossy(file);
    let stem = name.rsplit_once('.').map_or(&*name, |(stem, _)| stem);
    let version = stem
        .match_indices('-')
        .find(|(at, _)| stem[at + 1..].starts_with(|first: char| first.is_ascii_digit()));
    let (name, version) = version.map_or((stem, ""), |(at, _)| (&stem[..at], &stem[at + 1..]));
    NameVersion {
        name: name.to_owned(),
        version: version.to_owned(),
    }
}

fn of_properties(text: &[u8]) -> Option<NameVersion> {
    let text = String::from_utf8_lossy(text);
    let value = |key: &str| {
        text.lines().find_map(|line| {
            let (left, right) = line.split_once('=')?;
            (left.trim() == key).then(|| right.trim())
        })
    };
    let (group, artifact) = (value("groupId")?, value("artifactId")?);
    NameVersion::new(
        format!("{group}:{artifact}"),
        value("version").unwrap_or_default(),
    )
}

fn of_manifest(text: &[u8]) -> Option<NameVersion> {
    let text = String::from_utf8_lossy(text);
    let value = |keys: [&str; 2]| {
        keys.into_iter().find_map(|key| {
            text.lines().find_map(|line| {
                let (left, right) = line.split_once(':')?;
                (left == key).then(|| right.split(';').next().unwrap_or(right).trim())
            })
        })
    };
    let name = value(["Bundle-SymbolicName", "Implementation-Title"])?;
    let version = value(["Bundle-Version", "Implementation-Version"]);
    NameVersion::new(name, version.unwrap_or_default())
}
