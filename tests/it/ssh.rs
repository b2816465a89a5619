//! Engines behind ssh: a real sshd on loopback, which runs the engine's own command as its user would. The client's settings are a file of the test, as
//! `~/.ssh/config` is the user's.

use std::fs;
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use dive_rs::archive::{Archive, Cancel, read};
use dive_rs::source::{
    Engine, Error, OpenOptions, Pull, Reason, Source, SourceEnvironment, SshFailure, list, open,
};
use tempfile::TempDir;

use crate::engines::{address, engine_with_image, skip};
use crate::reading::{account, options};

const SSHD: &str = "/usr/sbin/sshd";

/// A server on loopback, and a client's folder with a key that it accepts.
struct Host {
    folder: TempDir,
    port: u16,
}

impl Host {
    /// Starts a server with more settings; returns nothing where sshd is not installed.
    fn start(settings: &str) -> Option<Self> {
        if !PathBuf::from(SSHD).exists() {
            skip("sshd is not installed");
            return None;
        }
        // sshd gives up its rights in this folder.
        fs::create_dir_all("/run/sshd").expect("a folder for sshd");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        for name in ["host", "key", "other"] {
            let made = Command::new("ssh-keygen")
                .args(["-q", "-t", "ed25519", "-N", "", "-f", &at(name)])
                .status();
            assert!(made.expect("ssh-keygen").success());
        }
        fs::copy(at("key.pub"), at("authorized")).expect("room for a test");
        let server = format!(
            "HostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nPidFile none\n{settings}\n",
            at("host"),
            at("authorized"),
        );
        fs::write(at("sshd_config"), server).expect("room for a test");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let config = at("sshd_config");
        // Like inetd: one sshd for each connection. The thread ends with the tests.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let input = OwnedFd::from(stream.try_clone().expect("a descriptor"));
                let sshd = Command::new(SSHD)
                    .args(["-i", "-f", &config])
                    .stdin(input)
                    .stdout(OwnedFd::from(stream))
                    .stderr(Stdio::null())
                    .spawn();
                thread::spawn(move || sshd.map(|mut sshd| sshd.wait()));
            }
        });
        let host = Self { folder, port };
        let key = fs::read_to_string(host.path("host.pub")).expect("made above");
        host.write("known_hosts", &format!("[127.0.0.1]:{port} {key}"));
        host.settings("key");
        let ssh = format!(
            "#!/bin/sh\nexec /usr/bin/ssh -F {} \"$@\"\n",
            host.path("ssh_config").display()
        );
        host.write("bin/ssh", &ssh);
        let executable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(host.path("bin/ssh"), executable).expect("own file");
        Some(host)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder");
        fs::write(path, text).expect("room for a test");
    }

    /// Writes the client's settings, with one of the keys.
    fn settings(&self, key: &str) {
        let settings = format!(
            "User root\nIdentityFile {}\nIdentitiesOnly yes\nUserKnownHostsFile {}\nGlobalKnownHostsFile none\n",
            self.path(key).display(),
            self.path("known_hosts").display(),
        );
        self.write("ssh_config", &settings);
    }

    fn address(&self, socket: &str) -> String {
        format!("ssh://127.0.0.1:{}{socket}", self.port)
    }

    fn environment(&self) -> SourceEnvironment {
        SourceEnvironment::default().with("PATH", self.path("bin").display().to_string())
    }

    /// Returns what failed, the message and the hint of an engine that is searched in an environment.
    fn failure(&self, address: &str) -> (SshFailure, String, String) {
        failure(&self.environment().with("DOCKER_HOST", address))
    }
}

fn failure(environment: &SourceEnvironment) -> (SshFailure, String, String) {
    let source = Source::Engine {
        which: Some(Engine::Docker),
        name: "app:1".to_owned(),
    };
    let options = OpenOptions {
        pull: Pull::Never,
        ..OpenOptions::default()
    };
    let opened = open(&source, &options, environment, &Cancel::default(), &|_| {});
    let error = opened.err().expect("no engine there");
    let hint = error.hint().expect("a next step");
    let Error::NoEngine { attempts, .. } = error else {
        panic!("{error}")
    };
    let Reason::Ssh(error) = &attempts[0].reason else {
        panic!("{}", attempts[0].reason)
    };
    assert!(hint.contains(&error.to_string()), "{hint}");
    (error.failure, error.to_string(), hint)
}

fn image(source: &Source, environment: &SourceEnvironment) -> Archive {
    let options_of_source = OpenOptions {
        pull: Pull::Never,
        ..OpenOptions::default()
    };
    let cancel = Cancel::default();
    let opened = open(source, &options_of_source, environment, &cancel, &|_| {});
    let opened = opened.unwrap_or_else(|error| panic!("{error} {:?}", error.hint()));
    read(opened.input, &options(), &cancel, &|_| ()).expect("an image")
}

