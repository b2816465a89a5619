//! Chooses the files with the login for a registry, Docker's and Podman's, in their order. `credentials` reads one file and runs the helpers that it names.
//! Stores and prints no login. Formats: containers-auth.json(5), Docker's `config.json`.

use std::path::PathBuf;

use http::HeaderValue;

use crate::source::context::ClientConfiguration;
use crate::source::credentials::{Login, login_in};
use crate::source::environment::SourceEnvironment;
use crate::source::login_error::LoginError;

/// What was found of a login.
#[derive(Default)]
pub(super) struct FoundLogin {
    /// `None` if none is stored: requests are anonymous then.
    pub(super) login: Option<Login>,
    /// The files before it that cannot be used.
    pub(super) faults: Vec<LoginError>,
}

/// Returns the login for a repository. `REGISTRY_AUTH_FILE` comes first, then Docker's file, then Podman's.
pub(super) async fn login(
    environment: &SourceEnvironment,
    host: &str,
    repository: &str,
) -> FoundLogin {
    let mut found = FoundLogin::default();
    for (file, variable) in files(environment) {
        let configuration = match ClientConfiguration::of_file(&file) {
            Ok(Some(configuration)) => configuration,
            // As in Podman it is not an error, which would forbid what everybody may read.
            Ok(None) if let Some(variable) = variable => {
                found.faults.push(LoginError::NoFile { variable, file });
                continue;
            }
            Ok(None) => continue,
            Err(cause) => {
                let fault = LoginError::File { file, cause };
                log::info!("{fault}");
                found.faults.push(fault);
                continue;
            }
        };
        let login = login_in(&configuration, host, repository, environment).await;
        match login {
            Ok(None) => {}
            Ok(login) => {
                log::info!("login for {host} from {}", file.display());
                found.login = login;
                return found;
            }
            Err(cause) => found.faults.push(LoginError::File { file, cause }),
        }
    }
    found
}

/// Returns what must appear in no message.
pub(super) fn secrets(found: Option<&FoundLogin>, header: Option<&HeaderValue>) -> Vec<String> {
    let login = found.and_then(|found| found.login.as_ref());
    let kept = login
        .into_iter()
        .flat_map(|login| [&login.password, &login.identity_token]);
    let header = header.and_then(|header| header.to_str().ok()?.split_once(' '));
    let sent = header.map(|(_, token)| token.to_owned());
    kept.flatten()
        .cloned()
        .chain(sent)
        .filter(|secret| !secret.is_empty())
        .collect()
}

/// Returns the files, each with the variable that names it.
fn files(environment: &SourceEnvironment) -> Vec<(PathBuf, Option<&'static str>)> {
    const VARIABLE: &str = "REGISTRY_AUTH_FILE";
    if let Some(file) = environment.get(VARIABLE) {
        return vec![(PathBuf::from(file), Some(VARIABLE))];
    }
    let docker = environment.docker_folder();
    let runtime = environment.runtime_folder.as_ref();
    let all = [
        docker.map(|folder| folder.join("config.json")),
        runtime.map(|folder| folder.join("containers/auth.json")),
        environment.in_home(".config/containers/auth.json"),
    ];
    let all = all.into_iter().flatten();
    all.map(|file| (file, None)).collect()
}
