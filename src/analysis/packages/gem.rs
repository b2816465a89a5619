//! A Ruby gem's specification: a program, of which only the two lines that set name and version are looked at (Rubygems guides, "Specification
//! reference").

use super::value::Named;

/// Returns the gem of a `.gemspec`.
pub(super) fn package(text: &[u8]) -> Option<Named> {
    let text = String::from_utf8_lossy(text);
    let set = |key: &str| {
        text.lines().find_map(|line| {
            let (left, right) = line.split_once('=')?;
            let is_key = left.trim().rsplit('.').next() == Some(key);
            is_key.then(|| quoted(right)).flatten()
        })
    };
    Named::new(set("name")?, set("version").unwrap_or_default())
}

/// Returns the first text between quotes.
fn quoted(text: &str) -> Option<&str> {
    let open = text.find(['"', '\''])?;
    let quote = text[open..].chars().next()?;
    let rest = &text[open + 1..];
    rest.find(quote).map(|end| &rest[..end])
}
