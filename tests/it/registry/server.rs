//! Real registries on loopback, for pulls: Debian's docker-registry, which is distribution 2, and distribution 3, which `.ci/engines` builds where Go is
//! installed.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::engines::skip;
use crate::source::Scratch;

/// The users of a locked registry: `me` with the password `open sesame`.
const USERS: &str = "me:$2b$04$IZ9D4YClIUgC/FDZX64oc.IJ8nhRPp6nN26JNvYnxCtqkUZwOuTGa\n";

/// The program of a registry.
#[derive(Clone, Copy)]
enum Program {
    Distribution2,
    /// Its path is in `DIVE_RS_TEST_REGISTRY3`; without the variable there is none.
    Distribution3,
}

impl Program {
    fn command(self) -> Option<Command> {
        match self {
            Self::Distribution2 => Some(Command::new("docker-registry")),
            Self::Distribution3 => {
                let path = std::env::var_os("DIVE_RS_TEST_REGISTRY3")?;
                let mut command = Command::new(path);
                // It would look for a collector on this machine.
                command.env("OTEL_TRACES_EXPORTER", "none");
                Some(command)
            }
        }
    }
}

pub(crate) struct Registry {
    process: Child,
    port: u16,
    _scratch: Scratch,
}

impl Registry {
    /// Starts a registry; returns nothing when none is installed.
    pub(crate) fn start() -> Option<Self> {
        Self::serve(Program::Distribution2, "", None)
    }

    /// Starts each registry that is there.
    pub(crate) fn each() -> Vec<Self> {
        Self::serve_each("", None)
    }

    /// Starts a registry for the user `me` with the password `open sesame` only.
    pub(crate) fn locked() -> Option<Self> {
        Self::serve(Program::Distribution2, USERS, None)
    }

    /// Starts each registry that is there for the user `me` with the password `open sesame` only.
    pub(crate) fn each_locked() -> Vec<Self> {
        Self::serve_each(USERS, None)
    }

    /// Starts a registry with TLS; the folder has its certificate and key. The static program, which exists on Linux only, is tested with it.
    #[cfg(target_os = "linux")]
    pub(crate) fn with_tls(certificates: &Path) -> Option<Self> {
        Self::serve(Program::Distribution2, "", Some(certificates))
    }

    /// Starts each registry that is there with TLS; the folder has its certificate and key.
    pub(crate) fn each_with_tls(certificates: &Path) -> Vec<Self> {
        Self::serve_each("", Some(certificates))
    }

    /// Starts a registry with TLS whose tokens are from a server at this address.
    pub(crate) fn with_tokens(certificates: &Path, realm: &str) -> Option<Self> {
        let authority = certificates.join("ca.pem");
        let authority = authority.display();
        let auth = format!(
            "auth: {{token: {{realm: '{realm}', service: tests, issuer: tests, rootcertbundle: {authority}}}}}\n"
        );
        Self::serve_with(
            Program::Distribution2,
            &|_| auth.clone(),
            Some(certificates),
        )
    }

    /// Returns the login of a locked registry in the form of the engines' API.
    pub(crate) fn login() -> String {
        STANDARD.encode(r#"{"username":"me","password":"open sesame"}"#)
    }

    fn serve_each(users: &str, certificates: Option<&Path>) -> Vec<Self> {
        let programs = [Program::Distribution2, Program::Distribution3].into_iter();
        let served = programs.filter_map(|program| Self::serve(program, users, certificates));
        served.collect()
    }

    fn serve(program: Program, users: &str, certificates: Option<&Path>) -> Option<Self> {
        let auth = |scratch: &Scratch| {
            if users.is_empty() {
                return String::new();
            }
            let file = scratch.write("users", users);
            let file = file.display();
            format!("auth: {{htpasswd: {{realm: tests, path: {file}}}}}\n")
        };
        Self::serve_with(program, &auth, certificates)
    }

    /// Starts a registry with this part of its configuration.
    fn serve_with(
        program: Program,
        auth: &dyn Fn(&Scratch) -> String,
        certificates: Option<&Path>,
    ) -> Option<Self> {
        // A free port may be taken before the registry listens.
        static ONE_AFTER_ANOTHER: Mutex<()> = Mutex::new(());
        let mut command = program.command()?;
        let _turn = ONE_AFTER_ANOTHER.lock();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let scratch = Scratch::new(&format!("registry-{port}"));
        let config = scratch.path().join("config.yml");
        let root = scratch.path().join("data");
        let lock = auth(&scratch);
        let tls = certificates.map_or_else(String::new, |folder| {
            let folder = folder.display();
            format!(", tls: {{certificate: {folder}/server.pem, key: {folder}/server.key}}")
        });
        let text = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: '127.0.0.1:{port}'{tls}}}\n{lock}",
            root.display()
        );
        std::fs::write(&config, text).unwrap();
        let process = command
            .arg("serve")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = process else {
            let name = command.get_program().to_string_lossy();
            skip(&format!("{name} cannot be started"));
            return None;
        };
        let registry = Self {
            process,
            port,
            _scratch: scratch,
        };
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(registry);
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the registry does not listen");
    }

    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
