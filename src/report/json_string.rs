//! JSON strings that are safe wherever they are printed or embedded: control and bidi characters stand escaped, and so do the characters that end a
//! script element. Whatever reads JSON reads the same text. No keys here.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// Writes compact JSON whose strings hold no raw markup, control or bidi character (RFC 8259, section 7).
pub(super) struct Escaped;

impl Formatter for Escaped {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_fragment(writer, fragment, |character| "<>&".contains(character))
    }
}

/// Writes a fragment of a string; what is not printed as itself, and what `also` names, stands as `\uXXXX`.
pub(super) fn write_fragment<W: ?Sized + Write>(
    writer: &mut W,
    fragment: &str,
    also: impl Fn(char) -> bool,
) -> io::Result<()> {
    let mut from = 0;
    for (at, character) in fragment.char_indices() {
        if !is_raw(character) && !also(character) {
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

/// Returns whether a character moves, hides or controls what stands around it.
fn is_raw(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use serde::Serialize as _;

    use super::Escaped;

    #[test]
    fn text_is_read_back_and_holds_nothing_raw() {
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
