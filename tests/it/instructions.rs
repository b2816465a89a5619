//! The descriptions of layers whose history has no instruction: images of Nix, `docker import`, `docker commit`, jib and buildpacks.

use serde_json::{Value, json};

use crate::bundle::{Bundle, config, digest};
use crate::command::Shell;
use crate::fixture_tar::hex;
use crate::raw_tar::RawTar;
use crate::reading::image;

fn layer(text: &str) -> Vec<u8> {
    RawTar::default().file("a", text).end()
}

/// Returns a `docker save` archive of layers with these lines of history and labels.
fn archive(history: &Value, layers: &[Vec<u8>], labels: &Value) -> Vec<u8> {
    let all: Vec<&[u8]> = layers.iter().map(Vec::as_slice).collect();
    let mut config = config("amd64", &all);
    config["history"] = history.clone();
    config["config"]["Labels"] = labels.clone();
    let name = format!("{}.json", hex(config.to_string().as_bytes()));
    let names: Vec<String> = (0..layers.len())
        .map(|at| format!("{at}/layer.tar"))
        .collect();
    let bundle = names
        .iter()
        .zip(layers)
        .fold(Bundle::default(), |bundle, (name, layer)| {
            bundle.file(name, layer)
        });
    let listing = json!([{"Config": name, "RepoTags": ["app:1"], "Layers": names}]);
    bundle
        .json(&name, &config)
        .json("manifest.json", &listing)
        .tar()
}

fn words(archive: &[u8]) -> Vec<String> {
    let image = image(archive);
    image
        .layers
        .iter()
        .map(|layer| layer.heading.description())
        .collect()
}

const HASH: &str = "0c1wa5n4cbkq4kfxcsvh8iph2y8lvczs";

fn nix() -> Vec<u8> {
    let line = |name: &str| json!({"created": "1970-01-01T00:00:01+00:00", "comment": format!("store paths: ['/nix/store/{HASH}-{name}']")});
    let history = json!([line("glibc-2.37-8"), line("bash-interactive-5.2-p15")]);
    archive(&history, &[layer("one"), layer("two!")], &json!({}))
}

#[test]
fn a_comment_stands_in_for_an_empty_instruction() {
    assert_eq!(words(&nix()), ["glibc 2.37-8", "bash-interactive 5.2-p15"]);
    let history = json!([{"created_by": "", "comment": "Imported from -"}, {"created_by": "bash", "comment": "with curl"}]);
    let imported = archive(&history, &[layer("one"), layer("two!")], &json!({}));
    let expected = ["imported from a tar archive", "bash: with curl"];
    assert_eq!(words(&imported), expected);
    let jib = |comment: &str| json!({"created_by": "jib-maven-plugin:3.4.0", "author": "Jib", "comment": comment});
    let jib = json!([jib("dependencies"), jib("classes")]);
    let jib = archive(&jib, &[layer("one"), layer("two!")], &json!({}));
    assert_eq!(
        words(&jib),
        [
            "jib-maven-plugin:3.4.0: dependencies",
            "jib-maven-plugin:3.4.0: classes"
        ]
    );
}

#[test]
fn buildpacks_name_their_layers_in_a_label() {
    let layers = [layer("one"), layer("two!"), layer("three"), layer("base")];
    let sha = |at: usize| json!({"sha": digest(&layers[at])});
    let metadata = json!({
        "app": [sha(2)],
        "launcher": sha(1),
        "config": null,
        "buildpacks": [{"key": "paketo-buildpacks/bellsoft-liberica", "version": "9.9.0", "layers": {"jre": sha(0), "cache": {"sha": 7}}}],
        "runImage": {"topLayer": digest(&layers[3])},
    });
    let labels = json!({"io.buildpacks.lifecycle.metadata": metadata.to_string()});
    let history =
        json!([{"created_by": "# debian.sh"}, {}, {"created_by": " "}, {"created_by": ""}]);
    let own = [
        layers[3].clone(),
        layers[0].clone(),
        layers[1].clone(),
        layers[2].clone(),
    ];
    assert_eq!(
        words(&archive(&history, &own, &labels)),
        [
            "# debian.sh",
            "paketo-buildpacks/bellsoft-liberica 9.9.0: jre",
            "buildpacks launcher",
            "application"
        ]
    );
    // A history is not needed, and an invalid label is ignored.
    let without = archive(&json!(null), &own, &labels);
    assert_eq!(words(&without)[3], "application");
    for label in ["[]", "{", r#"{"app": 7, "buildpacks": [7]}"#] {
        let labels = json!({"io.buildpacks.lifecycle.metadata": label});
        assert_eq!(
            words(&archive(&json!(null), &own, &labels)),
            ["", "", "", ""]
        );
    }
}

