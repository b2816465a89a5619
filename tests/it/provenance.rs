//! The lines of the Dockerfile that made each layer, by BuildKit's provenance and by `--dockerfile`: in every report and on the screen. Real builds are tested
//! in `engines`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::build_times::attested_image;
use crate::bundle::{Bundle, digest};
use crate::command::{Ended, Shell};
use crate::raw_tar::RawTar;
use crate::screens::{Screen, screens};
use crate::screens_overview;

const DOCKERFILE: &str = "# three stages
FROM debian AS base
RUN one

FROM base AS build
RUN <<EOF
two
EOF

FROM base
COPY --link --from=build /srv/two /srv/two
RUN three && \\
    rm /srv/two
";

/// Returns the layers of an image built from [`DOCKERFILE`]: two of the base, then one of each instruction that is shipped.
fn layers() -> [Vec<u8>; 5] {
    [
        RawTar::default().file("etc/one", [1; 5000]).end(),
        RawTar::default().file("etc/two", [2; 5000]).end(),
        RawTar::default().file("one", [3; 2000]).end(),
        RawTar::default().file("srv/two", vec![4; 90_000]).end(),
        RawTar::default()
            .file("three", [5; 1000])
            .file("srv/.wh.two", b"")
            .end(),
    ]
}

/// Returns BuildKit's metadata of the build, and the steps of the build.
fn build() -> (Value, Value) {
    let layers = layers().map(|layer| json!({ "digest": digest(layer) }));
    let [base, second, one, two, three] = &layers;
    let lines = |lines: std::ops::RangeInclusive<usize>| {
        let range = |line| json!({"start": {"line": line}, "end": {"line": line}});
        json!({"locations": [{"ranges": lines.map(range).collect::<Vec<_>>()}]})
    };
    let metadata = json!({
        "source": {
            "infos": [{"filename": "Dockerfile", "language": "Dockerfile", "data": STANDARD.encode(DOCKERFILE)}],
            "locations": {
                "step0": lines(2..=2),
                "step1": lines(3..=3),
                "step2": lines(6..=8),
                "step3": lines(11..=11),
                "step4": lines(11..=11),
                "step5": lines(12..=13),
                "step6": {},
            },
        },
        "layers": {
            "step0:0": [[base, second]],
            "step1:0": [[base, second, one]],
            // The copy of one file has the bytes of the layer that stores it.
            "step2:0": [[base, second, one, two]],
            "step3:0": [[two]],
            "step4:0": [[base, second, one, two]],
            "step5:0": [[base, second, one, two, three], [base, second, one, two, three]],
        },
    });
    let steps = json!({"llbDefinition": [
        {"id": "step0", "op": {"Op": {"source": {"identifier": "docker-image://docker.io/library/debian:latest"}}}},
        {"id": "step1", "inputs": ["step0:0"]},
        {"id": "step2", "inputs": ["step1:0"]},
        {"id": "step3", "inputs": ["step2:0"]},
        {"id": "step4", "inputs": ["step1:0", "step3:0"]},
        {"id": "step5", "inputs": ["step4:0"]},
        {"id": "step6", "op": {"Op": null}, "inputs": ["step5:0"]},
    ]});
    (metadata, steps)
}

/// Returns a predicate of SLSA provenance v0.2.
fn v0_2((metadata, steps): (Value, Value)) -> Value {
    json!({
        "buildConfig": steps,
        "metadata": {"https://mobyproject.org/buildkit@v1#metadata": metadata},
    })
}

/// Returns a predicate of SLSA provenance v1.
fn v1((metadata, steps): (Value, Value)) -> Value {
    json!({
        "buildDefinition": {"internalParameters": {"buildConfig": steps}},
        "runDetails": {"metadata": {"buildkit_metadata": metadata}},
    })
}

/// Returns an archive of the image with this predicate.
fn archive(predicate: &Value) -> Bundle {
    let layers = layers();
    let made = [
        "",
        "/bin/sh -c #(nop)  CMD",
        "RUN /bin/sh -c one # buildkit",
        "COPY /srv/two /srv/two # buildkit",
        "RUN /bin/sh -c three &&     rm /srv/two # buildkit",
    ];
    let config = json!({
        "architecture": "amd64",
        "os": "linux",
        "history": made.map(|made| json!({ "created_by": made })),
        "rootfs": {"type": "layers", "diff_ids": layers.iter().map(digest).collect::<Vec<_>>()},
    });
    let layers: Vec<&[u8]> = layers.iter().map(Vec::as_slice).collect();
    attested_image(&config, &layers, predicate, 0)
}

fn shell(predicate: &Value) -> Shell {
    Shell::new().file("app.tar", archive(predicate).tar())
}

