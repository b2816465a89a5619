//! JSON strings that are safe to print and to embed in a page: control and bidi characters are escaped, and so are the characters that can end a
//! script element. A JSON parser reads the same text. No keys here.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// Writes compact JSON whose strings contain no unescaped markup, control or bidi character (RFC 8259, section 7).
pub(super) struct Escaped;

impl Formatter for Escaped {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
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
}

/// Returns whether a character is markup, or controls, moves or hides the text around it.
fn is_escaped(character: char) -> bool {
    character.is_control()
        || matches!(character, '<' | '>' | '&' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
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
}
