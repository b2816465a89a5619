//! Scan reports, written by hand in the formats of Trivy 0.5x, Grype 0.8x and 0.9x, OSV-Scanner 2 and SARIF 2.1.0: reading, linking to the image,
//! output and errors. No scanner runs: a script replaces it and checks its arguments.

use dive_rs::scan::{Severity, Vulnerability, parse};
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save, hex, layer_tar};

const STATUS: &str = "Package: openssl\nStatus: install ok installed\nVersion: 3.0.1-1\nArchitecture: amd64\n\n\
                      Package: zlib1g\nStatus: install ok installed\nVersion: 1:1.2.13\nArchitecture: amd64\n\n";

fn image() -> ImageBuilder {
    ImageBuilder::new("app:1")
        .layer("ADD base", |layer| {
            layer
                .file("var/lib/dpkg/status", STATUS)
                .file("var/lib/dpkg/info/openssl.list", "/usr/bin/openssl\n")
                .filled("usr/bin/openssl", 9000, 1)
        })
        .layer("COPY app", |layer| {
            layer
                .file(
                    "app/node_modules/lodash/package.json",
                    r#"{"name":"lodash","version":"4.17.4"}"#,
                )
                .filled("app/server", 5000, 2)
        })
}

fn diff_id(layer: usize) -> String {
    format!("sha256:{}", hex(&layer_tar(&image().layers[layer])))
}

fn trivy() -> Value {
    json!({
        "SchemaVersion": 2,
        "ArtifactName": "app.tar",
        "ArtifactType": "container_image",
        "Metadata": {"OS": {"Family": "debian", "Name": "12"}},
        "Results": [
            {
                "Target": "app.tar (debian 12)", "Class": "os-pkgs", "Type": "debian",
                "Vulnerabilities": [
                    {
                        "VulnerabilityID": "CVE-2024-0001", "PkgID": "openssl@3.0.1-1", "PkgName": "openssl",
                        "InstalledVersion": "3.0.1-1", "FixedVersion": "3.0.2-1", "Status": "fixed",
                        "Layer": {"Digest": "sha256:0", "DiffID": diff_id(0)},
                        "Severity": "CRITICAL", "Title": "openssl: a \u{1b}[31m title"
                    },
                    {
                        "VulnerabilityID": "CVE-2024-0002", "PkgName": "zlib1g", "InstalledVersion": "1:1.2.13",
                        "Layer": {}, "Severity": "LOW"
                    }
                ]
            },
            {
                "Target": "Node.js", "Class": "lang-pkgs", "Type": "node-pkg",
                "Vulnerabilities": [
                    {
                        "VulnerabilityID": "CVE-2019-10744", "PkgName": "lodash", "PkgPath": "app/node_modules/lodash/package.json",
                        "InstalledVersion": "4.17.4", "FixedVersion": "4.17.12", "Layer": {"DiffID": diff_id(1)}, "Severity": "CRITICAL"
                    },
                    {
                        "VulnerabilityID": "CVE-2019-10744", "PkgName": "lodash", "PkgPath": "app/node_modules/lodash/package.json",
                        "InstalledVersion": "4.17.4", "FixedVersion": "4.17.12", "Severity": "CRITICAL"
                    }
                ]
            },
            {"Target": "app/server", "Class": "lang-pkgs", "Type": "gobinary", "Vulnerabilities": [
                {"VulnerabilityID": "CVE-2023-0003", "PkgName": "stdlib", "InstalledVersion": "1.19.4", "FixedVersion": "1.19.6", "Severity": "HIGH"}
            ]},
            {"Target": "elsewhere", "Class": "lang-pkgs", "Type": "jar", "Vulnerabilities": [
                {"VulnerabilityID": "CVE-2020-0004", "PkgName": "ghost\u{1b}", "InstalledVersion": "1", "Severity": "HIGH"}
            ]},
            {"Target": "clean", "Class": "lang-pkgs", "Vulnerabilities": null}
        ]
    })
}

