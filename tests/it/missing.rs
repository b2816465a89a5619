//! A layer that is not in the archive, as the base of a Windows image: its size is unknown, sums are lower bounds, and rules that depend on it are not
//! judged.

use std::collections::HashSet;
use std::sync::Arc;

use dive_rs::analysis::{Analysis, BaseHint, LinkSpeed, Transfer};
use dive_rs::compare::Sides;
use dive_rs::image::{Compression, Image};
use dive_rs::load::{identities, speed};
use dive_rs::ui::loaded::content_analysis::ContentComparison;
use dive_rs::ui::loaded::summary::ExploreSummary;
use dive_rs::ui::model::message::{LoadUpdate, Msg};
use serde_json::Value;

use crate::command::Shell;
use crate::fixture::{ImageBuilder, LayerBuilder};
use crate::fixture_tar::{Docker, Tar, docker_save, hex, oci_archive};
use crate::properties_compare::compare;
use crate::reading;
use crate::screens::Screen;

const FOREIGN: &str = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip";

fn builder() -> ImageBuilder {
    ImageBuilder::new("windows:1")
        .with_unique_sizes()
        .layer("FROM windows", |layer| layer.filled("Windows/a", 5000, 1))
        .layer("COPY", |layer| layer.filled("app/one", 2000, 2))
        .layer("RUN", |layer| layer.filled("app/one", 3000, 3))
}

/// Returns an OCI archive without the blob of its first layer, which the manifest marks as stored elsewhere.
fn without_base(builder: &ImageBuilder) -> Vec<u8> {
    use std::io::Read as _;
    let archive = oci_archive(builder, Compression::Gzip);
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in tar::Archive::new(archive.as_slice()).entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.push((name, bytes));
    }
    let blob = |digest: &Value| format!("blobs/sha256/{}", &digest.as_str().unwrap()[7..]);
    let at = |files: &[(String, Vec<u8>)], name: &str| {
        files.iter().position(|(file, _)| file == name).unwrap()
    };
    let index_at = at(&files, "index.json");
    let mut index: Value = serde_json::from_slice(&files[index_at].1).unwrap();
    let manifest_at = at(&files, &blob(&index["manifests"][0]["digest"]));
    let mut manifest: Value = serde_json::from_slice(&files[manifest_at].1).unwrap();
    manifest["layers"][0]["mediaType"] = FOREIGN.into();
    let base = blob(&manifest["layers"][0]["digest"]);
    let text = manifest.to_string();
    index["manifests"][0]["digest"] = format!("sha256:{}", hex(text.as_bytes())).into();
    index["manifests"][0]["size"] = text.len().into();
    files[manifest_at] = (
        format!("blobs/sha256/{}", hex(text.as_bytes())),
        text.into(),
    );
    files[index_at].1 = index.to_string().into();
    let mut tar = Tar::default();
    for (name, bytes) in files.iter().filter(|(name, _)| *name != base) {
        tar.file(name, bytes);
    }
    tar.end()
}

fn image() -> Image {
    reading::image(&without_base(&builder()))
}

#[test]
fn sums_are_lower_bounds() {
    for image in [
        image(),
        reading::stream(&without_base(&builder()), &reading::options())
            .expect("an image")
            .image,
    ] {
        let analysis = Analysis::of(&image, &BaseHint::default());
        assert_eq!(analysis.size, 5000);
        assert_eq!(
            image.missing_layers().map(|id| id.0).collect::<Vec<_>>(),
            [0]
        );
        assert_eq!(analysis.missing.len(), 1);
        let size = analysis.sum(analysis.size, dive_rs::bytes::Units::Si);
        assert_eq!(size, "≥ 5.0 kB");
        let warning = &image.warnings[0];
        assert!(
            warning.text.ends_with("its size and files are unknown"),
            "{warning:?}"
        );
    }
}

