//! The images built into the program, so that it can be tried without a daemon or a download. `assets/demo/` holds what they were built from and
//! how; nothing here knows what is in them but their names.

use std::fs::File;
use std::io::{self, Seek as _};

/// The pair that is shown when none is chosen: the same program, built in one stage and in two.
pub(crate) const PAIR: [&str; 2] = ["go-app:onbuild", "go-app:multistage"];

/// All of them.
const ALL: [&str; 4] = [PAIR[0], PAIR[1], "node-app:default", "node-app:slim"];

/// A zstd-packed `docker save` archive of several images.
const ARCHIVE: &[u8] = include_bytes!("../assets/demo/images.tar.zst");

/// Returns whether an image of that name is built in.
pub(crate) fn has(name: &str) -> bool {
    ALL.contains(&name)
}

/// Unpacks the built-in archive into a file without a name, which goes with the last who reads it.
///
/// # Errors
/// When no temporary file can be written.
pub(crate) fn open() -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    zstd::stream::copy_decode(ARCHIVE, &mut file)?;
    file.rewind()?;
    Ok(file)
}
