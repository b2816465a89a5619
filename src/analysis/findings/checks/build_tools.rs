//! Finds build tools: bytes that a separate build stage would keep out of the image. For a compiled program these are all files except the program and what
//! it needs; for an interpreted program, the compilers.

use std::collections::HashSet;

use crate::analysis::Category;
use crate::analysis::findings::checks::package_records::PackageRecords;
use crate::analysis::findings::checks::recommended_packages::needed;
use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix, FixPlace};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::last_stage::settings;
use crate::analysis::findings::quoting::{copy_line, quoted};
use crate::analysis::needed_files::elf::Program;
use crate::analysis::packages::PackageKind;
use crate::bytes::count;
use crate::image::NodeId;

/// The least bytes of compilers for a finding.
const LEAST: u64 = 1 << 20;
/// The most COPY lines.
const MOST_COPIES: usize = 12;
/// Trusted certificates, needed for TLS.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";
/// Library folders of loaders.
const LIBRARIES: [&str; 8] = [
    "/lib",
    "/usr/lib",
    "/lib64",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/lib/x86_64-linux-gnu",
];
/// Names and endings of source files.
const SOURCES: [&str; 16] = [
    ".go",
    ".rs",
    ".c",
    ".cc",
    ".cpp",
    ".h",
    ".hpp",
    ".mod",
    ".sum",
    ".lock",
    ".toml",
    ".md",
    "Makefile",
    "Dockerfile",
    ".dockerignore",
    ".gitignore",
];

/// Returns at most one finding.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    let is_tool = |claim: &ClaimedEntry| {
        context.is_own(claim.layer)
            && context.categories.category(claim.node) == Category::BuildTools
    };
    let tools: Vec<ClaimedEntry> = context.visible().filter(is_tool).collect();
    let bytes = tools
        .iter()
        .map(|claim| claim.bytes)
        .fold(0, u64::saturating_add);
    if bytes < LEAST {
        return Vec::new();
    }
    let layer = heaviest_layer(&tools);
    let compiled = context
        .main()
        .filter(|(file, _)| context.is_own(file.layer) && !context.is_system(file.node));
    let found = match compiled {
        Some((file, program)) => {
            compiled_case(context, &needed_by_program(context, file.node, program))
        }
        None => interpreted_case(context, tools),
    };
    let (claims, why, lines) = found;
    vec![Finding::new(
        FindingKind::BuildTools,
        layer,
        claims,
        why,
        Fix::new(FixPlace::LastStage, lines),
    )]
}

/// Returns the layer that stores most bytes of some entries.
fn heaviest_layer(claims: &[ClaimedEntry]) -> Option<crate::image::LayerId> {
    let mut layers = std::collections::BTreeMap::new();
    for claim in claims {
        *layers.entry(claim.layer).or_insert(0_u64) += claim.bytes;
    }
    layers
        .into_iter()
        .max_by_key(|&(_, bytes)| bytes)
        .map(|(layer, _)| layer)
}

/// A file that the last stage copies: the path in COPY, and the file it leads to.
pub(in crate::analysis::findings) type KeptFile = (NodeId, NodeId);

/// Returns the files of own layers that a compiled program needs: itself, certificates, its libraries, and copied files that are not sources.
pub(in crate::analysis::findings) fn needed_by_program(
    context: &ImageContext<'_>,
    program: NodeId,
    about: &Program,
) -> Vec<KeptFile> {
    let own = |node: NodeId| {
        let seen = context.image.visible(node);
        seen.is_some_and(|seen| context.is_own(seen.layer))
    };
    let mut kept: Vec<KeptFile> = Vec::new();
    let follow = |path: &str| crate::analysis::main_program::follow(context.image, path.as_bytes());
    kept.extend(follow(CERTIFICATES).filter(|(_, node)| own(*node)));
    for name in &about.libraries {
        let name = String::from_utf8_lossy(name);
        let place = LIBRARIES
            .iter()
            .find_map(|folder| follow(&format!("{folder}/{name}")));
        kept.extend(place.filter(|(_, node)| own(*node)));
    }
    let path = context
        .main_program
        .as_ref()
        .map_or(program, |main_program| main_program.path);
    kept.push((path, program));
    let copied = context.visible().filter(|claim| {
        let name = context.image.tree.name(claim.node);
        // A later line may have changed its mode or owner.
        let events = context.image.timeline.events(claim.node).iter();
        let mut copied = events.filter(|event| event.entry.is_some());
        context.is_own(claim.layer)
            && copied.any(|event| context.is_own(event.layer) && context.is_copied(event.layer))
            && context.categories.category(claim.node) == Category::Application
            && !SOURCES.iter().any(|end| name.ends_with(end.as_bytes()))
            && !kept.iter().any(|(_, node)| *node == claim.node)
    });
    let copied: Vec<KeptFile> = copied.map(|claim| (claim.node, claim.node)).collect();
    kept.extend(copied);
    kept
}

