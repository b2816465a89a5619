//! Programs in own layers with debug symbols: sections that `strip` removes.

use crate::analysis::findings::finding::{ClaimedEntry, Finding, Fix};
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::kind::FindingKind;
use crate::analysis::findings::quoting::quoted;
use crate::analysis::findings::run_change::{RunChange, RunEdit};
use crate::analysis::findings::run_command::with_go_flag;
use crate::analysis::main_program::follow;

/// The least bytes of symbols in one program for a finding.
const LEAST: u64 = 128 << 10;
/// The flag of `go build` that leaves them out.
const GO_FLAG: &str = "-ldflags='-s -w'";

/// Returns one finding for each layer with such programs.
pub(in crate::analysis::findings) fn find(context: &ImageContext<'_>) -> Vec<Finding> {
    let programs = context.programs.iter().filter(|(file, program)| {
        program.symbols >= LEAST && context.is_own(file.layer) && !context.is_system(file.node)
    });
    let mut found: Vec<(ClaimedEntry, bool)> = programs
        .map(|(file, program)| {
            let all = context.full_claim(file.node, file.entry, file.layer);
            let bytes = program.symbols.min(all.bytes);
            (ClaimedEntry { bytes, ..all }, program.go.is_some())
        })
        .collect();
    found.sort_by_key(|(claim, _)| (claim.layer, claim.node));
    let layers = found.chunk_by(|one, other| one.0.layer == other.0.layer);
    layers.filter_map(|found| {
        let layer = found.first()?.0.layer;
        let claims: Vec<ClaimedEntry> = found.iter().map(|(claim, _)| *claim).collect();
        let mut names: Vec<String> = claims.iter().take(3).map(|claim| context.path(claim.node)).collect();
        if claims.len() > names.len() {
            names.push(format!("and {} more", claims.len() - names.len()));
        }
        let contain = if claims.len() > 1 { "contain" } else { "contains" };
        let why = format!("{} {contain} debug symbols.", names.join(", "));
        let has_strip = follow(context.image, b"/usr/bin/strip").is_some();
        let is_go = found.iter().all(|(_, go)| *go);
        let edit = |command: &str| {
            if is_go {
                let is_free = !command.contains("-ldflags");
                return with_go_flag(command, "", GO_FLAG).filter(|_| is_free).map(|_| RunEdit::GoFlag(GO_FLAG));
            }
            let paths = claims.iter().map(|claim| quoted(&context.path(claim.node)));
            let paths: Vec<String> = paths.collect();
            has_strip.then(|| RunEdit::Then(vec![format!("strip {}", paths.join(" "))]))
        };
        let change = context.command(layer).and_then(|command| {
            let edit = edit(&command)?;
            Some(RunChange::new(layer, command, edit))
        });
        let fix = match change {
            Some(change) => {
                let rust = "# Rust: strip = true in the release profile".to_owned();
                Fix::instead(change, (!is_go).then_some(rust).into_iter().collect())
            }
            _ if is_go => Fix::text("Build it with go build -ldflags='-s -w'."),
            _ => Fix::text("Run strip where it is built; in Rust, set strip = true in the release profile."),
        };
        Some(Finding::new(FindingKind::Unstripped, Some(layer), claims, why, fix))
    }).collect()
}
