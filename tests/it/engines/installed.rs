//! Packages that dive-rs finds in real Alpine and Debian images, compared with the package manager's own list inside them.

use std::io::Write as _;
use std::process::Command;

use serde_json::Value;

use super::Tested;
use crate::command::Shell;

#[test]
fn alpine_matches_apk() {
    has("alpine:3.20", "apk", &["info", "-v"], |name, version| {
        format!("{name}-{version}")
    });
}

#[test]
fn debian_matches_dpkg() {
    let format = "-f=${binary:Package} ${Version}\n";
    has(
        "debian:bookworm",
        "dpkg-query",
        &["-W", format],
        |name, version| format!("{name} {version}"),
    );
}

fn has(image: &str, program: &str, args: &[&str], line: impl Fn(&str, &str) -> String) {
    let Some(tested) = Tested::of("DIVE_RS_TEST_DOCKER") else {
        return;
    };
    let address = format!("unix://{}", tested.socket.path().display());
    let docker = |args: &[&str]| {
        let mut command = Command::new(&tested.cli);
        let command = command.env("DOCKER_HOST", &address).args(args);
        command.output().expect("docker's command")
    };
    let there = docker(&["image", "inspect", image]).status.success();
    if !there && !docker(&["pull", "--quiet", image]).status.success() {
        // The demo tests check their trees of the same distributions.
        let _ = writeln!(std::io::stderr(), "{image} cannot be had: not compared");
        return;
    }
    let run = [
        "run",
        "--rm",
        "--network",
        "none",
        "--entrypoint",
        program,
        image,
    ];
    let printed = docker(&[run.as_slice(), args].concat());
    assert!(printed.status.success(), "{printed:?}");
    let printed = String::from_utf8(printed.stdout).expect("names of packages");
    // dpkg adds the architecture to the names of foreign packages only.
    let plain = |line: &str| line.replace(":amd64 ", " ").replace(":arm64 ", " ");
    let mut expected: Vec<String> = printed.lines().map(plain).collect();
    expected.sort();

    let shell = Shell::new().env("DOCKER_HOST", &address);
    let ended = shell.run(&format!("--json - docker://{image}"));
    let document: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended}"));
    let packages = document["packages"].as_array().expect("packages");
    let text = |package: &Value, key: &str| package[key].as_str().expect("a text").to_owned();
    let mut found: Vec<String> = packages
        .iter()
        .filter(|package| ["apk", "dpkg"].contains(&text(package, "kind").as_str()))
        .map(|package| line(&text(package, "name"), &text(package, "version")))
        .collect();
    found.sort();
    assert!(found.len() > 10, "{found:?}");
    assert_eq!(found, expected);
}