/// Returns the lines of each layer: `Dockerfile:2-2 base`.
fn lines(ended: &Ended) -> Vec<String> {
    let document: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|why| panic!("{why}: {ended}"));
    let lines = |layer: &Value| {
        let source = &layer["source"];
        if source.is_null() {
            return "unknown".to_owned();
        }
        let (file, stage) = (&source["file"], &source["stage"]);
        let [file, stage] = [file, stage].map(|text| text.as_str().unwrap_or("no stage"));
        let (first, last) = (&source["firstLine"], &source["lastLine"]);
        format!("{file}:{first}-{last} {stage}")
    };
    document["layer"]
        .as_array()
        .expect("layers")
        .iter()
        .map(lines)
        .collect()
}

fn lines_of(predicate: &Value) -> Vec<String> {
    lines(&shell(predicate).run("--json - app.tar"))
}

const EXPECTED: [&str; 5] = [
    "Dockerfile:2-2 base",
    "Dockerfile:2-2 base",
    "Dockerfile:3-3 base",
    "Dockerfile:11-11 stage-2",
    "Dockerfile:12-13 stage-2",
];

#[test]
fn layers_have_the_lines_of_their_steps() {
    assert_eq!(lines_of(&v0_2(build())), EXPECTED);
    assert_eq!(lines_of(&v1(build())), EXPECTED);
}

#[test]
fn other_compression_keeps_the_order_of_the_layers() {
    let (mut metadata, steps) = build();
    let text = metadata["layers"].to_string();
    let text = layers().iter().fold(text, |text, layer| {
        let digest = digest(layer);
        text.replace(&digest, &digest.replace(['0', '1', '2', '3'], "f"))
    });
    metadata["layers"] = serde_json::from_str(&text).unwrap();
    assert_eq!(lines_of(&v0_2((metadata, steps))), EXPECTED);
}

#[test]
fn layers_without_a_step_have_the_lines_of_their_instruction() {
    let (mut metadata, steps) = build();
    metadata["layers"] = json!({});
    let found = ["unknown", "unknown", EXPECTED[2], EXPECTED[3], EXPECTED[4]];
    assert_eq!(lines_of(&v0_2((metadata.clone(), steps.clone()))), found);
    metadata["source"]["infos"] = json!([]);
    assert_eq!(lines_of(&v0_2((metadata, steps))), ["unknown"; 5]);
}

#[test]
fn the_stage_that_was_built_counts() {
    let (metadata, steps) = build();
    // The step of the stage that was built counts, of two equal ones.
    let mut predicate = v0_2((metadata, steps));
    predicate["invocation"] = json!({"parameters": {"args": {"target": "build"}}});
    let found = lines_of(&predicate);
    assert_eq!(found[3], "Dockerfile:6-8 build");
}

#[test]
fn a_file_is_named_from_the_root_of_its_repository() {
    for (folder, expected) in [
        ("services/app", "services/app/Dockerfile:2-2 base"),
        ("./services/", "services/Dockerfile:2-2 base"),
        (".", EXPECTED[0]),
        ("", EXPECTED[0]),
    ] {
        let (mut metadata, steps) = build();
        metadata["vcs"] = json!({"localdir:context": "x", "localdir:dockerfile": folder});
        assert_eq!(lines_of(&v0_2((metadata, steps)))[0], expected);
    }
}

#[test]
fn triggers_of_the_base_have_no_line() {
    let (mut metadata, steps) = build();
    // A trigger has the lines of a text of its own, which is not among the sources.
    metadata["source"]["locations"]["step1"]["locations"][0]["ranges"] =
        json!([{"start": {"line": 1}, "end": {"line": 1}}]);
    let mut predicate = v0_2((metadata, steps));
    assert_eq!(
        lines_of(&predicate)[2],
        EXPECTED[2],
        "its instruction is in the file"
    );
    let text = STANDARD.encode(DOCKERFILE.replace("RUN one", "RUN 1"));
    predicate["metadata"]["https://mobyproject.org/buildkit@v1#metadata"]["source"]["infos"][0]["data"] =
        json!(text);
    assert_eq!(lines_of(&predicate)[2], "unknown");
}

/// A named file replaces one with the same text, and else its lines are found by the instructions.
#[test]
fn the_file_that_is_named_is_shown() {
    let shell = shell(&v0_2(build()))
        .file("same", DOCKERFILE)
        .file("other", format!("# added\n{DOCKERFILE}"));
    let run = |line: &str| lines(&shell.run(line));
    let same = EXPECTED.map(|line| line.replace("Dockerfile", "same"));
    assert_eq!(run("--json - --dockerfile ./same app.tar"), same);
    let expected = [
        "unknown",
        "unknown",
        "other:4-4 base",
        "other:12-12 stage-2",
        "other:13-14 stage-2",
    ];
    assert_eq!(run("--json - --dockerfile other app.tar"), expected);
    let ended = shell.run("--json - --dockerfile absent app.tar");
    assert_eq!(ended.code, Some(2), "{ended}");
}

