//! The configuration of an image as lines of a last build stage. Values come from the configuration, since the history has them without quotes. A value that
//! does not fit on a line, or is a secret, is left out with a comment.

use crate::analysis::findings::checks::secrets;
use crate::analysis::findings::image_context::ImageContext;
use crate::analysis::findings::quoting::{list, value};
use crate::image::{HealthCheck, instruction_text};

/// Returns the lines; for a `is_minimal` base without shell, programs and users, only those that work there.
pub(super) fn settings(context: &ImageContext<'_>, is_minimal: bool) -> Vec<String> {
    let about = &context.image.about;
    let config = &about.config;
    let instructions = instructions(context);
    let mut lines = Vec::new();
    let mut set = |word: &str, name: &str, value: Option<String>| {
        let named = |(keyword, rest): &(String, String)| {
            keyword == word && rest.split(' ').any(|part| names(part, name))
        };
        if instructions.iter().any(named) {
            lines.push(match value {
                Some(value) => format!("{word} {name}={value}"),
                None => format!("# {word} {name} as before"),
            });
        }
    };
    for (name, text) in config.env.iter().filter_map(|line| line.split_once('=')) {
        let shown = secrets::of_variable(name, text).is_none();
        set("ENV", name, value(text).filter(|_| shown));
    }
    for (name, text) in &config.labels {
        set("LABEL", name, value(text));
    }
    let has = |word: &str| instructions.iter().any(|(keyword, _)| keyword == word);
    if has("VOLUME") && !config.volumes.is_empty() {
        lines.push(format!("VOLUME {}", list(&config.volumes)));
    }
    if let Some(signal) = config.stop_signal.as_ref().filter(|_| has("STOPSIGNAL")) {
        lines.push(format!("STOPSIGNAL {signal}"));
    }
    if let Some(health) = config.health.as_ref().filter(|_| has("HEALTHCHECK")) {
        lines.extend(health_check(health, is_minimal));
    }
    if !matches!(config.working_dir.as_str(), "" | "/") {
        let folder = config.working_dir.replace('\\', "\\\\").replace('$', "\\$");
        lines.push(format!("WORKDIR {folder}"));
    }
    if !config.ports.is_empty() {
        lines.push(format!("EXPOSE {}", config.ports.join(" ")));
    }
    lines.extend(user(&config.user, is_minimal));
    lines.extend(start(context, is_minimal));
    lines.retain(|line| !line.contains(char::is_control));
    lines
}

fn health_check(health: &HealthCheck, is_minimal: bool) -> Vec<String> {
    if is_minimal {
        return vec!["# HEALTHCHECK by the program itself: the base has no other".to_owned()];
    }
    let line = match &*health.test {
        [kind, command] if kind == "CMD-SHELL" => format!("HEALTHCHECK CMD {command}"),
        [kind, words @ ..] if kind == "CMD" => format!("HEALTHCHECK CMD {}", list(words)),
        _ => "HEALTHCHECK NONE".to_owned(),
    };
    vec!["# HEALTHCHECK with its former options:".to_owned(), line]
}

fn user(name: &str, is_minimal: bool) -> Vec<String> {
    let is_number = |part: &str| part.bytes().all(|c| c.is_ascii_digit());
    match name {
        "" => Vec::new(),
        name if is_minimal && !name.split(':').all(is_number) => {
            let is_root = name.split(':').next() == Some("root");
            let other = (!is_root).then(|| "USER 65532:65532".to_owned());
            let why = format!("# USER {name}: the base has no user names");
            std::iter::once(why).chain(other).collect()
        }
        name => vec![format!("USER {name}")],
    }
}

/// Returns the lines that start the program.
fn start(context: &ImageContext<'_>, is_minimal: bool) -> Vec<String> {
    let config = &context.image.about.config;
    let mut program = context.main_program.iter();
    if is_minimal && !program.any(|main_program| main_program.direct) {
        let why = "# ENTRYPOINT and CMD in exec form, of the program alone: the base has no shell";
        return vec![why.to_owned()];
    }
    let both = [("ENTRYPOINT", &config.entrypoint), ("CMD", &config.cmd)];
    let set = both.into_iter().filter(|(_, words)| !words.is_empty());
    set.map(|(name, words)| format!("{name} {}", list(words)))
        .collect()
}

/// Returns the own instructions without a layer, each as keyword and arguments.
fn instructions(context: &ImageContext<'_>) -> Vec<(String, String)> {
    let base = context.analysis.base.layers;
    let own = context
        .image
        .about
        .history
        .iter()
        .skip_while(|line| base > 0 && line.layer.is_none_or(|layer| layer.index() + 1 < base));
    let own = own.skip(usize::from(base > 0));
    own.filter(|line| line.layer.is_none())
        .filter_map(|line| {
            let instruction = instruction_text(&line.created_by);
            let (word, rest) = instruction.split_once(' ')?;
            Some((word.to_owned(), rest.to_owned()))
        })
        .collect()
}

/// Returns whether a word of an ENV or LABEL instruction sets a name.
fn names(part: &str, name: &str) -> bool {
    part.trim_start_matches('"')
        .strip_prefix(name)
        .is_some_and(|rest| rest.trim_start_matches('"').starts_with('='))
}
