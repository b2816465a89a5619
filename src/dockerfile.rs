//! Reads the Dockerfile that the user names. What it contains is `image::Dockerfile`.

use std::path::Path;

use crate::escape;
use crate::failure::Failure;
use crate::image::Dockerfile;
use crate::small_file;

/// The largest Dockerfile, in bytes.
const MOST_BYTES: u64 = 16 << 20;

/// Reads a Dockerfile.
///
/// # Errors
/// [`Failure`] when it cannot be read.
pub(crate) fn read(path: &Path) -> Result<Dockerfile, Failure> {
    let text = small_file::text(
        path,
        MOST_BYTES,
        "larger than 16 MiB, the limit of a Dockerfile",
    );
    let text = text.map_err(|error| {
        let shown = path.to_string_lossy();
        Failure::new(format!(
            "cannot read the Dockerfile {}",
            escape::text(&shown)
        ))
        .because(error)
        .hint("--dockerfile expects the file that the image was built from")
    })?;
    // Code hosts write paths in a repository without `./`.
    let path = path.strip_prefix("./").unwrap_or(path);
    Ok(Dockerfile::parse(&path.to_string_lossy(), &text))
}
