//! How an archive lists its images, as data.

/// How an archive lists its images.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveLayout {
    /// In manifest.json or repositories, as `docker save` does.
    Docker,
    /// In index.json, as in the OCI image layout.
    Oci,
    /// One image, whose manifest is manifest.json, as skopeo's `dir:` does.
    Single,
}
