//! `dive-rs build`: runs the build command of docker or podman, measures its steps, and returns the id of the built image. The arguments are passed on
//! unchanged; no image is loaded here.

mod buildkit;
mod output;
mod raw_progress;
mod steps;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::argument::split;
use crate::failure::{Failure, exit_code};
use crate::load::{Engine, MeasuredBuild};

/// The result of a build.
#[derive(Debug)]
pub(crate) enum BuildResult {
    /// An image.
    Image {
        /// Its id.
        id: String,
        /// The engine that has it.
        engine: Engine,
        /// The times of its build.
        measured: MeasuredBuild,
    },
    /// No image: the engine's command ended with this exit code, after printing its help or its own errors.
    Ended(u8),
}

/// Builds with an engine: the named one, else docker, else podman. The engine's output is read on its way to standard error, because standard output is
/// for the report; the engine inherits standard input, so that `build -` works.
///
/// # Errors
/// [`Failure`] when there is no engine, or it writes no image id.
pub(crate) fn build(engine: Option<Engine>, args: &[OsString]) -> Result<BuildResult, Failure> {
    let folder = tempfile::tempdir().map_err(|error| {
        Failure::new("cannot make a temporary folder")
            .because(error)
            .hint("TMPDIR names the folder for temporary files")
    })?;
    let own_id_file = folder.path().join("id");
    let named = id_file(args);
    let engines = match engine {
        Some(engine) => vec![engine],
        None => vec![Engine::Docker, Engine::Podman],
    };
    for engine in engines {
        let progress = ProgressFormat::choose(engine, args);
        let mut command = Command::new(engine.name());
        command.arg("build").args(progress.option());
        if named.is_none() {
            command.arg("--iidfile").arg(&own_id_file);
        }
        command.args(args);
        match output::run(command, progress == ProgressFormat::Raw) {
            Ok((status, mut measured)) if status.success() => {
                if has_option(args, &["--jobs"]) {
                    // Stages that run at the same time announce steps while others run.
                    measured = measured.as_a_whole();
                }
                let file = named.unwrap_or(own_id_file);
                return built_image(engine, &file, args, measured);
            }
            Ok((status, _)) => return Ok(BuildResult::Ended(exit_code(status))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Failure::new(format!("cannot run {engine}")).because(error));
            }
        }
    }
    Err(match engine {
        Some(engine) => Failure::new(format!("{engine} is not installed")),
        None => Failure::new("neither docker nor podman is installed"),
    }
    .hint("`build` runs the engine's own command, which must be on the PATH"))
}

/// How a builder reports its progress.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ProgressFormat {
    /// BuildKit, with times to the nanosecond.
    Raw,
    /// BuildKit, with times to a tenth of a second.
    Plain,
    /// As the user chose, or as a builder does that has one way only.
    Own,
}

impl ProgressFormat {
    /// Returns the best progress that the engine's build command has, by its help. What the user chose is left alone.
    fn choose(engine: Engine, args: &[OsString]) -> Self {
        let chosen = has_option(args, &["--progress", "--quiet", "-q"]);
        if chosen || env::var_os("BUILDKIT_PROGRESS").is_some() {
            return Self::Own;
        }
        let mut help = Command::new(engine.name());
        help.args(["build", "--help"]).stdin(Stdio::null());
        let help = help.output().map(|output| output.stdout);
        let help = String::from_utf8_lossy(help.as_deref().unwrap_or_default()).into_owned();
        match help.split_once("--progress") {
            Some((_, values)) if values.contains("rawjson") => Self::Raw,
            Some(_) => Self::Plain,
            None => Self::Own,
        }
    }

    const fn option(self) -> Option<&'static str> {
        match self {
            Self::Raw => Some("--progress=rawjson"),
            Self::Plain => Some("--progress=plain"),
            Self::Own => None,
        }
    }
}

fn has_option(args: &[OsString], options: &[&str]) -> bool {
    args.iter().any(|arg| {
        let word = split(arg, "=").map(|(word, _)| word);
        let word = word.unwrap_or_else(|| arg.to_string_lossy());
        options.contains(&&*word)
    })
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

/// Returns the image of a command that succeeded. With an option for help it printed that and built nothing.
fn built_image(
    engine: Engine,
    file: &Path,
    args: &[OsString],
    measured: MeasuredBuild,
) -> Result<BuildResult, Failure> {
    let id = fs::read_to_string(file).unwrap_or_default();
    let id = id.trim();
    if id.is_empty() {
        if has_option(args, &["--help", "-h"]) {
            return Ok(BuildResult::Ended(0));
        }
        return Err(Failure::new(format!("{engine} wrote no image id"))
            .hint("a build with --push or --output leaves no local image; add --load"));
    }
    Ok(BuildResult::Image {
        id: id.to_owned(),
        engine,
        measured,
    })
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