#[test]
fn screens_and_reports_mark_what_is_unknown() {
    let shell = Shell::new().file("image.tar", without_base(&builder()));
    let ended = shell.run("image.tar --report text=-");
    assert_eq!(ended.code, Some(0), "{ended}");
    for words in [
        "size            ≥ 5.0 kB",
        "visible         ≥ 3.0 kB",
        "hidden          ≥ 2.0 kB",
        "base             unknown",
        "own layers: 5.0 kB in 2 layers",
        "dive's, known layers only; 5.0 kB wasted",
    ] {
        assert!(ended.stdout.contains(words), "{words}: {ended}");
    }
    let mut lines = ended.stdout.lines();
    let base = lines.find(|line| line.trim_start().starts_with("1  "));
    let unknown = base.map(|line| line.matches("unknown").count());
    assert_eq!(unknown, Some(2), "its size and its hidden bytes: {ended}");

    let ended = shell.run("image.tar --json -");
    let json: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(json["image"]["missingLayers"], serde_json::json!([0]));
    assert_eq!(json["layer"][0]["missing"], true);
    assert_eq!(json["layer"][1]["missing"], Value::Null);
    assert_eq!(json["layer"][0]["hiddenBytes"], Value::Null);
    assert_eq!(json["layer"][1]["hiddenBytes"], 2000);
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/json.schema.json")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(
        schema.is_valid(&json),
        "{:?}",
        schema.iter_errors(&json).next()
    );
}

#[test]
fn a_rule_that_depends_on_it_cannot_be_judged() {
    let shell = Shell::new().file("image.tar", without_base(&builder()));
    let only = |rules: &str| {
        let rules = format!(
            "rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: disabled\n{rules}\n"
        );
        std::fs::write(shell.path().join("rules"), rules).expect("the folder takes files");
        shell.run("--ci --ci-config rules image.tar")
    };
    // dive's own rules count all layers.
    let ended = shell.run("--ci image.tar");
    assert_eq!(ended.code, Some(2), "{ended}");
    let error =
        "error: lowestEfficiency and 1 more rule cannot be checked: layer 1 is not in the archive";
    assert!(ended.stderr.contains(error), "{ended}");
    for (rules, code) in [
        ("  highestImageSize: 6kB", 2),
        // Whatever the layer has, the limit is exceeded.
        ("  highestImageSize: 4kB", 1),
        ("  highestCompressedSize: 1MB", 2),
        ("  highestCompressedSize: 1B", 1),
        ("  highestCompressedSize: 1MB\nlayers: own", 0),
        ("  highestHiddenBytes: 3kB", 2),
        ("  highestHiddenPercent: 0.1", 2),
        ("  highestLayerCount: 3", 0),
        ("  highestLayerCount: 2", 1),
        // The base layer is not among the own layers.
        ("  largestNewFile: 4kB", 0),
        ("  highestImageSize: 6kB\nlayers: own", 0),
        ("  highestImageSize: 6kB\nwarn: [highestImageSize]", 0),
        ("  deny: [\"*.pem\"]", 2),
        ("  deny: [one]", 1),
    ] {
        let ended = only(rules);
        assert_eq!(ended.code, Some(code), "{rules}: {ended}");
    }
    let report = "image.tar --ci --report junit=junit.xml --json out.json";
    assert_eq!(shell.run(report).code, Some(2));
    assert!(shell.read("junit.xml").contains("errors=\"2\""));
    let json: Value = serde_json::from_str(&shell.read("out.json")).expect("JSON");
    assert_eq!(json["verdict"]["passed"], false);
    assert_eq!(json["verdict"]["rules"][0]["result"], "unknown");
}

#[test]
fn growth_over_a_lower_bound_cannot_be_measured() {
    let shell = Shell::new().file("image.tar", without_base(&builder()));
    let ended = shell.run("image.tar --report baseline=base.json");
    assert_eq!(ended.code, Some(0), "{ended}");
    let baseline: Value = serde_json::from_str(&shell.read("base.json")).expect("JSON");
    assert_eq!(baseline["atLeast"], true);
    let shell = shell.file("whole.tar", oci_archive(&builder(), Compression::Gzip));
    for rule in [
        "highestGrowthBytes: 1GB",
        "highestGrowthPercent: 10",
        "highestHiddenGrowth: 1GB",
        "denyNew: [\"*.pem\"]",
    ] {
        let rules = format!(
            "rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: disabled\n  {rule}\n"
        );
        let shell = Shell::new()
            .file("image.tar", without_base(&builder()))
            .file("whole.tar", oci_archive(&builder(), Compression::Gzip))
            .file("rules", rules);
        let ended = shell.run("--ci --ci-config rules image.tar whole.tar");
        assert_eq!(ended.code, Some(2), "{rule}: {ended}");
        let error = "cannot be checked: a layer of the baseline is not in its archive";
        assert!(ended.stderr.contains(error), "{ended}");
    }
    let rules = "rules:\n  lowestEfficiency: disabled\n  highestUserWastedPercent: disabled\n  highestLayerGrowth: 0\n";
    let shell = shell.file("rules", rules);
    let ended = shell.run("--ci --ci-config rules base.json whole.tar");
    assert_eq!(ended.code, Some(0), "layers are counted: {ended}");
}

