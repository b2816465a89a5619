//! The parts of source text: which bytes are comments, strings, numbers, keywords and names. The grammars are Sublime Text's, as syntect packs them; they are
//! unpacked for the first text. Pure: reads no file and uses no colours.

use std::ops::Range;
use std::sync::LazyLock;

use syntect::parsing::{ClearAmount, ParseState, Scope, ScopeStackOp, SyntaxReference, SyntaxSet};

/// What a part of a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyntaxRole {
    /// A comment.
    Comment,
    /// A string.
    Text,
    /// A number or another constant.
    Number,
    /// A word of the language.
    Keyword,
    /// The name of a function, type, tag, attribute or key.
    Name,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its bytes, counted from the start of the line.
    pub bytes: Range<u32>,
    /// What it is.
    pub role: SyntaxRole,
}

/// The tokens of the first lines of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Colouring {
    tokens: Vec<Token>,
    /// Where the tokens of each line end.
    ends: Vec<usize>,
}

impl Colouring {
    /// Returns the tokens of the line with this index.
    #[must_use]
    pub fn line(&self, at: usize) -> &[Token] {
        let start = at
            .checked_sub(1)
            .map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(at).copied());
        range
            .and_then(|(start, end)| self.tokens.get(start..end))
            .unwrap_or_default()
    }

    /// Returns the number of lines.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there are no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Adds a line.
    pub fn push(&mut self, tokens: Vec<Token>) {
        self.tokens.extend(tokens);
        self.ends.push(self.tokens.len());
    }

    /// Adds the lines that follow.
    pub fn append(&mut self, more: Self) {
        let before = self.tokens.len();
        self.tokens.extend(more.tokens);
        self.ends
            .extend(more.ends.into_iter().map(|end| before + end));
    }
}

/// The bytes at the start of a text that are parsed.
pub(crate) const MOST: usize = 512 << 10;
/// The longest line that is parsed, in bytes. A longer one is usually generated, and its parsing may take quadratic time.
pub(crate) const LONGEST_LINE: usize = 4 << 10;
/// How many nested scopes end the parsing: no person writes so many.
const DEEPEST: usize = 200;

/// Names and extensions that the grammars do not list, with the name of a grammar that reads them well enough.
const MORE_NAMES: [(&str, &str); 20] = [
    ("ash", "Bourne Again Shell (bash)"),
    ("dash", "Bourne Again Shell (bash)"),
    ("cjs", "JavaScript"),
    ("jsx", "JavaScript"),
    ("mjs", "JavaScript"),
    ("ts", "JavaScript"),
    ("tsx", "JavaScript"),
    ("jsonc", "JSON"),
    ("pyi", "Python"),
    ("cfg", "Java Properties"),
    ("conf", "Java Properties"),
    ("desktop", "Java Properties"),
    ("env", "Java Properties"),
    ("ini", "Java Properties"),
    ("os-release", "Java Properties"),
    ("service", "Java Properties"),
    ("timer", "Java Properties"),
    ("toml", "Java Properties"),
    ("cargo.lock", "Java Properties"),
    ("dockerfile", "Bourne Again Shell (bash)"),
];

/// Scopes and the role of text in them (Sublime Text, "Scope Naming"). The first row that is a prefix of a scope applies; without a role, the text is
/// ordinary even inside a scope that has one.
const SCOPES: [(&str, Option<SyntaxRole>); 13] = [
    ("comment", Some(SyntaxRole::Comment)),
    ("string", Some(SyntaxRole::Text)),
    ("markup.raw", Some(SyntaxRole::Text)),
    ("constant", Some(SyntaxRole::Number)),
    ("keyword.operator", None),
    ("keyword", Some(SyntaxRole::Keyword)),
    ("storage", Some(SyntaxRole::Keyword)),
    ("markup.heading", Some(SyntaxRole::Keyword)),
    ("entity.name", Some(SyntaxRole::Name)),
    ("entity.other", Some(SyntaxRole::Name)),
    ("support", Some(SyntaxRole::Name)),
    ("meta.interpolation", None),
    ("source.shell.embedded", None),
];

