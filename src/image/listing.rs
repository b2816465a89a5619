//! The entries of one layer's tar, before the layers are joined: the interface between reading and the model. Each listing has its own paths, so that
//! layers can be read in parallel; [`assemble`](super::assemble) joins them.

use super::budget::{Account, Budget};
use super::entry::{Entry, RareFields};
use super::ids::{RareFieldsId, TooLarge};
use super::layer::Compression;
use super::path_set::PathSet;

/// The entries of one layer, in the order of its tar.
#[derive(Debug)]
pub struct Listing {
    /// Every path of the layer; ids are this listing's own.
    pub paths: PathSet,
    /// Every entry, in tar order; `rare_fields` is an index in this listing's `rare_fields`.
    pub entries: Vec<Entry>,
    /// What few entries have.
    pub rare_fields: Vec<RareFields>,
    /// The path of each entry.
    pub nodes: Vec<u32>,
    /// The indexes of the entries that are whiteouts, ascending; their path is the one they hide.
    pub whiteouts: Vec<u32>,
    /// Paths of folders with an opaque marker.
    pub opaque: Vec<u32>,
    /// The compression of the blob.
    pub compression: Compression,
    /// The offset at which the tar ends without the zeros that mark the end: it may be truncated.
    pub missing_end_at: Option<u64>,
    /// Digests of the blob and of the decompressed tar, if they are verified or the tar may be truncated.
    pub digests: Option<(String, String)>,
    /// What is beyond the longest path of a kernel.
    pub unreachable: Unreachable,
    /// Whether it was made from the layer's table of contents, whose digest the manifest names. The layer's own bytes were not read.
    pub from_table: bool,
    /// Whether the blob is not in the archive, so that the entries are unknown rather than none.
    pub missing: bool,
    /// Warnings.
    pub warnings: Vec<String>,
    account: Account,
}

/// Entries whose path is longer than any that a kernel opens (Linux: `PATH_MAX`). They are counted, not listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unreachable {
    /// How many there are.
    pub entries: u64,
    /// Bytes of their contents.
    pub bytes: u64,
}

impl Listing {
    /// Returns an empty listing of a blob.
    #[must_use]
    pub fn new(compression: Compression) -> Self {
        Self {
            paths: PathSet::default(),
            entries: Vec::new(),
            rare_fields: Vec::new(),
            nodes: Vec::new(),
            whiteouts: Vec::new(),
            opaque: Vec::new(),
            compression,
            missing_end_at: None,
            digests: None,
            unreachable: Unreachable::default(),
            from_table: false,
            missing: false,
            warnings: Vec::new(),
            account: Account::default(),
        }
    }

    /// Returns an empty listing of a blob, whose memory is taken from a budget.
    #[must_use]
    pub fn within(compression: Compression, budget: &Budget) -> Self {
        Self {
            paths: PathSet::within(budget),
            account: budget.account(),
            ..Self::new(compression)
        }
    }

    /// Takes the memory of a listing that was put together elsewhere from a budget.
    ///
    /// # Errors
    /// [`TooLarge::Memory`] when the budget has less.
    pub(crate) fn charge(&mut self, budget: &Budget) -> Result<(), TooLarge> {
        self.paths.charge(budget)?;
        let mut account = budget.account();
        let entries = self.entries.capacity() * (size_of::<Entry>() + size_of::<u32>());
        let footprints = self.rare_fields.iter().map(RareFields::footprint);
        account.take((entries as u64).saturating_add(footprints.sum()))?;
        self.account = account;
        Ok(())
    }

    /// Returns the bytes that it takes.
    #[must_use]
    pub(crate) const fn taken(&self) -> u64 {
        self.paths.taken() + self.account.taken()
    }

    /// Adds rare fields and returns their id.
    ///
    /// # Errors
    /// [`TooLarge`] when 32 bits cannot count it, or there is no memory for it.
    pub fn add_rare_fields(&mut self, fields: RareFields) -> Result<RareFieldsId, TooLarge> {
        let id = RareFieldsId::at(self.rare_fields.len())?;
        self.account.take(fields.footprint())?;
        self.rare_fields.push(fields);
        Ok(id)
    }

    /// Marks a folder as opaque.
    ///
    /// # Errors
    /// [`TooLarge`] when there is no memory for it.
    pub(crate) fn mark_opaque(&mut self, node: u32) -> Result<(), TooLarge> {
        self.account.push(&mut self.opaque, node)
    }

    /// Adds an entry for a path of this listing.
    ///
    /// # Errors
    /// [`TooLarge`] when 32 bits cannot count it, or there is no memory for it.
    pub fn push(&mut self, node: u32, entry: Entry, whiteout: bool) -> Result<(), TooLarge> {
        let index = u32::try_from(self.entries.len()).map_err(|_| TooLarge::Count)?;
        if whiteout {
            self.account.push(&mut self.whiteouts, index)?;
        }
        self.account.push(&mut self.nodes, node)?;
        self.account.push(&mut self.entries, entry)
    }
}
