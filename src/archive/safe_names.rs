//! Names from an archive made safe to compare and to show. No filesystem here.

use crate::image::components;

/// Returns a file's name in an archive in one spelling: no leading `./` or `/`, no doubled slashes, no `..`.
pub(crate) fn normalized(path: &[u8]) -> String {
    let (parts, _) = components(path);
    parts
        .iter()
        .map(|part| String::from_utf8_lossy(part))
        .collect::<Vec<_>>()
        .join("/")
}

/// Returns about how many bytes of memory a file of an archive takes that is kept by its name.
pub(crate) const fn footprint(name: &str) -> u64 {
    /// An entry of a table, and two allocations.
    const EACH: u64 = 128;
    EACH + name.len() as u64
}
