//! `source` without an engine: image references, where engines are found, and errors. The process environment is never
//! changed: everything takes an [`SourceEnvironment`].

use std::fs;
#[cfg(unix)]
use std::io::Read;
use std::path::{Path, PathBuf};

use dive_rs::archive::{Cancel, Input};
#[cfg(unix)]
use dive_rs::image::Platform;
use dive_rs::source::{
    ContextError, DockerContext, Engine, EngineError, Error, FailedAttempt, OpenOptions, Reason,
    Source, SourceEnvironment, SourceKind, endpoints, open,
};
#[cfg(unix)]
use dive_rs::source::{OpenEvent, OpenedSource, Pull};

/// A folder that is removed after the test.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("dive-rs-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, below: &str, text: &str) -> PathBuf {
        let path = self.0.join(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Writes an executable program.
    #[cfg(unix)]
    pub(crate) fn write_program(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.write(name, text);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn parse(image: &str) -> Source {
    Source::parse(image, None).unwrap()
}

fn named(which: Option<Engine>, name: &str) -> Source {
    let name = name.to_owned();
    Source::Engine { which, name }
}

#[test]
fn a_scheme_overrides_everything() {
    assert_eq!(parse("docker://a:1"), named(Some(Engine::Docker), "a:1"));
    assert_eq!(parse("podman://a"), named(Some(Engine::Podman), "a"));
    for scheme in ["docker-archive", "docker-tar"] {
        let image = format!("{scheme}://sub/a.tar");
        assert_eq!(parse(&image), Source::DockerArchive("sub/a.tar".into()));
    }
    assert_eq!(
        parse("oci-archive:///a.tar"),
        Source::OciArchive("/a.tar".into())
    );
    assert_eq!(parse("oci-dir://."), Source::OciFolder(".".into()));
    let insisted = Source::parse("podman://a", Some(SourceKind::DockerArchive)).unwrap();
    assert_eq!(insisted, named(Some(Engine::Podman), "a"));
}

#[test]
fn without_a_scheme_the_option_and_then_existing_files_decide() {
    let scratch = Scratch::new("parse");
    let file = scratch.write("image.tar", "");
    let path = file.to_str().unwrap();
    assert_eq!(parse(path), Source::Path(file.clone()));
    assert_eq!(
        Source::parse(path, Some(SourceKind::OciArchive)).unwrap(),
        Source::OciArchive(file.clone())
    );
    assert_eq!(
        Source::parse("alpine", Some(SourceKind::Podman)).unwrap(),
        named(Some(Engine::Podman), "alpine")
    );
    assert_eq!(parse("-"), Source::Stdin(None));
    assert_eq!(parse("./nothing"), Source::Path("./nothing".into()));
    for name in [
        "alpine",
        "reg:5000/a/b:1@sha256:00",
        "sha256:00",
        "c0ffee",
        "UPPER",
    ] {
        assert_eq!(parse(name), named(None, name));
    }
    // A folder of the project with an image's name is not an image; `tests` has no index.
    assert_eq!(parse("tests"), named(None, "tests"));
}

#[test]
fn a_single_colon_holds_only_where_the_path_exists() {
    let scratch = Scratch::new("skopeo");
    let file = scratch.write("a.tar", "");
    let colon = scratch.write("b:1.tar", "");
    let of = |transport: &str, rest: &str| {
        let word = format!("{transport}:{rest}");
        Source::parse_with_image(&word, None).unwrap()
    };
    let path = file.to_str().unwrap();
    let image = |name: &str| Some(name.to_owned());
    assert_eq!(
        of("docker-archive", path),
        (Source::DockerArchive(file.clone()), None)
    );
    assert_eq!(
        of("oci-archive", &format!("{path}:app:1")),
        (Source::OciArchive(file.clone()), image("app:1"))
    );
    assert_eq!(
        of("oci", &format!("{}:1", scratch.path().display())),
        (Source::OciFolder(scratch.path().to_owned()), image("1"))
    );
    assert_eq!(
        of("dir", scratch.path().to_str().unwrap()),
        (Source::ImageFolder(scratch.path().to_owned()), None)
    );
    // The longest path that exists counts.
    assert_eq!(
        of("docker-archive", &format!("{}:x:1", colon.display())),
        (Source::DockerArchive(colon.clone()), image("x:1"))
    );
    assert_eq!(
        of("dir", "/nothing/here"),
        (Source::ImageFolder("/nothing/here".into()), None)
    );
    let docker = Some(Engine::Docker);
    let id = "722926c40011".repeat(6)[..64].to_owned();
    for name in [
        "app:1",
        "debian",
        "722926c40011",
        &id,
        "a/b",
        "app@sha256:0",
    ] {
        assert_eq!(of("docker-daemon", name), (named(docker, name), None));
    }
    for name in ["oci:latest", "dir:1", "docker-archive:2", "registry:2"] {
        assert_eq!(parse(name), named(None, name));
    }
    assert_eq!(
        Source::parse("oci:latest", Some(SourceKind::Docker)).unwrap(),
        named(docker, "oci:latest")
    );
}

#[test]
fn invalid_references_are_refused_with_a_hint() {
    for (image, error) in [
        ("registries://a", "registries://a: unknown scheme"),
        ("docker://", "docker://: no name after the scheme"),
        ("", ": not an image name, and no such file"),
        (
            "docker://a/../b",
            "a/../b: not an image name, and no such file",
        ),
        ("a?b=c", "a?b=c: not an image name, and no such file"),
        ("a%2fb", "a%2fb: not an image name, and no such file"),
        (
            "a\u{1b}[31m",
            "a\\x1b[31m: not an image name, and no such file",
        ),
    ] {
        let found = Source::parse(image, None).unwrap_err();
        assert_eq!(found.to_string(), error);
        assert!(found.hint().is_some(), "{image}");
    }
}

#[test]
fn schemes_of_other_tools_have_a_hint_with_their_spelling_here() {
    for (word, hint) in [
        ("oci:///a/b", "write oci-dir:///a/b"),
        ("oci://layout", "write oci-dir://layout"),
        ("docker-daemon://app:1", "write docker://app:1"),
        ("containers-storage://app", "write podman://app"),
    ] {
        let found = Source::parse(word, None).unwrap_err();
        assert_eq!(found.to_string(), format!("{word}: unknown scheme"));
        assert_eq!(found.hint().as_deref(), Some(hint));
    }
}

#[cfg(unix)]
#[test]
fn paths_that_do_not_exist_are_named_where_no_engine_has_the_image() {
    let environment = SourceEnvironment::default()
        .with("DOCKER_HOST", "unix:///nowhere/docker.sock")
        .with("CONTAINER_HOST", "unix:///nowhere/podman.sock");
    for (word, expected) in [
        ("oci:c/nope", "as a path: c/nope does not exist;"),
        ("oci:c/nope:1", "as a path: c/nope does not exist;"),
        ("dir:nope:1", "as a path: nope does not exist;"),
        ("oci-archive:nope:1", "as a path: nope does not exist;"),
        ("docker-archive:nope", "as a path: nope does not exist;"),
        (
            "oci:",
            "to open a file or folder, write its path: oci:PATH\n",
        ),
        ("alpine:3", "start an engine"),
    ] {
        let source = Source::parse(word, None).unwrap();
        let options = OpenOptions {
            pull: Pull::Never,
            ..OpenOptions::default()
        };
        let opened = open(&source, &options, &environment, &Cancel::default(), &|_| {});
        let hint = opened.err().expect("no engine there").hint().unwrap();
        assert!(hint.starts_with(expected), "{word}: {hint}");
    }
}

fn addresses(engine: Engine, environment: &SourceEnvironment) -> Vec<String> {
    let observed = endpoints(engine, environment).into_iter();
    observed
        .map(|endpoint| match endpoint {
            Ok(endpoint) => endpoint.address,
            Err(attempt) => attempt.to_string(),
        })
        .collect()
}

#[cfg(unix)]
#[test]
fn a_configured_engine_is_the_only_one() {
    let plain = SourceEnvironment::default();
    assert_eq!(
        addresses(Engine::Docker, &plain),
        ["unix:///var/run/docker.sock"]
    );
    assert_eq!(
        addresses(Engine::Podman, &plain),
        ["unix:///run/podman/podman.sock"]
    );
    let set = plain
        .with("DOCKER_HOST", "tcp://far:2375")
        .with("DOCKER_CONTEXT", "unseen")
        .with("CONTAINER_HOST", "unix:///p.sock");
    assert_eq!(addresses(Engine::Docker, &set), ["tcp://far:2375"]);
    assert_eq!(addresses(Engine::Podman, &set), ["unix:///p.sock"]);
    for (host, observed) in [
        ("ssh://me@far", "ssh://me@far"),
        (
            "ssh://-oProxyCommand=x",
            "docker at ssh://-oProxyCommand=x: not an address of the form unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST",
        ),
        (
            "ssh://me:s3cret@far",
            "docker at ssh://me:***@far: not an address of the form unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST",
        ),
        (
            "ssh://me:s3/cr@et@far/s",
            "docker at ssh://me:***@far/s: not an address of the form unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST",
        ),
        (
            "me:s3cret@far",
            "docker at me:***@far: not an address of the form unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST",
        ),
        (
            "far:2375",
            "docker at far:2375: not an address of the form unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST",
        ),
    ] {
        let set = SourceEnvironment::default().with("DOCKER_HOST", host);
        assert_eq!(addresses(Engine::Docker, &set), [observed]);
    }
}

#[cfg(unix)]
#[test]
fn other_existing_sockets_are_named() {
    let scratch = Scratch::new("places");
    let home = scratch.path();
    let environment = SourceEnvironment {
        home: Some(home.to_owned()),
        runtime_folder: Some(home.join("run")),
        ..SourceEnvironment::default()
    };
    assert_eq!(addresses(Engine::Docker, &environment).len(), 1);
    scratch.write(".orbstack/run/docker.sock", "");
    scratch.write("run/docker.sock", "");
    scratch.write("run/podman/podman.sock", "");
    let home = home.display();
    assert_eq!(
        addresses(Engine::Docker, &environment),
        [
            "unix:///var/run/docker.sock".to_owned(),
            format!("unix://{home}/run/docker.sock"),
            format!("unix://{home}/.orbstack/run/docker.sock"),
        ]
    );
    assert_eq!(
        addresses(Engine::Podman, &environment),
        [
            format!("unix://{home}/run/podman/podman.sock"),
            "unix:///run/podman/podman.sock".to_owned(),
        ]
    );
}

#[test]
fn tls_is_taken_from_the_setting_over_tcp_only() {
    let tls = |host: &str| {
        let environment = SourceEnvironment::default()
            .with("DOCKER_HOST", host)
            .with("DOCKER_TLS_VERIFY", "1")
            .with("DOCKER_CERT_PATH", "/certs");
        endpoints(Engine::Docker, &environment)
            .remove(0)
            .unwrap()
            .tls
    };
    let found = tls("tcp://far:2376").unwrap();
    assert_eq!(found.authority, Path::new("/certs/ca.pem"));
    assert_eq!(found.certificate, Path::new("/certs/cert.pem"));
    assert_eq!(found.key, Path::new("/certs/key.pem"));
    #[cfg(unix)]
    assert_eq!(tls("unix:///docker.sock"), None);
}

#[test]
fn the_current_context_is_looked_up_in_the_store() {
    use sha2::Digest;
    let id = hex(&sha2::Sha256::digest(b"far"));
    let scratch = Scratch::new("context");
    let folder = scratch.path().to_str().unwrap();
    let environment = SourceEnvironment::default().with("DOCKER_CONFIG", folder);
    assert_eq!(DockerContext::current(&environment).unwrap(), None);
    scratch.write("config.json", r#"{"currentContext": "far", "auths": {}}"#);
    let ContextError { name, cause } = DockerContext::current(&environment).unwrap_err();
    let why = cause.to_string();
    assert_eq!(name, "far");
    assert!(why.contains("meta.json"), "{why}");
    let meta =
        r#"{"Name":"far","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://far.example:2376"}}}"#;
    scratch.write(&format!("contexts/meta/{id}/meta.json"), meta);
    let found = DockerContext::current(&environment).unwrap().unwrap();
    assert_eq!(
        (found.name.as_str(), found.host.as_str(), found.tls),
        ("far", "tcp://far.example:2376", None)
    );
    let authority = scratch.write(&format!("contexts/tls/{id}/docker/ca.pem"), "");
    let endpoint = endpoints(Engine::Docker, &environment).remove(0).unwrap();
    assert_eq!(endpoint.address, "tcp://far.example:2376");
    assert_eq!(endpoint.tls.unwrap().authority, authority);
    // `default` is not in the context store, and a variable overrides the file.
    let chosen = environment.clone().with("DOCKER_CONTEXT", "default");
    assert_eq!(DockerContext::current(&chosen).unwrap(), None);
    let host = environment.with("DOCKER_HOST", "tcp://near:1");
    assert_eq!(addresses(Engine::Docker, &host), ["tcp://near:1"]);
}

#[cfg(unix)]
fn try_engines(environment: &SourceEnvironment) -> Error {
    let cancel = Cancel::default();
    let source = named(None, "alpine:3");
    let options = OpenOptions {
        pull: Pull::Never,
        ..OpenOptions::default()
    };
    match open(&source, &options, environment, &cancel, &|_| {}) {
        Err(error) => error,
        Ok(opened) => panic!("opened {}", opened.origin),
    }
}

#[cfg(unix)]
#[test]
fn unreachable_engines_are_all_named_with_the_reason() {
    let scratch = Scratch::new("unreachable");
    let refusing = scratch.path().join("refusing.sock");
    drop(std::os::unix::net::UnixListener::bind(&refusing).unwrap());
    let absent = scratch.path().join("absent.sock");
    let environment = SourceEnvironment::default()
        .with("DOCKER_HOST", format!("unix://{}", refusing.display()))
        .with("CONTAINER_HOST", format!("unix://{}", absent.display()));
    let error = try_engines(&environment);
    assert_eq!(
        error.to_string(),
        "alpine:3: no container engine can be reached"
    );
    let hint = error.hint().unwrap();
    let folder = scratch.path().display();
    assert_eq!(
        hint,
        format!(
            "start an engine or set DOCKER_HOST; archives and OCI folders need none: dive-rs PATH\n\
             tried\n  docker at unix://{folder}/refusing.sock: connection refused\n  podman at unix://{folder}/absent.sock: no socket there"
        )
    );
}

/// Passes the first line of each request at a socket to `respond`.
#[cfg(unix)]
fn serve(
    path: &Path,
    respond: impl Fn(&str, &std::os::unix::net::UnixStream) + Send + 'static,
) -> SourceEnvironment {
    use std::io::{BufRead as _, BufReader};
    let listener = std::os::unix::net::UnixListener::bind(path).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let Some(request) = lines.next() else {
                continue;
            };
            lines.find(String::is_empty);
            respond(&request, &stream);
        }
    });
    SourceEnvironment::default()
        .with("DOCKER_HOST", format!("unix://{}", path.display()))
        .with("CONTAINER_HOST", "unix:///nowhere/podman.sock")
}

