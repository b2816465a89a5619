//! The steps of a run without a screen, for one image or two: load, analyse, check rules, write the reports. Only the order is decided here.

use super::load::{Loader, with_contents};
use super::select::selection;
use super::{print_warnings, scan, transfer};
use crate::analysis::{Analysis, Base, BaseHint, ContentAnalysis, missing_sentence};
use crate::bytes::{Units, count};
use crate::ci::{self, Acceptance, Rules, Verdict};
use crate::cli::{BaselineOption, InspectPlan, OneOrTwo, SingleImage};
use crate::compare::{ContentChanges, Side, Sides};
use crate::escape;
use crate::failure::{Failure, RunOutcome};
use crate::image::Image;
use crate::load::{Cancel, Loaded, Request};
use crate::pair::Pair;
use crate::query::{QueryOptions, options_of};
use crate::report::{self, ComparisonFacts, Facts, ImageFacts, Report};
use crate::scan::{Vulnerabilities, locate};

/// Prints and writes the reports of a plan.
pub(super) fn print(plan: &InspectPlan) -> Result<RunOutcome, Failure> {
    let images = Loader::of(plan);
    let needs = Needs::of(plan);
    let loaded = LoadedImages::load(plan, &needs, &images)?;
    let contents = if needs.analysis {
        loaded.content_analyses()?
    } else {
        Vec::new()
    };
    match &loaded {
        LoadedImages::One(one) => report_one(plan, one, &needs, contents.first(), images),
        LoadedImages::Two(pair) => report_two(plan, pair, &needs, &contents, images),
    }
}

/// The images of a plan, loaded and analysed.
enum LoadedImages<'a> {
    One(LoadedImage<'a>),
    Two(Pair),
}

/// One image, loaded and analysed.
struct LoadedImage<'a> {
    single: &'a SingleImage,
    loaded: Loaded,
    hint: BaseHint,
    analysis: Analysis,
}

impl<'a> LoadedImages<'a> {
    fn load(plan: &'a InspectPlan, needs: &Needs, images: &Loader<'_>) -> Result<Self, Failure> {
        match &plan.images {
            OneOrTwo::One(single) => {
                let request = with_contents(single.request(), needs.contents);
                let loaded = images.image(&request)?;
                // An engine that writes the image to standard input may not answer before that is read.
                let hint = images.base_hint(&plan.base)?;
                let analysis = Analysis::of(&loaded.image, &hint);
                Ok(Self::One(LoadedImage {
                    single,
                    loaded,
                    hint,
                    analysis,
                }))
            }
            OneOrTwo::Two(requests) => {
                let hint = images.base_hint(&plan.base)?;
                let requests: Sides<&Request> = (**requests).as_ref();
                let requests = requests.map(|request| with_contents(request, needs.contents));
                Ok(Self::Two(images.pair(&requests, &hint)?))
            }
        }
    }

    /// Analyses the contents of each image.
    fn content_analyses(&self) -> Result<Vec<ContentAnalysis>, Failure> {
        let cancel = Cancel::default();
        Ok(match self {
            Self::One(one) => {
                let content = one
                    .loaded
                    .content_analysis(&one.analysis, &cancel, |_, _| {});
                vec![content?]
            }
            Self::Two(pair) => {
                let Sides { before, after } = pair.content_analyses(&cancel)?;
                vec![before, after]
            }
        })
    }
}

/// What one image needs beyond that: the query, the baseline, the transfer, the rules. The outcome is that of the rules.
fn report_one(
    plan: &InspectPlan,
    one: &LoadedImage<'_>,
    needs: &Needs,
    content: Option<&ContentAnalysis>,
    images: Loader<'_>,
) -> Result<RunOutcome, Failure> {
    let LoadedImage {
        single,
        loaded,
        hint,
        analysis,
    } = one;
    let image = &*loaded.image;
    let words = single.query.as_ref();
    let selection = words.map(|words| selection(words, image, analysis, content));
    let selection = selection.transpose()?;
    let query = selection.as_ref();
    let query = query.and_then(|selection| options_of(selection.query(), image, content));
    let query = query.map_or_else(String::new, |(options, _)| options.join(" "));
    let rules = single.rules.as_ref();
    let baseline = images.baseline(single.baseline.as_ref(), rules, needs.growth)?;
    let growth = baseline.loaded.zip(content).filter(|_| needs.growth);
    let growth = growth.map(|(before, content)| BaselineGrowth::of(before, loaded, content, hint));
    let growth = growth.transpose()?;
    let transfer = transfer::of_image(plan.transfer.as_ref(), loaded, &images)?;
    let sides = [(image, &analysis.base)];
    let vulnerabilities = vulnerabilities(plan, &sides, content)?.into_iter().next();
    drop(images);

    let findings = content.map(|content| &content.findings);
    let verdict = rules.map(|rules| {
        ci::judge(
            rules,
            image,
            analysis,
            baseline.numbers.as_ref(),
            vulnerabilities.as_ref(),
            findings,
        )
    });
    let content_is_judged = rules.is_some_and(Rules::needs_findings);
    let judged = content.filter(|_| content_is_judged);
    print_warnings(plan.verbosity, &warnings(judged, verdict.as_ref()));
    print_warnings(plan.verbosity, &image_warnings(&sides));
    print_warnings(plan.verbosity, baseline.warning.as_slice());

    let growth = growth
        .as_ref()
        .map(|growth| growth.facts(plan.config.units));
    let facts = ImageFacts {
        image,
        analysis,
        content_analysis: content.filter(|_| needs.reported),
        selection: selection.as_ref(),
        query: &query,
        changes: single.changes,
        verdict: verdict.as_ref(),
        rules,
        growth: growth.as_ref(),
        source: &single.source,
        transfer: transfer.as_ref(),
        vulnerabilities: vulnerabilities.as_ref(),
        units: plan.config.units,
    };
    report::write(&plan.reports, Facts::One(&facts), plan.colours)?;
    let verdict = verdict.as_ref().filter(|_| single.gate);
    outcome(verdict, image.about.shallow)
}

