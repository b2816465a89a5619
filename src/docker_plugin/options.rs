//! docker's global options, as docker writes them before a plugin's name, and the environment variables that mean the same. Contacts no engine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Parser;

use super::{NAME, PluginRun};
use crate::failure::Failure;

/// `docker [OPTIONS] dive ARGUMENTS`, without `docker`.
#[derive(Debug, Parser)]
#[command(
    no_binary_name = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
struct PluginArgs {
    #[arg(long)]
    config: Option<OsString>,
    #[arg(short, long)]
    context: Option<OsString>,
    #[arg(short = 'H', long = "host")]
    hosts: Vec<OsString>,
    #[command(flatten)]
    tls: TlsOptions,
    #[arg(short = 'D', long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "false")]
    debug: bool,
    /// The docker command's own log; dive-rs has `-v`.
    #[arg(short, long)]
    log_level: Option<OsString>,
    /// The plugin's name and its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

#[derive(Debug, clap::Args)]
struct TlsOptions {
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "false")]
    tls: bool,
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true", default_value = "false")]
    tlsverify: bool,
    #[arg(long)]
    tlscacert: Option<PathBuf>,
    #[arg(long)]
    tlscert: Option<PathBuf>,
    #[arg(long)]
    tlskey: Option<PathBuf>,
}

/// Returns what to run, given the arguments that docker started the plugin with.
///
/// # Errors
/// [`Failure`] when an option has no counterpart here.
pub(super) fn read(arguments: &[OsString]) -> Result<PluginRun, Failure> {
    let line = PluginArgs::try_parse_from(separated(arguments))
        .map_err(|error| Failure::of_arguments(&error, "docker [OPTIONS] dive [OPTIONS] IMAGE"))?;
    Ok(PluginRun {
        environment: environment(&line)?,
        arguments: own(line.rest, line.debug),
    })
}

/// Returns the arguments with the values of docker's short options as words of their own: `-cfar` becomes `-c far`. Where arguments may start with a
/// hyphen, clap takes a word with an unknown letter for an argument, even when that letter is in a value.
fn separated(arguments: &[OsString]) -> Vec<OsString> {
    let own = arguments.iter().position(|word| word == NAME);
    let (docker, own) = arguments.split_at(own.unwrap_or(arguments.len()));
    let mut separated = Vec::with_capacity(arguments.len() + 1);
    for word in docker {
        match word.to_str().and_then(|word| word.split_at_checked(2)) {
            Some((option @ ("-c" | "-H" | "-l"), value)) if !value.is_empty() => {
                separated.extend([option.into(), value.into()]);
            }
            _ => separated.push(word.clone()),
        }
    }
    separated.extend_from_slice(own);
    separated
}

/// Returns dive-rs's own arguments: those behind the plugin's name.
fn own(rest: Vec<OsString>, debug: bool) -> Vec<OsString> {
    let mut rest = rest.into_iter().peekable();
    // `docker help dive` starts the plugin with `help dive`.
    let help = rest.next_if(|word| word == "help").is_some();
    let _ = rest.next_if(|word| word == NAME);
    let mut own: Vec<OsString> = Vec::new();
    if debug {
        own.push("-v".into());
    }
    if help {
        own.push("--help".into());
    }
    // An image built with docker is not looked for in Podman.
    if rest.peek().is_some_and(|word| word == "build") {
        own.extend(["--source".into(), "docker".into()]);
    }
    own.extend(rest);
    own
}

