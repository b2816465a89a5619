//! The image built into the program, so that it can be tried without a daemon or a download. Its archive is made by a test from code
//! (`tests/it/demo.rs`); nothing here knows what is in it.

use std::io::Write as _;

use tempfile::NamedTempFile;

use crate::failure::Failure;

/// A zstd-packed `docker save` archive.
const ARCHIVE: &[u8] = include_bytes!("../assets/demo-onbuild.tar.zst");

/// Writes the built-in archive to a file that goes when it is dropped.
///
/// # Errors
/// [`Failure`] when no temporary file can be written.
pub(crate) fn unpack() -> Result<NamedTempFile, Failure> {
    let write = || {
        let mut file = tempfile::Builder::new()
            .prefix("dive-rs-demo-")
            .tempfile()?;
        file.write_all(ARCHIVE)?;
        Ok(file)
    };
    write().map_err(|error: std::io::Error| {
        Failure::new("cannot write the built-in image to a temporary file")
            .because(&error)
            .hint("TMPDIR names the folder for temporary files")
    })
}
