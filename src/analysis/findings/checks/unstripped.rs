//! Programs of yours that carry symbols for debuggers: sections that `strip` takes out.

use crate::analysis::findings::finding::{Claim, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::quoting::quoted;
use crate::analysis::findings::run_command::{run_then, with_go_flag};
use crate::analysis::main_program::follow;

/// Less than this in one program is not worth a line, in bytes.
const LEAST: u64 = 128 << 10;

/// Finds them, a finding a layer that stores some.
pub(in crate::analysis::findings) fn find(case: &ImageContext<'_>) -> Vec<Finding> {
    let programs = case.programs.iter().filter(|(file, program)| {
        program.symbols >= LEAST && case.is_own(file.layer) && !case.is_system(file.node)
    });
    let mut found: Vec<(Claim, bool)> = programs
        .map(|(file, program)| {
            let whole = case.whole(file.node, file.entry, file.layer);
            let bytes = program.symbols.min(whole.bytes);
            (Claim { bytes, ..whole }, program.go.is_some())
        })
        .collect();
    found.sort_by_key(|(claim, _)| (claim.layer, claim.node));
    let layers = found.chunk_by(|one, other| one.0.layer == other.0.layer);
    layers.filter_map(|found| {
        let layer = found.first()?.0.layer;
        let claims: Vec<Claim> = found.iter().map(|(claim, _)| *claim).collect();
        let mut names: Vec<String> = claims.iter().take(3).map(|claim| case.path(claim.node)).collect();
        if claims.len() > names.len() {
            names.push(format!("and {} more", claims.len() - names.len()));
        }
        let carry = if claims.len() > 1 { "carry" } else { "carries" };
        let why = format!("{} {carry} what only a debugger reads.", names.join(", "));
        let has_strip = follow(case.image, b"/usr/bin/strip").is_some();
        let built = |command: &str| {
            let built = with_go_flag(command, "", "-ldflags='-s -w'");
            built.filter(|_| !command.contains("-ldflags"))
        };
        let is_go = found.iter().all(|(_, go)| *go);
        let fix = match case.command(layer) {
            Some(command) if is_go && let Some(built) = built(&command) => {
                Fix::Instead(vec![format!("RUN {built}")])
            }
            Some(command) if !is_go && has_strip => {
                let paths: Vec<String> = claims.iter().map(|claim| quoted(&case.path(claim.node))).collect();
                let mut lines = run_then(&command, &[format!("strip {}", paths.join(" "))]);
                lines.push("# Rust: strip = true in the release profile".to_owned());
                Fix::Instead(lines)
            }
            _ if is_go => Fix::Words(vec!["Build it with go build -ldflags='-s -w'.".to_owned()]),
            _ => Fix::Words(vec!["Run strip on it where it is built; in Rust, strip = true in the release profile.".to_owned()]),
        };
        Some(Finding::new(FindingKind::Unstripped, Some(layer), claims, why, fix))
    }).collect()
}
