//! Comparisons through the binary: text, JSON against its schema and its own counts, the length of Markdown, and errors.

use dive_rs::image::Config;
use serde_json::{Value, json};

use crate::bundle::{Bundle, config as config_for, index, listed, manifest, oci};
use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save, oci_archive};
use crate::raw_tar::RawTar;

fn config(env: &[&str], user: &str) -> Config {
    Config {
        env: env.iter().map(|&pair| pair.to_owned()).collect(),
        user: user.to_owned(),
        ..Config::default()
    }
}

fn before() -> ImageBuilder {
    ImageBuilder::new("app:onbuild")
        .config(config(&["PATH=/usr/bin", "GOPATH=/go"], ""))
        .layer("FROM base", |layer| {
            layer
                .dir("etc")
                .file("etc/motd", "welcome\n")
                .file("etc/keep", "kept\n")
                .filled("usr/lib/compiler", 300_000, 7)
        })
        .layer("RUN build", |layer| {
            layer
                .filled("go/bin/app", 90_000, 3)
                .file("go/src/main.go", "package main\n")
                .file("tmp/cache", "x")
        })
        .layer("RUN rm", |layer| layer.whiteout("tmp/cache"))
}

fn after() -> ImageBuilder {
    ImageBuilder::new("app:multistage")
        .config(config(&["PATH=/bin"], "app"))
        .layer("FROM base", |layer| {
            layer
                .dir("etc")
                .mode(0o700)
                .file("etc/motd", "WELCOME\n")
                .file("etc/keep", "kept\n")
                .file(b"etc/\xff\x1b", "odd")
                .dir("srv")
        })
        .layer("COPY app", |layer| layer.filled("app/goapp", 90_000, 3))
}

fn shell() -> Shell {
    Shell::new()
        .file("before.tar", docker_save(&before(), Docker::New))
        .file("after.tar", docker_save(&after(), Docker::Old))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("the output is JSON")
}

#[test]
fn text_of_two() {
    insta::assert_snapshot!(shell().run("before.tar after.tar"));
}

#[test]
fn markdown_of_two() {
    insta::assert_snapshot!(shell().run("--report markdown before.tar after.tar"));
}

#[test]
fn json_of_two() {
    let ended = shell().run("--json - before.tar after.tar");
    assert_eq!(ended.code, Some(0));
    insta::assert_snapshot!(ended.stdout);
}

#[test]
fn findings_that_differ_are_in_every_report() {
    let clean = ImageBuilder::new("app:1").layer("FROM base", |layer| layer.filled("app", 9, 1));
    let with_deleted = clean.clone();
    let with_deleted = with_deleted
        .layer("RUN build", |layer| layer.filled("tmp/cache", 5_000_000, 3))
        .layer("RUN rm", |layer| layer.whiteout("tmp/cache"));
    let shell = Shell::new()
        .file("clean.tar", docker_save(&clean, Docker::New))
        .file("deleted.tar", docker_save(&with_deleted, Docker::New));
    let text = shell.run("clean.tar deleted.tar").stdout;
    assert!(
        text.contains("  new           5.0 MB  deleted files [deleted]\n"),
        "{text}"
    );
    let text = shell.run("deleted.tar clean.tar").stdout;
    assert!(
        text.contains("  resolved      5.0 MB  deleted files [deleted]\n"),
        "{text}"
    );
    let markdown = shell.run("--report markdown clean.tar deleted.tar").stdout;
    assert!(
        markdown.contains("| new | deleted files | 5.0 MB |"),
        "{markdown}"
    );
    let document = json(&shell.run("--json - clean.tar deleted.tar").stdout);
    let findings = &document["findings"];
    assert_eq!(findings["new"][0]["id"], "deleted");
    assert_eq!(findings["new"][0]["bytes"], 5_000_000);
    assert_eq!(findings["resolved"], json("[]"));
}

#[test]
fn json_of_two_keeps_to_its_schema() {
    let schema = json(include_str!("../../docs/compare.schema.json"));
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let shell = shell();
    for pair in [
        "before.tar after.tar",
        "after.tar before.tar",
        "after.tar after.tar",
    ] {
        let document = json(&shell.run(&format!("--json - {pair}")).stdout);
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{pair}: {errors:?}");
        let files = &document["difference"]["files"];
        let changes = document["changes"].as_array().expect("a list");
        for status in ["added", "removed", "changed", "moved"] {
            let counted = changes
                .iter()
                .filter(|change| change["status"] == status && change["isDir"].is_null())
                .count();
            assert_eq!(files[status], counted, "{status}");
        }
        let size = |side: &str| document[side]["sizeBytes"].as_i64().expect("a number");
        assert_eq!(
            document["difference"]["sizeBytes"],
            size("after") - size("before")
        );
    }
}

