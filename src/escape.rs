//! Names are hostile: makes bytes from an image safe to show. Every name, instruction, label and message that came from outside passes here before
//! it reaches a terminal or a report. Pure; nothing here decides colours or widths.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_width::UnicodeWidthChar;

/// Returns a name as one line of visible text: control, bidi and zero-width characters and bytes that are not UTF-8 stand escaped
/// (`\n`, `\x1b`, `\u{202e}`, `\xff`). Accents that combine with the letter before them stay. Ordinary names come back borrowed. Backslashes stay
/// as they are.
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
        // How many accents the letter before can still take.
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

/// Returns text as [`name`] does.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    name(text.as_bytes())
}

/// How many accents a letter may have: no language needs more, and more run into the lines around.
const MOST_ACCENTS: usize = 3;

/// Returns whether a character is an accent that stands on the letter before it, as file names from macOS have them (Unicode "Combining Diacritical
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

/// Returns whether a character shows as itself, in the columns it claims, and moves nothing around it.
fn is_plain(character: char) -> bool {
    // Controls have no width at all; bidi marks, joiners, variation selectors, tags and combining marks have width 0.
    let visible = character.width().is_some_and(|width| width > 0);
    let trick = matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        // Invisible in spite of their width.
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
    fn tricks_are_shown() {
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
    fn nothing_of_width_zero_is_left() {
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
