//! The builder pattern: what a build in a stage of its own would leave behind. Of a program that was compiled, everything but itself and what it needs; of
//! one that an interpreter runs, the compilers.

use std::collections::HashSet;

use crate::analysis::Category;
use crate::analysis::findings::checks::recommended_packages::needed;
use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::last_stage::settings;
use crate::analysis::findings::quoting::{copy_line, quoted};
use crate::analysis::needed_files::elf::Program;
use crate::analysis::packages::PackageKind;
use crate::bytes::count;
use crate::image::NodeId;

/// Fewer bytes of compilers than this need no stage of their own.
const LEAST: u64 = 1 << 20;
/// The most COPY lines.
const MOST_COPIES: usize = 12;
/// Trusted certificates: what speaks TLS needs them.
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";
/// Where loaders look for libraries.
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
/// Endings and names of what programs are built from.
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

/// Finds it: one finding at the most.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    let is_tool = |claim: &Claim| {
        case.is_own(claim.layer) && case.categories.category(claim.node) == Category::BuildTools
    };
    let tools: Vec<Claim> = case.live().filter(is_tool).collect();
    let bytes = tools
        .iter()
        .map(|claim| claim.bytes)
        .fold(0, u64::saturating_add);
    if bytes < LEAST {
        return Vec::new();
    }
    let layer = heaviest_layer(&tools);
    let compiled = case
        .main()
        .filter(|(file, _)| case.is_own(file.layer) && !case.is_system(file.node));
    let found = match compiled {
        Some((file, program)) => compiled_case(case, &kept(case, file.node, program)),
        None => interpreted_case(case, tools),
    };
    let (claims, why, lines) = found;
    vec![Finding::new(
        FindingKind::BuildTools,
        layer,
        claims,
        why,
        Fix::LastStage(lines),
    )]
}

/// Returns the layer that stores most of some records.
fn heaviest_layer(claims: &[Claim]) -> Option<crate::image::LayerId> {
    let mut layers = std::collections::BTreeMap::new();
    for claim in claims {
        *layers.entry(claim.layer).or_insert(0_u64) += claim.bytes;
    }
    layers
        .into_iter()
        .max_by_key(|&(_, bytes)| bytes)
        .map(|(layer, _)| layer)
}

/// What the last stage takes over: a path as COPY names it, and the file behind it.
pub(in crate::analysis::findings) type KeptFile = (NodeId, NodeId);

/// Returns what a compiled program needs of your layers: itself, certificates, libraries that it names, and what was copied in and is no source.
pub(in crate::analysis::findings) fn kept(
    case: &ImageContext<'_>,
    program: NodeId,
    about: &Program,
) -> Vec<KeptFile> {
    let own = |node: NodeId| {
        let last = case.image.timeline.of(node).last();
        last.is_some_and(|event| event.entry.is_some() && case.is_own(event.layer))
    };
    let mut kept: Vec<KeptFile> = Vec::new();
    let follow = |path: &str| crate::analysis::main_program::follow(case.image, path.as_bytes());
    kept.extend(follow(CERTIFICATES).filter(|(_, node)| own(*node)));
    for name in &about.libraries {
        let name = String::from_utf8_lossy(name);
        let place = LIBRARIES
            .iter()
            .find_map(|folder| follow(&format!("{folder}/{name}")));
        kept.extend(place.filter(|(_, node)| own(*node)));
    }
    let path = case
        .main_program
        .as_ref()
        .map_or(program, |main_program| main_program.path);
    kept.push((path, program));
    let copied = case.live().filter(|claim| {
        let name = case.image.tree.name(claim.node);
        // A later line may have changed its mode or owner.
        let events = case.image.timeline.of(claim.node).iter();
        let mut copied = events.filter(|event| event.entry.is_some());
        case.is_own(claim.layer)
            && copied.any(|event| case.is_own(event.layer) && case.is_copied(event.layer))
            && case.categories.category(claim.node) == Category::Application
            && !SOURCES.iter().any(|end| name.ends_with(end.as_bytes()))
            && !kept.iter().any(|(_, node)| *node == claim.node)
    });
    let copied: Vec<KeptFile> = copied.map(|claim| (claim.node, claim.node)).collect();
    kept.extend(copied);
    kept
}

