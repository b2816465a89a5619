//! Lists, downloads and caches of package managers: a table of tools with their folders and the way to avoid or remove the files. A new tool is one more row.

use crate::analysis::findings::dockerignore::keep_out;
use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix, FixPlace};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::run_change::{RunChange, RunEdit};
use crate::image::{LayerId, NodeId};

/// The least bytes in one layer for a finding.
const LEAST: u64 = 64 << 10;

/// A tool with caches.
struct Tool {
    name: &'static str,
    /// Folders whose contents can be removed.
    folders: &'static [&'static str],
    /// As `folders`, in the home of root and of every user.
    homes: &'static [&'static str],
    /// The command that removes them, last in the same RUN.
    cleanup: &'static str,
    /// The way to avoid them.
    instead: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "apt",
        folders: &["/var/lib/apt/lists", "/var/cache/apt"],
        homes: &[],
        cleanup: "rm -rf /var/lib/apt/lists/* /var/cache/apt/*",
        instead: "with BuildKit, mount both folders: RUN --mount=type=cache,target=/var/lib/apt/lists --mount=type=cache,target=/var/cache/apt",
    },
    Tool {
        name: "apk",
        folders: &["/var/cache/apk", "/etc/apk/cache"],
        homes: &[],
        cleanup: "rm -rf /var/cache/apk/* /etc/apk/cache/*",
        instead: "apk add --no-cache",
    },
    Tool {
        name: "dnf and yum",
        folders: &["/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5"],
        homes: &[],
        cleanup: "rm -rf /var/cache/dnf /var/cache/yum /var/cache/libdnf5",
        instead: "dnf clean all, in the same RUN",
    },
    Tool {
        name: "zypper",
        folders: &["/var/cache/zypp"],
        homes: &[],
        cleanup: "rm -rf /var/cache/zypp",
        instead: "zypper clean --all, in the same RUN",
    },
    Tool {
        name: "pacman",
        folders: &["/var/cache/pacman"],
        homes: &[],
        cleanup: "rm -rf /var/cache/pacman/pkg/*",
        instead: "pacman -Scc --noconfirm, in the same RUN",
    },
    Tool {
        name: "pip",
        folders: &[],
        homes: &[".cache/pip"],
        cleanup: "rm -rf ~/.cache/pip",
        instead: "pip install --no-cache-dir",
    },
    Tool {
        name: "uv and Poetry",
        folders: &[],
        homes: &[".cache/uv", ".cache/pypoetry"],
        cleanup: "rm -rf ~/.cache/uv ~/.cache/pypoetry",
        instead: "uv sync --no-cache",
    },
    Tool {
        name: "npm",
        folders: &[],
        homes: &[".npm", ".cache/node-gyp"],
        cleanup: "rm -rf ~/.npm ~/.cache/node-gyp",
        instead: "npm ci && npm cache clean --force",
    },
    Tool {
        name: "Yarn and pnpm",
        folders: &["/usr/local/share/.cache"],
        homes: &[".cache/yarn", ".yarn/cache", ".cache/pnpm"],
        cleanup: "rm -rf /usr/local/share/.cache ~/.cache/yarn ~/.yarn/cache ~/.cache/pnpm",
        instead: "yarn cache clean, in the same RUN",
    },
    Tool {
        name: "Composer",
        folders: &[],
        homes: &[".cache/composer", ".composer/cache"],
        cleanup: "rm -rf ~/.cache/composer ~/.composer/cache",
        instead: "composer install --no-cache",
    },
    Tool {
        name: "Bundler",
        folders: &["/usr/local/bundle/cache"],
        homes: &[".bundle/cache"],
        cleanup: "rm -rf /usr/local/bundle/cache ~/.bundle/cache",
        instead: "bundle config set --local no-cache true",
    },
    Tool {
        name: "Go",
        folders: &["/go/pkg/mod/cache"],
        homes: &[".cache/go-build", "go/pkg/mod/cache"],
        cleanup: "rm -rf /go/pkg/mod/cache ~/go/pkg/mod/cache ~/.cache/go-build",
        instead: "with BuildKit: RUN --mount=type=cache,target=/root/.cache/go-build",
    },
    Tool {
        name: "Cargo",
        folders: &["/usr/local/cargo/registry"],
        homes: &[".cargo/registry"],
        cleanup: "rm -rf /usr/local/cargo/registry ~/.cargo/registry",
        instead: "with BuildKit: RUN --mount=type=cache,target=/usr/local/cargo/registry",
    },
    Tool {
        name: "Gradle",
        folders: &[],
        homes: &[".gradle/caches"],
        cleanup: "rm -rf ~/.gradle/caches",
        instead: "build in a separate stage",
    },
    Tool {
        name: "conda",
        folders: &["/opt/conda/pkgs"],
        homes: &[".conda/pkgs"],
        cleanup: "rm -rf /opt/conda/pkgs ~/.conda/pkgs",
        instead: "conda clean --all --yes, in the same RUN",
    },
];

