//! How an image was selected: the options beside its name, so that the same image can be named again. Selects nothing.

use super::config::Platform;

/// What selected an image beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The scheme of the source that was required, `podman`, where the name has none.
    pub scheme: Option<&'static str>,
    /// The name of one image of an archive.
    pub tag: Option<String>,
    /// The required platform.
    pub platform: Option<Platform>,
    /// Whether it is built into the program, under the name `tag`.
    pub built_in: bool,
}

impl Selection {
    /// Returns a name with the required scheme: `podman://alpine`.
    #[must_use]
    pub fn named(&self, reference: &str) -> String {
        match self.scheme {
            Some(scheme) => format!("{scheme}://{reference}"),
            None => reference.to_owned(),
        }
    }
}