fn compiled_case(case: &ImageContext<'_>, kept: &[KeptFile]) -> (Vec<Claim>, String, Vec<String>) {
    let stays: HashSet<NodeId> = kept.iter().map(|(_, node)| *node).collect();
    let goes = |claim: &Claim| {
        let seen = case.is_seen(claim);
        !(seen && stays.contains(&claim.node))
    };
    let claims: Vec<Claim> = case
        .own_layers()
        .flat_map(|layer| case.stored(layer).collect::<Vec<_>>())
        .filter(goes)
        .collect();
    let program = case
        .main_program
        .as_ref()
        .map_or_else(String::new, |main_program| case.path(main_program.path));
    let why = format!(
        "{program} is compiled: it runs without the compiler, the headers and the sources that built it. Build in one stage, copy what it needs into another."
    );
    let mut lines = vec![format!(
        "# the first line becomes: FROM {} AS build",
        case.base_name()
    )];
    lines.push(format!("FROM {}", case.base_name()));
    lines.extend(copies(case, kept));
    lines.extend(settings(case, false));
    (claims, why, lines)
}

/// Of what an interpreter runs the compilers go; where the distribution installed the interpreter and its package database says what that needs,
/// everything but that and the working folder.
fn interpreted_case(
    case: &ImageContext<'_>,
    tools: Vec<Claim>,
) -> (Vec<Claim>, String, Vec<String>) {
    let why = "Only builds need them, and what they built is there. Build in one stage; install what runs it in another, and copy the rest.".to_owned();
    let mut lines = vec![
        format!(
            "# the first line becomes: FROM {} AS build",
            case.base_name()
        ),
        format!("FROM {}", case.base_name()),
    ];
    let folder = case.image.about.config.working_dir.as_str();
    let folder = Some(folder).filter(|folder| !matches!(*folder, "" | "/"));
    let owner = case
        .main_program
        .as_ref()
        .and_then(|main_program| case.packages.owner(main_program.node));
    let package = owner.map(|id| case.packages.get(id));
    let claims = match package.filter(|package| package.kind == PackageKind::Dpkg) {
        Some(package) => {
            let name = quoted(&package.name);
            lines.push(format!(
                "RUN apt-get update && apt-get install -y --no-install-recommends {name} \\"
            ));
            lines.push(" && rm -rf /var/lib/apt/lists/* /var/cache/apt/*".to_owned());
            reinstalled(case, &package.name, folder)
        }
        None => tools,
    };
    lines.extend(folder.and_then(|folder| copy_line("build", folder)));
    lines.extend(settings(case, false));
    (claims, why, lines)
}

/// Returns the records of your layers that are not there when only this package, what it needs and the working folder are.
fn reinstalled(case: &ImageContext<'_>, package: &str, folder: Option<&str>) -> Vec<Claim> {
    let needed = needed(case, &[package]);
    let folder = folder.and_then(|folder| case.find(folder));
    // Whatever is installed, apt and dpkg keep their books.
    let books = [
        "/var/lib/dpkg",
        "/var/lib/apt/extended_states",
        "/var/log",
        "/etc",
        "/var/cache/debconf",
    ];
    let books: Vec<NodeId> = books.iter().filter_map(|path| case.find(path)).collect();
    let stays = |claim: &Claim| {
        let seen = case.is_seen(claim);
        let below = |place: &NodeId| case.image.tree.contains(*place, claim.node);
        let owner = case.packages.owner(claim.node);
        let wanted = owner.map_or_else(|| books.iter().any(below), |id| needed.contains(&id));
        seen && (wanted || folder.iter().any(below))
    };
    let own = case
        .own_layers()
        .flat_map(|layer| case.stored(layer).collect::<Vec<_>>());
    own.filter(|claim| !stays(claim)).collect()
}

/// Returns the COPY lines for what stays; a link is copied as what it comes to.
pub(in crate::analysis::findings) fn copies(
    case: &ImageContext<'_>,
    kept: &[KeptFile],
) -> Vec<String> {
    let line = |(path, _): &KeptFile| copy_line("build", &case.path(*path));
    let mut lines: Vec<String> = kept.iter().filter_map(line).take(MOST_COPIES).collect();
    if kept.len() > lines.len() {
        let more = (kept.len() - lines.len()) as u64;
        lines.push(format!("# and {}", count(more, "more file", "more files")));
    }
    lines
}
