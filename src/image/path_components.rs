//! Splits the paths of tars: drops `.` and empty components, resolves `..` without leaving the root. Independent of the tree.

/// Returns the remaining components of `path`, outermost first, and whether it has `..`.
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