fn grype() -> Value {
    json!({
        "matches": [
            {
                "vulnerability": {
                    "id": "CVE-2024-0001", "severity": "High", "namespace": "debian:distro:debian:12",
                    "fix": {"versions": ["3.0.2-1"], "state": "fixed"}, "cvss": []
                },
                "relatedVulnerabilities": [], "matchDetails": [],
                "artifact": {
                    "id": "a", "name": "openssl", "version": "3.0.1-1", "type": "deb",
                    "locations": [{"path": "/var/lib/dpkg/status", "layerID": diff_id(0)}],
                    "purl": "pkg:deb/debian/openssl@3.0.1-1"
                }
            },
            {
                "vulnerability": {
                    "id": "CVE-2024-0005", "severity": "Unknown", "fix": {"versions": [], "state": "unknown"},
                    "cvss": [{"version": "3.1", "vector": "", "metrics": {"baseScore": 5.3}}, {"metrics": {"baseScore": 9.1}}]
                },
                "artifact": {"name": "zlib1g", "version": "1:1.2.13", "type": "deb", "locations": []}
            },
            {
                "vulnerability": {"id": "CVE-2005-2541", "severity": "Negligible"},
                "artifact": {"name": "tar", "version": "1.34"}
            }
        ],
        "source": {"type": "image"},
        "descriptor": {"name": "grype", "version": "0.9"}
    })
}

fn osv() -> Value {
    json!({
        "results": [{
            "source": {"path": "/app/node_modules/lodash/package.json", "type": "artifact"},
            "packages": [{
                "package": {"name": "lodash", "version": "4.17.4", "ecosystem": "npm", "image_origin_details": {"index": 1}},
                "vulnerabilities": [
                    {
                        "id": "GHSA-jf85-cpcp-j695", "aliases": ["CVE-2019-10744"],
                        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H"}],
                        "affected": [
                            {"package": {"name": "lodash"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "4.17.12"}]}]},
                            {"package": {"name": "lodash-es"}, "ranges": [{"events": [{"fixed": "9"}]}]}
                        ]
                    },
                    {"id": "CVE-2019-10744", "aliases": ["GHSA-jf85-cpcp-j695"]},
                    {"id": "GHSA-word", "database_specific": {"severity": "MODERATE"}, "severity": [{"score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]},
                    {"id": "GHSA-vector", "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]},
                    {"id": "GHSA-silent"}
                ],
                "groups": [
                    {"ids": ["GHSA-jf85-cpcp-j695", "CVE-2019-10744"], "max_severity": "9.1"},
                    {"ids": ["GHSA-word"], "max_severity": ""}
                ]
            }]
        }],
        "image_metadata": {"os": "Debian", "layer_metadata": [{"diff_id": diff_id(0)}, {"diff_id": diff_id(1), "command": "COPY"}]}
    })
}

fn sarif() -> Value {
    json!({
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [
            {
                "tool": {"driver": {"name": "Trivy", "rules": [
                    {"id": "CVE-2024-0001", "name": "OsPackageVulnerability", "properties": {"security-severity": "9.8"}},
                    {"id": "private-key", "name": "Secret"}
                ]}},
                "results": [
                    {
                        "ruleId": "CVE-2024-0001", "ruleIndex": 0, "level": "error",
                        "message": {"text": "Package: openssl\nInstalled Version: 3.0.1-1\nVulnerability CVE-2024-0001\nSeverity: HIGH\nFixed Version: 3.0.2-1\nLink: [x](y)"},
                        "locations": [{"physicalLocation": {"artifactLocation": {"uri": "library/app", "uriBaseId": "ROOTPATH"}}}]
                    },
                    {"ruleId": "private-key", "ruleIndex": 1, "level": "error", "message": {"text": "Artifact: x\nSecret AsymmetricPrivateKey\nSeverity: HIGH"}}
                ]
            },
            {
                "tool": {"driver": {"name": "Grype", "rules": [
                    {"id": "CVE-2024-0005-zlib1g", "help": {"text": "Vulnerability CVE-2024-0005\nSeverity: medium\nPackage: zlib1g\nVersion: 1:1.2.13\nFix Version: \nType: deb\nLocation: /var/lib/dpkg/status"}}
                ]}},
                "results": [{
                    "ruleId": "CVE-2024-0005-zlib1g", "ruleIndex": 0, "message": {"text": "A medium vulnerability in deb package"},
                    "locations": [{
                        "physicalLocation": {"artifactLocation": {"uri": "image//var/lib/dpkg/status"}},
                        "logicalLocations": [{"fullyQualifiedName": format!("app.tar@{}:/var/lib/dpkg/status", diff_id(0))}]
                    }]
                }]
            },
            {
                "tool": {"driver": {"name": "osv-scanner", "rules": [{"id": "CVE-2019-10744", "properties": {"security-severity": 9.1}}]}},
                "results": [{
                    "ruleId": "CVE-2019-10744", "level": "warning",
                    "message": {"text": "Package 'lodash@4.17.4' is vulnerable to 'CVE-2019-10744' (also known as 'GHSA-jf85-cpcp-j695')."},
                    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "file:///app/node_modules/lodash/package.json"}}}]
                }]
            }
        ]
    })
}

