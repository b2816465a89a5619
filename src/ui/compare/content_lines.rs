//! The lines that explain a difference: categories, which add up to it exactly, and packages. `tabs` lists the folders.

use std::cmp::Reverse;
use std::sync::Arc;

use crate::analysis::findings::{Finding, FindingKind, FindingLevel, Saving};
use crate::analysis::packages::Package;
use crate::bytes::{Units, human, signed, thousands};
use crate::compare::{
    CategoryDelta, Comparison, FindingChange, LayerShare, PackageChange, PackageStep, Side, Sides,
};
use crate::escape;
use crate::image::{Image, LayerId};
use crate::query::{Condition, PackageFilter, Query};
use crate::ui::loaded::content_analysis::{ContentComparison, ContentSummary};
use crate::ui::loaded::job_result::JobResult;
use crate::ui::pane::StatusKind;

use crate::ui::compare::tabs::{CompareTab, LineTarget, TabLine, WaterfallBar, layer_text};

/// The comparison with the units of its sizes.
pub(super) struct ContentLines<'a> {
    pub(super) comparison: &'a Comparison,
    pub(super) images: Sides<&'a Image>,
    pub(super) units: Units,
}

/// The comparison of both content analyses, or why there is none; `None` while they are loading.
type ContentResult<'a> = Option<&'a JobResult<Arc<ContentComparison>>>;

