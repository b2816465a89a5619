//! Names made safe for people: of files in an archive, of bytes nobody knows. No file system here.

use crate::image::components;

/// Returns a path in one spelling: no leading `./` or `/`, nothing doubled, no `..`. For names inside archives.
pub(super) fn name(path: &[u8]) -> String {
    let (parts, _) = components(path);
    parts
        .iter()
        .map(|part| String::from_utf8_lossy(part))
        .collect::<Vec<_>>()
        .join("/")
}

/// Returns the first bytes of something unknown, for people: hex, and text where it is text.
pub(super) fn magic(head: &[u8]) -> String {
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
