//! Builds of BuildKit with buildx: the lines of the Dockerfile that its provenance has, read from the engine, from archives and from a registry, and its raw
//! progress. The engine has no network, so the built-in frontend builds from nothing.

use serde_json::Value;

use super::build::{assert_slept, build_seconds, context};
use super::{Tested, is_installed, skip};
use crate::command::{Ended, Shell};
use crate::registry::server::Registry;

const DOCKERFILE: &str = "# three stages
FROM scratch AS tools
COPY busybox /bin/sh
RUN [\"/bin/sh\", \"-c\", \"/bin/sh --install -s /bin; mkdir -p /etc /tmp\"]

FROM tools AS build
COPY a /src/a
RUN <<EOF
set -e
mkdir /out
head -c 300000 /dev/zero > /out/app
EOF
RUN cat > /out/text <<'END' && head -c 200000 /dev/zero > /out/big
of a here-document
END

FROM tools
WORKDIR /srv
COPY --link b /etc/b
COPY --link --from=build /out /srv/out
RUN head -c 500000 /dev/zero > /srv/one && \\
    rm /srv/out/big
COPY <<EOF /etc/motd
hello
EOF
RUN <<EOF
true
EOF
RUN true
RUN rm /srv/one
CMD [\"/bin/sh\"]
";

/// The lines of each layer.
const LINES: [&str; 10] = [
    "Dockerfile:3-3 tools",
    "Dockerfile:4-4 tools",
    "Dockerfile:18-18 stage-2",
    "Dockerfile:19-19 stage-2",
    "Dockerfile:20-20 stage-2",
    "Dockerfile:21-22 stage-2",
    "Dockerfile:23-25 stage-2",
    "Dockerfile:26-28 stage-2",
    "Dockerfile:29-29 stage-2",
    "Dockerfile:30-30 stage-2",
];

/// Returns a folder to build in, with a `docker` that has buildx, and the engine.
pub(super) fn with_buildx() -> Option<(Tested, Shell)> {
    let tested = Tested::of("DIVE_RS_TEST_CONTAINERD")?;
    let Ok(buildx) = std::env::var("DIVE_RS_TEST_BUILDX") else {
        skip("DIVE_RS_TEST_BUILDX names no buildx");
        return None;
    };
    if !is_installed("busybox") {
        return None;
    }
    let shell = context(&tested).file("Dockerfile", DOCKERFILE);
    std::fs::copy("/bin/busybox", shell.path().join("busybox")).unwrap();
    let config = shell.path().join("config");
    std::fs::create_dir_all(config.join("cli-plugins")).unwrap();
    std::os::unix::fs::symlink(buildx, config.join("cli-plugins/docker-buildx")).unwrap();
    let config = config.display().to_string();
    let shell = shell
        .env("DOCKER_BUILDKIT", "1")
        .env("DOCKER_CONFIG", &config);
    Some((tested, shell))
}

/// Builds with provenance of `mode=max`.
fn build(shell: &Shell, more: &[&str]) {
    let args = [
        "buildx",
        "build",
        "--network",
        "none",
        "--provenance=mode=max",
    ];
    let done = shell.program("docker", &[&args, more, &["."]].concat());
    assert_eq!(done.code, Some(0), "{done}");
}

fn lines(ended: &Ended) -> Vec<String> {
    let document: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|why| panic!("{why}: {ended}"));
    let layers = document["layer"].as_array().expect("layers").iter();
    let lines = layers.map(|layer| {
        let source = &layer["source"];
        let [file, stage] = ["file", "stage"].map(|key| source[key].as_str().unwrap_or("none"));
        format!(
            "{file}:{}-{} {stage}",
            source["firstLine"], source["lastLine"]
        )
    });
    lines.collect()
}

#[test]
fn layers_have_their_lines_wherever_the_image_is() {
    let Some((_, shell)) = with_buildx() else {
        return;
    };
    let name = "dive-rs-buildkit:lines";
    build(&shell, &["-t", name]);
    let read = |image: &str, more: &str| {
        let ended = shell.run(&format!("--json - {image} {more}"));
        assert_eq!(lines(&ended), LINES, "{image}");
    };
    read(&format!("docker://{name}"), "");
    let saved = shell.program("docker", &["save", name, "-o", "saved.tar"]);
    assert_eq!(saved.code, Some(0), "{saved}");
    read("saved.tar", "");
    build(&shell, &["--output", "type=oci,dest=oci.tar"]);
    read("oci.tar", "");
    // Other digests than those in the provenance.
    let output = "type=oci,dest=zstd.tar,compression=zstd,force-compression=true";
    build(&shell, &["--output", output]);
    read("zstd.tar", "");

    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    let pushed = format!("{host}/{name}");
    for args in [&["tag", name, &pushed][..], &["push", &pushed]] {
        let done = shell.program("docker", args);
        assert_eq!(done.code, Some(0), "{done}");
    }
    read(
        &format!("registry://{pushed}"),
        &format!("--no-cache --insecure-registry {host}"),
    );
    shell.program("docker", &["rmi", name, &pushed]);
}

/// Code scanning shows a result at these lines.
#[test]
fn findings_point_at_the_lines_of_the_build() {
    let Some((_, shell)) = with_buildx() else {
        return;
    };
    build(&shell, &["--output", "type=oci,dest=oci.tar"]);
    let region = |line: &str| {
        let ended = shell.run(&format!("--ci oci.tar --report sarif=- {line}"));
        let document: Value =
            serde_json::from_str(&ended.stdout).unwrap_or_else(|why| panic!("{why}: {ended}"));
        let results = document["runs"][0]["results"].as_array().unwrap();
        let about = |result: &&Value| {
            let text = result["message"]["text"].as_str().unwrap_or_default();
            result["ruleId"] == "highestHiddenBytes" && text.contains("/srv/one")
        };
        let found = results
            .iter()
            .find(about)
            .unwrap_or_else(|| panic!("{ended}"));
        let place = &found["locations"][0]["physicalLocation"];
        let (file, region) = (&place["artifactLocation"]["uri"], &place["region"]);
        format!("{file} {} {}", region["startLine"], region["endLine"])
    };
    let rule = "--rule highestHiddenBytes=1";
    assert_eq!(region(rule), "\"Dockerfile\" 30 30");
    let shell = shell.file("same", DOCKERFILE);
    let ended = shell.run(&format!(
        "--ci oci.tar {rule} --report github=- --dockerfile same"
    ));
    let annotation = "file=same,line=30,endLine=30::/srv/one";
    assert!(ended.stdout.contains(annotation), "{ended}");
}

/// A stage that is built by its name, below a folder of a repository.
#[test]
fn a_stage_below_a_folder_has_its_lines() {
    let Some((_, shell)) = with_buildx() else {
        return;
    };
    if !is_installed("git") {
        return;
    }
    let text = "FROM scratch AS one\nCOPY a /a\nFROM one AS two\nCOPY b /b\nFROM one\nCOPY a /c\n";
    std::fs::create_dir_all(shell.path().join("app/docker")).unwrap();
    let shell = shell
        .file("app/docker/Own", text)
        .file("app/a", "a")
        .file("app/b", "b");
    let init = shell.program("git", &["init", "-q", "-b", "master"]);
    assert_eq!(init.code, Some(0), "{init}");
    let own = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    for args in [&["add", "app"][..], &["commit", "-q", "-m", "one"]] {
        let done = shell.program("git", &[&own, args].concat());
        assert_eq!(done.code, Some(0), "{done}");
    }
    let args = [
        "buildx",
        "build",
        "--provenance=mode=max",
        "--target",
        "two",
        "-f",
    ];
    let more = ["app/docker/Own", "--output", "type=oci,dest=two.tar", "app"];
    let done = shell.program("docker", &[&args[..], &more].concat());
    assert_eq!(done.code, Some(0), "{done}");
    let expected = ["app/docker/Own:2-2 one", "app/docker/Own:4-4 two"];
    assert_eq!(lines(&shell.run("--json - two.tar")), expected);
}

/// BuildKit's raw progress has the time of each step.
#[test]
fn raw_progress_has_the_time_of_each_instruction() {
    let Some((tested, shell)) = with_buildx() else {
        return;
    };
    let help = shell.program("docker", &["build", "--help"]);
    assert!(help.stdout.contains("rawjson"), "{help}");
    assert_slept(&build_seconds(&tested, &shell, &["--network", "none"]));
}