#[test]
fn a_difference_is_known_when_both_lack_the_same_layer() {
    let other = builder().layer("RUN", |layer| layer.filled("more", 100, 1));
    let other = reading::image(&without_base(&other));
    let same = compare(&image(), &other);
    assert!(same.is_exact);
    assert_eq!(same.size_delta(), 100);
    assert!(!same.is_complete(), "each may hide another part of it");
    let whole = builder().image();
    assert!(!compare(&image(), &whole).is_exact);
    let shell = Shell::new()
        .file("image.tar", without_base(&builder()))
        .file("whole.tar", oci_archive(&builder(), Compression::Gzip));
    let ended = shell.run("image.tar whole.tar --report text=-");
    assert!(ended.stdout.contains("≥ 5.0 kB"), "{ended}");
    assert!(ended.stdout.contains("unknown"), "{ended}");
    let words = "dive's, known layers only";
    assert!(ended.stdout.contains(words), "{ended}");
    let words = "before: 1 layer is missing; its files and sizes are unknown and not counted.";
    assert!(ended.stdout.contains(words), "{ended}");
    let mut lines = ended.stdout.lines();
    let system = lines.find(|line| line.ends_with("  system files"));
    let system: Vec<&str> = system.unwrap_or_default().split_whitespace().collect();
    assert_eq!(
        system,
        ["unknown", "5.0", "kB", "unknown", "system", "files"]
    );
    let ended = shell.run("image.tar whole.tar --report markdown=-");
    for row in [
        "| before | | ≥ 5.0 kB |",
        // What the missing layer has is part of every difference.
        "| system files | unknown | ≥ 10.0 kB |",
        "| **after** | | **10.0 kB** |",
    ] {
        assert!(ended.stdout.contains(row), "{row}: {ended}");
    }
    let ended = shell.run("image.tar whole.tar --json -");
    let json: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(json["difference"]["sizeBytes"], Value::Null);
    assert_eq!(json["categories"][0]["deltaBytes"], Value::Null);
    assert_eq!(json["before"]["layers"][0]["missing"], true);
    assert_eq!(json["after"]["layers"][0]["missing"], Value::Null);
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/compare.schema.json")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(schema.is_valid(&json));
}

/// An empty result is a lower bound too; formats without a mark for that print a warning.
#[test]
fn nothing_found_and_listed_is_of_the_layers_that_are_there() {
    let one = ImageBuilder::new("windows:1")
        .with_unique_sizes()
        .layer("FROM windows", |layer| layer.filled("Windows/a", 5000, 1))
        .layer("COPY", |layer| layer.filled("app/one", 2000, 2));
    let shell = Shell::new().file("image.tar", without_base(&one));
    let ended = shell.run("image.tar --report text=-");
    let words = "Savings: none in the known layers; 1 layer is missing";
    assert!(ended.stdout.contains(words), "{ended}");
    for arguments in [
        "ls image.tar",
        "du image.tar",
        "extract image.tar /app/one out",
        "image.tar --report folded=-",
        "image.tar --report ncdu=-",
    ] {
        let ended = shell.run(arguments);
        assert_eq!(ended.code, Some(0), "{ended}");
        assert!(ended.stderr.starts_with("warning: "), "{ended}");
        assert!(ended.stderr.contains("1 layer is missing"), "{ended}");
    }
    let ended = shell.run("ls image.tar --quiet");
    assert_eq!(ended.stderr, "", "{ended}");

    let mut screen = Screen::waiting("windows:1", 140, 30);
    let image = Arc::new(reading::image(&without_base(&one)));
    let summary = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    screen.send(Msg::Load(
        screen.model.load,
        LoadUpdate::Loaded(image, summary),
    ));
    let shown = screen.press("7").shown();
    assert!(shown.contains("hidden bytes are unknown"), "{shown}");
}

