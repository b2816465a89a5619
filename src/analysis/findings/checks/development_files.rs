//! What only developers need, and a build context carries in: version control, tests, editors' and build tools' own files. A row a name.

use crate::analysis::Category;
use crate::analysis::findings::dockerignore::keep_out;
use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::image::{LayerId, NodeId};

/// Less than this in one layer is not worth a line, in bytes.
const LEAST: u64 = 64 << 10;

/// Folders and files that only developers need, wherever they stand.
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

/// Finds them, a finding a layer of yours that copied some; and what a RUN line fetched with its repository.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    case.own_layers().filter_map(|layer| {
        let copied = case.is_copied(layer);
        let mut tops: Vec<NodeId> = Vec::new();
        let stored = case.stored(layer).filter(|claim| {
            let owned = case.packages.owner(claim.node).is_some();
            let top = top(case, claim.node, layer, copied).filter(|_| !owned);
            tops.extend(top);
            top.is_some()
        });
        let claims: Vec<Claim> = stored.collect();
        if claims.iter().map(|claim| claim.bytes).sum::<u64>() < LEAST {
            return None;
        }
        let mut names: Vec<String> = tops.iter().map(|node| name(case, *node)).collect();
        names.sort();
        names.dedup();
        let why = format!("Who works on the sources needs {}; who runs the image does not.", names.join(", "));
        let fix = if copied {
            match keep_out(case, layer, &tops) {
                Fix::Ignore(_) => Fix::Ignore(names.iter().map(|name| format!("**/{name}")).collect()),
                other => other,
            }
        } else {
            Fix::Words(vec![
                "Fetch a release instead of a repository, or with `git clone --depth 1` and `rm -rf .git` in the same RUN.".to_owned(),
            ])
        };
        Some(Finding::new(FindingKind::Development, Some(layer), claims, why, fix))
    }).collect()
}

/// Returns the folder or file that makes a path one of them: in what was copied any of the names, else a repository that was not there before.
fn top(case: &ImageContext<'_>, node: NodeId, layer: LayerId, copied: bool) -> Option<NodeId> {
    let tree = &case.image.tree;
    let up = |node: &NodeId| tree.parent(*node);
    let is_one = |node: &NodeId| {
        let name = tree.name(*node);
        if copied {
            NAMES.iter().any(|one| one.as_bytes() == name)
        } else {
            let first = case.image.timeline.of(*node).first();
            let new = first.is_some_and(|event| event.layer == layer);
            name == b".git" && new && case.categories.category(*node) == Category::VersionControl
        }
    };
    let mut found = None;
    for at in std::iter::successors(Some(node), up) {
        match tree.name(at) {
            // Other people's tests are not yours to leave out.
            b"node_modules" | b"site-packages" | b"dist-packages" | b"vendor" => return None,
            _ if is_one(&at) => found = Some(at),
            _ => {}
        }
    }
    found
}

fn name(case: &ImageContext<'_>, node: NodeId) -> String {
    String::from_utf8_lossy(case.image.tree.name(node)).into_owned()
}
