//! Builds an image from its listings: joins the layers' paths into one tree, sorts each layer's changes, folds the timeline. Reads nothing.

use std::sync::Arc;

use super::budget::{Account, Budget};
use super::container_image::{Description, Image, Warning};
use super::entry::{Entry, EntryKind, RareFields};
use super::ids::{EntryId, LayerId, NodeId, RareFieldsId, TooLarge};
use super::layer::{ChangeSet, Layer};
use super::listing::{Listing, Unreachable};
use super::names::{HardLinks, Names};
use super::path_set::PathSet;
use super::timeline::Timeline;

/// Most entries of all layers together; those of a layer that is listed twice count twice.
const MOST_ENTRIES: usize = 1 << 27;
/// Most warnings of an image; the rest are counted in one more.
const MOST_WARNINGS: usize = 1000;
/// Bytes per path: those of its node and of later lists of all paths, such as statuses, sizes and rows.
const EACH_PATH: u64 = 16 + 48;

/// Builds an image from its description and one listing per layer, bottom first. Layers with the same blob share a listing and its entries. A listing that
/// has no other owner is freed as soon as it is joined.
///
/// # Errors
/// [`TooLarge`] when the image has more paths or entries than 32 bits can count, or takes more memory than the budget has.
pub fn assemble(
    about: Description,
    listings: Vec<Arc<Listing>>,
    budget: &Budget,
) -> Result<Image, TooLarge> {
    assemble_some(about, listings.into_iter().map(Some).collect(), budget)
}

/// Adds a warning for each layer with whiteouts of missing paths, whose numbers are in `misses`, and cuts the list at [`MOST_WARNINGS`].
fn warn_of_whiteouts(warnings: &mut Vec<Warning>, misses: impl Iterator<Item = usize>) {
    for (layer, missed) in (0..).map(LayerId).zip(misses) {
        if missed > 0 {
            warnings.push(Warning {
                layer: Some(layer),
                text: match missed {
                    1 => "a whiteout hides nothing".to_owned(),
                    _ => format!("{missed} whiteouts hide nothing"),
                },
            });
        }
    }
    if warnings.len() > MOST_WARNINGS {
        let more = warnings.len() - MOST_WARNINGS;
        warnings.truncate(MOST_WARNINGS);
        warnings.push(Warning {
            layer: None,
            text: format!("{more} more warnings"),
        });
    }
}

/// Builds an image like [`assemble`] from the layers that have a listing; the others are empty and not [read](Layer::read).
///
/// # Errors
/// As [`assemble`].
pub fn assemble_some(
    about: Description,
    listings: Vec<Option<Arc<Listing>>>,
    budget: &Budget,
) -> Result<Image, TooLarge> {
    let complete = listings
        .iter()
        .all(|listing| listing.as_ref().is_some_and(|listing| !listing.missing));
    let (join, parts) = join_all(listings, budget)?;
    let linked: Vec<bool> = parts.iter().map(|part| part.linked).collect();
    let Join {
        paths,
        entries,
        rare_fields,
        mut warnings,
        mut account,
    } = join;
    account.take(paths.len() as u64 * EACH_PATH)?;
    let (tree, ranks) = paths.freeze()?;
    let layers: Vec<Layer> = parts
        .into_iter()
        .map(|part| part.into_layer(&about, &ranks))
        .collect();
    drop(ranks);
    let (timeline, misses) = Timeline::fold(
        &tree,
        &entries,
        EntryId::at(0)?,
        layers.iter().map(|layer| &layer.changes),
        &mut account,
    )?;
    let links = HardLinks::resolve(
        &tree,
        (&entries, &rare_fields),
        &layers,
        &timeline,
        &linked,
        &mut account,
    )?;
    let top = u32::try_from(layers.len())
        .unwrap_or(u32::MAX)
        .checked_sub(1);
    let names = top.map_or_else(Names::default, |top| {
        links.names_after(&timeline, LayerId(top))
    });
    // A missing layer may have what they hide.
    let misses = misses.into_iter().filter(|_| complete);
    warn_of_whiteouts(&mut warnings, misses);
    Ok(Image {
        about,
        layers,
        tree,
        timeline,
        warnings,
        entries,
        rare_fields,
        links,
        names,
        _account: account,
    })
}