/// A layer outside the archive takes an unknown time to pull, not none.
#[test]
fn the_times_of_its_transfer_are_unknown() {
    let link = LinkSpeed::USUAL[0];
    let to = |held: &HashSet<String>| Transfer::of(&image(), &[], held, speed(false));
    let transfer = to(&HashSet::new());
    assert_eq!(transfer.compressed(), None);
    assert_eq!(transfer.pull(link), None);
    assert_eq!(transfer.push(link), None);
    assert!(to(&identities(&image())).pull(link).is_some());

    let other = ImageBuilder::new("other:1").with_unique_sizes();
    let other = other.layer("COPY", |layer| layer.file("a", "a"));
    let shell = Shell::new()
        .file("image.tar", without_base(&builder()))
        .file("other.tar", docker_save(&other, Docker::New));
    let ended = shell.run("image.tar --transfer --report text=- --json out.json");
    let times = "25 Mbit/s          unknown       unknown";
    assert!(ended.stdout.contains(times), "{ended}");
    let json: Value = serde_json::from_str(&shell.read("out.json")).expect("JSON");
    assert_eq!(json["transfer"]["links"][0]["pullSeconds"], Value::Null);
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/json.schema.json")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(schema.is_valid(&json));
    shell.run("other.tar image.tar --transfer --report text=- --json out.json");
    let json: Value = serde_json::from_str(&shell.read("out.json")).expect("JSON");
    assert_eq!(json["transfer"]["sizeBytes"], Value::Null);
    assert_eq!(
        json["transfer"]["links"][0]["afterPullSeconds"],
        Value::Null
    );
}

#[test]
fn the_screen_of_a_comparison_marks_it() {
    let images = Sides::new(image(), builder().image()).map(Arc::new);
    let comparison = Arc::new(compare(&images.before, &images.after));
    let mut screen = crate::screens_compare::waiting(140, 40);
    screen.send(crate::screens_compare::compared(
        images.clone(),
        Arc::clone(&comparison),
    ));
    // What is known of the image before.
    let known = ImageBuilder::new("windows:1")
        .layer("FROM windows", |layer| layer)
        .layer("COPY", |layer| layer.filled("app/one", 2000, 2))
        .layer("RUN", |layer| layer.filled("app/one", 3000, 3));
    let both = Sides::new(
        crate::screens::content_of(&known, &images.before),
        crate::screens::content_of(&builder(), &images.after),
    );
    let content = ContentComparison::new(&comparison, images.as_ref().map(|image| &**image), both);
    screen.send(Msg::ContentComparison(images, Ok(Arc::new(content))));
    let shown = screen.shown();
    let row = |words: &str| {
        let row = shown.lines().find(|line| line.contains(words));
        row.unwrap_or_else(|| panic!("{words}: {shown}")).to_owned()
    };
    assert!(row(" before, ").contains("≥ 5.0 kB"), "{shown}");
    let system = row("system files");
    assert!(
        system
            .trim_start_matches(['│', ' '])
            .starts_with("unknown S system files"),
        "{shown}"
    );
    assert!(system.contains("unknown → 5.0 kB"), "{shown}");
    let header = shown.lines().next().unwrap_or_default();
    assert!(!header.contains("larger"), "{shown}");
}

/// Without any known byte there is no lower bound to show.
#[test]
fn a_sum_without_a_known_byte_is_unknown() {
    let base = ImageBuilder::new("windows:1")
        .with_unique_sizes()
        .layer("FROM windows", |layer| layer.filled("Windows/a", 5000, 1));
    let shell = Shell::new()
        .file("base.tar", without_base(&base))
        .file("whole.tar", oci_archive(&base, Compression::Gzip));
    let ended = shell.run("base.tar whole.tar --report markdown=-");
    assert!(ended.stdout.contains("| before | | unknown |"), "{ended}");
    assert!(!ended.stdout.contains("≥ 0 B"), "{ended}");
}

#[test]
fn the_explorer_marks_it() {
    let mut screen = Screen::waiting("windows:1", 140, 30);
    let image = Arc::new(image());
    let summary = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    let loaded = LoadUpdate::Loaded(image, summary);
    screen.send(Msg::Load(screen.model.load, loaded));
    let shown = screen.shown();
    assert!(shown.contains("≥ 5.0 kB"), "{shown}");
    assert!(shown.contains("hidden ≥ 2.0 kB"), "{shown}");
    assert!(shown.contains("unknown"), "{shown}");
}

/// Returns the data of an HTML page.
fn page(ended: &str) -> Value {
    let start = ended.find("id=\"data\">").expect("data") + "id=\"data\">".len();
    let data = &ended[start..];
    let end = data.find("</script>").expect("an end");
    serde_json::from_str(&data[..end]).expect("JSON")
}

