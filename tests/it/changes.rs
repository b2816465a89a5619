//! The changes of each layer in JSON and NDJSON, and the recipes of docs/json.md, run as written there.

use insta::assert_snapshot;
use serde_json::Value;

use crate::command::Shell;
use crate::engines::is_installed;
use crate::fixture_tar::{Docker, docker_save};
use crate::sample_image;
use crate::verdict::{NONE, errors};

fn shell() -> Shell {
    let sample = sample_image::shell();
    let archive = std::fs::read(sample.path().join("shop.tar")).expect("an archive");
    let old = docker_save(&crate::screens_packages::debian(), Docker::New);
    Shell::new().file("app.tar", archive).file("old.tar", old)
}

#[test]
fn the_json_lists_the_changes_of_each_layer() {
    let shell = shell();
    let text = shell.run("--changes --json - app.tar").stdout;
    let schema = include_str!("../../docs/json.schema.json");
    assert_eq!(errors(schema, &text), NONE);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let layers = json["layer"].as_array().expect("a list");
    for layer in layers {
        let changes = layer["changes"].as_array().expect("a list");
        for (key, status) in [
            ("addedFiles", "added"),
            ("modifiedFiles", "modified"),
            ("removedFiles", "removed"),
        ] {
            let files = changes.iter().filter(|change| change["isDir"] != true);
            let counted = files.filter(|change| change["status"] == status).count();
            assert_eq!(layer[key], counted, "{status}: {layer:#}");
        }
    }
    // The layer of `chmod -R`, and the one that deletes.
    let change = |at: usize| {
        let changes = layers[at]["changes"].as_array().expect("a list").iter();
        changes.map(Value::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!([change(4), change(6)].join("\n\n"));
    let without: Value = serde_json::from_str(&shell.run("--json - app.tar").stdout).expect("JSON");
    assert!(without["layer"][0].get("changes").is_none());
}

#[test]
fn ndjson_has_the_same_in_lines() {
    let shell = shell();
    let json = shell.run("--changes --json - app.tar").stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let lines = shell.run("--report ndjson --min-size 500kB app.tar").stdout;
    let lines: Vec<Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let schema = include_str!("../../docs/ndjson.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    for line in &lines {
        assert!(schema.is_valid(line), "{line}");
    }
    let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    assert_eq!(lines[0]["kind"], "image");
    assert_eq!(lines[0]["sizeBytes"], json["image"]["sizeBytes"]);
    let layers = json["layer"].as_array().expect("a list");
    assert_eq!(of("layer"), layers.len());
    let changes = layers
        .iter()
        .map(|layer| layer["changes"].as_array().map_or(0, Vec::len));
    assert_eq!(of("change"), changes.sum::<usize>());
    // The compiler, a package list, and both versions of the program that are overwritten.
    assert_eq!(of("file"), 4);
}

#[test]
fn wrong_uses_are_errors_with_a_hint() {
    let shell = shell();
    let lines = [
        "--changes app.tar",
        "--changes --json - old.tar app.tar",
        "--report ndjson old.tar app.tar",
    ];
    let ended = lines.map(|line| format!("$ dive-rs {line}\n{}", shell.run(line)));
    assert_snapshot!(ended.join("\n"));
}

#[test]
fn the_recipes_of_the_docs_run() {
    if !is_installed("jq") {
        return;
    }
    let docs = include_str!("../../docs/json.md");
    let recipes = docs.split("## Recipes\n").nth(1).expect("a section");
    let recipes = recipes.split("\n## ").next().expect("a section");
    let shell = shell();
    let mut text = String::new();
    for part in recipes.split("```sh\n").skip(1) {
        let script = part.split("```").next().expect("a block");
        let ended = shell.program("sh", &["-ec", script]);
        assert_eq!(
            (ended.code, &*ended.stderr),
            (Some(0), ""),
            "{script}{ended}"
        );
        text.push_str(script);
        text.push_str(&ended.stdout);
        text.push('\n');
    }
    assert_snapshot!(text);
}
