//! Runs the shell step of the GitHub action as written in action.yml. The workflow that uses it is tested in `recipes`.

use std::process::Command;

use serde_json::Value;

use crate::command::Shell;
use crate::dive_image;
use crate::fixture_tar::{Docker, docker_save};

fn step() -> String {
    let text = include_str!("../../action.yml");
    let action: Value = serde_saphyr::from_str(text).expect("it is YAML");
    action["runs"]["steps"][1]["run"]
        .as_str()
        .expect("a script")
        .to_owned()
}

fn run(shell: &Shell, env: &[(&str, &str)]) -> (Option<i32>, String) {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_dive-rs"));
    let folder = binary
        .parent()
        .expect("it is in a folder")
        .to_string_lossy();
    let mut command = Command::new("bash");
    command
        .args(["-euo", "pipefail", "-c", &step()])
        .current_dir(shell.path())
        .env_clear();
    command.env("PATH", format!("{folder}:/usr/bin:/bin"));
    for name in [
        "IMAGE",
        "BASELINE",
        "CONFIG",
        "DOCKERFILE",
        "SARIF",
        "HTML",
        "MARKDOWN",
        "BADGE",
        "COMMENT",
    ] {
        command.env(name, "");
    }
    command.env("GITHUB_OUTPUT", "/dev/null");
    let output = command
        .envs(env.iter().copied())
        .output()
        .expect("bash is there");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

#[test]
fn the_actions_step_judges() {
    let shell = Shell::new()
        .file("save.tar", docker_save(&dive_image::image(), Docker::New))
        .file(
            "strict.yaml",
            "rules: {highestGrowthBytes: 0}\nwarn: [highestUserWastedPercent]\n",
        );
    let (code, out) = run(&shell, &[("IMAGE", "save.tar")]);
    assert_eq!(code, Some(1));
    assert!(
        out.starts_with("::error title=dive-rs highestUserWastedPercent::"),
        "{out}"
    );
    let all = [
        ("IMAGE", "save.tar"),
        ("BASELINE", "save.tar"),
        ("CONFIG", "strict.yaml"),
        ("SARIF", "a b.sarif"),
    ];
    let (code, out) = run(&shell, &all);
    assert_eq!(code, Some(0));
    assert!(out.starts_with("::warning "), "{out}");
    assert!(shell.read("a b.sarif").contains("2.1.0"));
    assert_eq!(
        run(&shell, &[("IMAGE", "--demo")]).0,
        Some(2),
        "a name is never an option"
    );
}
