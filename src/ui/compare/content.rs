//! The lines that explain a difference: categories, which add up to it exactly, and packages. `tabs` lists the folders.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::analysis::packages::Package;
use crate::bytes::{Units, human, signed};
use crate::compare::{Comparison, PackageChange, PackageStep, Side, Sides};
use crate::escape;
use crate::image::Image;
use crate::ui::loaded::content_analysis::ContentComparison;
use crate::ui::pane::Change;

use crate::ui::compare::tabs::TabLine;

/// The comparison with the order of its sides and the units of its sizes.
pub(super) struct ContentLines<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) images: Sides<&'a Image>,
    /// The side at the left.
    pub(super) left: Side,
    pub(super) units: Units,
}

/// The comparison of both content analyses, or why there is none; `None` while they are loading.
type ContentResult<'a> = Option<&'a Result<Arc<ContentComparison>, String>>;

impl ContentLines<'_> {
    /// Returns the number of packages and of setuid files; empty while they are loading.
    pub(super) fn counts(&self, content: ContentResult<'_>) -> Vec<String> {
        let Some(Ok(content)) = content else {
            return Vec::new();
        };
        let (from, to) = self.ordered(content.packages());
        let packages = format!("packages {from} → {to}");
        let (from, to) = self.ordered(content.setuid);
        vec![packages, format!("setuid {from} → {to}")]
    }

    /// Returns a line for each category, the largest difference first, then their sum, then the number of packages, layers and setuid files.
    pub(super) fn why(&self, content: ContentResult<'_>) -> Vec<TabLine> {
        let content = match content {
            Some(Ok(content)) => content,
            missing => return vec![plain("", waiting(missing))],
        };
        let categories = &content.why.categories;
        let largest = categories
            .iter()
            .map(|category| category.delta().unsigned_abs());
        let largest = largest.max().unwrap_or(0);
        let bar = |delta: i128| {
            let eighths = delta.unsigned_abs() * u128::from(BAR) / largest.max(1);
            "▇".repeat(usize::try_from(eighths).unwrap_or(0))
        };
        let mut lines: Vec<TabLine> = categories
            .iter()
            .map(|category| {
                let (from, to) = self.ordered(category.bytes);
                let delta = i128::from(to) - i128::from(from);
                self.line(
                    delta,
                    self.row(category.category.name(), &bar(delta), (from, to)),
                )
            })
            .collect();
        let sizes = self.ordered(self.comparison.analyses.as_ref().map(|one| one.size));
        let sum: i128 = sum_of(
            categories
                .iter()
                .map(|category| self.ordered(category.bytes)),
        );
        lines.push(self.line(sum, self.row("all categories", "", sizes)));
        let (from, to) = self.ordered(content.packages());
        lines.push(plain(
            "packages",
            format!("{from} → {to}{}", self.steps(content)),
        ));
        let layers = &self.comparison.layers;
        let all = self.images.map(|image| image.layers.len());
        let (from, to) = self.ordered(all);
        lines.push(plain(
            "layers",
            format!("{from} → {to}, {} shared", layers.shared),
        ));
        let (from, to) = self.ordered(content.setuid);
        let text = format!("{from} → {to} setuid or setgid files");
        lines.push(plain("setuid", text));
        lines
    }

    /// Returns the number of packages and a line for each that changed, the largest difference first.
    pub(super) fn packages(&self, content: ContentResult<'_>) -> Vec<TabLine> {
        let content = match content {
            Some(Ok(content)) => content,
            missing => return vec![plain("", waiting(missing))],
        };
        let packages = content
            .sides
            .as_ref()
            .map(|side| &side.content_analysis.packages);
        let (from, to) = self.ordered(packages.map(|packages| packages.list.len()));
        let mut lines = vec![plain(
            "",
            format!("{from} → {to} packages{}", self.steps(content)),
        )];
        let (left, right) = self.ordered(Sides::new(Side::Before, Side::After));
        for side in [left, right] {
            let notes = packages.get(side).notes.iter();
            lines.extend(notes.map(|note| plain(side.name(), escape::text(note).into_owned())));
        }
        let mut changes: Vec<(i128, PackageChange)> = content
            .why
            .packages
            .list
            .iter()
            .map(|change| {
                let bytes = change
                    .of(packages)
                    .map(|one| one.map_or(0, |one| one.bytes));
                let (from, to) = self.ordered(bytes);
                (i128::from(to) - i128::from(from), *change)
            })
            .collect();
        changes.sort_by_key(|(delta, _)| Reverse(delta.unsigned_abs()));
        lines.extend(changes.iter().map(|(delta, change)| {
            let sides = change.of(packages);
            let word = self.word(change.step);
            let text = format!("{word:<10} {}", named(self.ordered(sides)));
            let place = |side: Side| {
                let package = (*sides.get(side))?;
                let id = (*change.ids.get(side))?;
                let largest = content.largest(side, id);
                let node = largest.unwrap_or(package.location);
                self.comparison.rows.row_of(side, node)
            };
            let row = place(right).or(place(left));
            TabLine {
                change: match word {
                    "added" => Change::Added,
                    "removed" => Change::Removed,
                    _ => Change::Modified,
                },
                row,
                ..self.line(*delta, text)
            }
        }));
        lines
    }

    fn row(&self, name: &str, bar: &str, (from, to): (u64, u64)) -> String {
        let (from, to) = (self.size(from), self.size(to));
        format!("{name:<32} {bar:<10} {from:>9} → {to}")
    }

    /// Returns the number of packages by what happened to them, as the end of a sentence.
    fn steps(&self, content: &ContentComparison) -> String {
        let changes = &content.why.packages;
        let all = [
            PackageStep::Added,
            PackageStep::Removed,
            PackageStep::Upgraded,
            PackageStep::Downgraded,
            PackageStep::Changed,
        ];
        let counts = all.map(|step| {
            let of_step = changes.list.iter().filter(|change| change.step == step);
            (of_step.count(), self.word(step))
        });
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let mut words: Vec<String> = counts
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if changes.same > 0 {
            words.push(format!("{} unchanged", changes.same));
        }
        if words.is_empty() {
            String::new()
        } else {
            format!(": {}", words.join(", "))
        }
    }

    /// Returns the word for a step from the left side to the right.
    fn word(&self, step: PackageStep) -> &'static str {
        let turned = match step {
            PackageStep::Added => PackageStep::Removed,
            PackageStep::Removed => PackageStep::Added,
            PackageStep::Upgraded => PackageStep::Downgraded,
            PackageStep::Downgraded => PackageStep::Upgraded,
            PackageStep::Changed => PackageStep::Changed,
        };
        match self.left {
            Side::Before => step.name(),
            Side::After => turned.name(),
        }
    }

    fn ordered<T>(&self, sides: Sides<T>) -> (T, T) {
        match self.left {
            Side::Before => (sides.before, sides.after),
            Side::After => (sides.after, sides.before),
        }
    }

    fn size(&self, bytes: u64) -> String {
        human(bytes, self.units)
    }

    /// Returns a line that starts with a difference.
    fn line(&self, delta: i128, left: String) -> TabLine {
        let change = match delta {
            0 => Change::Unmodified,
            1.. => Change::Added,
            _ => Change::Removed,
        };
        TabLine {
            change,
            label: format!("{:>11}", signed(delta, self.units)),
            left,
            right: None,
            row: None,
        }
    }
}

/// The columns of the longest bar.
const BAR: u8 = 10;

/// Returns a line that starts with a word, or with nothing.
fn plain(label: &str, left: String) -> TabLine {
    TabLine {
        change: Change::Unmodified,
        label: format!("{label:>11}"),
        left,
        right: None,
        row: None,
    }
}

/// Returns the sum of differences.
fn sum_of(pairs: impl Iterator<Item = (u64, u64)>) -> i128 {
    pairs
        .map(|(from, to)| i128::from(to) - i128::from(from))
        .sum()
}

/// Returns a package with its version, or both versions.
fn named((left, right): (Option<&Package>, Option<&Package>)) -> String {
    let Some(package) = left.or(right) else {
        return String::new();
    };
    let versions = match (left, right) {
        (Some(left), Some(right)) => format!("{} → {}", left.version, right.version),
        _ => package.version.clone(),
    };
    let named = format!("{} {} {versions}", package.kind.name(), package.name);
    escape::text(&named).into_owned()
}

fn waiting(content: ContentResult<'_>) -> String {
    match content {
        Some(Err(why)) => escape::text(why).into_owned(),
        _ => "loading packages …".to_owned(),
    }
}
