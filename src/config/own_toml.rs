//! Parses dive-rs's own configuration, TOML, into a [`Configuration`] and warnings. `setting` defines all keys except those of the key map.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::configuration::Configuration;
use super::key_value::{KeyValue, Value};
use super::setting::Setting;
use crate::escape;
use crate::failure::Failure;
use crate::ui::keys::action::Action;
use crate::ui::keys::key::{ALLOWED, Key};
use crate::ui::keys::{Binding, KeyConflict, KeyMap, Rebinding, TABLE};
use crate::ui::theme::palette::{self, Palette};

/// The tables of the key map and of the colours.
const KEYS: &str = "keys";
const COLORS: &str = "colors";

/// Parses a file's text. Returns the configuration and its warnings; `shown` is the file's name in them.
pub(super) fn parse(text: &str, shown: &str) -> Result<(Configuration, Vec<String>), Failure> {
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line(text, span.start));
        let why = escape::text(error.message()).into_owned();
        Failure::new(format!("{shown}:{line}: not TOML: {why}"))
            .hint("docs/config.md shows a configuration and lists its keys")
    })?;
    let mut written = Vec::new();
    flatten(text, table.get_ref(), &[], &mut written);
    written.sort_by_key(|one| one.line);
    let (mut config, mut notes) = (Configuration::default(), Vec::new());
    let (mut rebindings, mut origins) = (Vec::new(), Vec::new());
    for one in &written {
        if let [name] = &one.path[..]
            && let Some(setting) = Setting::of(name)
        {
            let accepted = setting.set(&mut config, &one.value);
            accepted.ok_or_else(|| one.refused(shown, setting.allowed()))?;
        } else if one.path[0] == COLORS {
            if let Some(colour) = colour(one, shown)? {
                config.colours.push(colour);
            } else {
                let known = Palette::names().into_iter();
                let known: Vec<String> = known.map(|name| format!("{COLORS}.{name}")).collect();
                notes.push(one.unknown(shown, &known));
            }
        } else if one.path[0] == KEYS {
            match rebinding(one, shown)? {
                Some(rebinding) => {
                    rebindings.push(rebinding);
                    origins.push(one);
                }
                None => notes.push(unknown_key(one, shown)),
            }
        } else {
            let mut known = Setting::ALL.map(Setting::name).to_vec();
            known.extend([KEYS, COLORS]);
            notes.push(one.unknown(shown, &known));
        }
    }
    config.keys = KeyMap::with(&rebindings).map_err(|clash| refused(clash, &origins, shown))?;
    Ok((config, notes))
}

/// Returns the name of a colour and its value; `None` when no colour has that name.
fn colour(one: &KeyValue, shown: &str) -> Result<Option<(String, u32)>, Failure> {
    let [_, name] = &one.path[..] else {
        return Ok(None);
    };
    if !Palette::names().contains(name) {
        return Ok(None);
    }
    let value = match &one.value {
        Value::Text(text) => palette::parse(text),
        _ => None,
    };
    let value = value.ok_or_else(|| one.refused(shown, "a colour such as \"#61afef\""))?;
    Ok(Some((name.clone(), value)))
}

/// Returns the rebinding of an action; `None` when the table has no such action there.
fn rebinding(one: &KeyValue, shown: &str) -> Result<Option<Rebinding>, Failure> {
    let (context, name) = match &one.path[1..] {
        [name] => (None, name),
        [context, name] => (Some(context), name),
        [] => return Err(one.refused(shown, "a table: [keys]")),
        _ => return Ok(None),
    };
    let line = TABLE.iter().find(|line| {
        line.action.name() == name && context.is_none_or(|context| line.context.name() == context)
    });
    let Some(line) = line else { return Ok(None) };
    let allowed = format!("a key or a list of keys: {ALLOWED}");
    let keys: Option<Vec<Key>> = one
        .value
        .texts()
        .and_then(|texts| texts.into_iter().map(Key::parse).collect());
    let keys = keys.ok_or_else(|| one.refused(shown, &allowed))?;
    Ok(Some(Rebinding {
        context: context.map(|_| line.context),
        action: line.action,
        keys,
    }))
}

