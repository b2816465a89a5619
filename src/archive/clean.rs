//! Paths of a tar made safe: split into components, `.` and empty ones dropped, `..` resolved without ever leaving the root. No file system here.

/// Returns the components of `path` that remain, outermost first, and whether `..` was met.
pub(super) fn components(path: &[u8]) -> (Vec<&[u8]>, bool) {
    let (mut parts, mut dotted) = (Vec::new(), false);
    for part in path.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                dotted = true;
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    (parts, dotted)
}

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