/// Returns the outcome of a run with the verdict that decides it, if one does.
fn outcome(verdict: Option<&Verdict>, shallow: bool) -> Result<RunOutcome, Failure> {
    match verdict {
        Some(verdict) if verdict.passed() => Ok(RunOutcome::Done),
        Some(verdict) if verdict.count(ci::RuleOutcome::Failed) > 0 => Ok(RunOutcome::RuleFailed),
        Some(verdict) => Err(without_verdict(verdict, shallow)),
        None => Ok(RunOutcome::Done),
    }
}

/// What a checked image has more and less than the image that is its baseline.
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
        let why = ContentChanges::of(Sides::new(&baseline_content, content));
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

/// What two images need beyond that: the transfer, and why their contents differ. A difference is not a failure.
fn report_two(
    plan: &InspectPlan,
    pair: &Pair,
    needs: &Needs,
    contents: &[ContentAnalysis],
    loader: Loader<'_>,
) -> Result<RunOutcome, Failure> {
    let option = plan.transfer.as_ref();
    let transfer = option.map(|option| transfer::of_pair(option, pair));
    let (images, analyses) = (pair.images(), &pair.comparison.analyses);
    let sides = Side::BOTH.map(|side| (*images.get(side), &analyses.get(side).base));
    let vulnerabilities = vulnerabilities(plan, &sides, contents)?;
    drop(loader);

    print_warnings(plan.verbosity, &image_warnings(&sides));
    let contents = both(contents).filter(|_| needs.reported);
    let why = contents.map(ContentChanges::of);
    let facts = ComparisonFacts {
        images,
        comparison: &pair.comparison,
        transfer: transfer.as_ref(),
        why: contents.zip(why.as_ref()),
        vulnerabilities: both(&vulnerabilities),
        units: plan.config.units,
    };
    report::write(&plan.reports, Facts::Two(&facts), plan.colours)?;
    Ok(RunOutcome::Done)
}

/// Returns the two values of a list, if it has two.
const fn both<T>(list: &[T]) -> Option<Sides<&T>> {
    match list {
        [before, after] => Some(Sides { before, after }),
        _ => None,
    }
}

/// Returns the vulnerabilities of each image that has a scan and a content analysis.
fn vulnerabilities<'a>(
    plan: &InspectPlan,
    sides: &[(&Image, &Base)],
    contents: impl IntoIterator<Item = &'a ContentAnalysis>,
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
            OneOrTwo::One(image) => {
                let shows = |report: &Report| report.format.needs_content_analysis(image.gate);
                let words = image.query.as_ref();
                let selected = words.is_some_and(QueryOptions::need_content_analysis);
                let reported = plan.reports.iter().any(shows);
                let against = matches!(image.baseline, Some(BaselineOption::Image { .. }));
                let shows_growth = |report: &Report| report.format.shows_growth();
                let growth = against && plan.reports.iter().any(shows_growth);
                (reported, image.rules.as_ref(), selected, growth)
            }
            // Every report of a comparison shows the content analysis.
            OneOrTwo::Two(_) => (!plan.reports.is_empty(), None, false, false),
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

/// Returns the warnings of a checked image: layers whose packages are unknown, accepted findings that no longer occur, and globs that match no file.
fn warnings(content_analysis: Option<&ContentAnalysis>, verdict: Option<&Verdict>) -> Vec<String> {
    let notes = content_analysis.map(|content| content.packages.notes.iter().cloned());
    let unused = verdict.iter().flat_map(|verdict| &verdict.unused_accepts);
    notes
        .into_iter()
        .flatten()
        .chain(unused.map(Acceptance::unused))
        .chain(verdict.iter().flat_map(|verdict| verdict.warnings.clone()))
        .collect()
}

/// Returns a warning for each image that layers are missing from, or that what the options state about the base does not fit.
fn image_warnings(sides: &[(&Image, &Base)]) -> Vec<String> {
    let warnings = |(image, base): &(&Image, &Base)| {
        let name = escape::text(&image.about.reference).into_owned();
        let warnings = [missing_sentence(image), base.warning()];
        let warnings = warnings.into_iter().flatten();
        warnings.map(move |warning| format!("{name}: {warning}"))
    };
    sides.iter().flat_map(warnings).collect()
}
