//! Text escaped for markup: XML 1.0 and HTML, in an element or in double quotes.

use std::fmt::{self, Write as _};

/// Text escaped for markup; characters that XML does not allow become U+FFFD.
pub(super) struct Xml<'a>(pub(super) &'a str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;"),
                '<' => f.write_str("&lt;"),
                // `]]>` is not allowed in text.
                '>' => f.write_str("&gt;"),
                '"' => f.write_str("&quot;"),
                '\n' | '\t' => f.write_char(character),
                '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => f.write_char('\u{fffd}'),
                other => f.write_char(other),
            }?;
        }
        Ok(())
    }
}