impl ContentLines<'_> {
    /// Returns the number of packages and of setuid files; empty while they are loading.
    pub(super) fn counts(&self, content: ContentResult<'_>) -> Vec<String> {
        let Some(Ok(content)) = content else {
            return Vec::new();
        };
        let packages = self.counted(content.packages());
        let setuid = self.counted(content.setuid);
        vec![format!("packages {packages}"), format!("setuid {setuid}")]
    }

    /// Returns the waterfall: the size before, a line for each category, the largest difference first, and the size after; then the findings and
    /// savings that only one image has, and the number of packages, layers and setuid files. Categories without a difference are left out unless `shows_same`.
    pub(super) fn why(&self, content: ContentResult<'_>, shows_same: bool) -> Vec<TabLine> {
        let content = match content {
            Some(Ok(content)) => content,
            missing => return vec![TabLine::plain("", waiting(missing))],
        };
        let mut lines = self.waterfall(content, shows_same);
        lines.extend(self.findings(content));
        let counted = self.counted(content.packages());
        let steps = self.steps(content);
        lines.push(TabLine {
            opens: Some(LineTarget::Tab(CompareTab::Packages)),
            ..TabLine::plain("packages", format!("{counted}{steps}"))
        });
        let layers = &self.comparison.layers;
        let all = self.images.map(|image| image.layers.len());
        let shared = format!("{} → {}, {} shared", all.before, all.after, layers.shared);
        lines.push(TabLine {
            opens: Some(LineTarget::Tab(CompareTab::Layers)),
            ..TabLine::plain("layers", shared)
        });
        let text = format!("{} setuid or setgid files", self.counted(content.setuid));
        lines.push(TabLine {
            opens: Self::setuid_files(content),
            ..TabLine::plain("setuid", text)
        });
        lines
    }

    /// Returns the setuid and setgid files of both images; `None` if neither has a finding about them.
    fn setuid_files(content: &ContentComparison) -> Option<LineTarget> {
        let queries = content.sides.as_ref().map(|side| {
            let mut list = side.content_analysis.findings.list.iter();
            let at = list.position(|finding| finding.kind == FindingKind::Setuid)?;
            Some(Query::of(Condition::Finding(at)))
        });
        queries.before.as_ref().or(queries.after.as_ref())?;
        Some(LineTarget::Query {
            words: FindingKind::Setuid.title().to_owned(),
            queries,
        })
    }

    /// Returns the dangers that only the image after has: findings of level error, by title.
    pub(super) fn dangers(content: ContentResult<'_>) -> Vec<String> {
        let Some(Ok(content)) = content else {
            return Vec::new();
        };
        let list = &content.sides.after.content_analysis.findings.list;
        let new = content.why.findings.only.after.iter().map(|&at| &list[at]);
        let new = new.filter(|finding| finding.level == FindingLevel::Error);
        let words = |finding: &Finding| format!("‼ {} in after", finding.kind.title());
        new.map(words).collect()
    }

    /// Returns a line for each finding that only one image has: the new ones first, then the resolved ones, errors, then savings, then others; last the savings
    /// that both have with other bytes, the largest difference first.
    fn findings(&self, content: &ContentComparison) -> Vec<TabLine> {
        let lists = content.sides.as_ref();
        let lists = lists.map(|side| &side.content_analysis.findings.list[..]);
        let line = |change| match change {
            FindingChange::Only(side, at, finding) => self.only(content, side, at, finding),
            FindingChange::Changed(at, pair) => self.changed_saving(lists, at, pair),
        };
        content.why.findings.each(lists).map(line).collect()
    }

    /// Returns the line of a finding that only one image has.
    fn only(
        &self,
        content: &ContentComparison,
        side: Side,
        at: usize,
        finding: &Finding,
    ) -> TabLine {
        let (label, change) = match side {
            Side::Before => ("resolved", StatusKind::Added),
            Side::After => ("new", StatusKind::Modified),
        };
        let why = escape::text(&finding.why).into_owned();
        let title = finding.kind.title();
        let overlap = self.overlap(content.sides.get(side), at);
        let query = Query::of(Condition::Finding(at));
        let queries = match side {
            Side::Before => Sides::new(Some(query), None),
            Side::After => Sides::new(None, Some(query)),
        };
        TabLine {
            change,
            opens: (!finding.claims.is_empty()).then(|| LineTarget::Query {
                words: title.to_owned(),
                queries,
            }),
            ..TabLine::plain(
                label,
                format!("{}{title}{overlap}: {why}", self.weight(finding)),
            )
        }
    }

    /// Returns what a finding saves, `saving 1.2 GB, `; of one that saves nothing, its level.
    fn weight(&self, finding: &Finding) -> String {
        match (finding.level, finding.bytes) {
            (FindingLevel::Error, _) | (_, 0) => format!("{} ", finding.level.name()),
            (_, bytes) => format!("saving {}, ", human(bytes, self.units)),
        }
    }

    /// Returns which bytes of a saving the larger ones of its image also save, in parentheses; empty if none.
    fn overlap(&self, content: &ContentSummary, at: usize) -> String {
        let list = &content.content_analysis.findings.list;
        let saving = Saving::of(&content.savings, at);
        let overlap = saving.and_then(|saving| saving.overlap(list));
        overlap.map_or_else(String::new, |overlap| {
            format!(" ({})", overlap.text(self.units))
        })
    }

    /// Returns the line of a saving that both images have with other bytes.
    fn changed_saving(
        &self,
        lists: Sides<&[Finding]>,
        at: Sides<usize>,
        pair: Sides<&Finding>,
    ) -> TabLine {
        let bytes = pair.map(|finding| finding.bytes);
        let (label, change) = match bytes {
            Sides { before, after } if before > after => ("smaller", StatusKind::Added),
            _ => ("larger", StatusKind::Modified),
        };
        let kind = pair.before.kind;
        let is_one = Side::BOTH.into_iter().all(|side| {
            let same = lists
                .get(side)
                .iter()
                .filter(|finding| finding.kind == kind);
            same.count() == 1
        });
        // Several ones of a kind are about different layers.
        let layers = pair.map(|finding| finding.layer.map(LayerId::short_name));
        let layers = match (is_one, layers.before, layers.after) {
            (false, Some(before), Some(after)) if before == after => format!(" in {before}"),
            (false, Some(before), Some(after)) => format!(" in {before} → {after}"),
            _ => String::new(),
        };
        let title = format!("{}{layers}", kind.title());
        let [from, to] = [bytes.before, bytes.after].map(|bytes| human(bytes, self.units));
        TabLine {
            change,
            opens: Some(LineTarget::Query {
                words: title.clone(),
                queries: at.map(|at| Some(Query::of(Condition::Finding(at)))),
            }),
            ..TabLine::plain(label, format!("saving {from} → {to}, {title}"))
        }
    }

    fn waterfall(&self, content: &ContentComparison, shows_same: bool) -> Vec<TabLine> {
        let sizes = self.comparison.analyses.as_ref().map(|one| one.size);
        let categories = content.why.categories.iter();
        let changed = categories.filter(|category| shows_same || category.delta() != 0);
        // Where each bar starts and ends; the causes sum to the difference.
        let mut at = sizes.before;
        let causes: Vec<(&CategoryDelta, u64)> = changed
            .map(|category| {
                let start = at;
                let Sides { before, after } = category.bytes;
                at = at.saturating_add(after).saturating_sub(before);
                (category, start)
            })
            .collect();
        let starts = causes.iter().map(|(_, start)| *start);
        let longest = starts.chain([sizes.before, sizes.after]).max().unwrap_or(0);
        let end = |side: Side, bytes: u64, words: &str| TabLine {
            waterfall_bar: Some(WaterfallBar {
                category: None,
                range: (0, bytes),
                longest,
            }),
            ..TabLine::plain(&self.sum(side, bytes), format!("{}{words}", side.name()))
        };
        let words = ", hidden bytes included";
        let mut lines = vec![end(Side::Before, sizes.before, words)];
        lines.extend(causes.into_iter().map(|(category, start)| {
            let delta = category.delta();
            let end = i128::from(start) + delta;
            let name = category.category.name();
            let query = Some(Query::of(Condition::Category(category.category)));
            let words = if self.comparison.is_exact {
                signed(delta, self.units)
            } else {
                "unknown".to_owned()
            };
            TabLine {
                waterfall_bar: Some(WaterfallBar {
                    category: Some(category.category),
                    range: (start, u64::try_from(end).unwrap_or(0)),
                    longest,
                }),
                layer: self.responsible(content, category),
                opens: Some(LineTarget::Query {
                    words: name.to_owned(),
                    queries: Sides::new(query.clone(), query),
                }),
                delta: Some(delta),
                ..TabLine::plain(&words, self.sizes(category.bytes))
            }
        }));
        lines.push(end(Side::After, sizes.after, words));
        lines
    }

    /// Returns the layer responsible for the difference of a category: of the image that has more, the one that stores most of what the other image lacks, as
    /// `L2 apt-get install …`, with its share if others store some too, and as `L2`. Empty where nothing is lacking.
    fn responsible(&self, content: &ContentComparison, category: &CategoryDelta) -> [String; 3] {
        let side = match category.bytes {
            Sides { before, after } if before >= after => Side::Before,
            _ => Side::After,
        };
        let bytes = content.changed.get(side).iter();
        let bytes = bytes.map(|layer| layer[category.category as usize]);
        let layer = LayerShare::most(side, bytes);
        layer_text(self.comparison, self.images, layer)
    }

    /// Returns the number of packages and a line for each that changed, the largest difference first.
    pub(super) fn packages(&self, content: ContentResult<'_>) -> Vec<TabLine> {
        let content = match content {
            Some(Ok(content)) => content,
            missing => return vec![TabLine::plain("", waiting(missing))],
        };
        let packages = content
            .sides
            .as_ref()
            .map(|side| &side.content_analysis.packages);
        let counted = self.counted(packages.map(|packages| packages.list.len()));
        let steps = self.steps(content);
        let mut lines = vec![TabLine::plain("", format!("{counted} packages{steps}"))];
        for side in Side::BOTH {
            let notes = packages.get(side).notes.iter();
            let notes = notes.map(|note| escape::text(note).into_owned());
            lines.extend(notes.map(|note| TabLine::plain(side.name(), note)));
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
                let delta = i128::from(bytes.after) - i128::from(bytes.before);
                (delta, *change)
            })
            .collect();
        changes.sort_by_key(|(delta, _)| Reverse(delta.unsigned_abs()));
        let line =
            |(delta, change): &(i128, PackageChange)| self.package_change(content, change, *delta);
        lines.extend(changes.iter().map(line));
        lines
    }

    /// Returns the line of a package that changed. It opens the package's files, or where its record is.
    fn package_change(
        &self,
        content: &ContentComparison,
        change: &PackageChange,
        delta: i128,
    ) -> TabLine {
        let packages = content.sides.as_ref();
        let sides = change.of(packages.map(|side| &side.content_analysis.packages));
        let text = format!("{:<10} {}", change.step.name(), named(sides));
        let place = |side: Side| {
            let package = (*sides.get(side))?;
            let id = (*change.ids.get(side))?;
            let largest = content.largest(side, id);
            let node = largest.unwrap_or(package.location);
            self.comparison.rows.row_of(side, node)
        };
        let row = place(Side::After).or(place(Side::Before));
        let row = row.map(LineTarget::Row);
        let queries = change.ids.map(|id| {
            let owner = id.map(PackageFilter::Package);
            owner.map(|owner| Query::of(owner.into()))
        });
        let files = |side: Side| sides.get(side).is_some_and(|package| package.files > 0);
        let owns_files = files(Side::Before) || files(Side::After);
        let files = LineTarget::Query {
            words: named(sides),
            queries,
        };
        TabLine {
            change: match change.step {
                PackageStep::Added => StatusKind::Added,
                PackageStep::Removed => StatusKind::Removed,
                PackageStep::Upgraded | PackageStep::Downgraded | PackageStep::Changed => {
                    StatusKind::Modified
                }
            },
            opens: if owns_files { Some(files) } else { row },
            ..TabLine::of_delta(delta, self.units, text)
        }
    }

    /// Returns a number of things in each image.
    fn counted(&self, numbers: Sides<usize>) -> String {
        let counted = |side: Side| {
            let amount = self.comparison.amount(side, *numbers.get(side) as u64);
            amount.count()
        };
        format!("{} → {}", counted(Side::Before), counted(Side::After))
    }

    /// Returns a sum over all layers of each image, the one before right-aligned.
    fn sizes(&self, bytes: Sides<u64>) -> String {
        let sum = |side: Side| self.sum(side, *bytes.get(side));
        format!("{:>9} → {}", sum(Side::Before), sum(Side::After))
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
            (of_step.count(), step.name())
        });
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let number = |count: usize| thousands(count as u64);
        let mut words: Vec<String> = counts
            .map(|(count, word)| format!("{} {word}", number(count)))
            .collect();
        if changes.same > 0 {
            words.push(format!("{} unchanged", number(changes.same)));
        }
        if words.is_empty() {
            String::new()
        } else {
            format!(": {}{}", words.join(", "), self.comparison.scope())
        }
    }

    /// Returns a sum over the layers of an image: a lower bound when one is missing.
    fn sum(&self, side: Side, bytes: u64) -> String {
        self.comparison.amount(side, bytes).bytes(self.units)
    }
}

/// Returns a package with its version, or both versions.
fn named(sides: Sides<Option<&Package>>) -> String {
    let Sides { before, after } = sides;
    let Some(package) = before.or(after) else {
        return String::new();
    };
    let versions = match (before, after) {
        (Some(before), Some(after)) => format!("{} → {}", before.version, after.version),
        _ => package.version.clone(),
    };
    let named = format!("{} {} {versions}", package.kind.name(), package.name);
    escape::text(&named).into_owned()
}

fn waiting(content: ContentResult<'_>) -> String {
    match content {
        Some(Err(why)) => escape::text(&why.one_line()).into_owned(),
        _ => "loading packages …".to_owned(),
    }
}
