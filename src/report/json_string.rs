//! JSON strings that are safe to print and to embed in a page: control and bidi characters are escaped, and so are the characters that can end a
//! script element. A JSON parser reads the same text. No keys here.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use crate::escape;

/// Writes compact JSON whose strings contain no unescaped markup, control or bidi character (RFC 8259, section 7).
pub(super) struct Escaped;

impl Formatter for Escaped {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_escaped(writer, fragment, is_escaped)
    }
}

/// Writes a document as JSON on several lines, whose strings contain no unescaped control or bidi character: a terminal that prints it is safe.
///
/// # Errors
/// [`io::Error`] when it cannot be written.
pub(super) fn write_pretty(out: &mut impl Write, document: &impl Serialize) -> io::Result<()> {
    let formatter = Printable(PrettyFormatter::new());
    let mut serializer = serde_json::Serializer::with_formatter(out, formatter);
    document.serialize(&mut serializer).map_err(io::Error::from)
}

/// Writes a document as JSON on one line, like [`write_pretty`].
///
/// # Errors
/// [`io::Error`] when it cannot be written.
pub(super) fn write_compact(out: &mut impl Write, document: &impl Serialize) -> io::Result<()> {
    let formatter = Printable(CompactFormatter);
    let mut serializer = serde_json::Serializer::with_formatter(out, formatter);
    document.serialize(&mut serializer).map_err(io::Error::from)
}

/// Returns a name unchanged; when it is not UTF-8, escaped, with the original bytes in base64.
pub(super) fn text(name: Vec<u8>) -> (String, Option<String>) {
    match String::from_utf8(name) {
        Ok(text) => (text, None),
        Err(error) => {
            let bytes = error.as_bytes();
            (
                escape::name(bytes).into_owned(),
                Some(STANDARD.encode(bytes)),
            )
        }
    }
}

/// Escapes control and bidi characters in strings; markup stays readable.
struct Printable<F>(F);

/// Passes calls on to the formatter inside.
macro_rules! pass_on {
    ($($name:ident($($argument:ident: $kind:ty),*);)*) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $kind)*) -> io::Result<()> {
            self.0.$name(writer $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Printable<F> {
    pass_on! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_escaped(writer, fragment, is_unprintable)
    }
}

/// Writes a part of a string, some of its characters escaped.
fn write_escaped<W: ?Sized + Write>(
    writer: &mut W,
    fragment: &str,
    is_escaped: impl Fn(char) -> bool,
) -> io::Result<()> {
    // Most text is printable ASCII: one comparison or two for each byte.
    let is_plain = |byte: u8| byte.is_ascii() && !is_escaped(char::from(byte));
    if fragment.bytes().all(is_plain) {
        return writer.write_all(fragment.as_bytes());
    }
    let mut from = 0;
    for (at, character) in fragment.char_indices() {
        if !is_escaped(character) {
            continue;
        }
        writer.write_all(&fragment.as_bytes()[from..at])?;
        from = at + character.len_utf8();
        let mut units = [0; 2];
        for unit in character.encode_utf16(&mut units) {
            write!(writer, "\\u{unit:04x}")?;
        }
    }
    writer.write_all(&fragment.as_bytes()[from..])
}

/// Returns whether a character is markup, or controls, moves or hides the text around it.
fn is_escaped(character: char) -> bool {
    matches!(character, '<' | '>' | '&') || is_unprintable(character)
}

/// Returns whether a character controls, moves or hides the text around it.
fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use serde::Serialize as _;

    use super::Escaped;

    #[test]
    fn hostile_text_is_escaped_and_read_back() {
        let hostile = "a</script><!--\u{202e}\u{9b}\u{7f}\u{2028}\u{e0041}\"\\\n";
        let mut written = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut written, Escaped);
        hostile.serialize(&mut serializer).expect("a string");
        let text = String::from_utf8(written).expect("UTF-8");
        assert!(
            text.chars()
                .all(|character| (' '..'\x7f').contains(&character))
        );
        assert!(!text.contains(['<', '>', '&']));
        let back: String = serde_json::from_str(&text).expect("JSON");
        assert_eq!(back, hostile);
    }

    #[test]
    fn reports_print_safely_and_keep_markup_readable() {
        let hostile = serde_json::json!({"a<b>\u{202e}": ["\u{9b}31m\u{7f}", 1, {}]});
        for write in [super::write_pretty, super::write_compact] {
            let mut written = Vec::new();
            write(&mut written, &hostile).expect("a document");
            let text = String::from_utf8(written).expect("UTF-8");
            assert!(text.contains("\"a<b>\\u202e\""), "{text}");
            assert!(text.contains("\"\\u009b31m\\u007f\""), "{text}");
            let back: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(back, hostile);
        }
    }
}
