//! `--shallow`: manifest and config only. Layers, compressed sizes and instructions are shown, files are not, and what needs them is an error.

use std::sync::Arc;

use dive_rs::analysis::BaseHint;
use dive_rs::archive::ReadOptions;
use dive_rs::image::Compression;
use dive_rs::ui::loaded::summary::ExploreSummary;
use dive_rs::ui::model::message::{LoadUpdate, Msg};
use serde_json::Value;

use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save, layer_tar, oci_archive, pack};
use crate::reading;
use crate::screens::Screen;

fn builder() -> ImageBuilder {
    ImageBuilder::new("app:1")
        .layer("ADD rootfs /", |layer| layer.filled("usr/lib/a", 50_000, 1))
        .layer("COPY app /app", |layer| layer.filled("app/run", 20_000, 2))
}

fn shell() -> Shell {
    Shell::new()
        .file("app.tar", oci_archive(&builder(), Compression::Gzip))
        .file("docker.tar", docker_save(&builder(), Docker::Old))
}

fn compressed() -> [u64; 2] {
    let size = |at: usize| pack(&layer_tar(&builder().layers[at]), Compression::Gzip).len() as u64;
    [size(0), size(1)]
}

#[test]
fn the_text_has_layers_and_compressed_sizes() {
    let ended = shell().run("--shallow app.tar");
    assert_eq!(ended.code, Some(0), "{ended}");
    let sum: u64 = compressed().iter().sum();
    for words in [
        format!(
            "  compressed    {:>10}  as the manifest lists the layers",
            format!("{sum} B")
        ),
        "  size             unknown  2 layers".to_owned(),
        "  efficiency       unknown  dive's\n".to_owned(),
        "Layer  Compressed  Instruction\n".to_owned(),
        format!(
            "    2  {:>10}  COPY app /app\n",
            format!("{} B", compressed()[1])
        ),
    ] {
        assert!(ended.stdout.contains(&words), "{words}: {ended}");
    }
    assert!(
        !ended.stdout.contains("Category") && !ended.stdout.contains("Savings"),
        "{ended}"
    );
    let warning =
        "warning: app.tar: the layers were not read: files, sizes and hidden bytes are unknown";
    assert!(ended.stderr.contains(warning), "{ended}");
    // A docker archive lists no sizes.
    let ended = shell().run("--shallow docker.tar");
    assert!(
        ended.stdout.contains("   1     unknown  ADD rootfs /\n"),
        "{ended}"
    );
}

#[test]
fn the_json_has_no_file() {
    let ended = shell().run("--shallow app.tar --transfer --json -");
    assert_eq!(ended.code, Some(0), "{ended}");
    let json: Value = serde_json::from_str(&ended.stdout).unwrap();
    let schema: Value = serde_json::from_str(include_str!("../../docs/json.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    assert!(
        schema.is_valid(&json),
        "{:?}",
        schema.iter_errors(&json).next()
    );
    assert_eq!(json["image"]["shallow"], true);
    assert_eq!(json["image"]["missingLayers"], serde_json::json!([0, 1]));
    for (at, size) in compressed().into_iter().enumerate() {
        assert_eq!(json["layer"][at]["compressedBytes"], size);
        assert_eq!(json["layer"][at]["fileList"], serde_json::json!([]));
    }
    assert_eq!(json["layer"][1]["command"], "COPY app /app");
    assert_eq!(
        json["transfer"]["compressedBytes"],
        compressed().iter().sum::<u64>()
    );
    assert!(
        json["transfer"]["links"][0]["pushSeconds"].is_number(),
        "{json}"
    );
    assert_eq!(json["transfer"]["links"][0]["pullSeconds"], Value::Null);
    let whole = shell().run("app.tar --json -");
    let whole: Value = serde_json::from_str(&whole.stdout).unwrap();
    assert_eq!(whole["image"].get("shallow"), None);
    assert_eq!(
        whole["image"]["compressedBytes"],
        json["image"]["compressedBytes"]
    );
}

#[test]
fn rules_that_need_no_file_are_judged() {
    let shell = shell();
    let run = |rules: &str| {
        let rules = format!(
            "rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: disabled\n{rules}\n"
        );
        std::fs::write(shell.path().join("rules"), rules).unwrap();
        shell.run("--ci --ci-config rules --shallow app.tar --report markdown=out.md")
    };
    for (rules, code) in [
        ("  highestCompressedSize: 1MB", 0),
        ("  highestCompressedSize: 1B", 1),
        ("  highestLayerCount: 2", 0),
        ("  highestLayerCount: 1", 1),
        ("  highestImageSize: 1GB", 2),
        ("  deny: [\"*.pem\"]", 2),
        ("  denyFindings: secret", 2),
    ] {
        let ended = run(rules);
        assert_eq!(ended.code, Some(code), "{rules}: {ended}");
        let sum: u64 = compressed().iter().sum();
        let line =
            format!("{sum} B compressed in 2 layers, unknown hidden; dive's efficiency unknown\n");
        let text = shell.read("out.md");
        assert!(text.contains(&line), "{text}");
    }
    let ended = shell.run("--ci --shallow app.tar");
    assert_eq!(ended.code, Some(2), "{ended}");
    let error =
        "error: lowestEfficiency and 1 more rule cannot be checked: the layers were not read\n";
    assert!(ended.stderr.contains(error), "{ended}");
    assert!(
        ended
            .stderr
            .contains("hint: omit --shallow, or disable the rules"),
        "{ended}"
    );
}

#[test]
fn what_needs_files_is_refused() {
    let shell = shell();
    for (line, what) in [
        ("--shallow --report html=- app.tar", "--report html"),
        ("--shallow --report sarif=- app.tar", "--report sarif"),
        ("--shallow --changes --json - app.tar", "--changes"),
        ("--shallow --category docs app.tar", "a query"),
        ("--shallow app.tar docker.tar", "a comparison"),
        ("--shallow ls app.tar", "this command"),
        ("--shallow cat app.tar /app/run", "this command"),
    ] {
        let ended = shell.run(line);
        assert_eq!(ended.code, Some(2), "{line}: {ended}");
        let error =
            format!("error: {what} needs the files of the layers, which --shallow does not read\n");
        assert!(
            ended.stderr.starts_with(&error) && ended.stderr.contains("hint: omit --shallow"),
            "{ended}"
        );
    }
    assert_eq!(shell.run("--shallow --verify app.tar").code, Some(2));
    let archive = oci_archive(&builder(), Compression::Gzip);
    let packed = pack(&archive, Compression::Gzip);
    std::fs::write(shell.path().join("packed.tar.gz"), packed).unwrap();
    for ended in [
        shell.run_args(&["--shallow", "-"], &archive),
        shell.run("--shallow packed.tar.gz"),
    ] {
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(
            ended
                .stderr
                .contains("its manifest cannot be read without its layers"),
            "{ended}"
        );
    }
}

#[test]
fn the_screen_marks_layers_that_were_not_read() {
    let options = ReadOptions {
        shallow: true,
        ..reading::options()
    };
    let archive = reading::seekable(&oci_archive(&builder(), Compression::Gzip), &options);
    let image = Arc::new(archive.unwrap().image);
    let summary = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    let mut screen = Screen::waiting("app:1", 140, 36);
    screen.send(Msg::Load(
        screen.model.load,
        LoadUpdate::Loaded(image, summary),
    ));
    let shown = screen.shown();
    for words in ["unknown", "COPY app /app", "the layers were not read"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    let shown = screen.press("7").shown();
    assert!(
        shown.contains("hidden bytes are unknown: the layers were not read"),
        "{shown}"
    );
}
