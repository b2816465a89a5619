//! An image's name as registries use it: host, repository, tag and digest, after Docker's rules for short names. Pure text; connects to nothing.

use std::fmt;

use thiserror::Error;

/// The host that names without one belong to, and the folder of its official images.
const DOCKER_HUB: &str = "docker.io";
const OFFICIAL: &str = "library/";
/// The longest host and repository taken together, in bytes (distribution, "Overview of the reference grammar").
const LONGEST_NAME: usize = 255;
/// The longest tag, in bytes (OCI distribution spec, "Pulling manifests").
const LONGEST_TAG: usize = 128;

/// The name of an image in a registry.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RegistryReference {
    /// Host and port: `docker.io`, `localhost:5000`, `[::1]:5000`.
    pub host: String,
    /// The repository: `library/alpine`.
    pub repository: String,
    /// The tag; `None` if only a digest was written.
    pub tag: Option<String>,
    /// The digest; it decides where a tag stands beside it.
    pub digest: Option<String>,
}

/// The part of a name that no registry accepts.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ReferenceError {
    /// The digest.
    #[error("`{0}` is not a digest")]
    Digest(String),
    /// The host.
    #[error("`{0}` is not a registry's host")]
    Host(String),
    /// The tag.
    #[error("`{0}` is not a tag")]
    Tag(String),
    /// The repository.
    #[error("`{0}` is not a repository's name")]
    Repository(String),
    /// A host alone.
    #[error("a registry's host without a repository")]
    NoRepository(String),
}

impl RegistryReference {
    /// Parses a name as Docker does: `alpine` is `docker.io/library/alpine:latest`, the first part is a host when it has a dot or a colon, is
    /// `localhost`, or is an IPv6 address in brackets.
    ///
    /// # Errors
    /// [`ReferenceError`] when no registry can have an image of this name.
    pub fn parse(name: &str) -> Result<Self, ReferenceError> {
        let (rest, digest) = match name.split_once('@') {
            Some((rest, digest)) if is_digest(digest) => (rest, Some(digest.to_owned())),
            Some((_, digest)) => return Err(ReferenceError::Digest(digest.to_owned())),
            None => (name, None),
        };
        let (host, path) = match rest.split_once('/') {
            Some((first, "")) if is_host(first) => {
                return Err(ReferenceError::NoRepository(first.to_owned()));
            }
            Some((first, path)) if is_host(first) => (first, path),
            // Docker Hub has no `library/localhost` and no `library/registry.example.com`.
            None if is_host_alone(rest) => {
                return Err(ReferenceError::NoRepository(rest.to_owned()));
            }
            _ => (DOCKER_HUB, rest),
        };
        let (repository, tag) = match path.rsplit_once(':') {
            Some((repository, tag)) => (repository, Some(tag.to_owned())),
            None => (path, None),
        };
        let host = match host {
            "index.docker.io" | "registry-1.docker.io" => DOCKER_HUB,
            other => other,
        };
        let repository = if host == DOCKER_HUB && !repository.contains('/') {
            format!("{OFFICIAL}{repository}")
        } else {
            repository.to_owned()
        };
        if !is_registry_host(host) {
            return Err(ReferenceError::Host(host.to_owned()));
        }
        if let Some(tag) = tag.as_ref().filter(|tag| !is_tag(tag)) {
            return Err(ReferenceError::Tag(tag.clone()));
        }
        let long = host.len() + 1 + repository.len() > LONGEST_NAME;
        if long || !repository.split('/').all(is_component) {
            return Err(ReferenceError::Repository(path.to_owned()));
        }
        let tag = tag.or_else(|| digest.is_none().then(|| "latest".to_owned()));
        Ok(Self {
            host: host.to_owned(),
            repository,
            tag,
            digest,
        })
    }

    /// Parses the host of a registry.
    ///
    /// # Errors
    /// [`ReferenceError::Host`] when it is none.
    pub(in crate::source) fn of_host(host: &str) -> Result<Self, ReferenceError> {
        if !is_registry_host(host) {
            return Err(ReferenceError::Host(host.to_owned()));
        }
        Ok(Self {
            host: host.to_owned(),
            repository: String::new(),
            tag: None,
            digest: None,
        })
    }

    /// Returns the host that serves the registry's API.
    pub(super) fn api_host(&self) -> &str {
        match self.host.as_str() {
            DOCKER_HUB => "registry-1.docker.io",
            host => host,
        }
    }

    /// Returns what the registry finds the manifest by: the digest, else the tag.
    pub(super) fn version(&self) -> &str {
        let version = self.digest.as_ref().or(self.tag.as_ref());
        version.map_or("latest", String::as_str)
    }

