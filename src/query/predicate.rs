//! Evaluates conditions, prepared for one image, on a content. No sums.

use crate::analysis::ContentAnalysis;
use crate::analysis::findings::ClaimedEntry;
use crate::analysis::packages::PackageId;
use crate::image::{Image, NodeId};

use crate::query::content::PathContent;
use crate::query::globs::{self, Globs};
use crate::query::path_walk::each_path;
use crate::query::pattern::path_regex;
use crate::query::term::{Owner, Query, StoredAs, Term};

/// A query, prepared for an image.
pub(super) struct Predicate<'a> {
    image: &'a Image,
    content: Option<&'a ContentAnalysis>,
    terms: Vec<Prepared<'a>>,
}

/// A condition, prepared for an image.
enum Prepared<'a> {
    Plain(&'a Term),
    /// The claims of a finding, those without an entry first, then by entry and layer.
    Claims(Vec<&'a ClaimedEntry>),
    /// For every node whether its path matches.
    Paths(Vec<bool>),
}

impl<'a> Predicate<'a> {
    /// Prepares a query. Categories, owners and findings select nothing without a content analysis.
    pub(super) fn new(
        image: &'a Image,
        content: Option<&'a ContentAnalysis>,
        query: &'a Query,
    ) -> Self {
        let prepare = |term: &'a Term| match term {
            Term::Finding(at) => {
                let finding = content.and_then(|content| content.findings.list.get(*at));
                let claims = finding.map_or(&[][..], |finding| &finding.claims);
                let mut claims: Vec<&ClaimedEntry> = claims.iter().collect();
                claims.sort_by_key(|claim| (claim.entry, claim.layer));
                Prepared::Claims(claims)
            }
            Term::Path(text) => Prepared::Paths(paths(image, text)),
            term => Prepared::Plain(term),
        };
        Self {
            image,
            content,
            terms: query.terms.iter().map(prepare).collect(),
        }
    }

    /// Returns whether folders can be selected: a finding may be about their permissions.
    pub(super) fn selects_folders(&self) -> bool {
        let mut terms = self.terms.iter();
        terms.any(|term| matches!(term, Prepared::Claims(_)))
    }

    /// Returns how many bytes of a content are selected; `None` if it is not. `record` is its index among the hidden records.
    pub(super) fn bytes(&self, content: &PathContent, record: Option<usize>) -> Option<u64> {
        let mut bytes = content.bytes;
        for term in &self.terms {
            match term {
                Prepared::Plain(term) => {
                    if !self.is_met(term, content, record) {
                        return None;
                    }
                }
                Prepared::Claims(claims) => bytes = bytes.min(claimed(claims, content)?),
                Prepared::Paths(matches) => {
                    if !matches[content.node.index()] {
                        return None;
                    }
                }
            }
        }
        Some(bytes)
    }

    fn is_met(&self, term: &Term, content: &PathContent, record: Option<usize>) -> bool {
        match term {
            Term::Layers(first, last) => (*first..=*last).contains(&content.layer),
            Term::HiddenBy(layer) => content.hidden_by(self.image) == Some(*layer),
            Term::Category(category) => self.content.is_some_and(|about| {
                let of = match record {
                    Some(record) => about.categories.hidden_category(record),
                    None => about.categories.category(content.node),
                };
                of == *category
            }),
            Term::Owner(owner) => content.hidden.is_none() && self.is_owned(*owner, content.node),
            Term::Packages(ids) => {
                let is_owned = |id: &PackageId| self.is_owned(Owner::Package(*id), content.node);
                content.hidden.is_none() && ids.iter().any(is_owned)
            }
            Term::Visible => content.hidden.is_none(),
            Term::Hidden(None) => content.hidden.is_some(),
            Term::Hidden(kind) => content.hidden == *kind,
            Term::Change(change) => {
                let before = content.layer.0.checked_sub(1).map(crate::image::LayerId);
                let before = before.and_then(|before| self.image.timeline.at(content.node, before));
                before.is_some() == (*change == StoredAs::Modified)
            }
            Term::At(node) => content.node == *node,
            Term::Below(folder) => self.image.tree.contains(*folder, content.node),
            Term::MinSize(bytes) => content.bytes >= *bytes,
            // These have their own variants of `Prepared`.
            Term::Finding(_) | Term::Path(_) => false,
        }
    }

    fn is_owned(&self, owner: Owner, node: NodeId) -> bool {
        let Some(about) = self.content else {
            return false;
        };
        let of = about.packages.owner(node);
        match owner {
            Owner::Package(id) => of == Some(id),
            Owner::Packages => of.is_some(),
            Owner::Unowned => of.is_none(),
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
