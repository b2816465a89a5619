//! The `package.json` at the root of an installed JavaScript package (npm docs, "package.json").

use serde::Deserialize;

use crate::analysis::packages::package::NameVersion;

#[derive(Deserialize)]
struct PackageJson {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

/// Returns the package; `None` without a name, as in files that only set the module type of a folder.
pub(in crate::analysis::packages) fn package(text: &[u8]) -> Option<NameVersion> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let keys: PackageJson = serde_json::from_slice(text).ok()?;
    NameVersion::new(keys.name, keys.version)
}
