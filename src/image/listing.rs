//! The entries of one layer's tar, before the layers are joined: the interface between reading and the model. Each listing has its own paths, so that
//! layers can be read in parallel; [`assemble`](super::assemble) joins them.

use super::entry::{Entry, Extra};
use super::ids::{ExtraId, TooLarge};
use super::layer::Compression;
use super::path_set::PathSet;

/// The entries of one layer, in the order of its tar.
#[derive(Debug)]
pub struct Listing {
    /// Every path of the layer; ids are this listing's own.
    pub paths: PathSet,
    /// Every entry, in tar order; `extra` is an index in this listing's `extras`.
    pub entries: Vec<Entry>,
    /// What few entries have.
    pub extras: Vec<Extra>,
    /// The path of each entry.
    pub nodes: Vec<u32>,
    /// The indexes of the entries that are whiteouts, ascending; their path is the one they hide.
    pub whiteouts: Vec<u32>,
    /// Paths of folders with an opaque marker.
    pub opaque: Vec<u32>,
    /// The compression of the blob.
    pub compression: Compression,
    /// The offset at which the tar ends without the zeros that mark the end: it may be truncated.
    pub unended: Option<u64>,
    /// Digests of the blob and of the decompressed tar, if they are verified or the tar may be truncated.
    pub digests: Option<(String, String)>,
    /// Warnings.
    pub warnings: Vec<String>,
}

impl Listing {
    /// Returns an empty listing of a blob.
    #[must_use]
    pub fn new(compression: Compression) -> Self {
        Self {
            paths: PathSet::default(),
            entries: Vec::new(),
            extras: Vec::new(),
            nodes: Vec::new(),
            whiteouts: Vec::new(),
            opaque: Vec::new(),
            compression,
            unended: None,
            digests: None,
            warnings: Vec::new(),
        }
    }

    /// Adds an extra and returns its id.
    ///
    /// # Errors
    /// [`TooLarge`] when 32 bits cannot count it.
    pub fn add_extra(&mut self, extra: Extra) -> Result<ExtraId, TooLarge> {
        let id = ExtraId::at(self.extras.len())?;
        self.extras.push(extra);
        Ok(id)
    }

    /// Adds an entry for a path of this listing.
    ///
    /// # Errors
    /// [`TooLarge`] when 32 bits cannot count it.
    pub fn push(&mut self, node: u32, entry: Entry, whiteout: bool) -> Result<(), TooLarge> {
        let index = u32::try_from(self.entries.len()).map_err(|_| TooLarge)?;
        if whiteout {
            self.whiteouts.push(index);
        }
        self.nodes.push(node);
        self.entries.push(entry);
        Ok(())
    }
}
