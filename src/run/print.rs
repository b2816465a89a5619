//! The steps of a run without a screen, for one image or two: load, analyse, check rules, write the reports. Only the order is decided here.

use super::load::{LoadedBaseline, Loader, named_warnings, with_contents};
use super::select::selection;
use super::{print_warnings, scan, transfer};
use crate::analysis::{Analysis, Base, BaseHint, ContentAnalysis, missing_sentence};
use crate::bytes::{Units, count};
use crate::ci::{self, Acceptance, Rules, Verdict};
use crate::cli::{BaselineOption, InspectPlan, InspectedImages, SingleImage};
use crate::compare::{ContentChanges, Side, Sides};
use crate::escape;
use crate::failure::{Failure, RunOutcome};
use crate::image::Image;
use crate::load::{Cancel, Loaded, Request};
use crate::pair::Pair;
use crate::query::{QueryOptions, Selection, options_of};
use crate::report::{
    self, ComparisonFacts, Facts, ImageFacts, ImageTransfer, PairTransfer, Report,
};
use crate::scan::{Vulnerabilities, locate};

/// Prints and writes the reports of a plan.
pub(super) fn print(plan: &InspectPlan) -> Result<RunOutcome, Failure> {
    let loader = Loader::of(plan);
    let needs = Needs::of(plan);
    let images = LoadedImages::load(plan, &needs, &loader)?;
    let contents = images.content_analyses(&needs)?;
    let inputs = OptionInputs::load(plan, &needs, &images, &contents, &loader)?;
    let of_others = loader.finish();
    let verdict = images.verdict(&inputs, contents.first());
    print_warnings(
        plan.verbosity,
        &images.rule_warnings(contents.first(), verdict.as_ref()),
    );
    print_warnings(plan.verbosity, &image_warnings(&images.sides()));
    let shows_warnings = |report: &Report| report.format.shows_warnings();
    if !plan.reports.iter().any(shows_warnings) {
        for (image, _) in images.sides() {
            print_warnings(plan.verbosity, &named_warnings(image).collect::<Vec<_>>());
        }
    }
    print_warnings(plan.verbosity, &of_others);
    print_warnings(plan.verbosity, inputs.baseline.warning.as_slice());
    images.write(plan, &needs, &contents, &inputs, verdict.as_ref())?;
    images.outcome(verdict.as_ref())
}

/// The images of a plan, loaded and analysed.
enum LoadedImages<'a> {
    Single(LoadedImage<'a>),
    Comparison(Pair),
}

/// One image, loaded and analysed.
struct LoadedImage<'a> {
    single: &'a SingleImage,
    loaded: Loaded,
    hint: BaseHint,
    analysis: Analysis,
}

impl<'a> LoadedImages<'a> {
    fn load(plan: &'a InspectPlan, needs: &Needs, loader: &Loader<'_>) -> Result<Self, Failure> {
        match &plan.images {
            InspectedImages::Single(single) => {
                let request = with_contents(single.request(), needs.contents);
                let opened = loader.image(&request)?;
                // An engine that writes the image to standard input may not answer before that is read.
                let hint = loader.base_hint(&plan.base)?;
                let analysis = Analysis::of(&opened.image, &hint);
                Ok(Self::Single(LoadedImage {
                    single,
                    loaded: opened,
                    hint,
                    analysis,
                }))
            }
            InspectedImages::Comparison(requests) => {
                let hint = loader.base_hint(&plan.base)?;
                let requests: Sides<&Request> = (**requests).as_ref();
                let requests = requests.map(|request| with_contents(request, needs.contents));
                Ok(Self::Comparison(loader.pair(&requests, &hint)?))
            }
        }
    }

    /// Analyses the contents of each image, if they are needed.
    fn content_analyses(&self, needs: &Needs) -> Result<Vec<ContentAnalysis>, Failure> {
        if !needs.analysis {
            return Ok(Vec::new());
        }
        let cancel = Cancel::default();
        Ok(match self {
            Self::Single(one) => {
                let content = one
                    .loaded
                    .content_analysis(&one.analysis, &cancel, |_, _| {});
                vec![content?]
            }
            Self::Comparison(pair) => {
                let Sides { before, after } = pair.content_analyses(&cancel)?;
                vec![before, after]
            }
        })
    }