    /// Returns host and repository.
    pub(super) fn place(&self) -> String {
        match self.repository.as_str() {
            "" => self.host.clone(),
            repository => format!("{}/{repository}", self.host),
        }
    }
}

impl fmt::Display for RegistryReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place())?;
        match (&self.digest, &self.tag) {
            (Some(digest), _) => write!(f, "@{digest}"),
            (None, Some(tag)) => write!(f, ":{tag}"),
            (None, None) => Ok(()),
        }
    }
}

/// Returns whether the first part of a name is a host and not a part of the repository.
fn is_host(first: &str) -> bool {
    first.contains(['.', ':']) || first == "localhost" || first.starts_with('[')
}

/// Returns whether a name without a repository is a host, with or without a port: `redis:7` is an image with a tag.
fn is_host_alone(name: &str) -> bool {
    let host = name.split_once(':').map_or(name, |(host, _)| host);
    is_host(host)
}

/// Returns whether a text is the host of a registry, with or without a port.
pub(crate) fn is_registry_host(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            let port = match rest.strip_prefix(':') {
                Some(port) => Some(port),
                None if rest.is_empty() => None,
                None => return false,
            };
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            ("ipv6", port)
        }
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        },
    };
    let label = |part: &str| {
        let letter = |byte: u8| byte.is_ascii_alphanumeric();
        !part.is_empty()
            && part.bytes().all(|byte| letter(byte) || byte == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    name.split('.').all(label) && port.is_none_or(|port| port.parse::<u16>().is_ok())
}

/// Returns whether a text can be one part of a repository's name: `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`.
fn is_component(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = part.as_bytes();
    if !bytes.first().copied().is_some_and(plain) || !bytes.last().copied().is_some_and(plain) {
        return false;
    }
    let separators =
        part.split(|letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit());
    separators.into_iter().all(|separator| {
        matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|byte| byte == b'-')
    })
}

fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let first = tag.bytes().next().is_some_and(word);
    let rest = tag
        .bytes()
        .all(|byte| word(byte) || byte == b'.' || byte == b'-');
    first && rest && tag.len() <= LONGEST_TAG
}

/// Returns whether a text is a digest that can be checked here.
pub(super) fn is_digest(text: &str) -> bool {
    let Some((algorithm, hex)) = text.split_once(':') else {
        return false;
    };
    let length = match algorithm {
        "sha256" => 64,
        "sha512" => 128,
        _ => return false,
    };
    let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    hex.len() == length && hex.bytes().all(lower)
}

#[cfg(test)]
mod tests {
    use super::{RegistryReference, is_digest};

    fn parsed(name: &str) -> String {
        RegistryReference::parse(name)
            .map_or_else(|why| format!("error: {why}"), |name| name.to_string())
    }

    #[test]
    fn short_names_are_dockers() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        for (name, expected) in [
            ("alpine", "docker.io/library/alpine:latest"),
            ("alpine:3.20", "docker.io/library/alpine:3.20"),
            ("library/alpine", "docker.io/library/alpine:latest"),
            ("index.docker.io/alpine", "docker.io/library/alpine:latest"),
            ("user/app:v1.2_3", "docker.io/user/app:v1.2_3"),
            ("localhost/app", "localhost/app:latest"),
            ("redis:7", "docker.io/library/redis:7"),
            ("localhost:5000/app", "localhost:5000/app:latest"),
            ("[::1]:5000/a/b/c-d__e.f", "[::1]:5000/a/b/c-d__e.f:latest"),
            ("ghcr.io/a/b/c/d:1", "ghcr.io/a/b/c/d:1"),
            (
                &format!("quay.io/a@{digest}"),
                &format!("quay.io/a@{digest}"),
            ),
            (
                &format!("quay.io/a:1@{digest}"),
                &format!("quay.io/a@{digest}"),
            ),
        ] {
            assert_eq!(parsed(name), expected, "{name}");
        }
    }

    #[test]
    fn what_no_registry_can_have_is_refused() {
        for name in [
            "",
            "A",
            "a/",
            "a//b",
            "a:",
            "a:-x",
            "a@sha256:00",
            "a@md5:00",
            "[::g]/a",
            "[::1/a",
            "a.b:99999/c",
            "-a",
            "a_",
            "a___b",
            "-.io/a",
            "a b",
            "a/../b",
            "host.io/",
            "host.io",
            "host.io:5000",
            "localhost:5000",
            "[::1]:5000",
            "ho\nst.io/a",
        ] {
            assert!(
                parsed(name).starts_with("error"),
                "{name}: {}",
                parsed(name)
            );
        }
        assert!(!is_digest(&format!("sha256:{}", "0A".repeat(32))));
    }
}
