//! Rules files: dive's `.dive-ci`, read as it stands. YAML in, rules as written out; what a value means is `rules`' to say.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;

use super::rules::Id;
use super::words::nearest;
use crate::escape;
use crate::failure::Failure;

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// The rules it names.
    pub(super) rules: Vec<Line>,
}

/// One rule of a file.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) id: Id,
    pub(super) value: String,
    /// Counted from 1.
    pub(super) at: u64,
}

/// A rules file is short; anything longer is something else.
const MOST_BYTES: u64 = 1 << 20;

/// Keys at the top of a rules file.
const SECTIONS: [&str; 1] = ["rules"];

/// Reads a rules file, and returns what is odd in it beside what it says.
///
/// # Errors
/// [`Failure`] when it cannot be read or is no YAML of that shape.
pub(super) fn read(path: &Path) -> Result<(Written, Vec<String>), Failure> {
    let shown = escape::text(&path.to_string_lossy()).into_owned();
    let text = fs::metadata(path)
        .and_then(|about| {
            if about.len() > MOST_BYTES {
                return Err(std::io::Error::other("longer than a rules file can be"));
            }
            fs::read_to_string(path)
        })
        .map_err(|error| {
            Failure::new(format!("cannot read the rules file {shown}"))
                .because(&error)
                .hint("--ci-config names the file; without it, .dive-ci is read when it is there")
        })?;
    parse(&text, &shown)
}

#[derive(Deserialize)]
struct Shape {
    #[serde(default)]
    rules: Option<BTreeMap<String, Spanned<Value>>>,
}

fn parse(text: &str, shown: &str) -> Result<(Written, Vec<String>), Failure> {
    let bad = |error: serde_saphyr::Error| {
        let place = error
            .location()
            .map_or_else(String::new, |at| format!(":{}", at.line()));
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default();
        let why = why.strip_prefix("error: ").unwrap_or(why);
        Failure::new(format!(
            "{shown}{place}: cannot read the rules: {}",
            escape::text(why)
        ))
        .hint("a rules file is YAML: `rules:` and below it lines such as `  lowestEfficiency: 0.9`")
    };
    // An empty file, or one of comments only, asks for nothing.
    let sections: Option<BTreeMap<String, Value>> = serde_saphyr::from_str(text).map_err(bad)?;
    let Some(sections) = sections else {
        return Ok((Written::default(), Vec::new()));
    };
    let mut notes: Vec<String> = sections
        .keys()
        .filter(|key| !SECTIONS.contains(&key.as_str()))
        .map(|key| unknown(shown, key, &SECTIONS))
        .collect();
    let shape: Shape = serde_saphyr::from_str(text).map_err(bad)?;
    let mut written = Written::default();
    for (key, value) in shape.rules.unwrap_or_default() {
        let Some(id) = Id::of(&key) else {
            notes.push(unknown(shown, &key, &Id::ALL.map(Id::name)));
            continue;
        };
        let line = value.referenced.line();
        let value = scalar(&value.value).ok_or_else(|| {
            Failure::new(format!(
                "{shown}:{line}: {key}: a list or a mapping where one value belongs"
            ))
        })?;
        written.rules.push(Line {
            id,
            value,
            at: line,
        });
    }
    Ok((written, notes))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(value) => Some(value.to_string()),
        Value::String(value) => Some(value.clone()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn unknown(shown: &str, key: &str, known: &[&str]) -> String {
    let guess =
        nearest(key, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("{shown}: unknown key `{}`{guess}", escape::text(key))
}
