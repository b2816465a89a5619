//! The static binary of a release in a folder tree that has nothing else: an archive, standard input, an engine's socket, an engine behind TLS and a registry
//! whose name is resolved. `DIVE_RS_TEST_STATIC` names the binary, which `.ci/run` builds.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use dive_rs::image::Compression;
use serde_json::Value;
use tempfile::TempDir;

use crate::dive_image;
use crate::engines::{self, skip};
use crate::fixture_tar::{Docker, docker_save, oci_archive};
use crate::registry::access::certificates;
use crate::registry::push::push;
use crate::registry::server::Registry;
use crate::source::Scratch;

/// A folder with the binary and an empty `/tmp`.
struct Root {
    folder: TempDir,
}

impl Root {
    fn new() -> Option<Self> {
        let Some(binary) = std::env::var_os("DIVE_RS_TEST_STATIC") else {
            skip("DIVE_RS_TEST_STATIC names no binary");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(binary, folder.path().join("dive-rs")).unwrap();
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        Some(Self { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Runs the binary with this tree as its root, without any variable but these; returns what it prints.
    fn run(&self, variables: &[(&str, &str)], line: &str, stdin: &[u8]) -> Vec<u8> {
        let output = self.output(variables, line, stdin);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {error}");
        output.stdout
    }

    fn output(&self, variables: &[(&str, &str)], line: &str, stdin: &[u8]) -> Output {
        let mut child = Command::new("/usr/sbin/chroot")
            .arg(self.path())
            .arg("/dive-rs")
            .args(line.split_whitespace())
            .env_clear()
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("chroot");
        // It may end without reading its input.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        child.wait_with_output().unwrap()
    }

    /// Returns the number of layers of an image.
    fn layers(&self, variables: &[(&str, &str)], image: &str, stdin: &[u8]) -> usize {
        let text = self.run(variables, &format!("--json - {image}"), stdin);
        let document: Value = serde_json::from_slice(&text).expect("JSON");
        document["layer"].as_array().expect("layers").len()
    }
}

#[test]
fn archives_are_read_in_an_empty_tree() {
    let Some(root) = Root::new() else { return };
    let version = String::from_utf8(root.run(&[], "--version", b"")).unwrap();
    assert!(version.contains(env!("CARGO_PKG_VERSION")), "{version}");
    let document: Value = serde_json::from_slice(&root.run(&[], "version --json", b"")).unwrap();
    let commit = document["commit"]
        .as_str()
        .expect("a release build knows its commit");
    assert!(version.contains(&commit[..9]), "{version}");
    let demo = String::from_utf8(root.run(&[], "--demo", b"")).unwrap();
    assert!(demo.contains("go-app:multistage"), "{demo}");
    let archive = docker_save(&dive_image::image(), Docker::New);
    root.file("image.tar", &archive);
    assert_eq!(root.layers(&[], "/image.tar", b""), 14);
    assert_eq!(root.layers(&[], "-", &archive), 14);
}

#[test]
fn an_engine_is_reached_from_an_empty_tree() {
    let Some(root) = Root::new() else { return };
    let Some(proxy) = engines::forwarded_docker() else {
        return;
    };
    // A tree cannot have a link to a socket outside, but a second name for it.
    std::fs::hard_link(proxy.socket().path(), root.path().join("docker.sock")).unwrap();
    let image = engines::image_name();
    let host = [("DOCKER_HOST", "unix:///docker.sock")];
    let layers = root.layers(&host, image, b"");
    assert!(layers > 0);

    let variable = |name| std::env::var(name).unwrap_or_else(|_| panic!("{name} is set"));
    let host = variable("DIVE_RS_TEST_DOCKER_TLS");
    for name in ["ca.pem", "cert.pem", "key.pem"] {
        let path = Path::new(&variable("DIVE_RS_TEST_DOCKER_CERTS")).join(name);
        root.file(&format!("certs/{name}"), &std::fs::read(path).unwrap());
    }
    root.file("etc/hosts", b"127.0.0.1 localhost\n");
    let variables = [
        ("DOCKER_HOST", host.as_str()),
        ("DOCKER_TLS_VERIFY", "1"),
        ("DOCKER_CERT_PATH", "/certs"),
    ];
    assert_eq!(root.layers(&variables, image, b""), layers);
}

#[test]
fn a_registry_is_reached_from_an_empty_tree() {
    let Some(root) = Root::new() else { return };
    let Some(registry) = Registry::start() else {
        return;
    };
    let archive = oci_archive(&dive_image::image(), Compression::Gzip);
    let host = registry.host();
    push(&host, "app", "1", &archive);
    root.file("etc/hosts", b"127.0.0.1 registry.test\n");
    let host = host.replace("127.0.0.1", "registry.test");
    let line = format!("--insecure-registry {host} registry://{host}/app:1");
    assert_eq!(root.layers(&[], &line, b""), 14);
}

#[test]
fn a_certificate_is_checked_in_an_empty_tree() {
    let Some(root) = Root::new() else { return };
    let scratch = Scratch::new("static-tls");
    if !certificates(scratch.path()) {
        return skip("openssl cannot make certificates");
    }
    let Some(registry) = Registry::with_tls(scratch.path()) else {
        return;
    };
    let authority = std::fs::read(scratch.path().join("ca.pem")).unwrap();
    root.file("ca.pem", &authority);
    let image = format!("registry://{}/app:1", registry.host());
    for (options, reason) in [
        ("", "the certificate's authority is not trusted here"),
        ("--registry-ca /ca.pem", "is not in the registry"),
    ] {
        let output = root.output(&[], &format!("{options} {image}"), b"");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains(reason), "{options}: {error}");
        assert_eq!(output.status.code(), Some(2), "{options}: {error}");
    }
}
