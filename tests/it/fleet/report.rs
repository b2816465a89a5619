//! `fleet report`: the sums are those of the rows, whatever the images share, and rows that were changed are refused.

use std::collections::{BTreeMap, BTreeSet};

use dive_rs::fleet::{ImageLayerRow, ImageRow, LayerRow, Row, Summary, Tables};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::command::Shell;

fn image(name: &str, platform: &str, layers: &[&str]) -> Vec<Value> {
    let mut rows = vec![
        json!({
            "table": "images", "image": name, "id": null, "platform": platform, "created": null,
            "layers": layers.len(), "compressed_bytes": null, "size_bytes": null,
            "visible_bytes": null, "hidden_bytes": null, "savings_bytes": null, "base_name": null,
        }),
        json!({ "table": "names", "name": format!("a.io/{name}"), "platform": null, "image": name }),
    ];
    for (position, layer) in layers.iter().enumerate() {
        rows.push(json!({
            "table": "image_layers", "image": name, "position": position, "layer": layer,
        }));
    }
    rows
}

fn layer(name: &str, bytes: Option<u64>, instruction: &str) -> Value {
    json!({
        "table": "layers", "layer": name, "diff_id": null, "compressed_bytes": bytes,
        "size_bytes": null, "instruction": instruction,
    })
}

