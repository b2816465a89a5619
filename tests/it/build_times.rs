//! Times of layers: properties of the time since the previous layer, and where screens and reports show times. Measured builds are in `build` and `engines`.

use std::sync::Arc;
use std::time::Duration;

use dive_rs::compare::Sides;
use dive_rs::image::{BuildTimes, HistoryEntry, LayerId, elapsed};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::bundle::{self, Bundle};
use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save};
use crate::properties_compare::compare;
use crate::screens::Screen;
use crate::screens_compare;

/// The longest time that counts, in milliseconds.
const LONGEST: i64 = 2 * 3600 * 1000;

/// A time of a history line in milliseconds after 2026-01-01T12:00:00Z, or a text that is no time, or none.
#[derive(Clone, Debug)]
enum Created {
    At(i64),
    Text(&'static str),
    Absent,
}

impl Created {
    fn text(&self) -> Option<String> {
        match self {
            Self::At(milliseconds) => {
                let (seconds, rest) =
                    (milliseconds.div_euclid(1000), milliseconds.rem_euclid(1000));
                let (hour, second) = (12 + seconds.div_euclid(3600), seconds.rem_euclid(3600));
                let (minute, second) = (second / 60, second % 60);
                Some(format!(
                    "2026-01-01T{hour:02}:{minute:02}:{second:02}.{rest:03}Z"
                ))
            }
            Self::Text(text) => Some((*text).to_owned()),
            Self::Absent => None,
        }
    }

