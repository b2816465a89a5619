//! The layers of two images, aligned: which are shared, and what a machine with one image must download for the other. By layer only, never by file.

use std::collections::HashSet;

use super::common_subsequence::common;
use super::side::Sides;
use crate::image::{Image, Layer, LayerId, plain_instruction, without_copied_digest};

/// The relation of two aligned layers, or the image of a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LayerRelation {
    /// The same blob.
    Same,
    /// The same instruction with another result.
    Rebuilt,
    /// Only the image before has it.
    Before,
    /// Only the image after has it.
    After,
}

/// A row of the aligned layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerPair {
    /// Their relation.
    pub relation: LayerRelation,
    /// The layer of the image before.
    pub before: Option<LayerId>,
    /// The layer of the image after.
    pub after: Option<LayerId>,
}

/// The layers to download.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Download {
    /// Number of blobs.
    pub layers: usize,
    /// Their unpacked bytes, when known for each.
    pub unpacked: Option<u64>,
    /// Their compressed bytes, when known for each.
    pub compressed: Option<u64>,
}

/// The layers of two images, aligned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerAlignment {
    /// Every layer of either image in exactly one pair, bottom first; pairs never cross.
    pub pairs: Vec<LayerPair>,
    /// Number of layers of the image after that the image before also has, at any position.
    pub shared: usize,
    /// Their unpacked bytes, when known for each.
    pub shared_bytes: Option<u64>,
    /// What a machine with the image before must download for the image after.
    pub transfer: Download,
}

/// Returns whether two layers are one blob.
pub(super) fn same_blob(one: &Layer, other: &Layer) -> bool {
    one.identity()
        .is_some_and(|id| other.identity() == Some(id))
}

impl LayerAlignment {
    /// Aligns the layers: first equal blobs, as many as match without crossing (longest common subsequence); between them, equal instructions in order;
    /// the rest stays unpaired.
    #[must_use]
    pub(crate) fn of(images: Sides<&Image>) -> Self {
        let ids = images.map(|image| image.layers.iter().map(Layer::identity).collect::<Vec<_>>());
        let words = images.map(|image| {
            let descriptions = image.layers.iter().map(|layer| layer.heading.description());
            descriptions
                .map(|text| instruction(&text))
                .collect::<Vec<_>>()
        });
        let mut pairs = Vec::new();
        let mut from = (0, 0);
        let end = (ids.before.len(), ids.after.len());
        let anchors = common(&ids.before, &ids.after);
        for to in anchors.into_iter().map(Some).chain([None]) {
            let (start, until) = (from, to.unwrap_or(end));
            let gap = common(
                &words.before[from.0..until.0],
                &words.after[from.1..until.1],
            );
            for (before, after) in gap {
                let at = (start.0 + before, start.1 + after);
                lone(&mut pairs, from, at);
                pairs.push(pair(LayerRelation::Rebuilt, Some(at.0), Some(at.1)));
                from = (at.0 + 1, at.1 + 1);
            }
            lone(&mut pairs, from, until);
            if let Some(at) = to {
                pairs.push(pair(LayerRelation::Same, Some(at.0), Some(at.1)));
                from = (at.0 + 1, at.1 + 1);
            }
        }
        Self {
            pairs,
            ..Self::totals(images)
        }
    }

    /// Sums up the layers that `after` shares with `before`, and those to download. A machine stores blobs by digest, so order does not matter and a repeated blob is downloaded once.
    fn totals(images: Sides<&Image>) -> Self {
        let present: HashSet<&str> = images
            .before
            .layers
            .iter()
            .filter_map(Layer::identity)
            .collect();
        let mut to_download = HashSet::new();
        let mut found = Self {
            shared_bytes: Some(0),
            transfer: Download {
                layers: 0,
                unpacked: Some(0),
                compressed: Some(0),
            },
            ..Self::default()
        };
        let add = |sum: &mut Option<u64>, more: Option<u64>| {
            *sum = sum.zip(more).map(|(sum, more)| sum.saturating_add(more));
        };
        for layer in &images.after.layers {
            let id = layer.identity();
            let unpacked = (!layer.missing).then_some(layer.size);
            if id.is_some_and(|id| present.contains(id)) {
                found.shared += 1;
                add(&mut found.shared_bytes, unpacked);
            } else if id.is_none_or(|id| to_download.insert(id)) {
                let transfer = &mut found.transfer;
                transfer.layers += 1;
                add(&mut transfer.unpacked, unpacked);
                add(&mut transfer.compressed, layer.heading.compressed);
            }
        }
        found
    }
}

/// Adds the unpaired layers between two positions.
fn lone(pairs: &mut Vec<LayerPair>, from: (usize, usize), to: (usize, usize)) {
    pairs.extend((from.0..to.0).map(|at| pair(LayerRelation::Before, Some(at), None)));
    pairs.extend((from.1..to.1).map(|at| pair(LayerRelation::After, None, Some(at))));
}

fn pair(relation: LayerRelation, before: Option<usize>, after: Option<usize>) -> LayerPair {
    let id = |at| u32::try_from(at).ok().map(LayerId);
    LayerPair {
        relation,
        before: before.and_then(id),
        after: after.and_then(id),
    }
}

/// Returns an instruction without the digest that classic builds write for `COPY` and `ADD`, since it changes with the result. `None` for an empty
/// instruction.
pub(super) fn instruction(text: &str) -> Option<String> {
    let plain = without_copied_digest(&plain_instruction(text));
    (!plain.is_empty()).then_some(plain)
}