#[test]
fn an_engine_behind_ssh_gives_the_same_image() {
    for (variable, engine, setting) in [
        ("DIVE_RS_TEST_DOCKER", Engine::Docker, "DOCKER_HOST"),
        ("DIVE_RS_TEST_PODMAN", Engine::Podman, "CONTAINER_HOST"),
    ] {
        let Some(name) = engine_with_image(variable) else {
            continue;
        };
        let Some(host) = Host::start("") else { return };
        let local = address(variable).expect("checked above");
        let socket = local.trim_start_matches("unix://");
        let source = Source::Engine {
            which: Some(engine),
            name: name.to_owned(),
        };
        let near = SourceEnvironment::default().with(setting, &*local);
        let far = host.environment().with(setting, host.address(socket));
        assert_eq!(
            account(&image(&source, &far).image),
            account(&image(&source, &near).image)
        );
        // Other tests add images of their own meanwhile.
        let listed = list(Some(engine), &far, &Cancel::default(), &|_| {}).expect("a list");
        let mut names = listed.iter().filter_map(|image| image.name.as_deref());
        assert!(names.any(|listed| listed.ends_with(name)), "{listed:?}");
    }
}

#[test]
fn a_context_can_be_behind_ssh() {
    let variable = "DIVE_RS_TEST_DOCKER";
    let Some(name) = engine_with_image(variable) else {
        return;
    };
    let local = address(variable).expect("checked above");
    // The command on the host finds its own engine.
    let settings = format!("SetEnv DOCKER_HOST={local}");
    let Some(host) = Host::start(&settings) else {
        return;
    };
    let id = crate::source::hex(&<sha2::Sha256 as sha2::Digest>::digest("far"));
    let meta =
        serde_json::json!({"Name": "far", "Endpoints": {"docker": {"Host": host.address("")}}});
    host.write("docker/config.json", r#"{"currentContext": "far"}"#);
    host.write(
        &format!("docker/contexts/meta/{id}/meta.json"),
        &meta.to_string(),
    );
    let folder = host.path("docker").display().to_string();
    let environment = host.environment().with("DOCKER_CONFIG", folder);
    let source = Source::Engine {
        which: Some(Engine::Docker),
        name: name.to_owned(),
    };
    assert!(!image(&source, &environment).image.layers.is_empty());
}

#[test]
fn a_host_that_is_down_is_reported() {
    let Some(host) = Host::start("") else { return };
    let closed = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = closed.local_addr().expect("bound").port();
    drop(closed);
    let (what, message, hint) = host.failure(&format!("ssh://127.0.0.1:{port}"));
    assert_eq!(what, SshFailure::Connection);
    assert!(message.contains("Connection refused"), "{message}");
    let connects = format!("`ssh -p {port} 127.0.0.1` must connect");
    assert!(hint.contains(&connects), "{hint}");
}

#[test]
fn a_key_that_is_refused_is_reported() {
    let Some(host) = Host::start("") else { return };
    host.settings("other");
    let (what, message, hint) = host.failure(&host.address(""));
    assert_eq!(what, SshFailure::Denied, "{message}");
    assert!(
        message.contains("Permission denied (publickey)"),
        "{message}"
    );
    let port = host.port;
    assert!(hint.contains("ssh-add"), "{hint}");
    for command in ["ssh", "ssh-copy-id"] {
        let command = format!("`{command} -p {port} 127.0.0.1`");
        assert!(hint.contains(&command), "{hint}");
    }
}

#[test]
fn an_unknown_host_is_reported_and_not_trusted() {
    let Some(host) = Host::start("") else { return };
    host.write("known_hosts", "");
    let (what, message, hint) = host.failure(&host.address(""));
    assert_eq!(what, SshFailure::UnknownHost, "{message}");
    assert!(hint.contains("accept its key"), "{hint}");
    let asks = format!("`ssh -p {} 127.0.0.1`", host.port);
    assert!(hint.contains(&asks), "{hint}");
    let known = fs::read_to_string(host.path("known_hosts")).expect("written above");
    assert_eq!(known, "");
}

#[test]
fn a_host_without_docker_is_reported() {
    let Some(host) = Host::start("SetEnv PATH=/nowhere") else {
        return;
    };
    let (what, message, hint) = host.failure(&host.address(""));
    assert_eq!(what, SshFailure::NoEngine, "{message}");
    assert!(
        message.contains("docker") && message.contains("not found"),
        "{message}"
    );
    assert!(hint.contains("install docker on the host"), "{hint}");
    let works = format!("`ssh -p {} 127.0.0.1 docker version`", host.port);
    assert!(hint.contains(&works), "{hint}");
}

#[test]
fn a_host_whose_engine_does_not_run_is_reported() {
    if address("DIVE_RS_TEST_DOCKER").is_none() {
        return;
    }
    let Some(host) = Host::start("") else { return };
    let (what, message, hint) = host.failure(&host.address("/nowhere/docker.sock"));
    assert_eq!(what, SshFailure::Other, "{message}");
    assert!(message.contains("/nowhere/docker.sock"), "{message}");
    let works = format!("`ssh -p {} 127.0.0.1 docker version` must work", host.port);
    assert!(hint.contains(&works), "{hint}");
}

#[test]
fn a_machine_without_ssh_is_reported() {
    let environment = SourceEnvironment::default()
        .with("PATH", "/nowhere")
        .with("DOCKER_HOST", "ssh://far.example");
    let (what, _, hint) = failure(&environment);
    assert_eq!(what, SshFailure::NoSsh);
    assert!(hint.contains("OpenSSH client"), "{hint}");
}
