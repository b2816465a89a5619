//! A real registry on loopback, for pulls.

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

pub(crate) struct Registry {
    process: Child,
    port: u16,
    _scratch: Scratch,
}

impl Registry {
    /// Starts a registry; returns nothing when none is installed.
    pub(crate) fn start() -> Option<Self> {
        Self::serve("", None)
    }

    /// Starts a registry for the user `me` with the password `open sesame` only.
    pub(crate) fn locked() -> Option<Self> {
        Self::serve(USERS, None)
    }

    /// Starts a registry with TLS; the folder has its certificate and key.
    pub(crate) fn with_tls(certificates: &Path) -> Option<Self> {
        Self::serve("", Some(certificates))
    }

    /// Returns the login of a locked registry in the form of the engines' API.
    pub(crate) fn login() -> String {
        STANDARD.encode(r#"{"username":"me","password":"open sesame"}"#)
    }

    fn serve(users: &str, certificates: Option<&Path>) -> Option<Self> {
        // A free port may be taken before the registry listens.
        static ONE_AFTER_ANOTHER: Mutex<()> = Mutex::new(());
        let _turn = ONE_AFTER_ANOTHER.lock();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let scratch = Scratch::new(&format!("registry-{port}"));
        let config = scratch.path().join("config.yml");
        let root = scratch.path().join("data");
        let lock = if users.is_empty() {
            String::new()
        } else {
            let file = scratch.write("users", users);
            let file = file.display();
            format!("auth: {{htpasswd: {{realm: tests, path: {file}}}}}\n")
        };
        let tls = certificates.map_or_else(String::new, |folder| {
            let folder = folder.display();
            format!(", tls: {{certificate: {folder}/server.pem, key: {folder}/server.key}}")
        });
        let text = format!(
            "version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: '127.0.0.1:{port}'{tls}}}\n{lock}",
            root.display()
        );
        std::fs::write(&config, text).unwrap();
        let process = Command::new("docker-registry")
            .arg("serve")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = process else {
            skip("docker-registry is not installed");
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
