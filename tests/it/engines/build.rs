//! `dive-rs build` with real engines: ways to name the result, the engine's output and exit code, and the check after it. Contexts by
//! address are served on loopback: a tarball over HTTP, a repository over git's own protocol.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output, Stdio};

use super::{Tested, image};
use crate::command::Shell;
use crate::fixture_tar::Tar;
use dive_rs::source::Engine;

/// A file stored once, and one stored twice.
const PASSING: &str = "FROM scratch\nCOPY a /a\n";
const FAILING: &str = "FROM scratch\nCOPY a /a\nCOPY b /a\n";

/// Returns a folder to build in, with an engine command that uses the tested engine.
pub(super) fn context(tested: &Tested) -> Shell {
    let address = format!("unix://{}", tested.socket.path().display());
    let (flag, variable) = match tested.engine {
        Engine::Docker => ("-H", "DOCKER_HOST"),
        Engine::Podman => ("--url", "CONTAINER_HOST"),
    };
    let name = name(tested);
    let shell = Shell::new()
        .file("a", vec![1; 3000])
        .file("b", vec![2; 3000])
        .file("passing", PASSING)
        .file("failing", FAILING)
        .file(
            name,
            format!(
                "#!/bin/sh\nexec '{}' {flag} '{address}' \"$@\"\n",
                tested.cli
            ),
        );
    let program = shell.path().join(name);
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/sbin:/usr/bin:/sbin:/bin", shell.path().display());
    shell
        .env("PATH", &path)
        .env("DOCKER_BUILDKIT", "0")
        .env(variable, &address)
}

/// Builds and checks, and returns the result; the engine's output goes to standard error.
fn judged(tested: &Tested, shell: &Shell, args: &[&str], stdin: &[u8]) -> (Option<i32>, String) {
    let all = [&["--ci", "--source", name(tested), "build"], args].concat();
    let ended = shell.run_args(&all, stdin);
    let steps = ended.stderr.to_lowercase().contains("step 1/");
    assert!(steps, "the engine is heard: {ended}");
    let last = ended.stdout.trim_end().lines().last().unwrap_or_default();
    (ended.code, last.to_owned())
}

fn passed() -> (Option<i32>, String) {
    (Some(0), "PASS  2 passed".to_owned())
}

fn failed() -> (Option<i32>, String) {
    (Some(1), "FAIL  2 failed".to_owned())
}

const fn name(tested: &Tested) -> &'static str {
    match tested.engine {
        Engine::Docker => "docker",
        Engine::Podman => "podman",
    }
}

pub(super) fn a_file_is_named_either_way(tested: &Tested) {
    let shell = context(tested);
    for (words, file, expected) in [
        (&["-f", "passing", "."][..], "passing", passed()),
        (&["-f=passing", "."], "passing", passed()),
        (&["--file", "failing", "."], "failing", failed()),
        (&[".", "-f", "failing"], "failing", failed()),
    ] {
        assert_eq!(judged(tested, &shell, words, b""), expected, "{file}");
    }
}

/// A real builder's history of a COPY is matched with its line in the Dockerfile.
pub(super) fn a_finding_points_into_the_dockerfile(tested: &Tested) {
    let shell = context(tested);
    let line = format!(
        "--ci --source {} --dockerfile failing --report codequality build -f failing .",
        name(tested)
    );
    let ended = shell.run(&line);
    let issues: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let begins = issues.as_array().unwrap().iter();
    let begins: Vec<_> = begins
        .map(|issue| issue["location"]["lines"]["begin"].as_u64())
        .collect();
    // Two rules fail for one path: the third line hides what the second stored.
    assert_eq!(begins, [Some(3), Some(3)], "{ended}");
}

/// Builds layers that `true` and `sleep 3` make, and returns the build time of each layer in seconds.
pub(super) fn build_seconds(tested: &Tested, shell: &Shell, args: &[&str]) -> Vec<Option<f64>> {
    // The classic builder stores no layer for an instruction that changes nothing.
    let text =
        "FROM scratch\nCOPY busybox /bin/sh\nRUN true > /one\nRUN sleep 3 > /two\nCOPY a /a\n";
    std::fs::copy("/bin/busybox", shell.path().join("busybox")).unwrap();
    std::fs::write(shell.path().join("timed"), text).unwrap();
    let line = [
        "--json",
        "-",
        "--source",
        name(tested),
        "build",
        "--no-cache",
    ];
    let all = [&line, args, &["-f", "timed", "."]].concat();
    let ended = shell.run_args(&all, b"");
    let document: serde_json::Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended}"));
    let whole = document["image"]["buildSeconds"].as_f64();
    let layers = document["layer"].as_array().unwrap().iter();
    let layers: Vec<_> = layers.map(|layer| layer["buildSeconds"].as_f64()).collect();
    let sum: f64 = layers.iter().flatten().sum();
    assert!(
        whole.is_some_and(|whole| whole >= sum),
        "{whole:?} {layers:?}"
    );
    layers
}

