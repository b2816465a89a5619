//! What the globs of a rule match: a glob that matches a folder and none of its files, or nothing at all, measures nothing and is a warning. No limits here.

use super::rule_table::RuleId;
use super::scope::Scope;
use crate::escape;
use crate::image::NodeId;
use crate::query::{Globs, is_glob};

/// What a glob matches at best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Nothing,
    Folder,
    File,
}

/// What each glob of a rule matches.
pub(super) struct GlobUses<'a> {
    globs: &'a Globs,
    /// For every node whether a layer stores a file there.
    is_file: Vec<bool>,
    best: Vec<Match>,
    /// Whether every layer is known, so that nothing else can match.
    is_complete: bool,
}

impl<'a> GlobUses<'a> {
    /// Returns the uses of globs that have matched nothing yet.
    pub(super) fn of(scope: &Scope<'_>, globs: &'a Globs) -> Self {
        let mut is_file = vec![false; scope.image.tree.len()];
        for (_, node, _) in scope.files(0) {
            is_file[node.index()] = true;
        }
        Self {
            globs,
            is_file,
            best: vec![Match::Nothing; globs.written().len()],
            is_complete: scope.analysis.is_complete(),
        }
    }

    /// Adds a path that globs match.
    pub(super) fn add(&mut self, node: NodeId, globs: &[usize]) {
        let matched = if self.is_file[node.index()] {
            Match::File
        } else {
            Match::Folder
        };
        for &glob in globs {
            self.best[glob] = self.best[glob].max(matched);
        }
    }

    /// Returns a warning for each glob that names folders alone: a slash at the end makes it match nothing.
    pub(super) fn only_folders(&self, rule: RuleId) -> impl Iterator<Item = String> {
        let slash = self.with(Match::Nothing).filter(|glob| glob.ends_with('/'));
        self.with(Match::Folder).chain(slash).map(move |glob| {
            let files = format!("{}/**", glob.trim_end_matches('/'));
            format!(
                "{}: `{glob}` names a folder and not the files in it: write `{files}`",
                rule.name()
            )
        })
    }

    /// Returns a warning for each path without wildcards that matches nothing; a pattern may well find nothing.
    pub(super) fn unused(&self, rule: RuleId) -> impl Iterator<Item = String> {
        let unused = self.with(Match::Nothing);
        let is_path = |glob: &String| !is_glob(glob) && !glob.ends_with('/');
        let unused = unused.filter(move |glob| self.is_complete && is_path(glob));
        unused.map(move |glob| format!("{}: no path matches `{glob}`", rule.name()))
    }

    /// Returns the globs, escaped, that match this at best.
    fn with(&self, best: Match) -> impl Iterator<Item = String> {
        let all = self.globs.written().iter().zip(&self.best);
        let with = all.filter(move |(_, matched)| **matched == best);
        with.map(|(glob, _)| escape::text(glob).into_owned())
    }
}
