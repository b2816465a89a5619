//! Secrets in texts: one table of patterns. Returns the kind of a secret and its line, never the secret. `findings` reports them.

use std::sync::LazyLock;

use regex::bytes::{Regex, RegexSet};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The most secrets to return for one text.
const MOST: usize = 8;

/// A match of a pattern in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::analysis) struct Secret {
    /// The kind of secret, from the table.
    pub(in crate::analysis) what: &'static str,
    /// Its line, from 1.
    pub(in crate::analysis) line: usize,
}

/// Patterns and kinds of secrets. The patterns are published ones, with a fixed prefix and length, so that ordinary words do not match.
const TABLE: [(&str, &str); 16] = [
    (
        r"-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED) )?PRIVATE KEY-----\s+[A-Za-z0-9+/=:, \r\n-]{60}",
        "a private key",
    ),
    (
        r"-----BEGIN PGP PRIVATE KEY BLOCK-----",
        "a PGP private key",
    ),
    (r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b", "an AWS access key id"),
    (
        r#"(?i)aws_secret_access_key["']?\s*[=:]\s*["']?[A-Za-z0-9/+=]{40}\b"#,
        "an AWS secret access key",
    ),
    (r"\bgh[pousr]_[A-Za-z0-9]{36}", "a GitHub token"),
    (r"\bgithub_pat_[A-Za-z0-9_]{50}", "a GitHub token"),
    (r"\bglpat-[A-Za-z0-9_-]{20}", "a GitLab token"),
    (r"\bxox[abeprs]-[A-Za-z0-9-]{20}", "a Slack token"),
    (r"\bAIza[0-9A-Za-z_-]{35}\b", "a Google API key"),
    (r"\bnpm_[A-Za-z0-9]{36}\b", "an npm token"),
    (r"_authToken\s*=\s*[A-Za-z0-9_-]{16}", "an npm token"),
    (r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50}", "a PyPI token"),
    (r"\b[sr]k_live_[0-9A-Za-z]{24}", "a Stripe key"),
    (r"\bdckr_pat_[A-Za-z0-9_-]{27}", "a Docker Hub token"),
    (
        r#""auth"\s*:\s*"[A-Za-z0-9+/]{16,}={0,2}""#,
        "a registry's login",
    ),
    (
        r"(?:https?|ssh|postgres(?:ql)?|mysql|mongodb(?:\+srv)?|redis|amqps?)://[A-Za-z0-9._%+-]+:[^\s:@/$<{'\x22]{6,}@[A-Za-z0-9][A-Za-z0-9.-]*",
        "a password in a URL",
    ),
];

/// A [`Secret`] as a cache keeps it.
#[derive(Serialize, Deserialize)]
struct StoredSecret<'a> {
    what: &'a str,
    line: usize,
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { what, line } = *self;
        StoredSecret { what, line }.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let StoredSecret { what, line } = StoredSecret::deserialize(from)?;
        let known = TABLE.iter().find(|(_, kind)| *kind == what);
        let (_, what) = known.ok_or_else(|| de::Error::custom("no kind of secret"))?;
        Ok(Self { what, line })
    }
}

static SET: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(TABLE.map(|(pattern, _)| bytewise(pattern))).ok());
static EACH: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
    let each = TABLE.map(|(pattern, _)| Regex::new(&bytewise(pattern)).ok());
    each.into_iter().collect()
});

/// Disables Unicode mode: texts may not be UTF-8.
fn bytewise(pattern: &str) -> String {
    format!("(?-u){pattern}")
}

/// Returns the matches in a text in the order of the table, the first of each pattern.
#[must_use]
pub(in crate::analysis) fn find(text: &[u8]) -> Vec<Secret> {
    let Some(set) = &*SET else { return Vec::new() };
    let matched = set.matches(text).into_iter();
    let first = |at: usize| {
        let mut found = EACH[at].as_ref()?.find_iter(text);
        let found = found.find(|found| !is_example(found.as_bytes()))?;
        let lines = text[..found.start()].split(|&byte| byte == b'\n');
        Some(Secret {
            what: TABLE[at].1,
            line: lines.count(),
        })
    };
    let mut found: Vec<Secret> = matched.filter_map(first).take(MOST).collect();
    found.dedup_by_key(|secret| secret.what);
    found
}

/// Placeholders in documentation, and reserved hosts (RFC 2606).
const EXAMPLES: [&[u8]; 9] = [
    b"EXAMPLE",
    b":password@",
    b":passwd@",
    b":secret@",
    b":postgres@",
    b":changeme@",
    b":xxxxxx",
    b"@localhost",
    b"@example.",
];

/// Returns whether a match is an example; AWS writes `EXAMPLE` into each of its own.
fn is_example(found: &[u8]) -> bool {
    let has = |word: &&[u8]| {
        found
            .windows(word.len())
            .any(|part| part.eq_ignore_ascii_case(word))
    };
    EXAMPLES.iter().any(has)
}

/// Returns whether a file with these first bytes may be a text.
#[cfg(feature = "cli")]
pub(super) fn is_text(head: &[u8]) -> bool {
    !head.iter().take(8 << 10).any(|&byte| byte == 0)
}

#[cfg(test)]
mod tests {
    use super::{EACH, SET, find};

    #[test]
    fn every_pattern_compiles() {
        assert!(SET.is_some());
        assert!(EACH.iter().all(Option::is_some));
    }

    #[test]
    fn secrets_match_their_pattern() {
        let key = format!(
            "x\n-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END",
            "A".repeat(64)
        );
        let github = format!("token: ghp_{}", "a1".repeat(18));
        for (text, what, line) in [
            (key.as_str(), "a private key", 2),
            (
                "AKIAIOSFODNN7EXAMPLE\nAKIAIOSFODNN7ABCDEFG",
                "an AWS access key id",
                2,
            ),
            (&github, "a GitHub token", 1),
            (
                "\n\nDB=postgres://app:hunter22@db/x",
                "a password in a URL",
                3,
            ),
            (
                "{\"auths\":{\"r\":{\"auth\":\"dXNlcjpwYXNzd29yZA==\"}}}",
                "a registry's login",
                1,
            ),
        ] {
            let found = find(text.as_bytes());
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].what, found[0].line), (what, line), "{text}");
        }
    }

    #[test]
    fn examples_do_not_match() {
        for text in [
            "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
            "-----BEGIN CERTIFICATE-----\nMIIB",
            "postgres://user:$PASSWORD@db/x",
            "postgres://user:password",
            "AKIAIOSFODNN7EXAMPLE",
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "https://user:password@example.com/",
            "postgres://postgres:postgres@db:5432/app",
            "mysql://root:hunter22@localhost/app",
            "https://me:hunter22@example.com/",
            "ghp_short",
            "AKIA",
            "\"auth\": \"none\"",
        ] {
            assert_eq!(find(text.as_bytes()), [], "{text}");
        }
    }
}
