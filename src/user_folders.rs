//! The user's folders that environment variables name. A relative path is ignored, as the XDG base directory specification requires.

use std::path::PathBuf;

/// Returns the folder that a variable names; `None` if it is unset or relative.
pub(crate) fn folder_in(variable: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map(PathBuf::from);
    folder.filter(|path| path.is_absolute())
}

/// Returns the user's home folder.
pub(crate) fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| home.is_absolute())
}