    /// Returns each image with its base.
    fn sides(&self) -> Vec<(&Image, &Base)> {
        match self {
            Self::Single(one) => vec![(&*one.loaded.image, &one.analysis.base)],
            Self::Comparison(pair) => {
                let (images, analyses) = (pair.images(), &pair.comparison.analyses);
                let side = |side| (*images.get(side), &analyses.get(side).base);
                Side::BOTH.map(side).into()
            }
        }
    }

    /// Returns the rules that the image is checked against.
    fn rules(&self) -> Option<&'a Rules> {
        match self {
            Self::Single(one) => one.single.rules.as_ref(),
            Self::Comparison(_) => None,
        }
    }

    /// Checks the image against its rules.
    fn verdict(
        &self,
        inputs: &OptionInputs<'_>,
        content: Option<&ContentAnalysis>,
    ) -> Option<Verdict> {
        let Self::Single(one) = self else {
            return None;
        };
        Some(ci::judge(
            self.rules()?,
            &one.loaded.image,
            &one.analysis,
            inputs.baseline.numbers.as_ref(),
            inputs.vulnerabilities.first(),
            content.map(|content| &content.findings),
        ))
    }

    /// Returns the warnings of a checked image: layers whose packages are unknown, accepted findings that no longer occur, and globs that match no file.
    fn rule_warnings(
        &self,
        content: Option<&ContentAnalysis>,
        verdict: Option<&Verdict>,
    ) -> Vec<String> {
        let needs_findings = self.rules().is_some_and(Rules::needs_findings);
        let content = content.filter(|_| needs_findings);
        let notes = content.map(|content| content.packages.notes.iter().cloned());
        let unused = verdict.iter().flat_map(|verdict| &verdict.unused_accepts);
        notes
            .into_iter()
            .flatten()
            .chain(unused.map(Acceptance::unused))
            .chain(verdict.iter().flat_map(|verdict| verdict.warnings.clone()))
            .collect()
    }

    /// Writes the reports.
    fn write(
        &self,
        plan: &InspectPlan,
        needs: &Needs,
        contents: &[ContentAnalysis],
        inputs: &OptionInputs<'_>,
        verdict: Option<&Verdict>,
    ) -> Result<(), Failure> {
        let units = plan.config.units;
        match self {
            Self::Single(one) => {
                let content = contents.first();
                let query = inputs.query(&one.loaded.image, content);
                let growth = inputs.growth.as_ref().map(|growth| growth.facts(units));
                let facts = ImageFacts {
                    image: &one.loaded.image,
                    analysis: &one.analysis,
                    content_analysis: content.filter(|_| needs.reported),
                    selection: inputs.selection.as_ref(),
                    query: &query,
                    changes: one.single.changes,
                    verdict,
                    rules: self.rules(),
                    growth: growth.as_ref(),
                    source: &one.single.source,
                    transfer: inputs.transfer.as_ref(),
                    vulnerabilities: inputs.vulnerabilities.first(),
                    units,
                };
                report::write(&plan.reports, Facts::One(&facts), plan.colours)
            }
            Self::Comparison(pair) => {
                let contents = both(contents).filter(|_| needs.reported);
                let why = contents
                    .map(|contents| ContentChanges::of(&pair.comparison, pair.images(), contents));
                let facts = ComparisonFacts {
                    images: pair.images(),
                    comparison: &pair.comparison,
                    transfer: inputs.pair_transfer.as_ref(),
                    why: contents.zip(why.as_ref()),
                    vulnerabilities: both(&inputs.vulnerabilities),
                    units,
                };
                report::write(&plan.reports, Facts::Two(&facts), plan.colours)
            }
        }
    }

    /// Returns the outcome of the run: the verdict's in a check, else success. A difference between two images is not a failure.
    fn outcome(&self, verdict: Option<&Verdict>) -> Result<RunOutcome, Failure> {
        match (self, verdict) {
            (Self::Single(one), Some(verdict)) if one.single.gate => {
                outcome(verdict, one.loaded.image.about.shallow)
            }
            _ => Ok(RunOutcome::Done),
        }
    }
}

