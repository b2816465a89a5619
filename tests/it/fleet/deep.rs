//! `--deep`: every layer is fetched once, and the rows are what each image alone has.

use std::collections::{BTreeMap, HashSet};
use std::fs;

use dive_rs::image::Compression;
use serde_json::{Value, json};

use super::folder::noted;
use super::killed::{Moment, at_random_lines, killed};
use super::stock::{Stock, image, list};
use super::{column, fleet, rows};
use crate::command::{Ended, Shell};
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save, oci_archive, pack};
use crate::packages::debian;
use crate::registry::proxy::{Answer, Proxy};

/// Returns 1.2 MB that compress badly.
fn noise() -> Vec<u8> {
    let words = (0..300_000_u32).map(|at| at.wrapping_mul(2_654_435_761).rotate_left(at % 31));
    words.flat_map(u32::to_be_bytes).collect()
}

/// Returns an image that deletes a file of its own, and one that stores the same file in another layer.
pub(super) fn wasteful() -> [ImageBuilder; 2] {
    let first = ImageBuilder::new("one")
        .layer("COPY big /big", |layer| layer.file("srv/big", noise()))
        .layer("RUN rm /srv/big", |layer| layer.whiteout("srv/big"));
    let second = ImageBuilder::new("two").layer("COPY . /copy", |layer| {
        layer.file("copy/big", noise()).file("copy/small", "x")
    });
    [first, second]
}

/// Returns how often each layer was fetched.
fn fetched(proxy: &Proxy, layers: &[String]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = layers.iter().map(|one| (one.clone(), 0)).collect();
    for (digest, _) in proxy.blobs() {
        if let Some(count) = counts.get_mut(&digest) {
            *count += 1;
        }
    }
    counts
}

#[test]
fn every_layer_is_fetched_once() {
    let Some(mut stock) = Stock::with_images(24) else {
        return;
    };
    for (tag, image) in ["one", "two"].iter().zip(wasteful()) {
        stock.push("team/app", tag, &image);
    }
    let proxy = stock.before(|_, _| Answer::Pass);
    let host = proxy.host();
    let text = format!(
        "{}registry://{host}/team/app:one\nregistry://{host}/team/app:two\n",
        list(&host, 24)
    );
    let shell = Shell::new();
    let ended = fleet(&shell, &host, "--deep --parallel 4 -", &text);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(rows(&ended, "errors").is_empty(), "{ended}");
    let layers = column(&rows(&ended, "layers"), "layer");
    assert_eq!(layers.len(), 4 * 2 + 4 + 3);
    let counts = fetched(&proxy, &layers);
    assert!(counts.values().all(|count| *count == 1), "{counts:#?}");
    let schema = include_str!("../../../docs/fleet.schema.json");
    let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    for line in ended.stdout.lines() {
        assert!(
            schema.is_valid(&serde_json::from_str(line).unwrap()),
            "{line}"
        );
    }
    // Categories cover each image.
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for row in rows(&ended, "categories") {
        let bytes = |name: &str| row[name].as_i64().unwrap();
        *sums.entry(row["image"].to_string()).or_default() +=
            bytes("visible_bytes") + bytes("hidden_bytes");
    }
    for row in rows(&ended, "images") {
        assert_eq!(row["size_bytes"], sums[&row["image"].to_string()], "{row}");
    }
    // Nothing is fetched again, and the order of the list changes nothing.
    let before = proxy.blobs().len();
    let backwards: Vec<&str> = text.lines().rev().collect();
    let again = fleet(&shell, &host, "--deep -", &backwards.join("\n"));
    assert_eq!(again.stdout, ended.stdout);
    // The configs of the description and of the reading.
    assert_eq!(proxy.blobs().len() - before, 2 * 26);
}

