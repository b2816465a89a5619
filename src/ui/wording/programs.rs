//! Programs in words: how they are linked, and what they need. No colours, no widths.

use crate::analysis::ProgramSummary;
use crate::bytes::{Units, human};
use crate::escape;

/// Returns the summary of a program on one line.
pub(in crate::ui) fn summary(program: &ProgramSummary, units: Units) -> String {
    // A static program needs no libraries either.
    let mut parts = match &program.loader {
        Some(loader) => vec![
            "ELF program".to_owned(),
            format!("loader {}", escape::name(loader)),
        ],
        None if program.libraries.is_empty() => {
            vec!["ELF file".to_owned(), "no loader".to_owned()]
        }
        None => vec!["ELF library".to_owned()],
    };
    let names = program.libraries.iter();
    let names: Vec<_> = names.map(|name| escape::name(name).into_owned()).collect();
    if names.is_empty() {
        parts.push("no shared libraries".to_owned());
    } else {
        parts.push(format!("needs {}", names.join(", ")));
    }
    parts.push(match program.symbols {
        0 => "stripped".to_owned(),
        bytes => format!("{} of symbols", human(bytes, units)),
    });
    parts.join(" · ")
}