/// What the options of a plan add to its images.
#[derive(Default)]
struct OptionInputs<'a> {
    /// The files that the query of one image selects.
    selection: Option<Selection>,
    /// The baseline of one image.
    baseline: LoadedBaseline,
    growth: Option<BaselineGrowth<'a>>,
    /// The transfer of one image.
    transfer: Option<ImageTransfer>,
    /// The transfer of two images.
    pair_transfer: Option<PairTransfer>,
    /// The vulnerabilities of each image, if it was scanned.
    vulnerabilities: Vec<Vulnerabilities>,
}

impl<'a> OptionInputs<'a> {
    fn load(
        plan: &InspectPlan,
        needs: &Needs,
        images: &LoadedImages<'_>,
        contents: &'a [ContentAnalysis],
        loader: &Loader<'_>,
    ) -> Result<Self, Failure> {
        let mut inputs = Self::default();
        match images {
            LoadedImages::Single(one) => {
                let (single, content) = (one.single, contents.first());
                if let Some(query) = &single.query {
                    let selected = selection(query, &one.loaded.image, &one.analysis, content)?;
                    inputs.selection = Some(selected);
                }
                let (option, rules) = (single.baseline.as_ref(), single.rules.as_ref());
                inputs.baseline = loader.baseline(option, rules, needs.growth)?;
                let before = inputs.baseline.loaded.take();
                if let Some((before, content)) = before.zip(content).filter(|_| needs.growth) {
                    let growth = BaselineGrowth::of(before, &one.loaded, content, &one.hint)?;
                    inputs.growth = Some(growth);
                }
                inputs.transfer = transfer::of_image(plan.transfer.as_ref(), &one.loaded, loader)?;
            }
            LoadedImages::Comparison(pair) => {
                let option = plan.transfer.as_ref();
                inputs.pair_transfer = option.map(|option| transfer::of_pair(option, pair));
            }
        }
        inputs.vulnerabilities = vulnerabilities(plan, &images.sides(), contents)?;
        Ok(inputs)
    }

    /// Returns the options of a command line that select the same files; empty if none do.
    fn query(&self, image: &Image, content: Option<&ContentAnalysis>) -> String {
        let selection = self.selection.as_ref();
        let options = selection.and_then(|it| options_of(it.query(), image, content));
        options.map_or_else(String::new, |(options, _)| options.join(" "))
    }
}

/// Returns the outcome of a check.
fn outcome(verdict: &Verdict, shallow: bool) -> Result<RunOutcome, Failure> {
    if verdict.passed() {
        Ok(RunOutcome::Done)
    } else if verdict.count(ci::RuleOutcome::Failed) > 0 {
        Ok(RunOutcome::RuleFailed)
    } else {
        Err(without_verdict(verdict, shallow))
    }
}

/// The comparison of a checked image with the image that is its baseline.
struct BaselineGrowth<'a> {
    pair: Pair,
    baseline_content: ContentAnalysis,
    content: &'a ContentAnalysis,
    why: ContentChanges,
}

impl<'a> BaselineGrowth<'a> {
    fn of(
        before: Loaded,
        after: &Loaded,
        content: &'a ContentAnalysis,
        hint: &BaseHint,
    ) -> Result<Self, Failure> {
        let cancel = Cancel::default();
        let pair = Pair::of(Sides::new(before, after.clone()), hint, &cancel)?;
        let analysis = &pair.comparison.analyses.before;
        let baseline = &pair.loaded.before;
        let baseline_content = baseline.content_analysis(analysis, &cancel, |_, _| {})?;
        let contents = Sides::new(&baseline_content, content);
        let why = ContentChanges::of(&pair.comparison, pair.images(), contents);
        Ok(Self {
            pair,
            baseline_content,
            content,
            why,
        })
    }