#[test]
fn reports_say_what_is_known_and_keep_dives_command() {
    let shell = Shell::new().file("nix.tar", nix());
    let text = shell.run("nix.tar");
    assert!(
        text.stdout.contains("  bash-interactive 5.2-p15\n"),
        "{text}"
    );
    assert!(!text.stdout.contains("instruction"), "{text}");
    let json = shell.run("nix.tar --json -");
    let report: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(report["layer"][1]["command"], "");
    assert_eq!(
        report["layer"][1]["description"],
        "bash-interactive 5.2-p15"
    );
    let json = shell.run("nix.tar nix.tar --json -");
    let two: Value = serde_json::from_str(&json.stdout).expect("JSON");
    for side in ["before", "after"] {
        for (at, layer) in two[side]["layers"]
            .as_array()
            .expect("a list")
            .iter()
            .enumerate()
        {
            assert_eq!(layer["description"], report["layer"][at]["description"]);
        }
    }

    let unknown = archive(&json!(null), &[layer("one"), layer("two!")], &json!({}));
    let shell = Shell::new().file("unknown.tar", unknown);
    let text = shell.run("unknown.tar");
    assert_eq!(
        text.stdout.matches("(no instruction known)").count(),
        3,
        "{text}"
    );
    let json = shell.run("unknown.tar --json -");
    let report: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(report["layer"][1]["command"], "(missing)");
    assert_eq!(report["layer"][1]["description"], Value::Null);
}

/// Returns an archive of one layer for each builder that writes no Dockerfile instruction, and the words for it.
fn builders(contents: &str) -> (Vec<u8>, Vec<String>) {
    let lines = [
        (
            json!({"comment": format!("store paths: ['/nix/store/{HASH}-glibc-2.37-8']")}),
            "glibc 2.37-8",
        ),
        (
            json!({"comment": "Imported from -"}),
            "imported from a tar archive",
        ),
        (
            json!({"created_by": "bash", "comment": "with curl"}),
            "bash: with curl",
        ),
        (
            json!({"created_by": "bazel build //app:image"}),
            "bazel build //app:image",
        ),
        (
            json!({"created_by": "ko build ko://example.com/app", "comment": "kodata contents, at $KO_DATA_PATH"}),
            "ko build ko://example.com/app: kodata contents, at $KO_DATA_PATH",
        ),
        (
            json!({"created_by": "jib-maven-plugin:3.4.0", "comment": "classes"}),
            "jib-maven-plugin:3.4.0: classes",
        ),
        (json!({"created_by": ""}), "buildpacks launcher"),
        (json!({"created_by": ""}), "(no instruction known)"),
    ];
    let layers: Vec<Vec<u8>> = (0..lines.len())
        .map(|at| {
            RawTar::default()
                .file(format!("file{at}"), format!("{contents} {at}"))
                .end()
        })
        .collect();
    let metadata = json!({"launcher": {"sha": digest(&layers[6])}});
    let labels = json!({"io.buildpacks.lifecycle.metadata": metadata.to_string()});
    let history: Vec<&Value> = lines.iter().map(|(line, _)| line).collect();
    let words = lines.iter().map(|(_, words)| (*words).to_owned()).collect();
    (archive(&json!(history), &layers, &labels), words)
}