fn compiled_case(
    context: &ImageContext<'_>,
    kept: &[KeptFile],
) -> (Vec<ClaimedEntry>, String, Vec<String>) {
    let stays: HashSet<NodeId> = kept.iter().map(|(_, node)| *node).collect();
    let is_removable = |claim: &ClaimedEntry| {
        let seen = context.is_visible(claim);
        !(seen && stays.contains(&claim.node))
    };
    let claims: Vec<ClaimedEntry> = context
        .own_layers()
        .flat_map(|layer| context.stored(layer))
        .filter(is_removable)
        .collect();
    let program = context
        .main_program
        .as_ref()
        .map_or_else(String::new, |main_program| context.path(main_program.path));
    let why = format!(
        "{program} is compiled: it runs without the compiler, headers and sources that built it. Build in one stage, copy the files it needs into another."
    );
    let mut lines = vec![format!(
        "# the first line becomes: FROM {} AS build",
        context.base_name()
    )];
    lines.push(format!("FROM {}", context.base_name()));
    lines.extend(copies(context, kept));
    lines.extend(settings(context, false));
    (claims, why, lines)
}

/// For an interpreted program the compilers can be removed; if the distribution installed the interpreter, everything but its dependencies and the working
/// folder.
fn interpreted_case(
    context: &ImageContext<'_>,
    tools: Vec<ClaimedEntry>,
) -> (Vec<ClaimedEntry>, String, Vec<String>) {
    let why = "Only builds need them, and the build is done. Build in one stage; install the runtime in another, and copy the rest.".to_owned();
    let mut lines = vec![
        format!(
            "# the first line becomes: FROM {} AS build",
            context.base_name()
        ),
        format!("FROM {}", context.base_name()),
    ];
    let folder = context.image.about.config.working_dir.as_str();
    let folder = Some(folder).filter(|folder| !matches!(*folder, "" | "/"));
    let owner = context
        .main_program
        .as_ref()
        .and_then(|main_program| context.packages.package_of(main_program.node));
    let package = owner.map(|id| context.packages.get(id));
    let claims = match package.filter(|package| package.kind == PackageKind::Dpkg) {
        Some(package) => {
            let name = quoted(&package.name);
            lines.push(format!(
                "RUN apt-get update && apt-get install -y --no-install-recommends {name} \\"
            ));
            lines.push(" && rm -rf /var/lib/apt/lists/* /var/cache/apt/*".to_owned());
            reinstalled(context, &package.name, folder)
        }
        None => tools,
    };
    lines.extend(folder.and_then(|folder| copy_line("build", folder)));
    lines.extend(settings(context, false));
    (claims, why, lines)
}

/// Returns the entries of own layers that are left out when only this package, its dependencies and the working folder stay.
fn reinstalled(
    context: &ImageContext<'_>,
    package: &str,
    folder: Option<&str>,
) -> Vec<ClaimedEntry> {
    let needed = needed(context, &[package]);
    let folder = folder.and_then(|folder| context.find(folder));
    // apt and dpkg write these on every installation.
    let databases = [
        "/var/lib/dpkg",
        "/var/lib/apt/extended_states",
        "/var/log",
        "/etc",
        "/var/cache/debconf",
    ];
    let databases: Vec<NodeId> = databases
        .iter()
        .filter_map(|path| context.find(path))
        .collect();
    let left_out = context.packages.ids().filter(|(id, package)| {
        let is_own = package.kind == PackageKind::Dpkg && context.is_own(package.layer);
        is_own && !needed.contains(id)
    });
    let names = left_out.map(|(_, package)| package.name.as_str());
    let records = PackageRecords::of(context, names);
    let stays = |claim: &ClaimedEntry| {
        let seen = context.is_visible(claim) && !records.contains(context.image, claim.node);
        let below = |place: &NodeId| context.image.tree.contains(*place, claim.node);
        let owner = context.packages.package_of(claim.node);
        let wanted = owner.map_or_else(|| databases.iter().any(below), |id| needed.contains(&id));
        seen && (wanted || folder.iter().any(below))
    };
    let own = context.own_layers().flat_map(|layer| context.stored(layer));
    own.filter(|claim| !stays(claim)).collect()
}

/// Returns the COPY lines for the kept files; a link is copied as its target.
pub(in crate::analysis::findings) fn copies(
    context: &ImageContext<'_>,
    kept: &[KeptFile],
) -> Vec<String> {
    let line = |(path, _): &KeptFile| copy_line("build", &context.path(*path));
    let mut lines: Vec<String> = kept.iter().filter_map(line).take(MOST_COPIES).collect();
    if kept.len() > lines.len() {
        let more = (kept.len() - lines.len()) as u64;
        lines.push(format!("# and {}", count(more, "more file", "more files")));
    }
    lines
}
