//! Reaches an engine on another host as the docker command does: the user's own `ssh` runs `docker system dial-stdio` there, and its pipes carry the requests
//! (docker/cli, `connhelper`). bollard's `ssh` feature starts an OpenSSH master per request, accepts unknown hosts and hides what ssh prints. ssh never prompts
//! here, since a screen may be open: keys come from the agent or files without a passphrase.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::process::{ExitStatus, Stdio};
use std::task::{Context, Poll, ready};

use bollard::errors::Error as ClientError;
use bollard::{ClientVersion, Docker};
use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tower_service::Service;

use super::answer_limit::{self, CountingDial};
use super::engine::Engine;
use super::environment::SourceEnvironment;
use crate::escape::text as shown;

/// How long ssh may take to connect, in seconds.
const CONNECT: u32 = 10;
/// How much of what ssh and the remote command print is read.
const LARGEST_MESSAGE: u64 = 64 << 10;
/// The exit code of a shell that does not find a command.
const NOT_FOUND: i32 = 127;
/// The exit code of ssh for its own errors.
const SSH_ERROR: i32 = 255;

/// A host that is reached through ssh, and the command that is run there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshHost {
    /// `user@host`, or `host`.
    destination: String,
    port: Option<u16>,
    /// The engine's socket there; its default one without.
    socket: Option<String>,
    engine: Engine,
    /// The file with the key, if one is set.
    key: Option<String>,
    /// Where `ssh` is looked up.
    path: Option<String>,
}

impl SshHost {
    /// Parses `ssh://[USER@]HOST[:PORT][/SOCKET]`; returns `None` if it is written differently.
    pub(super) fn parse(
        address: &str,
        engine: Engine,
        environment: &SourceEnvironment,
    ) -> Option<Self> {
        let way = address.strip_prefix("ssh://")?;
        let (authority, socket) = way.find('/').map_or((way, ""), |at| way.split_at(at));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let (host, port) = match host.strip_prefix('[') {
            // An IPv6 address.
            Some(rest) => {
                let (host, rest) = rest.split_once(']')?;
                (host, rest.strip_prefix(':'))
            }
            None => match host.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (host, None),
            },
        };
        let port = port.map(str::parse).transpose().ok()?;
        let is_plain = |part: &str| {
            !part.is_empty() && !part.starts_with('-') && !part.contains(char::is_whitespace)
        };
        // ssh takes a password in the address for a part of the user's name.
        if !is_plain(host) || user.is_some_and(|user| !is_plain(user) || user.contains(':')) {
            return None;
        }
        Some(Self {
            destination: user.map_or_else(|| host.to_owned(), |user| format!("{user}@{host}")),
            port,
            socket: Some(socket.to_owned()).filter(|socket| !matches!(&**socket, "" | "/")),
            engine,
            key: match engine {
                Engine::Docker => None,
                Engine::Podman => environment.get("CONTAINER_SSHKEY").map(str::to_owned),
            },
            path: environment.get("PATH").map(str::to_owned),
        })
    }

    /// Returns the host in the words that ssh and ssh-copy-id take: `-p 2222 user@host`.
    fn arguments(&self) -> String {
        let port = self.port.map(|port| format!("-p {port} "));
        port.unwrap_or_default() + &self.destination
    }

    /// Returns the command that connects the pipes of ssh with the engine.
    fn command(&self) -> Command {
        let mut command = Command::new("ssh");
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        command.args(["-T", "-o", "BatchMode=yes"]);
        command.arg("-o").arg(format!("ConnectTimeout={CONNECT}"));
        if let Some(port) = self.port {
            command.arg("-p").arg(port.to_string());
        }
        if let Some(key) = &self.key {
            command.arg("-i").arg(key);
        }
        command.args(["--", &self.destination]);
        // The host's shell parses the words.
        let socket = |option: &str, socket: &str| {
            let quoted = socket.replace('\'', r"'\''");
            [option.to_owned(), format!("'unix://{quoted}'")]
        };
        match self.engine {
            Engine::Docker => {
                command.arg("docker");
                let socket = self.socket.as_deref().map(|path| socket("--host", path));
                command.args(socket.into_iter().flatten());
            }
            Engine::Podman => {
                command.arg("podman");
                let socket = self.socket.as_deref().map(|path| socket("--url", path));
                command.args(socket.into_iter().flatten());
            }
        }
        command.args(["system", "dial-stdio"]);
        #[cfg(unix)]
        // An interrupt from the terminal is for this program, which then ends ssh.
        command.process_group(0);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    fn dial(&self) -> Result<SshStream, SshError> {
        let error = |failure, message: String| SshError {
            destination: self.arguments(),
            program: self.engine.to_string(),
            failure,
            message,
        };
        let mut child = self.command().spawn().map_err(|why| match why.kind() {
            io::ErrorKind::NotFound => error(
                SshFailure::NoSsh,
                "the program ssh is not installed".to_owned(),
            ),
            _ => error(SshFailure::Other, format!("cannot start ssh: {why}")),
        })?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(error(
                SshFailure::Other,
                "cannot open ssh's pipes".to_owned(),
            ));
        };
        let host = self.clone();
        Ok(SshStream {
            stdin: Some(stdin),
            stdout,
            ending: Box::pin(async move { host.ending(child, stderr).await }),
        })
    }

    /// Waits for the end of ssh; returns its error if it failed.
    async fn ending(&self, mut child: Child, stderr: ChildStderr) -> Option<SshError> {
        let mut printed = Vec::new();
        // What cannot be read is left out of the message.
        let _ = stderr.take(LARGEST_MESSAGE).read_to_end(&mut printed).await;
        let status = child.wait().await.ok()?;
        self.failure(status, &String::from_utf8_lossy(&printed))
    }

    /// Returns what the end of ssh means, by its exit code and what it printed.
    fn failure(&self, status: ExitStatus, printed: &str) -> Option<SshError> {
        if status.success() {
            return None;
        }
        let mut lines = printed.lines().map(str::trim);
        let last = lines.rfind(|line| !line.is_empty());
        let message = last.map_or_else(|| format!("ssh ended with {status}"), str::to_owned);
        let failure = match status.code() {
            Some(NOT_FOUND) => SshFailure::NoEngine,
            Some(SSH_ERROR) if printed.contains("Permission denied") => SshFailure::Denied,
            Some(SSH_ERROR) if printed.contains("Host key verification failed") => {
                SshFailure::UnknownHost
            }
            Some(SSH_ERROR) => SshFailure::Connection,
            _ => SshFailure::Other,
        };
        Some(SshError {
            destination: self.arguments(),
            program: self.engine.to_string(),
            failure,
            message,
        })
    }
}

