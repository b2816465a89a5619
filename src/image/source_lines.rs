//! The lines of a build's sources that made a layer. Data only.

use std::fmt;
use std::sync::Arc;

/// Lines of a file that an image was built from, usually a Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLines {
    /// The file's path: as the user wrote it, or as provenance has it. Not escaped, and never opened.
    pub file: Arc<str>,
    /// The first line, counted from 1.
    pub first: usize,
    /// The last line.
    pub last: usize,
    /// One past the last character of the last line, counted from 1.
    pub end_column: usize,
    /// The stage they belong to, if the file has several: its name, or `stage-2` for the third one without a name, as BuildKit writes it.
    pub stage: Option<Arc<str>>,
}

impl fmt::Display for SourceLines {
    /// Writes `Dockerfile:3–5, stage build`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.first)?;
        if self.last > self.first {
            write!(f, "–{}", self.last)?;
        }
        match &self.stage {
            Some(stage) if stage.starts_with("stage-") => write!(f, ", {stage}"),
            Some(stage) => write!(f, ", stage {stage}"),
            None => Ok(()),
        }
    }
}
