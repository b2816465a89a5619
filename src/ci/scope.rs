//! The part of an image that rules count: its layers and paths, and sums over them. No limits here.

use super::acceptance::FilteredFindings;
use super::baseline::Baseline;
use super::configured_rules::Rules;
use super::verdict::Violation;
use crate::analysis::findings::Findings;
use crate::analysis::{Analysis, Hidden, RepeatedPath};
use crate::image::{EntryId, EntryKind, Event, Image, LayerId, NodeId, Unreachable};
use crate::scan::Vulnerabilities;

/// The sums behind dive's rules, in bytes.
#[derive(Clone, Copy)]
pub(super) struct DiveSums {
    /// Of the smallest copy of every path.
    pub(super) least: u64,
    /// Of all copies of every path.
    pub(super) total: u64,
    /// Of all copies of every path stored more than once.
    pub(super) wasted: u64,
}

/// The image, the layers that count, and the paths that are ignored.
pub(super) struct Scope<'a> {
    pub(super) image: &'a Image,
    pub(super) analysis: &'a Analysis,
    /// The earlier image to compare with.
    pub(super) baseline: Option<&'a Baseline>,
    /// The vulnerabilities of a scan report.
    pub(super) vulnerabilities: Option<&'a Vulnerabilities>,
    /// The findings, split by whether they are accepted.
    pub(super) findings: Option<FilteredFindings<'a>>,
    /// The lowest layer that counts, for all rules but dive's.
    pub(super) from: usize,
    /// For every node whether its hidden bytes are ignored; empty when none are.
    ignored: Vec<bool>,
    rules: &'a Rules,
}

impl<'a> Scope<'a> {
    pub(super) fn of(
        rules: &'a Rules,
        image: &'a Image,
        analysis: &'a Analysis,
        baseline: Option<&'a Baseline>,
        vulnerabilities: Option<&'a Vulnerabilities>,
        findings: Option<&Findings>,
    ) -> Self {
        let from = if rules.own_layers {
            analysis.base.layers
        } else {
            0
        };
        Self {
            image,
            analysis,
            baseline,
            vulnerabilities,
            findings: findings.map(|all| FilteredFindings::of(&rules.accept, image, all, from)),
            from,
            rules,
            ignored: if rules.ignore.written().is_empty() {
                Vec::new()
            } else {
                rules.ignore.matches(image)
            },
        }
    }

    pub(super) fn ignores(&self, node: NodeId) -> bool {
        self.ignored.get(node.index()).copied().unwrap_or(false)
    }

    pub(super) fn size(&self) -> u64 {
        let layers = self.image.layers.iter().skip(self.from);
        layers.map(|layer| layer.size).fold(0, u64::saturating_add)
    }

    /// Returns the hidden records, largest first.
    pub(super) fn hidden(&self) -> impl Iterator<Item = &Hidden> {
        let rows = self.analysis.hidden.entries.iter();
        rows.filter(|row| row.stored_in.index() >= self.from && !self.ignores(row.node))
    }

    /// Returns the entries of the layers in scope that no path reaches, by layer. `ignore` matches paths, so it matches none of them.
    pub(super) fn unreachable(&self) -> impl Iterator<Item = (LayerId, Unreachable)> {
        let layers = self.image.layer_ids().skip(self.from);
        let all = layers.map(|id| (id, self.image.layer(id).unreachable));
        all.filter(|(_, unreachable)| unreachable.bytes > 0)
    }

    pub(super) fn hidden_bytes(&self) -> u64 {
        let unreachable = self.unreachable().map(|(_, unreachable)| unreachable.bytes);
        self.hidden()
            .map(|row| row.bytes)
            .chain(unreachable)
            .fold(0, u64::saturating_add)
    }

    /// Returns dive's sums without ignored paths.
    pub(super) fn dive_sums(&self) -> DiveSums {
        self.sums_without(|row| self.ignores(row.node))
    }

    /// Returns the sums that dive's rules judge: dive's, with the default limits without repeated paths that hard links still show.
    pub(super) fn judged_sums(&self) -> DiveSums {
        let is_left_out = |row: &RepeatedPath| {
            self.rules.dive_defaults && row.still_shown || self.ignores(row.node)
        };
        self.sums_without(is_left_out)
    }

    /// Returns dive's sums, of each path left out as if its copies were one file.
    fn sums_without(&self, is_left_out: impl Fn(&RepeatedPath) -> bool) -> DiveSums {
        let numbers = &self.analysis.efficiency;
        let (mut least, total) = numbers.sums;
        let mut wasted = numbers.wasted_bytes;
        for row in numbers.inefficient.iter().filter(|row| is_left_out(row)) {
            least = least.saturating_add(row.total - row.least);
            wasted = wasted.saturating_sub(row.total);
        }
        DiveSums {
            least,
            total,
            wasted,
        }
    }

    /// Returns the files that layers from `from` on store, visible or hidden.
    pub(super) fn files(&self, from: usize) -> impl Iterator<Item = (LayerId, NodeId, EntryId)> {
        self.image
            .layer_ids()
            .skip(from)
            .flat_map(move |layer| {
                let entries = &self.image.layer(layer).changes.entries;
                entries
                    .iter()
                    .map(move |&(node, entry)| (layer, node, entry))
            })
            .filter(|(_, _, entry)| !self.image.entry(*entry).is_dir())
    }

    /// Returns the bytes of a file: what the entry stores, of a hard link what counts at its path.
    pub(super) fn bytes(&self, (layer, node, entry): (LayerId, NodeId, EntryId)) -> u64 {
        let is_shown = self.image.timeline.events(node).last()
            == Some(&Event {
                layer,
                entry: Some(entry),
            });
        match self.image.entry(entry).kind() {
            EntryKind::HardLink if is_shown => {
                self.image.visible(node).map_or(0, |shown| shown.bytes)
            }
            _ => self.image.entry(entry).size,
        }
    }

    pub(super) fn finding(
        &self,
        (layer, node, entry): (LayerId, NodeId, EntryId),
        hint: &'static str,
    ) -> Violation {
        let removal = self.image.removal((layer, entry), node);
        Violation {
            node: Some(node),
            bytes: self.bytes((layer, node, entry)),
            stored_in: Some(layer),
            hidden_by: removal.map(|removal| removal.layer),
            hint: hint.into(),
            what: None,
            subject: None,
            details: None,
        }
    }
}
