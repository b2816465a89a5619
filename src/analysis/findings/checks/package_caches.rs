//! Lists, downloads and caches that package managers leave behind: which tool keeps them where, and how its files are not shipped. A row a tool; add one, and
//! it holds everywhere. What such files are for is the causes' table's.

use crate::analysis::findings::dockerignore::keep_out;
use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::run_command::run_then;
use crate::image::{LayerId, NodeId};

/// Less than this in one layer is not worth a line, in bytes.
const LEAST: u64 = 64 << 10;

/// A tool that leaves files behind.
struct Tool {
    name: &'static str,
    /// Folders of which everything can go.
    folders: &'static [&'static str],
    /// As `folders`, in root's and every user's home.
    homes: &'static [&'static str],
    /// What takes them out, as the last command of the same RUN.
    sweep: &'static str,
    /// How they never come.
    instead: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "apt",
        folders: &["/var/lib/apt/lists", "/var/cache/apt"],
        homes: &[],
        sweep: "rm -rf /var/lib/apt/lists/* /var/cache/apt/*",
        instead: "with BuildKit, mount both folders: RUN --mount=type=cache,target=/var/lib/apt/lists --mount=type=cache,target=/var/cache/apt",
    },
    Tool {
        name: "apk",
        folders: &["/var/cache/apk", "/etc/apk/cache"],
        homes: &[],
        sweep: "rm -rf /var/cache/apk/* /etc/apk/cache/*",
        instead: "apk add --no-cache",
    },
    Tool {
        name: "dnf and yum",
        folders: &["/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5"],
        homes: &[],
        sweep: "rm -rf /var/cache/dnf /var/cache/yum /var/cache/libdnf5",
        instead: "dnf clean all, in the same RUN",
    },
    Tool {
        name: "zypper",
        folders: &["/var/cache/zypp"],
        homes: &[],
        sweep: "rm -rf /var/cache/zypp",
        instead: "zypper clean --all, in the same RUN",
    },
    Tool {
        name: "pacman",
        folders: &["/var/cache/pacman"],
        homes: &[],
        sweep: "rm -rf /var/cache/pacman/pkg/*",
        instead: "pacman -Scc --noconfirm, in the same RUN",
    },
    Tool {
        name: "pip",
        folders: &[],
        homes: &[".cache/pip"],
        sweep: "rm -rf ~/.cache/pip",
        instead: "pip install --no-cache-dir",
    },
    Tool {
        name: "uv and Poetry",
        folders: &[],
        homes: &[".cache/uv", ".cache/pypoetry"],
        sweep: "rm -rf ~/.cache/uv ~/.cache/pypoetry",
        instead: "uv sync --no-cache",
    },
    Tool {
        name: "npm",
        folders: &[],
        homes: &[".npm", ".cache/node-gyp"],
        sweep: "rm -rf ~/.npm ~/.cache/node-gyp",
        instead: "npm ci && npm cache clean --force",
    },
    Tool {
        name: "Yarn and pnpm",
        folders: &["/usr/local/share/.cache"],
        homes: &[".cache/yarn", ".yarn/cache", ".cache/pnpm"],
        sweep: "rm -rf /usr/local/share/.cache ~/.cache/yarn ~/.yarn/cache ~/.cache/pnpm",
        instead: "yarn cache clean, in the same RUN",
    },
    Tool {
        name: "Composer",
        folders: &[],
        homes: &[".cache/composer", ".composer/cache"],
        sweep: "rm -rf ~/.cache/composer ~/.composer/cache",
        instead: "composer install --no-cache",
    },
    Tool {
        name: "Bundler",
        folders: &["/usr/local/bundle/cache"],
        homes: &[".bundle/cache"],
        sweep: "rm -rf /usr/local/bundle/cache ~/.bundle/cache",
        instead: "bundle config set --local no-cache true",
    },
    Tool {
        name: "Go",
        folders: &["/go/pkg/mod/cache"],
        homes: &[".cache/go-build", "go/pkg/mod/cache"],
        sweep: "rm -rf /go/pkg/mod/cache ~/go/pkg/mod/cache ~/.cache/go-build",
        instead: "with BuildKit: RUN --mount=type=cache,target=/root/.cache/go-build",
    },
    Tool {
        name: "Cargo",
        folders: &["/usr/local/cargo/registry"],
        homes: &[".cargo/registry"],
        sweep: "rm -rf /usr/local/cargo/registry ~/.cargo/registry",
        instead: "with BuildKit: RUN --mount=type=cache,target=/usr/local/cargo/registry",
    },
    Tool {
        name: "Gradle",
        folders: &[],
        homes: &[".gradle/caches"],
        sweep: "rm -rf ~/.gradle/caches",
        instead: "build in a stage of its own",
    },
    Tool {
        name: "conda",
        folders: &["/opt/conda/pkgs"],
        homes: &[".conda/pkgs"],
        sweep: "rm -rf /opt/conda/pkgs ~/.conda/pkgs",
        instead: "conda clean --all --yes, in the same RUN",
    },
];

