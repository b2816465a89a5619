//! The list of images as text: one image per line, a plan, or the JSON of `kubectl get`. Reads no file and opens no image.

use std::collections::HashSet;
use std::sync::Arc;

use super::fleet_error::{FailedName, FleetError};
use super::kubernetes;
use super::resolved_list;
use super::shard::Shard;
use crate::escape;
use crate::image::Platform;
use crate::load::SourceKind;

/// An image to read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct FleetInput {
    /// Its name in the list.
    pub(crate) name: String,
    /// Whether it is one of the images built into the program.
    pub(super) is_built_in: bool,
    /// What a plan has resolved the name to.
    pub(super) resolved: Option<Arc<Resolved>>,
    /// Where it is, if the list determines that.
    pub(crate) source: Option<SourceKind>,
    /// The platform, if the list determines that.
    pub(crate) platform: Option<Platform>,
}

/// What a name means.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Resolved {
    /// What is opened: the image by its digest, or an image that is in no registry by its name.
    pub(super) image: String,
    /// The digests of its layers in the registry, bottom first.
    pub(super) layers: Vec<Arc<str>>,
}

/// What a list names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    /// The images, each once.
    pub(crate) images: Vec<FleetInput>,
    /// What names no image.
    pub(crate) errors: Vec<FailedName>,
    /// Warnings about the list, one line each.
    pub(crate) notes: Vec<String>,
}

impl Inputs {
    /// Parses a list: a plan or JSON of `kubectl get` where it begins with a brace, else one image per line. Empty lines and those that begin with `#` are skipped.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if bytes.trim_ascii_start().starts_with(b"{") {
            return resolved_list::parse(bytes).unwrap_or_else(|| kubernetes::parse(bytes));
        }
        let mut inputs = Self::default();
        for line in bytes.split(|&byte| byte == b'\n') {
            let line = line.trim_ascii();
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            match std::str::from_utf8(line) {
                Ok(name) => inputs.images.push(FleetInput::named(name)),
                Err(_) => inputs.errors.push(FailedName::new(
                    escape::name(line),
                    None,
                    FleetError::NotUtf8,
                )),
            }
        }
        inputs
    }

    /// Adds another list.
    pub(super) fn extend(&mut self, other: Self) {
        self.images.extend(other.images);
        self.errors.extend(other.errors);
        self.notes.extend(other.notes);
    }

    /// Keeps the images of a part of the list, and what names none.
    pub(crate) fn keep(&mut self, shard: Shard) {
        self.images.retain(|input| shard.has(input.opened()));
        self.errors.retain(|error| shard.has(&error.name));
    }

    /// Keeps each image once.
    pub(super) fn dedup(&mut self) {
        let mut seen = HashSet::with_capacity(self.images.len());
        self.images.retain(|input| seen.insert(input.clone()));
    }
}

impl FleetInput {
    /// Returns what is opened.
    pub(super) fn opened(&self) -> &str {
        let resolved = self.resolved.as_ref();
        resolved.map_or(&self.name, |resolved| &resolved.image)
    }

    /// Returns the digest that a plan has resolved the name to.
    pub(super) fn resolved_digest(&self) -> Option<&str> {
        let image = &self.resolved.as_ref()?.image;
        Some(image.strip_prefix("registry://")?.split_once('@')?.1)
    }

    /// Returns the built-in image of a name.
    pub(super) fn built_in(name: &str) -> Self {
        Self {
            is_built_in: true,
            ..Self::named(name)
        }
    }

    /// Returns the image of a name.
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Inputs;

    #[test]
    fn a_line_is_an_image() {
        let text =
            b"\xef\xbb\xbf# ours\n\n  alpine:3.20 \r\n\xffbad\nregistry://a.io/b\nalpine:3.20";
        let mut inputs = Inputs::parse(text);
        inputs.dedup();
        let names: Vec<&str> = inputs
            .images
            .iter()
            .map(|input| input.name.as_str())
            .collect();
        assert_eq!(names, ["alpine:3.20", "registry://a.io/b"]);
        assert_eq!(inputs.errors.len(), 1);
        assert_eq!(inputs.errors[0].name, "\\xffbad");
        let empty = Inputs::parse(b"");
        assert!(empty.images.is_empty() && empty.errors.is_empty());
    }
}
