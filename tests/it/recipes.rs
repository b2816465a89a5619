//! Runs each block of docs/ci.md, and the step in docs/registry.md, as written there, with the real program. Builds need a real engine.

use std::sync::{Mutex, MutexGuard, PoisonError};

use dive_rs::image::Compression;
use serde_json::Value;

use crate::command::{Ended, Shell};
use crate::dive_image;
use crate::engines;
use crate::fixture_tar::{Docker, docker_save, oci_archive};
use crate::registry::push::push;
use crate::registry::server::Registry;

/// Returns the blocks of a language below a heading of docs/ci.md.
fn blocks(heading: &str, language: &str) -> Vec<&'static str> {
    let docs = include_str!("../../docs/ci.md");
    let from = docs
        .find(&format!("{heading}\n"))
        .expect("the heading is there");
    let below = &docs[from + heading.len()..];
    let below = below.split("\n### ").next().unwrap_or_default();
    let below = below.split("\n## ").next().unwrap_or_default();
    let fence = format!("```{language}\n");
    let parts = below.split(fence.as_str()).skip(1);
    let blocks: Vec<_> = parts.filter_map(|part| part.split("```").next()).collect();
    assert!(!blocks.is_empty(), "{heading} has a block of {language}");
    blocks
}

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).expect("it is YAML")
}

fn sh(shell: &Shell, script: &str) -> Ended {
    shell.program("sh", &["-ec", script])
}

/// Copies one of the two Dockerfiles to `Dockerfile`.
fn choose(shell: &Shell, which: &str) {
    let path = shell.path();
    std::fs::copy(path.join(which), path.join("Dockerfile")).expect("both are there");
}

/// Locks the image `app`, which two recipes build on one engine.
fn app() -> MutexGuard<'static, ()> {
    static APP: Mutex<()> = Mutex::new(());
    APP.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn the_documented_rules_are_valid() {
    let shell = Shell::new()
        .file("save.tar", docker_save(&dive_image::image(), Docker::New))
        .file(".dive-ci", blocks("## Rules", "yaml")[0]);
    let ended = shell.run("--ci save.tar save.tar");
    // The image has none of the accepted findings.
    let mut printed = ended.stderr.lines();
    assert!(
        printed.all(|line| line.ends_with("remove this entry")),
        "{ended}"
    );
    assert_eq!(ended.code, Some(0), "{ended}");
}

#[test]
fn the_baseline_recipe_runs() {
    let old = dive_image::image();
    let new = old
        .clone()
        .layer("COPY more /", |layer| layer.filled("more", 1000, 1));
    let shell = Shell::new()
        .file("old.tar", docker_save(&old, Docker::New))
        .file("new.tar", docker_save(&new, Docker::New));
    let script = blocks("## A baseline", "sh")[0];
    let with = |rule: &str| {
        let rules =
            format!("rules: {{highestUserWastedPercent: off, highestGrowthBytes: {rule}}}\n");
        std::fs::write(shell.path().join(".dive-ci"), rules).expect("writable");
        script
            .lines()
            .map(|line| sh(&shell, line).code)
            .collect::<Vec<_>>()
    };
    assert_eq!(with("1000"), [Some(0), Some(0), Some(0)]);
    assert_eq!(with("999"), [Some(1), Some(0), Some(1)]);
}

#[test]
fn the_shell_recipe_checks_its_build() {
    let _app = app();
    for script in blocks("### A shell", "sh") {
        let Some(shell) = engines::docker() else {
            return;
        };
        for (which, code) in [("passing", 0), ("failing", 1)] {
            choose(&shell, which);
            let ended = sh(&shell, script);
            assert_eq!(ended.code, Some(code), "{script}{ended}");
        }
        // A failed build ends the script, even if an older image has that name.
        std::fs::write(shell.path().join("Dockerfile"), "FROM\n").expect("writable");
        assert!(sh(&shell, script).code.is_some_and(|code| code != 0));
    }
}

