//! Runs the shell step of the GitHub action as written in action.yml. The workflow that uses it is tested in `recipes`.

use serde_json::Value;

use crate::command::Shell;
use crate::dive_image;
use crate::fixture_tar::{Docker, docker_save};

/// Returns the words for `env` that run the step which checks an image with these inputs; the others are empty.
pub(crate) fn check_step(inputs: &[(&str, &str)]) -> Vec<String> {
    let text = include_str!("../../action.yml");
    let action: Value = serde_saphyr::from_str(text).expect("it is YAML");
    let step = &action["runs"]["steps"][1];
    let value = |name: &str| inputs.iter().find(|(input, _)| *input == name);
    let names = step["env"].as_object().expect("its environment").keys();
    let mut words: Vec<String> = names
        .map(|name| format!("{name}={}", value(name).map_or("", |(_, value)| value)))
        .collect();
    words.push("GITHUB_OUTPUT=/dev/null".to_owned());
    words.extend(["bash", "-euo", "pipefail", "-c"].map(str::to_owned));
    words.push(step["run"].as_str().expect("a script").to_owned());
    words
}

fn run(shell: &Shell, inputs: &[(&str, &str)]) -> (Option<i32>, String) {
    let words = check_step(inputs);
    let ended = shell.program("env", &words.iter().map(String::as_str).collect::<Vec<_>>());
    (ended.code, ended.stdout)
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
