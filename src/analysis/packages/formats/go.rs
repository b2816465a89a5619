//! The build information of Go programs: the main module and its dependencies (Go's `debug/buildinfo` and `runtime/debug`).

use serde::{Deserialize, Serialize};

use crate::analysis::packages::package::NameVersion;

/// The first bytes of a build information.
const MAGIC: &[u8] = b"\xff Go buildinf:";
/// Bytes of the header.
const HEAD: usize = 32;
/// Bytes of the marker before and after the list of modules.
const SENTINEL: usize = 16;

/// The texts of a build information, not parsed yet: the Go version and the list of modules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::analysis) struct BuildInfoText {
    pub(in crate::analysis) version: Vec<u8>,
    pub(in crate::analysis) modules: Vec<u8>,
}

/// The addresses of a build information's texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::analysis) struct BuildInfoPointers {
    /// Bytes of a pointer: 4 or 8.
    pub(in crate::analysis) size: usize,
    /// Whether numbers are big-endian.
    pub(in crate::analysis) big: bool,
    /// Addresses of the two strings' headers, each an address and a length.
    pub(in crate::analysis) at: [u64; 2],
}

/// A build information, by format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis) enum BuildInfo {
    /// Go 1.18 and later: the texts.
    Inline(BuildInfoText),
    /// Older: their addresses.
    Pointers(BuildInfoPointers),
}

/// Reads a `.go.buildinfo`.
pub(in crate::analysis) fn build_info(bytes: &[u8]) -> Option<BuildInfo> {
    let (&size, &flags) = (bytes.get(14)?, bytes.get(15)?);
    if !bytes.starts_with(MAGIC) {
        return None;
    }
    if flags & 2 != 0 {
        let mut rest = bytes.get(HEAD..)?;
        let version = string(&mut rest)?.to_vec();
        let modules = string(&mut rest)?.to_vec();
        return Some(BuildInfo::Inline(BuildInfoText { version, modules }));
    }
    let (size, big) = (usize::from(size), flags & 1 != 0);
    let at = [
        number(bytes.get(16..)?, size, big)?,
        number(bytes.get(16 + size..)?, size, big)?,
    ];
    Some(BuildInfo::Pointers(BuildInfoPointers { size, big, at }))
}

/// Returns a number of 4 or 8 bytes.
pub(in crate::analysis) fn number(bytes: &[u8], size: usize, big: bool) -> Option<u64> {
    let bytes = bytes.get(..size)?;
    let fold = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    match (size, big) {
        (4 | 8, true) => Some(bytes.iter().fold(0, fold)),
        (4 | 8, false) => Some(bytes.iter().rev().fold(0, fold)),
        _ => None,
    }
}

/// Reads a string with its length before it, as a varint.
fn string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut len = 0_usize;
    for (at, &byte) in rest.iter().enumerate().take(5) {
        len |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            let from = &rest[at + 1..];
            let text = from.get(..len)?;
            *rest = &from[len..];
            return Some(text);
        }
    }
    None
}

/// Returns the main module, then its dependencies, the standard library included.
pub(in crate::analysis::packages) fn modules(words: &BuildInfoText) -> Vec<NameVersion> {
    let modules_text = &words.modules;
    let framed = modules_text.len() > 2 * SENTINEL
        && modules_text[modules_text.len() - SENTINEL - 1] == b'\n';
    let text = if framed {
        &modules_text[SENTINEL..modules_text.len() - SENTINEL]
    } else {
        &modules_text[..]
    };
    let text = String::from_utf8_lossy(text);
    let version = String::from_utf8_lossy(&words.version);
    // Experiments follow the version after a space.
    let version = version.split(' ').next().unwrap_or_default();
    let library = NameVersion::new("stdlib", version.trim_start_matches("go"));
    let (mut path, mut main, mut built) = (None, None, Vec::new());
    for line in text.lines() {
        let mut columns = line.split('\t');
        let (word, name) = (columns.next(), columns.next().unwrap_or_default());
        let mut named = || NameVersion::new(name, columns.next().unwrap_or_default());
        match word {
            Some("path") => path = NameVersion::new(name, ""),
            Some("mod") => main = named(),
            Some("dep") => built.extend(named()),
            // A replacement of the module above.
            Some("=>") => {
                if let (Some(last), Some(other)) = (built.last_mut(), named()) {
                    *last = other;
                }
            }
            _ => {}
        }
    }
    let main = main.or_else(|| {
        path.map(|path| NameVersion {
            version: version.to_owned(),
            ..path
        })
    });
    main.into_iter().chain(library).chain(built).collect()
}
