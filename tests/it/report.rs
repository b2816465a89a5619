//! Reports of images built in code, through the binary; the JSON against its schema and against dive's.

use insta::assert_snapshot;
use serde_json::Value;

use crate::command::Shell;
use crate::dive_image;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save, oci_archive};
use dive_rs::analysis::packages::PackageKind;
use dive_rs::image::Compression;

fn shell() -> Shell {
    Shell::new().file("save.tar", docker_save(&dive_image::image(), Docker::Old))
}

fn json(archive: &[u8]) -> Value {
    let shell = Shell::new().file("save.tar", archive);
    let ended = shell.run("--json - save.tar");
    assert_eq!(ended.stderr, "");
    serde_json::from_str(&ended.stdout).expect("it is JSON")
}

#[test]
fn text_of_an_image_and_its_verdict() {
    assert_snapshot!("text", shell().run("--ci save.tar"));
    assert_snapshot!("shop", crate::sample_image::shell().run("shop.tar"));
    assert_snapshot!("binary units", shell().run("--units binary save.tar"));
}

#[test]
fn text_as_dive_writes_it() {
    assert_snapshot!("dive fails", shell().run("--ci --report dive save.tar --lowestEfficiency 0.99 --highestWastedBytes 1B --highestUserWastedPercent 0.00001"));
    assert_snapshot!(
        "dive passes",
        shell().run(
            "--ci --report dive save.tar --highestWastedBytes 50kB --highestUserWastedPercent 0.5"
        )
    );
    let clean =
        ImageBuilder::new("clean:1").layer("COPY a /", |layer| layer.filled("a", 11_189, 1));
    let shell = Shell::new().file("save.tar", docker_save(&clean, Docker::New));
    assert_snapshot!(
        "dive of a clean image",
        shell.run("--ci --report dive save.tar")
    );
}

/// The order of dive 0.13.1 for an archive with the same paths and sizes.
#[test]
fn rows_of_equal_size_are_in_dives_order() {
    let mut image = ImageBuilder::new("equals:1");
    for fill in [1, 2] {
        image = image.layer("COPY . /", |layer| {
            (10..34).fold(layer, |layer, at| {
                layer.filled(format!("n{at}"), at * 7 % 3, fill)
            })
        });
    }
    let shell = Shell::new().file("save.tar", docker_save(&image, Docker::New));
    let printed = shell.run("--report dive save.tar").stdout;
    let rows = printed.lines().filter_map(|line| line.split_once("  /n"));
    let rows: Vec<&str> = rows.map(|(_, name)| name).collect();
    assert_eq!(
        rows.join(" "),
        "11 32 20 17 29 23 14 26 19 16 28 10 13 31 25 22 21 24 15 27 30 12 33 18"
    );
}

/// dive has a leaf for a folder that is only marked opaque. The order is dive's.
#[test]
fn an_opaque_folder_is_listed_where_dive_lists_it() {
    let image = ImageBuilder::new("opaque:1")
        .layer("COPY . /", |layer| {
            layer.dir("a").dir("b").dir("c").file("d", "")
        })
        .layer("RUN one", |layer| layer.opaque("b"))
        .layer("RUN two", |layer| {
            layer.dir("a").opaque("b").dir("c").file("d", "")
        });
    let shell = Shell::new().file("save.tar", docker_save(&image, Docker::New));
    let printed = shell.run("--report dive save.tar").stdout;
    let rows = printed.lines().filter_map(|line| line.split_once("0 B  /"));
    let rows: Vec<&str> = rows.map(|(_, name)| name).collect();
    assert_eq!(rows, ["d", "c", "a", "b"]);
}

#[test]
fn json_has_dives_numbers() {
    let old = json(&docker_save(&dive_image::image(), Docker::Old));
    assert_eq!(old["image"]["efficiencyScore"], dive_image::EFFICIENCY);
    assert_eq!(old["image"]["inefficientBytes"], dive_image::WASTED);
    assert_eq!(old["image"]["userWastedPercent"], dive_image::USER_WASTED);
    let list = old["image"]["fileReference"].as_array().expect("a list");
    let rows: Vec<String> = list
        .iter()
        .map(|row| format!("{} {} {}", row["count"], row["sizeBytes"], row["file"]))
        .collect();
    assert_eq!(
        rows,
        [
            r#"2 12810 "/root/example/somefile1.txt""#,
            r#"2 12810 "/root/saved.txt""#,
            r#"2 6405 "/root/example/somefile3.txt""#
        ]
    );
}

#[test]
fn json_is_the_same_from_every_archive() {
    let strip = |mut json: Value| {
        for layer in json["layer"].as_array_mut().expect("layers") {
            layer["id"].take();
            layer["compressedBytes"].take();
        }
        json["image"]["compressedBytes"].take();
        json
    };
    let old = strip(json(&docker_save(&dive_image::image(), Docker::Old)));
    assert_eq!(
        old,
        strip(json(&docker_save(&dive_image::image(), Docker::New)))
    );
    for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
        assert_eq!(
            old,
            strip(json(&oci_archive(&dive_image::image(), compression))),
            "{compression:?}"
        );
    }
}

