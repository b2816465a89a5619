//! Tables in a folder: complete or absent, and a run that was killed goes on where it stopped.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::killed::{Moment, at_random_lines, killed};
use super::stock::{Stock, list};
use super::{fleet, rows};
use crate::command::Shell;

const TABLES: [&str; 5] = ["images", "names", "layers", "image_layers", "errors"];

/// Returns the files of a folder with their contents, sorted.
fn files(folder: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let mut files: Vec<(String, String)> = entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Returns the names or images that a journal has.
pub(super) fn noted(journal: &str, kind: &str) -> Vec<String> {
    // A line that was being written has no end.
    let lines = journal.split_inclusive('\n').skip(1);
    let lines = lines.filter(|line| line.ends_with('\n'));
    let entry = |line: &str| -> Option<String> {
        let entry: serde_json::Value = serde_json::from_str(line).unwrap();
        let entry = entry.get(kind)?;
        let column = if kind == "name" { "name" } else { "image" };
        Some(entry[column].to_string())
    };
    lines.filter_map(entry).collect()
}

#[test]
fn the_tables_of_a_folder_are_those_of_standard_output() {
    let Some(stock) = Stock::with_images(4) else {
        return;
    };
    let host = stock.registry.host();
    let text = list(&host, 5);
    let shell = Shell::new();
    let printed = fleet(&shell, &host, "-", &text);
    let ended = fleet(&shell, &host, "--out a/b -", &text);
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), ""),
        "{ended}"
    );
    let files = files(&shell.path().join("a/b"));
    assert_eq!(files.len(), 6, "{files:?}");
    for table in TABLES {
        let path = format!("a/b/{table}.ndjson");
        let written: Vec<serde_json::Value> = shell
            .read(&path)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let mut expected = rows(&printed, table);
        for row in &mut expected {
            row.as_object_mut().unwrap().remove("table");
        }
        assert_eq!(written, expected, "{table}");
    }
    let run = shell.read("a/b/run.json");
    assert_eq!(run, "{\"schema_version\":1,\"depth\":\"shallow\"}\n");
    // A second run replaces the tables.
    let ended = fleet(&shell, &host, "--out a/b -", &list(&host, 1));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(shell.read("a/b/images.ndjson").lines().count(), 1);
}

/// Kills runs at different requests and lines of the journal; the last run is left alone.
#[test]
fn a_run_that_was_killed_goes_on() {
    const IMAGES: usize = 60;
    const PARALLEL: usize = 3;
    let Some(stock) = Stock::with_images(IMAGES) else {
        return;
    };
    let mut kills = at_random_lines(50);
    kills.extend([11, 1].map(Moment::Request));
    let args = ["--parallel", &PARALLEL.to_string()];
    let (shell, proxy) = killed(&stock, IMAGES, (&args, "out"), &kills, |shell| {
        assert!(!shell.path().join("out/run.json").exists(), "not complete");
        let names = noted(&shell.read("out/unfinished.ndjson"), "name");
        let distinct: HashSet<&String> = names.iter().collect();
        assert_eq!(distinct.len(), names.len(), "no name is read twice");
    });
    let (host, kills) = (proxy.host(), kills.len());
    assert!(kills > 8, "{kills}");
    let folder = shell.path().join("out");
    // A line that was cut by the kill.
    let journal = folder.join("unfinished.ndjson");
    let mut cut = fs::read(&journal).unwrap();
    cut.extend_from_slice(br#"{"name":"registry://"#);
    fs::write(&journal, cut).unwrap();
    let ended = fleet(&shell, &host, "list --out out", "");
    assert_eq!(ended.code, Some(0), "{ended}");
    // What was being read when a run was killed is read again, and nothing else.
    let most = 2 * IMAGES + kills * 2 * PARALLEL;
    let requested = proxy.requested().len();
    assert!((2 * IMAGES..=most).contains(&requested), "{requested}");
    let again = fleet(&shell, &host, "list --out fresh", "");
    assert_eq!(again.code, Some(0), "{again}");
    assert_eq!(files(&folder), files(&shell.path().join("fresh")));
}

#[test]
fn an_unfinished_run_is_not_mixed_with_another_one() {
    let Some(stock) = Stock::with_images(1) else {
        return;
    };
    let host = stock.registry.host();
    let shell = Shell::new();
    fs::create_dir(shell.path().join("out")).unwrap();
    let header = r#"{"schema_version":1,"depth":"shallow","platform":"linux/s390x","source":null}"#;
    let shell = shell.file("out/unfinished.ndjson", format!("{header}\n"));
    let ended = fleet(&shell, &host, "--out out -", &list(&host, 1));
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(
        ended
            .stderr
            .contains("an unfinished run with other options"),
        "{ended}"
    );
    // Neither is one with other rules.
    let judged =
        r#"{"schema_version":1,"depth":"shallow","platform":null,"source":null,"rules":"a"}"#;
    let shell = shell.file("out/unfinished.ndjson", format!("{judged}\n"));
    let ended = fleet(&shell, &host, "--out out -", &list(&host, 1));
    assert_eq!(ended.code, Some(2), "{ended}");
    // A header that was cut holds nothing.
    let shell = shell.file("out/unfinished.ndjson", &header[..9]);
    let ended = fleet(&shell, &host, "--out out -", &list(&host, 1));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(files(&shell.path().join("out")).len(), 6);
    let shell = shell.file("taken", "");
    let ended = fleet(&shell, &host, "--out taken -", &list(&host, 1));
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.starts_with("error: --out: taken"), "{ended}");
}
