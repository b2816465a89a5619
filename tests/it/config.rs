//! The configuration through the binary with a file in its place, and through the screen. docs/config.md is compared with the
//! tables in the code.

use std::fmt::Write as _;

use dive_rs::config::{ConfigFormat, Configuration, Setting};
use dive_rs::image::LayerId;
use dive_rs::ui::ScreenOptions;
use dive_rs::ui::keys::{Binding, TABLE};
use dive_rs::ui::model::{Model, Screen as Shown};
use insta::assert_snapshot;

use crate::command::Shell;
use crate::screens::{Screen, app};

fn shell(name: &str, text: &str) -> Shell {
    Shell::new().file(name, text)
}

/// Opens the tree with a configuration; dive's opens it by itself.
fn screen(text: &str, kind: ConfigFormat) -> Screen {
    let text = match kind {
        ConfigFormat::DiveRs => format!("start = 'tree'\n{text}"),
        ConfigFormat::Dive => text.to_owned(),
    };
    let (config, notes) = Configuration::parse(&text, kind, "config").expect("valid");
    assert_eq!(notes, [""; 0]);
    let options = ScreenOptions {
        theme: config.theme,
        units: config.units,
        start: config.start,
        keys: config.keys,
        ..ScreenOptions::default()
    };
    Screen::open_with(&app(), 120, 40, options)
}

/// The notice where there is nothing to go back to names the keys as they are bound.
#[test]
fn a_rebound_key_is_named_where_there_is_no_way_back() {
    for (text, expected) in [
        ("", "q quits, ? lists the keys"),
        (
            "[keys]\nquit = 'e'\nhelp = 'z'\n",
            "e quits, z lists the keys",
        ),
    ] {
        let ended = screen(text, ConfigFormat::DiveRs).press("<esc><esc>");
        assert_eq!(ended.line(39).trim(), expected);
    }
}

#[test]
fn the_screen_starts_as_configured() {
    let text = "units = 'binary'\nsort = 'name'\npane-width = 30\nshow-attributes = false\nhide = ['unmodified']\nfold = false\n";
    let started = screen(text, ConfigFormat::DiveRs);
    let lines: Vec<String> = (0..40).map(|line| started.line(line)).collect();
    assert!(lines[0].contains("MiB"), "{}", lines[0]);
    let (left, tree) = lines[1].split_once("┐┌").expect("two columns");
    assert_eq!(left.chars().count() + 1, 36, "30 % of 120 columns");
    assert!(tree.contains("by name"), "{tree}");
    assert!(!lines[2].contains("Permission"), "{}", lines[2]);
    let place = |name: &str| lines.iter().position(|line| line.contains(name));
    assert!(place("▾ bin") < place("▾ etc"), "by name, open");
    assert!(place("passwd").is_some(), "open all the way down");
    let hidden = screen(
        "hide = ['added', 'removed', 'modified', 'unmodified']",
        ConfigFormat::DiveRs,
    );
    assert!((0..40).all(|line| !hidden.line(line).contains("▸ etc")));
    let all = screen("show-aggregated-changes = true", ConfigFormat::DiveRs).press("j");
    let Model {
        screen: Shown::Explore(explore),
        ..
    } = &all.model
    else {
        panic!("an image is shown");
    };
    let range = explore.tree.comparison().range();
    assert_eq!(
        (range.before, range.after),
        (Some(LayerId(0)), Some(LayerId(1)))
    );
}

#[test]
fn configured_keys_work_and_are_shown() {
    let text = "[keys]\nfind = 'f'\nquit = ['Q']\n[keys.tree]\nextract = 'f4'\nhistory = []\n";
    let pressed = screen(text, ConfigFormat::DiveRs).press("<tab>/qj");
    assert!(pressed.effects.is_empty(), "q and / mean nothing any more");
    let footer = pressed.line(39);
    assert!(
        footer.contains("f find") && footer.contains("Q quit"),
        "{footer}"
    );
    assert!(
        footer.contains("F4 extract") && !footer.contains("history"),
        "{footer}"
    );
    let finding = pressed.press("fetc");
    assert!(
        finding.line(39).contains(" find  etc"),
        "{}",
        finding.line(39)
    );
    let help = screen(text, ConfigFormat::DiveRs).press("<tab>?");
    let lines: Vec<String> = (0..40).map(|line| help.line(line)).collect();
    let about = |word: &str| lines.iter().find(|line| line.contains(word)).cloned();
    assert!(about("extract the file").expect("in help").contains("F4 "));
    assert_eq!(
        about("the path's history"),
        None,
        "without a key there is nothing to say"
    );
}

