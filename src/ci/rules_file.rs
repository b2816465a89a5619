//! Rules files: dive's `.dive-ci` format and the keys that dive does not have. YAML in, rules as written out; `configured_rules` parses the values.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Yaml;
use serde_saphyr::Spanned;

use super::acceptance::Acceptance;
use super::rule_table::RuleId;
use super::value_error::ValueError;
use super::values;
use crate::escape;
use crate::failure::Failure;
use crate::query::Globs;
use crate::small_file;
use crate::suggest::did_you_mean;

/// The contents of a rules file.
#[derive(Debug, Default)]
pub(super) struct RulesFile {
    /// Its rules. A key `rules.NAME` at the top is viper's spelling of NAME in `rules`, and comes first.
    pub(super) rules: Vec<RuleLine>,
    /// Rules that only warn.
    pub(super) warn: Vec<RuleId>,
    /// `layers: own`.
    pub(super) own_layers: bool,
    /// `floor: SIZE`.
    pub(super) floor: u64,
    /// `ignore: [GLOB, …]`.
    pub(super) ignore: Globs,
    /// `accept: [{id, path, reason}, …]`.
    pub(super) accept: Vec<Acceptance>,
}

/// One rule of a file.
#[derive(Debug)]
pub(super) struct RuleLine {
    pub(super) id: RuleId,
    pub(super) value: RawValue,
    /// The line, counted from 1.
    pub(super) at: u64,
}

/// An unparsed value of a file or option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RawValue {
    One(String),
    Many(Vec<String>),
    Pairs(Vec<(String, String)>),
    /// A list or mapping deeper than any rule allows.
    Bad,
}

/// The largest rules file, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// Keys at the top of a rules file.
const SECTIONS: [&str; 6] = ["rules", "warn", "layers", "floor", "ignore", "accept"];

/// Reads a rules file; returns its contents and its warnings.
///
/// # Errors
/// [`Failure`] when it cannot be read or is not YAML of that shape.
pub(super) fn read(path: &Path) -> Result<(RulesFile, Vec<String>), Failure> {
    let shown = escape::text(&path.to_string_lossy()).into_owned();
    let text = small_file::text(
        path,
        MOST_BYTES,
        "larger than 1 MiB, the limit of a rules file",
    )
    .map_err(|error| {
        Failure::new(format!("cannot read the rules file {shown}"))
            .because(error)
            .hint("--ci-config names the file; without it, .dive-ci is read if it exists")
    })?;
    parse(&text, &shown)
}

/// A mapping whose values have their line number.
type RulesSection<T> = BTreeMap<String, Spanned<T>>;

fn parse(text: &str, shown: &str) -> Result<(RulesFile, Vec<String>), Failure> {
    let bad = |error: serde_saphyr::Error| {
        let location = error
            .location()
            .map_or_else(String::new, |at| format!(":{}", at.line()));
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default();
        // The rest of the message addresses users of the YAML library.
        let end = why.find(", set ").or_else(|| why.find("; use "));
        let why = &why[..end.unwrap_or(why.len())];
        let why = escape::text(why.strip_prefix("error: ").unwrap_or(why)).into_owned();
        Failure::new(format!("{shown}{location}: cannot read the rules: {why}")).hint(
            "a rules file is YAML: `rules:` and below it lines such as `  lowestEfficiency: 0.9`",
        )
    };
    // An empty file, or one of comments only, has no rules.
    let sections: Option<RulesSection<Yaml>> = serde_saphyr::from_str(text).map_err(bad)?;
    let mut contents = RulesFile::default();
    let mut notes = Vec::new();
    for (key, value) in sections.unwrap_or_default() {
        if let Some((section, name)) = key.split_once('.')
            && section.eq_ignore_ascii_case("rules")
        {
            contents.add(name, &value, shown, &mut notes);
            continue;
        }
        contents.set(&key, &value, shown, &mut notes)?;
    }
    let sections: Option<RulesSections> = serde_saphyr::from_str(text).map_err(bad)?;
    let RulesSections { rules, accept } = sections.unwrap_or_default();
    for item in accept.unwrap_or_default() {
        let location = format!("{shown}:{}: accept", item.referenced.line());
        contents.accept.push(Acceptance::of(
            &RawValue::of(&item.value),
            &location,
            &mut notes,
        )?);
    }
    for (name, value) in rules.unwrap_or_default() {
        contents.add(&name, &value, shown, &mut notes);
    }
    Ok((contents, notes))
}

impl RulesFile {
    /// Sets what a key at the top of the file means, except rules and accepted findings, which are read by line.
    fn set(
        &mut self,
        key: &str,
        value: &Spanned<Yaml>,
        shown: &str,
        notes: &mut Vec<String>,
    ) -> Result<(), Failure> {
        let location = format!("{shown}:{}: {key}", value.referenced.line());
        let refused = |value: &str, why: ValueError| Err(refused(&location, value, why));
        // dive ignores the case of keys.
        match (
            key.to_ascii_lowercase().as_str(),
            RawValue::of(&value.value),
        ) {
            ("accept", _) if !(value.value.is_array() || value.value.is_null()) => {
                return refused("…", ValueError::NotFindings);
            }
            ("rules" | "accept", _) => {}
            ("warn" | "ignore", RawValue::Bad) => return refused("…", ValueError::NestedList),
            ("warn", list) => {
                for name in list.into_list() {
                    match RuleId::from_name(&name) {
                        Some(id) => self.warn.push(id),
                        None => notes.push(unknown(shown, &name, &RuleId::ALL.map(RuleId::name))),
                    }
                }
            }
            ("layers", RawValue::One(word)) if word == "own" => self.own_layers = true,
            ("layers", RawValue::One(word)) if word == "all" => {}
            ("layers", value) => return refused(&value.to_string(), ValueError::NotLayers),
            ("floor", RawValue::One(size)) => match values::bytes(&size) {
                Ok(bytes) => self.floor = bytes,
                Err(why) => return refused(&size, why),
            },
            ("floor", value) => return refused(&value.to_string(), ValueError::NotASize),
            ("ignore", list) => match Globs::new(list.into_list()) {
                Ok(globs) => self.ignore = globs,
                Err(why) => return refused("ignore", why.into()),
            },
            _ => notes.push(unknown(shown, key, &SECTIONS)),
        }
        Ok(())
    }