/// Joins the listings, each of which is freed after that. Returns the layers' parts, bottom first.
fn join_all(
    mut listings: Vec<Option<Arc<Listing>>>,
    budget: &Budget,
) -> Result<(Join, Vec<JoinedLayer>), TooLarge> {
    let mut join = Join {
        paths: PathSet::within(budget),
        entries: vec![Entry::IMPLIED],
        rare_fields: Vec::new(),
        warnings: Vec::new(),
        account: budget.account(),
    };
    let mut parts: Vec<JoinedLayer> = Vec::with_capacity(listings.len());
    let mut entries = 0_usize;
    // A listing is taken when it is joined, so the missing ones must be collected first.
    let missing: Vec<usize> = (0..listings.len())
        .filter(|&index| listings[index].is_none())
        .collect();
    for index in 0..listings.len() {
        let Some(listing) = listings[index].take() else {
            continue;
        };
        let layer = LayerId(u32::try_from(index).map_err(|_| TooLarge::Count)?);
        let rare_fields_base = join.add_rare_fields(&listing)?;
        let part = join.add(layer, &listing, rare_fields_base)?;
        join.warn(layer, &listing);
        entries = entries.saturating_add(listing.entries.len());
        // The same blob again further up: the same entries, the same changes.
        for (twin, slot) in listings.iter_mut().enumerate().skip(index + 1) {
            if slot
                .as_ref()
                .is_some_and(|other| Arc::ptr_eq(other, &listing))
            {
                entries = entries.saturating_add(listing.entries.len());
                if entries > MOST_ENTRIES {
                    return Err(TooLarge::Count);
                }
                *slot = None;
                let layer = LayerId(u32::try_from(twin).map_err(|_| TooLarge::Count)?);
                parts.push(if part.linked {
                    // What a link names depends on the layers below, so each use has its own entries.
                    join.add(layer, &listing, rare_fields_base)?
                } else {
                    join.account.take(part.bytes())?;
                    JoinedLayer {
                        index: twin,
                        ..part.clone()
                    }
                });
            }
        }
        parts.push(part);
    }
    parts.extend(missing.into_iter().map(JoinedLayer::missing));
    parts.sort_by_key(|part| part.index);
    Ok((join, parts))
}

/// The listings joined so far.
struct Join {
    paths: PathSet,
    entries: Vec<Entry>,
    rare_fields: Vec<RareFields>,
    warnings: Vec<Warning>,
    account: Account,
}

/// One layer's entries with the joined ids, not in the tree's order yet.
#[derive(Clone)]
struct JoinedLayer {
    index: usize,
    read: bool,
    /// Whether it has hard links.
    linked: bool,
    summary: LayerSummary,
    /// The digest of its bytes, if it was computed.
    tar_digest: Option<String>,
    entries: Vec<(u32, EntryId)>,
    whiteouts: Vec<(u32, EntryId)>,
    opaque: Vec<u32>,
}

/// What a layer has beside its entries.
#[derive(Clone, Copy)]
struct LayerSummary {
    compression: super::Compression,
    missing: bool,
    from_table: bool,
    size: u64,
    entry_count: usize,
    unreachable: Unreachable,
}

impl Join {
    /// Adds the rare fields of a listing, and returns the index of the first one.
    fn add_rare_fields(&mut self, listing: &Listing) -> Result<usize, TooLarge> {
        let base = self.rare_fields.len();
        let footprints = listing.rare_fields.iter().map(RareFields::footprint);
        self.account.take(footprints.sum())?;
        self.rare_fields.extend_from_slice(&listing.rare_fields);
        Ok(base)
    }

