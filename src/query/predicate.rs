//! Evaluates conditions, prepared for one image, on a content. No sums.

use crate::analysis::findings::ClaimedEntry;
use crate::analysis::packages::PackageId;
use crate::analysis::{ContentAnalysis, Status};
use crate::image::{Image, LayerId, NodeId};

use crate::query::condition::{Condition, PackageFilter, Query, StoredAs};
use crate::query::content::PathContent;
use crate::query::globs::{self, Globs};
use crate::query::path_walk::each_path;
use crate::query::pattern::path_regex;

/// A query, prepared for an image.
pub(super) struct Predicate<'a> {
    image: &'a Image,
    content: Option<&'a ContentAnalysis>,
    conditions: Vec<Prepared<'a>>,
    /// Whether a content counts with its size, not with the bytes that a finding claims of it.
    counts_sizes: bool,
}

/// A condition, prepared for an image.
enum Prepared<'a> {
    Plain(&'a Condition),
    /// The claims of a finding, those without an entry first, then by entry and layer.
    Claims(Vec<&'a ClaimedEntry>),
    /// For every node whether its path matches.
    Paths(Vec<bool>),
}

impl<'a> Predicate<'a> {
    /// Prepares a query. Categories, packages and findings select nothing without a content analysis.
    pub(super) fn new(
        image: &'a Image,
        content: Option<&'a ContentAnalysis>,
        query: &'a Query,
        counts_sizes: bool,
    ) -> Self {
        let prepare = |condition: &'a Condition| match condition {
            Condition::Finding(at) => {
                let finding = content.and_then(|content| content.findings.list.get(*at));
                let claims = finding.map_or(&[][..], |finding| &finding.claims);
                let mut claims: Vec<&ClaimedEntry> = claims.iter().collect();
                claims.sort_by_key(|claim| (claim.entry, claim.layer));
                Prepared::Claims(claims)
            }
            Condition::Path(text) => Prepared::Paths(paths(image, text)),
            condition => Prepared::Plain(condition),
        };
        Self {
            image,
            content,
            conditions: query.conditions.iter().map(prepare).collect(),
            counts_sizes,
        }
    }

    /// Returns whether folders can be selected: a finding may be about their permissions.
    pub(super) fn selects_folders(&self) -> bool {
        let mut conditions = self.conditions.iter();
        conditions.any(|condition| matches!(condition, Prepared::Claims(_)))
    }

    /// Returns how many bytes of a content are selected; `None` if it is not. `record` is its index among the hidden records.
    pub(super) fn bytes(&self, content: &PathContent, record: Option<usize>) -> Option<u64> {
        let mut bytes = content.bytes;
        for condition in &self.conditions {
            match condition {
                Prepared::Plain(condition) => {
                    if !self.is_met(condition, content, record) {
                        return None;
                    }
                }
                Prepared::Claims(claims) => {
                    let claimed = claimed(claims, content)?;
                    if !self.counts_sizes {
                        bytes = bytes.min(claimed);
                    }
                }
                Prepared::Paths(matches) => {
                    if !matches[content.node.index()] {
                        return None;
                    }
                }
            }
        }
        Some(bytes)
    }

    fn is_met(&self, condition: &Condition, content: &PathContent, record: Option<usize>) -> bool {
        match condition {
            Condition::Layers(first, last) => (*first..=*last).contains(&content.layer),
            Condition::HiddenBy(layer) => content.hidden_by(self.image) == Some(*layer),
            Condition::Category(category) => self.content.is_some_and(|about| {
                let of = match record {
                    Some(record) => about.categories.hidden_category(record),
                    None => about.categories.category(content.node),
                };
                of == *category
            }),
            Condition::Package(filter) => {
                content.hidden.is_none() && self.is_owned(*filter, content.node)
            }
            Condition::OneOfPackages(ids) => {
                let is_owned =
                    |id: &PackageId| self.is_owned(PackageFilter::Package(*id), content.node);
                content.hidden.is_none() && ids.iter().any(is_owned)
            }
            Condition::Visible => content.hidden.is_none(),
            Condition::Hidden(None) => content.hidden.is_some(),
            Condition::Hidden(kind) => content.hidden == *kind,
            Condition::Change(change) => {
                // The layer's own status of the path: it does not change the path of a later layer's link to its file.
                let at = |layer| self.image.timeline.at(content.node, layer);
                let before = content.layer.0.checked_sub(1).map(LayerId);
                let (before, after) = (before.and_then(at), at(content.layer));
                let status = Status::between(self.image, before, after);
                match change {
                    StoredAs::Added => status == Status::Added,
                    StoredAs::Modified => matches!(status, Status::Modified(_)),
                }
            }
            Condition::At(node) => content.node == *node,
            Condition::Below(folder) => self.image.tree.contains(*folder, content.node),
            Condition::MinSize(bytes) => content.bytes >= *bytes,
            // These have their own variants of `Prepared`.
            Condition::Finding(_) | Condition::Path(_) => false,
        }
    }

    fn is_owned(&self, filter: PackageFilter, node: NodeId) -> bool {
        let Some(about) = self.content else {
            return false;
        };
        let of = about.packages.package_of(node);
        match filter {
            PackageFilter::Package(id) => of == Some(id),
            PackageFilter::AnyPackage => of.is_some(),
            PackageFilter::Unowned => of.is_none(),
        }
    }
}