fn read(report: &Value) -> dive_rs::scan::ScanReport {
    parse(report.to_string().as_bytes(), "report").expect("a report")
}

/// One line per vulnerability, with the layer's index.
fn lines(report: &Value) -> String {
    let line = |one: Vulnerability| {
        let layer = one
            .layer
            .as_deref()
            .and_then(|layer| (0..2).find(|&at| diff_id(at) == layer));
        let Vulnerability {
            id,
            severity,
            package,
            version,
            fixed,
            path,
            ..
        } = one;
        let (severity, path) = (severity.name(), path.unwrap_or_default());
        format!("{id} | {severity} | {package} | {version} | {fixed} | {path} | {layer:?}")
    };
    let scan = read(report);
    let found: Vec<String> = scan.found.into_iter().map(line).collect();
    format!("{}\n{}", scan.tools.join(", "), found.join("\n"))
}

#[test]
fn every_format_gives_the_same_vulnerabilities() {
    let all = [trivy(), grype(), osv(), sarif()].map(|report| lines(&report));
    assert_snapshot!("formats", all.join("\n\n"));
    let old = trivy()["Results"].take();
    assert_eq!(lines(&old), lines(&trivy()), "before schema 2");
}

#[test]
fn empty_reports_are_reports() {
    for report in [
        json!({"SchemaVersion": 2, "ArtifactName": "x", "Metadata": {}}),
        json!({"matches": []}),
        json!({"results": null}),
        json!({"version": "2.1.0", "runs": []}),
        json!([]),
    ] {
        assert_eq!(read(&report).found, [], "{report}");
    }
}

fn shell() -> Shell {
    let clean =
        ImageBuilder::new("clean:1").layer("COPY app", |layer| layer.filled("app/server", 5000, 2));
    Shell::new()
        .file("app.tar", docker_save(&image(), Docker::New))
        .file("clean.tar", docker_save(&clean, Docker::New))
        .file("trivy.json", trivy().to_string())
        .file("grype.json", grype().to_string())
        .file("none.json", json!({"matches": []}).to_string())
}

fn from(text: &str, start: &str) -> String {
    let at = text.find(start).unwrap_or_else(|| panic!("{text}"));
    text[at..].to_owned()
}