#[test]
fn the_gitlab_recipe_writes_both_reports() {
    let job = &yaml(blocks("### GitLab", "yaml")[0])["image-check"];
    let shell = Shell::new()
        .file("image.tar", docker_save(&dive_image::image(), Docker::New))
        .file(
            "Dockerfile",
            "FROM busybox\nRUN cp /somefile.txt /root/example/somefile1.txt\n",
        );
    let lines = job["script"].as_array().expect("a list");
    for line in lines.iter().filter_map(Value::as_str) {
        let ended = sh(&shell, line);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(1), ""), "{line}");
    }
    assert_eq!(job["artifacts"]["when"], "always");
    let reports = &job["artifacts"]["reports"];
    let read = |kind: &str| shell.read(reports[kind].as_str().expect("a file"));
    let junit = quick_junit::Report::deserialize_from_str(&read("junit")).expect("it is JUnit");
    assert_eq!(junit.failures, 1);
    let issues: Vec<Value> = serde_json::from_str(&read("codequality")).expect("it is JSON");
    assert!(
        issues
            .iter()
            .any(|issue| issue["location"]["path"] == "Dockerfile")
    );
}

/// Runs the job that other projects include, with its inputs filled in.
#[test]
fn the_gitlab_job_writes_both_reports() {
    let text = include_str!("../../templates/dive-rs.yml");
    let (header, job) = text.split_once("\n---\n").expect("two documents");
    let inputs = &yaml(header)["spec"]["inputs"];
    let include = &yaml(blocks("### GitLab", "yaml")[1])["include"][0];
    let mut job = job.to_owned();
    for (name, input) in inputs.as_object().expect("inputs") {
        let value = include["inputs"].get(name).unwrap_or(&input["default"]);
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        assert_ne!(value, "null", "{name} has no value");
        job = job.replace(&format!("$[[ inputs.{name} ]]"), &value);
    }
    let job = &yaml(&job)["dive-rs"];
    let mut shell = Shell::new()
        .file("image.tar", docker_save(&dive_image::image(), Docker::New))
        .file("Dockerfile", "FROM busybox\n")
        .file(".dive-ci", "rules: {lowestEfficiency: 0.99}\n");
    for (name, value) in job["variables"].as_object().expect("variables") {
        shell = shell.env(name, value.as_str().expect("text"));
    }
    let lines: Vec<_> = job["script"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let ended = sh(&shell, &lines.join("\n"));
    assert_eq!(
        (ended.code, ended.stderr.as_str()),
        (Some(1), ""),
        "{ended}"
    );
    for kind in ["junit", "codequality"] {
        let file = job["artifacts"]["reports"][kind].as_str().expect("a file");
        assert!(shell.path().join(file).exists(), "{kind}");
    }
}

#[test]
fn the_jenkins_recipe_runs() {
    let _app = app();
    let Some(shell) = engines::docker() else {
        return;
    };
    let pipeline = blocks("### Jenkins", "groovy")[0];
    let steps = pipeline
        .lines()
        .filter_map(|line| line.trim().strip_prefix("sh '")?.strip_suffix('\''));
    let steps: Vec<_> = steps.collect();
    for (which, code) in [("passing", 0), ("failing", 1)] {
        choose(&shell, which);
        let codes: Vec<_> = steps.iter().map(|step| sh(&shell, step).code).collect();
        assert_eq!(codes, [Some(0), Some(code)], "{which}");
        let junit = shell.read("dive-rs.xml");
        let junit = quick_junit::Report::deserialize_from_str(&junit).expect("it is JUnit");
        assert_eq!(junit.failures > 0, code == 1, "{which}");
    }
}

#[test]
fn the_woodpecker_recipe_runs() {
    let step = &yaml(blocks("### Woodpecker", "yaml")[0])["steps"][0];
    let shell = Shell::new().file("image.tar", docker_save(&dive_image::image(), Docker::New));
    let commands = step["commands"].as_array().expect("a list");
    let codes: Vec<_> = commands
        .iter()
        .filter_map(Value::as_str)
        .map(|line| sh(&shell, line).code)
        .collect();
    assert_eq!(codes, [Some(0), Some(1)]);
}

/// Runs the hook as pre-commit does: the entry of the hook, then the arguments of the project.
#[test]
fn the_pre_commit_hook_builds_and_checks() {
    let hooks = yaml(include_str!("../../.pre-commit-hooks.yaml"));
    let used = &yaml(blocks("### pre-commit", "yaml")[0])["repos"][0]["hooks"][0];
    assert_eq!(hooks[0]["id"], used["id"]);
    let Some(shell) = engines::docker() else {
        return;
    };
    let entry = hooks[0]["entry"].as_str().expect("text");
    for args in [&hooks[0]["args"], &used["args"]] {
        let args = args
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(Value::as_str);
        let line = format!("{entry} {}", args.collect::<Vec<_>>().join(" "));
        for (which, code) in [("passing", 0), ("failing", 1)] {
            choose(&shell, which);
            let ended = sh(&shell, &line);
            assert_eq!(ended.code, Some(code), "{line}{ended}");
        }
    }
}

/// The commands that other programs run, with an archive in the place of their image.
#[test]
fn other_programs_run_dive_rs() {
    let shell = Shell::new().file("image.tar", docker_save(&dive_image::image(), Docker::New));
    let lazydocker = yaml(blocks("### lazydocker", "yaml")[0]);
    let command = lazydocker["customCommands"]["images"][0]["command"]
        .as_str()
        .expect("text");
    assert_eq!(command, "dive-rs docker://{{ .Image.ID }}");
    let k9s = &yaml(blocks("### k9s", "yaml")[0])["plugins"]["dive-rs"];
    let k9s = format!(
        "{} {}",
        k9s["command"].as_str().expect("text"),
        k9s["args"][0].as_str().expect("text")
    );
    for line in [
        command.replace("docker://{{ .Image.ID }}", "docker-archive://image.tar"),
        k9s.replace("$COL-IMAGE", "image.tar"),
    ] {
        let ended = sh(&shell, &line);
        assert_eq!(ended.code, Some(0), "{ended}");
        assert!(ended.stdout.contains("efficiency"), "{ended}");
    }
}

/// The workflow's own steps and those of this repository's action; other actions are skipped.
#[test]
fn the_github_recipe_runs() {
    let _app = app();
    let workflow = yaml(blocks("### GitHub Actions", "yaml")[0]);
    let action = yaml(include_str!("../../action.yml"));
    let Some(shell) = engines::docker() else {
        return;
    };
    for (which, code) in [("passing", 0), ("failing", 1)] {
        choose(&shell, which);
        let mut codes = Vec::new();
        for step in workflow["jobs"]["image"]["steps"]
            .as_array()
            .expect("steps")
        {
            if let Some(script) = step["run"].as_str() {
                codes.push(shell.program("bash", &["-ec", script]).code);
            } else if step["uses"]
                .as_str()
                .is_some_and(|uses| uses.starts_with("dive-rs/"))
            {
                let steps = action["runs"]["steps"].as_array().expect("steps");
                // The others comment and upload, if the workflow enables that.
                for own in steps.iter().filter(|step| step["if"].is_null()) {
                    codes.push(run_own(&shell, own, &step["with"], &action["inputs"]).code);
                }
            } else if let Some(file) = step["with"]["sarif_file"].as_str() {
                let sarif: Value = serde_json::from_str(&shell.read(file)).expect("it is JSON");
                assert_eq!(sarif["version"], "2.1.0");
            }
        }
        assert_eq!(codes, [Some(0), Some(0), Some(code)], "{which}");
    }
}

/// Runs a step of the action with the workflow's inputs.
fn run_own(shell: &Shell, step: &Value, with: &Value, inputs: &Value) -> Ended {
    let mut args = vec!["GITHUB_OUTPUT=/dev/null".to_owned()];
    for (name, value) in step["env"].as_object().into_iter().flatten() {
        let value = value.as_str().expect("text");
        let input = value
            .strip_prefix("${{ inputs.")
            .and_then(|rest| rest.strip_suffix(" }}"));
        let given = input.map_or("", |input| {
            let given = with[input].as_str().or(inputs[input]["default"].as_str());
            given.unwrap_or_else(|| panic!("{input} is given or has a default"))
        });
        args.push(format!("{name}={given}"));
    }
    for input in with.as_object().into_iter().flatten() {
        assert!(
            inputs.get(input.0).is_some(),
            "the action takes {}",
            input.0
        );
    }
    args.extend(["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"].map(str::to_owned));
    args.push(step["run"].as_str().expect("a script").to_owned());
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    shell.program("env", &args)
}

#[test]
fn the_push_recipe_blocks_on_failure() {
    use std::os::unix::fs::PermissionsExt;
    let Some(shell) = engines::docker() else {
        return;
    };
    let git = |line: &str| {
        let options = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
        shell.program(
            "git",
            &[&options[..], &line.split(' ').collect::<Vec<_>>()].concat(),
        )
    };
    for line in [
        "init -q -b main .",
        "init -q --bare there.git",
        "remote add origin there.git",
    ] {
        assert_eq!(git(line).code, Some(0), "{line}");
    }
    let hook = shell.path().join(".git/hooks/pre-push");
    std::fs::write(&hook, blocks("### Before a push", "sh")[0]).expect("writable");
    std::fs::set_permissions(&hook, PermissionsExt::from_mode(0o755)).expect("ours");
    let pushed = |which: &str| {
        choose(&shell, which);
        assert_eq!(git("add Dockerfile a b").code, Some(0));
        assert_eq!(git(&format!("commit -q -m {which}")).code, Some(0));
        git("push -q origin main")
    };
    let there = || git("--git-dir there.git log --format=%s main").stdout;
    let ended = pushed("failing");
    assert_ne!(ended.code, Some(0));
    assert!(
        ended.to_string().contains("FAIL  2 failed"),
        "who pushes reads why: {ended}"
    );
    assert_eq!(there(), "");
    assert_eq!(pushed("passing").code, Some(0));
    assert_eq!(there(), "passing\nfailing\n");
}

/// The step of docs/registry.md, with a registry on loopback in the place of GitHub's.
#[test]
fn the_registry_recipe_runs() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    push(
        &host,
        "owner/app",
        "1",
        &oci_archive(&dive_image::image(), Compression::Gzip),
    );
    let docs = include_str!("../../docs/registry.md");
    let block = docs.split("```yaml\n").nth(1).expect("a block of yaml");
    let step = &yaml(block.split("```").next().expect("its end"))[0];
    let line = step["run"].as_str().expect("text");
    let line = line
        .replace("ghcr.io", &host)
        .replace("${{ github.repository }}", "owner/app")
        .replace("${{ github.sha }}", "1");
    assert!(!line.contains("${{"), "{line}");
    let file = step["env"]["REGISTRY_AUTH_FILE"].as_str().expect("text");
    let insecure = format!("[[registry]]\nlocation = '{host}'\ninsecure = true\n");
    let shell = Shell::new()
        .file("auth.json", r#"{"auths": {}}"#)
        .file("registries.conf", insecure);
    let path = |name: &str| shell.path().join(name).display().to_string();
    let (auth, registries) = (path("auth.json"), path("registries.conf"));
    assert_eq!(file, "${{ runner.temp }}/auth.json");
    let shell = shell
        .env("REGISTRY_AUTH_FILE", &auth)
        .env("CONTAINERS_REGISTRIES_CONF", &registries);
    let ended = sh(&shell, &line);
    assert_eq!(ended.code, Some(1), "the image breaks a rule: {ended}");
}

/// A section with a block that no test runs fails here.
#[test]
fn every_recipe_is_tested() {
    let tested = [
        "Rules",
        "A baseline",
        "A shell",
        "GitHub Actions",
        "GitLab",
        "Jenkins",
        "Woodpecker",
        "pre-commit",
        "Before a push",
        "lazydocker",
        "k9s",
    ];
    let docs = include_str!("../../docs/ci.md");
    let mut heading = "";
    let mut found: Vec<&str> = Vec::new();
    for line in docs.lines() {
        if let Some(title) = line.strip_prefix("## ").or(line.strip_prefix("### ")) {
            heading = title;
        } else if line.starts_with("```") && !found.contains(&heading) {
            found.push(heading);
        }
    }
    assert_eq!(found, tested);
}
