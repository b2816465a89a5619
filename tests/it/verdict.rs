//! Reports of a verdict through the binary: snapshots of every format for a passing, a failing and a hostile image, schemas, and what each
//! format leaves out when there is too much.

use std::process::{Command, Stdio};

use insta::assert_snapshot;
use serde_json::Value;

use crate::command::{Ended, Shell};
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save};

/// Every format that includes a verdict.
pub const FORMATS: [&str; 8] = [
    "text",
    "json",
    "markdown",
    "junit",
    "sarif",
    "codequality",
    "github",
    "dive",
];

const RULES: &str = "floor: 1 kB
warn: [highestLayerCount, budget]
rules:
  highestImageSize: 5MB
  highestHiddenPercent: 0.2
  highestLayerCount: 3
  deny: [\"**/.git/**\", \".env\"]
  budget: {\"/usr/share/doc/**\": 10 kB}
";

const DOCKERFILE: &str = "FROM debian:12
RUN apt-get update && apt-get install -y \\
    git golang-go
WORKDIR /srv/shop
COPY . /srv/shop
RUN go build -o shop ./cmd/shop
RUN chmod -R g+w /srv/shop
RUN rm -rf /var/lib/apt/lists/* /var/cache/apt /root/.cache
";

fn judged(format: &str) -> Ended {
    let shell = crate::sample_image::shell()
        .file(".dive-ci", RULES)
        .file("Dockerfile", DOCKERFILE);
    shell.run(&format!(
        "--ci shop.tar --dockerfile Dockerfile --report {format}"
    ))
}

#[test]
fn every_report_of_a_failing_image() {
    for format in FORMATS {
        assert_snapshot!(format!("failing {format}"), short(format, judged(format)));
    }
}

#[test]
fn every_report_of_a_passing_image() {
    let clean =
        ImageBuilder::new("clean:1").layer("COPY a /", |layer| layer.filled("a", 11_189, 1));
    let shell = Shell::new().file("save.tar", docker_save(&clean, Docker::New));
    for format in FORMATS {
        let ended = shell.run(&format!("--ci save.tar --report {format}"));
        assert_snapshot!(format!("passing {format}"), short(format, ended));
    }
}

#[test]
fn several_reports_come_from_one_run() {
    let shell = crate::sample_image::shell()
        .file(".dive-ci", RULES)
        .file("summary.md", "# before\n");
    let summary = shell.path().join("summary.md");
    let shell = shell.env("GITHUB_STEP_SUMMARY", &summary.to_string_lossy());
    let ended = shell.run("--ci shop.tar --report github --report junit=j.xml --report sarif=s.sarif --report markdown=m.md --json j.json");
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stdout.lines().all(|line| line.starts_with("::")),
        "{}",
        ended.stdout
    );
    assert!(
        shell
            .read("summary.md")
            .starts_with("# before\n<!-- dive-rs -->\n## "),
        "the summary is added to"
    );
    assert!(shell.read("j.xml").contains("</testsuites>"));
    assert!(shell.read("m.md").contains("| Rule |"));
    let sarif: Value = serde_json::from_str(&shell.read("s.sarif")).expect("it is JSON");
    assert_eq!(sarif["version"], "2.1.0");
}

/// The last line of dive's text agrees with the exit code, whichever rule failed.
#[test]
fn dives_text_includes_other_rules() {
    let shell = crate::sample_image::shell();
    let off = "--lowestEfficiency off --highestUserWastedPercent off";
    let last = |rule: &str| {
        let ended = shell.run(&format!("--ci shop.tar --report dive {off} --rule {rule}"));
        let last = ended.stdout.trim_end().lines().last().map(str::to_owned);
        (ended.code, last.unwrap_or_default())
    };
    let passed = "Result:PASS [Total:4] [Passed:1] [Failed:0] [Warn:0] [Skipped:3]";
    let failed = "Result:FAIL [Total:4] [Passed:0] [Failed:1] [Warn:0] [Skipped:3]";
    assert_eq!(last("highestLayerCount=7"), (Some(0), passed.to_owned()));
    assert_eq!(last("highestLayerCount=6"), (Some(1), failed.to_owned()));
}

/// Names that look like commands, markup, XML and escapes.
#[test]
fn no_name_from_an_image_becomes_markup() {
    let image = ImageBuilder::new("evil:1").layer("RUN ::error::x ]]> </code>@team %0A", |layer| {
        layer
            .file("a\n::error::pwned", "1")
            .file("<script>|`**](http://x)`@you", "2")
            .file("]]>\u{1b}[31m\u{202e}", "3")
            .file(
                b"\xff\x00\x01"
                    .as_slice()
                    .split(|byte| *byte == 0)
                    .next()
                    .unwrap_or_default(),
                "4",
            )
    });
    let shell = Shell::new()
        .file("save.tar", docker_save(&image, Docker::New))
        .file(".dive-ci", "rules: {deny: [\"/**\"]}\n");
    for format in FORMATS {
        let ended = shell.run(&format!("--ci save.tar --report {format}"));
        assert_snapshot!(format!("evil {format}"), short(format, ended));
    }
    let ended = shell.run("--ci save.tar --report junit");
    assert_eq!(invalid_junit(&ended.stdout), None);
}

/// Keeps the verdict of a JSON document; the rest is tested in `report`.
fn short(format: &str, mut ended: Ended) -> Ended {
    if format == "json" {
        let json: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
        ended.stdout = format!("{:#}\n", json["verdict"]);
    }
    ended
}

/// Returns a schema's errors for a document.
pub fn errors(schema: &str, document: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let document: Value = serde_json::from_str(document).expect("it is JSON");
    let errors = validator.iter_errors(&document);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

pub const NONE: Vec<String> = Vec::new();

/// The schema is OASIS's (`sarif-schema-2.1.0.json`).
#[test]
fn sarif_keeps_to_its_schema() {
    // Its pattern of a language tag has one bracket too many.
    let schema = include_str!("schema/sarif-2.1.0.json").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let sarif = judged("sarif").stdout;
    assert_eq!(errors(&schema, &sarif), NONE);
    let sarif: Value = serde_json::from_str(&sarif).expect("it is JSON");
    let results = sarif["runs"][0]["results"].as_array();
    assert!(results.is_some_and(|results| results.len() > 20));
}

/// Results with one fingerprint are one alert in code scanning and one issue in GitLab.
#[test]
fn one_path_of_two_equal_instructions_is_two_findings() {
    let copied = |image: ImageBuilder| image.layer("COPY . /", |layer| layer.file("key.pem", "x"));
    let image = copied(copied(ImageBuilder::new("twice:1")));
    let shell = Shell::new()
        .file("save.tar", docker_save(&image, Docker::New))
        .file(
            ".dive-ci",
            "rules: {lowestEfficiency: off, highestUserWastedPercent: off, deny: \"*.pem\"}\n",
        )
        .file("Dockerfile", "FROM scratch\nCOPY . /\nCOPY . /\n");
    let run = |format: &str| {
        let line = format!("--ci save.tar --dockerfile ./Dockerfile --report {format}");
        serde_json::from_str::<Value>(&shell.run(&line).stdout).expect("it is JSON")
    };
    let sarif = &run("sarif")["runs"][0]["results"];
    let print = |at: usize| sarif[at]["partialFingerprints"]["primaryLocationLineHash"].to_string();
    assert_ne!(print(0), print(1));
    let issues = run("codequality");
    assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
    let place = |at: usize| {
        let location = &issues[at]["location"];
        format!("{} {}", location["path"], location["lines"]["begin"])
    };
    // Both point to the second instruction, which hides the first file.
    assert_eq!(
        [place(0), place(1)],
        [r#""Dockerfile" 3"#, r#""Dockerfile" 3"#]
    );
}

#[test]
fn the_verdict_in_json_keeps_to_its_schema_and_names_every_path() {
    let schema = include_str!("../../docs/json.schema.json");
    let text = judged("json").stdout;
    assert_eq!(errors(schema, &text), NONE);
    let rules = &serde_json::from_str::<Value>(&text).expect("it is JSON")["verdict"]["rules"];
    let rules = rules.as_array().expect("a list").iter();
    let found: usize = rules
        .map(|rule| rule["violations"].as_array().map_or(0, Vec::len))
        .sum();
    assert!(found > 40, "{found}");
    let many = many().run("--ci --json - many.tar").stdout;
    assert_eq!(errors(schema, &many), NONE);
}

/// GitLab's requirements for an issue: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.
#[test]
fn code_quality_has_the_keys_that_gitlab_reads() {
    let schema = r#"{"type": "array", "items": {
        "type": "object", "additionalProperties": false,
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object", "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/.]"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
                }
            }
        }
    }}"#;
    let text = judged("codequality").stdout;
    assert_eq!(errors(schema, &text), NONE);
    let issues: Vec<Value> = serde_json::from_str(&text).expect("it is JSON");
    let prints: std::collections::BTreeSet<_> = issues
        .iter()
        .map(|issue| issue["fingerprint"].to_string())
        .collect();
    assert_eq!(prints.len(), issues.len(), "no two issues are one");
    assert!(
        issues
            .iter()
            .any(|issue| issue["location"]["lines"]["begin"] == 2)
    );
}

/// Returns `xmllint`'s errors for a JUnit report; nothing when it is not installed, which fails when `CI` is set.
pub fn invalid_junit(text: &str) -> Option<String> {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/schema/junit.xsd");
    let child = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema", schema, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        crate::command::skip("xmllint is not installed");
        return None;
    };
    let mut stdin = child.stdin.take().expect("piped");
    std::io::Write::write_all(&mut stdin, text.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it runs");
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    (!output.status.success()).then_some(printed)
}

#[test]
fn junit_keeps_to_its_schema() {
    let failing = judged("junit").stdout;
    assert_eq!(invalid_junit(&failing), None);
    assert_eq!(
        invalid_junit(&many().run("--ci --report junit many.tar").stdout),
        None
    );
    // The schema is strict: it refuses attributes that are unknown to Jenkins.
    let odd = failing.replacen("<testsuites ", "<testsuites skipped=\"1\" ", 1);
    assert!(odd != failing);
    let printed = invalid_junit(&odd);
    assert!(printed.is_none_or(|printed| printed.contains("skipped")));
}

/// Read by an independent library.
#[test]
fn junit_reads_back() {
    let report =
        quick_junit::Report::deserialize_from_str(&judged("junit").stdout).expect("it is JUnit");
    assert_eq!((report.tests, report.failures, report.errors), (8, 5, 0));
}

/// An image of 1200 denied files of different sizes, with names as long as markup allows.
fn many() -> Shell {
    let image = ImageBuilder::new("many:1").layer(&"RUN ".repeat(200), |mut layer| {
        for at in 0..1200 {
            let name = format!("{}{at}", "|`".repeat(110));
            layer = layer.filled(name, 10_000 - at, 1);
        }
        layer
    });
    let globs: Vec<String> = (0..3000)
        .map(|at| format!("\"**/|`|`|`|`|`{at}\""))
        .collect();
    let rules = format!(
        "rules: {{budget: {{\"/**\": 1}}, deny: [\"/**\", {}], highestImageSize: 1}}\n",
        globs.join(", ")
    );
    Shell::new()
        .file("many.tar", docker_save(&image, Docker::New))
        .file(".dive-ci", rules)
}

#[test]
fn omitted_paths_are_counted() {
    let shell = many();
    let report = |format| {
        shell
            .run(&format!("--ci many.tar --report {format}"))
            .stdout
    };
    let bytes = |from: u64| (from..1200).map(|at| 10_000 - at).sum::<u64>();
    let rest = |from: u64| {
        let megabytes = dive_rs::bytes::human(bytes(from), dive_rs::bytes::Units::Si);
        format!("and {} more, {megabytes}", 1200 - from)
    };
    let times = |text: &str, from| text.matches(&rest(from)).count();
    assert_eq!(times(&report("text"), 5), 2);
    assert_eq!(times(&report("markdown"), 20), 2);
    assert_eq!(times(&report("junit"), 100), 2);
    assert_eq!(times(&report("sarif"), 1000), 2);
    assert_eq!(times(&report("codequality"), 1000), 2);
    // The first three rules share the room for seven paths; the first has none.
    let github = report("github");
    assert_eq!(github.lines().count(), 10);
    for from in [4, 3] {
        let weight = dive_rs::bytes::human(bytes(from), dive_rs::bytes::Units::Si);
        let printed = format!("({} of 1200 paths not listed, {weight})", 1200 - from);
        assert!(github.contains(&printed), "{printed}\n{github}");
    }
    let json: Value = serde_json::from_str(&report("json")).expect("it is JSON");
    for rule in json["verdict"]["rules"].as_array().expect("a list") {
        let all = rule["violations"].as_array().map_or(0, Vec::len);
        let named = ["budget", "deny"].map(Value::from);
        assert_eq!(
            all,
            if named.contains(&rule["rule"]) {
                1200
            } else {
                0
            }
        );
    }
}

/// GitHub refuses longer summaries and shows ten annotations of a kind.
#[test]
fn a_jobs_summary_and_annotations_stay_within_githubs_limits() {
    let shell = many();
    let summary = shell
        .path()
        .join("summary.md")
        .to_string_lossy()
        .into_owned();
    let shell = shell.env("GITHUB_STEP_SUMMARY", &summary);
    let ended = shell.run("--ci many.tar --report github");
    assert!(shell.read("summary.md").len() <= 1 << 20);
    let count = |word| {
        ended
            .stdout
            .lines()
            .filter(|line| line.starts_with(word))
            .count()
    };
    assert_eq!((count("::error "), count("::")), (10, 10));
}

#[test]
fn a_jobs_summary_that_cannot_be_written_is_an_error() {
    let shell = crate::sample_image::shell();
    let summary = shell.path().join("no/such/summary.md");
    let summary = summary.to_string_lossy().into_owned();
    let shell = shell.env("GITHUB_STEP_SUMMARY", &summary);
    let ended = shell.run("--ci shop.tar --report github");
    assert_eq!(ended.code, Some(2));
    let printed = "error: cannot write [DIR]/no/such/summary.md\n";
    assert!(ended.stderr.starts_with(printed), "{}", ended.stderr);
    assert!(ended.stderr.contains("\nhint: "), "{}", ended.stderr);
}

/// When one report cannot be written, the others still are.
#[test]
fn a_report_that_cannot_be_written_is_an_error_and_the_others_are_there() {
    let shell = crate::sample_image::shell();
    let ended = shell
        .run("--ci shop.tar --report sarif=no/such/s.sarif --report junit=j.xml --report markdown");
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("no/such/s.sarif"), "{}", ended.stderr);
    assert!(shell.read("j.xml").ends_with("</testsuites>\n"));
    assert!(
        ended.stdout.starts_with("<!-- dive-rs -->\n## "),
        "{}",
        ended.stdout
    );
}