/// Returns how many bytes of a content a finding claims; `None` for a content that is not part of it.
fn claimed(claims: &[&ClaimedEntry], content: &PathContent) -> Option<u64> {
    let key = (Some(content.entry), content.layer);
    let (paths, entries) = claims.split_at(claims.partition_point(|claim| claim.entry.is_none()));
    let from = entries.partition_point(|claim| (claim.entry, claim.layer) < key);
    let same = entries[from..]
        .iter()
        .take_while(|claim| (claim.entry, claim.layer) == key);
    // A path of the configuration is the visible content at that path.
    let at_path = paths.iter().filter(|claim| {
        content.hidden.is_none() && (claim.node, claim.layer) == (content.node, content.layer)
    });
    let mut matching = same.chain(at_path);
    let first = matching.next()?.bytes;
    Some(matching.fold(first, |bytes, claim| bytes.saturating_add(claim.bytes)))
}

/// Returns for every node whether its path, or a folder above it, matches a text. One pass over the tree.
fn paths(image: &Image, text: &str) -> Vec<bool> {
    let tree = &image.tree;
    let mut matches = if let Some(pattern) = text.strip_prefix("re:") {
        expression(image, pattern)
    } else if globs::is_glob(text) {
        let globs = Globs::new(vec![text.to_owned()]);
        globs.map_or_else(|_| vec![false; tree.len()], |globs| globs.matches(image))
    } else {
        parts(image, text)
    };
    for node in tree.ids().skip(1) {
        if let Some(parent) = tree.parent(node) {
            matches[node.index()] |= matches[parent.index()];
        }
    }
    matches
}

/// Returns for every node whether its path matches a regular expression; an invalid one matches nothing.
fn expression(image: &Image, pattern: &str) -> Vec<bool> {
    let tree = &image.tree;
    let Ok(regex) = path_regex(pattern) else {
        return vec![false; tree.len()];
    };
    let is_match = |node| regex.is_match(&tree.path(node));
    tree.ids().map(is_match).collect()
}

/// Returns for every node whether its path contains a text, in any case of ASCII letters.
fn parts(image: &Image, text: &str) -> Vec<bool> {
    let tree = &image.tree;
    let wanted = text.as_bytes();
    let mut matches = vec![wanted.is_empty(); tree.len()];
    each_path(tree, |node, path, folder| {
        // A match that ends in the folder's path is the folder's.
        let from = folder.saturating_sub(wanted.len());
        matches[node.index()] |= path[from..]
            .windows(wanted.len().max(1))
            .any(|part| part.eq_ignore_ascii_case(wanted));
    });
    matches
}