/// A folder may have more files in the missing layer; a file is what it is.
#[test]
fn sums_of_folders_are_lower_bounds_in_every_report() {
    let shell = Shell::new().file("image.tar", without_base(&builder()));
    let run = |line: &str| shell.run(line).stdout;
    let svg = run("image.tar --report svg=-");
    for words in [
        "≥ 3.0 kB visible in 3 layers, by category",
        "<title>/app, ≥ 3.0 kB</title>",
        "<title>/app/one, 3.0 kB, ",
    ] {
        assert!(svg.contains(words), "{words}: {svg}");
    }
    assert!(svg.contains(">application ≥ 3.0 kB</text>"), "{svg}");
    assert_eq!(run("du image.tar"), "≥ 3.0 kB\t/app\n≥ 3.0 kB\t/\n");
    assert_eq!(run("du -b image.tar"), "≥ 3000\t/app\n≥ 3000\t/\n");
    // What one layer stores is known.
    assert_eq!(run("du --layer 2 image.tar"), "2.0 kB\t/app\n2.0 kB\t/\n");
    assert_eq!(run("du image.tar /app/one"), "3.0 kB\t/app/one\n");
    let sums = run("du --json image.tar");
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/du.schema.json")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    for line in sums.lines() {
        let sum: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(sum["atLeast"], true, "{line}");
        assert!(schema.is_valid(&sum), "{line}");
    }
    let ncdu = run("image.tar --report ncdu=-");
    assert!(
        ncdu.contains(r#"[{"name":"/","read_error":true}"#),
        "{ncdu}"
    );
    let page = page(&run("image.tar --report html=-"));
    assert_eq!(page["image"]["least"], true);
    assert_eq!(page["image"]["scope"], ", known layers only");
    let missing = "1 layer is missing; its files and sizes are unknown and not counted";
    assert_eq!(page["image"]["unread"][0], missing);
    let sarif: Value = serde_json::from_str(&run("--ci image.tar --report sarif=-")).expect("JSON");
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["kind"], "open", "{result}");
    let words = "cannot be checked: layer 1 is not in the archive";
    assert_eq!(result["message"]["text"], words);
}

#[test]
fn a_complete_image_has_no_marks() {
    let shell = Shell::new().file("whole.tar", oci_archive(&builder(), Compression::Gzip));
    for line in [
        "whole.tar --report text=-",
        "whole.tar --report svg=-",
        "whole.tar --report ncdu=-",
        "whole.tar whole.tar --report text=-",
        "whole.tar whole.tar --report markdown=-",
        "du --json whole.tar",
        "du whole.tar",
    ] {
        let ended = shell.run(line);
        for mark in ["≥", "known layers", "known Δ", "read_error", "atLeast"] {
            assert!(!ended.stdout.contains(mark), "{mark}: {ended}");
        }
    }
    let page = page(&shell.run("whole.tar whole.tar --report html=-").stdout);
    assert_eq!(page["scope"], "");
    assert_eq!(page["delta"], "Δ");
    let json = shell.run("whole.tar whole.tar --json -").stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["difference"]["complete"], true);
}

