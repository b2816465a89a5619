//! The steps of a run without a screen, for one image or two: load, analyse, judge, write the reports. The order is all there is here.

use super::load::{Loader, with_contents};
use super::select::selection;
use super::{print_warnings, scan, transfer};
use crate::analysis::{Analysis, Base, BaseHint, ContentAnalysis, missing_sentence};
use crate::bytes::{Units, count};
use crate::ci::{self, Acceptance, Rules, Verdict};
use crate::cli::{BaselineOption, Images, InspectPlan, SingleImage};
use crate::compare::{ContentChanges, Side, Sides};
use crate::escape;
use crate::failure::{Failure, RunOutcome};
use crate::image::Image;
use crate::load::{Cancel, Loaded, Request};
use crate::pair::Pair;
use crate::query::QueryWords;
use crate::report::{self, ComparisonFacts, Facts, ImageFacts, Report};
use crate::scan::{Vulnerabilities, locate};

/// Prints and writes the reports of a plan.
pub(super) fn print(plan: &InspectPlan) -> Result<RunOutcome, Failure> {
    match &plan.images {
        Images::One(single) => print_one(plan, single),
        Images::Two(requests) => print_two(plan, requests),
    }
}

/// The steps for one image.
fn print_one(plan: &InspectPlan, single: &SingleImage) -> Result<RunOutcome, Failure> {
    let images = Loader::of(plan);
    let needs = Needs::of(plan);
    let request = with_contents(single.request(), needs.contents);
    let loaded = images.image(&request)?;
    let hint = images.base_hint(&plan.base)?;

    let analysis = Analysis::of(&loaded.image, &hint);
    let cancel = Cancel::default();
    let content_analysis = needs
        .analysis
        .then(|| loaded.content_analysis(&analysis, &cancel, |_, _| {}))
        .transpose()?;
    let words = single.words.as_ref();
    let selection = words
        .map(|words| selection(words, &loaded.image, &analysis, content_analysis.as_ref()))
        .transpose()?;
    let rules = single.rules.as_ref();
    let baseline = images.baseline(single.baseline.as_ref(), rules, needs.growth)?;
    let growth = baseline.loaded.filter(|_| needs.growth);
    let growth = growth
        .map(|before| Growth::of(before, &loaded, &hint, &cancel))
        .transpose()?;
    let transfer = transfer::of_image(plan.transfer.as_ref(), &loaded, &images)?;
    let sides = [LoadedSide {
        request: &request,
        image: &loaded.image,
        base: &analysis.base,
    }];
    let contents: Vec<_> = content_analysis.iter().collect();
    let vulnerabilities = vulnerabilities(plan, &sides, &contents)?.into_iter().next();
    drop(images);

    let findings = content_analysis.as_ref().map(|content| &content.findings);
    let verdict = rules.map(|rules| {
        ci::judge(
            rules,
            &loaded.image,
            &analysis,
            baseline.numbers.as_ref(),
            vulnerabilities.as_ref(),
            findings,
        )
    });
    let content_is_judged = rules.is_some_and(Rules::needs_findings);
    let judged = content_analysis.as_ref().filter(|_| content_is_judged);
    print_warnings(plan.verbosity, &warnings(judged, verdict.as_ref()));
    print_warnings(plan.verbosity, &image_warnings(&sides));
    print_warnings(plan.verbosity, baseline.warning.as_slice());

    let growth = growth
        .as_ref()
        .map(|growth| growth.facts(plan.config.units));
    let facts = ImageFacts {
        image: &loaded.image,
        analysis: &analysis,
        content_analysis: content_analysis.as_ref().filter(|_| needs.reported),
        selection: selection.as_ref(),
        changes: single.changes,
        verdict: verdict.as_ref(),
        rules,
        growth: growth.as_ref(),
        source: &single.source,
        dockerfile: single.dockerfile.as_ref(),
        transfer: transfer.as_ref(),
        vulnerabilities: vulnerabilities.as_ref(),
        units: plan.config.units,
    };
    report::write(&plan.reports, Facts::One(&facts), plan.colours)?;
    match verdict.as_ref().filter(|_| single.gate) {
        Some(verdict) if verdict.passed() => Ok(RunOutcome::Done),
        Some(verdict) if verdict.count(ci::RuleOutcome::Failed) > 0 => Ok(RunOutcome::RuleFailed),
        Some(verdict) => Err(unjudged(verdict, request.shallow)),
        None => Ok(RunOutcome::Done),
    }
}

/// What a judged image has more and less than the image that is its baseline.
struct Growth {
    pair: Pair,
    contents: Sides<ContentAnalysis>,
    why: ContentChanges,
}

impl Growth {
    fn of(
        before: Loaded,
        after: &Loaded,
        hint: &BaseHint,
        cancel: &Cancel,
    ) -> Result<Self, Failure> {
        let pair = Pair::of(Sides::new(before, after.clone()), hint, cancel)?;
        let contents = pair.content_analyses(cancel)?;
        let why = ContentChanges::of(contents.as_ref());
        Ok(Self {
            pair,
            contents,
            why,
        })
    }

    fn facts(&self, units: Units) -> ComparisonFacts<'_> {
        ComparisonFacts {
            images: self.pair.images(),
            comparison: &self.pair.comparison,
            transfer: None,
            why: Some((self.contents.as_ref(), &self.why)),
            vulnerabilities: None,
            units,
        }
    }
}

