//! The table of exit codes in `docs/ci.md`: one run for each kind of end. Signals are in `interrupt`.

use dive_rs::image::Compression;

use crate::bundle::{Bundle, blob, docker, oci};
use crate::command::Shell;
use crate::fixture_tar::pack;
use crate::raw_tar::RawTar;

/// Two layers with a wasted file, and what is wrong with copies of it.
fn shell() -> Shell {
    let one = RawTar::default().file("etc/motd", vec![b'1'; 40_000]).end();
    let two = RawTar::default().file("etc/motd", vec![b'2'; 40_000]).end();
    let image = docker(&[&one, &two]).tar();
    let lying = oci(&[&one], &[&pack(&two, Compression::Gzip)]).tar();
    let missing = docker(&[&one]).file(&blob(&one), "no tar").tar();
    let deep = (0..300).fold(RawTar::default(), |tar, at| {
        let path = format!("{at}/{}end", "a/".repeat(500));
        tar.pax(b'x', &[("path", path.as_bytes())]).file("cut", "")
    });
    Shell::new()
        .file("image.tar", &image)
        .file("truncated.tar", &image[..image.len() / 2])
        .file("lying.tar", lying)
        .file("damaged.tar", missing)
        .file("deep.tar", docker(&[&deep.end()]).tar())
        .file("no-image.tar", Bundle::default().file("a", "b").tar())
        .file("text", "hello")
        .file(
            "passing",
            "rules:\n  lowestEfficiency: 0.1\n  highestUserWastedPercent: off\n",
        )
        .file("failing", "rules:\n  lowestEfficiency: 0.99\n")
        .file("unknown", "rules:\n  lowestEficiency: 0.99\n")
        .file("broken", "rules: [\n")
        .file("settings", "nothing = [\n")
        .env("DOCKER_HOST", "unix:///nowhere/docker.sock")
        .env("CONTAINER_HOST", "unix:///nowhere/podman.sock")
}

#[test]
fn every_end_has_the_exit_code_of_the_table() {
    let shell = shell();
    let mut wrong = Vec::new();
    for (code, line) in [
        (0, "--version"),
        (0, "--help"),
        (0, "image.tar"),
        (0, "--ci --ci-config passing image.tar"),
        (0, "image.tar image.tar"),
        (0, "ls image.tar /etc"),
        (0, "extract image.tar /etc/motd new"),
        (1, "--ci --ci-config failing image.tar"),
        (1, "--ci --ci-config failing --json report.json image.tar"),
        // As in dive, a rule with an unknown name is a warning.
        (1, "--ci --ci-config unknown image.tar"),
        // What was typed.
        (2, "--no-such-option image.tar"),
        (2, "--report no-such-format image.tar"),
        (2, "--max-memory much image.tar"),
        (2, "--platform linux/a/b/c/d image.tar"),
        (2, "ls image.tar /no/such/path"),
        (2, "cat image.tar /etc"),
        // Rules, configuration and reports.
        (2, "--ci --ci-config broken image.tar"),
        (2, "--ci --ci-config no-such-file image.tar"),
        (2, "--ci --config settings image.tar"),
        (2, "--ci --scan-report text image.tar"),
        (2, "--ci --json no/such/folder.json image.tar"),
        // The image.
        (2, "no-such-file.tar"),
        (2, "text"),
        (2, "no-image.tar"),
        (2, "truncated.tar"),
        (2, "damaged.tar"),
        (2, "--verify lying.tar"),
        (2, "--tag no-such-tag image.tar"),
        (2, "--platform linux/s390x image.tar"),
        (2, "--max-memory 100kB deep.tar"),
        (2, "image.tar truncated.tar"),
        // Engines and registries.
        (2, "docker://alpine"),
        (2, "alpine:3"),
        (2, "registry://127.0.0.1:1/alpine"),
        // Where files are written.
        (2, "extract image.tar /etc/motd text"),
        (2, "extract image.tar /etc/motd ."),
    ] {
        if line == "extract image.tar /etc/motd ." {
            std::fs::write(shell.path().join("motd"), "mine").expect("a file");
        }
        let ended = shell.run(line);
        let is_error = ended.stderr.lines().any(|text| text.starts_with("error: "));
        if ended.code != Some(code) || is_error != (code == 2) {
            wrong.push(format!(
                "{code} expected: {line}: {:?} {}",
                ended.code, ended.stderr
            ));
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// The system may refuse memory at any allocation: the run ends with an error, whichever it was.
#[test]
#[cfg(target_os = "linux")]
fn refused_memory_is_no_abort() {
    use std::process::Command;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("image.tar");
    let layer = (0..400).fold(RawTar::default(), |tar, at| {
        let path = format!("{at}/{}end", "a/".repeat(2000));
        tar.pax(b'x', &[("path", path.as_bytes())]).file("cut", "")
    });
    let layer = pack(&layer.end(), Compression::Gzip);
    std::fs::write(&file, oci(&[b"unknown"], &[&layer]).tar()).expect("room for a test");
    for megabytes in (80..=220).step_by(20) {
        let output = Command::new("prlimit")
            .arg(format!("--as={}", megabytes << 20))
            .arg(env!("CARGO_BIN_EXE_dive-rs"))
            .args(["--ci", "-q", "--max-memory", "4GB"])
            .arg(&file)
            .env_remove("CI")
            .output()
            .expect("prlimit of util-linux");
        let printed = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(
            matches!(code, Some(0..=2)),
            "{megabytes}: {code:?} {printed}"
        );
    }
}
