//! A smaller base image, from the loader and the libraries that the main program needs; and whether the program can start at all. Sizes of other bases are
//! published ones, rounded up.

use crate::analysis::Category;
use crate::analysis::findings::checks::build_tools;
use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix, FixPlace};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::{FindingKind, FindingLevel};
use crate::analysis::findings::last_stage::settings;
use crate::analysis::findings::run_change::{RunChange, RunEdit};
use crate::analysis::findings::run_command::with_go_flag;
use crate::analysis::needed_files::elf::Program;
use crate::image::LayerId;

/// A base of at most this many bytes counts as small.
const SMALL: u64 = 30_000_000;
/// The least bytes of compilers in a base for a finding.
const LEAST_TOOLS: u64 = 20_000_000;
/// A base for programs that are linked with glibc: `gcr.io/distroless/base-debian12`, unpacked.
const DISTROLESS: (&str, u64) = ("gcr.io/distroless/base-debian12", 21_000_000);
/// As [`DISTROLESS`], with the libraries of C++ and Rust programs.
const DISTROLESS_CC: (&str, u64) = ("gcr.io/distroless/cc-debian12", 24_000_000);
/// A base for programs that are linked with musl, unpacked.
const ALPINE: (&str, u64) = ("alpine:3.20", 8_000_000);
/// Libraries of glibc.
const GLIBC: [&str; 7] = [
    "libc.so.6",
    "libpthread.so.0",
    "libresolv.so.2",
    "libdl.so.2",
    "librt.so.1",
    "libm.so.6",
    "ld-linux",
];
/// Libraries of compilers, linked into most programs.
const COMPILERS: [&str; 3] = ["libgcc_s.so", "libstdc++.so", "libatomic.so"];

/// How the program was linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Linkage {
    /// It needs no library.
    Static,
    /// It needs glibc; with flags for glibc alone, compiler libraries, and a Go program that needs it for its standard library only.
    Glibc {
        alone: bool,
        compilers: bool,
        go: bool,
    },
    /// It needs musl.
    Musl { alone: bool },
}

/// Returns the findings.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    let Some((file, program)) = context.main() else {
        return slim(context).into_iter().collect();
    };
    let missing = missing(context, file.layer, program);
    if !missing.is_empty() {
        return missing;
    }
    if !context.is_own(file.layer) || context.is_system(file.node) {
        return slim(context).into_iter().collect();
    }
    if context.base_bytes() <= SMALL {
        return Vec::new();
    }
    smaller(
        context,
        file.layer,
        program,
        &build_tools::needed_by_program(context, file.node, program),
    )
    .into_iter()
    .collect()
}

/// Returns the finding for a base with compilers that the program does not need.
fn slim(context: &ImageContext<'_>) -> Option<Finding> {
    let is_tool = |claim: &ClaimedEntry| {
        !context.is_own(claim.layer)
            && context.categories.category(claim.node) == Category::BuildTools
    };
    let claims: Vec<ClaimedEntry> = context.visible().filter(is_tool).collect();
    let bytes = claims.iter().map(|claim| claim.bytes);
    if bytes.fold(0, u64::saturating_add) < LEAST_TOOLS || context.own_layers().next().is_none() {
        return None;
    }
    let why = "The base includes compilers and headers, for modules that are built on installation. The running program needs none of them.";
    let fix = Fix::new(FixPlace::Text, vec![
        "Most official images have a variant without them: add -slim or -alpine to the tag in FROM.".to_owned(),
        "Build what needs a compiler on the full image in a separate stage, and copy the result.".to_owned(),
    ]);
    Some(Finding::new(
        FindingKind::SmallerBase,
        Some(LayerId(0)),
        claims,
        why.to_owned(),
        fix,
    ))
}

fn linkage(program: &Program) -> Linkage {
    let Some(loader) = &program.loader else {
        return Linkage::Static;
    };
    let names = program
        .libraries
        .iter()
        .map(|name| String::from_utf8_lossy(name));
    let names: Vec<_> = names.collect();
    let is_one = |name: &str, list: &[&str]| list.iter().any(|start| name.starts_with(start));
    if String::from_utf8_lossy(loader).contains("ld-musl") {
        let alone = names
            .iter()
            .all(|name| name.starts_with("libc.musl") || name == "libc.so");
        return Linkage::Musl { alone };
    }
    let compilers = names.iter().any(|name| is_one(name, &COMPILERS));
    Linkage::Glibc {
        alone: names
            .iter()
            .all(|name| is_one(name, &GLIBC) || is_one(name, &COMPILERS)),
        compilers,
        go: program.go.is_some() && names.iter().all(|name| is_one(name, &GLIBC)),
    }
}

