//! Reports for other programs, through the binary and through those programs: the map as SVG, folded stacks for flame graphs, files for ncdu. Each has
//! the numbers of the JSON report, and no name of an image can be anything but text.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save};
use crate::pty::Term;

/// An image whose names are markup, separators of the formats, and control characters.
fn hostile() -> ImageBuilder {
    ImageBuilder::new("<b>app</b>:1")
        .layer("RUN a;b 12", |layer| {
            layer
                .filled("srv/one two;three 4", 5_000, 1)
                .filled("srv/<script>alert(1)", 7_000, 2)
                .filled("srv/\"quoted\"\n& \u{1b}[31mred 99", 9_000, 3)
                .filled("tmp/gone", 3_000, 4)
                .symlink("srv/link", "one two;three 4")
        })
        .layer("RUN rm /tmp/gone", |layer| layer.whiteout("tmp/gone"))
}

fn shell() -> Shell {
    let empty = ImageBuilder::new("empty:1");
    Shell::new()
        .file("hostile.tar", docker_save(&hostile(), Docker::New))
        .file("empty.tar", docker_save(&empty, Docker::New))
        .file(
            "shop.tar",
            std::fs::read(crate::sample_image::shell().path().join("shop.tar"))
                .expect("an archive"),
        )
}

/// Returns a report, which is printed without a warning.
fn report(shell: &Shell, format: &str, image: &str) -> String {
    let ended = shell.run(&format!("--report {format} {image}"));
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (Some(0), ""),
        "{format} {image}"
    );
    ended.stdout
}

fn number(shell: &Shell, image: &str, key: &str) -> u64 {
    let json: Value = serde_json::from_str(&report(shell, "json", image)).expect("JSON");
    json["image"][key].as_u64().expect("a number")
}

/// Returns whether a program is installed; a missing one fails when `CI` is set.
fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        crate::engines::skip(&format!("{program} is not installed"));
    }
    found
}

#[test]
fn folded_stacks_add_up_to_the_image() {
    let shell = shell();
    for image in ["shop.tar", "hostile.tar"] {
        let folded = report(&shell, "folded", image);
        let sum: u64 = folded
            .lines()
            .map(|line| line.rsplit_once(' ').expect("a count").1)
            .map(|count| count.parse::<u64>().expect("a number"))
            .sum();
        assert_eq!(sum, number(&shell, image, "sizeBytes"), "{image}");
    }
    insta::assert_snapshot!(report(&shell, "folded", "hostile.tar"));
    assert_eq!(report(&shell, "folded", "empty.tar"), "");
}

/// The script of `FlameGraph`, in Debian's `libdevel-nytprof-perl`.
const FLAME_GRAPH: &str = "/usr/share/perl5/Devel/NYTProf/flamegraph.pl";

#[test]
fn a_flame_graph_is_made_of_folded_stacks() {
    if !Path::new(FLAME_GRAPH).exists() {
        crate::engines::skip("flamegraph.pl is not installed");
        return;
    }
    let shell = shell();
    for (image, frame) in [
        ("shop.tar", ">root ("),
        ("hostile.tar", ">one\\x20two\\x3bthree\\x204 (5,000 bytes"),
    ] {
        shell.run(&format!("--report folded=stacks {image}"));
        let graph = shell.program("perl", &[FLAME_GRAPH, "--countname", "bytes", "stacks"]);
        assert_eq!(
            (graph.code, graph.stderr.as_str()),
            (Some(0), ""),
            "{image}"
        );
        let size = number(&shell, image, "sizeBytes").to_string();
        let groups = size
            .as_bytes()
            .rchunks(3)
            .rev()
            .map(String::from_utf8_lossy);
        let size = groups.collect::<Vec<_>>().join(",");
        let all = format!("<title>all ({size} bytes, 100%)</title>");
        assert!(graph.stdout.contains(&all), "{image}: no {all}");
        assert!(graph.stdout.contains(frame), "{image}: no {frame}");
    }
}

