//! What to load and how, as data. Opens nothing; what a word for an image means is `source`'s to say.

use std::ffi::OsString;

use super::Error;
use crate::demo;
use crate::image::Platform;
use crate::source::{Pull, Source, SourceKind};

/// What to load, as meant by the command line.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The image as the user wrote it; errors and titles name it so.
    pub reference: String,
    /// The same where it is no text: a file may have any name.
    pub exact: Option<OsString>,
    /// `--source`.
    pub source: Option<SourceKind>,
    /// `--pull`.
    pub pull: Pull,
    /// `--platform`.
    pub platform: Option<Platform>,
    /// `--tag`.
    pub tag: Option<String>,
    /// `--verify`.
    pub verify: bool,
    /// Whether it is one of the images built into the program; `tag` says which.
    pub built_in: bool,
    /// Whether contents will be asked for later (viewer, extract), so that a stream is worth keeping.
    pub keep_contents: bool,
}

impl Request {
    /// Returns how an image is loaded that is named while this one is looked at. Beside a built-in image the names of the others mean those.
    #[must_use]
    pub fn beside(&self, reference: String) -> Self {
        let built_in = self.built_in && demo::has(&reference);
        Self {
            tag: built_in.then(|| reference.clone()),
            built_in,
            reference,
            exact: None,
            ..self.clone()
        }
    }

    /// Returns what the user's word for the image means.
    ///
    /// # Errors
    /// [`Error`] when it can mean no image.
    pub fn source(&self) -> Result<Source, Error> {
        let word = self.exact.as_deref().unwrap_or(self.reference.as_ref());
        Ok(Source::parse(word, self.source)?)
    }
}
