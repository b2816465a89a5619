//! `source` against real engines: Docker with the classic store, Docker with the containerd store, Podman. `.ci/engines` sets a variable for each; without
//! it a test prints one line and is skipped, or fails when `CI` is set. Images are built here and loaded through the engine's API with hand-written HTTP,
//! so that no code of `source` tests itself.

mod build;
mod buildkit;
mod compared;
mod files;
mod findings;
mod folders;
mod http;
mod image;
mod installed;
mod proxy;
mod reopened;
mod throttle;
mod transfer;
mod unpacked;

use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use dive_rs::archive::{Cancel, Input};
use dive_rs::image::Platform;
use dive_rs::source::{
    Engine, Error, ExportError, OpenEvent, OpenOptions, OpenedSource, Pull, Source,
    SourceEnvironment, base_layers, list, open,
};

use self::http::Socket;
use self::image::NAME;
use self::proxy::Proxy;
use crate::command::Shell;
pub use crate::command::skip;
use crate::registry::server::Registry;

/// An engine to test with.
struct Tested {
    engine: Engine,
    socket: Socket,
    /// The engine's own command.
    cli: String,
}

impl Tested {
    /// Returns the engine named by a variable, with the test image loaded.
    fn of(variable: &str) -> Option<Self> {
        let address = address(variable)?;
        let engine = if variable.ends_with("PODMAN") {
            Engine::Podman
        } else {
            Engine::Docker
        };
        let socket = Socket::at(&address);
        image::load(&socket);
        let cli = std::env::var(format!("{variable}_CLI")).unwrap();
        Some(Self {
            engine,
            socket,
            cli,
        })
    }

    fn environment(&self) -> SourceEnvironment {
        environment(self.engine, &self.socket)
    }

    fn open(&self, name: &str, wish: &OpenOptions<'_>) -> Result<OpenedSource, Error> {
        let which = Some(self.engine);
        let name = name.to_owned();
        let source = Source::Engine { which, name };
        open(
            &source,
            wish,
            &self.environment(),
            &Cancel::default(),
            &|_| {},
        )
    }
}

/// Returns a folder with a real engine's `docker` and two Dockerfiles to build, `passing` and `failing`.
pub fn docker() -> Option<crate::command::Shell> {
    Tested::of("DIVE_RS_TEST_DOCKER").map(|tested| build::context(&tested))
}

#[cfg(target_os = "linux")]
/// Returns a second socket of the real docker engine, which has the image `image_name`.
pub fn forwarded_docker() -> Option<Proxy> {
    let tested = Tested::of("DIVE_RS_TEST_DOCKER")?;
    Some(Proxy::cutting_after(&tested.socket, usize::MAX))
}

#[cfg(target_os = "linux")]
/// Returns the name of the image that each engine has.
pub fn image_name() -> &'static str {
    NAME
}

/// Returns the name of the test image, loaded into the engine that a variable names.
pub fn engine_with_image(variable: &str) -> Option<&'static str> {
    Tested::of(variable).map(|_| NAME)
}

/// Returns a folder with files to build from and a `docker` that has buildx: its builder is BuildKit in an engine, which has no network but the machine's own
/// registries.
pub fn buildkit() -> Option<Shell> {
    buildkit::with_buildx().map(|(_, shell)| shell)
}

/// Returns the variable with an engine's address, and that of a socket.
fn variable(engine: Engine, socket: &Socket) -> (&'static str, String) {
    let variable = match engine {
        Engine::Docker => "DOCKER_HOST",
        Engine::Podman => "CONTAINER_HOST",
    };
    (variable, format!("unix://{}", socket.path().display()))
}

fn environment(engine: Engine, socket: &Socket) -> SourceEnvironment {
    let (variable, address) = variable(engine, socket);
    SourceEnvironment::default().with(variable, address)
}

/// Returns a shell whose engine is behind a proxy.
fn proxied(shell: Shell, engine: Engine, proxy: &Proxy) -> Shell {
    let (variable, address) = variable(engine, proxy.socket());
    shell.env(variable, &address)
}

