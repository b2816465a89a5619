//! The summary of one ELF program for people: its loader, its libraries, its debug symbols. The content analysis of an image is in `content_analysis`.

use std::io::{Read, Seek};

use crate::analysis::needed_files::elf;

/// The summary of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProgramSummary {
    /// The path of the loader; `None` for a statically linked program.
    pub loader: Option<Vec<u8>>,
    /// The names of the libraries it needs.
    pub libraries: Vec<Vec<u8>>,
    /// Bytes of debug symbols; 0 for a stripped program.
    pub symbols: u64,
}

impl ProgramSummary {
    /// Reads the headers of a program and the sections that the summary needs; `None` if it is not an ELF program.
    #[must_use]
    pub fn of(file: impl Read + Seek) -> Option<Self> {
        let program = elf::read(file)?;
        Some(Self {
            loader: program.loader,
            libraries: program.libraries,
            symbols: program.symbols,
        })
    }
}
