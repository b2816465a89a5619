//! The list of formats, and the dispatcher that writes each report to its destination. A format's layout is in its own file.

use std::io::{self, BufWriter, Write};

use super::destination::Destination;
use super::facts::{ComparisonFacts, Facts, ImageFacts};
use super::styling::Styling;
use super::{
    badge, codequality, compare_json, compare_markdown, compare_text, dive, folded, github, html,
    json, junit, markdown, ncdu, ndjson, sarif, svg, text,
};
use crate::failure::Failure;

/// The format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Text,
    /// dive 0.13.1's CI text, for scripts that read it.
    Dive,
    /// JSON for programs: `docs/json.md`.
    Json,
    /// The verdict, or a comparison, for a merge request or a job's summary.
    Markdown,
    /// The verdict as a test report, JUnit XML.
    Junit,
    /// The verdict for code scanning, SARIF 2.1.0.
    Sarif,
    /// The verdict as GitLab's code quality report.
    Codequality,
    /// The verdict as a GitHub job's annotations; the summary is Markdown.
    Github,
    /// The image's numbers, which later runs measure growth against.
    Baseline,
    /// JSON with one object per line, for large images.
    Ndjson,
    /// One page for a browser.
    Html,
    /// A picture of the map.
    Svg,
    /// Folded stacks, for flame graph tools.
    Folded,
    /// The visible files, for ncdu.
    Ncdu,
    /// The size as a badge, for shields.io.
    Badge,
}

/// A report to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its format.
    pub format: Format,
    /// Where it is written.
    pub destination: Destination,
}

impl Format {
    /// Every format, in the order of the help.
    pub const ALL: [Self; 15] = [
        Self::Text,
        Self::Dive,
        Self::Json,
        Self::Markdown,
        Self::Junit,
        Self::Sarif,
        Self::Codequality,
        Self::Github,
        Self::Baseline,
        Self::Ndjson,
        Self::Html,
        Self::Svg,
        Self::Folded,
        Self::Ncdu,
        Self::Badge,
    ];

    /// Returns its name on the command line.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
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
            Self::Ndjson => "ndjson",
            Self::Html => "html",
            Self::Svg => "svg",
            Self::Folded => "folded",
            Self::Ncdu => "ncdu",
            Self::Badge => "badge",
        }
    }

    /// Returns the format of a name.
    #[must_use]
    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == word)
    }

    /// Returns whether it is empty without a verdict.
    #[must_use]
    pub(crate) const fn needs_verdict(self) -> bool {
        !matches!(
            self,
            Self::Text
                | Self::Json
                | Self::Ndjson
                | Self::Html
                | Self::Svg
                | Self::Folded
                | Self::Ncdu
                | Self::Badge
        )
    }

    /// Returns whether it shows packages, categories and findings. Text shows them only when no rules are checked.
    #[must_use]
    pub(crate) const fn needs_content_analysis(self, judged: bool) -> bool {
        match self {
            Self::Json | Self::Html | Self::Svg => true,
            Self::Text => !judged,
            _ => false,
        }
    }

    /// Returns whether it is about files, so that it has nothing to show of layers that were not read.
    #[must_use]
    pub(crate) const fn needs_files(self) -> bool {
        !matches!(
            self,
            Self::Text | Self::Json | Self::Markdown | Self::Junit | Self::Github
        )
    }

    /// Returns whether it shows the files that a query selects.
    #[must_use]
    pub(crate) const fn shows_selection(self) -> bool {
        matches!(
            self,
            Self::Text
                | Self::Json
                | Self::Markdown
                | Self::Ndjson
                | Self::Html
                | Self::Svg
                | Self::Folded
                | Self::Ncdu
        )
    }

    /// Returns whether it shows the difference to the image that is the baseline.
    #[must_use]
    pub(crate) const fn shows_growth(self) -> bool {
        matches!(self, Self::Markdown)
    }

    /// Returns whether it shows the warnings of an image.
    #[must_use]
    pub(crate) const fn shows_warnings(self) -> bool {
        matches!(self, Self::Text | Self::Json | Self::Markdown | Self::Junit)
    }

    /// Returns whether it can compare two images.
    #[must_use]
    pub(crate) const fn compares(self) -> bool {
        matches!(self, Self::Text | Self::Json | Self::Markdown | Self::Html)
    }

    /// Writes the report of one image or of two, if the format has it.
    ///
    /// # Errors
    /// The error of `out`.
    pub fn write(self, facts: Facts<'_>, colours: bool, out: &mut impl Write) -> io::Result<()> {
        let styling = Styling::new(colours);
        match facts {
            Facts::One(facts) => self.write_image(facts, styling, out),
            Facts::Two(facts) => self.write_comparison(facts, styling, out),
        }
    }

    fn write_image(
        self,
        facts: &ImageFacts<'_>,
        styling: Styling,
        out: &mut impl Write,
    ) -> io::Result<()> {
        match self {
            Self::Text => text::write(facts, styling, out),
            Self::Dive => dive::write(facts, out),
            Self::Json => json::write(facts, out),
            Self::Markdown => markdown::write(facts, out),
            Self::Junit => junit::write(facts, out),
            Self::Sarif => sarif::write(facts, out),
            Self::Codequality => codequality::write(facts, out),
            Self::Github => github::write(facts, out),
            Self::Baseline => json::write_baseline(facts, out),
            Self::Ndjson => ndjson::write(facts, out),
            Self::Html => html::write(facts, out),
            Self::Svg => svg::write(facts, out),
            Self::Folded => folded::write(facts, out),
            Self::Ncdu => ncdu::write(facts, out),
            Self::Badge => badge::write(facts, out),
        }
    }

    /// Writes a comparison; formats of one image write nothing.
    fn write_comparison(
        self,
        facts: &ComparisonFacts<'_>,
        styling: Styling,
        out: &mut impl Write,
    ) -> io::Result<()> {
        match self {
            Self::Text => compare_text::write(facts, styling, out),
            Self::Json => compare_json::write(facts, out),
            Self::Markdown => compare_markdown::write(facts, out),
            Self::Html => html::write_comparison(facts, out),
            _ => Ok(()),
        }
    }
}

/// Writes the reports: files first, so that a closed pipe on standard output prevents no file; a file that cannot be written prevents no other report.
///
/// # Errors
/// [`Failure`] of the first report that could not be written.
pub fn write(reports: &[Report], facts: Facts<'_>, colours: bool) -> Result<(), Failure> {
    let is_printed = |report: &&Report| report.destination == Destination::Stdout;
    let files = reports.iter().filter(|report| !is_printed(report));
    let printed = reports.iter().filter(is_printed);
    let mut written = Ok(());
    for report in files.chain(printed) {
        let colours = colours && is_printed(&report);
        let fill = |out: &mut BufWriter<Box<dyn Write>>| report.format.write(facts, colours, out);
        written = written.and(report.destination.write(fill));
    }
    written
}
