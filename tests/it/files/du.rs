//! Sums of folders: their order, each byte once, the versions of layers.

use insta::assert_snapshot;
use serde_json::Value;

use super::{runs, shell};

#[test]
fn folders_are_summed_as_du_does() {
    assert_snapshot!(runs(
        &shell(),
        &[
            "du app.tar",
            "du --bytes -a app.tar /usr /app",
            "du -s app.tar /usr/bin/sh /usr",
            "du --depth 1 --units binary app.tar",
            "du --json app.tar /etc",
            "du -a --deleted app.tar /var",
            "du --bytes --layer 3 app.tar",
            "du --bytes --up-to 2 -d 1 app.tar",
        ]
    ));
}

#[test]
fn the_root_is_the_visible_size() {
    let shell = shell();
    let sum: Value = serde_json::from_str(&shell.run("du -s --json app.tar").stdout).expect("JSON");
    let schema = include_str!("../../../docs/du.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(schema.is_valid(&sum), "{sum}");
    shell.run("--json all.json app.tar");
    let all: Value = serde_json::from_str(&shell.read("all.json")).expect("JSON");
    assert_eq!(sum["sizeBytes"], all["image"]["visibleBytes"]);
}

#[test]
fn wrong_arguments_are_errors_with_a_hint() {
    assert_snapshot!(runs(
        &shell(),
        &[
            "du",
            "du app.tar /none",
            "du -d x app.tar",
            "du -s -d 1 app.tar"
        ]
    ));
}