/// Markdown and HTML write some characters as entities.
fn plain(report: &str) -> String {
    let mut text = report.to_owned();
    for character in [':', '$', '_'] {
        text = text.replace(
            &format!("&#{};", u32::from(character)),
            &character.to_string(),
        );
    }
    text.replace("\\u003a", ":")
}

#[test]
fn every_report_has_the_same_words() {
    let (one, words) = builders("one");
    let (other, _) = builders("other");
    let shell = Shell::new()
        .file("one.tar", one)
        .file("other.tar", other)
        .file(
            "rules",
            "rules:\n  lowestEfficiency: disabled\n  deny: [\"file*\"]\n",
        );
    for line in [
        "one.tar --report text=-",
        "one.tar --report html=-",
        "one.tar --report folded=-",
        "--ci --ci-config rules one.tar --report text=-",
        "--ci --ci-config rules one.tar --report markdown=-",
        "--ci --ci-config rules one.tar --report junit=-",
        "--ci --ci-config rules one.tar --report sarif=-",
        "--ci --ci-config rules one.tar --report codequality=-",
        "--ci --ci-config rules one.tar --report github=-",
        "one.tar other.tar --report text=-",
        "one.tar other.tar --report markdown=-",
        "one.tar other.tar --report html=-",
    ] {
        let report = plain(&shell.run(line).stdout);
        for words in &words {
            assert!(report.contains(words.as_str()), "{line}: {words}: {report}");
        }
    }
    let run =
        |line: &str| -> Value { serde_json::from_str(&shell.run(line).stdout).expect("JSON") };
    let expected: Vec<Value> = words
        .iter()
        .map(|words| match &**words {
            "(no instruction known)" => Value::Null,
            words => words.into(),
        })
        .collect();
    let descriptions = |layers: &Value, key: &str| -> Vec<Value> {
        let layers = layers.as_array().expect("a list").iter();
        layers.map(|layer| layer[key].clone()).collect()
    };
    let report = run("--ci --ci-config rules one.tar --json -");
    assert_eq!(descriptions(&report["layer"], "description"), expected);
    let found = &report["verdict"]["rules"];
    let deny = found
        .as_array()
        .expect("rules")
        .iter()
        .find(|rule| rule["rule"] == "deny");
    let found = &deny.expect("the rule")["violations"];
    let stored: Vec<Value> = found
        .as_array()
        .expect("findings")
        .iter()
        .map(|found| found["storedIn"]["description"].clone())
        .collect();
    assert_eq!(stored, expected);
    let report = run("one.tar other.tar --json -");
    assert_eq!(
        descriptions(&report["after"]["layers"], "description"),
        expected
    );
}

#[test]
fn the_history_of_a_comparison_says_what_its_lines_did() {
    let history = |version: &str| {
        let line =
            |name: &str| json!({"comment": format!("store paths: ['/nix/store/{HASH}-{name}']")});
        let history = json!([line(&format!("glibc-{version}")), line("bash-interactive-5.2-p15"), {"created_by": "CMD [\"sh\"]", "empty_layer": true}]);
        archive(&history, &[layer(version), layer("two!")], &json!({}))
    };
    let shell = Shell::new()
        .file("before.tar", history("2.37-8"))
        .file("after.tar", history("2.38"));
    let report = shell.run("before.tar after.tar --json -").stdout;
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(
        report["history"],
        json!([
            {"before": "", "after": null, "beforeDescription": "glibc 2.37-8", "afterDescription": null},
            {"before": null, "after": "", "beforeDescription": null, "afterDescription": "glibc 2.38"},
        ])
    );
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/compare.schema.json")).expect("JSON");
    let schema = jsonschema::validator_for(&schema).expect("a schema");
    assert!(
        schema.is_valid(&report),
        "{:?}",
        schema.iter_errors(&report).next()
    );
}
