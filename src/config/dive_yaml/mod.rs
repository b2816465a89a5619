//! Parses dive's configuration, YAML, into a [`Configuration`] and warnings. Keys that only dive uses are ignored; keys unknown to both are warnings.

mod keys;

use std::collections::BTreeMap;

use serde_json::Value as Yaml;
use serde_saphyr::Spanned;

use self::keys::{DivesKey, KEYS};
use super::configuration::Configuration;
use super::key_value::{KeyValue, Value};
use super::setting::Setting;
use crate::escape;
use crate::failure::Failure;
use crate::ui::keys::action::Action as A;
use crate::ui::keys::context::Context as C;
use crate::ui::keys::key::Key;
use crate::ui::keys::{KeyConflict, KeyMap, Rebinding};
use crate::ui::pane::View;

/// The sections of dive's configuration that are read here.
const SECTIONS: [&str; 4] = ["keybinding", "diff", "filetree", "layer"];
/// The sections and keys of dive's configuration that have no effect here.
const OTHERS: [&str; 9] = [
    "log",
    "dev",
    "container-engine",
    "ignore-errors",
    "ci",
    "ci-config",
    "rules",
    "json-path",
    "source",
];

/// A mapping whose values have their line numbers.
type ConfigSection = BTreeMap<String, Spanned<Yaml>>;

#[derive(serde::Deserialize)]
struct ConfigSections {
    keybinding: Option<ConfigSection>,
    diff: Option<ConfigSection>,
    filetree: Option<ConfigSection>,
    layer: Option<ConfigSection>,
}

/// Parses a file's text. Returns the configuration and its warnings; `shown` is the file's name in them.
pub(super) fn parse(text: &str, shown: &str) -> Result<(Configuration, Vec<String>), Failure> {
    let (mut config, mut notes, mut rebindings) =
        (Configuration::default(), Vec::new(), Vec::new());
    // dive opens on layers and tree.
    config.start.view = View::Tree;
    config.start.unfold = false;
    for one in key_values(text, shown)? {
        let name = one.path[1..].join(".");
        match (one.path[0].as_str(), name.as_str()) {
            ("keybinding", name) => match KEYS.iter().find(|(known, ..)| *known == name) {
                Some(key) => rebind(&one, key, shown, &mut rebindings, &mut notes)?,
                None => notes.push(one.unknown(shown, &known_keys())),
            },
            ("diff", "hide") => set(Setting::Hide, &mut config, &one, &lower(&one.value), shown)?,
            ("filetree", "collapse-dir") => {
                set(Setting::Fold, &mut config, &one, &one.value, shown)?;
            }
            ("filetree", "pane-width") => {
                let tree = match one.value {
                    Value::Number(tree) if tree > 0.0 && tree < 1.0 => tree,
                    _ => return Err(one.refused(shown, "a number between 0 and 1")),
                };
                // dive sets the tree's share of the width; the setting here is the left column's, within limits.
                let left = ((1.0 - tree) * 100.0).round().clamp(20.0, 75.0);
                let left = Value::Number(left);
                set(Setting::PaneWidth, &mut config, &one, &left, shown)?;
            }
            ("filetree", "show-attributes") => {
                set(
                    Setting::ShowAttributes,
                    &mut config,
                    &one,
                    &one.value,
                    shown,
                )?;
            }
            ("layer", "show-aggregated-changes") => {
                set(Setting::Aggregated, &mut config, &one, &one.value, shown)?;
            }
            (section, _) if OTHERS.contains(&section) => {}
            (section, "") if SECTIONS.contains(&section) && one.value == Value::Nothing => {}
            _ => notes.push(one.unknown(shown, &known())),
        }
    }
    config.keys = key_map(rebindings, shown, &mut notes);
    Ok((config, notes))
}

fn known_keys() -> Vec<String> {
    let keys = KEYS.iter();
    keys.map(|(name, ..)| format!("keybinding.{name}"))
        .collect()
}

fn known() -> Vec<&'static str> {
    const REST: [&str; 5] = [
        "diff.hide",
        "filetree.collapse-dir",
        "filetree.pane-width",
        "filetree.show-attributes",
        "layer.show-aggregated-changes",
    ];
    REST.into_iter().chain(OTHERS).chain(SECTIONS).collect()
}

fn set(
    setting: Setting,
    config: &mut Configuration,
    one: &KeyValue,
    value: &Value,
    shown: &str,
) -> Result<(), Failure> {
    let accepted = setting.set(config, value);
    accepted.ok_or_else(|| one.refused(shown, setting.allowed()))
}