#[test]
fn provenance_is_hostile() {
    let infos = |name: &str, data: String| json!([{"filename": name, "language": "Dockerfile", "data": data}]);
    let ranges = |line: Value| json!({"step5": {"locations": [{"ranges": [{"start": {"line": line}, "end": {"line": line}}]}]}});
    let text = || STANDARD.encode(DOCKERFILE);
    let many = "RUN x\n".repeat(10_001);
    for (at, key, value) in [
        (0, "infos", json!(7)),
        (0, "infos", json!([7])),
        (0, "infos", infos("Dockerfile", "no base64!".to_owned())),
        (
            0,
            "infos",
            infos("Dockerfile", STANDARD.encode([0xff, 0xfe])),
        ),
        (0, "infos", infos("", text())),
        (0, "infos", infos(&"d".repeat(5000), text())),
        (0, "infos", infos("Dockerfile", STANDARD.encode(&many))),
        (1, "locations", json!(null)),
        (1, "locations", json!({"step5": [[]]})),
        (
            1,
            "locations",
            json!({"step5": {"locations": [{"sourceIndex": 9}]}}),
        ),
        (1, "locations", ranges(json!(0))),
        (1, "locations", ranges(json!(-1))),
        (1, "locations", ranges(json!(999))),
        (1, "locations", ranges(json!(u64::MAX))),
        (1, "locations", ranges(json!("12"))),
    ] {
        let (mut metadata, steps) = build();
        metadata["source"][key] = value.clone();
        let found = lines_of(&v0_2((metadata, steps)));
        // Without locations, the text is still there.
        let expected = [
            &["unknown"; 5],
            &["unknown", "unknown", EXPECTED[2], EXPECTED[3], EXPECTED[4]],
        ][at];
        assert_eq!(found, *expected, "{key} {value}");
    }
    for odd in [
        json!(null),
        json!([]),
        json!({"": [[]]}),
        json!({"step0:0": null}),
        json!({"step0:0": [[{}, {}]], "step1:0": [[{"digest": null}]]}),
    ] {
        let (mut metadata, steps) = build();
        metadata["layers"] = odd.clone();
        let found = lines_of(&v0_2((metadata, steps)));
        assert_eq!(found[3..], EXPECTED[3..], "{odd}");
    }
    let (metadata, _) = build();
    for odd in [
        json!(1),
        json!({"llbDefinition": [{"id": "step5", "inputs": ["step5:0", "step5:0", "x"]}, 3]}),
    ] {
        let found = lines_of(&v0_2((metadata.clone(), odd)));
        assert_eq!(found[2..], EXPECTED[2..]);
    }
}

#[test]
fn names_of_files_are_escaped() {
    let name = "D\u{202e}\n::error::,\u{1b}[31m<script>";
    let (mut metadata, steps) = build();
    metadata["source"]["infos"][0]["filename"] = json!(name);
    let shell = shell(&v0_2((metadata, steps)));
    for report in [
        "text",
        "github",
        "markdown",
        "codequality",
        "sarif",
        "html",
        "junit",
    ] {
        let ended = shell.run(&format!(
            "--ci app.tar --rule highestHiddenBytes=1 --report {report}=-"
        ));
        assert_eq!(ended.code, Some(1), "{ended}");
        let text = &ended.stdout;
        assert!(!text.contains(['\u{202e}', '\u{1b}']), "{report}: {text:?}");
        assert!(!text.contains("\n::error::,"), "{report}: {text:?}");
        let is_markup = ["markdown", "html", "junit"].contains(&report);
        assert!(
            !is_markup || !text.contains("[31m<script>"),
            "{report}: {text:?}"
        );
    }
}

/// Every report of findings names the lines to change.
#[test]
fn every_report_shows_the_lines() {
    let shell = shell(&v0_2(build()));
    for report in [
        "text",
        "json",
        "markdown",
        "junit",
        "sarif",
        "codequality",
        "github",
    ] {
        let ended = shell.run(&format!(
            "--ci app.tar --rule highestHiddenBytes=1 --report {report}=-"
        ));
        assert_eq!(ended.code, Some(1), "{ended}");
        let about = |line: &&str| {
            line.contains("ockerfile") || line.contains("Line") || line.contains("line")
        };
        let shown: Vec<&str> = ended.stdout.lines().filter(about).collect();
        assert_snapshot!(format!("lines in {report}"), shown.join("\n"));
    }
    let html = shell.run("app.tar --report html=-").stdout;
    let sources = html.matches(r#""source":"Dockerfile:12–13, stage-2""#);
    assert_eq!(sources.count(), 1);
    let ended = shell.run("app.tar app.tar --json -");
    let document: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        document["after"]["layers"][4]["source"]["firstLine"],
        json!(12)
    );
}

/// The image of the overview, with its Dockerfile.
fn open(width: u16, height: u16) -> Screen {
    let image = screens_overview::image().dockerfile(
        "FROM debian AS base\nRUN apt-get update && \\\n    apt-get install -y --no-install-recommends \\\n    git gcc\n\nFROM base\nCOPY . /srv\nRUN chmod 755 /srv/app\n",
    );
    Screen::open(&image, width, height).with_content(&image)
}

screens! {
    open;
    layer_details: 120 by 40, "2]";
    layer_details_small: 80 by 24, "2]";
    finding_details: 120 by 40, "6ji";
}
