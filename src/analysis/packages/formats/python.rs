//! An installed Python package: `METADATA` and `RECORD` of a `dist-info`, or an `egg-info` (Python packaging user guide,
//! "Recording installed projects" and "Core metadata specifications").

use super::dpkg::field;
use crate::analysis::packages::package::NameVersion;

/// Returns the package of a `METADATA` or `PKG-INFO`: its headers, up to the first empty line.
pub(in crate::analysis::packages) fn package(text: &[u8]) -> Option<NameVersion> {
    let (mut name, mut version) = (&b""[..], &b""[..]);
    for line in text.split(|&byte| byte == b'\n') {
        match field(line) {
            Some((b"Name", value)) if name.is_empty() => name = value,
            Some((b"Version", value)) if version.is_empty() => version = value,
            None if line.trim_ascii().is_empty() => break,
            _ => {}
        }
    }
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    NameVersion::new(text(name), text(version))
}

/// Returns the paths of a `RECORD`, relative to the parent of the `dist-info`: the first CSV column, quoted if it contains a comma.
pub(in crate::analysis::packages) fn record(text: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    text.split(|&byte| byte == b'\n').filter_map(|line| {
        let path = match line.strip_prefix(b"\"") {
            Some(quoted) => {
                let end = quoted.windows(2).position(|pair| pair == b"\",")?;
                String::from_utf8_lossy(&quoted[..end])
                    .replace("\"\"", "\"")
                    .into_bytes()
            }
            None => line.split(|&byte| byte == b',').next()?.to_vec(),
        };
        (!path.is_empty()).then_some(path)
    })
}

/// Returns the paths of an `installed-files.txt`, relative to the `egg-info`.
pub(in crate::analysis::packages) fn egg_files(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
}