/// Why no engine can be reached through ssh.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}", shown(.message))]
pub struct SshError {
    /// The host in the words that ssh takes: `user@host`, `-p 2222 user@host`.
    pub destination: String,
    /// The command that is run there: `docker` or `podman`.
    pub program: String,
    /// What failed.
    pub failure: SshFailure,
    /// The last line that was printed.
    pub message: String,
}

/// What failed in a connection through ssh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SshFailure {
    /// There is no ssh here.
    NoSsh,
    /// The host cannot be reached.
    Connection,
    /// The host's key is not known or has changed.
    UnknownHost,
    /// The host accepts no key of the user.
    Denied,
    /// The engine's command is not found there.
    NoEngine,
    /// The engine's command failed there.
    Other,
}

impl SshError {
    /// Returns what the user can do next.
    pub(super) fn hint(&self) -> String {
        let (host, program) = (shown(&self.destination), &self.program);
        match self.failure {
            SshFailure::NoSsh => "install the OpenSSH client".to_owned(),
            SshFailure::Connection => {
                format!("check the host and its port: `ssh {host}` must connect")
            }
            SshFailure::UnknownHost => {
                format!("run `ssh {host}` once and accept its key")
            }
            SshFailure::Denied => format!(
                "`ssh {host}` must log in without a prompt: `ssh-add` adds a key to the agent, `ssh-copy-id {host}` adds it to the host"
            ),
            SshFailure::NoEngine => format!(
                "install {program} on the host, or add it to the PATH of its shell without a login: `ssh {host} {program} version` must work"
            ),
            SshFailure::Other => format!("`ssh {host} {program} version` must work"),
        }
    }

