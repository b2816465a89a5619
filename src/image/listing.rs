//! What one layer's tar lists, before layers are put together: the hand-over from reading to the model. Pure data with its own paths, so that
//! layers can be read in parallel; [`assemble`](super::assemble) joins them.

use super::entry::{Entry, Extra};
use super::ids::{ExtraId, TooLarge};
use super::layer::Compression;
use super::paths::PathSet;

/// The records of one layer, in the order of its tar.
#[derive(Debug)]
pub struct Listing {
    /// Every path the layer names; ids are this listing's own.
    pub paths: PathSet,
    /// Every record, in tar order; `extra` counts in this listing's `extras`.
    pub entries: Vec<Entry>,
    /// What few records have.
    pub extras: Vec<Extra>,
    /// For each record in turn, the path it is about.
    pub nodes: Vec<u32>,
    /// Which records (places in `entries`, ascending) are whiteouts: their path is the one they hide.
    pub whiteouts: Vec<u32>,
    /// Paths of folders with an opaque marker.
    pub opaque: Vec<u32>,
    /// How the blob was packed.
    pub compression: Compression,
    /// Where the tar ends without the zeros that mark its end, in unpacked bytes: perhaps it was longer.
    pub unended: Option<u64>,
    /// sha256 of the blob and of the unpacked tar, when the reader was asked to verify or the tar may have been longer.
    pub digests: Option<(String, String)>,
    /// What was odd, in words.
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

    /// Adds a record about a path of this listing.
    ///
    /// # Errors
    /// [`TooLarge`] when 32 bits cannot count it.
    pub fn push(&mut self, node: u32, entry: Entry, whiteout: bool) -> Result<(), TooLarge> {
        let place = u32::try_from(self.entries.len()).map_err(|_| TooLarge)?;
        if whiteout {
            self.whiteouts.push(place);
        }
        self.nodes.push(node);
        self.entries.push(entry);
        Ok(())
    }
}
