//! Why two images differ, as lines: the causes, which sum exactly to the difference, packages in number and one by one. Whole folders are `top`'s.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::analysis::packages::Package;
use crate::bytes::{Units, human, signed};
use crate::compare::{Comparison, PackageChange, PackageStep, Side, Sides};
use crate::escape;
use crate::image::Image;
use crate::ui::loaded::content_analysis::ContentComparison;
use crate::ui::pane::Change;

use crate::ui::compare::top::TopLine;

/// What is asked of, and the way it is looked at.
pub(super) struct Asking<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) images: Sides<&'a Image>,
    /// The side at the left.
    pub(super) left: Side,
    pub(super) units: Units,
}

/// What is told, or why it is not; nothing while files are being read.
type ContentResult<'a> = Option<&'a Result<Arc<ContentComparison>, String>>;

impl Asking<'_> {
    /// Returns how many packages and how many setuid files there are; nothing until it is told.
    pub(super) fn counts(&self, told: ContentResult<'_>) -> Vec<String> {
        let Some(Ok(told)) = told else {
            return Vec::new();
        };
        let (from, to) = self.ordered(told.packages());
        let packages = format!("packages {from} → {to}");
        let (from, to) = self.ordered(told.setuid);
        vec![packages, format!("setuid {from} → {to}")]
    }

    /// Returns a line a cause, the largest difference first, then their sum, then packages, layers and setuid files in number.
    pub(super) fn why(&self, told: ContentResult<'_>) -> Vec<TopLine> {
        let told = match told {
            Some(Ok(told)) => told,
            untold => return vec![plain("", waiting(untold))],
        };
        let categories = &told.why.categories;
        let largest = categories
            .iter()
            .map(|category| category.delta().unsigned_abs());
        let largest = largest.max().unwrap_or(0);
        let bar = |delta: i128| {
            let eighths = delta.unsigned_abs() * u128::from(BAR) / largest.max(1);
            "▇".repeat(usize::try_from(eighths).unwrap_or(0))
        };
        let mut lines: Vec<TopLine> = categories
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
        lines.push(self.line(sum, self.row("in all", "", sizes)));
        let (from, to) = self.ordered(told.packages());
        lines.push(plain(
            "packages",
            format!("{from} → {to}{}", self.steps(told)),
        ));
        let layers = &self.comparison.layers;
        let all = self.images.map(|image| image.layers.len());
        let (from, to) = self.ordered(all);
        lines.push(plain(
            "layers",
            format!("{from} → {to}, {} shared", layers.shared),
        ));
        let (from, to) = self.ordered(told.setuid);
        let text = format!("{from} → {to} files that run as somebody else");
        lines.push(plain("setuid", text));
        lines
    }

    /// Returns how many there are and a line a package that is not the same, most bytes first.
    pub(super) fn packages(&self, told: ContentResult<'_>) -> Vec<TopLine> {
        let told = match told {
            Some(Ok(told)) => told,
            untold => return vec![plain("", waiting(untold))],
        };
        let packages = told
            .sides
            .as_ref()
            .map(|told| &told.content_analysis.packages);
        let (from, to) = self.ordered(packages.map(|packages| packages.list.len()));
        let mut lines = vec![plain(
            "",
            format!("{from} → {to} packages{}", self.steps(told)),
        )];
        let (left, right) = self.ordered(Sides::new(Side::Before, Side::After));
        for side in [left, right] {
            let notes = packages.get(side).notes.iter();
            lines.extend(notes.map(|note| plain(side.name(), escape::text(note).into_owned())));
        }
        let mut changes: Vec<(i128, PackageChange)> = told
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
                let largest = told.sides.get(side).largest(id);
                let node = largest.unwrap_or(package.place);
                self.comparison.rows.row_of(side, node)
            };
            let row = place(right).or(place(left));
            TopLine {
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

    /// Returns how many packages came, went and changed, in words after a number.
    fn steps(&self, told: &ContentComparison) -> String {
        let changes = &told.why.packages;
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
            words.push(format!("{} the same", changes.same));
        }
        if words.is_empty() {
            String::new()
        } else {
            format!(": {}", words.join(", "))
        }
    }

    /// Returns what happened from the left side to the right.
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

    /// Returns a line that a difference leads.
    fn line(&self, delta: i128, left: String) -> TopLine {
        let change = match delta {
            0 => Change::Unmodified,
            1.. => Change::Added,
            _ => Change::Removed,
        };
        TopLine {
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

/// Returns a line that a word leads, or nothing.
fn plain(label: &str, left: String) -> TopLine {
    TopLine {
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

/// Returns a package with its version, or with both.
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

fn waiting(told: ContentResult<'_>) -> String {
    match told {
        Some(Err(why)) => escape::text(why).into_owned(),
        _ => "still reading what is installed …".to_owned(),
    }
}