    /// Joins a listing, whose rare fields were added from `rare_fields_base` on.
    fn add(
        &mut self,
        layer: LayerId,
        listing: &Listing,
        rare_fields_base: usize,
    ) -> Result<JoinedLayer, TooLarge> {
        let map = self.paths.merge(&listing.paths)?;
        let mut part = JoinedLayer {
            index: layer.index(),
            read: true,
            linked: false,
            summary: LayerSummary {
                compression: listing.compression,
                missing: listing.missing,
                from_table: listing.from_table,
                size: listing
                    .entries
                    .iter()
                    .map(|entry| entry.size)
                    .fold(listing.unreachable.bytes, u64::saturating_add),
                entry_count: listing.entries.len()
                    + usize::try_from(listing.unreachable.entries).unwrap_or(0),
                unreachable: listing.unreachable,
            },
            tar_digest: listing.digests.as_ref().map(|(_, tar)| tar.clone()),
            entries: Vec::with_capacity(listing.entries.len() - listing.whiteouts.len()),
            whiteouts: Vec::with_capacity(listing.whiteouts.len()),
            opaque: listing
                .opaque
                .iter()
                .map(|&node| map[node as usize])
                .collect(),
        };
        self.account.take(part.bytes())?;
        let mut whiteouts = listing.whiteouts.iter().copied().peekable();
        let entries = &mut self.entries;
        self.account.reserve(entries, listing.entries.len())?;
        for (index, (entry, &node)) in (0_u32..).zip(listing.entries.iter().zip(&listing.nodes)) {
            let id = EntryId::at(self.entries.len())?;
            let rare_fields = entry
                .rare_fields
                .map(|id| RareFieldsId::at(id.index() + rare_fields_base))
                .transpose()?;
            self.entries.push(Entry {
                rare_fields,
                ..*entry
            });
            part.linked |= entry.kind() == EntryKind::HardLink;
            let list = if whiteouts.next_if_eq(&index).is_some() {
                &mut part.whiteouts
            } else {
                &mut part.entries
            };
            list.push((map[node as usize], id));
        }
        Ok(part)
    }

    fn warn(&mut self, layer: LayerId, listing: &Listing) {
        let warnings = listing.warnings.iter().map(|text| Warning {
            layer: Some(layer),
            text: text.clone(),
        });
        self.warnings.extend(warnings);
    }
}

impl JoinedLayer {
    /// Returns the bytes of memory that its lists take.
    fn bytes(&self) -> u64 {
        let pairs = self.entries.capacity() + self.whiteouts.capacity();
        (8 * pairs + 4 * self.opaque.capacity()) as u64
    }

    /// Returns a layer without a listing.
    const fn missing(index: usize) -> Self {
        Self {
            index,
            read: false,
            linked: false,
            summary: LayerSummary {
                compression: super::Compression::None,
                missing: false,
                from_table: false,
                size: 0,
                entry_count: 0,
                unreachable: Unreachable {
                    entries: 0,
                    bytes: 0,
                },
            },
            tar_digest: None,
            entries: Vec::new(),
            whiteouts: Vec::new(),
            opaque: Vec::new(),
        }
    }

    fn into_layer(self, about: &Description, ranks: &[NodeId]) -> Layer {
        let rank = |list: Vec<(u32, EntryId)>| -> Ranked {
            let mut ranked: Vec<_> = list
                .into_iter()
                .map(|(node, entry)| (ranks[node as usize], entry))
                .collect();
            ranked.sort_unstable();
            ranked
        };
        let (entries, replaced) = last_of_each(rank(self.entries));
        // A whiteout hides what is below from its first place in the tar on.
        let mut whiteouts = rank(self.whiteouts);
        whiteouts.dedup_by_key(|(node, _)| *node);
        let mut opaque: Vec<NodeId> = self
            .opaque
            .into_iter()
            .map(|node| ranks[node as usize])
            .collect();
        opaque.sort_unstable();
        opaque.dedup();
        let heading = about.headings.get(self.index).cloned().unwrap_or_default();
        Layer {
            verified: self.tar_digest.is_some() && self.tar_digest == heading.diff_id,
            heading,
            blob: about.blobs.get(self.index).cloned().unwrap_or_default(),
            read: self.read,
            missing: self.summary.missing,
            from_table: self.summary.from_table,
            compression: self.summary.compression,
            size: self.summary.size,
            unreachable: self.summary.unreachable,
            entry_count: self.summary.entry_count,
            changes: ChangeSet {
                whiteouts,
                opaque,
                entries,
                replaced,
            },
        }
    }
}

/// Entries by node.
type Ranked = Vec<(NodeId, EntryId)>;

/// Splits a sorted list into the last entry of each node and the ones before it. Ids grow in tar order, so the last is the greatest.
fn last_of_each(sorted: Ranked) -> (Ranked, Ranked) {
    if sorted.windows(2).all(|pair| pair[0].0 != pair[1].0) {
        return (sorted, Vec::new());
    }
    let (mut last, mut earlier) = (Vec::with_capacity(sorted.len()), Vec::new());
    for (index, &item) in sorted.iter().enumerate() {
        let part = if sorted.get(index + 1).is_some_and(|next| next.0 == item.0) {
            &mut earlier
        } else {
            &mut last
        };
        part.push(item);
    }
    (last, earlier)
}