fn environment(line: &PluginArgs) -> Result<Vec<(&'static str, Option<OsString>)>, Failure> {
    let mut environment = Vec::new();
    if let Some(folder) = &line.config {
        environment.push(("DOCKER_CONFIG", Some(folder.clone())));
    }
    match (&line.context, line.hosts.as_slice()) {
        (None, []) => {}
        (Some(context), []) => {
            environment.push(("DOCKER_CONTEXT", Some(context.clone())));
            environment.push(("DOCKER_HOST", None));
        }
        (None, [host]) => environment.push(("DOCKER_HOST", Some(host.clone()))),
        _ => {
            return Err(Failure::new("more than one engine").hint(
                "name one: docker --context NAME dive IMAGE, or docker -H ADDRESS dive IMAGE",
            ));
        }
    }
    if line.tls.tls {
        environment.push(("DOCKER_TLS", Some("1".into())));
    }
    if line.tls.tlsverify {
        environment.push(("DOCKER_TLS_VERIFY", Some("1".into())));
    }
    if let Some(folder) = line.tls.folder()? {
        environment.push(("DOCKER_CERT_PATH", Some(folder.into())));
    }
    Ok(environment)
}

impl TlsOptions {
    /// Returns the folder of the TLS files.
    ///
    /// # Errors
    /// [`Failure`] unless they have the usual names in one folder: `DOCKER_CERT_PATH` names a folder.
    fn folder(&self) -> Result<Option<PathBuf>, Failure> {
        let files = [
            (&self.tlscacert, "ca.pem"),
            (&self.tlscert, "cert.pem"),
            (&self.tlskey, "key.pem"),
        ];
        let mut folder: Option<&Path> = None;
        for (file, name) in files {
            let Some(file) = file else { continue };
            let parent = file.parent().filter(|_| file.ends_with(name));
            if parent.is_none() || folder.is_some_and(|folder| Some(folder) != parent) {
                return Err(Failure::new(
                    "the TLS files must be ca.pem, cert.pem and key.pem in one folder",
                )
                .hint(
                    "give them these names in one folder, or make a context: docker context create",
                ));
            }
            folder = parent;
        }
        Ok(folder.map(Path::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    /// Returns the run of a line in words: variables, then arguments.
    fn of(line: &str) -> String {
        let words: Vec<_> = line.split_whitespace().map(Into::into).collect();
        let run = match read(&words) {
            Ok(run) => run,
            Err(failure) => return failure.message,
        };
        let variables = run.environment.iter().map(|(name, value)| match value {
            Some(value) => format!("{name}={}", value.display()),
            None => format!("-{name}"),
        });
        let arguments = run.arguments.iter().map(|word| word.display().to_string());
        variables.chain(arguments).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn dockers_options_become_variables() {
        assert_eq!(of("dive alpine"), "alpine");
        assert_eq!(of("dive"), "");
        assert_eq!(
            of("--context far dive -j - alpine"),
            "DOCKER_CONTEXT=far -DOCKER_HOST -j - alpine"
        );
        assert_eq!(of("-cfar dive x"), "DOCKER_CONTEXT=far -DOCKER_HOST x");
        assert_eq!(of("--config=/c -D dive x"), "DOCKER_CONFIG=/c -v x");
        assert_eq!(
            of("-H tcp://a:2376 --tlsverify --tlscacert /t/ca.pem --tlskey=/t/key.pem dive x"),
            "DOCKER_HOST=tcp://a:2376 DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=/t x"
        );
        assert_eq!(of("--tlsverify=false -l debug dive x"), "x");
    }

    #[test]
    fn options_behind_the_name_are_dive_rss_own() {
        assert_eq!(of("dive --config c.yaml x"), "--config c.yaml x");
        assert_eq!(of("dive dive"), "dive");
        assert_eq!(of("dive -- -x"), "-- -x");
        assert_eq!(of("help dive"), "--help");
        assert_eq!(of("dive build -t x ."), "--source docker build -t x .");
    }

    #[test]
    fn options_without_an_equivalent_are_refused() {
        assert_eq!(of("-H a -H b dive x"), "more than one engine");
        assert_eq!(of("-c a -H b dive x"), "more than one engine");
        let named = "the TLS files must be ca.pem, cert.pem and key.pem in one folder";
        assert_eq!(of("--tlscacert /t/own.pem dive x"), named);
        assert_eq!(
            of("--tlscacert /a/ca.pem --tlskey /b/key.pem dive x"),
            named
        );
    }
}