/// Returns one finding for each own layer with caches.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    let folders: Vec<(NodeId, usize)> = folders(context);
    let mut found: Vec<(usize, NodeId, ClaimedEntry)> = Vec::new();
    for claim in context
        .visible()
        .filter(|claim| context.is_own(claim.layer))
    {
        let tool = folders
            .iter()
            .find(|(folder, _)| context.image.tree.contains(*folder, claim.node));
        if let Some((folder, tool)) = tool {
            found.push((*tool, *folder, claim));
        }
    }
    found.sort_by_key(|(tool, folder, claim)| (claim.layer, *tool, *folder));
    let layers = found.chunk_by(|one, other| one.2.layer == other.2.layer);
    layers.filter_map(|found| finding(context, found)).collect()
}

fn finding(context: &ImageContext<'_>, found: &[(usize, NodeId, ClaimedEntry)]) -> Option<Finding> {
    let layer: LayerId = found.first()?.2.layer;
    let bytes: u64 = found.iter().map(|(_, _, claim)| claim.bytes).sum();
    if bytes < LEAST {
        return None;
    }
    let tools = found.chunk_by(|one, other| one.0 == other.0);
    let tools: Vec<&Tool> = tools.filter_map(|of| TOOLS.get(of.first()?.0)).collect();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name).collect();
    let why = format!(
        "Files that {} downloaded or computed are still in the layer. Installed packages do not need them.",
        names.join(" and ")
    );
    let change = context.command(layer).map(|command| {
        let cleanups = tools.iter().map(|tool| tool.cleanup.to_owned()).collect();
        RunChange::new(layer, command, RunEdit::Then(cleanups))
    });
    let fix = match change {
        Some(change) => {
            let other_ways = tools.iter().map(|tool| format!("# or: {}", tool.instead));
            Fix::instead(change, other_ways.collect())
        }
        None if context.is_copied(layer) => {
            let mut folders: Vec<NodeId> = found.iter().map(|(_, folder, _)| *folder).collect();
            folders.dedup();
            keep_out(context, layer, &folders)
        }
        None => {
            let ways = tools.iter().map(|tool| tool.instead.to_owned());
            Fix::new(FixPlace::Text, ways.collect())
        }
    };
    let claims = found.iter().map(|(_, _, claim)| *claim).collect();
    Some(Finding::new(
        FindingKind::LeftoverCaches,
        Some(layer),
        claims,
        why,
        fix,
    ))
}

/// Returns the existing folders of the tools, with the tool's index.
fn folders(context: &ImageContext<'_>) -> Vec<(NodeId, usize)> {
    let tree = &context.image.tree;
    let users = context
        .find("/home")
        .map(|home| tree.children(home).collect());
    let users: Vec<NodeId> = users.unwrap_or_default();
    let homes: Vec<NodeId> = users.into_iter().chain(context.find("/root")).collect();
    let mut found = Vec::new();
    for (at, tool) in TOOLS.iter().enumerate() {
        found.extend(
            tool.folders
                .iter()
                .filter_map(|path| Some((context.find(path)?, at))),
        );
        for home in &homes {
            let below = |path: &&str| {
                let mut parts = path.split('/');
                parts.try_fold(*home, |at, part| tree.child(at, part.as_bytes()))
            };
            found.extend(
                tool.homes
                    .iter()
                    .filter_map(|path| Some((below(path)?, at))),
            );
        }
    }
    found
}
