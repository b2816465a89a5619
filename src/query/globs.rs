//! Globs over the paths of an image. `*` matches within a folder, `**` across folders; a glob without a slash matches a name anywhere, any other starts at
//! the root.

use std::path::Path;

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::image::{Image, NodeId};
use crate::query::path_walk::each_path;
use crate::query::pattern::PatternError;

/// The characters that make a text a glob.
const GLOB: [char; 4] = ['*', '?', '[', '{'];

/// Returns whether a text is a glob.
#[must_use]
pub(crate) fn is_glob(text: &str) -> bool {
    text.contains(GLOB)
}

/// Returns the regular expression, over the bytes of a full path, of a glob.
///
/// # Errors
/// [`PatternError`] when it is invalid.
pub(crate) fn glob_pattern(text: &str) -> Result<String, PatternError> {
    Ok(compile(text)?.regex().to_owned())
}

fn compile(text: &str) -> Result<Glob, PatternError> {
    let rooted = if text.starts_with('/') || text.starts_with("**") {
        text.to_owned()
    } else if text.contains('/') {
        format!("/{text}")
    } else {
        format!("**/{text}")
    };
    let glob = GlobBuilder::new(&rooted).literal_separator(true).build();
    glob.map_err(|source| PatternError::Glob {
        glob: text.to_owned(),
        source,
    })
}

/// A set of compiled globs.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    written: Vec<String>,
    set: GlobSet,
}

impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Globs {
    /// Compiles globs.
    ///
    /// # Errors
    /// [`PatternError`] about the first invalid one.
    pub(crate) fn new(written: Vec<String>) -> Result<Self, PatternError> {
        let mut set = GlobSetBuilder::new();
        for text in &written {
            set.add(compile(text)?);
        }
        let set = set.build().map_err(PatternError::Globs)?;
        Ok(Self { written, set })
    }

    /// Returns the globs as written.
    #[must_use]
    pub(crate) fn written(&self) -> &[String] {
        &self.written
    }

    /// Calls `found` with each matching path and the indexes of the globs it matches. One pass over the tree, in its order.
    pub(crate) fn each(&self, image: &Image, mut found: impl FnMut(NodeId, &[usize])) {
        if self.written.is_empty() {
            return;
        }
        let mut matching = Vec::new();
        each_path(&image.tree, |node, path, _| {
            self.set.matches_into(as_path(path).as_ref(), &mut matching);
            if !matching.is_empty() {
                found(node, &matching);
            }
        });
    }

    /// Returns for every node whether it matches any glob.
    #[must_use]
    pub(crate) fn matches(&self, image: &Image) -> Vec<bool> {
        let mut all = vec![false; image.tree.len()];
        self.each(image, |node, _| all[node.index()] = true);
        all
    }
}

#[cfg(unix)]
fn as_path(bytes: &[u8]) -> impl AsRef<Path> + '_ {
    use std::os::unix::ffi::OsStrExt as _;
    std::ffi::OsStr::from_bytes(bytes)
}

#[cfg(not(unix))]
fn as_path(bytes: &[u8]) -> impl AsRef<Path> + '_ {
    String::from_utf8_lossy(bytes).into_owned()
}
