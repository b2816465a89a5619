//! The built-in images, so that the program can be tried without an engine or a download. `assets/demo/` has the files they are built from; here are
//! their names, and how they are unpacked.

use std::fs::File;
use std::io::{self, Seek as _};

/// The default pair: the same program, built in one stage and in two.
pub(crate) const PAIR: [&str; 2] = ["go-app:onbuild", "go-app:multistage"];

/// All built-in images.
pub(crate) const ALL: [&str; 4] = [PAIR[0], PAIR[1], "node-app:default", "node-app:slim"];

/// A `docker save` archive of all of them, compressed with zstd.
const ARCHIVE: &[u8] = include_bytes!("../assets/demo/images.tar.zst");

/// Returns whether there is a built-in image of that name.
pub(crate) fn has(name: &str) -> bool {
    ALL.contains(&name)
}

/// Unpacks the built-in archive into an unnamed temporary file, which is removed when it is closed.
///
/// # Errors
/// The error of writing the temporary file.
pub(crate) fn open() -> io::Result<File> {
    let mut file = nameless()?;
    zstd::stream::copy_decode(ARCHIVE, &mut file)?;
    file.rewind()?;
    Ok(file)
}

/// Returns an empty file without a name, in memory where there is no folder for temporary files, as in an empty container image.
fn nameless() -> io::Result<File> {
    let file = tempfile::tempfile();
    #[cfg(target_os = "linux")]
    let file = file.or_else(|_| {
        use rustix::fs::{MemfdFlags, memfd_create};
        Ok(memfd_create("dive-rs-demo", MemfdFlags::CLOEXEC)?.into())
    });
    file
}
