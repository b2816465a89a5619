//! Paths as tars spell them, taken apart: `.` and empty components dropped, `..` resolved without ever leaving the root. Knows no tree.

/// Returns the components of `path` that remain, outermost first, and whether `..` was met.
pub(crate) fn components(path: &[u8]) -> (Vec<&[u8]>, bool) {
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
