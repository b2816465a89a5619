//! Rules on the command line: dive's three options and `--rule NAME=LIMIT`. A rule's limit is checked by `ci`.

use super::args::Args;
use crate::ci::{RuleId, RuleOptions};
use crate::escape;
use crate::failure::Failure;
use crate::suggest::nearest;

/// Returns the rules file and the rules that were typed.
///
/// # Errors
/// [`Failure`] when a rule has no limit or is unknown.
pub(super) fn typed_rules(args: &Args) -> Result<RuleOptions, Failure> {
    let dives = [
        (RuleId::LowestEfficiency, &args.lowest_efficiency),
        (RuleId::HighestWastedBytes, &args.highest_wasted_bytes),
        (
            RuleId::HighestUserWastedPercent,
            &args.highest_user_wasted_percent,
        ),
    ];
    let mut flags: Vec<(RuleId, String)> = dives
        .into_iter()
        .filter_map(|(id, value)| Some((id, value.clone()?)))
        .collect();
    let names = RuleId::ALL.map(RuleId::name);
    for text in &args.rules {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Failure::new(format!("--rule {}: no limit", escape::text(text)))
                .hint("--rule NAME=LIMIT, such as --rule highestImageSize=200MB")
        })?;
        let id = RuleId::from_name(name).ok_or_else(|| {
            let hint = match nearest(name, &names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("rules: {}", names.join(", ")),
            };
            Failure::new(format!("--rule: unknown rule `{}`", escape::text(name))).hint(hint)
        })?;
        flags.push((id, value.to_owned()));
    }
    Ok(RuleOptions {
        file: args.ci_config.clone(),
        flags,
    })
}

/// Returns a warning when rules were typed but nothing is checked: an exit code of 0 would look like a passed verdict.
pub(super) fn unused_rules(args: &Args) -> Option<String> {
    let dives = [
        &args.lowest_efficiency,
        &args.highest_wasted_bytes,
        &args.highest_user_wasted_percent,
    ];
    let typed = dives.into_iter().any(Option::is_some)
        || !args.rules.is_empty()
        || args.ci_config.is_some();
    typed.then(|| "rules have no effect without --ci".to_owned())
}
