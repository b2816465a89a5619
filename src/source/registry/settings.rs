//! What the user and the machine set for registries: options, `registries.conf`, folders of certificates, a proxy. Reads small files; connects to
//! nothing. Format: containers-registries.conf(5), version 2.

use std::fs;
use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;

use super::reference::RegistryReference;
use super::setting_error::SettingError;
use crate::small_file;
use crate::source::environment::SourceEnvironment;

/// The machine's settings for registries, unless the user has a file of their own.
const MACHINE_FILE: &str = "/etc/containers/registries.conf";

/// What the user sets for registries on the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistryOptions {
    /// `--registry-ca`: files with more certificate authorities to trust.
    pub authorities: Vec<PathBuf>,
    /// `--insecure-registry`: hosts that may be reached by plain HTTP or with a certificate that is not checked.
    pub insecure: Vec<String>,
    /// How long a blob may stand still before its connection is closed and opened again; a minute if `None`.
    pub stall: Option<Duration>,
    /// `--rate`: the most requests per second to each registry.
    pub rate: Option<NonZeroU32>,
    /// Whether no layer is fetched: all of them are in the cache.
    pub no_layers: bool,
}

/// Where an image may be fetched from: a mirror, or the registry itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RegistryEndpoint {
    /// Host and port, as credentials and certificates name it.
    pub(super) host: String,
    /// Host and port of the API.
    pub(super) api_host: String,
    /// The repository there.
    pub(super) repository: String,
    /// Whether plain HTTP or an unchecked certificate will do.
    pub(super) insecure: bool,
}

/// The settings in `registries.conf` and its drop-in files.
#[derive(Clone, Debug, Default, Deserialize)]
struct RegistriesFile {
    #[serde(default, rename = "registry")]
    registries: Vec<Registry>,
}