    /// Returns the error that an I/O error contains.
    pub(super) fn within(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

/// Connects to an engine through ssh.
pub(super) fn connect(
    host: &SshHost,
    timeout: u64,
    version: &ClientVersion,
) -> Result<Docker, ClientError> {
    // Each connection is a login.
    let (dial, kept) = (CountingDial(SshDial(host.clone())), usize::MAX);
    answer_limit::connect(dial, "http://docker", kept, timeout, version)
}

#[derive(Clone)]
struct SshDial(SshHost);

impl Service<Uri> for SshDial {
    type Response = TokioIo<SshStream>;
    type Error = io::Error;
    type Future = std::future::Ready<Result<Self::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let dialed = self.0.dial();
        std::future::ready(dialed.map(TokioIo::new).map_err(io::Error::other))
    }
}

/// The pipes of one ssh process, which ends when this is dropped.
struct SshStream {
    /// Closed when no more requests follow.
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    /// Waits for the end of the process; returns its error.
    ending: Pin<Box<dyn Future<Output = Option<SshError>> + Send>>,
}

impl SshStream {
    /// Returns the result of ssh once it has ended.
    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let ended = ready!(self.ending.as_mut().poll(context));
        // A finished future is not polled again.
        self.ending = Box::pin(std::future::ready(ended.clone()));
        Poll::Ready(ended.map_or(Ok(()), |error| Err(io::Error::other(error))))
    }
}

impl AsyncRead for SshStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stdout).poll_read(context, buffer))?;
        if buffer.filled().len() > before || buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        self.poll_ended(context)
    }
}

impl AsyncWrite for SshStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Some(stdin) = &mut self.stdin else {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        };
        match ready!(Pin::new(stdin).poll_write(context, bytes)) {
            // The reason is how ssh ended.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                ready!(self.poll_ended(context))?;
                Poll::Ready(Err(error))
            }
            written => Poll::Ready(written),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.stdin {
            Some(stdin) => Pin::new(stdin).poll_flush(context),
            None => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(stdin) = &mut self.stdin {
            ready!(Pin::new(stdin).poll_shutdown(context))?;
        }
        self.stdin = None;
        Poll::Ready(Ok(()))
    }
}

impl Connection for SshStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

#[cfg(test)]
mod tests {
    use super::SshHost;
    use crate::source::engine::Engine;
    use crate::source::environment::SourceEnvironment;

    /// Returns the arguments of ssh after the options that are always set.
    fn arguments(address: &str, engine: Engine) -> Option<String> {
        let environment = SourceEnvironment::default().with("CONTAINER_SSHKEY", "/key");
        let command = SshHost::parse(address, engine, &environment)?.command();
        let words = command.as_std().get_args().skip(5);
        let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
        Some(words.join(" "))
    }

    #[test]
    fn the_command_is_that_of_the_docker_client() {
        for (address, engine, expected) in [
            (
                "ssh://far",
                Engine::Docker,
                "-- far docker system dial-stdio",
            ),
            (
                "ssh://me@far:2222/",
                Engine::Docker,
                "-p 2222 -- me@far docker system dial-stdio",
            ),
            (
                "ssh://me@[::1]:22/run/user/1000/docker.sock",
                Engine::Docker,
                "-p 22 -- me@::1 docker --host 'unix:///run/user/1000/docker.sock' system dial-stdio",
            ),
            (
                "ssh://far/a'b;c",
                Engine::Docker,
                r"-- far docker --host 'unix:///a'\''b;c' system dial-stdio",
            ),
            (
                "ssh://core@far:7/run/podman/podman.sock",
                Engine::Podman,
                "-p 7 -i /key -- core@far podman --url 'unix:///run/podman/podman.sock' system dial-stdio",
            ),
        ] {
            assert_eq!(arguments(address, engine).as_deref(), Some(expected));
        }
        for address in [
            "ssh://",
            "ssh:///run/docker.sock",
            "ssh://-oProxyCommand=x",
            "ssh://me:secret@far",
            "ssh://-l@far",
            "ssh://far:port",
            "ssh://a b",
        ] {
            assert_eq!(arguments(address, Engine::Docker), None, "{address}");
        }
    }
}