fn unknown_key(one: &KeyValue, shown: &str) -> String {
    let plain = |line: &Binding| format!("{KEYS}.{}", line.action.name());
    let binding_key =
        |line: &Binding| format!("{KEYS}.{}.{}", line.context.name(), line.action.name());
    let known: Vec<String> = if one.path.len() > 2 {
        TABLE.iter().map(binding_key).collect()
    } else {
        TABLE.iter().map(plain).collect()
    };
    one.unknown(shown, &known)
}

fn refused(clash: KeyConflict, origins: &[&KeyValue], shown: &str) -> Failure {
    let place = |one: &KeyValue| format!("{shown}:{}: {}", one.line, one.key());
    match clash {
        KeyConflict::Duplicate(first, second, key) => {
            let (first, second) = (origins[first], origins[second]);
            Failure::new(format!(
                "{}: {} is already bound to {} in line {}",
                place(second),
                key.spelling(),
                first.key(),
                first.line
            ))
            .hint("give each its own key, or bind them in different contexts with [keys.CONTEXT]")
        }
        KeyConflict::TextKey(at, key) => Failure::new(format!(
            "{}: invalid value \"{}\": characters are text here",
            place(origins[at]),
            key.spelling()
        ))
        .hint("use ctrl+CHARACTER or a named key such as f2"),
        KeyConflict::QuitUnbound(at) => {
            Failure::new(format!("{}: needs a key", place(origins[at])))
                .hint(format!("{} closes the program", Action::Quit.name()))
        }
    }
}

/// Collects the keys of a table and of the tables in it, with their values.
fn flatten(text: &str, table: &DeTable<'_>, above: &[String], into: &mut Vec<KeyValue>) {
    for (key, value) in table {
        let mut path = above.to_vec();
        path.push(key.get_ref().to_string());
        if let DeValue::Table(table) = value.get_ref() {
            flatten(text, table, &path, into);
        } else {
            into.push(KeyValue {
                path,
                value: value_of(value),
                line: line(text, key.span().start),
            });
        }
    }
}

fn value_of(value: &Spanned<DeValue<'_>>) -> Value {
    let number = |text: &str| text.parse().map_or(Value::Other, Value::Number);
    match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Boolean(flag) => Value::Flag(*flag),
        DeValue::Integer(integer) if integer.radix() == 10 => number(integer.as_str()),
        DeValue::Float(float) => number(float.as_str()),
        DeValue::Array(list) => Value::List(list.iter().map(value_of).collect()),
        DeValue::Integer(_) | DeValue::Datetime(_) | DeValue::Table(_) => Value::Other,
    }
}