/// What `registries.conf` sets.
#[derive(Clone, Debug, Default)]
pub(super) struct Registries {
    tables: Vec<Registry>,
    /// What this user may not read of it.
    unread: Vec<SettingError>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Registry {
    prefix: Option<String>,
    location: Option<String>,
    insecure: bool,
    blocked: bool,
    mirror: Vec<Mirror>,
    mirror_by_digest_only: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Mirror {
    location: String,
    insecure: bool,
    #[serde(rename = "pull-from-mirror")]
    pulls: Option<String>,
}

/// Returns where to fetch an image from, in order: mirrors first, the registry last.
///
/// # Errors
/// [`SettingError`] when the registry is blocked.
pub(super) fn endpoints(
    reference: &RegistryReference,
    options: &RegistryOptions,
    registries: &Registries,
) -> Result<Vec<RegistryEndpoint>, SettingError> {
    let insecure = |host: &str| options.insecure.iter().any(|named| named == host);
    let place = reference.place();
    let tables = registries.tables.iter();
    let registry = tables
        .filter_map(|registry| Some((matched(registry.prefix(), &place)?, registry)))
        .max_by_key(|(length, _)| *length);
    let own = RegistryEndpoint {
        host: reference.host.clone(),
        api_host: reference.api_host().to_owned(),
        repository: reference.repository.clone(),
        insecure: insecure(&reference.host),
    };
    let Some((length, registry)) = registry else {
        return Ok(vec![own]);
    };
    if registry.blocked {
        return Err(SettingError::Blocked(registry.prefix().to_owned()));
    }
    let rest = &place[length..];
    let by_digest = reference.digest.is_some();
    let usable = |mirror: &&Mirror| match mirror.pulls.as_deref() {
        Some("digest-only") => by_digest,
        Some("tag-only") => !by_digest,
        _ => by_digest || !registry.mirror_by_digest_only,
    };
    let mirrors = registry.mirror.iter().filter(usable);
    let mut all: Vec<RegistryEndpoint> = mirrors
        .filter_map(|mirror| at(&format!("{}{rest}", mirror.location), mirror.insecure))
        .collect();
    let is_wildcard = registry.prefix().starts_with('*');
    let location = registry.location.as_deref().filter(|_| !is_wildcard);
    let moved = location.and_then(|location| at(&format!("{location}{rest}"), registry.insecure));
    all.push(moved.unwrap_or(RegistryEndpoint {
        insecure: registry.insecure,
        ..own
    }));
    for endpoint in &mut all {
        endpoint.insecure |= insecure(&endpoint.host);
    }
    Ok(all)
}

/// Returns the endpoint of `HOST/REPOSITORY`.
fn at(place: &str, insecure: bool) -> Option<RegistryEndpoint> {
    let place = RegistryReference::parse(place).or_else(|_| RegistryReference::of_host(place));
    let place = place.ok()?;
    Some(RegistryEndpoint {
        api_host: place.api_host().to_owned(),
        host: place.host,
        repository: place.repository,
        insecure,
    })
}

/// Returns how many bytes of a place a prefix covers: a host, a host with the start of a repository, or `*.` and a domain.
fn matched(prefix: &str, place: &str) -> Option<usize> {
    if let Some(domain) = prefix.strip_prefix('*') {
        let host = place.split('/').next()?;
        return host.ends_with(domain).then_some(host.len());
    }
    let rest = place.strip_prefix(prefix)?;
    (!prefix.is_empty() && (rest.is_empty() || rest.starts_with('/'))).then_some(prefix.len())
}

impl Registry {
    fn prefix(&self) -> &str {
        let prefix = self.prefix.as_deref().filter(|prefix| !prefix.is_empty());
        prefix.or(self.location.as_deref()).unwrap_or_default()
    }
}

impl Registries {
    /// Returns a warning for each file and folder that this user may not read.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        let unread = self.unread.iter();
        unread.map(|error| format!("{error}: its settings for registries were not used"))
    }

    /// Reads the tables of `CONTAINERS_REGISTRIES_CONF`, else of the user's file, else of the machine's, each with its drop-in files.
    ///
    /// # Errors
    /// [`SettingError`] when a file that exists cannot be read or parsed, unless this user may not read it: after `su`, the home folder may still be another
    /// user's. The file that the variable names must be readable: what it blocks would not be blocked.
    pub(super) fn read(environment: &SourceEnvironment) -> Result<Self, SettingError> {
        let mut all = Self::default();
        if let Some(named) = environment.get("CONTAINERS_REGISTRIES_CONF") {
            let file = PathBuf::from(named);
            let text = small_file::settings(&file).map_err(|cause| {
                let (file, cause) = (file.clone(), Arc::new(cause));
                SettingError::RegistriesFile { file, cause }
            })?;
            all.add(&file, &text)?;
        } else {
            let user = environment.in_home(".config/containers/registries.conf");
            let user = user.filter(|file| file.exists());
            all.add_file(&user.unwrap_or_else(|| PathBuf::from(MACHINE_FILE)))?;
        }
        let of_user = environment.in_home(".config/containers/registries.conf.d");
        let of_machine = PathBuf::from(MACHINE_FILE).with_extension("conf.d");
        for folder in [Some(of_machine), of_user].into_iter().flatten() {
            let Some(entries) = all.readable(&folder, fs::read_dir(&folder))? else {
                continue;
            };
            let mut drop_ins: Vec<PathBuf> = entries
                .filter_map(|entry| Some(entry.ok()?.path()))
                .collect();
            drop_ins.retain(|name| name.extension().is_some_and(|end| end == "conf"));
            drop_ins.sort();
            for file in drop_ins {
                all.add_file(&file)?;
            }
        }
        Ok(all)
    }

    fn add_file(&mut self, file: &Path) -> Result<(), SettingError> {
        match self.readable(file, small_file::settings(file))? {
            Some(text) => self.add(file, &text),
            None => Ok(()),
        }
    }

    /// Adds the tables of a file; each replaces the table of the same prefix.
    fn add(&mut self, file: &Path, text: &str) -> Result<(), SettingError> {
        let read: RegistriesFile = toml::from_str(text).map_err(|cause| SettingError::Toml {
            file: file.to_owned(),
            cause,
        })?;
        for registry in read.registries {
            self.tables
                .retain(|other| other.prefix() != registry.prefix());
            self.tables.push(registry);
        }
        Ok(())
    }

    /// Returns what was read of a file or a folder; `None` if it does not exist, or this user may not read it, which is noted.
    fn readable<T>(&mut self, path: &Path, read: io::Result<T>) -> Result<Option<T>, SettingError> {
        let cause = match read {
            Ok(read) => return Ok(Some(read)),
            Err(cause) if small_file::is_absent(&cause) => return Ok(None),
            Err(cause) => Arc::new(cause),
        };
        let is_denied = cause.kind() == io::ErrorKind::PermissionDenied;
        let file = path.to_owned();
        let error = SettingError::File { file, cause };
        if is_denied {
            log::warn!("{error}");
            self.unread.push(error);
            return Ok(None);
        }
        Err(error)
    }
}

/// Returns the folders with certificates for a host: the user's, Podman's, Docker's.
pub(super) fn certificate_folders(host: &str, environment: &SourceEnvironment) -> Vec<PathBuf> {
    let all = [
        environment.in_home(".config/containers/certs.d"),
        Some(PathBuf::from("/etc/containers/certs.d")),
        Some(PathBuf::from("/etc/docker/certs.d")),
    ];
    all.into_iter()
        .flatten()
        .map(|folder| folder.join(host))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Registries, RegistryOptions, endpoints, matched};
    use crate::source::environment::SourceEnvironment;
    use crate::source::registry::reference::RegistryReference;