    fn facts(&self, units: Units) -> ComparisonFacts<'_> {
        ComparisonFacts {
            images: self.pair.images(),
            comparison: &self.pair.comparison,
            transfer: None,
            why: Some((Sides::new(&self.baseline_content, self.content), &self.why)),
            vulnerabilities: None,
            units,
        }
    }
}

/// Returns the failure of a run whose rules cannot be checked, for the first of them.
fn without_verdict(verdict: &Verdict, shallow: bool) -> Failure {
    let mut rules = verdict.unknown();
    let message = rules.next().map_or_else(String::new, |first| {
        let more = match rules.count() {
            0 => String::new(),
            more => format!(" and {}", count(more as u64, "more rule", "more rules")),
        };
        let name = first.id.name();
        format!("{name}{more} cannot be checked: {}", first.why)
    });
    if shallow {
        return Failure::new(message).hint("omit --shallow, or disable the rules");
    }
    Failure::new(message).hint(
        "use an archive with all layers, or disable the rules; with `layers: own`, rules that dive does not have check own layers only",
    )
}

/// Returns the two values of a list, if it has two.
const fn both<T>(list: &[T]) -> Option<Sides<&T>> {
    match list {
        [before, after] => Some(Sides { before, after }),
        _ => None,
    }
}

/// Returns the vulnerabilities of each image that has a scan and a content analysis.
fn vulnerabilities(
    plan: &InspectPlan,
    sides: &[(&Image, &Base)],
    contents: &[ContentAnalysis],
) -> Result<Vec<Vulnerabilities>, Failure> {
    let scans = scan::scans(plan)?.into_iter();
    let scanned = scans.zip(sides).zip(contents);
    let located = scanned
        .map(|((scan, (image, base)), content)| locate(scan, image, base, &content.packages));
    Ok(located.collect())
}

/// What the reports, the rules and the options of a plan need beyond the image itself.
#[expect(clippy::struct_excessive_bools, reason = "each is one need")]
struct Needs {
    /// Whether a report shows the content analysis.
    reported: bool,
    /// Whether there must be a content analysis: for a report, a rule, a comparison with the baseline or a scan.
    analysis: bool,
    /// Whether a report compares the image with the one that is its baseline.
    growth: bool,
    /// Whether contents are read after loading.
    contents: bool,
}

impl Needs {
    fn of(plan: &InspectPlan) -> Self {
        let (reported, rules, selected, growth) = match &plan.images {
            InspectedImages::Single(image) => {
                let shows = |report: &Report| report.format.needs_content_analysis(image.gate);
                let query = image.query.as_ref();
                let selected = query.is_some_and(QueryOptions::need_content_analysis);
                let reported = plan.reports.iter().any(shows);
                let against = matches!(image.baseline, Some(BaselineOption::Image { .. }));
                let shows_growth = |report: &Report| report.format.shows_growth();
                let growth = against && plan.reports.iter().any(shows_growth);
                (reported, image.rules.as_ref(), selected, growth)
            }
            // Every report of a comparison shows the content analysis.
            InspectedImages::Comparison(_) => (!plan.reports.is_empty(), None, false, false),
        };
        let judged = rules.is_some_and(Rules::needs_findings);
        let analysis = reported || judged || selected || growth || plan.scan.is_some();
        Self {
            reported,
            analysis,
            growth,
            contents: analysis || plan.transfer.is_some(),
        }
    }
}

/// Returns a warning for each image with missing layers, or whose base does not match the options.
fn image_warnings(sides: &[(&Image, &Base)]) -> Vec<String> {
    let warnings = |(image, base): &(&Image, &Base)| {
        let name = escape::text(&image.about.reference).into_owned();
        let warnings = [missing_sentence(image), base.warning()];
        let warnings = warnings.into_iter().flatten();
        warnings.map(move |warning| format!("{name}: {warning}"))
    };
    sides.iter().flat_map(warnings).collect()
}
