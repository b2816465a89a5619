//! Tests of reading dive's configuration files.

use super::parse;
use crate::config::Configuration;
use crate::ui::keys::Key::{Char, Ctrl, Enter};
use crate::ui::keys::action::Action;
use crate::ui::keys::context::Context;
use crate::ui::keys::{Key, KeyMap};
use crate::ui::pane::{StatusKind, View};

/// As dive's README shows it: every key at its default.
const SAMPLE: &str = "\
container-engine: docker
ignore-errors: false
log:
  enabled: true
  path: ./dive.log
  level: info
keybinding:
  quit: ctrl+c
  toggle-view: tab
  filter-files: ctrl+f, ctrl+slash
  compare-all: ctrl+a
  compare-layer: ctrl+l
  toggle-collapse-dir: space
  toggle-collapse-all-dir: ctrl+space
  toggle-added-files: ctrl+a
  toggle-removed-files: ctrl+r
  toggle-modified-files: ctrl+m
  toggle-unmodified-files: ctrl+u
  toggle-filetree-attributes: ctrl+b
  page-up: pgup, u
  page-down: pgdn, d
diff:
  hide:
filetree:
  collapse-dir: false
  pane-width: 0.5
  show-attributes: true
layer:
  show-aggregated-changes: false
";

fn keys(map: &KeyMap, context: Context, action: Action) -> Vec<Key> {
    let mut lines = map.lines().iter();
    let line = lines.find(|line| line.context == context && line.action == action);
    line.expect("the table has it").keys.to_vec()
}

#[test]
fn dives_sample_changes_no_key() {
    let (config, notes) = parse(SAMPLE, "d.yaml").expect("dive reads it");
    assert_eq!(notes, [""; 0]);
    assert_eq!(config.keys, KeyMap::default());
    let start = config.start;
    assert_eq!(
        (start.split, start.attributes, start.folded),
        (50, Some(true), false)
    );
    let (config, notes) = parse("# nothing\n", "d.yaml").expect("dive reads it");
    let mut expected = Configuration::default();
    expected.start.view = View::Tree;
    expected.start.unfold = false;
    assert_eq!((config, notes.len()), (expected, 0));
}

#[test]
fn a_switcher_keeps_their_keys() {
    let text = "keybinding:\n  quit: q,Ctrl+Q\n  left: left\n  extract-file: ctrl+x\n  filter-files: f\n  close-filter-files: g,ctrl+g\n\
                diff:\n  hide: [Unmodified]\nlayer:\n  show-aggregated-changes: true\nfiletree:\n  pane-width: 0.7\n";
    let (config, notes) = parse(text, "d.yaml").expect("dive reads it");
    assert_eq!(notes, [""; 0]);
    let of = |context, action| keys(&config.keys, context, action);
    assert_eq!(of(Context::Always, Action::Quit), [Char('q'), Ctrl('q')]);
    assert_eq!(of(Context::Tree, Action::Left), [Key::Left]);
    assert_eq!(of(Context::Tree, Action::History), [Char('H')]);
    assert_eq!(of(Context::Tree, Action::Extract), [Ctrl('x')]);
    assert_eq!(of(Context::Layers, Action::Extract), [Char('e'), Ctrl('e')]);
    assert_eq!(of(Context::Panes, Action::Find), [Char('f')]);
    assert_eq!(
        of(Context::Typing, Action::Escape),
        [Ctrl('g')],
        "g is text there"
    );
    assert_eq!(of(Context::Typing, Action::Accept), [Enter]);
    assert!(!config.start.filter.shows(StatusKind::Unmodified) && config.start.aggregated);
    assert_eq!(config.start.split, 30);
}

#[test]
fn unsupported_keys_are_warnings_and_keep_their_defaults() {
    let text = "keybinding:\n  quit: alt+q\n  extract-fil: x\n  compare-all: y\n  compare-layer: y\nfiletre:\n  x: 1\ncolour: 1\n";
    let (config, notes) = parse(text, "d.yaml").expect("dive reads it");
    assert_eq!(
        notes,
        [
            "d.yaml:2: keybinding.quit: `alt+q` is not a supported key",
            "d.yaml:3: unknown key `keybinding.extract-fil`; did you mean `keybinding.extract-file`?",
            "d.yaml:7: unknown key `filetre`; did you mean `filetree`?",
            "d.yaml:8: unknown key `colour`",
            "d.yaml:5: y is already used and not bound to compare-with-below",
        ]
    );
    let quit = keys(&config.keys, Context::Always, Action::Quit);
    assert!(quit.contains(&Char('q')));
}

#[test]
fn a_wrong_value_is_refused() {
    for (text, message) in [
        (
            "filetree:\n  pane-width: wide\n",
            "d.yaml:2: filetree.pane-width: invalid value \"wide\"",
        ),
        (
            "diff:\n  hide: [all]\n",
            "d.yaml:2: diff.hide: invalid value [\"all\"]",
        ),
        (
            "layer:\n  show-aggregated-changes: 3\n",
            "d.yaml:2: layer.show-aggregated-changes: invalid value 3",
        ),
    ] {
        assert_eq!(parse(text, "d.yaml").expect_err("wrong").message, message);
    }
    assert!(parse("keybinding: [\n", "d.yaml").is_err());
}