#[test]
fn text_shows_layer_and_package() {
    let shell = shell();
    let one = shell.run("app.tar --scan-report trivy.json").stdout;
    assert_snapshot!("text", from(&one, "Vulnerabilities"));
    let merged = shell
        .run("app.tar --scan-report trivy.json --scan-report grype.json")
        .stdout;
    assert_snapshot!("merged", from(&merged, "Vulnerabilities"));
    let two = shell
        .run("app.tar clean.tar --scan-report trivy.json --scan-report none.json")
        .stdout;
    let two = from(&two, "  vulnerabilities");
    assert_snapshot!("two", two.split("\n\n").next().unwrap_or_default());
    let markdown = shell
        .run("--report markdown app.tar clean.tar --scan-report trivy.json --scan-report none.json")
        .stdout;
    let markdown = from(&markdown, "| Vulnerabilities");
    assert_snapshot!(
        "markdown of two",
        markdown.split("\n\n").next().unwrap_or_default()
    );
}

#[test]
fn json_keeps_to_its_schemas() {
    let shell = shell();
    let check = |schema: &str, line: &str| -> Value {
        let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
        let document: Value = serde_json::from_str(&shell.run(line).stdout).expect("it is JSON");
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new());
        document["vulnerabilities"].clone()
    };
    let one = check(
        include_str!("../../docs/json.schema.json"),
        "--ci --rule highestCritical=0 --json - app.tar --scan-report trivy.json",
    );
    assert_snapshot!("json", format!("{one:#}"));
    let two = check(
        include_str!("../../docs/compare.schema.json"),
        "--json - app.tar clean.tar --scan-report trivy.json --scan-report none.json",
    );
    assert_eq!(
        (
            &two["before"]["counts"]["critical"],
            &two["after"]["counts"]["critical"]
        ),
        (&2.into(), &0.into())
    );
}

#[test]
fn rules_count_them_by_severity() {
    let shell = shell().file(
        ".dive-ci",
        "rules:\n  highestCritical: 0\n  highestHigh: 1\n  highestMedium: 0\n  highestLow: 1\nwarn: [highestHigh]\n",
    );
    let failed = shell.run("--ci app.tar --scan-report trivy.json");
    assert_eq!(failed.code, Some(1));
    assert_snapshot!("rules", from(&failed.stdout, "Rules"));
    let markdown = shell
        .run("--ci --report markdown app.tar --scan-report trivy.json")
        .stdout;
    assert_snapshot!("rules in markdown", from(&markdown, "### highestCritical"));
    // Nothing was scanned, so nothing is reported.
    let unsaid = shell.run("--ci app.tar");
    assert!(unsaid.stdout.contains("no scan report"), "{unsaid}");
    let own = shell.file(".dive-ci", "layers: own\nrules:\n  highestCritical: 1\n");
    let own = own.run("--ci app.tar --scan-report trivy.json --base-layers 1");
    assert_eq!(own.code, Some(0), "{own}");
}

#[test]
fn invalid_reports_are_refused() {
    let shell = shell()
        .file("text.json", "not JSON")
        .file("odd.json", r#"{"results": "fine", "\u001b[31m": 1}"#)
        .file("list.json", "[1]")
        .file("void.json", "{}");
    let lines = [
        "app.tar --scan-report absent.json",
        "app.tar --scan-report text.json",
        "app.tar --scan-report odd.json",
        "app.tar --scan-report list.json",
        "app.tar --scan-report void.json",
        "app.tar --scan-report app.tar",
        "app.tar clean.tar --scan-report trivy.json",
        "app.tar --scan trivy --scan-report trivy.json",
        "app.tar --scan nessus",
        "app.tar --scan grype",
        "--demo --json - --scan trivy",
    ];
    let observed = lines.map(|line| format!("$ dive-rs {line}\n{}", shell.run(line)));
    assert_snapshot!("refused", observed.join("\n"));
}

#[cfg(unix)]
#[test]
fn a_scanner_runs_on_the_archive_and_its_errors_are_shown() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = |shell: Shell, name: &str, script: &str| {
        let shell = shell.file(name, format!("#!/bin/sh\n{script}\n"));
        let path = shell.path().join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))
            .expect("it is there");
        let path = format!("{}:/usr/bin:/bin", shell.path().display());
        shell.env("PATH", &path)
    };
    let shell = program(
        shell(),
        "trivy",
        "[ \"$*\" = 'image --quiet --format json --scanners vuln --input app.tar' ] || { echo \"asked: $*\" >&2; exit 3; }\necho some noise >&2\ncat trivy.json",
    );
    let shell = program(
        shell,
        "grype",
        "case \"$*\" in '--quiet --output json docker-archive:clean.tar') cat none.json;; '--quiet --output json app.tar') cat grype.json;; *) echo \"asked: $*\" >&2; exit 3;; esac",
    );
    let handed = shell.run("app.tar --scan-report trivy.json");
    let run = shell.run("app.tar --scan trivy");
    assert_eq!(
        (run.code, &run.stdout, &*run.stderr),
        (Some(0), &handed.stdout, "")
    );
    let two = shell.run("app.tar docker-archive://clean.tar --scan grype");
    assert!(
        two.stdout
            .contains("critical                1           0           −1"),
        "{two}"
    );
    let shell = program(
        shell,
        "trivy",
        "printf 'a line\\n\\033[31mFATAL no database\\n' >&2\nexit 1",
    );
    assert_snapshot!("scanner fails", shell.run("app.tar --scan trivy"));
    let shell = program(shell, "trivy", "echo nothing");
    assert_snapshot!(
        "scanner prints something else",
        shell.run("app.tar --scan trivy")
    );
}

