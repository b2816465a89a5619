//! `dive-rs install-docker-plugin`: puts `docker-dive` where docker looks for the user's plugins. Replaces nothing but an earlier `docker-dive` of
//! dive-rs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::FILE;
use crate::escape;
use crate::failure::Failure;
use crate::source::SourceEnvironment;

/// Installs the plugin for the user and returns the lines to print.
///
/// # Errors
/// [`Failure`] when the place is taken by another program, or cannot be written.
pub(crate) fn install() -> Result<String, Failure> {
    let program = std::env::current_exe()
        .and_then(fs::canonicalize)
        .map_err(|error| Failure::new("cannot locate the dive-rs executable").because(error))?;
    let folder = folder()?;
    let file = folder
        .join(FILE)
        .with_extension(std::env::consts::EXE_EXTENSION);
    let shown = file.to_string_lossy();
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::writing(&folder.to_string_lossy(), error))?;
    if fs::symlink_metadata(&file).is_ok() {
        if !is_ours(&file, &program) {
            return Err(
                Failure::new(format!("{} is not dive-rs's plugin", escape::text(&shown))).hint(
                    "remove it first, or keep it: `dive-rs IMAGE` works without docker's command",
                ),
            );
        }
        fs::remove_file(&file).map_err(|error| Failure::writing(&shown, error))?;
    }
    link(&program, &file).map_err(|error| Failure::writing(&shown, error))?;
    Ok(format!(
        "installed {} -> {}\nrun it: docker dive IMAGE\nremove that file to uninstall it\n",
        escape::text(&shown),
        escape::text(&program.to_string_lossy()),
    ))
}

/// Returns the folder of the user's plugins: `cli-plugins` in `DOCKER_CONFIG`, else in `~/.docker`.
fn folder() -> Result<PathBuf, Failure> {
    let folder = SourceEnvironment::of_process()
        .docker_folder()
        .ok_or_else(|| {
            Failure::new("no home folder")
                .hint("DOCKER_CONFIG names the folder of docker's settings")
        })?;
    Ok(folder.join("cli-plugins"))
}

/// Returns whether a file is an earlier installation: a link to this program or to a deleted one of the same name, or a program whose metadata is
/// dive-rs's.
fn is_ours(file: &Path, program: &Path) -> bool {
    if let Ok(target) = fs::read_link(file)
        && (!file.exists() && target.file_stem() == program.file_stem()
            || file.canonicalize().is_ok_and(|target| target == program))
    {
        return true;
    }
    let output = Command::new(file)
        .arg("docker-cli-plugin-metadata")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let metadata = output
        .ok()
        .and_then(|output| serde_json::from_slice::<Value>(&output.stdout).ok());
    metadata.is_some_and(|metadata| metadata["URL"] == env!("CARGO_PKG_REPOSITORY"))
}

/// Makes `file` start this program. Fails when there is a file.
#[cfg(unix)]
fn link(program: &Path, file: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(program, file)
}

#[cfg(not(unix))]
fn link(program: &Path, file: &Path) -> io::Result<()> {
    fs::copy(program, file).map(drop)
}