#[test]
fn the_same_image_twice_is_reported() {
    let shell = Shell::new()
        .file("a.tar", docker_save(&before(), Docker::New))
        .file("b.tar", docker_save(&before(), Docker::Old));
    let ended = shell.run("a.tar b.tar");
    assert_eq!(ended.code, Some(0));
    assert!(ended.stdout.contains("Both are the same image"), "{ended}");
    assert!(
        ended
            .stdout
            .contains("0 added, 0 removed, 0 changed, 0 moved"),
        "{ended}"
    );
}

#[test]
fn any_sources_mix() {
    let shell = shell();
    let gzip = oci_archive(&after(), dive_rs::image::Compression::Gzip);
    let ended = shell.run_args(&["--json", "-", "before.tar", "-"], &gzip);
    assert_eq!(ended.code, Some(0), "{ended}");
    let plain = json(&shell.run("--json - before.tar after.tar").stdout);
    let streamed = json(&ended.stdout);
    assert_eq!(plain["changes"], streamed["changes"]);
    assert_eq!(plain["difference"], streamed["difference"]);
    assert!(streamed["transfer"]["compressedBytes"].is_u64());
}

#[test]
fn errors_name_the_image() {
    let shell = shell().file("broken.tar", "no tar at all");
    for line in [
        "before.tar missing.tar",
        "broken.tar after.tar",
        "- -",
        "--report sarif before.tar after.tar",
        "--platform a/b,c/d,e/f before.tar after.tar",
    ] {
        let ended = shell.run(line);
        assert_eq!(ended.code, Some(2), "{line}: {ended}");
        assert_eq!(ended.stdout, "", "{line}");
    }
    let ended = shell.run("before.tar docker-archive://missing.tar");
    assert!(ended.stderr.starts_with("error: after: "), "{ended}");
    let ended = shell.run("broken.tar after.tar");
    assert!(ended.stderr.starts_with("error: before: "), "{ended}");
}

#[test]
fn markdown_never_outgrows_a_comment() {
    let many = ImageBuilder::new("many:1").layer("COPY . /", |layer| {
        (0..3000).fold(layer, |layer, at| {
            layer.file(
                format!("opt/a_rather_long_name|{at}/<b>file</b>"),
                format!("{at}"),
            )
        })
    });
    let none = ImageBuilder::new("none:1").layer("COPY . /", |layer| layer.dir("opt"));
    let shell = Shell::new()
        .file("many.tar", docker_save(&many, Docker::New))
        .file("none.tar", docker_save(&none, Docker::New));
    let ended = shell.run("--report markdown none.tar many.tar");
    let characters = ended.stdout.chars().count();
    assert!((60_000..=65_536).contains(&characters), "{characters}");
    let rows = ended.stdout.matches("| added |").count();
    assert!(
        ended.stdout.contains(&format!("in {} more", 3000 - rows)),
        "{rows} listed"
    );
    let left_out = format!("bytes: {} files.", 3000 - rows);
    assert!(ended.stdout.contains(&left_out), "{rows} listed");
    assert!(ended.stdout.contains("\n</details>\n"));
    assert!(!ended.stdout.contains("<b>"));
}

/// Returns an archive of one name for two platforms; only the second has `/arm`.
fn two_platforms() -> Vec<u8> {
    let shared = RawTar::default().file("etc/a", "one").end();
    let own = RawTar::default().file("arm", "only here").end();
    let configs = [
        config_for("amd64", &[&shared]),
        config_for("arm64", &[&shared, &own]),
    ];
    let manifests = [
        manifest(&configs[0], &[&shared]),
        manifest(&configs[1], &[&shared, &own]),
    ];
    let line = |at: usize, architecture: &str| {
        let platform = json!({"platform": {"os": "linux", "architecture": architecture}});
        listed(&manifests[at], &platform)
    };
    let inner = index(&[line(0, "amd64"), line(1, "arm64")]);
    let named = json!({"annotations": {"org.opencontainers.image.ref.name": "app:1"}});
    let bundle = Bundle::default()
        .file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
        .json("index.json", &index(&[listed(&inner, &named)]))
        .json_blob(&inner);
    let documents = configs.iter().chain(&manifests);
    let bundle = documents.fold(bundle, Bundle::json_blob);
    bundle.blob(&shared).blob(&own).tar()
}