#[test]
fn ncdu_reads_the_visible_files() {
    let shell = shell();
    for image in ["shop.tar", "hostile.tar", "empty.tar"] {
        let written: Value = serde_json::from_str(&report(&shell, "ncdu", image)).expect("JSON");
        assert_eq!(
            bytes(&written[3]),
            number(&shell, image, "visibleBytes"),
            "{image}"
        );
        shell.run(&format!("--report ncdu=files.json {image}"));
        if is_installed("ncdu") {
            // ncdu writes again what it read.
            let again = shell.program("ncdu", &["-f", "files.json", "-o", "-"]);
            let again: Value = serde_json::from_str(&again.stdout).expect("JSON");
            assert_eq!(bytes(&again[3]), bytes(&written[3]), "{image}");
        }
    }
}

/// Returns the bytes of a folder, which is a list that starts with its own record, or of a file.
fn bytes(item: &Value) -> u64 {
    match item {
        Value::Array(items) => items.iter().map(bytes).sum(),
        record => {
            assert_eq!(record["asize"], record["dsize"]);
            record["asize"].as_u64().unwrap_or(0)
        }
    }
}

#[test]
fn ncdu_shows_the_files_on_a_terminal() {
    if !is_installed("ncdu") {
        return;
    }
    let shell = shell();
    shell.run("--report ncdu=files.json hostile.tar");
    let file = shell.path().join("files.json");
    let file = file.to_str().expect("a plain path");
    let mut term = Term::start(Path::new("ncdu"), &["--si", "--color", "off", "-f", file]);
    term.wait_for("/srv");
    term.press("\r");
    term.wait_for("one two;three 4");
    term.wait_for("<script>alert(1)");
    term.wait_for("\\n& \\x1b[31mred 99");
    term.press("q");
    assert_eq!(term.end(), 0);
}

#[test]
fn the_map_is_a_picture_to_scale() {
    let shell = shell();
    for image in ["shop.tar", "hostile.tar", "empty.tar"] {
        let picture = report(&shell, "svg", image);
        if is_installed("xmllint") {
            let ended = shell.program(
                "sh",
                &[
                    "-c",
                    &format!("dive-rs --report svg {image} | xmllint --noout -"),
                ],
            );
            assert_eq!(
                (ended.code, ended.stderr.as_str()),
                (Some(0), ""),
                "{image}"
            );
        }
        for markup in ["<script", "<b>", "onload", "href", "url("] {
            assert!(!picture.contains(markup), "{markup}");
        }
        // The folders of the root cover the map in proportion to their bytes.
        let visible = u32::try_from(number(&shell, image, "visibleBytes")).expect("a small image");
        for line in picture.lines().filter(|line| line.starts_with("<g>")) {
            let (path, rest) = line.split_once(", ").expect("a size");
            let is_top = path.matches('/').count() == 1;
            let area = attribute(line, "width") * attribute(line, "height");
            let (size, unit) = rest.split_once(' ').expect("a unit");
            let unit = if unit.starts_with("MB") { 1e6 } else { 1e3 };
            let share = size.parse::<f64>().unwrap_or(0.0) * unit / f64::from(visible);
            let drawn = area / (1200.0 * 620.0);
            assert!(
                !is_top || (share - drawn).abs() < 0.01,
                "{line}: {share} {drawn}"
            );
        }
    }
    insta::assert_snapshot!(report(&shell, "svg", "hostile.tar"));
}

fn attribute(line: &str, name: &str) -> f64 {
    let (_, rest) = line.split_once(&format!(" {name}=\"")).expect(name);
    let (value, _) = rest.split_once('"').expect("an end");
    value.parse().expect("a number")
}

#[test]
fn exports_are_of_one_image_and_a_file_that_cannot_be_written_is_an_error() {
    let shell = shell();
    for format in ["svg", "folded", "ncdu"] {
        let ended = shell.run(&format!("--report {format} hostile.tar shop.tar"));
        let message = format!("error: --report {format} describes one image, not two\n");
        assert!(ended.stderr.starts_with(&message), "{ended}");
        assert_eq!(
            (ended.code, ended.stderr.lines().count()),
            (Some(2), 2),
            "{ended}"
        );
        let ended = shell.run(&format!("--report {format}=missing/file shop.tar"));
        assert!(
            ended.stderr.starts_with("error: cannot write missing/file"),
            "{ended}"
        );
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
        let ended = shell.run(&format!("--report {format}=out hostile.tar"));
        assert_eq!(
            (ended.code, ended.stdout.as_str()),
            (Some(0), ""),
            "{ended}"
        );
        assert_eq!(shell.read("out"), report(&shell, format, "hostile.tar"));
    }
}
