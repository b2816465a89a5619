//! JSON as Go's decoder reads it, which engines, registries and dive use: bytes that are no UTF-8 and halves of characters become U+FFFD, and of a name that
//! stands twice the last one counts (`encoding/json`, "Unmarshal"). A byte order mark before it is passed over. What a document means is not known here.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::archive::compression::BOM;
use crate::archive::error::Error;

/// How large a document may be of which every value is held while it is put right, in bytes.
const LARGEST_ODD: usize = 1 << 20;

/// Reads a document.
pub(super) fn json<T: DeserializeOwned>(name: &str, text: &[u8]) -> Result<T, Error> {
    let text = String::from_utf8_lossy(without_mark(text));
    let read = serde_json::from_str(&text);
    let read = read.or_else(|error| odd(&text).ok_or(error));
    read.map_err(|error| Error::Json {
        name: name.to_owned(),
        cause: error.to_string(),
    })
}

/// Reads a document that is an object. What derives its reading would take a list for one, too.
pub(super) fn object<T: DeserializeOwned>(name: &str, text: &[u8]) -> Result<T, Error> {
    let read = json(name, text)?;
    if without_mark(text).trim_ascii_start().starts_with(b"{") {
        return Ok(read);
    }
    Err(Error::Json {
        name: name.to_owned(),
        cause: "it is not an object".to_owned(),
    })
}

fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(&BOM).unwrap_or(text)
}

/// Reads a document with names that stand twice or halves of characters.
fn odd<T: DeserializeOwned>(text: &str) -> Option<T> {
    let text = (text.len() <= LARGEST_ODD).then(|| whole_characters(text))?;
    let value: Value = serde_json::from_str(&text).ok()?;
    serde_json::from_value(value).ok()
}

/// Reads a field; what it cannot mean is left out.
pub(super) fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let read = serde_json::from_str(raw.get()).ok();
    Ok(read.or_else(|| odd(raw.get())).unwrap_or_default())
}

/// Replaces escaped halves of characters without their other half: no text can hold them (RFC 8259, section 8.2).
fn whole_characters(text: &str) -> Cow<'_, str> {
    const HIGH: std::ops::Range<u16> = 0xd800..0xdc00;
    const LOW: std::ops::Range<u16> = 0xdc00..0xe000;
    let mut fixed = String::new();
    let (mut done, mut from) = (0, 0);
    while let Some(found) = text[from..].find('\\') {
        let at = from + found;
        // What is escaped is passed over, so that no backslash behind another one begins anything.
        let escaped = text[at + 1..].chars().next().map_or(0, char::len_utf8);
        from = at + 1 + escaped;
        let Some(unit) = unit(&text[at..]) else {
            continue;
        };
        from = at + UNIT;
        if HIGH.contains(&unit) && self::unit(&text[from..]).is_some_and(|unit| LOW.contains(&unit))
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

/// How many bytes an escaped unit takes: `\uXXXX`.
const UNIT: usize = 6;

/// Returns the unit of UTF-16 that a text begins with as an escape.
fn unit(text: &str) -> Option<u16> {
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