#[test]
fn two_platforms_of_one_image_are_both_named() {
    let shell = Shell::new().file("app.tar", two_platforms());
    let ended = shell.run("--platform linux/amd64,linux/arm64 --json - app.tar app.tar");
    assert_eq!(ended.code, Some(0), "{ended}");
    let document = json(&ended.stdout);
    assert_eq!(document["before"]["platform"], "linux/amd64");
    assert_eq!(document["after"]["platform"], "linux/arm64");
    assert_eq!(document["difference"]["files"]["added"], 1);
    assert_eq!(document["difference"]["files"]["same"], 1);
    let text = shell
        .run("--platform linux/amd64,linux/arm64 app.tar app.tar")
        .stdout;
    assert!(text.contains("for different platforms"), "{text}");
    // One side alone may be named.
    let ended = shell.run("--platform linux/arm64, --tag app:1, --json - app.tar app.tar");
    assert_eq!(ended.code, Some(0), "{ended}");
    assert_eq!(json(&ended.stdout)["difference"]["files"]["removed"], 1);
    let one = shell.run("--platform linux/arm64 app.tar app.tar").stdout;
    assert!(one.contains("Both are the same image"), "{one}");
}

#[test]
fn a_folder_and_standard_input_of_one_image_are_the_same() {
    let shell = Shell::new();
    let layers = [
        RawTar::default().file("etc/a", "one").end(),
        RawTar::default().file("b", "two").end(),
    ];
    let bundle = oci(&[&layers[0], &layers[1]], &[&layers[0], &layers[1]]);
    bundle.write(&shell.path().join("layout"));
    for (args, stdin) in [
        (["--json", "-", "layout", "-"], bundle.tar()),
        (["--json", "-", "-", "layout"], bundle.tar()),
    ] {
        let ended = shell.run_args(&args, &stdin);
        assert_eq!(ended.code, Some(0), "{ended}");
        let document = json(&ended.stdout);
        assert_eq!(document["difference"]["files"]["same"], 2);
        assert_eq!(document["changes"].as_array().map(Vec::len), Some(0));
    }
}

/// An error names the unreadable image, and nothing is written.
#[test]
fn bad_archives_on_either_side_are_named() {
    let whole = docker_save(&before(), Docker::New);
    let gzip = oci_archive(&before(), dive_rs::image::Compression::Gzip);
    let middle = whole.len() / 2;
    let mut unzippable = gzip.clone();
    let at = gzip
        .windows(2)
        .position(|two| two == [0x1f, 0x8b])
        .expect("a packed layer");
    unzippable[at + 12..at + 40].fill(0xff);
    let bad: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("zeros", vec![0; 4096]),
        ("text", b"no tar at all".to_vec()),
        ("cut", whole[..middle].to_vec()),
        ("cut packed", gzip[..gzip.len() / 2].to_vec()),
        ("unzippable", unzippable),
        ("no manifest", RawTar::default().file("a", "b").end()),
        (
            "nonsense",
            RawTar::default().file("manifest.json", "[{]").end(),
        ),
        (
            "looping",
            RawTar::default()
                .file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
                .file("index.json", "{\"manifests\":{}}")
                .end(),
        ),
    ];
    for (what, bytes) in bad {
        let shell = Shell::new()
            .file("good.tar", &whole)
            .file("bad.tar", &bytes);
        for (line, side) in [
            ("bad.tar good.tar", "before"),
            ("good.tar bad.tar", "after"),
        ] {
            let ended = shell.run(&format!("--json out.json {line}"));
            assert_eq!(ended.code, Some(2), "{what}: {ended}");
            assert_eq!(ended.stdout, "", "{what}");
            assert!(
                ended.stderr.starts_with(&format!("error: {side}: ")),
                "{what}: {ended}"
            );
            assert!(ended.stderr.contains("bad.tar"), "{what}: {ended}");
            assert!(!shell.path().join("out.json").exists(), "{what}");
            let streamed = shell.run_args(&["--json", "out.json", "good.tar", "-"], &bytes);
            assert_eq!(streamed.code, Some(2), "{what}: {streamed}");
            assert!(
                streamed.stderr.starts_with("error: after: "),
                "{what}: {streamed}"
            );
        }
    }
}
