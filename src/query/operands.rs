//! Paths of an image as they are typed on a command line: a path, resolved as in a container, or a glob. Reads no file.

use crate::image::{LastLink, NodeId, Unresolved};

use crate::query::content::PathContent;
use crate::query::globs::{Globs, is_glob};
use crate::query::pattern::PatternError;
use crate::query::versions::Versions;

/// Why a typed path matches nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum OperandError {
    /// A glob is invalid.
    Invalid(PatternError),
    /// Nothing matches a glob.
    NoMatch,
    /// A name is not there. The folder that it is missing in, and the node, if another layer has it.
    Missing(NodeId, Option<NodeId>),
    /// The links on the way form a loop.
    Loop,
}

/// Versions of paths by path, then by layer.
#[derive(Clone, Copy, Debug)]
pub struct PathVersions<'a>(pub &'a [PathContent]);

impl<'a> PathVersions<'a> {
    /// Returns the versions of the nodes from `from` on and before `end`.
    #[must_use]
    pub fn between(&self, from: NodeId, end: NodeId) -> &'a [PathContent] {
        let start = self.0.partition_point(|content| content.node < from);
        let rest = &self.0[start..];
        &rest[..rest.partition_point(|content| content.node < end)]
    }
}

/// Returns the nodes that a typed path means: one, or in the tree's order all that match a glob and have a version in `rows`, or something below them.
///
/// # Errors
/// [`OperandError`] when there is none.
pub(crate) fn operand(
    versions: &Versions<'_>,
    rows: PathVersions<'_>,
    typed: &[u8],
    last: LastLink,
) -> Result<Vec<NodeId>, OperandError> {
    let image = versions.image();
    let resolve =
        |path| image.resolve_path(NodeId::ROOT, path, last, |node| versions.latest_entry(node));
    let found = match resolve(typed) {
        Ok(node) => return Ok(vec![node]),
        Err(Unresolved::Loop) => return Err(OperandError::Loop),
        Err(Unresolved::Missing(folder)) => OperandError::Missing(folder, image.tree.find(typed)),
    };
    let Some(text) = std::str::from_utf8(typed).ok().filter(|text| is_glob(text)) else {
        return Err(found);
    };
    let globs = Globs::new(vec![text.to_owned()]).map_err(OperandError::Invalid)?;
    let mut matching = Vec::new();
    globs.each(image, |node, _| {
        if !rows.between(node, image.tree.end(node)).is_empty() {
            matching.push(node);
        }
    });
    if matching.is_empty() {
        return Err(OperandError::NoMatch);
    }
    Ok(matching)
}
