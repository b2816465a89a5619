//! The paths that are searched for a configuration, and the file that is used. The environment is a parameter; only names of files are read here.

use std::fs;
use std::path::{Path, PathBuf};

use crate::user_folders::{folder_in, home};

/// The program that a configuration file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigFormat {
    /// dive-rs's own, TOML.
    DiveRs,
    /// dive's, YAML.
    Dive,
}

/// A configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFile {
    /// Its path.
    pub path: PathBuf,
    /// The program it is for.
    pub kind: ConfigFormat,
}

/// The folders that are searched for a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigFolders {
    /// `XDG_CONFIG_HOME`.
    pub xdg: Option<PathBuf>,
    /// `XDG_CONFIG_DIRS`, which dive searches.
    pub xdg_dirs: Vec<PathBuf>,
    /// The user's home folder.
    pub home: Option<PathBuf>,
    /// The platform's folder for configurations, where it is not `~/.config`.
    pub platform: Option<PathBuf>,
}

impl ConfigFolders {
    /// Returns the folders of this process's environment.
    #[must_use]
    pub(crate) fn of_process() -> Self {
        let home = home();
        let platform = if cfg!(windows) {
            folder_in("APPDATA")
        } else if cfg!(target_os = "macos") {
            home.as_ref()
                .map(|home| home.join("Library/Application Support"))
        } else {
            None
        };
        let dirs = std::env::var_os("XDG_CONFIG_DIRS").unwrap_or_default();
        Self {
            xdg: folder_in("XDG_CONFIG_HOME"),
            xdg_dirs: std::env::split_paths(&dirs)
                .filter(|path| path.is_absolute())
                .collect(),
            home,
            platform,
        }
    }

    /// Returns the file that is used: the first of dive-rs's own, else the first of dive's.
    #[must_use]
    pub(crate) fn find(&self) -> Option<ConfigFile> {
        let place = |kind| move |path| ConfigFile { path, kind };
        let ours = self.dive_rs_paths().into_iter().find(|path| path.is_file());
        ours.map(place(ConfigFormat::DiveRs))
            .or_else(|| self.dive_path().map(place(ConfigFormat::Dive)))
    }

    /// Returns the paths of dive-rs's own configuration, in search order.
    #[must_use]
    pub(crate) fn dive_rs_paths(&self) -> Vec<PathBuf> {
        let folders = [self.xdg.clone(), self.dot_config(), self.platform.clone()];
        let mut paths: Vec<PathBuf> = Vec::new();
        for folder in folders.into_iter().flatten() {
            let path = folder.join("dive-rs").join("config.toml");
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }

    /// Returns dive's configuration, searched as dive does: the first YAML file by name in its folders, else the one in the home folder.
    fn dive_path(&self) -> Option<PathBuf> {
        let folders = self
            .xdg
            .iter()
            .chain(&self.xdg_dirs)
            .cloned()
            .chain(self.dot_config());
        let in_folder = folders
            .map(|folder| folder.join("dive"))
            .find_map(|folder| first_yaml(&folder));
        in_folder.or_else(|| {
            let home = self.home.as_ref()?;
            [".dive.yaml", ".dive.yml"]
                .iter()
                .map(|name| home.join(name))
                .find(|path| path.is_file())
        })
    }

    fn dot_config(&self) -> Option<PathBuf> {
        Some(self.home.as_ref()?.join(".config"))
    }
}

impl ConfigFile {
    /// Returns the file that a user named; a YAML file is dive's.
    #[must_use]
    pub(crate) fn named(path: &Path) -> Self {
        let kind = if is_yaml(path) {
            ConfigFormat::Dive
        } else {
            ConfigFormat::DiveRs
        };
        Self {
            path: path.to_owned(),
            kind,
        }
    }
}

fn first_yaml(folder: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(folder).ok()?;
    files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| is_yaml(path) && path.is_file())
        .min()
}

fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("yaml") || end.eq_ignore_ascii_case("yml"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[&str]) -> Option<(String, ConfigFormat)> {
        let root = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = root.path().join(file);
            fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
            fs::write(path, "").expect("a file");
        }
        let places = ConfigFolders {
            xdg: Some(root.path().join("xdg")),
            xdg_dirs: vec![root.path().join("etc")],
            home: Some(root.path().join("home")),
            platform: Some(root.path().join("platform")),
        };
        let place = places.find()?;
        let path = place.path.strip_prefix(root.path()).expect("below it");
        Some((path.to_string_lossy().replace('\\', "/"), place.kind))
    }

    #[test]
    fn own_files_come_before_those_of_dive() {
        let mut files = vec![
            "xdg/dive-rs/config.toml",
            "home/.config/dive-rs/config.toml",
            "platform/dive-rs/config.toml",
            "xdg/dive/a.yaml",
            "xdg/dive/b.yml",
            "etc/dive/x.yaml",
            "home/.config/dive/config.yaml",
            "home/.dive.yaml",
        ];
        while let Some(first) = files.first().copied() {
            let kind = match files.len() {
                6.. => ConfigFormat::DiveRs,
                _ => ConfigFormat::Dive,
            };
            assert_eq!(found(&files), Some((first.to_owned(), kind)));
            files.remove(0);
        }
        assert_eq!(found(&[]), None);
        assert_eq!(found(&["xdg/dive/notes.txt"]), None);
    }
}
