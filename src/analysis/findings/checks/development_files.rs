//! Files that only developers need, copied from the build context: version control, tests, files of editors and build tools. The table has one name per row.

use crate::analysis::Category;
use crate::analysis::findings::dockerignore::keep_out;
use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix, FixPlace};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::image::{LayerId, NodeId};

/// The least bytes in one layer for a finding.
const LEAST: u64 = 64 << 10;

/// Names of such folders and files, anywhere.
const NAMES: [&str; 24] = [
    ".git",
    ".hg",
    ".svn",
    ".github",
    ".gitlab",
    ".idea",
    ".vscode",
    ".vs",
    ".cache",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".tox",
    ".nyc_output",
    ".next/cache",
    ".terraform",
    ".DS_Store",
    "coverage",
    "__tests__",
    "__pycache__",
    "test",
    "tests",
    "Dockerfile",
    "docker-compose.yml",
];

/// Returns one finding for each own layer that copied such files, or that cloned a repository in RUN.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    context.own_layers().filter_map(|layer| {
        let copied = context.is_copied(layer);
        let mut tops: Vec<NodeId> = Vec::new();
        let stored = context.stored(layer).filter(|claim| {
            let owned = context.packages.package_of(claim.node).is_some();
            let top = top(context, claim.node, layer, copied).filter(|_| !owned);
            tops.extend(top);
            top.is_some()
        });
        let claims: Vec<ClaimedEntry> = stored.collect();
        if claims.iter().map(|claim| claim.bytes).sum::<u64>() < LEAST {
            return None;
        }
        let mut names: Vec<String> = tops.iter().map(|node| name(context, *node)).collect();
        names.sort();
        names.dedup();
        let why = format!("Only developers need {}; the running image does not.", names.join(", "));
        let fix = if copied {
            let fix = keep_out(context, layer, &tops);
            match fix.place {
                FixPlace::Ignore => {
                    let patterns = names.iter().map(|name| format!("**/{name}"));
                    Fix::new(FixPlace::Ignore, patterns.collect())
                }
                _ => fix,
            }
        } else {
            Fix::text("Fetch a release instead of a repository, or with `git clone --depth 1` and `rm -rf .git` in the same RUN.")
        };
        Some(Finding::new(FindingKind::Development, Some(layer), claims, why, fix))
    }).collect()
}

/// Returns the topmost folder or file with such a name above a path: of copied files any name, otherwise a new repository.
fn top(context: &ImageContext<'_>, node: NodeId, layer: LayerId, copied: bool) -> Option<NodeId> {
    let tree = &context.image.tree;
    let up = |node: &NodeId| tree.parent(*node);
    let is_one = |node: &NodeId| {
        let name = tree.name(*node);
        if copied {
            NAMES.iter().any(|one| one.as_bytes() == name)
        } else {
            let first = context.image.timeline.events(*node).first();
            let new = first.is_some_and(|event| event.layer == layer);
            name == b".git" && new && context.categories.category(*node) == Category::VersionControl
        }
    };
    let mut found = None;
    for at in std::iter::successors(Some(node), up) {
        match tree.name(at) {
            // Files of dependencies cannot be left out one by one.
            b"node_modules" | b"site-packages" | b"dist-packages" | b"vendor" => return None,
            _ if is_one(&at) => found = Some(at),
            _ => {}
        }
    }
    found
}

fn name(context: &ImageContext<'_>, node: NodeId) -> String {
    String::from_utf8_lossy(context.image.tree.name(node)).into_owned()
}
