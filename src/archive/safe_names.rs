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

/// Returns the first bytes of something unknown for an error message: as text if they are text, else in hex.
pub(crate) fn magic(head: &[u8]) -> String {
    let head = &head[..head.len().min(8)];
    if head.is_empty() {
        return "nothing".to_owned();
    }
    let hex: Vec<String> = head.iter().map(|byte| format!("{byte:02x}")).collect();
    if head
        .iter()
        .all(|byte| byte.is_ascii_graphic() || *byte == b' ')
    {
        format!("{:?}", String::from_utf8_lossy(head))
    } else {
        hex.join(" ")
    }
}
