//! Vulnerabilities in every format that has them, of one image and of two. What is one is the scanner's to say; texts of its report are made safe here.

use std::io::{self, Write};

use serde::Serialize;

use super::json::text as json_text;
use super::markdown::{code, plain};
use super::paint::Paint;
use crate::compare::Sides;
use crate::escape;
use crate::image::{Image, LayerId};
use crate::scan::{LocatedVulnerability, Severity, Vulnerabilities};

/// How many are listed for people.
const MOST: usize = 20;

pub(super) fn text(all: &Vulnerabilities, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let title = format!("Vulnerabilities, reported by {}", tools(all));
    writeln!(out, "\n{}", paint.bold(&title))?;
    if all.found.is_empty() {
        return writeln!(out, "  none");
    }
    let head = format!(
        "  {:<12}{:>6}{:>14}{:>14}",
        "", "all", "in the base", "with a fix"
    );
    writeln!(out, "{}", paint.bold(&head))?;
    for severity in Severity::ALL {
        let counts = all.count(severity);
        if counts.all > 0 {
            let (name, inherited) = (severity.name(), counts.in_base);
            writeln!(
                out,
                "  {name:<12}{:>6}{inherited:>14}{:>14}",
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
    paint: Paint,
    out: &mut impl Write,
) -> io::Result<()> {
    let head = format!(
        "  {:<14}{:>10}  {:>10}  {:>11}",
        "vulnerabilities", "before", "after", "Δ"
    );
    writeln!(out, "\n{}", paint.bold(&head))?;
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
    let said = all.map(tools);
    writeln!(
        out,
        "  {}",
        paint.faint(&format!(
            "reported by {} before, by {} after",
            said.before, said.after
        ))
    )
}

/// Returns the lines of a table of one image, its title included.
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

/// Returns the lines of a table of two images, its head included.
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

/// Returns the four that rules speak of, and the others where there are any.
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
    let said = &found.reported;
    // What is in the image is named as everywhere in this document; else as the report has it.
    let path = found.node.map(|node| json_text(image.tree.path(node)).0);
    FoundKeys {
        id: &said.id,
        severity: said.severity.name(),
        package: &said.package,
        version: &said.version,
        fixed_version: Some(said.fixed.as_str()).filter(|fixed| !fixed.is_empty()),
        path: path.or_else(|| said.path.clone()),
        layer: found.layer.map(LayerId::index),
        in_base: found.in_base,
    }
}
