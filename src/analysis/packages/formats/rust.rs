//! The crates that cargo-auditable records in a program: zlib-compressed JSON in its own section (cargo-auditable, "PARSING.md").

use std::io::Read;

use flate2::read::ZlibDecoder;
use serde::Deserialize;

use crate::analysis::packages::package::NameVersion;

/// The most bytes to decompress.
const MOST: u64 = 8 << 20;

#[derive(Deserialize)]
struct Audit {
    #[serde(default)]
    packages: Vec<Crate>,
}

#[derive(Deserialize)]
struct Crate {
    name: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    root: bool,
}

/// Returns the program's crate, then its dependencies without build dependencies.
pub(in crate::analysis::packages) fn crates(packed: &[u8]) -> Vec<NameVersion> {
    let mut text = Vec::new();
    let unpacked = ZlibDecoder::new(packed).take(MOST).read_to_end(&mut text);
    let audit = unpacked
        .ok()
        .and_then(|_| serde_json::from_slice(&text).ok());
    let Some(Audit { mut packages }) = audit else {
        return Vec::new();
    };
    packages.retain(|package| package.kind != "build");
    packages.sort_by_key(|package| !package.root);
    packages
        .into_iter()
        .filter_map(|package| NameVersion::new(package.name, package.version))
        .collect()
}