static GRAMMARS: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);
static ROLES: LazyLock<Vec<(Scope, Option<SyntaxRole>)>> = LazyLock::new(|| {
    let rows = SCOPES.iter();
    rows.filter_map(|(name, role)| Some((Scope::new(name).ok()?, *role)))
        .collect()
});

/// Returns the tokens of a text, line by line; `None` if neither the file's name nor its first line belongs to a known language. At most `MOST` bytes are
/// parsed; lines that are longer than `LONGEST_LINE` or no UTF-8 have no tokens.
#[must_use]
pub fn lines<'a>(
    name: &[u8],
    text: &'a [u8],
) -> Option<impl Iterator<Item = Vec<Token>> + use<'a>> {
    let grammar = grammar(name, text)?;
    Some(Parser {
        rest: text.get(..MOST).unwrap_or(text),
        state: ParseState::new(grammar),
        roles: Vec::new(),
        cleared: Vec::new(),
    })
}

fn grammar(name: &[u8], text: &[u8]) -> Option<&'static SyntaxReference> {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, end)| end);
    let more = |wanted: &str| {
        let (_, grammar) = MORE_NAMES.iter().find(|(known, _)| *known == wanted)?;
        GRAMMARS.find_syntax_by_name(grammar)
    };
    let by_name = [name.as_str(), extension].into_iter().find_map(|wanted| {
        let known = GRAMMARS.find_syntax_by_extension(wanted);
        known.or_else(|| more(wanted))
    });
    let by_first_line = || {
        let line = first_line(text.get(..LONGEST_LINE).unwrap_or(text));
        GRAMMARS.find_syntax_by_first_line(std::str::from_utf8(line).ok()?)
    };
    let found = by_name.or_else(by_first_line)?;
    (found.name != "Plain Text").then_some(found)
}

fn first_line(text: &[u8]) -> &[u8] {
    let end = text.iter().position(|&byte| byte == b'\n');
    &text[..end.map_or(text.len(), |end| end + 1)]
}

/// Parses line by line. A token has the role of its own scope, else of the scope around it.
struct Parser<'a> {
    rest: &'a [u8],
    state: ParseState,
    roles: Vec<Option<SyntaxRole>>,
    cleared: Vec<Vec<Option<SyntaxRole>>>,
}

impl Iterator for Parser<'_> {
    type Item = Vec<Token>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() || self.roles.len() > DEEPEST {
            return None;
        }
        let line = first_line(self.rest);
        self.rest = &self.rest[line.len()..];
        let text = std::str::from_utf8(line).ok();
        let text = text.filter(|text| text.len() <= LONGEST_LINE);
        let steps = text.and_then(|text| self.state.parse_line(text, &GRAMMARS).ok());
        let mut tokens = Vec::new();
        let mut from = 0;
        for (at, step) in steps.unwrap_or_default() {
            self.token(from..at, &mut tokens);
            self.apply(&step);
            from = at;
        }
        if text.is_some() {
            self.token(from..line.len(), &mut tokens);
        }
        Some(tokens)
    }
}

