//! The user's choice among the images of an archive, as data.

use crate::image::Platform;

/// Which image of an archive is chosen.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// `--tag`: a name as in `docker images`.
    pub tag: Option<String>,
    /// `--platform`.
    pub platform: Option<Platform>,
    /// The layout that a scheme requires; nothing accepts either.
    pub layout: Option<Layout>,
}

/// How an archive lists its images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// In manifest.json or repositories, as `docker save` does.
    Docker,
    /// In index.json, as in the OCI image layout.
    Oci,
}
