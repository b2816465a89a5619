//! Any names in an image, and in a scan report, in every report of one image and of two: the output parses, has no control characters, and nothing in it is
//! markup but the report's own.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::fixture::ImageBuilder;
use crate::packages::content_analysis;
use crate::{markup, parts};
use dive_rs::analysis::BaseHint;
use dive_rs::bytes::Units;
use dive_rs::ci::{RuleId, RuleOptions, Rules, judge};
use dive_rs::compare::{ContentChanges, Hashes, PendingComparison, Sides};
use dive_rs::image::{Config, NodeId};
use dive_rs::query::{Condition, Query, Selection};
use dive_rs::report::{ComparisonFacts, Facts, Format, ImageFacts};
use dive_rs::scan::{locate, parse};
use pulldown_cmark::{Event, Options, Parser};

/// Returns an image with these names.
fn image(names: &[&[u8]]) -> ImageBuilder {
    let text = |at: usize| {
        let name = names.get(at).copied().unwrap_or(b"name");
        String::from_utf8_lossy(name).into_owned()
    };
    // A path as the tree has it: without empty parts.
    let path = |at: usize| {
        let name = names.get(at).copied().unwrap_or_default();
        let parts = name
            .split(|&byte| byte == b'/')
            .filter(|part| !part.is_empty());
        let path = parts.collect::<Vec<_>>().join(&b'/');
        if path.is_empty() {
            b"path".to_vec()
        } else {
            path
        }
    };
    let config = Config {
        env: vec![text(1)],
        entrypoint: vec![text(2)],
        user: text(3),
        labels: vec![(text(4), text(5))],
        ..Config::default()
    };
    ImageBuilder::new(&text(0))
        .with_unique_sizes()
        .config(config)
        .created(&[&text(6), "2026-11-29T08:00:00Z"])
        .layer(&text(7), |layer| {
            layer
                .filled(path(8), 4_000_000, 1)
                .filled(path(9), 2_000_000, 2)
                .filled([&path(10)[..], b"/inside"].concat(), 3_000_000, 3)
                .symlink(path(11), path(12))
                .hard_link(path(13), path(8))
                .file(b"root/.ssh/id_rsa", b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n")
                .file(b"srv/node_modules/a/package.json", path(14))
        })
        .layer(&text(15), |layer| {
            layer.filled(path(8), 4_000_000, 4).whiteout(path(9)).opaque(path(10))
        })
}

/// Returns every report of one image, also under a query, and of two.
fn reports(names: &[&[u8]]) -> Vec<(Format, String)> {
    let after = image(names);
    let (image, analysis, content) = content_analysis(&after, &BaseHint::default());
    let limits = [
        (
            RuleId::Deny,
            String::from_utf8_lossy(names.get(16).copied().unwrap_or(b"**")).into_owned(),
        ),
        (
            RuleId::DenyFindings,
            "deleted,overwritten,secret".to_owned(),
        ),
        (RuleId::HighestHiddenBytes, "1B".to_owned()),
        (RuleId::LowestEfficiency, "0.99".to_owned()),
    ];
    let flags = |from: usize| RuleOptions {
        file: None,
        flags: limits[from..].to_vec(),
    };
    let rules = Rules::merge(&flags(0))
        .or_else(|_| Rules::merge(&flags(1)))
        .or_else(|_| Rules::merge(&flags(2)));
    let (rules, _) = rules.expect("rules");
    let string =
        |at: usize| String::from_utf8_lossy(names.get(at).copied().unwrap_or(b"x")).into_owned();
    let report = serde_json::json!({"SchemaVersion": 2, "Results": [{"Target": string(17), "Vulnerabilities": [
        {"VulnerabilityID": string(18), "PkgName": string(19), "InstalledVersion": string(20), "FixedVersion": string(21),
         "PkgPath": string(8), "Severity": "CRITICAL", "Title": string(22)},
    ]}]});
    let scanned = parse(report.to_string().as_bytes(), "report").expect("a report");
    let vulnerabilities = locate(scanned, &image, &analysis.base, &content.packages);
    let verdict = judge(
        &rules,
        &image,
        &analysis,
        None,
        Some(&vulnerabilities),
        Some(&content.findings),
    );

    let (other, other_analysis, other_content) = content_analysis(
        &ImageBuilder::new("before:1").layer("FROM x", |layer| layer.filled("a/b", 9, 1)),
        &BaseHint::default(),
    );
    let _ = other_analysis;
    let images = Sides::new(&other, &image);
    let comparison =
        PendingComparison::of(images).finish(images, &Hashes::default(), &BaseHint::default());
    let contents = Sides::new(&other_content, &content);
    let changes = ContentChanges::of(&comparison, images, contents);
    let two = ComparisonFacts {
        images,
        comparison: &comparison,
        transfer: None,
        why: Some((contents, &changes)),
        vulnerabilities: None,
        units: Units::Si,
    };
    let facts = ImageFacts {
        image: &image,
        analysis: &analysis,
        content_analysis: Some(&content),
        selection: None,
        query: "",
        changes: true,
        verdict: Some(&verdict),
        rules: Some(&rules),
        growth: Some(&two),
        source: &string(0),
        transfer: None,
        vulnerabilities: Some(&vulnerabilities),
        units: Units::Si,
    };
    let everything = Query::of(Condition::Below(NodeId::ROOT));
    let selection = Selection::of(&image, &analysis, Some(&content), &everything);
    let query = format!("--find {}", string(8));
    let selected = ImageFacts {
        selection: Some(&selection),
        query: &query,
        ..facts
    };
    let text = |format: Format, facts| {
        let mut bytes = Vec::new();
        format
            .write(facts, false, &mut bytes)
            .expect("memory takes all");
        (format, String::from_utf8(bytes).expect("UTF-8"))
    };
    let of_one = Format::ALL.map(|format| text(format, Facts::One(&facts)));
    let of_query = Format::ALL.map(|format| text(format, Facts::One(&selected)));
    let of_two = Format::ALL.map(|format| text(format, Facts::Two(&two)));
    of_one
        .into_iter()
        .chain(of_query)
        .chain(of_two)
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

/// Returns the elements of HTML in a report.
fn elements(format: Format, text: &str) -> BTreeSet<String> {
    match format {
        Format::Html => markup(text),
        Format::Markdown => {
            let mut html = String::new();
            for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
                match event {
                    Event::Html(text) | Event::InlineHtml(text) => html.push_str(&text),
                    Event::Start(tag) => html.push_str(&match tag {
                        pulldown_cmark::Tag::Link { .. } => "<a>".to_owned(),
                        pulldown_cmark::Tag::Image { .. } => "<img>".to_owned(),
                        _ => String::new(),
                    }),
                    _ => {}
                }
            }
            markup(&html)
        }
        _ => BTreeSet::new(),
    }
}

/// The markup of an image with harmless names.
static OWN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let plain = reports(&[]);
    plain
        .iter()
        .flat_map(|(format, text)| elements(*format, text))
        .collect()
});

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    for (format, text) in reports(&parts(bytes, 23)) {
        let is_odd = |letter: char| {
            (letter.is_control() && letter != '\n')
                || ('\u{202a}'..='\u{202e}').contains(&letter)
                || ('\u{2066}'..='\u{2069}').contains(&letter)
        };
        let odd = text.find(is_odd).map(|at| &text[at..]);
        assert_eq!(odd, None, "{format:?}");
        let foreign: Vec<String> = elements(format, &text).difference(&OWN).cloned().collect();
        assert!(foreign.is_empty(), "{format:?} {foreign:?}\n{text}");
        match format {
            Format::Json
            | Format::Sarif
            | Format::Codequality
            | Format::Baseline
            | Format::Ncdu
            | Format::Badge => {
                serde_json::from_str::<serde_json::Value>(&text).expect("JSON");
            }
            Format::Github => {
                // Each line is a command of its own.
                assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
            }
            Format::Ndjson => {
                for line in text.lines() {
                    serde_json::from_str::<serde_json::Value>(line).expect("JSON");
                }
            }
            Format::Junit | Format::Svg => {
                roxmltree::Document::parse(&text).expect("XML");
            }
            _ => {}
        }
    }
}
