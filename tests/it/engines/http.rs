//! A minimal HTTP client over a unix socket: load, tag, push and remove an image.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// An engine's socket.
pub(crate) struct Socket(PathBuf);

impl Socket {
    /// Returns the socket of an address `unix:///PATH`.
    pub(crate) fn at(address: &str) -> Self {
        Self(address.strip_prefix("unix://").unwrap().into())
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn tag(&self, name: &str, new: &str) {
        let (repository, tag) = new.rsplit_once(':').unwrap();
        let target = format!("/images/{name}/tag?repo={repository}&tag={tag}");
        let (status, answer) = self.ask("POST", &target, "", b"");
        assert!((200..300).contains(&status), "{status} {answer}");
    }

    /// Pushes an image; `login` is base64 of the API's `AuthConfig`.
    pub(crate) fn push(&self, name: &str, login: &str) {
        let (repository, tag) = name.rsplit_once(':').unwrap();
        let target = format!("/images/{repository}/push?tag={tag}");
        let login = format!("X-Registry-Auth: {login}\r\n");
        let (status, answer) = self.ask("POST", &target, &login, b"");
        assert!(status == 200 && !answer.contains("errorDetail"), "{answer}");
    }

    pub(crate) fn pull(&self, name: &str) {
        let (repository, tag) = name.rsplit_once(':').unwrap();
        let target = format!("/images/create?fromImage={repository}&tag={tag}");
        let (status, answer) = self.ask("POST", &target, "", b"");
        assert!(status == 200 && !answer.contains("errorDetail"), "{answer}");
    }

    pub(crate) fn remove(&self, name: &str) {
        let (status, answer) = self.ask("DELETE", &format!("/images/{name}"), "", b"");
        assert_eq!(status, 200, "{answer}");
    }

    pub(crate) fn load(&self, archive: &[u8]) {
        let (status, answer) = self.ask(
            "POST",
            "/images/load?quiet=1",
            "Content-Type: application/x-tar\r\n",
            archive,
        );
        assert!(status == 200 && !answer.contains("errorDetail"), "{answer}");
    }

    /// Returns the status and the answer, including chunk headers.
    fn ask(&self, method: &str, target: &str, headers: &str, body: &[u8]) -> (u16, String) {
        let mut stream = UnixStream::connect(&self.0).unwrap();
        let len = body.len();
        write!(
            stream,
            "{method} {target} HTTP/1.1\r\nHost: engine\r\nConnection: close\r\n{headers}Content-Length: {len}\r\n\r\n"
        )
        .unwrap();
        stream.write_all(body).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
        (status.unwrap_or_else(|| panic!("{answer}")), answer)
    }
}