/// Returns the address in a variable of `.ci/engines`.
pub fn address(variable: &str) -> Option<String> {
    let address = std::env::var(variable).ok();
    if address.is_none() {
        skip(&format!("{variable} names no engine"));
    }
    address
}

/// Returns whether a program of the machine is installed.
pub fn is_installed(program: &str) -> bool {
    let mut folders = ["/usr/bin", "/bin"].into_iter();
    let there = folders.any(|folder| Path::new(folder).join(program).exists());
    if !there {
        skip(&format!("{program} is not installed"));
    }
    there
}

fn stream(opened: OpenedSource) -> Box<dyn Read + Send> {
    match opened.input {
        Input::Stream(stream) => stream,
        _ => panic!("an engine's image is a stream"),
    }
}

fn fault(error: &std::io::Error) -> ExportError {
    let fault = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<ExportError>());
    fault
        .unwrap_or_else(|| panic!("no fault of ours: {error}"))
        .clone()
}

fn refused(opened: Result<OpenedSource, Error>) -> Error {
    match opened {
        Err(error) => error,
        Ok(opened) => panic!("opened {} from {}", opened.reference, opened.origin),
    }
}

/// Checks that apply to every engine.
mod properties {
    use super::*;

    pub(super) use super::build::{
        a_build_that_fails_keeps_its_words_and_its_exit_code, a_context_is_an_address,
        a_file_comes_from_standard_input, a_file_is_named_either_way,
        a_finding_points_into_the_dockerfile, each_instruction_has_its_build_time,
    };
    pub(super) use super::compared::{
        an_image_is_compared_with_its_archive, an_image_is_compared_with_what_was_built_on_it,
        no_image_is_packed_before_both_are_found,
    };

    pub(super) use super::reopened::{
        an_export_that_fails_is_tried_once, an_image_is_exported_once,
    };

    pub(super) use super::files::{
        files_are_listed_printed_and_extracted, files_are_those_of_the_engines_containers,
        names_that_look_like_schemes_are_images,
    };

    pub(super) fn hands_out_an_image(tested: &Tested) {
        let opened = tested.open(NAME, &OpenOptions::default()).unwrap();
        assert_eq!(opened.origin, tested.engine.to_string());
        assert_eq!(opened.reference, NAME);
        let about = opened.about.clone().unwrap();
        assert!(about.id.starts_with("sha256:"), "{}", about.id);
        assert!(
            about.tags.iter().any(|tag| tag.ends_with(NAME)),
            "{:?}",
            about.tags
        );
        assert_eq!(about.platform.to_string(), "linux/amd64");
        let headings = opened.headings.clone().unwrap();
        let instructions: Vec<_> = headings
            .iter()
            .map(|heading| &heading.instruction)
            .collect();
        assert_eq!(
            instructions,
            ["#(nop) ADD file:0123 in / ", "dd if=/dev/urandom of=/noise"]
        );
        let diff_ids: Vec<_> = headings
            .iter()
            .map(|heading| heading.diff_id.clone().unwrap())
            .collect();
        assert_eq!(diff_ids, image::diff_ids());
        let again = opened.reopen.clone().unwrap();
        let mut whole = Vec::new();
        stream(opened).read_to_end(&mut whole).unwrap();
        assert!(image::holds_manifest(&whole));
        // Again, by the name in `again`.
        let Source::Engine { name, .. } = again else {
            panic!("{again:?}");
        };
        let mut second = Vec::new();
        let opened = tested.open(&name, &OpenOptions::default()).unwrap();
        stream(opened).read_to_end(&mut second).unwrap();
        assert_eq!(whole.len(), second.len());
    }