#[test]
fn comparisons_mark_files_and_folders_on_either_side() {
    let missing = "1 layer is missing; its files and sizes are unknown and not counted";
    let shell = Shell::new()
        .file("image.tar", without_base(&builder()))
        .file("whole.tar", oci_archive(&builder(), Compression::Gzip));
    for (images, side, folder) in [
        (
            "image.tar whole.tar",
            "before",
            "     unknown      5.0 kB      +5.0 kB  /Windows",
        ),
        (
            "whole.tar image.tar",
            "after",
            "      5.0 kB     unknown      −5.0 kB  /Windows",
        ),
    ] {
        let run = |report: &str| shell.run(&format!("{images} --report {report}=-")).stdout;
        let text = run("text");
        for words in [
            &*format!("{side}: {missing}."),
            "0 moved, 1 unchanged, known layers only",
            "      before       after      known Δ  Folder",
            "      known Δ  Change   Path",
            folder,
            "dive's, known layers only",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        let markdown = run("markdown");
        for words in [
            &*format!("{side}: {missing}."),
            "| dive's efficiency, known layers only |",
            "0 moved, 1 unchanged, known layers only.",
            "| known Δ | Folder |",
            "| known Δ | | Path | |",
        ] {
            assert!(markdown.contains(words), "{words}: {markdown}");
        }
        let page = page(&run("html"));
        assert_eq!(page["scope"], ", known layers only");
        assert_eq!(page["delta"], "known Δ");
        assert_eq!(page[side]["unread"][0], missing);
        let json: Value = serde_json::from_str(&run("json")).expect("JSON");
        assert_eq!(json["difference"]["complete"], false);
    }
    let other = ImageBuilder::new("other:1").with_unique_sizes();
    let other = other.layer("COPY", |layer| layer.filled("a", 3000, 1));
    let shell = shell.file("other.tar", docker_save(&other, Docker::New));
    let text = shell.run("other.tar image.tar --report text=-").stdout;
    let words = "download                     unknown  3 layers on a machine that has the image before; the size of a missing layer is unknown";
    assert!(text.contains(words), "{text}");
    // Every difference of an image from itself is known.
    let text = shell.run("image.tar image.tar --report text=-").stdout;
    let line = text.lines().find(|line| line.starts_with("  visible"));
    assert!(line.is_some_and(|line| line.ends_with("0 B")), "{text}");
}

#[test]
fn a_download_says_what_its_size_is() {
    let other = ImageBuilder::new("other:1").with_unique_sizes();
    let other = other.layer("COPY", |layer| layer.filled("a", 3000, 1));
    let shell = Shell::new()
        .file("other.tar", docker_save(&other, Docker::New))
        .file("whole.tar", oci_archive(&builder(), Compression::Gzip));
    let line = |images: &str| {
        let text = shell.run(&format!("{images} --report text=-")).stdout;
        let line = text.lines().find(|line| line.starts_with("  download"));
        line.unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        line("whole.tar other.tar"),
        "download 3.0 kB 1 layer on a machine that has the image before; uncompressed, because the compressed size is unknown"
    );
    let compressed = line("other.tar whole.tar");
    let words = "3 layers on a machine that has the image before; compressed";
    assert!(compressed.ends_with(words), "{compressed}");
}

/// Opens an image that layers are missing from, with its content analysis, on a small terminal.
fn opened(keys: &str) -> String {
    let copy = |layer: LayerBuilder| {
        let layer = layer.filled("app/large", 3000, 1);
        (0..100).fold(layer, |layer, at| layer.filled(format!("app/s/{at}"), 1, 1))
    };
    let known = ImageBuilder::new("windows:1")
        .with_unique_sizes()
        .layer("FROM windows", |layer| layer)
        .layer("COPY", copy);
    let whole = ImageBuilder::new("windows:1")
        .with_unique_sizes()
        .layer("FROM windows", |layer| layer.filled("Windows/a", 5000, 1))
        .layer("COPY", copy);
    let mut screen = Screen::waiting("windows:1", 80, 24);
    let image = Arc::new(reading::image(&without_base(&whole)));
    let summary = Arc::new(ExploreSummary::of(&image, &BaseHint::default()));
    let loaded = LoadUpdate::Loaded(image, summary);
    screen.send(Msg::Load(screen.model.load, loaded));
    screen.with_content(&known).press(keys).shown()
}

#[test]
fn small_screens_mark_every_sum() {
    for (keys, words) in [
        ("2G", "≥ 3.1 kB"),
        ("1", "≥ 3.1 kB"),
        ("4llllG", "≥ 100 B"),
        ("5", "≥ 3.1 kB"),
        ("9", "≥ 3.1 kB"),
    ] {
        let shown = opened(keys);
        let shown = shown.split("────────\n").next().unwrap_or_default();
        // The header marks the size of the image.
        let below: Vec<&str> = shown.lines().skip(1).collect();
        let below = below.join("\n");
        assert!(below.contains(words), "{keys}: {below}");
    }
}

#[test]
fn the_trees_of_a_comparison_mark_folders_and_counts() {
    for (width, height) in [(80, 24), (120, 40)] {
        let images = Sides::new(image(), builder().image()).map(Arc::new);
        let comparison = Arc::new(compare(&images.before, &images.after));
        let mut screen = crate::screens_compare::waiting(width, height);
        screen.send(crate::screens_compare::compared(images, comparison));
        let shown = screen.press("2=").shown();
        for words in ["known Δ", "known layers only", "≥ 3.0 kB"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
    }
}