#[test]
fn the_rows_are_those_of_each_image_alone() {
    let Some(mut stock) = Stock::start() else {
        return;
    };
    let [one, two] = wasteful();
    for (tag, image) in [("one", one), ("two", two), ("debian", debian())] {
        stock.push("team/app", tag, &image);
    }
    let host = stock.registry.host();
    let shell = Shell::new();
    let ended = fleet(
        &shell,
        &host,
        &format!("--deep --repository {host}/team/app"),
        "",
    );
    assert_eq!(ended.code, Some(0), "{ended}");
    let images = rows(&ended, "images");
    let findings = rows(&ended, "findings");
    let packages = rows(&ended, "packages");
    for name in rows(&ended, "names") {
        let reference = name["name"].as_str().unwrap();
        let alone = shell.run(&format!("--insecure-registry {host} --json - {reference}"));
        let alone: Value = serde_json::from_str(&alone.stdout).unwrap();
        let row = images
            .iter()
            .find(|row| row["image"] == name["image"])
            .unwrap();
        assert_eq!(row["size_bytes"], alone["image"]["sizeBytes"], "{row}");
        assert_eq!(row["hidden_bytes"], alone["image"]["hiddenBytes"]);
        assert_eq!(row["visible_bytes"], alone["image"]["visibleBytes"]);
        let own = findings
            .iter()
            .filter(|finding| finding["image"] == name["image"]);
        let own: Vec<String> = own.map(|finding| finding["finding"].to_string()).collect();
        let mut expected: Vec<String> = alone["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["id"].to_string())
            .collect();
        expected.sort();
        assert_eq!(own, expected, "{reference}");
        let own = packages
            .iter()
            .filter(|package| package["image"] == name["image"]);
        let version = |package: &Value| package["version"].to_string();
        let mut own: Vec<String> = own.map(version).collect();
        let mut expected: Vec<String> = alone["packages"]
            .as_array()
            .unwrap()
            .iter()
            .map(version)
            .collect();
        own.sort();
        expected.sort();
        assert_eq!(own, expected, "{reference}");
    }
    assert!(
        column(&packages, "name").contains(&"bash".to_owned()),
        "{ended}"
    );
    let large = rows(&ended, "large_files");
    assert_eq!(column(&large, "bytes"), ["1200000", "1200000"]);
    let hashes = column(&large, "hash");
    assert!(
        hashes[0].starts_with("xxh3:") && hashes[0] == hashes[1],
        "{hashes:?}"
    );
    let report = shell.run_args(&["fleet", "report", "-"], ended.stdout.as_bytes());
    assert_eq!(report.code, Some(0), "{report}");
    for line in [
        "Files of 3 images
  size                        2.4 MB
  hidden                      1.2 MB  no container sees them
  savings                     1.2 MB  after fixing all findings
",
        "        1.2 MB      1.2 MB  registry://",
        "         2      1.2 MB      1.2 MB  /copy/big",
    ] {
        assert!(report.stdout.contains(line), "{line}: {report}");
    }
    for format in ["markdown", "json"] {
        let args = ["fleet", "report", "-", "--format", format];
        let report = shell.run_args(&args, ended.stdout.as_bytes());
        assert_eq!(report.code, Some(0), "{report}");
        assert!(report.stdout.contains("/copy/big"), "{report}");
    }
}

/// The rules of many images are those of each alone; a rules file counts only where it is named, and no rule changes the exit code.
#[test]
fn each_image_is_judged_by_the_rules_that_were_given() {
    let [one, two] = wasteful();
    let shell = Shell::new()
        .file("one.tar", docker_save(&one, Docker::New))
        .file("two.tar", docker_save(&two, Docker::New))
        .file(
            "strict.yaml",
            "rules:\n  highestLayerCount: 1\n  deny: ['/srv/**']\nwarn: [deny]\n",
        );
    let options = "--rule highestHiddenBytes=1MB --rule highestHiddenPercent=0.9";
    let judged = |options: &str| {
        let ended = shell.run(&format!("fleet --deep one.tar two.tar {options}"));
        assert_eq!(ended.code, Some(0), "{ended}");
        ended
    };
    let fails = |ended: &Ended| {
        let rows = rows(ended, "rules").into_iter();
        let fails = rows.filter(|row| row["outcome"] == "fail");
        fails.map(|row| row["rule"].to_string()).collect::<Vec<_>>()
    };
    for options in [
        options.to_owned(),
        format!("{options} --ci-config strict.yaml"),
    ] {
        let ended = judged(&options);
        let names = rows(&ended, "names");
        for name in ["one.tar", "two.tar"] {
            let image = names.iter().find(|row| row["name"] == name).unwrap();
            let own = rows(&ended, "rules").into_iter();
            let own = own.filter(|row| row["image"] == image["image"]);
            let alone = shell.run(&format!("--ci --json - {options} {name}"));
            let alone: Value = serde_json::from_str(&alone.stdout).unwrap();
            let mut expected: Vec<Value> = Vec::new();
            for rule in alone["verdict"]["rules"].as_array().unwrap() {
                if rule["why"] == "disabled" {
                    continue;
                }
                let number = |key: &str| match &rule[key] {
                    Value::Number(ratio) if ratio.is_f64() => {
                        json!((ratio.as_f64().unwrap() * 1e6).round())
                    }
                    Value::Number(number) => json!(number.as_f64()),
                    _ => Value::Null,
                };
                expected.push(json!([
                    rule["rule"],
                    rule["result"],
                    number("measured"),
                    number("limit")
                ]));
            }
            let mut own: Vec<Value> = own
                .map(|row| {
                    let number = |key: &str| json!(row[key].as_f64());
                    json!([
                        row["rule"],
                        row["outcome"],
                        number("measured"),
                        number("limit")
                    ])
                })
                .collect();
            own.sort_by_key(Value::to_string);
            expected.sort_by_key(Value::to_string);
            assert!(expected.len() > 2, "{alone}");
            assert_eq!(own, expected, "{name}");
        }
    }
    // A file that is there by accident has no effect.
    let without = judged(options);
    let shell = shell.file(".dive-ci", "rules:\n  highestImageSize: 1\n");
    let beside = shell.run(&format!("fleet --deep one.tar two.tar {options}"));
    assert_eq!(beside.stdout, without.stdout);
    assert!(!fails(&without).contains(&r#""highestImageSize""#.to_owned()));
    let named = shell.run("fleet --deep one.tar two.tar --ci-config .dive-ci");
    assert_eq!(
        fails(&named)
            .iter()
            .filter(|rule| *rule == r#""highestImageSize""#)
            .count(),
        2
    );
    assert!(rows(&shell.run("fleet --deep one.tar"), "rules").is_empty());
    let schema = include_str!("../../../docs/fleet.schema.json");
    let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    for line in named.stdout.lines().chain(without.stdout.lines()) {
        assert!(
            schema.is_valid(&serde_json::from_str(line).unwrap()),
            "{line}"
        );
    }
    let report = shell.run_args(&["fleet", "report", "-"], named.stdout.as_bytes());
    assert!(
        report
            .stdout
            .contains("         2       0       2  highestImageSize\n"),
        "{report}"
    );
    for (options, cause) in [
        (
            "--rule highestImageSize=1 one.tar",
            "rules need the files of the images",
        ),
        (
            "--deep --rule highestImageSize one.tar",
            "--rule highestImageSize: no limit",
        ),
        ("--deep --ci-config absent one.tar", "absent"),
        ("--rule highestImageSize=1 report rows", "has no effect"),
    ] {
        let refused = shell.run(&format!("fleet {options}"));
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains(cause), "{refused}");
    }
}

/// Files of plain layers are read for their hash alone, those of compressed ones were hashed when they were listed.
#[test]
fn a_file_in_archives_of_every_kind_is_one_content() {
    let file: Vec<u8> = noise().into_iter().cycle().take(2_000_000).collect();
    let with_file = |name: &str| {
        ImageBuilder::new(name).layer(&format!("COPY {name} /"), |layer| {
            layer
                .file("small", name)
                .file(format!("srv/{name}"), &file)
                .hard_link("srv/link", format!("srv/{name}"))
        })
    };
    let shell = Shell::new()
        .file("old.tar", docker_save(&with_file("old"), Docker::Old))
        .file("new.tar", docker_save(&with_file("new"), Docker::New))
        .file(
            "plain.tar",
            oci_archive(&with_file("plain"), Compression::None),
        )
        .file(
            "gzip.tar",
            oci_archive(&with_file("gzip"), Compression::Gzip),
        )
        .file(
            "whole.tar.gz",
            pack(
                &docker_save(&with_file("whole"), Docker::Old),
                Compression::Gzip,
            ),
        );
    let names = "old.tar new.tar plain.tar gzip.tar whole.tar.gz";
    let ended = shell.run(&format!("fleet --deep {names}"));
    assert_eq!(ended.code, Some(0), "{ended}");
    let files = rows(&ended, "large_files");
    assert_eq!(column(&files, "bytes"), ["2000000"; 5], "{ended}");
    let hashes: HashSet<String> = column(&files, "hash").into_iter().collect();
    assert_eq!(hashes.len(), 1, "{files:?}");
    assert!(hashes.iter().all(|hash| hash.starts_with("xxh3:")));
    // From the cache, the same.
    let again = shell.run(&format!("fleet --deep {names}"));
    assert_eq!(again.stdout, ended.stdout);
    let args = ["fleet", "report", "-", "--format", "json"];
    let report = shell.run_args(&args, ended.stdout.as_bytes());
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    let expected = json!([{
        "path": "/srv/gzip", "sizeBytes": 2_000_000, "layers": 5, "extraBytes": 8_000_000,
    }]);
    assert_eq!(report["files"]["duplicates"], expected);
}

/// What was being read when a run was killed is read again, and nothing else.
#[test]
fn a_deep_run_that_was_killed_goes_on() {
    const IMAGES: usize = 30;
    let Some(stock) = Stock::with_images(IMAGES) else {
        return;
    };
    // First while the images are described, then while their files are read.
    let mut kills = at_random_lines(2 * IMAGES - 4);
    kills.push(Moment::Request(20));
    let args = ["--deep", "--parallel", "2"];
    let (shell, proxy) = killed(&stock, IMAGES, (&args, "out"), &kills, |shell| {
        let journal = shell.read("out/unfinished.ndjson");
        for kind in ["name", "deep"] {
            let noted = noted(&journal, kind);
            let distinct: HashSet<&String> = noted.iter().collect();
            assert_eq!(distinct.len(), noted.len(), "nothing is read twice");
        }
    });
    let host = proxy.host();
    let ended = fleet(&shell, &host, "list --deep --out out", "");
    assert_eq!(ended.code, Some(0), "{ended}");
    let fresh = fleet(&shell, &host, "list --deep --out fresh --no-cache", "");
    assert_eq!(fresh.code, Some(0), "{fresh}");
    for table in [
        "images",
        "layers",
        "categories",
        "findings",
        "large_files",
        "errors",
    ] {
        let read = |folder: &str| shell.read(&format!("{folder}/{table}.ndjson"));
        assert_eq!(read("out"), read("fresh"), "{table}");
    }
    assert!(!shell.path().join("out/unfinished.ndjson").exists());
    // A shallow run in the same folder has none of the files.
    let shallow = fleet(&shell, &host, "list --out out", "");
    assert_eq!(shallow.code, Some(0), "{shallow}");
    assert!(!shell.path().join("out/categories.ndjson").exists());
    assert_eq!(fs::read_dir(shell.path().join("out")).unwrap().count(), 6);
}

#[test]
fn a_name_that_moved_is_an_error() {
    let Some(mut stock) = Stock::with_images(1) else {
        return;
    };
    let blobs = stock.push("team/app", "other", &image(9));
    let other = blobs.image()["digest"].as_str().unwrap();
    let other = blobs.all[other].clone();
    let proxy = stock.before(move |requested, before| {
        // The tag means another image when it is read.
        if requested.path.ends_with("/manifests/0") && before > 0 {
            Answer::Body(other.clone())
        } else {
            Answer::Pass
        }
    });
    let host = proxy.host();
    let ended = fleet(&Shell::new(), &host, "--deep -", &list(&host, 1));
    let errors = rows(&ended, "errors");
    assert_eq!(errors.len(), 1, "{ended}");
    let message = errors[0]["message"].as_str().unwrap();
    assert!(
        message.ends_with("the name now refers to another image"),
        "{ended}"
    );
    assert_eq!(rows(&ended, "images").len(), 1);
}
