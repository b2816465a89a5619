//! Escapes bytes from an image, whose names are hostile input. Every name, instruction, label and message from outside is escaped here before it reaches a
//! terminal or a report. Colours and widths are not decided here.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// Returns a name as one line of visible text: control, bidi and zero-width characters and bytes that are not UTF-8 are escaped (`\n`, `\x1b`, `\u{202e}`,
/// `\xff`). Accents that combine with the letter before them are kept, and so are backslashes. A name without escapes is borrowed.
#[must_use]
pub fn name(bytes: &[u8]) -> Cow<'_, str> {
    if bytes.iter().all(|&byte| (b' '..0x7f).contains(&byte)) {
        // ASCII, so this borrows.
        return String::from_utf8_lossy(bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && text.chars().all(is_plain)
    {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        // How many more accents the letter before may have.
        let mut accents = 0;
        for character in chunk.valid().chars() {
            if accents > 0 && is_accent(character) {
                accents -= 1;
                shown.push(character);
                continue;
            }
            accents = if character.is_alphanumeric() {
                MOST_ACCENTS
            } else {
                0
            };
            push(&mut shown, character);
        }
        for byte in chunk.invalid() {
            let _ = write!(shown, "\\x{byte:02x}");
        }
    }
    Cow::Owned(shown)
}

/// Escapes text as [`name`] does.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    name(text.as_bytes())
}

/// The most accents on one letter: no language needs more, and more would overlap other lines.
const MOST_ACCENTS: usize = 3;

/// Returns whether a character is an accent that combines with the letter before it, as in file names from macOS (Unicode "Combining Diacritical
/// Marks" without the grapheme joiner, and the Japanese voice marks).
const fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{34e}' | '\u{350}'..='\u{36f}' | '\u{3099}' | '\u{309a}')
}

fn push(shown: &mut String, character: char) {
    let _ = match character {
        _ if is_plain(character) => {
            shown.push(character);
            Ok(())
        }
        '\n' => shown.write_str("\\n"),
        '\r' => shown.write_str("\\r"),
        '\t' => shown.write_str("\\t"),
        '\0'..='\x7f' => write!(shown, "\\x{:02x}", u32::from(character)),
        _ => write!(shown, "\\u{{{:x}}}", u32::from(character)),
    };
}

/// Returns whether a character is visible, as wide as its declared width, and leaves the text around it in place.
fn is_plain(character: char) -> bool {
    // Controls have no width; bidi marks, joiners, variation selectors, tags and combining marks have width 0.
    let visible = character.width().is_some_and(|width| width > 0);
    let trick = matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        // Invisible, although they have a width.
        | '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}');
    visible && !trick
}

#[cfg(test)]
mod tests {
    use super::name;
    use std::borrow::Cow;

    #[test]
    fn plain_names_are_borrowed() {
        for plain in ["etc", "with space", "naïve-日本語.txt", "back\\slash"] {
            assert!(matches!(name(plain.as_bytes()), Cow::Borrowed(shown) if shown == plain));
        }
    }

    #[test]
    fn invisible_characters_are_escaped() {
        assert_eq!(name(b"a\x1b[31mb\n\t\r\x07"), "a\\x1b[31mb\\n\\t\\r\\x07");
        assert_eq!(name(b"\xff\xc3"), "\\xff\\xc3");
        assert_eq!(name("ev\u{202e}gpj.exe".as_bytes()), "ev\\u{202e}gpj.exe");
        assert_eq!(
            name("zero\u{200b}width\u{9b}".as_bytes()),
            "zero\\u{200b}width\\u{9b}"
        );
    }

    #[test]
    fn accents_stay_on_their_letters() {
        for plain in ["cafe\u{301}", "Vie\u{323}\u{302}t", "か\u{3099}"] {
            assert_eq!(name(plain.as_bytes()), plain);
        }
        assert_eq!(name("\u{301}e".as_bytes()), "\\u{301}e");
        assert_eq!(name("a/\u{301}".as_bytes()), "a/\\u{301}");
        let many = format!("e{}", "\u{301}".repeat(9));
        let shown = name(many.as_bytes()).into_owned();
        assert_eq!(shown.matches('\u{301}').count(), 3);
        assert_eq!(name("e\u{34f}".as_bytes()), "e\\u{34f}");
    }

    #[test]
    fn no_character_of_width_zero_is_kept() {
        use unicode_width::UnicodeWidthChar;
        for character in '\0'..=char::MAX {
            let mut buffer = [0; 4];
            let shown = name(character.encode_utf8(&mut buffer).as_bytes()).into_owned();
            assert!(!shown.is_empty());
            assert!(
                shown
                    .chars()
                    .all(|shown| shown.width().is_some_and(|width| width > 0))
            );
        }
    }
}
