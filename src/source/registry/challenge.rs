//! `WWW-Authenticate`: the ways to log in that a registry offers (RFC 9110, section 11.6.1). Pure text.

use std::collections::HashMap;

/// One way to log in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Challenge {
    /// In lower case: `basic`, `bearer`.
    pub(super) scheme: String,
    /// Its parameters; names in lower case.
    pub(super) parameters: HashMap<String, String>,
}

/// Returns the challenges of one header's value; what is not one is left out.
pub(super) fn challenges(value: &str) -> Vec<Challenge> {
    let mut found: Vec<Challenge> = Vec::new();
    let mut rest = value.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let trimmed = after.trim_start_matches([' ', '\t']);
        rest = if let Some(value) = trimmed.strip_prefix('=') {
            let (value, after) = parameter(value.trim_start_matches([' ', '\t']));
            if let Some(challenge) = found.last_mut() {
                let name = word.to_ascii_lowercase();
                challenge.parameters.entry(name).or_insert(value);
            }
            after
        } else {
            if !word.is_empty() {
                found.push(Challenge {
                    scheme: word.to_ascii_lowercase(),
                    parameters: HashMap::new(),
                });
            }
            trimmed
        };
        rest = rest.trim_start_matches([' ', '\t', ',']);
    }
    found
}

/// Splits a parameter's value, quoted or not, from what follows it.
fn parameter(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let (mut value, mut escaped) = (String::new(), false);
    for (at, letter) in quoted.char_indices() {
        match letter {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return (value, &quoted[at + 1..]),
            _ => {
                escaped = false;
                value.push(letter);
            }
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::challenges;

    #[test]
    fn registries_challenges_are_read() {
        let hub = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/alpine:pull""#;
        let found = challenges(hub);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].scheme, "bearer");
        assert_eq!(found[0].parameters["realm"], "https://auth.docker.io/token");
        assert_eq!(
            found[0].parameters["scope"],
            "repository:library/alpine:pull"
        );

        let both = r#"Basic realm="a \"b\"", BEARER  Realm = "c",error="x,y" , Negotiate"#;
        let found = challenges(both);
        let schemes: Vec<&str> = found.iter().map(|one| one.scheme.as_str()).collect();
        assert_eq!(schemes, ["basic", "bearer", "negotiate"]);
        assert_eq!(found[0].parameters["realm"], r#"a "b""#);
        assert_eq!(found[1].parameters["realm"], "c");
        assert_eq!(found[1].parameters["error"], "x,y");
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[ -~\t,=\"é]{0,60}") {
            let _ = challenges(&text);
        }
    }
}