/// Returns the finding for a program whose loader is not in the image.
fn missing(context: &ImageContext<'_>, layer: LayerId, program: &Program) -> Vec<Finding> {
    let Some(loader) = &program.loader else {
        return Vec::new();
    };
    // A layer that is not in the archive may have it.
    if !loader.starts_with(b"/")
        || !context.analysis.missing.is_empty()
        || crate::analysis::main_program::follow(context.image, loader).is_some()
    {
        return Vec::new();
    }
    let path = context
        .main_program
        .as_ref()
        .map_or_else(String::new, |main_program| context.path(main_program.path));
    let loader = String::from_utf8_lossy(loader);
    let (library, way) = if loader.contains("ld-musl") {
        (
            "musl",
            "Build it on the distribution that it runs on, or link it statically.",
        )
    } else if program.go.is_some() {
        (
            "glibc",
            "Build it with CGO_ENABLED=0: it then needs no loader.",
        )
    } else {
        (
            "glibc",
            "Build it on the distribution that it runs on, link it statically, or use a base with glibc.",
        )
    };
    let why = format!(
        "{path} is linked against {library} and needs {loader}, which is not in the image: starting it fails with \"no such file or directory\"."
    );
    let claims = context
        .main_program
        .iter()
        .map(|main_program| ClaimedEntry {
            node: main_program.node,
            entry: None,
            layer,
            bytes: 0,
        });
    let fix = Fix::new(FixPlace::Text, vec![way.to_owned()]);
    vec![Finding::new(
        FindingKind::LoaderMissing,
        Some(layer),
        claims.collect(),
        why,
        fix,
    )]
}

fn smaller(
    context: &ImageContext<'_>,
    layer: LayerId,
    program: &Program,
    kept: &[build_tools::KeptFile],
) -> Option<Finding> {
    let path = context
        .main_program
        .as_ref()
        .map_or_else(String::new, |main_program| context.path(main_program.path));
    let linkage = linkage(program);
    let (base, costs, why) = smaller_base(linkage, &path)?;
    let base_layers = context.image.layer_ids().take(context.analysis.base.layers);
    let claims: Vec<ClaimedEntry> = base_layers
        .flat_map(|layer| context.stored(layer))
        .collect();
    let certificates = "/etc/ssl/certs/ca-certificates.crt";
    let above = vec![format!(
        "# the first line becomes: FROM {} AS build",
        context.base_name()
    )];
    let is_go = matches!(linkage, Linkage::Glibc { go: true, .. });
    let change = is_go.then(|| go_build(context, layer)).flatten();
    let mut lines = vec![format!("FROM {base}")];
    if context.find(certificates).is_some()
        && !kept
            .iter()
            .any(|(path, _)| context.path(*path) == certificates)
    {
        lines.push(format!("COPY --from=build {certificates} {certificates}"));
    }
    lines.extend(build_tools::copies(context, kept));
    lines.extend(settings(context, base != ALPINE.0));
    let fix = match change {
        Some(change) => Fix::changing(FixPlace::LastStage, above, change.into(), lines),
        None => Fix::new(FixPlace::LastStage, [above, lines].concat()),
    };
    let finding = Finding::new(FindingKind::SmallerBase, Some(LayerId(0)), claims, why, fix);
    Some(finding.costing(costs).at(FindingLevel::Note))
}

/// Returns the base that a program at a path needs, its bytes, and the reason; `None` if it needs more than a C library.
fn smaller_base(linkage: Linkage, path: &str) -> Option<(&'static str, u64, String)> {
    Some(match linkage {
        Linkage::Static => (
            "scratch",
            0,
            format!("{path} is statically linked: it needs nothing from the base."),
        ),
        Linkage::Glibc { go: true, .. } => (
            "scratch",
            0,
            format!(
                "{path} needs only glibc from the base, which Go uses to look up hosts and users. With CGO_ENABLED=0 it needs nothing from the base. As built, it does not start on Alpine, whose C library is musl."
            ),
        ),
        Linkage::Glibc {
            alone: true,
            compilers,
            ..
        } => {
            let (base, bytes) = if compilers { DISTROLESS_CC } else { DISTROLESS };
            (
                base,
                bytes,
                format!(
                    "{path} needs only glibc from the base. It does not start on Alpine, whose C library is musl, unless it is built there."
                ),
            )
        }
        Linkage::Musl { alone: true } => (
            ALPINE.0,
            ALPINE.1,
            format!("{path} needs only musl from the base."),
        ),
        Linkage::Glibc { .. } | Linkage::Musl { .. } => return None,
    })
}

/// Returns the change that builds without C, for the build stage.
fn go_build(context: &ImageContext<'_>, layer: LayerId) -> Option<RunChange> {
    const VARIABLE: &str = "CGO_ENABLED=0";
    let command = context.command(layer)?;
    with_go_flag(&command, VARIABLE, "")?;
    let edit = RunEdit::GoVariable(VARIABLE);
    Some(RunChange::new(layer, command, edit))
}