/// Returns the line of a byte, counted from 1.
fn line(text: &str, at: usize) -> u64 {
    let before = text.as_bytes().iter().take(at);
    1 + before.filter(|&&byte| byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::bytes::Units;
    use crate::config::Configuration;
    use crate::ui::ThemeName;
    use crate::ui::keys::TABLE;
    use crate::ui::keys::action::Action;
    use crate::ui::keys::context::Context;
    use crate::ui::keys::key::Key;
    use crate::ui::pane::{StatusKind, TreeOrder, View};

    fn good(text: &str) -> Configuration {
        let (config, notes) = parse(text, "c.toml").expect("valid");
        assert_eq!(notes, [""; 0], "{text}");
        config
    }

    #[test]
    fn colours_are_set_by_name() {
        let config = good("[colors]\naccent = '#010203'\npackage-caches = \"#FFFFFF\"");
        let expected = [("accent", 0x01_02_03), ("package-caches", 0xff_ff_ff)];
        let expected = expected.map(|(name, colour)| (name.to_owned(), colour));
        assert_eq!(config.colours, expected);
        let wrong = bad("[colors]\naccent = 'blue'");
        assert!(
            wrong.starts_with("c.toml:2: colors.accent: invalid value"),
            "{wrong}"
        );
        let (_, notes) = parse("[colors]\naccents = '#010203'", "c.toml").expect("valid");
        assert_eq!(
            notes,
            ["c.toml:2: unknown key `colors.accents`; did you mean `colors.accent`?"]
        );
    }

    fn bad(text: &str) -> String {
        let failure = parse(text, "c.toml").expect_err("invalid");
        failure.message
    }

    #[test]
    fn an_empty_file_changes_nothing() {
        assert_eq!(good(""), Configuration::default());
        assert_eq!(good("# nothing\n[keys]\n"), Configuration::default());
    }

    #[test]
    fn every_setting_changes_its_value() {
        let config = good(
            "theme = 'light'\nunits = 'binary'\nstart = 'map'\nsort = 'name'\npane-width = 55\nshow-attributes = false\n\
             hide = ['unmodified', 'removed']\nshow-aggregated-changes = true\nfold = false\n",
        );
        assert_eq!(config.theme, ThemeName::Light);
        assert_eq!(config.units, Units::Binary);
        let start = config.start;
        assert_eq!((start.sort, start.split), (TreeOrder::Name, 55));
        assert_eq!(start.view, View::Map);
        assert_eq!(start.attributes, Some(false));
        assert!(
            !start.filter.shows(StatusKind::Unmodified) && !start.filter.shows(StatusKind::Removed)
        );
        assert!(start.filter.shows(StatusKind::Added) && start.aggregated && !start.folded);
    }

    #[test]
    fn defaults_as_documented_are_the_defaults() {
        use super::Setting;
        for setting in Setting::ALL {
            let text = format!("{} = {}", setting.name(), setting.default_text());
            assert_eq!(good(&text), Configuration::default(), "{text}");
        }
    }

    #[test]
    fn keys_as_the_table_has_them_change_nothing() {
        for line in TABLE {
            let keys: Vec<String> = line.keys.iter().map(|key| key.spelling()).collect();
            let (context, name) = (line.context.name(), line.action.name());
            let text = format!("[keys.{context}]\n{name} = {keys:?}\n");
            assert_eq!(good(&text), Configuration::default(), "{text}");
        }
    }

    #[test]
    fn keys_go_where_they_are_sent() {
        let config = good("[keys]\nextract = 'x'\n[keys.layers]\nextract = ['y', 'ctrl+y']\n");
        let keys = |context| {
            let mut lines = config.keys.lines().iter();
            let line = lines.find(|line| line.context == context && line.action == Action::Extract);
            line.expect("the table has it").keys.to_vec()
        };
        assert_eq!(keys(Context::Tree), [Key::Char('x')]);
        assert_eq!(keys(Context::Layers), [Key::Char('y'), Key::Ctrl('y')]);
    }

    #[test]
    fn an_unknown_key_is_a_warning_with_the_nearest_known_one() {
        let text = "thme = 'light'\n[keys]\nextrakt = 'x'\n[keys.tre]\nextract = 'x'\n";
        let (config, notes) = parse(text, "c.toml").expect("it can be read");
        assert_eq!(config, Configuration::default());
        assert_eq!(
            notes,
            [
                "c.toml:1: unknown key `thme`; did you mean `theme`?",
                "c.toml:3: unknown key `keys.extrakt`; did you mean `keys.extract`?",
                "c.toml:5: unknown key `keys.tre.extract`; did you mean `keys.tree.extract`?",
            ]
        );
    }

    #[test]
    fn a_wrong_value_names_file_line_and_what_is_allowed() {
        for (text, message) in [
            (
                "\ntheme = 'mauve'",
                "c.toml:2: theme: invalid value \"mauve\"",
            ),
            ("pane-width = 99", "c.toml:1: pane-width: invalid value 99"),
            ("fold = 'yes'", "c.toml:1: fold: invalid value \"yes\""),
            (
                "hide = ['some']",
                "c.toml:1: hide: invalid value [\"some\"]",
            ),
            ("keys = 1", "c.toml:1: keys: invalid value 1"),
            ("[keys]\nquit = []", "c.toml:2: keys.quit: needs a key"),
            (
                "[keys]\nfind = 'alt+f'",
                "c.toml:2: keys.find: invalid value \"alt+f\"",
            ),
            (
                "[keys.typing]\naccept = 'a'",
                "c.toml:2: keys.typing.accept: invalid value \"a\": characters are text here",
            ),
            (
                "[keys]\nview = 'x'\nhistory = 'x'",
                "c.toml:3: keys.history: x is already bound to keys.view in line 2",
            ),
        ] {
            assert_eq!(bad(text), message);
        }
        let failure = parse("units = 'miles'", "c.toml").expect_err("no such units");
        let hint = failure.hint.expect("what is allowed");
        assert_eq!(hint, "units may be \"si\" or \"binary\"");
        assert!(bad("theme = \n").starts_with("c.toml:1: not TOML: "));
    }
}
