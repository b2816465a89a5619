//! `dive-rs build`: runs the build command of docker or podman and returns the id of the built image. The arguments are passed on unchanged; no image is
//! loaded here.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::argument::split;
use crate::failure::{Failure, exit_code};
use crate::load::Engine;

/// The result of a build.
#[derive(Debug)]
pub(crate) enum Built {
    /// An image of this id, in this engine.
    Image(String, Engine),
    /// The engine's build failed with this exit code, after printing its own errors.
    Failed(u8),
}

/// Builds with an engine: the named one, else docker, else podman. The engine prints on standard error, because standard output is for the report; it
/// inherits standard input, so that `build -` works.
///
/// # Errors
/// [`Failure`] when there is no engine, or it writes no image id.
pub(crate) fn build(engine: Option<Engine>, args: &[OsString]) -> Result<Built, Failure> {
    let folder = tempfile::tempdir().map_err(|error| {
        Failure::new("cannot make a temporary folder")
            .because(&error)
            .hint("TMPDIR names the folder for temporary files")
    })?;
    let own_id_file = folder.path().join("id");
    let named = id_file(args);
    let engines = match engine {
        Some(engine) => vec![engine],
        None => vec![Engine::Docker, Engine::Podman],
    };
    for engine in engines {
        let mut command = Command::new(engine.name());
        command.arg("build");
        if named.is_none() {
            command.arg("--iidfile").arg(&own_id_file);
        }
        command.args(args).stdout(Stdio::from(io::stderr()));
        match command.status() {
            Ok(status) if status.success() => {
                return built_image(engine, &named.unwrap_or(own_id_file));
            }
            Ok(status) => return Ok(Built::Failed(exit_code(status))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Failure::new(format!("cannot run {engine}")).because(&error));
            }
        }
    }
    Err(match engine {
        Some(engine) => Failure::new(format!("{engine} is not installed")),
        None => Failure::new("neither docker nor podman is installed"),
    }
    .hint("`build` runs the engine's own command, which must be on the PATH"))
}

/// Returns the file of the user's own `--iidfile`.
fn id_file(args: &[OsString]) -> Option<PathBuf> {
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if arg == "--iidfile" {
            return rest.next().map(PathBuf::from);
        }
        if let Some((word, path)) = split(arg, "=")
            && word == "--iidfile"
        {
            return Some(PathBuf::from(&*path));
        }
    }
    None
}

fn built_image(engine: Engine, file: &PathBuf) -> Result<Built, Failure> {
    let id = fs::read_to_string(file).unwrap_or_default();
    let id = id.trim();
    if id.is_empty() {
        return Err(Failure::new(format!("{engine} wrote no image id"))
            .hint("a build with --push or --output leaves no local image; add --load"));
    }
    Ok(Built::Image(id.to_owned(), engine))
}

#[cfg(test)]
mod tests {
    use super::id_file;

    #[test]
    fn the_id_file_of_the_user_is_found() {
        let of = |line: &str| {
            let args: Vec<_> = line.split(' ').map(Into::into).collect();
            id_file(&args).map(|path| path.to_string_lossy().into_owned())
        };
        assert_eq!(of("-f=x ."), None);
        assert_eq!(of("--iidfile a ."), Some("a".to_owned()));
        assert_eq!(of("-t x --iidfile=b -"), Some("b".to_owned()));
        assert_eq!(of(". --iidfile"), None);
    }
}
