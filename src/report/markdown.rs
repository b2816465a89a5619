//! The verdict as Markdown, for a merge request or a job's summary. Names from the image stand as HTML code, so that none of them can be markup,
//! a mention or a link.

use std::io::{self, Write};

use super::finding;
use super::format::Facts;
use crate::bytes::human;
use crate::ci::{Ruling, Standing};
use crate::escape;

/// Characters a path may take.
const PATH: usize = 200;

pub(super) fn write(facts: &Facts<'_>, out: &mut impl Write) -> io::Result<()> {
    let Facts {
        image,
        analysis,
        units,
        ..
    } = *facts;
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    let mark = if verdict.passed() {
        "✅ passed"
    } else {
        "❌ failed"
    };
    writeln!(
        out,
        "## {mark}: {}\n",
        code(&escape::text(&image.about.reference))
    )?;
    writeln!(
        out,
        "{} in {} layers, {} reclaimable; efficiency {:.2} %\n",
        human(analysis.size, units),
        image.layers.len(),
        human(analysis.waste.bytes(), units),
        analysis.efficiency.score * 100.0,
    )?;
    writeln!(out, "| | Rule | Measured | Limit | |")?;
    writeln!(out, "| --- | --- | ---: | ---: | --- |")?;
    for ruling in verdict.asked() {
        writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            mark_of(ruling),
            ruling.id.name(),
            finding::shown(facts, ruling.measured),
            plain(&escape::text(&ruling.written)),
            plain(&ruling.why),
        )?;
    }
    for ruling in verdict.asked().filter(|ruling| !ruling.findings.is_empty()) {
        writeln!(out, "\n### {}\n", ruling.id.name())?;
        writeln!(out, "{}\n", ruling.id.purpose())?;
        writeln!(out, "| Size | Path | Stored in | Buried by | What to do |")?;
        writeln!(out, "| ---: | --- | --- | --- | --- |")?;
        for found in &ruling.findings {
            let layer = |id| {
                format!(
                    "{} {}",
                    crate::image::LayerId::index(id) + 1,
                    code(&finding::instruction(facts, id))
                )
            };
            writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                human(found.bytes, units),
                code(&finding::path(facts, found)),
                layer(found.stored_in),
                found.buried_by.map_or_else(String::new, layer),
                found.advice,
            )?;
        }
    }
    Ok(())
}

const fn mark_of(ruling: &Ruling) -> &'static str {
    match ruling.standing {
        Standing::Passed => "✅",
        Standing::Failed => "❌",
        Standing::Warned => "⚠️",
        Standing::Skipped => "➖",
    }
}

pub(super) fn code(text: &str) -> String {
    let mut cut: String = text.chars().take(PATH).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    format!("<code>{}</code>", plain(&cut))
}

/// Writes every character that Markdown or HTML could take for its own as an entity.
pub(super) fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' | '<' | '>' | '"' | '\'' | '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' | '@'
            | '#' | '$' | ':' => {
                safe.push_str("&#");
                safe.push_str(&u32::from(character).to_string());
                safe.push(';');
            }
            other => safe.push(other),
        }
    }
    safe
}
