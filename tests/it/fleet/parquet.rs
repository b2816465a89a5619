//! `--format parquet`: the rows of lines of JSON, a folder for each table, and in it one for each run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use dive_rs::image::Compression;

use super::deep::wasteful;
use super::fleet;
use super::killed::{Moment, at_random_lines, killed};
use super::stock::{Stock, image, list};
use crate::command::Shell;
use crate::fixture_tar::oci_archive;

const IMAGES: usize = 30;
/// A run with rows in every table.
const DEEP: &str = "--deep --rule highestHiddenBytes=1MB";

#[test]
fn parquet_files_have_the_rows_of_the_lines() {
    let Some(stock) = Stock::with_images(IMAGES) else {
        return;
    };
    let host = stock.registry.host();
    let shell = Shell::new().file("list", list(&host, IMAGES + 1));
    let run = |options: &str| {
        let ended = fleet(&shell, &host, &format!("list {options}"), "");
        assert_eq!(ended.code, Some(0), "{ended}");
    };
    let report = |folder: &str| {
        let ended = shell.run(&format!("fleet report {folder} --format json"));
        assert_eq!(ended.code, Some(0), "{ended}");
        ended.stdout
    };
    for options in ["", "--deep"] {
        run(&format!("{options} --out lines{options}"));
        let expected = report(&format!("lines{options}"));
        let out = format!("--format parquet --out parquet{options}");
        run(&format!("{options} {out}"));
        assert_eq!(report(&format!("parquet{options}")), expected);
        // The same run in parts: none is complete before all are there.
        for shard in ["1/3", "0/3", "2/3"] {
            run(&format!("{options} {out} --run b.2 --shard {shard}"));
            let several = shell.run(&format!("fleet report parquet{options}"));
            assert_eq!(several.code, Some(2), "{several}");
            assert!(
                several
                    .stderr
                    .contains("several runs are in this folder: 1, b.2")
            );
            let ended = shell.run(&format!("fleet report parquet{options}/runs/b.2"));
            assert_eq!(ended.code == Some(0), shard == "2/3", "{ended}");
        }
        assert_eq!(report(&format!("parquet{options}/runs/b.2")), expected);
        let files = fs::read_dir(
            shell
                .path()
                .join(format!("parquet{options}/layers/run=b.2")),
        );
        assert_eq!(files.unwrap().count(), 3);
        // A run that is not in parts is not put beside its parts.
        let mixed = fleet(&shell, &host, &format!("list {out} --run b.2"), "");
        assert_eq!(mixed.code, Some(2), "{mixed}");
        assert!(
            mixed.stderr.contains("contains run b.2 in 3 parts"),
            "{mixed}"
        );
    }
    // A shallow run removes what a deep one of its name has left, and the files are the same each time.
    let file = |path: &str| fs::read(shell.path().join(path)).unwrap();
    let layers = file("parquet/layers/run=1/part-0-of-1.parquet");
    fs::rename(
        shell.path().join("parquet--deep"),
        shell.path().join("deep"),
    )
    .unwrap();
    assert!(
        shell
            .path()
            .join("deep/packages/run=1/part-0-of-1.parquet")
            .exists()
    );
    run("--format parquet --out deep");
    assert!(
        !shell
            .path()
            .join("deep/packages/run=1/part-0-of-1.parquet")
            .exists()
    );
    assert_eq!(file("deep/layers/run=1/part-0-of-1.parquet"), layers);
}

/// Returns the files of a folder and of the folders in it, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            let files = files(&path).into_iter();
            found.extend(files.map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

/// Kills runs while images are described and while their files are read: the files are those of a run that was left alone, byte for byte.
#[test]
fn a_run_that_was_killed_goes_on() {
    let Some(stock) = Stock::with_images(IMAGES) else {
        return;
    };
    let mut kills = at_random_lines(2 * IMAGES - 4);
    kills.push(Moment::Request(20));
    let args = ["--deep", "--format", "parquet", "--parallel", "2"];
    let state = "out/runs/1/part-0-of-1";
    let (shell, proxy) = killed(&stock, IMAGES, (&args, state), &kills, |shell| {
        let state = shell.path().join(state);
        assert!(!state.join("run.json").exists(), "not complete");
        let ended = shell.run("fleet report out");
        assert_eq!(ended.code, Some(2), "{ended}");
    });
    let host = proxy.host();
    for out in ["out", "fresh --no-cache"] {
        let words = format!("list --deep --format parquet --out {out}");
        let ended = fleet(&shell, &host, &words, "");
        assert_eq!(ended.code, Some(0), "{ended}");
    }
    let [resumed, fresh] = ["out", "fresh"].map(|out| files(&shell.path().join(out)));
    let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&resumed), names(&fresh));
    assert!(resumed == fresh, "the same bytes");
}

