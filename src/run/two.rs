//! Carries out the plan of a comparison: loads both images at once, compares, then writes. The order is all there is here.

use super::interrupt::interruptible;
use super::{base, beside, deliver, line, log, odd_base, options, say, scan};
use crate::cli::Two;
use crate::compare::{ContentChanges, Sides};
use crate::failure::{Failure, Outcome};
use crate::load::{Cancel, Request};
use crate::pair::Pair;
use crate::report::{self, Compared, Report};
use crate::ui;

/// Compares two images. How they differ is no failure: the outcome is the same either way.
pub(super) fn run(two: Box<Two>) -> Result<Outcome, Failure> {
    log(two.verbosity, two.screen)?;
    say(two.verbosity, &two.notes);
    if two.screen {
        return show(&two);
    }
    interruptible(move || print(&two))
}

/// Loads both, compares, and writes the reports.
fn print(two: &Two) -> Result<Outcome, Failure> {
    let line = line(two.verbosity, &two.config);
    let hint = base(&two.base, &line)?;
    let show = |_, progress| line.show(&progress);
    let told = |report: &Report| report.format.needs_content_analysis(false);
    let tells = two.reports.iter().any(told);
    let requests = two.requests.as_ref().map(|request| Request {
        // What is sampled or told must be there to be read.
        keep_contents: tells || two.transfer.is_some() || two.scan.is_some(),
        ..request.clone()
    });
    let pair = Pair::load(requests.as_ref(), &hint, &Cancel::default(), show)?;
    let asks = tells || two.scan.is_some();
    let content_analyses = asks.then(|| pair.content_analyses(&Cancel::default()));
    let content_analyses = content_analyses.transpose()?;
    let deliveries = two.transfer.as_ref().map(|wish| deliver::both(wish, &pair));
    let vulnerabilities = two
        .scan
        .as_ref()
        .zip(content_analyses.as_ref())
        .map(|(wish, content_analyses)| {
            scan::both(wish, two.requests.as_ref(), &pair, content_analyses)
        })
        .transpose()?;
    drop(line);
    let analyses = pair.comparison.analyses.as_ref();
    for (request, analysis) in [
        (&two.requests.before, analyses.before),
        (&two.requests.after, analyses.after),
    ] {
        let odd = odd_base(&request.reference, &analysis.base);
        say(two.verbosity, odd.as_slice());
    }
    let content_analyses = content_analyses
        .as_ref()
        .filter(|_| tells)
        .map(Sides::as_ref);
    let why = content_analyses.map(ContentChanges::of);
    let facts = Compared {
        images: pair.images(),
        comparison: &pair.comparison,
        deliveries: deliveries.as_ref(),
        why: content_analyses.zip(why.as_ref()),
        vulnerabilities: vulnerabilities.as_ref().map(Sides::as_ref),
        units: two.config.units,
    };
    report::write_comparison(&two.reports, &facts, two.colours)?;
    Ok(Outcome::Done)
}

/// Opens the screen.
fn show(two: &Two) -> Result<Outcome, Failure> {
    let options = options(&two.config, two.colours, &two.notes, beside::two(two)?);
    let hint = base(&two.base, &line(two.verbosity, &two.config))?;
    let requests = two.requests.as_ref().map(|request| Request {
        keep_contents: true,
        ..request.clone()
    });
    let names = two
        .requests
        .as_ref()
        .map(|request| request.reference.as_str());
    ui::run_two(names, options, move |cancel, progress| {
        Pair::load(requests.as_ref(), &hint, cancel, progress)
    })?;
    Ok(Outcome::Done)
}