/// Ctrl-C also ends a running scanner.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_the_scanner() {
    use std::io::Read as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::{Command, Stdio};
    // The first output shows that it runs, the closed pipe that it has ended.
    let shell = shell().file(
        "trivy",
        "#!/bin/sh\nmkfifo held\necho $$ > begun\nmv begun running\nexec cat held\n",
    );
    let path = shell.path().join("trivy");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("it is there");
    let mut run = Command::new(env!("CARGO_BIN_EXE_dive-rs"))
        .args(["app.tar", "--scan", "trivy"])
        .current_dir(shell.path())
        .env("PATH", format!("{}:/usr/bin:/bin", shell.path().display()))
        .env("HOME", shell.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary was built");
    let running = shell.path().join("running");
    while !running.exists() {
        std::thread::yield_now();
    }
    let scanner = std::fs::read_to_string(&running).expect("it is there");
    let scanner = format!("/proc/{}", scanner.trim());
    let signalled = Command::new("kill")
        .args(["-INT", &run.id().to_string()])
        .status();
    assert!(signalled.expect("there is kill").success());
    let mut out = Vec::new();
    run.stdout
        .take()
        .expect("piped")
        .read_to_end(&mut out)
        .expect("it ends");
    assert_eq!(run.wait().expect("it ends").code(), Some(130));
    // The signal was sent before dive-rs ended; the process is gone as soon as its parent reaps it.
    let state = || std::fs::read_to_string(format!("{scanner}/stat")).unwrap_or_default();
    while !matches!(
        state()
            .rsplit(") ")
            .next()
            .and_then(|rest| rest.chars().next()),
        None | Some('Z')
    ) {
        std::thread::yield_now();
    }
}

proptest! {
    /// Any file is read or refused.
    #[test]
    fn any_report_is_read_or_refused(cut in 0_usize..4000, which in 0_usize..4, put in any::<u8>()) {
        let mut bytes = [trivy(), grype(), osv(), sarif()][which].to_string().into_bytes();
        let at = cut % bytes.len();
        bytes[at] = put;
        let _ = parse(&bytes, "report");
        bytes.truncate(at);
        prop_assert!(parse(&bytes, "report").is_err());
    }

    /// Every score has a severity, and a higher score never a lower one.
    #[test]
    fn severities_follow_scores(one in 0.0_f64..=10.0, other in 0.0_f64..=10.0) {
        let (low, high) = (one.min(other), one.max(other));
        prop_assert!(Severity::of_score(low) <= Severity::of_score(high));
        prop_assert_ne!(Severity::of_score(low), Severity::Unknown);
    }
}