/// Answers each request at a socket of its own with the status and body that `answer` returns for its first line.
#[cfg(unix)]
fn answering(
    path: &Path,
    answer: impl Fn(&str) -> (&'static str, &'static str) + Send + 'static,
) -> SourceEnvironment {
    use std::io::Write as _;
    serve(path, move |request, mut stream| {
        let (status, body) = answer(request);
        let len = body.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {len}\r\nconnection: close");
        let _ = write!(stream, "{head}\r\n\r\n{body}");
    })
}

#[cfg(unix)]
#[test]
fn a_server_that_is_no_engine_is_reported() {
    let scratch = Scratch::new("no-engine");
    let path = scratch.path().join("other.sock");
    let environment = answering(&path, |_| ("404 Not Found", ""));
    let hint = try_engines(&environment).hint().unwrap();
    let printed = format!("docker at unix://{}: HTTP status 404\n", path.display());
    assert!(hint.contains(&printed), "{hint}");
}

#[cfg(unix)]
#[test]
fn an_engine_that_answers_need_not_be_started() {
    let scratch = Scratch::new("answers");
    let environment = answering(&scratch.path().join("engine.sock"), |request| match request
        .split(' ')
        .nth(1)
    {
        Some("/version") => ("200 OK", r#"{"ApiVersion":"1.41"}"#),
        _ => ("404 Not Found", r#"{"message":"no such image"}"#),
    });
    let wish = OpenOptions {
        pull: Pull::Never,
        ..OpenOptions::default()
    };
    let (source, cancel) = (named(None, "alpine:3"), Cancel::default());
    let error = open(&source, &wish, &environment, &cancel, &|_| {})
        .err()
        .unwrap();
    let hint = error.hint().unwrap();
    assert!(hint.starts_with("check the name;"), "{hint}");
    assert!(
        hint.ends_with("podman at unix:///nowhere/podman.sock: no socket there"),
        "{hint}"
    );
}

/// Engines with platform support report an image of another platform as missing.
#[cfg(unix)]
#[test]
fn an_image_of_another_platform_is_reported() {
    let scratch = Scratch::new("platform");
    let environment = answering(&scratch.path().join("engine.sock"), |request| match request
        .split(' ')
        .nth(1)
        .unwrap_or_default()
    {
        "/version" => ("200 OK", r#"{"ApiVersion":"1.51"}"#),
        path if path.ends_with("/images/alpine:3/json") => {
            ("200 OK", r#"{"Os":"linux","Architecture":"amd64"}"#)
        }
        _ => ("404 Not Found", r#"{"message":"no such image"}"#),
    });
    let platform = Platform {
        os: "linux".into(),
        architecture: "arm64".into(),
        ..Platform::default()
    };
    let wish = OpenOptions {
        pull: Pull::Never,
        platform: Some(&platform),
        ..OpenOptions::default()
    };
    let (source, cancel) = (named(None, "alpine:3"), Cancel::default());
    let error = open(&source, &wish, &environment, &cancel, &|_| {})
        .err()
        .unwrap();
    assert_eq!(
        error.to_string(),
        "alpine:3: the image in docker is for linux/amd64, not for linux/arm64"
    );
}

#[cfg(unix)]
#[test]
fn a_missing_certificate_is_named_with_the_variable() {
    let scratch = Scratch::new("certificates");
    let folder = scratch.path().display().to_string();
    let environment = SourceEnvironment::default()
        .with("DOCKER_HOST", "tcp://127.0.0.1:1")
        .with("DOCKER_TLS_VERIFY", "1")
        .with("DOCKER_CERT_PATH", &folder)
        .with("CONTAINER_HOST", "unix:///nowhere/podman.sock");
    let hint = try_engines(&environment).hint().unwrap();
    assert!(
        hint.contains(&format!("{folder}/ca.pem: No such file")),
        "{hint}"
    );
    assert!(hint.starts_with("DOCKER_CERT_PATH is the folder"), "{hint}");
    assert!(!hint.contains("docker context ls"), "{hint}");
}

#[test]
fn capitals_in_a_name_are_reported() {
    let of = |name: &str| {
        Error::Query {
            name: name.into(),
            engine: "docker".into(),
            cause: EngineError::Message("no".into()),
        }
        .hint()
        .unwrap()
    };
    let hint = of("Reg:5000/Foo:Bar");
    assert!(hint.contains(": reg:5000/foo:Bar;") && !hint.contains("Reg"));
    assert!(!of("foo:Bar").contains("lower case"));
}

#[test]
fn a_hint_fits_the_error() {
    let attempt = |engine, reason| FailedAttempt {
        engine,
        address: "unix:///s".into(),
        reason,
    };
    let hint = |attempts: Vec<FailedAttempt>| {
        let name = "a".into();
        Error::NoEngine { name, attempts }.hint().unwrap()
    };
    let denied = hint(vec![attempt(Engine::Docker, Reason::Denied)]);
    assert!(
        denied.contains("docker at unix:///s: permission denied"),
        "{denied}"
    );
    assert!(
        denied.contains("docker group") && denied.contains("sudo"),
        "{denied}"
    );
    let podman = hint(vec![attempt(Engine::Podman, Reason::Denied)]);
    assert!(
        podman.contains("systemctl --user start podman.socket"),
        "{podman}"
    );
    let tls = hint(vec![attempt(Engine::Docker, Reason::Tls)]);
    assert!(
        tls.contains("unix:///s: it accepts only TLS") && tls.contains("DOCKER_TLS_VERIFY=1"),
        "{tls}"
    );
}

#[test]
fn files_are_opened_by_content() {
    let scratch = Scratch::new("files");
    let file = scratch.write("image.tar", "twelve bytes");
    let cancel = Cancel::default();
    let open = |source: &Source| {
        open(
            source,
            &OpenOptions::default(),
            &SourceEnvironment::default(),
            &cancel,
            &|_| {},
        )
    };
    let opened = open(&Source::Path(file.clone())).unwrap();
    assert!(matches!(opened.input, Input::File(_)));
    assert_eq!(
        (opened.total, opened.origin.as_str()),
        (Some(12), "archive")
    );
    assert_eq!(opened.reopen, None, "a file stays at hand");
    let folder = open(&Source::Path(scratch.path().to_owned())).unwrap();
    assert!(matches!(folder.input, Input::Folder(_)));
    assert_eq!(folder.origin, "folder");
    let error = |source: &Source| match open(source) {
        Err(error) => (error.to_string(), error.hint()),
        Ok(opened) => panic!("opened {}", opened.origin),
    };
    let shown = file.display();
    assert_eq!(
        error(&Source::OciFolder(file.clone())).0,
        format!("{shown}: not a folder")
    );
    assert!(
        error(&Source::DockerArchive(scratch.path().to_owned()))
            .0
            .ends_with(": a folder, not an archive")
    );
    let (gone, hint) = error(&Source::OciArchive("nothing/here.tar".into()));
    assert!(gone.starts_with("nothing/here.tar: "), "{gone}");
    assert!(hint.unwrap().contains("current folder"));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_once() {
    let scratch = Scratch::new("pipe");
    let pipe = scratch.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::write(pipe, b"through the pipe").unwrap()
    });
    let opened = open(
        &Source::parse(pipe.to_str().unwrap(), None).unwrap(),
        &OpenOptions::default(),
        &SourceEnvironment::default(),
        &Cancel::default(),
        &|_| {},
    )
    .unwrap();
    assert_eq!((opened.reopen, opened.total), (None, None));
    let Input::Stream(mut stream) = opened.input else {
        panic!("a pipe cannot be read at any place");
    };
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert_eq!(text, "through the pipe");
    writer.join().unwrap();
}

/// Opens an image of a server at a socket that answers one kind of request without an end. Returns the result and how many bytes were sent.
#[cfg(unix)]
fn endless(name: &str, endless: &'static str) -> (Result<OpenedSource, Error>, usize) {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let scratch = Scratch::new(name);
    let sent = std::sync::Arc::new(AtomicUsize::new(0));
    let counted = std::sync::Arc::clone(&sent);
    let environment = serve(
        &scratch.path().join("engine.sock"),
        move |request, mut stream| {
            let path = request.split(' ').nth(1).unwrap_or_default();
            let (status, body) = match path {
                "/version" => ("200 OK", r#"{"ApiVersion":"1.41"}"#),
                path if path.ends_with(endless) => ("200 OK", "[\""),
                path if path.ends_with("/images/alpine:3/json") => ("200 OK", r#"{"Id":"a"}"#),
                _ => ("404 Not Found", "{}"),
            };
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nconnection: close\r\n\r\n{body}"
            );
            let piece = vec![b'x'; 1 << 16];
            // No more than a gigabyte, should nobody stop reading.
            for _ in 0..1 << 14 {
                if !path.ends_with(endless) || stream.write_all(&piece).is_err() {
                    break;
                }
                counted.fetch_add(piece.len(), Ordering::Relaxed);
            }
        },
    );
    let options = OpenOptions {
        pull: Pull::Never,
        ..OpenOptions::default()
    };
    let (source, cancel) = (named(None, "alpine:3"), Cancel::default());
    let opened = open(&source, &options, &environment, &cancel, &|_| {});
    (opened, sent.load(Ordering::Relaxed))
}

#[cfg(unix)]
#[test]
fn an_answer_without_an_end_is_not_collected() {
    for (name, path) in [
        ("endless-inspect", "/json"),
        ("endless-version", "/version"),
    ] {
        let (opened, sent) = endless(name, path);
        let error = opened.err().expect("no such image");
        let text = format!("{error}\n{}", error.hint().unwrap_or_default());
        assert!(text.contains("its answer is longer than 32 MiB"), "{text}");
        assert!(sent < 48 << 20, "{sent}");
    }
    // What is not needed is left out.
    let (opened, sent) = endless("endless-history", "/history");
    assert!(opened.is_ok());
    assert!((32 << 20..48 << 20).contains(&sent), "{sent}");
}

#[cfg(unix)]
#[test]
fn a_pipe_that_nothing_writes_to_is_named_and_waited_for() {
    use std::cell::RefCell;
    let scratch = Scratch::new("waiting");
    let pipe = scratch.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let source = Source::parse(pipe.to_str().unwrap(), None).unwrap();
    let open = |cancel: &Cancel, report: &dyn Fn(OpenEvent)| {
        let (options, environment) = (OpenOptions::default(), SourceEnvironment::default());
        open(&source, &options, &environment, cancel, &report)
    };
    let events = RefCell::new(Vec::new());
    let opened = open(&Cancel::default(), &|event| {
        events.borrow_mut().push(event);
        let pipe = pipe.clone();
        std::thread::spawn(move || fs::write(pipe, b"at last").unwrap());
    });
    assert_eq!(*events.borrow(), [OpenEvent::Waiting(pipe.clone())]);
    let Input::Stream(mut stream) = opened.unwrap().input else {
        panic!("a pipe cannot be read at any place");
    };
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert_eq!(text, "at last");
    let cancel = Cancel::default();
    let opened = open(&cancel, &|_| cancel.cancel());
    assert!(matches!(opened.err(), Some(Error::Cancelled)));
}

#[test]
fn an_address_in_brackets_is_a_registry() {
    for name in ["[::1]:5000/team/app:1", "[::1]/app"] {
        let Source::Registry(reference) = parse(name) else {
            panic!("{name} is not in a registry");
        };
        assert!(name.starts_with(&reference.host), "{reference}");
    }
    for name in ["[::1]:5000", "[::1", "[x]/y"] {
        assert!(Source::parse(name, None).is_err(), "{name}");
    }
}

#[test]
fn a_registry_without_a_repository_is_refused() {
    for host in [
        "localhost",
        "localhost:5000",
        "127.0.0.1:5000",
        "[::1]:5000",
        "reg.example:5000",
    ] {
        for name in [host.to_owned(), format!("{host}/")] {
            let error = Source::parse(&format!("registry://{name}"), None).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("{name}: a registry's host without a repository")
            );
            let hint = error.hint().unwrap();
            assert!(
                hint.contains(&format!("registry://{host}/NAME:TAG")),
                "{hint}"
            );
        }
    }
    for name in ["alpine", "redis:7", "user/app"] {
        assert!(
            Source::parse(&format!("registry://{name}"), None).is_ok(),
            "{name}"
        );
    }
}

#[test]
fn an_archive_that_is_not_there_is_a_path() {
    for end in [
        "tar", "tar.gz", "tgz", "tar.zst", "tar.xz", "txz", "tar.bz2", "tbz2", "tar.lz4", "oci",
    ] {
        for name in [
            format!("absent.{end}"),
            format!("registry.example/absent.{end}"),
            format!("[::1]:5000/absent.{end}"),
        ] {
            assert_eq!(parse(&name), Source::Path(name.into()));
        }
    }
}