/// Returns the failure of a run whose rules cannot be judged, for the first of them.
fn unjudged(verdict: &Verdict, shallow: bool) -> Failure {
    let mut rules = verdict.unjudged();
    let message = rules.next().map_or_else(String::new, |first| {
        let more = match rules.count() {
            0 => String::new(),
            more => format!(" and {}", count(more as u64, "more rule", "more rules")),
        };
        let name = first.id.name();
        format!("{name}{more} cannot be judged: {}", first.why)
    });
    if shallow {
        return Failure::new(message).hint("omit --shallow, or disable the rules");
    }
    Failure::new(message).hint(
        "use an archive with all layers, or disable the rules; with `layers: own`, our own rules judge the layers above the base alone",
    )
}

/// The steps for two images. A difference is no failure: the outcome does not depend on it.
fn print_two(plan: &InspectPlan, requests: &Sides<Request>) -> Result<RunOutcome, Failure> {
    let images = Loader::of(plan);
    let needs = Needs::of(plan);
    let hint = images.base_hint(&plan.base)?;
    let requests = requests
        .as_ref()
        .map(|request| with_contents(request, needs.contents));
    let cancel = Cancel::default();
    let pair = images.pair(&requests, &hint)?;

    let content_analyses = needs
        .analysis
        .then(|| pair.content_analyses(&cancel))
        .transpose()?;
    let option = plan.transfer.as_ref();
    let transfer = option.map(|option| transfer::of_pair(option, &pair));
    let sides = Side::BOTH.map(|side| LoadedSide {
        request: requests.get(side),
        image: &pair.loaded.get(side).image,
        base: &pair.comparison.analyses.get(side).base,
    });
    let contents = content_analyses.iter();
    let contents: Vec<_> = contents
        .flat_map(|both| Side::BOTH.map(|side| both.get(side)))
        .collect();
    let vulnerabilities = vulnerabilities(plan, &sides, &contents)?;
    let vulnerabilities = <[_; 2]>::try_from(vulnerabilities).ok();
    let vulnerabilities = vulnerabilities.map(|[before, after]| Sides::new(before, after));
    drop(images);

    print_warnings(plan.verbosity, &image_warnings(&sides));
    let content_analyses = content_analyses
        .as_ref()
        .filter(|_| needs.reported)
        .map(Sides::as_ref);
    let why = content_analyses.map(ContentChanges::of);
    let facts = ComparisonFacts {
        images: pair.images(),
        comparison: &pair.comparison,
        transfer: transfer.as_ref(),
        why: content_analyses.zip(why.as_ref()),
        vulnerabilities: vulnerabilities.as_ref().map(Sides::as_ref),
        units: plan.config.units,
    };
    report::write(&plan.reports, Facts::Two(&facts), plan.colours)?;
    Ok(RunOutcome::Done)
}

/// An image of a run, once it is loaded and analysed.
struct LoadedSide<'a> {
    request: &'a Request,
    image: &'a Image,
    base: &'a Base,
}

/// Returns the vulnerabilities of each image that has a scan and a content analysis.
fn vulnerabilities(
    plan: &InspectPlan,
    sides: &[LoadedSide<'_>],
    contents: &[&ContentAnalysis],
) -> Result<Vec<Vulnerabilities>, Failure> {
    let scans = scan::scans(plan)?.into_iter();
    let scanned = scans.zip(sides).zip(contents);
    let located = scanned
        .map(|((scan, side), content)| locate(scan, side.image, side.base, &content.packages));
    Ok(located.collect())
}

/// What the reports, the rules and the options of a plan need beyond the image itself.
#[expect(clippy::struct_excessive_bools, reason = "each is one need")]
struct Needs {
    /// Whether a report shows the content analysis.
    reported: bool,
    /// Whether there must be a content analysis: for a report, a rule or a scan.
    analysis: bool,
    /// Whether a report compares the image with the one that is its baseline.
    growth: bool,
    /// Whether contents are read after loading.
    contents: bool,
}

impl Needs {
    fn of(plan: &InspectPlan) -> Self {
        let (reported, rules, selected, growth) = match &plan.images {
            Images::One(image) => {
                let shows = |report: &Report| report.format.needs_content_analysis(image.gate);
                let words = image.words.as_ref();
                let selected = words.is_some_and(QueryWords::need_content_analysis);
                let reported = plan.reports.iter().any(shows);
                let against = matches!(image.baseline, Some(BaselineOption::Image { .. }));
                let shows_growth = |report: &Report| report.format.shows_growth();
                let growth = against && plan.reports.iter().any(shows_growth);
                (reported, image.rules.as_ref(), selected, growth)
            }
            // Every report of a comparison shows the content analysis.
            Images::Two(_) => (!plan.reports.is_empty(), None, false, false),
        };
        let judged = rules.is_some_and(Rules::needs_findings);
        let analysis = reported || judged || selected || plan.scan.is_some();
        Self {
            reported,
            analysis,
            growth,
            contents: analysis || growth || plan.transfer.is_some(),
        }
    }
}

/// Returns the warnings of a judged image: layers whose packages are unknown, and accepted findings that no longer occur.
fn warnings(content_analysis: Option<&ContentAnalysis>, verdict: Option<&Verdict>) -> Vec<String> {
    let notes = content_analysis.map(|content| content.packages.notes.iter().cloned());
    let unused = verdict.iter().flat_map(|verdict| &verdict.unused_accepts);
    notes
        .into_iter()
        .flatten()
        .chain(unused.map(Acceptance::unused))
        .collect()
}

/// Returns a warning for each image that layers are missing from, or that what the options state about the base does not fit.
fn image_warnings(sides: &[LoadedSide<'_>]) -> Vec<String> {
    let warnings = |side: &LoadedSide<'_>| {
        let name = escape::text(&side.request.reference).into_owned();
        let warnings = [missing_sentence(side.image), side.base.warning()];
        let warnings = warnings.into_iter().flatten();
        warnings.map(move |warning| format!("{name}: {warning}"))
    };
    sides.iter().flat_map(warnings).collect()
}