    fn known(&self) -> Option<i64> {
        match self {
            Self::At(milliseconds) => Some(*milliseconds),
            _ => None,
        }
    }
}

fn created() -> impl Strategy<Value = Created> {
    prop_oneof![
        4 => (-5_i64..5).prop_map(|seconds| Created::At(seconds * 1000)),
        4 => (-9 * LONGEST / 2..=9 * LONGEST / 2).prop_map(|time| Created::At(time / 9)),
        1 => prop::sample::select(vec![0, LONGEST, LONGEST + 1]).prop_map(Created::At),
        1 => Just(Created::Text("yesterday")),
        1 => Just(Created::Absent),
    ]
}

proptest! {
    /// Each time is the difference of the two layers' own times, and unknown in every case that the page of numbers lists.
    #[test]
    fn elapsed_times_are_differences_of_layers(
        lines in vec((created(), any::<bool>()), 0..9),
        layers in 0_usize..9,
        base in 0_usize..9,
    ) {
        let mut next = 0;
        let mut times = vec![None; layers];
        let mut history = Vec::new();
        for (created, is_layer) in &lines {
            let layer = is_layer.then(|| LayerId(next));
            if let Some(LayerId(at)) = layer {
                if let Some(time) = times.get_mut(at as usize) {
                    *time = created.known();
                }
                next += 1;
            }
            history.push(HistoryEntry { created: created.text(), layer, ..HistoryEntry::default() });
        }
        let elapsed = elapsed(&history, layers, base);
        prop_assert_eq!(elapsed.len(), layers);
        for (at, elapsed) in elapsed.iter().enumerate() {
            let known = at > 0 && at != base;
            let difference = known
                .then(|| Some(times[at]? - times[at - 1]?))
                .flatten()
                .filter(|difference| (1..=LONGEST).contains(difference));
            let expected = difference.map(|it| Duration::from_millis(it.unsigned_abs()));
            prop_assert_eq!(*elapsed, expected, "layer {}", at);
        }
    }
}

/// An image of one base layer and three own ones: 40 s and 1.5 s after the first of them.
fn timed(reference: &str) -> ImageBuilder {
    ImageBuilder::new(reference)
        .layer("ADD rootfs.tar / # buildkit", |layer| {
            layer.filled("bin/sh", 9000, 1)
        })
        .empty_layer("CMD [\"sh\"]")
        .layer("RUN apk add gcc", |layer| {
            layer.filled("bin/gcc", 50_000, 2)
        })
        .layer("COPY . /src # buildkit", |layer| {
            layer.file("src/main.c", "int main() {}")
        })
        .layer("RUN make", |layer| layer.filled("bin/app", 3000, 3))
        .created(&[
            "2025-12-01T00:00:00Z",
            "2025-12-01T00:00:00Z",
            "2026-01-01T00:00:10Z",
            "2026-01-01T00:00:11.5Z",
            "2026-01-01T01:00:51.5+01:00",
        ])
        .with_unique_sizes()
}

#[test]
fn reports_show_times_beside_sizes() {
    let shell = Shell::new().file("app.tar", docker_save(&timed("app"), Docker::New));
    let text = shell.run("--report text app.tar").stdout;
    insta::assert_snapshot!(text);

    let document: Value = serde_json::from_str(&shell.run("--json - app.tar").stdout).unwrap();
    let seconds = |key: &str| -> Vec<Value> {
        let layers = document["layer"].as_array().unwrap().iter();
        layers.map(|layer| layer[key].clone()).collect()
    };
    assert_eq!(seconds("buildSeconds"), vec![Value::Null; 4]);
    assert_eq!(
        seconds("elapsedSeconds"),
        [json!(null), json!(null), json!(1.5), json!(40.0)]
    );
    assert_eq!(document["image"]["buildSeconds"], json!(null));
    assert_eq!(document["image"]["elapsedSeconds"], json!(41.5));
}

#[test]
fn comparisons_show_times_that_both_images_have() {
    let shell = Shell::new()
        .file("before.tar", docker_save(&timed("before"), Docker::New))
        .file("after.tar", docker_save(&timed("after"), Docker::New))
        .file(
            "untimed.tar",
            docker_save(&timed("untimed").created(&[]), Docker::New),
        );
    let time = |line: &str| {
        let text = shell.run(line).stdout;
        let time = text.lines().find(|line| line.starts_with("  time"));
        time.unwrap_or_default().to_owned()
    };
    assert_eq!(
        time("--report text before.tar after.tar"),
        "  time                42 s        42 s  from the first own layer to the last"
    );
    assert_eq!(time("--report text before.tar untimed.tar"), "");
    assert_eq!(time("--report text untimed.tar after.tar"), "");
    let line = "--json - before.tar untimed.tar";
    let document: Value = serde_json::from_str(&shell.run(line).stdout).unwrap();
    assert_eq!(document["before"]["elapsedSeconds"], json!(41.5));
    assert_eq!(document["after"]["elapsedSeconds"], json!(null));
    assert_eq!(
        document["before"]["layers"][3]["elapsedSeconds"],
        json!(40.0)
    );
}

/// Returns the data of an HTML page.
fn page(html: &str) -> Value {
    let (_, data) = html.split_once("id=\"data\">").expect("data");
    let (data, _) = data.split_once("</script>").expect("an end");
    serde_json::from_str(data).expect("JSON")
}

#[test]
fn markdown_and_html_show_times_beside_sizes() {
    let shell = Shell::new()
        .file("before.tar", docker_save(&timed("before"), Docker::New))
        .file(
            "after.tar",
            docker_save(
                &timed("after").layer("RUN rm -rf /src", |layer| layer.whiteout("src")),
                Docker::New,
            ),
        );
    let run = |line: &str| shell.run(line).stdout;
    let elapsed = "time 42 s first to last own layer, by the build history";
    let markdown = run("before.tar --report markdown=-");
    assert!(markdown.contains(elapsed), "{markdown}");
    let one = page(&run("before.tar --report html=-"));
    assert_eq!(
        one["image"]["times"],
        json!([[
            "time",
            "42 s",
            "first to last own layer, by the build history"
        ]])
    );
    assert_eq!(
        one["layerTimes"],
        json!([["Since previous layer", ["", "", "1.5 s", "40 s"]]])
    );
    let markdown = run("before.tar after.tar --report markdown=-");
    assert!(
        !markdown.contains("| Time |"),
        "none is known of the layer that differs: {markdown}"
    );
    let shell = shell.file(
        "other.tar",
        docker_save(
            &timed("other")
                .layer("RUN late", |layer| layer.file("late", "late"))
                .created(&[
                    "2025-12-01T00:00:00Z",
                    "2025-12-01T00:00:00Z",
                    "2026-01-01T00:00:10Z",
                    "2026-01-01T00:00:11.5Z",
                    "2026-01-01T01:00:51.5+01:00",
                    "2026-01-01T00:00:58.5Z",
                ]),
            Docker::New,
        ),
    );
    let run = |line: &str| shell.run(line).stdout;
    let markdown = run("before.tar other.tar --report markdown=-");
    for words in [
        "| own layers built over | 42 s | 49 s | | |",
        "| Layer | Δ | Time | Instruction | By category |\n| --- | ---: | --- | --- | --- |",
        "| 7.0\u{a0}s since the previous layer |",
    ] {
        assert!(markdown.contains(words), "{words}: {markdown}");
    }
    let two = page(&run("before.tar other.tar --report html=-"));
    assert_eq!(
        two["times"],
        json!(["own layers built over", "42 s", "49 s"])
    );
    assert_eq!(
        two["layers"][4]["after"]["time"],
        "7.0\u{a0}s since the previous layer"
    );
}

/// Returns the screen's lines with a word.
fn lines(screen: &Screen, word: &str) -> Vec<String> {
    let shown = screen.shown();
    let lines = shown.lines().filter(|line| line.contains(word));
    lines.map(str::to_owned).collect()
}

#[test]
fn a_layers_details_show_its_time() {
    let screen = Screen::open(&timed("app"), 120, 40).press("jjj");
    assert_ne!(
        lines(&screen, "40\u{a0}s since the previous layer").len(),
        0,
        "{}",
        screen.shown()
    );
}

#[test]
fn a_measured_time_replaces_the_time_since_the_previous_layer() {
    let times = BuildTimes {
        layers: vec![None, None, None, Some(Duration::from_millis(3140))],
        total: Some(Duration::from_secs(58)),
    };
    let image = |reference: &str, seconds: u64| {
        let mut image = timed(reference).image();
        image.about.build_times = BuildTimes {
            total: Some(Duration::from_secs(seconds)),
            ..times.clone()
        };
        Arc::new(image)
    };
    let images = Sides::new(image("before", 58), image("after", 61));
    let comparison = Arc::new(compare(&images.before, &images.after));
    let mut screen = screens_compare::waiting(120, 40);
    screen.send(crate::screens_compare::compared(images, comparison));
    assert_ne!(
        lines(&screen, "build time 58 s → 1 min 1 s").len(),
        0,
        "{}",
        screen.shown()
    );
}

/// Returns an OCI archive of an image for which an index lists this predicate of BuildKit's provenance, padded with so many bytes.
pub fn attested(predicate: &Value, padding: usize) -> Bundle {
    let layer = b"\0".repeat(1024);
    let config = bundle::config("amd64", &[&layer]);
    attested_image(&config, &[&layer], predicate, padding)
}

/// Returns an OCI archive of an image with a config and layers, for which an index lists this predicate of BuildKit's provenance, padded with so many bytes.
pub fn attested_image(
    config: &Value,
    layers: &[&[u8]],
    predicate: &Value,
    padding: usize,
) -> Bundle {
    let manifest = bundle::manifest(config, layers);
    let statement = json!({
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "predicate": predicate,
        "padding": " ".repeat(padding),
    });
    let mut line = bundle::descriptor("application/vnd.in-toto+json", statement.to_string());
    line["annotations"] = json!({"in-toto.io/predicate-type": "https://slsa.dev/provenance/v0.2"});
    let mut attestation = bundle::manifest(&json!({}), &[]);
    attestation["layers"] = json!([line]);
    let about = json!({
        "platform": {"os": "unknown", "architecture": "unknown"},
        "annotations": {
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": bundle::digest(manifest.to_string()),
        },
    });
    let below = bundle::index(&[
        bundle::listed(&manifest, &json!({})),
        bundle::listed(&attestation, &about),
    ]);
    let archive = Bundle::default()
        .file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
        .json(
            "index.json",
            &bundle::index(&[bundle::listed(&below, &json!({}))]),
        )
        .json_blob(&below)
        .json_blob(&manifest)
        .json_blob(&attestation)
        .json_blob(&statement)
        .json_blob(config)
        .blob("{}");
    layers.iter().fold(archive, Bundle::blob)
}

/// Returns predicates of provenance, and the seconds that each states.
pub fn predicates() -> Vec<(Value, Value)> {
    let v0_2 = json!({"metadata": {"buildStartedOn": "2026-01-01T00:00:00.25Z", "buildFinishedOn": "2026-01-01T00:00:58.75Z"}});
    let v1 = json!({"runDetails": {"metadata": {"startedOn": "2026-01-01T00:00:00Z", "finishedOn": "2026-01-01T00:00:58.5Z"}}});
    let falling = json!({"metadata": {"buildStartedOn": "2026-01-01T00:00:01Z", "buildFinishedOn": "2026-01-01T00:00:00Z"}});
    vec![
        (v0_2, json!(58.5)),
        (v1, json!(58.5)),
        (falling, json!(null)),
        (json!({}), json!(null)),
        (json!(7), json!(null)),
    ]
}

/// Provenance has the time of the build, never one of a layer.
#[test]
fn provenance_has_the_time_of_the_whole_build() {
    for (predicate, expected) in predicates() {
        let shell = Shell::new().file("app.tar", attested(&predicate, 0).tar());
        let ended = shell.run("--json - app.tar");
        let document: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(document["image"]["buildSeconds"], expected, "{ended}");
        assert_eq!(document["layer"][0]["buildSeconds"], json!(null));
    }
}
