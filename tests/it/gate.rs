//! Rules on findings through the binary: failing, passing, refused and accepted findings, in every report format.

use insta::assert_snapshot;
use serde_json::Value;

use crate::command::{Ended, Shell};
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save};
use crate::verdict::FORMATS;

const DOCKERFILE: &str = "FROM debian:12
RUN apt-get update && apt-get install -y --no-install-recommends git
COPY keys /srv
RUN rm -rf /srv/tmp
CMD [\"sh\"]
";

/// An image that runs as root, with package lists (1 MB), two keys, and 100 kB that a later layer deletes.
fn image() -> ImageBuilder {
    ImageBuilder::new("gate:1")
        .config(dive_rs::image::Config {
            cmd: vec!["sh".to_owned()],
            ..Default::default()
        })
        .layer("", |layer| layer.filled("usr/bin/sh", 90_000, 1).mode(0o4755))
        .layer(
            "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends git # buildkit",
            |layer| {
                (0..50).fold(layer, |layer, at| {
                    layer.filled(format!("var/lib/apt/lists/{at}"), 20_000, 1)
                })
            },
        )
        .layer("COPY keys /srv # buildkit", |layer| {
            layer
                .file("srv/id_rsa", "one")
                .file("srv/test/id_rsa", "two")
                .filled("srv/tmp/x", 100_000, 2)
        })
        .layer("RUN /bin/sh -c rm -rf /srv/tmp # buildkit", |layer| {
            layer.whiteout("srv/tmp")
        })
}

/// Returns a shell with the image and a rules file; dive's rules are disabled.
fn shell(rules: &str) -> Shell {
    let off = "  lowestEfficiency: off\n  highestUserWastedPercent: off\n";
    let rules = rules.replace("rules:\n", &format!("rules:\n{off}"));
    Shell::new()
        .file("gate.tar", docker_save(&image(), Docker::New))
        .file("Dockerfile", DOCKERFILE)
        .file(".dive-ci", rules)
}

fn judged(rules: &str) -> Ended {
    shell(rules).run("--ci gate.tar --base-layers 1")
}

#[test]
fn findings_fail_by_id_by_level_and_by_bytes() {
    let cases = [
        (
            "denyFindings",
            "[documents, unstripped]",
            "[secret, package-caches]",
            "[secrets]",
        ),
        ("denyFindings", "duplicates", "Secret", "3"),
        ("denyLevel", "disabled", "error", "warn"),
        ("denyLevel", "off", "note", "[error]"),
        ("highestSavingsBytes", "1.1MB", "1099999", "much"),
    ];
    for (name, passing, failing, bad) in cases {
        let rules = |limit: &str| format!("rules:\n  {name}: {limit}\n");
        let code = |limit: &str| judged(&rules(limit)).code;
        assert_eq!(code(passing), Some(0), "{name}: {passing}");
        assert_eq!(code(failing), Some(1), "{name}: {failing}");
        assert_eq!(code(bad), Some(2), "{name}: {bad}");
        let warned = judged(&format!("{}warn: [{name}]\n", rules(failing)));
        assert_eq!(warned.code, Some(0), "{name} only warns");
        assert!(warned.stdout.contains(&format!("WARN  {name}")), "{warned}");
    }
    let typed = |rule: &str| shell("rules:\n").run_args(&["--ci", "gate.tar", "--rule", rule], b"");
    for (rule, code) in [
        ("denyFindings=secret", 1),
        ("denyFindings=documents,package-caches", 1),
        ("denyFindings=[documents, secret]", 1),
        ("denyFindings=documents", 0),
        ("denyLevel=Error", 1),
        ("denyLevel=fatal", 2),
    ] {
        assert_eq!(typed(rule).code, Some(code), "{rule}");
    }
}

/// Refused before an image is loaded, each with the allowed values.
#[test]
fn unknown_findings_are_refused() {
    let files = [
        "rules:\n  denyFindings: [secret, package-cache]\n",
        "rules:\n  denyLevel: warn\n",
        "accept:\n  - {id: secret, path: /a}\n",
        "accept:\n  - id: secret\n    path: /a\n    reason: ''\n",
        "accept:\n  - id: secrets\n    reason: fine\n",
        "accept:\n  - {id: secret, path: '', reason: fine}\n",
        "accept:\n  - {id: secret, path: 'a[', reason: fine}\n",
        "accept:\n  - reason: fine\n",
        "accept:\n  - secret\n",
        "accept:\n  - {id: [secret], reason: fine}\n",
        "accept: secret\n",
        "accept:\n  - {id: secret, because: fine, reason: fine}\n",
        "accept:\n",
    ];
    let printed = files.map(|text| {
        let ended = Shell::new().file(".dive-ci", text).run("--ci missing.tar");
        assert_eq!(ended.code, Some(2));
        format!("# {}\n{}", text.trim().replace('\n', "\n# "), ended.stderr)
    });
    assert_snapshot!("refused", printed.join("\n"));
}

const RULES: &str = "rules:
  denyFindings: [secret]
  denyLevel: warning
  highestSavingsBytes: 50kB
warn: [denyLevel]
accept:
  - id: secret
    path: /srv/test/**
    reason: a key of the tests, known to everybody
  - id: runs-as-root
    reason: binds port 80
  - id: secret
    path: /gone
    reason: was needed once
";

#[test]
fn every_report_lists_findings_and_accepted_ones() {
    let shell = shell(RULES);
    // dive's own text has no findings.
    for format in FORMATS.into_iter().filter(|format| *format != "dive") {
        let line =
            format!("--ci gate.tar --base-layers 1 --dockerfile Dockerfile --report {format}");
        let mut ended = shell.run(&line);
        assert_eq!(ended.code, Some(1), "{format}");
        match format {
            "json" => {
                let json: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
                ended.stdout = format!("{:#}\n", json["verdict"]);
            }
            "sarif" => {
                let json: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
                ended.stdout = format!("{:#}\n", json["runs"][0]["results"]);
            }
            _ => {}
        }
        assert_snapshot!(format!("report {format}"), ended);
    }
}

#[test]
fn reports_of_findings_keep_to_their_schemas() {
    let shell = shell(RULES);
    let run = |format: &str| {
        shell
            .run(&format!("--ci gate.tar --report {format}"))
            .stdout
    };
    let json = include_str!("../../docs/json.schema.json");
    assert_eq!(
        crate::verdict::errors(json, &run("json")),
        crate::verdict::NONE
    );
    let sarif = include_str!("schema/sarif-2.1.0.json").replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    assert_eq!(
        crate::verdict::errors(&sarif, &run("sarif")),
        crate::verdict::NONE
    );
    assert_eq!(crate::verdict::invalid_junit(&run("junit")), None);
}

#[test]
fn accepted_findings_break_no_rule() {
    let accept = |what: &str| {
        let rules = format!("rules:\n  denyFindings: [secret, runs-as-root]\naccept: [{what}]\n");
        judged(&rules)
    };
    let root = "{id: runs-as-root, reason: r}";
    let both = accept(&format!("{root}, {{id: secret, path: id_rsa, reason: r}}"));
    assert_eq!(both.code, Some(0), "{both}");
    assert!(!both.stderr.contains("remove this entry"), "{both}");
    assert_eq!(
        accept(&format!("{root}, {{id: secret, reason: r}}")).code,
        Some(0)
    );
    let one = accept(&format!(
        "{root}, {{id: secret, path: /srv/id_rsa, reason: r}}"
    ));
    assert_eq!(one.code, Some(1), "{one}");
    assert!(
        one.stdout
            .contains("/srv/test/id_rsa: secret [secret], 1 path (1 more accepted)"),
        "{one}"
    );
    // runs-as-root has no path.
    let nowhere = accept("{id: runs-as-root, path: '/**', reason: r}, {id: secret, reason: r}");
    assert_eq!(nowhere.code, Some(1), "{nowhere}");
    assert!(
        nowhere
            .stderr
            .contains(".dive-ci:5: accept: no runs-as-root at `/**` found; remove this entry"),
        "{nowhere}"
    );
    // Findings without a rule are not looked for.
    let unasked = judged("rules:\naccept: [{id: secret, reason: r}]\n");
    assert_eq!(unasked.code, Some(0));
    assert!(
        unasked
            .stderr
            .contains("accept has no effect: no rule checks findings: denyFindings"),
        "{unasked}"
    );
}

/// Entries of the base do not count; findings about the image as such do.
#[test]
fn findings_can_be_limited_to_own_layers() {
    let setuid = |layers: &str| {
        judged(&format!(
            "rules:\n  denyFindings: [setuid]\nlayers: {layers}\n"
        ))
        .code
    };
    assert_eq!((setuid("all"), setuid("own")), (Some(1), Some(0)));
    let root = judged("rules:\n  denyFindings: [runs-as-root]\nlayers: own\n");
    assert_eq!(root.code, Some(1), "{root}");
}

/// One finding, however many paths.
#[test]
fn many_paths_are_one_finding() {
    let image = ImageBuilder::new("many:1").layer("RUN /bin/sh -c make # buildkit", |layer| {
        (0..25_000).fold(layer, |layer, at| {
            layer.file(format!("srv/{at}"), "").mode(0o666)
        })
    });
    let shell = Shell::new().file("many.tar", docker_save(&image, Docker::New));
    let ended = shell.run("--ci --rule denyFindings=world-writable --report sarif many.tar");
    assert_eq!(ended.code, Some(1));
    let sarif: Value = serde_json::from_str(&ended.stdout).expect("it is JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(results.len(), 1);
    let printed = results[0]["message"]["text"].as_str().unwrap_or_default();
    assert!(
        printed.contains("[world-writable], 25 000 paths"),
        "{printed}"
    );
}

/// Files are read only for rules that need them. Counts work, not time.
#[cfg(target_os = "linux")]
#[test]
fn files_are_read_only_if_a_rule_needs_them() {
    use std::io::Read as _;
    let text = "a line of plain text\n".repeat(5000);
    // So many that the report exceeds a pipe's buffer and the program waits, with everything read, for a reader.
    let image = ImageBuilder::new("texts:1").layer("COPY . /", |layer| {
        let layer = (0..40).fold(layer, |layer, at| {
            layer.file(format!("text{at}"), &text[at..])
        });
        (0..1000).fold(layer, |layer, at| layer.file(format!("srv/{at}.pyc"), ""))
    });
    let shell = Shell::new().file("texts.tar", docker_save(&image, Docker::New));
    let read = |rule: &str| {
        let mut gate = std::process::Command::new(env!("CARGO_BIN_EXE_dive-rs"))
            .args(["--ci", "texts.tar", "--report", "codequality"])
            .args(["--rule", "deny=*.pyc", "--rule", rule])
            .current_dir(shell.path())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("the binary was built");
        let mut stdout = gate.stdout.take().expect("piped");
        stdout.read_exact(&mut [0; 1]).expect("it reports");
        let read = crate::pty::bytes_read(gate.id());
        drop(stdout);
        gate.wait().expect("it ends");
        read
    };
    let [plain, requested] = ["denyFindings=off", "denyFindings=secret"].map(read);
    let texts = 40 * text.len() as u64;
    assert!(plain < texts / 2, "{plain} B of {texts}");
    assert!(requested > texts - texts / 10, "{requested} B of {texts}");
}
