//! `dive-rs build` with stand-ins for docker and podman: arguments, exit codes and the choice of engine. Real builds are tested
//! in `engines`.

use std::os::unix::fs::PermissionsExt as _;

use crate::command::Shell;

/// Returns a shell whose PATH contains only these programs, as `/bin/sh` scripts.
fn with(programs: &[(&str, &str)]) -> Shell {
    let mut shell = Shell::new();
    for (name, script) in programs {
        shell = shell.file(name, format!("#!/bin/sh\n{script}\n"));
        let path = shell.path().join(name);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("ours");
    }
    let path = shell.path().to_string_lossy().into_owned();
    shell
        .env("PATH", &path)
        .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
}

#[test]
fn arguments_input_and_exit_code_are_passed_on() {
    let docker = r#"echo "$@"; read line; echo "got $line"; exit 7"#;
    let shell = with(&[("docker", docker)]);
    let ended = shell.run_args(
        &[
            "--ci",
            "build",
            "-f=x",
            "--build-arg",
            "A=b c",
            "--help",
            "-",
        ],
        b"FROM scratch\n",
    );
    assert_eq!(ended.code, Some(7));
    assert_eq!(ended.stdout, "", "standard output is the report's");
    let (passed, rest) = ended.stderr.split_once('\n').expect("two lines");
    assert!(passed.starts_with("build --iidfile /"), "{passed}");
    assert!(
        passed.ends_with(" -f=x --build-arg A=b c --help -"),
        "{passed}"
    );
    assert_eq!(rest, "got FROM scratch\n");
}

#[test]
fn a_build_is_loaded_from_its_engine() {
    let says_id = r#"[ "$2" = --help ] && exit; while [ "$1" != --iidfile ]; do shift; done; echo sha256:0123456789abcdef > "$2""#;
    let ended = with(&[("docker", says_id)]).run("--ci build .");
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("sha256:0123456789abcdef")
            && ended.stderr.contains("/nowhere/docker.sock"),
        "{ended}"
    );
    // The user's own --iidfile is read; no second one is passed.
    let shell = with(&[(
        "docker",
        r#"[ "$2" = --iidfile ] && [ "$4" = . ] && echo sha256:0abc > "$3""#,
    )]);
    let ended = shell.run("--ci build --iidfile mine .");
    assert!(ended.stderr.contains("sha256:0abc"), "{ended}");
    assert_eq!(shell.read("mine"), "sha256:0abc\n");
}

#[test]
fn podman_builds_without_docker() {
    let podman = "echo podman >&2; exit 3";
    assert_eq!(
        with(&[("podman", podman)]).run("--ci build .").code,
        Some(3)
    );
    let both = [("podman", podman), ("docker", "exit 4")];
    assert_eq!(with(&both).run("--ci build .").code, Some(4));
    assert_eq!(
        with(&both).run("--ci --source podman build .").code,
        Some(3)
    );
    insta::assert_snapshot!("no engine", with(&[]).run("--ci build ."));
    insta::assert_snapshot!("no id", with(&[("docker", "exit 0")]).run("--ci build ."));
    insta::assert_snapshot!(
        "no source",
        with(&both).run("--ci --source oci-dir build .")
    );
    insta::assert_snapshot!("no image", with(&both).run("--demo build ."));
    // Invalid rules are reported before the build.
    assert_eq!(
        with(&both).run("--ci --lowestEfficiency 2 build .").code,
        Some(2)
    );
}

/// The builder's help is the answer: there is no image.
#[test]
fn the_help_of_the_builder_ends_with_its_exit_code() {
    let docker = "echo Usage: $1";
    for help in ["--help", "-h"] {
        let ended = with(&[("docker", docker)]).run(&format!("build {help}"));
        assert_eq!(
            ended.to_string(),
            "exit 0\n── stderr\nUsage: build\n",
            "{help}"
        );
    }
}

/// Ctrl-C interrupts the builder; dive-rs exits after it and loads nothing.
#[test]
fn an_interrupted_build_ends_with_130() {
    let docker = "kill -INT $PPID; echo stopping; exit 1";
    let ended = with(&[("docker", docker)]).run("--ci build .");
    assert_eq!(ended.to_string(), "exit 130\n── stderr\nstopping\n");
}

/// Returns what a stand-in gets and what the user sees of its output.
fn progress(help: &str, args: &str) -> (String, String) {
    let docker = format!(
        r#"[ "$2" = --help ] && {{ echo '{help}'; exit; }}; echo "$2" > option
        echo '{{"vertexes":[{{"digest":"a","name":"[1/1] RUN make","started":"2026-01-01T00:00:00Z","completed":"2026-01-01T00:00:02Z"}}]}}'
        echo '#1 DONE 2.0s'; printf 'no newline'; exit 7"#
    );
    let shell = with(&[("docker", &docker)]);
    let ended = shell.run(&format!("--ci build {args} ."));
    assert_eq!(ended.code, Some(7));
    (shell.read("option").trim().to_owned(), ended.stderr)
}

#[test]
fn the_best_progress_of_the_builder_is_chosen_and_shown() {
    let raw = "--progress string  (\"auto\", \"plain\", \"rawjson\")";
    let (option, shown) = progress(raw, "");
    assert_eq!(option, "--progress=rawjson");
    assert_eq!(
        shown,
        "#1 [1/1] RUN make\n#1 DONE 2.0s\n#1 DONE 2.0s\nno newline"
    );
    let (option, shown) = progress("--progress string  (auto, plain, tty)", "");
    assert_eq!(option, "--progress=plain");
    assert!(shown.starts_with("{\"vertexes\":"), "{shown}");
    // The user's own choice is left alone.
    for own in ["--progress=tty", "--progress tty", "-q"] {
        let (option, shown) = progress(raw, own);
        assert_eq!(option, "--iidfile");
        assert!(shown.starts_with("{\"vertexes\":"), "{shown}");
    }
    assert_eq!(progress("usage", "").0, "--iidfile");
}