#[test]
fn dives_keys_work_too() {
    let text = "keybinding:\n  toggle-view: ctrl+t\n  filter-files: f\n";
    let screen = screen(text, ConfigFormat::Dive).press("<ctrl+t>f");
    assert!(screen.line(39).contains(" find "), "{}", screen.line(39));
}

#[test]
fn the_file_is_found_or_refused() {
    let run = |shell: &Shell, line: &str| format!("$ {line}\n{}\n", shell.run(line));
    let binary = shell("c.toml", "units = 'binary'\nthme = 'light'\n");
    let ended = binary.run("-c c.toml --demo");
    assert!(ended.stdout.contains("iB"), "{ended}");
    assert!(
        !binary
            .run("-c c.toml --units si --demo")
            .stdout
            .contains("iB")
    );
    let mut all = format!(
        "$ -c c.toml --demo\nexit {:?}\n{}",
        ended.code, ended.stderr
    );
    all += &run(&binary, "-c missing.toml --demo");
    all += &run(&shell("c.toml", "\nsort = 'age'\n"), "-c c.toml --demo");
    all += &run(&shell("c.toml", "sort = \n"), "-c c.toml --demo");
    all += &run(
        &shell("c.toml", "[keys]\nview = 'x'\nhistory = 'x'\n"),
        "-c c.toml --demo",
    );
    all += &run(
        &shell(".dive.yaml", "filetree:\n  pane-width: 3\n"),
        "--demo",
    );
    assert_snapshot!(all);
}

#[test]
fn ours_is_read_before_dives() {
    let both = shell(".dive.yaml", "filetree:\n  pane-width: 3\n");
    std::fs::create_dir_all(both.path().join("xdg/dive-rs")).expect("a folder");
    let both = both.file("xdg/dive-rs/config.toml", "units = 'binary'\n");
    let xdg = both.path().join("xdg").to_string_lossy().into_owned();
    let ended = both.env("XDG_CONFIG_HOME", &xdg).run("--demo");
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stdout.contains("iB"));
}

/// Compares a part of docs/config.md, between its marks, with the table; with `UPDATE_DOCS` set, writes it.
fn held(part: &str, table: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/config.md");
    let doc = std::fs::read_to_string(path).expect("docs/config.md");
    let doc = doc.replace("\r\n", "\n");
    let begin = format!("<!-- {part} -->\n");
    let end = format!("<!-- end of {part} -->");
    let (before, rest) = doc.split_once(&begin).expect("the part begins");
    let (text, after) = rest.split_once(&end).expect("the part ends");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let doc = format!("{before}{begin}{table}{end}{after}");
        std::fs::write(path, doc).expect("docs/config.md");
        return;
    }
    assert_eq!(
        text, table,
        "UPDATE_DOCS=1 cargo test config brings docs/config.md up to date"
    );
}

#[test]
fn the_documentation_lists_every_key() {
    let mut table = "| key | default | values | meaning |\n| --- | --- | --- | --- |\n".to_owned();
    for setting in Setting::ALL {
        let (name, default) = (setting.name(), setting.default_text());
        let (allowed, help) = (setting.allowed(), setting.help());
        let _ = writeln!(table, "| `{name}` | `{default}` | {allowed} | {help} |");
    }
    held("settings", &table);

    let mut table = "| context | where |\n| --- | --- |\n".to_owned();
    let mut places: Vec<_> = TABLE.iter().map(|binding| binding.context).collect();
    places.dedup();
    for (at, place) in places.iter().enumerate() {
        if !places[..at].contains(place) {
            let _ = writeln!(table, "| `{}` | {} |", place.name(), place.title());
        }
    }
    held("contexts", &table);

    let mut table = "| context | action | keys | meaning |\n| --- | --- | --- | --- |\n".to_owned();
    for Binding {
        context,
        action,
        keys,
        help,
        ..
    } in TABLE
    {
        let keys: Vec<String> = keys
            .iter()
            .map(|key| format!("`{}`", key.spelling()))
            .collect();
        let (place, action, keys) = (context.name(), action.name(), keys.join(", "));
        let _ = writeln!(table, "| `{place}` | `{action}` | {keys} | {help} |");
    }
    held("keys", &table);
}
