//! `fleet report`: the sums are those of the rows, whatever the images share, and rows that were changed are refused.

use std::collections::{BTreeMap, BTreeSet};

use dive_rs::fleet::{FleetIndex, ImageLayerRow, ImageRow, LayerRow, Row, Summary, Tables};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::command::Shell;

fn image(name: &str, platform: &str, created: Option<&str>, layers: &[&str]) -> Vec<Value> {
    let mut rows = vec![
        json!({
            "table": "images", "image": name, "id": null, "platform": platform, "created": created,
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
    let mut rows = vec![json!({ "table": "run", "schema_version": 1, "depth": "shallow" })];
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
    let days = ["2024-02-10T01:02:03Z", "2026-11-01T00:00:00Z", "2025-05-05"].map(Some);
    rows.extend(image("os:12", amd, days[0], &["os"]));
    rows.extend(image(
        "app-1",
        amd,
        days[1],
        &["os", "runtime", "tools", "one"],
    ));
    let two = ["os", "runtime", "tools", "two", "two"];
    rows.extend(image("app-2", amd, days[2], &two));
    // A day of a reproducible build, and no platform.
    rows.extend(image(
        "app-3",
        "",
        Some("1970-01-01T00:00:00Z"),
        &["os", "three"],
    ));
    rows.extend(image(
        "arm|<b>",
        "linux/arm64",
        Some("\u{1b}é"),
        &["os arm"],
    ));
    rows.push(
        json!({ "table": "names", "name": "a.io/os:latest", "platform": null, "image": "os:12" }),
    );
    rows.push(json!({
        "table": "errors", "name": "a.io/gone", "platform": null,
        "message": "a.io/gone: not there \u{1b}[2J", "hint": null,
    }));
    lines(&rows)
}

fn lines(rows: &[Value]) -> String {
    let lines: Vec<String> = rows.iter().map(Value::to_string).collect();
    lines.join("\n")
}

/// A later run: an application is gone, one is new, one has another layer, and one is deployed by another digest.
fn later() -> String {
    let mut rows = vec![json!({ "table": "run", "schema_version": 1, "depth": "shallow" })];
    rows.extend([
        layer("os", Some(50_000_000), "ADD rootfs /"),
        layer("one", Some(5_000_000), "COPY one"),
        layer("one new", Some(9_000_000), "COPY one"),
        layer("four", Some(1_000_000), "COPY four"),
        layer("os arm", Some(48_000_000), "ADD rootfs /"),
    ]);
    rows.extend(image("os:12", "linux/amd64", None, &["os"]));
    rows.extend(image("app-1", "linux/amd64", None, &["os"]));
    rows.extend(image("app-4", "linux/amd64", None, &["os", "four"]));
    rows.extend(image("arm|<b>", "linux/arm64", None, &["os arm"]));
    rows.extend(image("new", "linux/amd64", None, &["os", "one new"]));
    // The name of `app-3` by the digest of another image.
    rows.push(json!({
        "table": "names", "name": "a.io/app-3@sha256:0000000000000000000000000000000000000000000000000000000000000000", "platform": null, "image": "new",
    }));
    lines(&rows)
}

/// Writes rows to a folder as `--out` does.
fn folder(shell: &Shell, name: &str, rows: &str) {
    let folder = shell.path().join(name);
    std::fs::create_dir(&folder).unwrap();
    let mut files = BTreeMap::from(
        ["images", "names", "layers", "image_layers", "errors"]
            .map(|table| (format!("{table}.ndjson"), String::new())),
    );
    for line in rows.lines() {
        let mut row: Value = serde_json::from_str(line).unwrap();
        let table = row.as_object_mut().unwrap().remove("table").unwrap();
        let file = match table.as_str().unwrap() {
            "run" => "run.json".to_owned(),
            table => format!("{table}.ndjson"),
        };
        let text = files.entry(file).or_default();
        text.push_str(&row.to_string());
        text.push('\n');
    }
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

#[test]
fn a_later_run_is_compared_with_an_earlier_one() {
    let shell = Shell::new();
    folder(&shell, "old", &rows());
    folder(&shell, "new", &later());
    let report = |options: &str| shell.run(&format!("fleet report {options}"));
    insta::assert_snapshot!("growth", report("new --earlier old"));
    insta::assert_snapshot!(
        "growth markdown",
        report("new --earlier old --format markdown")
    );
    let json = report("new --earlier old --format json --most 1").stdout;
    let growth = &serde_json::from_str::<Value>(&json).unwrap()["growth"];
    let numbers = [
        "layersOnlyAfter",
        "onlyAfterBytes",
        "layersOnlyBefore",
        "onlyBeforeBytes",
        "unchangedNames",
    ];
    let numbers = numbers.map(|key| growth[key].as_u64().unwrap());
    // `runtime`, `tools`, `two`, `one` and `three`, whose size is unknown, are only in the earlier run.
    assert_eq!(numbers, [2, 10_000_000, 5, 61_000_000, 3], "{growth}");
    let deltas = growth["names"].as_array().unwrap().iter().map(|name| {
        let bytes = |key: &str| name[key].as_i64();
        (
            name["name"].as_str().unwrap(),
            bytes("beforeBytes"),
            bytes("afterBytes"),
        )
    });
    let million = 1_000_000;
    let expected = [
        ("a.io/new", None, Some(59 * million)),
        ("a.io/app-4", None, Some(51 * million)),
        ("a.io/app-3", Some(50 * million), Some(59 * million)),
        ("a.io/os:latest", Some(50 * million), None),
        ("a.io/app-2", Some(106 * million), None),
    ];
    assert_eq!(deltas.collect::<Vec<_>>(), expected);
    // The same run has grown by nothing.
    let same = report("new --earlier new");
    assert!(
        same.stdout
            .contains("Names: 0 added, 0 removed, 0 with other images, 6 unchanged."),
        "{same}"
    );
    let damaged = report("new --earlier absent");
    assert_eq!(damaged.code, Some(2), "{damaged}");
}

/// Names are text, nothing is loaded, and no script runs. `tests/browser` opens the page that is written here.
#[test]
fn the_summary_is_a_page() {
    let shell = Shell::new();
    folder(&shell, "old", &rows());
    let hostile =
        "a.io/</span><script>alert(1)</script><img src=x onerror=alert(1)>{{style}}\u{202e}";
    let error = json!({
        "table": "errors", "name": hostile, "platform": null, "message": hostile, "hint": null,
    });
    let rows = [error, layer("os", Some(1), hostile)];
    let image = image(hostile, hostile, Some(hostile), &["os", hostile]);
    let later = [later(), lines(&rows), lines(&image)].join("\n");
    folder(&shell, "new", &later);
    let ended = shell.run("fleet report new --earlier old --format html");
    assert_eq!(ended.code, Some(0), "{ended}");
    let page = &ended.stdout;
    let kept = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&kept).unwrap();
    std::fs::write(kept.join("fleet.html"), page).unwrap();
    assert!(
        !page.contains("<script") && !page.contains("<img"),
        "{page}"
    );
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(!page.contains("://"), "{page}");
    assert!(
        page.chars()
            .all(|letter| letter == '\n' || !letter.is_control())
    );
    assert!(!page.contains('\u{202e}'));
    assert!(
        page.contains("default-src 'none'; style-src 'sha256-"),
        "{page}"
    );
    assert!(page.contains("{{style}}") && page.matches("</style>").count() == 1);
    assert!(page.len() < 20_000, "{} bytes", page.len());
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
        r#"{"table":"run","schema_version":1,"depth":"shallow"}"#,
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
    // 111 MB for two nodes at a megabyte per second.
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
            r#"{"table":"run","schema_version":2,"depth":"shallow"}"#,
            "rows of version 2, not 1",
        ),
        ("{}", "line 1 is not a row"),
        (r#"{"table":"layers","layer":5}"#, "line 1 is not a row"),
        ("\n\n[1]", "line 3 is not a row"),
        ("\u{1b}[31m", "line 1 is not a row"),
        (&"[".repeat(100_000), "line 1 is not a row"),
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
        let fleet = FleetIndex::of(tables(&images));
        let summary = Summary::of(&fleet);
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
        let own: u64 = summary.sums.iter().map(|sums| sums.own.bytes).sum();
        let shared: u64 = summary.shared.iter().map(|group| group.sum.bytes).sum();
        prop_assert_eq!(own + shared, once);
        // A layer is in one group, and its group is that of exactly its images.
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for layer in sets.iter().flatten() {
            *counts.entry(layer.to_string()).or_default() += 1;
        }
        for group in &summary.shared {
            for layer in &group.layers {
                let layer = &fleet.layer(*layer).layer;
                prop_assert_eq!(counts.remove(layer), Some(group.images));
            }
        }
        prop_assert!(counts.values().all(|count| *count == 1));
    }
}