    /// Adds a rule. One without a value keeps its default, as in dive.
    fn add(&mut self, name: &str, value: &Spanned<Yaml>, shown: &str, notes: &mut Vec<String>) {
        match RuleId::from_name(name) {
            Some(_) if value.value.is_null() => {}
            Some(id) => self.rules.push(RuleLine {
                id,
                value: RawValue::of(&value.value),
                at: value.referenced.line(),
            }),
            None => notes.push(unknown(shown, name, &RuleId::ALL.map(RuleId::name))),
        }
    }
}

/// The sections whose line numbers are needed; every other key is read before.
#[derive(Default)]
struct RulesSections {
    rules: Option<RulesSection<Yaml>>,
    accept: Option<Vec<Spanned<Yaml>>>,
}

impl<'de> Deserialize<'de> for RulesSections {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SectionsVisitor)
    }
}

/// Accepts the sections' keys in any case.
struct SectionsVisitor;

impl<'de> Visitor<'de> for SectionsVisitor {
    type Value = RulesSections;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RulesSections, A::Error> {
        let mut sections = RulesSections::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.to_ascii_lowercase().as_str() {
                "rules" => sections.rules = map.next_value()?,
                "accept" => sections.accept = map.next_value()?,
                _ => _ = map.next_value::<IgnoredAny>()?,
            }
        }
        Ok(sections)
    }
}

/// Returns the failure of an invalid value.
pub(super) fn refused(location: &str, value: &str, why: ValueError) -> Failure {
    Failure::new(format!(
        "{location}: invalid value `{}`: {why}",
        escape::text(value)
    ))
    .with_source(why)
    .hint("docs/ci.md lists the keys of a rules file")
}

impl RawValue {
    fn of(value: &Yaml) -> Self {
        let pairs = |map: &serde_json::Map<String, Yaml>| {
            map.iter()
                .map(|(key, value)| Some((key.clone(), scalar(value)?)))
                .collect()
        };
        match value {
            Yaml::Array(list) => list
                .iter()
                .map(scalar)
                .collect::<Option<_>>()
                .map(Self::Many),
            Yaml::Object(map) => Option::map(pairs(map), Self::Pairs),
            one => scalar(one).map(Self::One),
        }
        .unwrap_or(Self::Bad)
    }

    /// Parses a value of the command line: a list or a mapping in brackets, as in a file, else the text as it is. Globs in braces without sizes are a
    /// list.
    pub(super) fn from_flag(text: &str) -> Self {
        let within = |open, close| text.starts_with(open) && text.ends_with(close);
        let (list, map) = (within('[', ']'), within('{', '}'));
        let read = (list || map).then(|| serde_saphyr::from_str(text).ok());
        match read.flatten().map_or(Self::Bad, |value| Self::of(&value)) {
            Self::Bad if list && text.matches(']').count() == 1 => Self::Bad,
            Self::Bad => Self::One(text.to_owned()),
            Self::Pairs(pairs) if pairs.iter().all(|(_, size)| size.is_empty()) => {
                Self::Many(pairs.into_iter().map(|(glob, _)| glob).collect())
            }
            value => value,
        }
    }

    /// Converts into a list: a single value is a list of one.
    fn into_list(self) -> Vec<String> {
        match self {
            Self::One(text) if text.is_empty() => Vec::new(),
            Self::One(text) => vec![text],
            Self::Many(list) => list,
            Self::Pairs(pairs) => pairs.into_iter().map(|(key, _)| key).collect(),
            Self::Bad => Vec::new(),
        }
    }
}

impl fmt::Display for RawValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(text) => f.write_str(text.trim()),
            Self::Many(list) => f.write_str(&list.join(", ")),
            Self::Pairs(pairs) => {
                let pairs: Vec<String> = pairs
                    .iter()
                    .map(|(key, value)| format!("{key}: {value}"))
                    .collect();
                f.write_str(&pairs.join(", "))
            }
            Self::Bad => f.write_str("…"),
        }
    }
}

fn scalar(value: &Yaml) -> Option<String> {
    match value {
        Yaml::Null => Some(String::new()),
        Yaml::Bool(value) => Some(value.to_string()),
        Yaml::Number(value) => Some(value.to_string()),
        Yaml::String(value) => Some(value.clone()),
        Yaml::Array(_) | Yaml::Object(_) => None,
    }
}

pub(super) fn unknown(shown: &str, key: &str, known: &[&str]) -> String {
    let guess = did_you_mean(key, known);
    format!("{shown}: unknown key `{}`{guess}", escape::text(key))
}
