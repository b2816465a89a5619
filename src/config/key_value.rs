//! A key and its value as written in a file, with their line, and the messages about invalid ones. No key is known here.

use std::fmt;

use crate::escape;
use crate::failure::Failure;
use crate::suggest::did_you_mean;

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct KeyValue {
    /// The key, after the tables that contain it.
    pub(super) path: Vec<String>,
    pub(super) value: Value,
    /// The line, counted from 1.
    pub(super) line: u64,
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Nothing,
    Text(String),
    Flag(bool),
    Number(f64),
    List(Vec<Value>),
    /// A table or a date, which no key accepts.
    Other,
}

impl KeyValue {
    /// Returns the key with its tables, joined by dots.
    pub(super) fn key(&self) -> String {
        escape::text(&self.path.join(".")).into_owned()
    }

    /// Returns the failure of an invalid value.
    pub(super) fn refused(&self, shown: &str, allowed: &str) -> Failure {
        let (key, value) = (self.key(), &self.value);
        Failure::new(format!(
            "{shown}:{}: {key}: invalid value {value}",
            self.line
        ))
        .hint(format!("{key} may be {allowed}"))
    }

    /// Returns the warning about an unknown key, with the most similar known one.
    pub(super) fn unknown(&self, shown: &str, known: &[impl AsRef<str>]) -> String {
        let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
        let word = self.path.join(".");
        let guess = did_you_mean(&word, &known);
        format!("{shown}:{}: unknown key `{}`{guess}", self.line, self.key())
    }
}

impl Value {
    /// Returns the texts of a list, or of one text alone.
    pub(super) fn texts(&self) -> Option<Vec<&str>> {
        match self {
            Self::Text(text) => Some(vec![text]),
            Self::List(list) => list
                .iter()
                .map(|value| match value {
                    Self::Text(text) => Some(text.as_str()),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing"),
            Self::Text(text) => write!(f, "\"{}\"", escape::text(text)),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::List(list) => {
                let list: Vec<String> = list.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", list.join(", "))
            }
            Self::Other => f.write_str("a value of this kind"),
        }
    }
}
