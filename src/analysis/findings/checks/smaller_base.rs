//! A smaller base: what the program that is started needs of the one it has, by the loader and the libraries that it names. Also whether it can start at all.
//! Sizes of other bases are what their makers publish, rounded up.

use crate::analysis::Category;
use crate::analysis::findings::checks::build_tools;
use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::{FindingKind, FindingLevel};
use crate::analysis::findings::last_stage::settings;
use crate::analysis::findings::run_command::with_go_flag;
use crate::analysis::needed_files::elf::Program;
use crate::image::LayerId;

/// A base of no more than this is small, in bytes.
const SMALL: u64 = 30_000_000;
/// Fewer bytes of compilers than these in a base are not worth another.
const LEAST_TOOLS: u64 = 20_000_000;
/// A base for programs that are linked with glibc: `gcr.io/distroless/base-debian12`, unpacked.
const DISTROLESS: (&str, u64) = ("gcr.io/distroless/base-debian12", 21_000_000);
/// As [`DISTROLESS`], with what C++ and Rust programs name.
const DISTROLESS_CC: (&str, u64) = ("gcr.io/distroless/cc-debian12", 24_000_000);
/// A base for programs that are linked with musl, unpacked.
const ALPINE: (&str, u64) = ("alpine:3.20", 8_000_000);
/// Libraries that are glibc's own.
const GLIBC: [&str; 7] = [
    "libc.so.6",
    "libpthread.so.0",
    "libresolv.so.2",
    "libdl.so.2",
    "librt.so.1",
    "libm.so.6",
    "ld-linux",
];
/// Libraries that compilers bring to every program they link.
const COMPILERS: [&str; 3] = ["libgcc_s.so", "libstdc++.so", "libatomic.so"];

/// How the program was linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Linkage {
    /// It needs nothing.
    Static,
    /// It needs glibc; whether only that, and whether only because Go's standard library asks for it.
    Glibc {
        alone: bool,
        compilers: bool,
        go: bool,
    },
    /// It needs musl.
    Musl { alone: bool },
}

/// Finds them.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    let Some((file, program)) = case.main() else {
        return slim(case).into_iter().collect();
    };
    let missing = missing(case, file.layer, program);
    if !missing.is_empty() {
        return missing;
    }
    if !case.is_own(file.layer) || case.is_system(file.node) {
        return slim(case).into_iter().collect();
    }
    if case.base_bytes() <= SMALL {
        return Vec::new();
    }
    smaller(
        case,
        file.layer,
        program,
        &build_tools::kept(case, file.node, program),
    )
    .into_iter()
    .collect()
}

/// Returns what says that the base brings compilers to a program that is not compiled here.
fn slim(case: &ImageContext<'_>) -> Option<Finding> {
    let is_tool = |claim: &Claim| {
        !case.is_own(claim.layer) && case.categories.category(claim.node) == Category::BuildTools
    };
    let claims: Vec<Claim> = case.live().filter(is_tool).collect();
    let bytes = claims.iter().map(|claim| claim.bytes);
    if bytes.fold(0, u64::saturating_add) < LEAST_TOOLS || case.own_layers().next().is_none() {
        return None;
    }
    let why = "The base brings compilers and headers, for modules that are built where they are installed. What runs needs none of them.";
    let fix = Fix::Words(vec![
        "Most official images have a variant without them: put -slim or -alpine behind the tag in FROM.".to_owned(),
        "What must be built, build on the full image in a stage of its own, and copy it over.".to_owned(),
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

/// Returns what says that the loader which the program asks for is not in the image.
fn missing(case: &ImageContext<'_>, layer: LayerId, program: &Program) -> Vec<Finding> {
    let Some(loader) = &program.loader else {
        return Vec::new();
    };
    if !loader.starts_with(b"/")
        || crate::analysis::main_program::follow(case.image, loader).is_some()
    {
        return Vec::new();
    }
    let path = case
        .main_program
        .as_ref()
        .map_or_else(String::new, |main_program| case.path(main_program.path));
    let loader = String::from_utf8_lossy(loader);
    let (library, way) = if loader.contains("ld-musl") {
        (
            "musl",
            "Build it on the distribution that it is to run on, or link it statically.",
        )
    } else if program.go.is_some() {
        (
            "glibc",
            "Build it with CGO_ENABLED=0: then it needs no loader at all.",
        )
    } else {
        (
            "glibc",
            "Build it on the distribution that it is to run on, or link it statically; or take a base with glibc.",
        )
    };
    let why = format!(
        "{path} was linked against {library} and asks for {loader}, which is not in the image: it ends with \"no such file or directory\" when it is started."
    );
    let claims = case.main_program.iter().map(|main_program| Claim {
        node: main_program.node,
        entry: None,
        layer,
        bytes: 0,
    });
    let fix = Fix::Words(vec![way.to_owned()]);
    vec![Finding::new(
        FindingKind::LoaderMissing,
        Some(layer),
        claims.collect(),
        why,
        fix,
    )]
}

fn smaller(
    case: &ImageContext<'_>,
    layer: LayerId,
    program: &Program,
    kept: &[build_tools::KeptFile],
) -> Option<Finding> {
    let path = case
        .main_program
        .as_ref()
        .map_or_else(String::new, |main_program| case.path(main_program.path));
    let linkage = linkage(program);
    let (base, costs, why) = match linkage {
        Linkage::Static => (
            "scratch",
            0,
            format!("{path} is linked statically: it needs nothing of the base."),
        ),
        Linkage::Glibc { go: true, .. } => (
            "scratch",
            0,
            format!(
                "{path} asks the base for glibc alone, as Go does for names of hosts and users. With CGO_ENABLED=0 it needs nothing of the base. As it is, it would not start on Alpine, whose C library is musl."
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
                    "{path} asks the base for glibc alone. It would not start on Alpine, whose C library is musl, unless it is built there."
                ),
            )
        }
        Linkage::Musl { alone: true } => (
            ALPINE.0,
            ALPINE.1,
            format!("{path} asks the base for musl alone."),
        ),
        Linkage::Glibc { .. } | Linkage::Musl { .. } => return None,
    };
    let base_layers = case.image.layer_ids().take(case.analysis.base.layers);
    let claims: Vec<Claim> = base_layers
        .flat_map(|layer| case.stored(layer).collect::<Vec<_>>())
        .collect();
    let certificates = "/etc/ssl/certs/ca-certificates.crt";
    let mut lines = vec![format!(
        "# the first line becomes: FROM {} AS build",
        case.base_name()
    )];
    if matches!(linkage, Linkage::Glibc { go: true, .. }) {
        lines.extend(go_build(case, layer));
    }
    lines.push(format!("FROM {base}"));
    if case.find(certificates).is_some()
        && !kept
            .iter()
            .any(|(path, _)| case.path(*path) == certificates)
    {
        lines.push(format!("COPY --from=build {certificates} {certificates}"));
    }
    lines.extend(build_tools::copies(case, kept));
    lines.extend(settings(case, base != ALPINE.0));
    let finding = Finding::new(
        FindingKind::SmallerBase,
        Some(LayerId(0)),
        claims,
        why,
        Fix::LastStage(lines),
    );
    Some(finding.costing(costs).at(FindingLevel::Note))
}

/// Returns the line that builds without C, to stand before the last stage.
fn go_build(case: &ImageContext<'_>, layer: LayerId) -> Option<String> {
    let command = case.command(layer)?;
    let built = with_go_flag(&command, "CGO_ENABLED=0", "")?;
    Some(format!("RUN {built}"))
}
