//! Categories and packages as text, of one image and of two. Nothing is written without a content analysis.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::analysis::packages::Packages;
use crate::compare::{PackageChange, PackageChanges, PackageStep, Side, Sides};
use crate::escape;
use crate::report::facts::{ComparisonFacts, ImageFacts};
use crate::report::styling::Styling;

/// How many packages are listed.
const MOST: usize = 10;

/// Writes the categories of an image, and how many packages it has.
pub(super) fn one(
    facts: &ImageFacts<'_>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let Some(content_analysis) = facts.content_analysis else {
        return Ok(());
    };
    let size = |bytes| facts.analysis.sum(bytes, facts.units);
    let total = facts.analysis.size;
    // A share of an unknown total is unknown.
    let share = |bytes| match facts.analysis.missing[..] {
        [] => crate::bytes::share(bytes, total),
        _ => String::new(),
    };
    let head = "        Size    Share      Hidden  Category";
    writeln!(out, "\n{}", styling.bold(head))?;
    for category in content_analysis.categories.largest() {
        writeln!(
            out,
            "  {:>10}  {:>7}  {:>10}  {}",
            size(category.bytes()),
            share(category.bytes()),
            size(category.hidden),
            category.category.name(),
        )?;
    }
    let packages = &content_analysis.packages;
    if !packages.list.is_empty() {
        let bytes = packages.list.iter().map(|package| package.bytes).sum();
        let counts = counts(packages);
        let line = format!("  {:>10}  owned by packages: {counts}", size(bytes));
        writeln!(out, "{}", styling.faint(&line))?;
    }
    for note in &packages.notes {
        writeln!(out, "  {}", escape::text(note))?;
    }
    Ok(())
}

/// Returns how many packages of each kind there are: `88 dpkg, 2 go`.
fn counts(packages: &Packages) -> String {
    let mut kinds: BTreeMap<_, usize> = BTreeMap::new();
    for package in &packages.list {
        *kinds.entry(package.kind).or_default() += 1;
    }
    let counts = kinds
        .iter()
        .map(|(kind, count)| format!("{count} {}", kind.name()));
    counts.collect::<Vec<_>>().join(", ")
}

/// Writes the categories of two images, and the packages that were added, removed or changed.
pub(super) fn two(
    facts: &ComparisonFacts<'_>,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let Some((content_analyses, why)) = facts.why else {
        return Ok(());
    };
    let head = format!("  {:>10}  {:>10}  {:>11}  Category", "before", "after", "Δ");
    writeln!(out, "\n{}", styling.bold(&head))?;
    for category in &why.categories {
        writeln!(
            out,
            "  {:>10}  {:>10}  {:>11}  {}",
            facts.sum(Side::Before, category.bytes),
            facts.sum(Side::After, category.bytes),
            facts.sum_delta(category.bytes).0,
            category.category.name(),
        )?;
    }
    if why.packages.list.is_empty() {
        return Ok(());
    }
    let packages = content_analyses.map(|content_analysis| &content_analysis.packages);
    package_changes(facts, packages, &why.packages, styling, out)
}

/// Writes the number of changes by kind, and the packages that changed, the largest first.
fn package_changes(
    facts: &ComparisonFacts<'_>,
    packages: Sides<&Packages>,
    changes: &PackageChanges,
    styling: Styling,
    out: &mut impl Write,
) -> io::Result<()> {
    let steps = [
        PackageStep::Added,
        PackageStep::Removed,
        PackageStep::Upgraded,
        PackageStep::Downgraded,
        PackageStep::Changed,
    ]
    .into_iter()
    .map(|step| {
        let of_step = |change: &&PackageChange| change.step == step;
        (changes.list.iter().filter(of_step).count(), step.name())
    })
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{count} {word}"));
    let steps = steps.collect::<Vec<_>>().join(", ");
    let head = format!("Packages: {steps}, {} unchanged", changes.same);
    writeln!(out, "\n{}", styling.bold(&head))?;
    let largest = changes.largest(packages);
    for change in largest.iter().take(MOST) {
        let sides = change.of(packages);
        let Some(package) = sides.after.or(sides.before) else {
            continue;
        };
        let bytes = sides.map(|side| side.map_or(0, |package| package.bytes));
        let versions = sides.map(|side| side.map(|package| escape::text(&package.version)));
        let versions = match (versions.before, versions.after) {
            (Some(before), Some(after)) => format!("{before} → {after}"),
            (Some(one), None) | (None, Some(one)) => one.into_owned(),
            (None, None) => String::new(),
        };
        writeln!(
            out,
            "  {:>11}  {:<10}  {} {} {versions}",
            facts.signed(i128::from(bytes.after) - i128::from(bytes.before)),
            change.step.name(),
            package.kind.name(),
            escape::text(&package.name),
        )?;
    }
    if largest.len() > MOST {
        writeln!(out, "  and {} more", largest.len() - MOST)?;
    }
    Ok(())
}