/// A base, another one on it, three applications, one of them with a layer of unknown size, and one for another platform.
fn rows() -> String {
    let mut rows = vec![json!({ "table": "run", "schema_version": 1, "stage": "shallow" })];
    rows.extend([
        layer("os", Some(50_000_000), "ADD rootfs / \u{1b}[31m"),
        layer("runtime", Some(30_000_000), "RUN install"),
        layer("tools", Some(20_000_000), "RUN tools"),
        layer("one", Some(5_000_000), "COPY one"),
        layer("two", Some(6_000_000), "COPY two"),
        layer("three", None, "COPY three"),
        layer("os arm", Some(48_000_000), "ADD rootfs /"),
    ]);
    let amd = "linux/amd64";
    rows.extend(image("os:12", amd, &["os"]));
    rows.extend(image("app-1", amd, &["os", "runtime", "tools", "one"]));
    rows.extend(image(
        "app-2",
        amd,
        &["os", "runtime", "tools", "two", "two"],
    ));
    rows.extend(image("app-3", amd, &["os", "three"]));
    rows.extend(image("arm|<b>", "linux/arm64", &["os arm"]));
    rows.push(
        json!({ "table": "names", "name": "a.io/os:latest", "platform": null, "image": "os:12" }),
    );
    rows.push(json!({
        "table": "errors", "name": "a.io/gone", "platform": null,
        "message": "a.io/gone: not there \u{1b}[2J", "hint": null,
    }));
    rows.iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

fn report(options: &str, rows: &str) -> crate::command::Ended {
    let line = format!("fleet report - {options}");
    let words: Vec<&str> = line.split_whitespace().collect();
    Shell::new().run_args(&words, rows.as_bytes())
}

#[test]
fn the_summary_is_text_and_markdown() {
    insta::assert_snapshot!("text", report("", &rows()));
    insta::assert_snapshot!(
        "one row of each",
        report("--most 1 --nodes 3 --link 1Gbit/s --units binary", &rows())
    );
    insta::assert_snapshot!("markdown", report("--format markdown", &rows()));
    let nothing = report(
        "",
        r#"{"table":"run","schema_version":1,"stage":"shallow"}"#,
    );
    insta::assert_snapshot!("nothing", nothing);
}

#[test]
fn the_summary_is_json() {
    let ended = report("--format json --most 1 --link 8Mbit/s --nodes 2", &rows());
    assert_eq!(ended.code, Some(0), "{ended}");
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(json["images"], 5);
    assert_eq!(json["distinctBytes"], 159_000_000);
    let saved = json["shared"].as_array().unwrap().iter();
    let saved: u64 = saved
        .map(|group| group["savedBytes"].as_u64().unwrap())
        .sum();
    assert_eq!(json["savedBytes"], saved);
    assert_eq!(json["shared"][0]["image"], "a.io/os:12");
    assert_eq!(json["shared"][1]["instruction"], "RUN install");
    assert_eq!(json["shared"][1]["layers"], json!(["runtime", "tools"]));
    assert_eq!(json["largest"].as_array().unwrap().len(), 5, "all of them");
    // 111 MB for two nodes at a megabyte a second.
    assert_eq!(json["freshNode"][0]["downloads"][0]["seconds"], 222.0);
    assert!(
        ended
            .stdout
            .chars()
            .all(|letter| letter == '\n' || !letter.is_control())
    );
}

#[test]
fn rows_that_were_changed_are_refused() {
    for (rows, cause) in [
        (
            r#"{"table":"run","schema_version":2,"stage":"shallow"}"#,
            "rows of version 2, not 1",
        ),
        ("{}", "line 1 is no row"),
        (r#"{"table":"layers","layer":5}"#, "line 1 is no row"),
        ("\n\n[1]", "line 3 is no row"),
        ("\u{1b}[31m", "line 1 is no row"),
        (&"[".repeat(100_000), "line 1 is no row"),
    ] {
        let ended = report("", rows);
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(ended.stderr.contains(cause), "{ended}");
        assert!(!ended.stderr.contains('\u{1b}'), "{ended}");
    }
    // Rows of images that are not there, and numbers below zero.
    let odd = [
        json!({ "table": "image_layers", "image": "x", "position": -1, "layer": "y" }).to_string(),
        layer("z", None, "").to_string().replace("null", "-5"),
    ];
    let ended = report(
        "",
        &odd.join("\n").replace("\"diff_id\":-5", "\"diff_id\":null"),
    );
    assert_eq!(ended.code, Some(0), "{ended}");
    let shell = Shell::new();
    std::fs::create_dir(shell.path().join("empty")).unwrap();
    for (folder, cause) in [("empty", "no complete run"), ("absent", "No such file")] {
        let ended = shell.run(&format!("fleet report {folder}"));
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(ended.stderr.contains(cause), "{ended}");
    }
    let ended = shell.run("fleet report . --link fast");
    assert!(ended.stderr.contains("`fast` is not a speed"), "{ended}");
}

/// Returns tables of images with these layers, layer `n` of `n` bytes.
fn tables(images: &[Vec<u8>]) -> Tables {
    let mut tables = Tables::default();
    for (at, layers) in images.iter().enumerate() {
        for layer in layers {
            tables.insert(Row::Layers(LayerRow {
                layer: layer.to_string(),
                diff_id: None,
                compressed_bytes: Some(i64::from(*layer)),
                size_bytes: None,
                instruction: String::new(),
            }));
        }
        let image = format!("{at:04}");
        tables.insert(Row::Images(ImageRow {
            image: image.clone(),
            id: None,
            platform: String::new(),
            created: None,
            layers: 0,
            compressed_bytes: None,
            size_bytes: None,
            visible_bytes: None,
            hidden_bytes: None,
            savings_bytes: None,
            base_name: None,
        }));
        for (position, layer) in layers.iter().enumerate() {
            tables.insert(Row::ImageLayers(ImageLayerRow {
                image: image.clone(),
                position: i64::try_from(position).unwrap(),
                layer: layer.to_string(),
            }));
        }
    }
    tables
}

proptest! {
    #[test]
    fn what_sharing_saves_is_what_groups_save(
        images in prop::collection::vec(prop::collection::vec(1_u8..12, 0..6), 0..12)
    ) {
        let summary = Summary::of(&tables(&images));
        let sets: Vec<BTreeSet<u8>> = images
            .iter()
            .map(|layers| layers.iter().copied().collect())
            .collect();
        let alone: u64 = sets.iter().flatten().map(|layer| u64::from(*layer)).sum();
        let distinct: BTreeSet<u8> = sets.iter().flatten().copied().collect();
        let once: u64 = distinct.iter().map(|layer| u64::from(*layer)).sum();
        prop_assert_eq!((summary.alone.bytes, summary.distinct.bytes), (alone, once));
        let saved: u64 = summary.shared.iter().map(|group| group.saved).sum();
        prop_assert_eq!(saved, alone - once);
        let own: u64 = summary.largest.iter().map(|image| image.own.bytes).sum();
        let shared: u64 = summary.shared.iter().map(|group| group.sum.bytes).sum();
        prop_assert_eq!(own + shared, once);
        // A layer is in one group, and its group is that of exactly its images.
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for layer in sets.iter().flatten() {
            *counts.entry(layer.to_string()).or_default() += 1;
        }
        for group in &summary.shared {
            for layer in &group.layers {
                prop_assert_eq!(counts.remove(layer), Some(group.images));
            }
        }
        prop_assert!(counts.values().all(|count| *count == 1));
    }
}
