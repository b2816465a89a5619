//! A Ruby gem's specification: Ruby code, of which only the lines that set name and version are parsed (`RubyGems` guides, "Specification reference").

use crate::analysis::packages::package::NameVersion;

/// Returns the gem of a `.gemspec`.
pub(in crate::analysis::packages) fn package(text: &[u8]) -> Option<NameVersion> {
    let text = String::from_utf8_lossy(text);
    let set = |key: &str| {
        text.lines().find_map(|line| {
            let (left, right) = line.split_once('=')?;
            let is_key = left.trim().rsplit('.').next() == Some(key);
            is_key.then(|| quoted(right)).flatten()
        })
    };
    NameVersion::new(set("name")?, set("version").unwrap_or_default())
}

/// Returns the first text between quotes.
fn quoted(text: &str) -> Option<&str> {
    let open = text.find(['"', '\''])?;
    let quote = text[open..].chars().next()?;
    let rest = &text[open + 1..];
    rest.find(quote).map(|end| &rest[..end])
}
