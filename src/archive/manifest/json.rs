//! Parses JSON as Go's decoder does, which engines, registries and dive use: invalid UTF-8 becomes U+FFFD, and of a repeated name the last value counts
//! (`encoding/json`, "Unmarshal"). A byte order mark is skipped. Independent of any document's keys.

use std::borrow::Cow;

use crate::archive::compression::detect::BOM;
use crate::archive::error::Error;
use crate::archive::json_error::JsonError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// The largest document that is repaired, in bytes; all its values are in memory meanwhile.
const LARGEST_REPAIRED: usize = 1 << 20;

/// Parses a document.
pub(super) fn json<T: DeserializeOwned>(name: &str, text: &[u8]) -> Result<T, Error> {
    let text = String::from_utf8_lossy(without_bom(text));
    let read = serde_json::from_str(&text);
    let read = read.or_else(|error| repaired(&text).ok_or(error));
    read.map_err(|error| Error::Json {
        name: name.to_owned(),
        cause: JsonError::Format(error),
    })
}

/// Parses a document that must be an object: derived parsers would also accept a list.
pub(super) fn object<T: DeserializeOwned>(name: &str, text: &[u8]) -> Result<T, Error> {
    let read = json(name, text)?;
    if is_object(text) {
        return Ok(read);
    }
    Err(Error::Json {
        name: name.to_owned(),
        cause: JsonError::NotAnObject,
    })
}

/// Returns whether a document is an object, if it is valid.
pub(super) fn is_object(text: &[u8]) -> bool {
    without_bom(text).trim_ascii_start().starts_with(b"{")
}

fn without_bom(text: &[u8]) -> &[u8] {
    text.strip_prefix(&BOM).unwrap_or(text)
}

/// Parses a document with repeated names or unpaired surrogates.
fn repaired<T: DeserializeOwned>(text: &str) -> Option<T> {
    let text = (text.len() <= LARGEST_REPAIRED).then(|| replace_lone_surrogates(text))?;
    let value: Value = serde_json::from_str(&text).ok()?;
    serde_json::from_value(value).ok()
}

/// Parses a field; an invalid value is ignored.
pub(super) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let read = serde_json::from_str(raw.get()).ok();
    Ok(read.or_else(|| repaired(raw.get())).unwrap_or_default())
}

/// Replaces escaped surrogates without a pair, which UTF-8 cannot represent (RFC 8259, section 8.2).
fn replace_lone_surrogates(text: &str) -> Cow<'_, str> {
    const HIGH: std::ops::Range<u16> = 0xd800..0xdc00;
    const LOW: std::ops::Range<u16> = 0xdc00..0xe000;
    let mut fixed = String::new();
    let (mut done, mut from) = (0, 0);
    while let Some(found) = text[from..].find('\\') {
        let at = from + found;
        // Skips the escaped character, so that a second backslash does not start an escape.
        let escaped = text[at + 1..].chars().next().map_or(0, char::len_utf8);
        from = at + 1 + escaped;
        let Some(unit) = utf16_escape(&text[at..]) else {
            continue;
        };
        from = at + UNIT;
        if HIGH.contains(&unit) && utf16_escape(&text[from..]).is_some_and(|low| LOW.contains(&low))
        {
            from += UNIT;
        } else if HIGH.contains(&unit) || LOW.contains(&unit) {
            fixed.push_str(&text[done..at]);
            fixed.push_str("\\ufffd");
            done = from;
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    fixed.push_str(&text[done..]);
    Cow::Owned(fixed)
}

/// The length of an escaped UTF-16 unit: `\uXXXX`.
const UNIT: usize = 6;

/// Returns the UTF-16 unit of the escape at the start of a text.
fn utf16_escape(text: &str) -> Option<u16> {
    let digits = text.get(..UNIT)?.strip_prefix("\\u")?;
    let are_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    are_digits.then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::json;

    fn text(json: &str) -> String {
        super::json("a.json", json.as_bytes()).expect("a text")
    }

    #[test]
    fn halves_of_characters_are_no_characters() {
        assert_eq!(text(r#""a\ud800""#), "a\u{fffd}");
        assert_eq!(
            text(r#""\udc00\ud800\ud83d\ude00""#),
            "\u{fffd}\u{fffd}\u{1f600}"
        );
        assert_eq!(text(r#""\\ud800 \\\ud800é""#), "\\ud800 \\\u{fffd}é");
        assert!(json::<String>("a.json", br#""\ud8""#).is_err());
        assert!(json::<String>("a.json", "\"\\é".as_bytes()).is_err());
    }
}