/// Every kind of entry and name, in the order of dive's own export.
#[test]
fn json_lists_files_as_dive_does() {
    let image = ImageBuilder::new("odd:1")
        .layer("/bin/sh -c one", |layer| {
            layer
                .dir("b")
                .file("b/-first", "1")
                .file("b/a", "22")
                .symlink("b/link", "a")
                .hard_link("b/hard", "b/a")
                .file("b.c", "dot sorts before the folder's own name ends")
                .dir("a")
                .file(b"a/bad\xffname", "x")
                .file("a/tab\tand <html>", "y")
                .put("a/null", crate::fixture::Content::CharDevice(1, 3))
                .put("a/pipe", crate::fixture::Content::Fifo)
                .file("implied/parent/file", "z")
                .file("set", "s")
                .mode(0o4755)
                .owner(1000, 1001)
        })
        .layer("two", |layer| {
            layer
                .dir("b")
                .whiteout("b/a")
                .file("b/-more", "m")
                .file("b/z", "z")
                .whiteout("b.c")
                .whiteout("a")
                .opaque("implied/parent")
        });
    let json = json(&docker_save(&image, Docker::New));
    let rows = json["layer"]
        .as_array()
        .expect("layers")
        .iter()
        .map(|layer| {
            let files = layer["fileList"].as_array().expect("files");
            let rows = files.iter().map(Value::to_string).collect::<Vec<_>>();
            format!("{} {}\n{}", layer["id"], layer["command"], rows.join("\n"))
        });
    assert_snapshot!(rows.collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn the_schemas_list_every_package_kind() {
    use PackageKind::{Apk, Dpkg, Gem, Go, Java, Npm, Python, Rpm, Rust};
    let kinds = [Dpkg, Apk, Rpm, Npm, Python, Gem, Go, Rust, Java].map(PackageKind::name);
    for name in ["json", "compare"] {
        let root = env!("CARGO_MANIFEST_DIR");
        let text = std::fs::read_to_string(format!("{root}/docs/{name}.schema.json"));
        let schema: Value = serde_json::from_str(&text.expect("the schema")).expect("it is JSON");
        assert_eq!(
            schema["$defs"]["packageKind"]["enum"],
            serde_json::json!(kinds),
            "{name}"
        );
    }
}

#[test]
fn json_keeps_to_its_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../docs/json.schema.json"))
        .expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let mut broken = dive_image::image();
    broken = broken.layer("odd", |layer| {
        layer.whiteout("nothing/here").file(b"\xff", "x")
    });
    for (archive, line) in [
        (
            docker_save(&dive_image::image(), Docker::Old),
            "--json - save.tar",
        ),
        (docker_save(&broken, Docker::New), "--ci --json - save.tar"),
        (
            oci_archive(&dive_image::image(), Compression::Gzip),
            "--ci --json - save.tar",
        ),
    ] {
        let shell = Shell::new().file("save.tar", archive);
        let json: Value = serde_json::from_str(&shell.run(line).stdout).expect("it is JSON");
        let errors: Vec<String> = validator
            .iter_errors(&json)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(errors, Vec::<String>::new());
    }
}

/// Real archives of other tools, where available.
#[test]
fn known_numbers_of_known_archives() {
    let fixtures = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures");
    let archive = fixtures.join("dive/test-docker-image.tar");
    let Ok(bytes) = std::fs::read(&archive) else {
        return;
    };
    let json = json(&bytes);
    let image = &json["image"];
    assert_eq!(image["efficiencyScore"], dive_image::EFFICIENCY);
    assert_eq!(image["inefficientBytes"], dive_image::WASTED);
    assert_eq!(image["userWastedPercent"], dive_image::USER_WASTED);
    assert_eq!(image["sizeBytes"], 1_220_598);
    assert_eq!(image["userBytes"], 66_237);
    let nodes: Vec<usize> = json["layer"]
        .as_array()
        .expect("layers")
        .iter()
        .map(|layer| layer["fileList"].as_array().map_or(0, Vec::len))
        .collect();
    assert_eq!(nodes, [415, 1, 4, 3, 3, 3, 3, 4, 2, 2, 4, 2, 3, 2]);
    for packing in ["gzip", "zstd", "estargz", "uncompressed"] {
        let bytes = std::fs::read(fixtures.join(format!("dive/test-oci-{packing}-image.tar")))
            .expect("beside the first");
        assert_eq!(
            self::json(&bytes)["image"]["sizeBytes"],
            11_189,
            "{packing}"
        );
    }
}
