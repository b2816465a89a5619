//! Follows a finding with a real engine: builds the demo's Go image from its Dockerfile, then with the finding's lines, and compares the saving with
//! the predicted one.

use std::process::{Command, Stdio};

use serde_json::Value;

use super::build::context;
use super::{Tested, address, skip};
use crate::command::Shell;

const DOCKERFILE: &str = include_str!("../../../assets/demo/go-app/Dockerfile.onbuild");
const MAIN: &str = include_str!("../../../assets/demo/go-app/main.go");
/// The largest error of a prediction, in percent.
const PERCENT: u64 = 2;

/// A build, and the engine for it.
struct Site<'a> {
    tested: &'a Tested,
    shell: Shell,
}

impl Site<'_> {
    /// Runs the engine's own command and returns whether it succeeded.
    fn engine(&self, args: &[&str]) -> bool {
        let address = format!("unix://{}", self.tested.socket.path().display());
        let mut command = Command::new(&self.tested.cli);
        let command = command.args(["-H", &address]).args(args);
        let ended = command
            .env("DOCKER_BUILDKIT", "0")
            .stdin(Stdio::null())
            .output()
            .expect("the engine's command");
        let words = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(
            ended.status.success() || args[0] == "image",
            "{args:?}: {words}"
        );
        ended.status.success()
    }

    /// Builds a Dockerfile and returns the content analysis of the image.
    fn build(&self, tag: &str, dockerfile: &str) -> Value {
        let folder = self.shell.path().join("app");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("main.go"), MAIN).unwrap();
        std::fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
        let (folder, tag) = (
            folder.display().to_string(),
            format!("dive-rs-advice:{tag}"),
        );
        self.engine(&["build", "--quiet", "--network", "host", "-t", &tag, &folder]);
        let ended = self
            .shell
            .run_args(&["--json", "-", &format!("docker://{tag}")], b"");
        assert_eq!(ended.code, Some(0), "{ended}");
        serde_json::from_str(&ended.stdout).expect("JSON")
    }
}

fn size(observed: &Value) -> u64 {
    observed["image"]["sizeBytes"].as_u64().expect("a size")
}

fn finding<'a>(observed: &'a Value, id: &str) -> &'a Value {
    let findings = observed["findings"].as_array().expect("findings");
    let found = findings.iter().find(|finding| finding["id"] == id);
    found.unwrap_or_else(|| panic!("no {id} in {findings:#?}"))
}

/// Returns the Dockerfile with a finding's lines in place.
fn followed(dockerfile: &str, observed: &Value, finding: &Value) -> String {
    let lines = finding["fix"]["lines"].as_array().expect("lines").iter();
    let lines: Vec<&str> = lines.map(|line| line.as_str().expect("a line")).collect();
    let lines = lines.join("\n");
    match finding["fix"]["place"].as_str().expect("a place") {
        "instead" => {
            let layer = usize::try_from(finding["layer"].as_u64().expect("a layer")).unwrap();
            let command = observed["layer"][layer]["command"]
                .as_str()
                .expect("a command");
            let run = format!("RUN {command}");
            assert!(dockerfile.contains(&run), "{run} is in {dockerfile}");
            dockerfile.replace(&run, &lines)
        }
        "last-stage" => {
            let printed = lines
                .lines()
                .find_map(|line| line.strip_prefix("# the first line becomes: "));
            let from = printed.expect("what the first line becomes");
            let base = from.strip_suffix(" AS build").expect("a stage");
            assert!(
                dockerfile.contains(&format!("{base}\n")),
                "{base} is in {dockerfile}"
            );
            format!("{}\n{lines}\n", dockerfile.replacen(base, from, 1))
        }
        place => panic!("{place} is no place in a Dockerfile"),
    }
}

fn holds(what: &str, promised: u64, saved: u64) {
    let off = promised.abs_diff(saved);
    assert!(
        off * 100 <= promised * PERCENT,
        "{what}: {promised} B promised, {saved} B saved"
    );
}

#[test]
fn predicted_savings_are_real() {
    if address("DIVE_RS_TEST_DOCKER").is_none() {
        return;
    }
    let tested = Tested::of("DIVE_RS_TEST_DOCKER").expect("an engine");
    let shell = context(&tested);
    let site = Site {
        tested: &tested,
        shell,
    };
    if !site.engine(&["image", "inspect", "debian:bookworm"]) {
        return skip("the engine has no debian:bookworm");
    }
    let before = site.build("before", DOCKERFILE);
    for id in [
        "leftover-caches",
        "recommended-packages",
        "documents",
        "unstripped",
        "build-tools",
        "smaller-base",
    ] {
        let finding = finding(&before, id);
        let after = site.build(id, &followed(DOCKERFILE, &before, finding));
        let promised = finding["bytes"].as_u64().expect("bytes");
        // A smaller base is chosen for the program without its build.
        let from = match id {
            "smaller-base" => {
                size(&before)
                    - self::finding(&before, "build-tools")["bytes"]
                        .as_u64()
                        .expect("bytes")
            }
            _ => size(&before),
        };
        holds(id, promised, from.saturating_sub(size(&after)));
    }
    // Everything: the smallest base, and a program without symbols.
    let stripped = followed(DOCKERFILE, &before, finding(&before, "unstripped"));
    let mut smallest = finding(&before, "smaller-base").clone();
    for line in smallest["fix"]["lines"].as_array_mut().expect("lines") {
        let text = line.as_str().expect("a line");
        *line = text.replace("go build", "go build -ldflags='-s -w'").into();
    }
    let after = site.build("all", &followed(&stripped, &before, &smallest));
    let promised = before["savingsBytes"].as_u64().expect("bytes");
    holds("all", promised, size(&before).saturating_sub(size(&after)));
}