impl Parser<'_> {
    /// Adds the text between two steps; it joins the token before it if that has the same role.
    fn token(&self, bytes: Range<usize>, tokens: &mut Vec<Token>) {
        let Some(role) = self.roles.last().copied().flatten() else {
            return;
        };
        let (Ok(start), Ok(end)) = (u32::try_from(bytes.start), u32::try_from(bytes.end)) else {
            return;
        };
        match tokens.last_mut() {
            _ if start >= end => {}
            Some(last) if last.role == role && last.bytes.end == start => last.bytes.end = end,
            _ => tokens.push(Token {
                bytes: start..end,
                role,
            }),
        }
    }

    fn apply(&mut self, step: &ScopeStackOp) {
        match step {
            ScopeStackOp::Push(scope) => {
                let own = ROLES.iter().find(|(known, _)| known.is_prefix_of(*scope));
                let around = self.roles.last().copied().flatten();
                self.roles.push(own.map_or(around, |(_, role)| *role));
            }
            ScopeStackOp::Pop(count) => {
                let left = self.roles.len().saturating_sub(*count);
                self.roles.truncate(left);
            }
            ScopeStackOp::Clear(amount) => {
                let left = match amount {
                    ClearAmount::TopN(count) => self.roles.len().saturating_sub(*count),
                    ClearAmount::All => 0,
                };
                self.cleared.push(self.roles.split_off(left));
            }
            ScopeStackOp::Restore => self.roles.extend(self.cleared.pop().unwrap_or_default()),
            ScopeStackOp::Noop => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Colouring, LONGEST_LINE, MOST, SyntaxRole, Token, lines};

    /// Returns each token of a text with its role.
    fn parts(name: &str, text: &str) -> Vec<(String, SyntaxRole)> {
        let found = lines(name.as_bytes(), text.as_bytes());
        let lines_of_text = text.split_inclusive('\n');
        let pairs = found.into_iter().flatten().zip(lines_of_text);
        pairs
            .flat_map(|(tokens, line)| {
                tokens.into_iter().map(|Token { bytes, role }| {
                    let text = &line[bytes.start as usize..bytes.end as usize];
                    (text.trim_end().to_owned(), role)
                })
            })
            .collect()
    }

    fn has(name: &str, text: &str, part: &str, role: SyntaxRole) {
        let found = parts(name, text);
        assert!(
            found.contains(&(part.to_owned(), role)),
            "{name}: {part:?} is not {role:?}: {found:?}"
        );
    }

    #[test]
    fn parts_have_their_roles() {
        use SyntaxRole::{Comment, Keyword, Name, Number, Text};
        let shell = "#!/bin/sh\n# words\nif true; then echo \"a b\"; fi\n";
        has("entrypoint", shell, "# words", Comment);
        has("entrypoint", shell, "if", Keyword);
        has("entrypoint", shell, "\"a b\"", Text);
        has("a.py", "def f(x):\n    return 12\n", "def", Keyword);
        has("a.py", "def f(x):\n    return 12\n", "f", Name);
        has("a.py", "def f(x):\n    return 12\n", "12", Number);
        has("A.JSON", "{\"key\": true}\n", "true", Number);
        has("a.yaml", "key: 1\n", "key", Name);
        has("x.conf", "# words\nkey = value\n", "# words", Comment);
        has("a.rs", "/* one\ntwo */ fn\n", "two */", Comment);
        has("index.html", "<p id=\"x\">\n", "p", Name);
    }

    #[test]
    fn unknown_text_has_no_tokens() {
        for (name, text) in [("notes", "some words\n"), ("a.txt", "words"), ("", "")] {
            assert!(lines(name.as_bytes(), text.as_bytes()).is_none(), "{name}");
        }
        assert_eq!(parts("a.py", "\u{301}\0\u{1b}\n").len(), 0);
    }

    #[test]
    fn hostile_text_ends_soon() {
        let long = format!("# {}\nx = 1\n", "x".repeat(LONGEST_LINE));
        let found: Vec<_> = lines(b"a.py", long.as_bytes())
            .into_iter()
            .flatten()
            .collect();
        assert_eq!((found.len(), found[0].len()), (2, 0));
        assert!(!found[1].is_empty());
        let many = "1\n".repeat(MOST);
        let count = lines(b"a.json", many.as_bytes()).into_iter().flatten();
        assert_eq!(count.count(), MOST / 2);
        let wrong = b"x = \"\xff\xfe\"\ny = 1\n";
        let found: Vec<_> = lines(b"a.py", wrong).into_iter().flatten().collect();
        assert!(found[0].is_empty() && !found[1].is_empty());
    }

    #[test]
    fn lines_keep_their_tokens_when_pieces_are_joined() {
        let token = |start| Token {
            bytes: start..start + 1,
            role: SyntaxRole::Name,
        };
        let (mut first, mut second) = (Colouring::default(), Colouring::default());
        first.push(vec![token(0), token(4)]);
        first.push(Vec::new());
        second.push(vec![token(7)]);
        first.append(second);
        assert_eq!(first.line(0), [token(0), token(4)]);
        assert_eq!(first.line(1), []);
        assert_eq!(first.line(2), [token(7)]);
        assert_eq!((first.line(3), first.len()), (&[][..], 3));
    }
}
