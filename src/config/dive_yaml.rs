//! dive's configuration: YAML in, a [`Config`] and warnings out. What dive knows and we do not need is passed over in silence; what neither knows is
//! a warning.

mod keys;

use std::collections::BTreeMap;

use serde_json::Value as Yaml;
use serde_saphyr::Spanned;

use self::keys::{DivesKey, KEYS};
use super::key_value::{KeyValue, Value};
use super::load::Config;
use super::setting::Setting;
use crate::escape;
use crate::failure::Failure;
use crate::ui::keys::action::Action as A;
use crate::ui::keys::context::Context as C;
use crate::ui::keys::key::Key;
use crate::ui::keys::{KeyConflict, KeyMap, Rebinding};

/// What else dive knows: the sections that count here, and what says nothing to us.
const SECTIONS: [&str; 4] = ["keybinding", "diff", "filetree", "layer"];
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

/// A mapping whose values know their line.
type Section = BTreeMap<String, Spanned<Yaml>>;

#[derive(serde::Deserialize)]
struct Sections {
    keybinding: Option<Section>,
    diff: Option<Section>,
    filetree: Option<Section>,
    layer: Option<Section>,
}

/// Returns what a text says, and what is odd in it.
pub(super) fn parse(text: &str, shown: &str) -> Result<(Config, Vec<String>), Failure> {
    let (mut config, mut notes, mut wishes) = (Config::default(), Vec::new(), Vec::new());
    for one in written(text, shown)? {
        let name = one.path[1..].join(".");
        match (one.path[0].as_str(), name.as_str()) {
            ("keybinding", name) => match KEYS.iter().find(|(known, ..)| *known == name) {
                Some(key) => rebind(&one, key, shown, &mut wishes, &mut notes)?,
                None => notes.push(one.unknown(shown, &known_keys())),
            },
            ("diff", "hide") => set(Setting::Hide, &mut config, &one, &lower(&one.value), shown)?,
            ("filetree", "collapse-dir") => {
                set(Setting::Fold, &mut config, &one, &one.value, shown)?;
            }
            ("filetree", "pane-width") => {
                let Value::Number(tree) = one.value else {
                    return Err(one.refused(shown, "a number between 0 and 1"));
                };
                if !(tree > 0.0 && tree < 1.0) {
                    return Err(one.refused(shown, "a number between 0 and 1"));
                }
                // dive gives the tree's share, we the other column's, within limits.
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
    config.keys = settle(wishes, shown, &mut notes);
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
    config: &mut Config,
    one: &KeyValue,
    value: &Value,
    shown: &str,
) -> Result<(), Failure> {
    let taken = setting.set(config, value);
    taken.ok_or_else(|| one.refused(shown, setting.allowed()))
}

/// Adds the wishes of one of dive's keys. Keys only dive knows are told and left out.
fn rebind(
    one: &KeyValue,
    (_, default, actions): &DivesKey,
    shown: &str,
    wishes: &mut Vec<(Rebinding, u64)>,
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
            "{shown}:{}: {key}: `{word}` is no key here",
            one.line
        ));
    }
    let keys: Vec<Key> = keys.into_iter().filter_map(|(_, key)| key).collect();
    if keys.is_empty() && (!text.trim().is_empty() || actions.contains(&(None, A::Quit))) {
        // Nothing of it can be had: the keys stay as they are.
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
        let wish = Rebinding {
            context,
            action,
            keys,
        };
        wishes.push((wish, one.line));
    }
    Ok(())
}

/// Returns the key map; a wish that cannot be had is told and left out.
fn settle(mut wishes: Vec<(Rebinding, u64)>, shown: &str, notes: &mut Vec<String>) -> KeyMap {
    loop {
        let plain: Vec<Rebinding> = wishes.iter().map(|(wish, _)| wish.clone()).collect();
        let (at, key) = match KeyMap::with(&plain) {
            Ok(map) => return map,
            Err(KeyConflict::Duplicate(_, at, key) | KeyConflict::TextKey(at, key)) => {
                (at, Some(key))
            }
            Err(KeyConflict::QuitUnbound(at)) => (at, None),
        };
        let (wish, line) = &mut wishes[at];
        let name = wish.action.name();
        match key {
            Some(key) => {
                let spelled = key.spelling();
                notes.push(format!(
                    "{shown}:{line}: {spelled} cannot be had for {name}"
                ));
                wish.keys.retain(|other| *other != key);
            }
            None => {
                wishes.remove(at);
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

/// A key called `y` or `n` is no truth.
fn options() -> serde_saphyr::Options {
    serde_saphyr::options! { strict_booleans: true }
}

/// Takes the sections apart: one entry a value, in the order of their lines.
fn written(text: &str, shown: &str) -> Result<Vec<KeyValue>, Failure> {
    let bad = |error: serde_saphyr::Error| {
        let line = error.location().map_or(1, |at| at.line());
        let why = error.to_string();
        let why = why.lines().next().unwrap_or_default();
        let why = escape::text(why.strip_prefix("error: ").unwrap_or(why)).into_owned();
        Failure::new(format!(
            "{shown}:{line}: cannot read dive's configuration: {why}"
        ))
        .hint("mend it, or write a configuration of dive-rs's own: docs/config.md")
    };
    let top: Option<Section> = serde_saphyr::from_str_with_options(text, options()).map_err(bad)?;
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
        let sections: Sections =
            serde_saphyr::from_str_with_options(text, options()).map_err(bad)?;
        let Sections {
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
