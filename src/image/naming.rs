//! How an image was selected: the options beside its name, so that the same image can be named again. Selects nothing.

use super::platform::Platform;

/// The options beside its name with which an image was named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    /// The scheme of the source that was required, `podman`, where the name has none.
    pub scheme: Option<&'static str>,
    /// The name of one image of an archive.
    pub tag: Option<String>,
    /// The required platform.
    pub platform: Option<Platform>,
    /// Whether it is built into the program, under the name `tag`.
    #[cfg(feature = "cli")]
    pub built_in: bool,
}

impl Naming {
    /// Returns a name with the required scheme: `podman://alpine`.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn named(&self, reference: &str) -> String {
        match self.scheme {
            Some(scheme) => format!("{scheme}://{reference}"),
            None => reference.to_owned(),
        }
    }
}
