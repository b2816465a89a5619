//! Vulnerabilities of one image and of two, in every format that has them. Texts of a scanner's report are escaped here.

use std::io::{self, Write};

use serde::Serialize;

use super::json_string::text as json_text;
use super::markdown::{code, plain};
use super::styling::Styling;
use crate::compare::Sides;
use crate::escape;
use crate::image::{Image, LayerId};
use crate::scan::{LocatedVulnerability, Severity, Vulnerabilities};

/// The most vulnerabilities listed in text.
const MOST: usize = 20;

pub(super) fn text(
    all: &Vulnerabilities,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let title = format!("Vulnerabilities, reported by {}", tools(all));
    writeln!(out, "\n{}", styling.bold(&title))?;
    if all.found.is_empty() {
        return writeln!(out, "  none");
    }
    let head = format!(
        "  {:<12}{:>6}{:>14}{:>14}",
        "", "all", "in the base", "with a fix"
    );
    writeln!(out, "{}", styling.bold(&head))?;
    for severity in Severity::ALL {
        let counts = all.count(severity);
        if counts.all > 0 {
            let (name, in_base) = (severity.name(), counts.in_base);
            writeln!(
                out,
                "  {name:<12}{:>6}{in_base:>14}{:>14}",
                counts.all, counts.fixable
            )?;
        }
    }
    writeln!(out)?;
    for found in all.found.iter().take(MOST) {
        let layer = found.layer.map_or_else(String::new, |layer| {
            format!(" (layer {})", layer.index() + 1)
        });
        writeln!(out, "  {}{layer}", escape::text(&found.phrase()))?;
    }
    if all.found.len() > MOST {
        writeln!(out, "  and {} more", all.found.len() - MOST)?;
    }
    Ok(())
}

pub(super) fn text_of_two(
    all: Sides<&Vulnerabilities>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let head = format!(
        "  {:<14}{:>10}  {:>10}  {:>11}",
        "vulnerabilities", "before", "after", "Δ"
    );
    writeln!(out, "\n{}", styling.bold(&head))?;
    for (severity, counts) in counted(all) {
        let name = severity.name();
        writeln!(
            out,
            "  {name:<15}{:>10}  {:>10}  {:>11}",
            counts.before,
            counts.after,
            delta(counts)
        )?;
    }
    let tools = all.map(tools);
    writeln!(
        out,
        "  {}",
        styling.faint(&format!(
            "reported by {} before, by {} after",
            tools.before, tools.after
        ))
    )
}

/// Returns the title and the lines of a table of one image.
pub(super) fn markdown(all: &Vulnerabilities) -> Vec<String> {
    let mut lines = vec![format!(
        "\n### Vulnerabilities, reported by {}\n",
        plain(&tools(all))
    )];
    if all.found.is_empty() {
        lines.push("None.".to_owned());
        return lines;
    }
    lines.push("| | all | in the base | with a fix |\n| --- | ---: | ---: | ---: |".to_owned());
    for severity in Severity::ALL {
        let counts = all.count(severity);
        if counts.all > 0 {
            lines.push(format!(
                "| {} | {} | {} | {} |",
                severity.name(),
                counts.all,
                counts.in_base,
                counts.fixable
            ));
        }
    }
    lines.push(String::new());
    for found in all.found.iter().take(MOST) {
        lines.push(format!("- {}", code(&escape::text(&found.phrase()))));
    }
    if all.found.len() > MOST {
        lines.push(format!("- and {} more", all.found.len() - MOST));
    }
    lines
}

/// Returns the lines of a table of two images with its header.
pub(super) fn markdown_of_two(all: Sides<&Vulnerabilities>) -> Vec<String> {
    let mut lines =
        vec!["| Vulnerabilities | before | after | Δ |\n| --- | ---: | ---: | ---: |".to_owned()];
    lines.extend(counted(all).map(|(severity, counts)| {
        format!(
            "| {} | {} | {} | {} |",
            severity.name(),
            counts.before,
            counts.after,
            delta(counts)
        )
    }));
    lines.push(String::new());
    lines
}

/// Returns the four severities that rules can limit, and the others where they occur.
fn counted(all: Sides<&Vulnerabilities>) -> impl Iterator<Item = (Severity, Sides<usize>)> + '_ {
    let count = move |severity| (severity, all.map(|one| one.count(severity).all));
    Severity::ALL
        .into_iter()
        .map(count)
        .filter(|(severity, counts)| *severity >= Severity::Low || counts.before + counts.after > 0)
}

fn delta(counts: Sides<usize>) -> String {
    match counts.after.cmp(&counts.before) {
        std::cmp::Ordering::Less => format!("−{}", counts.before - counts.after),
        std::cmp::Ordering::Equal => "0".to_owned(),
        std::cmp::Ordering::Greater => format!("+{}", counts.after - counts.before),
    }
}

fn tools(all: &Vulnerabilities) -> String {
    escape::text(&all.tools.join(", ")).into_owned()
}

#[derive(Serialize)]
pub(super) struct Keys<'a> {
    tools: &'a [String],
    counts: CountKeys,
    list: Vec<FoundKeys<'a>>,
}

#[derive(Serialize)]
struct CountKeys {
    critical: usize,
    high: usize,
    medium: usize,
    low: usize,
    negligible: usize,
    unknown: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FoundKeys<'a> {
    id: &'a str,
    severity: &'static str,
    package: &'a str,
    version: &'a str,
    fixed_version: Option<&'a str>,
    path: Option<String>,
    layer: Option<usize>,
    in_base: Option<bool>,
}

pub(super) fn keys<'a>(image: &Image, all: &'a Vulnerabilities) -> Keys<'a> {
    let count = |severity| all.count(severity).all;
    Keys {
        tools: &all.tools,
        counts: CountKeys {
            critical: count(Severity::Critical),
            high: count(Severity::High),
            medium: count(Severity::Medium),
            low: count(Severity::Low),
            negligible: count(Severity::Negligible),
            unknown: count(Severity::Unknown),
        },
        list: all
            .found
            .iter()
            .map(|found| found_keys(image, found))
            .collect(),
    }
}

fn found_keys<'a>(image: &Image, found: &'a LocatedVulnerability) -> FoundKeys<'a> {
    let reported = &found.reported;
    // A path of the image is written as everywhere in this document; another as the scanner wrote it.
    let path = found.node.map(|node| json_text(image.tree.path(node)).0);
    FoundKeys {
        id: &reported.id,
        severity: reported.severity.name(),
        package: &reported.package,
        version: &reported.version,
        fixed_version: Some(reported.fixed.as_str()).filter(|fixed| !fixed.is_empty()),
        path: path.or_else(|| reported.path.clone()),
        layer: found.layer.map(LayerId::index),
        in_base: found.in_base,
    }
}