    pub(super) fn names_what_is_missing(tested: &Tested) {
        let wish = OpenOptions {
            pull: Pull::Never,
            ..OpenOptions::default()
        };
        let error = refused(tested.open("dive-rs-absent:1", &wish));
        assert!(matches!(error, Error::NotFound { .. }), "{error:?}");
        let expected = format!(
            "dive-rs-absent:1: no such image in {} at unix://{}",
            tested.engine,
            tested.socket.path().display()
        );
        assert_eq!(error.to_string(), expected);
        assert!(error.hint().unwrap().contains("--pull missing"));
    }

    pub(super) fn says_why_a_pull_failed(tested: &Tested) {
        // The first port is closed.
        let name = "127.0.0.1:1/dive-rs-absent:1";
        let error = refused(tested.open(name, &OpenOptions::default()));
        assert!(matches!(error, Error::Pull { .. }), "{error:?}");
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("{name}: {} at unix://", tested.engine)),
            "{text}"
        );
        assert!(text.contains(" could not pull it: "), "{text}");
        assert!(text.contains("connection refused"), "{text}");
        assert!(!text.contains('\n'), "{text}");
    }

    pub(super) fn breaking_off_is_an_error(tested: &Tested) {
        let proxy = Proxy::cutting_after(&tested.socket, 700_000);
        let environment = environment(tested.engine, proxy.socket());
        let source = Source::Engine {
            which: Some(tested.engine),
            name: NAME.into(),
        };
        let opened = open(
            &source,
            &OpenOptions::default(),
            &environment,
            &Cancel::default(),
            &|_| {},
        );
        let mut whole = Vec::new();
        let error = stream(opened.unwrap()).read_to_end(&mut whole).unwrap_err();
        let ExportError::Interrupted { bytes, .. } = fault(&error) else {
            panic!("{error}");
        };
        assert_eq!(bytes, whole.len() as u64);
        assert!((1..700_000).contains(&bytes), "{bytes}");
        assert!(error.to_string().contains("stopped after"), "{error}");
        let what = "the archive".to_owned();
        let observed = dive_rs::archive::Error::Io {
            what,
            source: error,
        };
        assert!(observed.hint().unwrap().contains("try again"));
    }

    pub(super) fn a_cancel_ends_the_stream(tested: &Tested) {
        let cancel = Cancel::default();
        let source = Source::Engine {
            which: Some(tested.engine),
            name: NAME.into(),
        };
        let opened = open(
            &source,
            &OpenOptions::default(),
            &tested.environment(),
            &cancel,
            &|_| {},
        );
        let mut stream = stream(opened.unwrap());
        let mut some = [0; 1000];
        stream.read_exact(&mut some).unwrap();
        cancel.cancel();
        let requested = Instant::now();
        let error = stream.read_to_end(&mut Vec::new()).unwrap_err();
        assert!(matches!(fault(&error), ExportError::Cancelled), "{error:?}");
        assert!(requested.elapsed() < Duration::from_secs(1));
    }

    pub(super) fn another_platform_is_refused(tested: &Tested) {
        let platform = Platform {
            os: "linux".into(),
            architecture: "s390x".into(),
            ..Platform::default()
        };
        let wish = OpenOptions {
            platform: Some(&platform),
            pull: Pull::Never,
            ..OpenOptions::default()
        };
        let error = refused(tested.open(NAME, &wish));
        // Engines with platform support report that it is missing.
        assert!(
            matches!(error, Error::Platform { .. } | Error::NotFound { .. }),
            "{error:?}"
        );
        assert!(error.hint().is_some());
        let platform = Platform {
            architecture: "amd64".into(),
            ..platform
        };
        let wish = OpenOptions {
            platform: Some(&platform),
            pull: Pull::Never,
            ..OpenOptions::default()
        };
        assert!(tested.open(NAME, &wish).is_ok());
    }

    pub(super) fn lists_its_images(tested: &Tested) {
        let images = list(
            Some(tested.engine),
            &tested.environment(),
            &Cancel::default(),
            &|_| {},
        );
        let images = images.unwrap();
        let ours = images
            .iter()
            .find(|image| image.name.as_ref().is_some_and(|name| name.ends_with(NAME)));
        let ours = ours.unwrap_or_else(|| panic!("{images:?}"));
        assert!(ours.id.starts_with("sha256:") && ours.size > 0, "{ours:?}");
    }

    pub(super) fn lists_the_layers_of_its_images(tested: &Tested) {
        let ask = |references: &[&str]| {
            let references: Vec<String> = references.iter().map(ToString::to_string).collect();
            let environment = tested.environment();
            base_layers(
                Some(tested.engine),
                &references,
                &environment,
                &Cancel::default(),
            )
            .unwrap()
        };
        let digest = format!("sha256:{}", "0".repeat(64));
        assert_eq!(ask(&[&digest, "no/such:image", "../../info"]), None);
        assert_eq!(ask(&[&digest, NAME]), Some(image::diff_ids()));
    }
}

