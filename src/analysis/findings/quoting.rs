//! Quoting of paths and values for a Dockerfile, its shell and `.dockerignore`. A quoted value stays on one line; values that cannot be quoted are refused.

/// Returns whether a text fits on one line and was valid UTF-8.
fn is_plain(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER)
}

/// Quotes a word for a shell; a character that cannot be on a line becomes the wildcard `?`.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    let parts: Vec<String> = word
        .split(|c: char| !is_plain(c.encode_utf8(&mut [0; 4])))
        .map(|part| match part {
            "" if !word.is_empty() => String::new(),
            part => format!("'{}'", part.replace('\'', "'\\''")),
        })
        .collect();
    parts.join("?")
}

/// Returns the line that copies a path from another stage; `None` when the path cannot be written.
pub(super) fn copy_line(stage: &str, path: &str) -> Option<String> {
    // Wildcards, variables and escapes.
    if !is_plain(path) || path.contains(['*', '?', '[', ']', '\\', '$', '"', '`']) {
        return None;
    }
    let words = [path, path];
    Some(if path.contains([' ', '\'', '#', '<']) {
        format!("COPY --from={stage} {}", list(&words))
    } else {
        format!("COPY --from={stage} {}", words.join(" "))
    })
}

/// Returns words in the exec form of an instruction.
pub(super) fn list(words: &[impl AsRef<str>]) -> String {
    let word = |word: &dyn AsRef<str>| serde_json::Value::from(word.as_ref()).to_string();
    let words: Vec<String> = words.iter().map(|one| word(one)).collect();
    format!("[{}]", words.join(", "))
}

/// Quotes a value for ENV or LABEL; `None` when it does not fit on one line.
pub(super) fn value(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%=;()".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return Some(text.to_owned());
    }
    let escape = |text: String, c: char| text.replace(c, &format!("\\{c}"));
    let escaped = ['\\', '"', '$'].into_iter().fold(text.to_owned(), escape);
    is_plain(text).then(|| format!("\"{escaped}\""))
}

/// Returns a `.dockerignore` pattern that matches this path only.
pub(super) fn pattern(path: &str) -> String {
    let mut pattern = String::new();
    for c in path.chars() {
        if !is_plain(c.encode_utf8(&mut [0; 4])) {
            pattern.push('?');
            continue;
        }
        if matches!(c, '*' | '?' | '[' | ']' | '\\') || pattern.is_empty() && matches!(c, '!' | '#')
        {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::{copy_line, list, pattern, quoted, value};

    #[test]
    fn words_are_quoted() {
        assert_eq!(quoted("/a/b-1.2"), "/a/b-1.2");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("it's $x"), "'it'\\''s $x'");
        assert_eq!(quoted("/a\nRUN b\u{1b}"), "'/a'?'RUN b'?");
        assert_eq!(quoted("/a\u{fffd}b c"), "'/a'?'b c'");
    }

    #[test]
    fn paths_are_copied_or_refused() {
        assert_eq!(copy_line("b", "/a").as_deref(), Some("COPY --from=b /a /a"));
        let spaced = "COPY --from=b [\"/it's a\", \"/it's a\"]";
        assert_eq!(copy_line("b", "/it's a").as_deref(), Some(spaced));
        for path in [
            "/a\nRUN b",
            "/[a]",
            "/a*",
            "/$HOME",
            "/a\\",
            "/\"a\"",
            "/\u{fffd}",
        ] {
            assert_eq!(copy_line("b", path), None, "{path}");
        }
    }

    #[test]
    fn values_are_quoted() {
        assert_eq!(list(&["a b", "\"\n\u{1b}"]), r#"["a b", "\"\n\u001b"]"#);
        assert_eq!(value("/usr/bin:/bin").as_deref(), Some("/usr/bin:/bin"));
        assert_eq!(value("").as_deref(), Some("\"\""));
        assert_eq!(
            value(r#"a $b "c" \"#).as_deref(),
            Some(r#""a \$b \"c\" \\""#)
        );
        assert_eq!(value("a\nb"), None);
    }

    #[test]
    fn patterns_match_one_path() {
        assert_eq!(pattern("a/b c"), "a/b c");
        assert_eq!(pattern("#a/[b]*\n!"), "\\#a/\\[b\\]\\*?!");
    }
}