#[test]
fn a_form_is_not_put_beside_the_other() {
    let shell = Shell::new().file("oci.tar", oci_archive(&image(7), Compression::Gzip));
    for (options, error) in [
        ("--format parquet", "error: --format parquet writes files"),
        (
            "--run 5 --out a",
            "error: --run names the partition of Parquet files",
        ),
        (
            "--format parquet --out a --run a/b",
            "error: --run: `a/b` is not the name of a run",
        ),
        ("--out a", ""),
        (
            "--format parquet --out a",
            "error: --out: a contains tables as lines of JSON",
        ),
        ("--format parquet --out b", ""),
        ("--format parquet --out b --run 2", ""),
        (
            "--out b",
            "error: --out: b contains tables as Parquet files",
        ),
    ] {
        let ended = shell.run(&format!("fleet oci.tar {options}"));
        assert!(ended.stderr.starts_with(error), "{ended}");
        assert_eq!(ended.code == Some(0), error.is_empty(), "{ended}");
    }
}

/// 300 images of about 60 layers, whose tables `.ci/fleet` reads with other engines.
#[test]
fn the_parts_of_300_images_are_kept_for_other_engines() {
    let Some(mut stock) = Stock::with_images(300) else {
        return;
    };
    for (tag, image) in ["one", "two"].iter().zip(wasteful()) {
        stock.push("team/app", tag, &image);
    }
    let host = stock.registry.host();
    let lines = ["one", "two"].map(|tag| format!("registry://{host}/team/app:{tag}\n"));
    let shell = Shell::new().file("list", list(&host, 300) + &lines.concat());
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fleet");
    if kept.exists() {
        fs::remove_dir_all(&kept).unwrap();
    }
    fs::create_dir_all(&kept).unwrap();
    let rows = kept.join("rows").display().to_string();
    for shard in 0..3 {
        let words = format!("list {DEEP} --shard {shard}/3 --format parquet --run a --out {rows}");
        let ended = fleet(&shell, &host, &words, "");
        assert_eq!(ended.code, Some(0), "{ended}");
    }
    let whole = fleet(&shell, &host, &format!("list {DEEP} --out lines"), "");
    assert_eq!(whole.code, Some(0), "{whole}");
    // The rows of the parts, sorted and each once, are the rows of the run without parts.
    for shard in 0..3 {
        let words = format!("list {DEEP} --shard {shard}/3 --out part-{shard}");
        let part = fleet(&shell, &host, &words, "");
        assert_eq!(part.code, Some(0), "{part}");
    }
    for name in files(&shell.path().join("lines")).keys() {
        let rows = |folder: &str| shell.read(&format!("{folder}/{name}"));
        let parts = ["part-0", "part-1", "part-2"].map(rows);
        let sorted: BTreeSet<&str> = parts.iter().flat_map(|part| part.lines()).collect();
        let whole = rows("lines");
        let mut expected: Vec<&str> = whole.lines().collect();
        expected.sort_unstable();
        assert!(sorted.into_iter().eq(expected), "{name}");
    }
    let of_lines = shell.run("fleet report lines --format json");
    let of_parquet = shell.run(&format!("fleet report {rows} --format json"));
    assert!(of_lines.stdout == of_parquet.stdout, "{of_parquet}");
    let report: serde_json::Value = serde_json::from_str(&of_lines.stdout).unwrap();
    assert_eq!(
        (&report["images"], &report["layers"]),
        (&302.into(), &61.into())
    );
    fs::write(kept.join("report.json"), &of_lines.stdout).unwrap();
}

/// A file that the crate refuses, one of another version, and one with the end of another file: one line each, and the exit code.
#[test]
fn a_changed_file_is_an_error() {
    let shell = Shell::new().file("oci.tar", oci_archive(&image(7), Compression::Gzip));
    let ended = shell.run("fleet oci.tar --format parquet --out out");
    assert_eq!(ended.code, Some(0), "{ended}");
    let path = shell.path().join("out/layers/run=1/part-0-of-1.parquet");
    let whole = fs::read(&path).unwrap();
    let at = whole
        .windows(22)
        .position(|word| word == b"dive-rs.schema_version");
    // The length of the value, then the value.
    let version = at.unwrap() + 22 + 2;
    assert_eq!(whole[version], b'1');
    let mut other = whole.clone();
    other[version] = b'7';
    let other_table = fs::read(shell.path().join("out/names/run=1/part-0-of-1.parquet")).unwrap();
    for (bytes, cause) in [
        (whole[..whole.len() / 2].to_vec(), "Corrupt footer"),
        (other, "rows of version 7, not 1"),
        (other_table, "no column `layer`"),
        (b"PAR1".to_vec(), ""),
        (Vec::new(), ""),
    ] {
        fs::write(&path, bytes).unwrap();
        let ended = shell.run("fleet report out");
        assert_eq!(ended.code, Some(2), "{ended}");
        assert_eq!(ended.stderr.lines().count(), 2, "{ended}");
        let start = "error: out/layers/run=1/part-0-of-1.parquet: ";
        assert!(
            ended.stderr.starts_with(start) && ended.stderr.contains(cause),
            "{ended}"
        );
    }
}