    fn found(text: impl AsRef<[u8]>, name: &str, insecure: &[&str]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registries.conf");
        std::fs::write(&file, text).unwrap();
        let environment = SourceEnvironment::default()
            .with("CONTAINERS_REGISTRIES_CONF", file.display().to_string());
        let options = RegistryOptions {
            insecure: insecure.iter().map(|&host| host.to_owned()).collect(),
            ..RegistryOptions::default()
        };
        let reference = RegistryReference::parse(name).unwrap();
        let registries = Registries::read(&environment);
        match registries.and_then(|registries| endpoints(&reference, &options, &registries)) {
            Err(why) => vec![why.to_string()],
            Ok(all) => all
                .iter()
                .map(|one| {
                    let mark = if one.insecure { " insecure" } else { "" };
                    format!("{}/{}{mark}", one.api_host, one.repository)
                })
                .collect(),
        }
    }

    #[test]
    fn mirrors_come_first_and_the_registry_last() {
        let text = r#"
unqualified-search-registries = ["docker.io"]
[[registry]]
location = "docker.io"
[[registry.mirror]]
location = "mirror.local:5000"
insecure = true
[[registry.mirror]]
location = "other.local/hub"
pull-from-mirror = "digest-only"
[[registry]]
prefix = "docker.io/secret"
location = "vault.local/kept"
[[registry]]
prefix = "*.bad.example"
blocked = true
"#;
        assert_eq!(
            found(text, "alpine", &[]),
            [
                "mirror.local:5000/library/alpine insecure",
                "registry-1.docker.io/library/alpine"
            ]
        );
        let digest = format!("alpine@sha256:{}", "00".repeat(32));
        assert_eq!(found(text, &digest, &[]).len(), 3);
        assert_eq!(found(text, "secret/app", &[]), ["vault.local/kept/app"]);
        assert_eq!(found(text, "secretive/app", &[]).len(), 2);
        assert_eq!(
            found(text, "x.bad.example/app", &[]),
            ["registries.conf blocks *.bad.example"]
        );
        assert_eq!(found("", "a.io/b", &["a.io"]), ["a.io/b insecure"]);
        let whole = "[[registry]]\nprefix = \"a.io\"\nlocation = \"b.local:5000\"";
        assert_eq!(found(whole, "a.io/b", &[]), ["b.local:5000/b"]);
        assert_eq!(found("", "a.io:5000/b", &["a.io"]), ["a.io:5000/b"]);
        assert!(found("[[registry", "a.io/b", &[])[0].contains("registries.conf"));
        let error = &found(b"# \xff", "a.io/b", &[])[0];
        assert!(error.ends_with("registries.conf: not UTF-8"), "{error}");
    }

    #[test]
    fn a_prefix_ends_where_a_part_ends() {
        assert_eq!(matched("a.io", "a.io/b"), Some(4));
        assert_eq!(matched("a.io/b", "a.io/bc"), None);
        assert_eq!(matched("", "a.io/b"), None);
    }
}