/// Checks that `sleep 3` took 3 s ± 1 beyond what `true` takes, which is the container's start and the layer's commit.
pub(super) fn assert_slept(seconds: &[Option<f64>]) {
    let [_, Some(none), Some(slept), _] = *seconds else {
        panic!("{seconds:?}");
    };
    let beyond = (2.0..=4.0).contains(&(slept - none));
    assert!(slept >= 3.0 && beyond, "{seconds:?}");
}

pub(super) fn each_instruction_has_its_build_time(tested: &Tested) {
    if !super::is_installed("busybox") {
        return;
    }
    let shell = context(tested);
    assert_slept(&build_seconds(tested, &shell, &[]));
    // BuildKit, where the engine's command has it.
    let shell = shell.env("DOCKER_BUILDKIT", "1");
    let help = own(tested, &shell, &["build", "--help"], "1");
    if String::from_utf8_lossy(&help.stdout).contains("--progress") {
        assert_slept(&build_seconds(tested, &shell, &["--network", "none"]));
    }
}

pub(super) fn a_file_comes_from_standard_input(tested: &Tested) {
    let shell = context(tested);
    let from = match tested.engine {
        Engine::Docker => image::NAME.to_owned(),
        Engine::Podman => format!("localhost/{}", image::NAME),
    };
    let text = format!("FROM {from}\nLABEL from=stdin\n");
    assert_eq!(judged(tested, &shell, &["-"], text.as_bytes()), passed());
    let text = FAILING.as_bytes();
    assert_eq!(judged(tested, &shell, &["-f", "-", "."], text), failed());
}

pub(super) fn a_build_that_fails_keeps_its_words_and_its_exit_code(tested: &Tested) {
    let shell = context(tested).file("Dockerfile", "FROM scratch\nCOPY nothing-here /\n");
    let ended = shell.run_args(&["--ci", "--source", name(tested), "build", "."], b"");
    let own = own(tested, &shell, &["build", "."], "0");
    assert_eq!(ended.code, own.status.code());
    assert_ne!(ended.code, Some(0));
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.contains("nothing-here"), "{ended}");
    assert!(
        !ended.stderr.contains("error: "),
        "no words of ours: {ended}"
    );
}

pub(super) fn a_context_is_an_address(tested: &Tested) {
    let mut tar = Tar::default();
    tar.file("Dockerfile", FAILING.as_bytes());
    tar.file("a", &[1; 3000]);
    tar.file("b", &[2; 3000]);
    let address = serve(http(tar.end()));
    let shell = context(tested);
    let url = format!("http://{address}/context.tar");
    assert_eq!(judged(tested, &shell, &[&url], b""), failed());

    let repository = Shell::new()
        .file("Dockerfile", PASSING)
        .file("a", vec![1; 3000]);
    let git = |args: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.org"]);
        let done = git.args(args).current_dir(repository.path()).output();
        assert!(done.unwrap().status.success(), "git {args:?}");
    };
    git(&["init", "-q", "-b", "master"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "one"]);
    let folder = repository.path().to_owned();
    let address = serve(move |stream| {
        let socket = || Stdio::from(OwnedFd::from(stream.try_clone().unwrap()));
        let daemon = Command::new("git")
            .args(["daemon", "--inetd", "--export-all"])
            .arg(format!("--base-path={}", folder.display()))
            .stdin(socket())
            .stdout(socket())
            .stderr(Stdio::null())
            .status();
        assert!(daemon.unwrap().success());
    });
    let url = format!("git://{address}/.git");
    assert_eq!(judged(tested, &shell, &[&url], b""), passed());
}

/// Runs the engine's own command as `dive-rs` finds it, with or without BuildKit.
fn own(tested: &Tested, shell: &Shell, args: &[&str], buildkit: &str) -> Output {
    Command::new(shell.path().join(name(tested)))
        .args(args)
        .current_dir(shell.path())
        .env("DOCKER_BUILDKIT", buildkit)
        .output()
        .unwrap()
}

/// Answers every connection to its own address while the tests run.
fn serve(answer: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || listener.incoming().flatten().for_each(answer));
    address
}

/// Answers every request with this body.
fn http(body: Vec<u8>) -> impl Fn(TcpStream) {
    move |mut stream| {
        let mut requested = Vec::new();
        let mut some = [0; 1024];
        while !requested.ends_with(b"\r\n\r\n") {
            match stream.read(&mut some) {
                Ok(len @ 1..) => requested.extend_from_slice(&some[..len]),
                _ => return,
            }
        }
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        // The client may disconnect early.
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(&body);
    }
}