/// Adds the rebindings of one of dive's keys. Keys that are not supported here are warnings.
fn rebind(
    one: &KeyValue,
    (_, default, actions): &DivesKey,
    shown: &str,
    rebindings: &mut Vec<(Rebinding, u64)>,
    notes: &mut Vec<String>,
) -> Result<(), Failure> {
    let text = match &one.value {
        Value::Nothing => "",
        Value::Text(text) => text,
        _ => return Err(one.refused(shown, "keys with commas between them: \"ctrl+f, /\"")),
    };
    let split = |text: &str| {
        let words = text
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty());
        words
            .map(|word| (word.to_owned(), Key::parse(word)))
            .collect::<Vec<_>>()
    };
    let (keys, default) = (split(text), split(default));
    if keys
        .iter()
        .map(|(_, key)| key)
        .eq(default.iter().map(|(_, key)| key))
    {
        return Ok(());
    }
    for (word, _) in keys.iter().filter(|(_, key)| key.is_none()) {
        let (key, word) = (one.key(), escape::text(word));
        notes.push(format!(
            "{shown}:{}: {key}: `{word}` is not a supported key",
            one.line
        ));
    }
    let keys: Vec<Key> = keys.into_iter().filter_map(|(_, key)| key).collect();
    if keys.is_empty() && (!text.trim().is_empty() || actions.contains(&(None, A::Quit))) {
        // None of the keys is supported: the default keys stay.
        return Ok(());
    }
    for (context, action) in *actions {
        let typing = context.is_some_and(C::is_typing);
        let keys = keys.iter().copied();
        let keys: Vec<Key> = keys
            .filter(|key| !(typing && matches!(key, Key::Char(_))))
            .collect();
        if typing && keys.is_empty() {
            continue;
        }
        let (context, action) = (*context, *action);
        let rebinding = Rebinding {
            context,
            action,
            keys,
        };
        rebindings.push((rebinding, one.line));
    }
    Ok(())
}

/// Returns the key map. A rebinding that conflicts with another is left out, with a warning.
fn key_map(mut rebindings: Vec<(Rebinding, u64)>, shown: &str, notes: &mut Vec<String>) -> KeyMap {
    loop {
        let plain: Vec<Rebinding> = rebindings
            .iter()
            .map(|(rebinding, _)| rebinding.clone())
            .collect();
        let (at, key) = match KeyMap::with(&plain) {
            Ok(map) => return map,
            Err(KeyConflict::Duplicate(_, at, key) | KeyConflict::TextKey(at, key)) => {
                (at, Some(key))
            }
            Err(KeyConflict::QuitUnbound(at)) => (at, None),
        };
        let (rebinding, line) = &mut rebindings[at];
        let name = rebinding.action.name();
        match key {
            Some(key) => {
                let spelled = key.spelling();
                notes.push(format!(
                    "{shown}:{line}: {spelled} is already used and not bound to {name}"
                ));
                rebinding.keys.retain(|other| *other != key);
            }
            None => {
                rebindings.remove(at);
            }
        }
    }
}

fn lower(value: &Value) -> Value {
    match value {
        Value::Text(text) => Value::Text(text.to_lowercase()),
        Value::List(list) => Value::List(list.iter().map(lower).collect()),
        Value::Nothing => Value::List(Vec::new()),
        other => other.clone(),
    }
}

/// Reads a key named `y` or `n` as text, not as a boolean.
fn options() -> serde_saphyr::Options {
    serde_saphyr::options! { strict_booleans: true }
}

/// Returns the keys of all sections with their values, in the order of their lines.
fn key_values(text: &str, shown: &str) -> Result<Vec<KeyValue>, Failure> {
    let bad = |error: serde_saphyr::Error| {
        let line = error.location().map_or(1, |at| at.line());
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default();
        let why = escape::text(why.strip_prefix("error: ").unwrap_or(why)).into_owned();
        Failure::new(format!(
            "{shown}:{line}: cannot read dive's configuration: {why}"
        ))
        .hint("fix it, or write dive-rs's own configuration: docs/config.md")
    };
    let top: Option<ConfigSection> =
        serde_saphyr::from_str_with_options(text, options()).map_err(bad)?;
    let Some(top) = top else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    let entry = |path: Vec<String>, value: &Spanned<Yaml>| KeyValue {
        path,
        value: value_of(&value.value),
        line: value.referenced.line(),
    };
    for (key, value) in &top {
        if !(SECTIONS.contains(&key.as_str()) && value.value.is_object()) {
            let path = key.split('.').map(str::to_lowercase).collect();
            all.push(entry(path, value));
        }
    }
    if top
        .iter()
        .any(|(key, value)| SECTIONS.contains(&key.as_str()) && value.value.is_object())
    {
        let sections: ConfigSections =
            serde_saphyr::from_str_with_options(text, options()).map_err(bad)?;
        let ConfigSections {
            keybinding,
            diff,
            filetree,
            layer,
        } = sections;
        for (name, section) in SECTIONS
            .into_iter()
            .zip([keybinding, diff, filetree, layer])
        {
            for (key, value) in section.iter().flatten() {
                all.push(entry(vec![name.to_owned(), key.to_lowercase()], value));
            }
        }
    }
    all.sort_by_key(|one| one.line);
    Ok(all)
}

fn value_of(value: &Yaml) -> Value {
    match value {
        Yaml::Null => Value::Nothing,
        Yaml::Bool(flag) => Value::Flag(*flag),
        Yaml::Number(number) => number.as_f64().map_or(Value::Other, Value::Number),
        Yaml::String(text) => Value::Text(text.clone()),
        Yaml::Array(list) => Value::List(list.iter().map(value_of).collect()),
        Yaml::Object(_) => Value::Other,
    }
}

#[cfg(test)]
mod tests;
