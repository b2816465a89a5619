//! The user's choice among the images of an archive, as data.

use crate::image::{ArchiveLayout, Platform};

/// Which image of an archive is chosen.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// `--tag`: a name as in `docker images`, a digest, an id or its first digits, or the name of a config's file.
    pub tag: Option<String>,
    /// `--platform`.
    pub platform: Option<Platform>,
    /// The layout that a scheme requires; `None` accepts every layout.
    pub layout: Option<ArchiveLayout>,
}

/// An image that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedImage {
    /// The name that chooses it (`--tag`): a tag, else its digest or id; empty where only the platform can be chosen.
    pub name: String,
    /// The platform that chooses it (`--platform`).
    pub platform: Platform,
    /// The digest of its config or its manifest, if known.
    pub id: Option<String>,
    /// The bytes of its layers as they are in the archive, if known.
    pub bytes: Option<u64>,
    /// When it was created, as written (RFC 3339).
    pub created: Option<String>,
}