macro_rules! each_engine {
    ($($property:ident),+ $(,)?) => {
        mod docker { $(#[test] fn $property() { if let Some(tested) = super::Tested::of("DIVE_RS_TEST_DOCKER") { super::properties::$property(&tested); } })+ }
        mod containerd { $(#[test] fn $property() { if let Some(tested) = super::Tested::of("DIVE_RS_TEST_CONTAINERD") { super::properties::$property(&tested); } })+ }
        mod podman { $(#[test] fn $property() { if let Some(tested) = super::Tested::of("DIVE_RS_TEST_PODMAN") { super::properties::$property(&tested); } })+ }
    };
}

each_engine!(
    hands_out_an_image,
    names_what_is_missing,
    says_why_a_pull_failed,
    breaking_off_is_an_error,
    a_cancel_ends_the_stream,
    another_platform_is_refused,
    lists_its_images,
    lists_the_layers_of_its_images,
    a_file_is_named_either_way,
    a_file_comes_from_standard_input,
    a_build_that_fails_keeps_its_words_and_its_exit_code,
    a_context_is_an_address,
    a_finding_points_into_the_dockerfile,
    each_instruction_has_its_build_time,
    files_are_listed_printed_and_extracted,
    files_are_those_of_the_engines_containers,
    names_that_look_like_schemes_are_images,
    an_image_is_compared_with_its_archive,
    an_image_is_compared_with_what_was_built_on_it,
    no_image_is_packed_before_both_are_found,
    an_image_is_exported_once,
    an_export_that_fails_is_tried_once,
);

#[test]
fn images_missing_in_docker_come_from_podman() {
    let (Some(docker), Some(podman)) = (
        Tested::of("DIVE_RS_TEST_DOCKER"),
        Tested::of("DIVE_RS_TEST_PODMAN"),
    ) else {
        return;
    };
    let name = "dive-rs-source-test:podman-only";
    podman.socket.tag(NAME, name);
    let podman_address = format!("unix://{}", podman.socket.path().display());
    let environment = docker.environment().with("CONTAINER_HOST", podman_address);
    let source = |name: &str| Source::parse(name, None).unwrap();
    let opened = |name: &str| {
        open(
            &source(name),
            &OpenOptions::default(),
            &environment,
            &Cancel::default(),
            &|_| {},
        )
        .unwrap()
    };
    assert_eq!(opened(name).origin, "podman");
    assert_eq!(opened(NAME).origin, "docker");
}

#[test]
fn an_engine_identifies_itself() {
    let Some(podman) = Tested::of("DIVE_RS_TEST_PODMAN") else {
        return;
    };
    // Podman behind Docker's socket, as with `podman-docker`.
    let environment = environment(Engine::Docker, &podman.socket);
    let source = Source::parse(&format!("docker://{NAME}"), None).unwrap();
    let opened = open(
        &source,
        &OpenOptions::default(),
        &environment,
        &Cancel::default(),
        &|_| {},
    )
    .unwrap();
    assert_eq!(opened.origin, "podman");
}

#[test]
fn a_cancel_ends_the_wait_for_a_silent_engine() {
    let scratch = crate::source::Scratch::new("silent");
    let path = scratch.path().join("silent.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let environment = environment(
        Engine::Docker,
        &Socket::at(&format!("unix://{}", path.display())),
    );
    let cancel = Cancel::default();
    let requested = Instant::now();
    let error = open(
        &Source::parse("docker://a", None).unwrap(),
        &OpenOptions::default(),
        &environment,
        &cancel,
        &|_| cancel.cancel(),
    );
    assert!(refused(error).is_cancelled());
    assert!(requested.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_missing_image_is_pulled_with_progress() {
    for variable in ["DIVE_RS_TEST_DOCKER", "DIVE_RS_TEST_CONTAINERD"] {
        let Some(tested) = Tested::of(variable) else {
            continue;
        };
        let Some(registry) = Registry::start() else {
            return;
        };
        let name = format!("{}/dive-rs/pulled:1", registry.host());
        tested.socket.tag(NAME, &name);
        tested.socket.push(&name, "e30=");
        tested.socket.remove(&name);
        let observed = std::cell::RefCell::new(Vec::new());
        let opened = open(
            &Source::parse(&name, None).unwrap(),
            &OpenOptions::default(),
            &tested.environment(),
            &Cancel::default(),
            &|event| observed.borrow_mut().push(event),
        );
        let opened = opened.unwrap();
        tested.socket.remove(&name);
        assert_eq!(opened.reference, name);
        let observed = observed.into_inner();
        assert!(
            matches!(observed[0], OpenEvent::Connecting(_)),
            "{observed:?}"
        );
        assert!(
            observed
                .iter()
                .any(|event| matches!(event, OpenEvent::Pulling { .. })),
            "{observed:?}"
        );
    }
}

#[test]
fn tls_requires_a_certificate() {
    let Some(tested) = Tested::of("DIVE_RS_TEST_DOCKER") else {
        return;
    };
    let (Some(host), Some(certs)) = (
        address("DIVE_RS_TEST_DOCKER_TLS"),
        address("DIVE_RS_TEST_DOCKER_CERTS"),
    ) else {
        return;
    };
    let open = |certs: &str| {
        let environment = SourceEnvironment::default()
            .with("DOCKER_HOST", &host)
            .with("DOCKER_TLS_VERIFY", "1")
            .with("DOCKER_CERT_PATH", certs);
        open(
            &Source::parse(&format!("docker://{NAME}"), None).unwrap(),
            &OpenOptions::default(),
            &environment,
            &Cancel::default(),
            &|_| {},
        )
    };
    let [mut secure, mut plain] = [Vec::new(), Vec::new()];
    let opened = tested.open(NAME, &OpenOptions::default()).unwrap();
    stream(opened).read_to_end(&mut plain).unwrap();
    stream(open(&certs).unwrap())
        .read_to_end(&mut secure)
        .unwrap();
    assert!(secure == plain, "TLS changes the bytes");

    let environment = SourceEnvironment::default().with("DOCKER_HOST", &host);
    let source = Source::parse(&format!("docker://{NAME}"), None).unwrap();
    let (wish, cancel) = (OpenOptions::default(), Cancel::default());
    let unsaid = refused(dive_rs::source::open(
        &source,
        &wish,
        &environment,
        &cancel,
        &|_| {},
    ));
    let unsaid = unsaid.hint().unwrap();
    assert!(unsaid.contains("it accepts only TLS"), "{unsaid}");

    // A client certificate of another authority, and a server certificate of none.
    let scratch = crate::source::Scratch::new("tls");
    let copy = |name: &str| {
        let from = std::path::Path::new(&certs).join(name);
        std::fs::copy(from, scratch.path().join(name)).unwrap();
    };
    let other = scratch.path().join("other.pem").display().to_string();
    let made = std::process::Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x",
        ])
        .args(["-keyout", &format!("{other}.key"), "-out", &other])
        .output();
    assert!(made.unwrap().status.success());
    copy("ca.pem");
    let given = |file: &str, name: &str| std::fs::copy(file, scratch.path().join(name)).unwrap();
    given(&other, "cert.pem");
    given(&format!("{other}.key"), "key.pem");
    let folder = scratch.path().display().to_string();
    let stranger = refused(open(&folder)).hint().unwrap();
    assert!(stranger.contains(&host), "{stranger}");
    copy("cert.pem");
    copy("key.pem");
    given(&other, "ca.pem");
    let unknown = refused(open(&folder)).hint().unwrap();
    assert!(unknown.contains("certificate"), "{unknown}");
}

#[test]
fn a_credential_helper_logs_in_to_a_registry() {
    for (variable, setting) in [
        ("DIVE_RS_TEST_DOCKER", "credHelpers"),
        ("DIVE_RS_TEST_CONTAINERD", "credsStore"),
    ] {
        let Some(tested) = Tested::of(variable) else {
            continue;
        };
        let Some(registry) = Registry::locked() else {
            return;
        };
        let name = format!("{}/dive-rs/locked:1", registry.host());
        tested.socket.tag(NAME, &name);
        tested.socket.push(&name, &Registry::login());
        tested.socket.remove(&name);
        let scratch = crate::source::Scratch::new("helper");
        let pull = |word: &str| {
            let helper = match setting {
                "credsStore" => serde_json::json!(word),
                _ => serde_json::json!({ registry.host(): word }),
            };
            let configuration = serde_json::json!({ setting: helper });
            scratch.write("config.json", &configuration.to_string());
            let folder = scratch.path().display().to_string();
            let environment = tested
                .environment()
                .with("DOCKER_CONFIG", &folder)
                .with("PATH", format!("{folder}:/usr/bin:/bin"));
            open(
                &Source::parse(&name, None).unwrap(),
                &OpenOptions::default(),
                &environment,
                &Cancel::default(),
                &|_| {},
            )
        };
        let script = format!(
            "#!/bin/sh\nread -r server\n[ \"$1 $server\" = 'get {}' ] || exit 1\n\
             printf '{{\"ServerURL\":\"%s\",\"Username\":\"me\",\"Secret\":\"open sesame\"}}' \"$server\"\n",
            registry.host()
        );
        scratch.write_program("docker-credential-tests", &script);
        let refusal = refused(pull("absent")).to_string();
        assert!(refusal.contains("could not pull it"), "{refusal}");
        let opened = pull("tests").unwrap();
        tested.socket.remove(&name);
        assert_eq!(opened.reference, name);
    }
}

#[test]
fn a_denied_socket_is_reported() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let scratch = crate::source::Scratch::new("denied");
    let path = scratch.path().join("denied.sock");
    let _listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o000)).unwrap();
    // Root may access everything, so root runs this program as another user, from a copy that anyone may run.
    let program = scratch.path().join("asker");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut asker = std::process::Command::new(&program);
    asker
        .args(["--exact", "engines::queries_a_denied_socket"])
        .args(["--ignored", "--nocapture"])
        .current_dir("/")
        .env("DIVE_RS_TEST_DENIED", &path);
    if scratch.path().metadata().unwrap().uid() == 0 {
        asker.uid(65534).gid(65534);
    }
    let output = asker.output().unwrap();
    let observed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && observed.contains("1 passed"),
        "{observed}"
    );
}

#[test]
#[ignore = "the other half of the test above"]
fn queries_a_denied_socket() {
    let path = std::env::var("DIVE_RS_TEST_DENIED").unwrap();
    let environment = environment(Engine::Docker, &Socket::at(&format!("unix://{path}")));
    let error = refused(open(
        &Source::parse("docker://a", None).unwrap(),
        &OpenOptions::default(),
        &environment,
        &Cancel::default(),
        &|_| {},
    ));
    let hint = error.hint().unwrap();
    assert!(
        hint.contains(&format!(
            "\ntried\n  docker at unix://{path}: permission denied"
        )),
        "{hint}"
    );
    assert!(hint.starts_with("join the docker group"), "{hint}");
}