/// Finds what package managers left behind, a finding a layer of yours.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    let folders: Vec<(NodeId, usize)> = folders(case);
    let mut found: Vec<(usize, NodeId, Claim)> = Vec::new();
    for claim in case.live().filter(|claim| case.is_own(claim.layer)) {
        let tool = folders
            .iter()
            .find(|(folder, _)| case.image.tree.contains(*folder, claim.node));
        if let Some((folder, tool)) = tool {
            found.push((*tool, *folder, claim));
        }
    }
    found.sort_by_key(|(tool, folder, claim)| (claim.layer, *tool, *folder));
    let layers = found.chunk_by(|one, other| one.2.layer == other.2.layer);
    layers.filter_map(|found| finding(case, found)).collect()
}

fn finding(case: &ImageContext<'_>, found: &[(usize, NodeId, Claim)]) -> Option<Finding> {
    let layer: LayerId = found.first()?.2.layer;
    let bytes: u64 = found.iter().map(|(_, _, claim)| claim.bytes).sum();
    if bytes < LEAST {
        return None;
    }
    let tools = found.chunk_by(|one, other| one.0 == other.0);
    let tools: Vec<&Tool> = tools.filter_map(|of| TOOLS.get(of.first()?.0)).collect();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name).collect();
    let why = format!(
        "What {} fetched and computed is still there. The packages are installed and run without it.",
        names.join(" and ")
    );
    let fix = match case.command(layer) {
        Some(command) => {
            let sweeps: Vec<String> = tools.iter().map(|tool| tool.sweep.to_owned()).collect();
            let mut lines = run_then(&command, &sweeps);
            lines.extend(tools.iter().map(|tool| format!("# or: {}", tool.instead)));
            Fix::Instead(lines)
        }
        None if case.is_copied(layer) => {
            let mut folders: Vec<NodeId> = found.iter().map(|(_, folder, _)| *folder).collect();
            folders.dedup();
            keep_out(case, layer, &folders)
        }
        None => Fix::Words(tools.iter().map(|tool| tool.instead.to_owned()).collect()),
    };
    let claims = found.iter().map(|(_, _, claim)| *claim).collect();
    Some(Finding::new(
        FindingKind::PackageCaches,
        Some(layer),
        claims,
        why,
        fix,
    ))
}

/// Returns the folders of the tools that are there, with the tool's place.
fn folders(case: &ImageContext<'_>) -> Vec<(NodeId, usize)> {
    let tree = &case.image.tree;
    let users = case.find("/home").map(|home| tree.children(home).collect());
    let users: Vec<NodeId> = users.unwrap_or_default();
    let homes: Vec<NodeId> = users.into_iter().chain(case.find("/root")).collect();
    let mut found = Vec::new();
    for (at, tool) in TOOLS.iter().enumerate() {
        found.extend(
            tool.folders
                .iter()
                .filter_map(|path| Some((case.find(path)?, at))),
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
