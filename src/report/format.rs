//! Which formats there are, and writing each where it is to go. What a format looks like is its own file's.

use std::io::{self, BufWriter, Write};

use super::comparison::Compared;
use super::paint::Paint;
use super::target::Target;
use super::transfer::Delivery;
use super::{
    Dockerfile, codequality, compare_json, compare_markdown, compare_text, dive, github, html,
    json, junit, markdown, sarif, text,
};
use crate::analysis::{Analysis, ContentAnalysis};
use crate::bytes::Units;
use crate::ci::{Rules, Verdict};
use crate::failure::Failure;
use crate::image::Image;
use crate::scan::Vulnerabilities;

/// Everything a report may speak of.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The image.
    pub image: &'a Image,
    /// The answers about it.
    pub analysis: &'a Analysis,
    /// What is installed and what the bytes are for, where a report tells it.
    pub content_analysis: Option<&'a ContentAnalysis>,
    /// The judgement, when there is one.
    pub verdict: Option<&'a Verdict>,
    /// The rules it was judged by.
    pub rules: Option<&'a Rules>,
    /// Where the image came from, as dive writes it: `docker-archive://save.tar`.
    pub source: &'a str,
    /// The Dockerfile that findings point into.
    pub dockerfile: Option<&'a Dockerfile>,
    /// What moving it takes, when that was asked.
    pub delivery: Option<&'a Delivery>,
    /// What a scanner found in it, when one was asked.
    pub vulnerabilities: Option<&'a Vulnerabilities>,
    /// Units of sizes for people.
    pub units: Units,
}

/// A kind of report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// dive 0.13.1's CI text, for scripts that read it.
    Dive,
    /// For programs: `docs/json.md`.
    Json,
    /// The verdict for a merge request or a job's summary.
    Markdown,
    /// The verdict for test reports.
    Junit,
    /// The verdict for code scanning, SARIF 2.1.0.
    Sarif,
    /// The verdict as GitLab's code quality report.
    Codequality,
    /// The verdict as a GitHub job's annotations; the summary is Markdown.
    Github,
    /// The image's numbers, to hold a later one against.
    Baseline,
    /// One page for a browser.
    Html,
}

/// A report that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which.
    pub format: Format,
    /// Where it goes.
    pub target: Target,
}

impl Format {
    /// Every format, in the order help lists them.
    pub const ALL: [Self; 10] = [
        Self::Text,
        Self::Dive,
        Self::Json,
        Self::Markdown,
        Self::Junit,
        Self::Sarif,
        Self::Codequality,
        Self::Github,
        Self::Baseline,
        Self::Html,
    ];

    /// Returns the word for it on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Dive => "dive",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Codequality => "codequality",
            Self::Github => "github",
            Self::Baseline => "baseline",
            Self::Html => "html",
        }
    }

    /// Returns the format of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == word)
    }

    /// Returns whether it says nothing without a verdict.
    #[must_use]
    pub const fn needs_verdict(self) -> bool {
        !matches!(self, Self::Text | Self::Json | Self::Html)
    }

    /// Returns whether it tells what is installed and what the bytes are for; a judgement's text does not.
    #[must_use]
    pub const fn needs_content_analysis(self, judged: bool) -> bool {
        match self {
            Self::Json | Self::Html => true,
            Self::Text => !judged,
            _ => false,
        }
    }

    /// Returns whether it can speak of two images.
    #[must_use]
    pub const fn compares(self) -> bool {
        matches!(self, Self::Text | Self::Json | Self::Markdown | Self::Html)
    }

    fn write(self, facts: &Facts<'_>, paint: Paint, out: &mut impl Write) -> io::Result<()> {
        match self {
            Self::Text => text::write(facts, paint, out),
            Self::Dive => dive::write(facts, out),
            Self::Json => json::write(facts, out),
            Self::Markdown => markdown::write(facts, out),
            Self::Junit => junit::write(facts, out),
            Self::Sarif => sarif::write(facts, out),
            Self::Codequality => codequality::write(facts, out),
            Self::Github => github::write(facts, out),
            Self::Baseline => json::write_baseline(facts, out),
            Self::Html => html::write(facts, out),
        }
    }
}

/// Writes the reports, files first, so that a pipe nobody reads keeps no file from being written; nor does one that cannot be written keep another.
///
/// # Errors
/// [`Failure`] naming the first that could not be written.
pub fn write(reports: &[Report], facts: &Facts<'_>, colours: bool) -> Result<(), Failure> {
    write_each(reports, colours, |format, paint, out| {
        format.write(facts, paint, out)
    })
}

/// Writes the reports of a comparison as [`write()`] does; those that judge one image say nothing.
///
/// # Errors
/// [`Failure`] naming the first that could not be written.
pub fn write_comparison(
    reports: &[Report],
    facts: &Compared<'_>,
    colours: bool,
) -> Result<(), Failure> {
    write_each(reports, colours, |format, paint, out| match format {
        Format::Text => compare_text::write(facts, paint, out),
        Format::Json => compare_json::write(facts, out),
        Format::Markdown => compare_markdown::write(facts, out),
        Format::Html => html::write_comparison(facts, out),
        _ => Ok(()),
    })
}

fn write_each(
    reports: &[Report],
    colours: bool,
    write: impl Fn(Format, Paint, &mut BufWriter<Box<dyn Write>>) -> io::Result<()>,
) -> Result<(), Failure> {
    let to_stdout = |report: &&Report| report.target == Target::Stdout;
    let files = reports.iter().filter(|report| !to_stdout(report));
    let printed = reports.iter().filter(to_stdout);
    let mut written = Ok(());
    for report in files.chain(printed) {
        let paint = Paint::new(colours && to_stdout(&report));
        let one = report.target.write(|out| write(report.format, paint, out));
        written = written.and(one);
    }
    written
}
