//! The verdict as SARIF 2.1.0 for code scanning: a result for each finding, at the lines of the Dockerfile where they are known, else at the image.

use std::io::{self, Write};

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::facts::ImageFacts;
use super::finding_text::{self, Fingerprints};
use super::json_string::write_pretty;
use super::source;
use crate::ci::{RuleId, RuleLevel, RuleOutcome, RuleResult, Violation};
use crate::image::LayerId;

/// The most results of one rule. Code scanning accepts 25 000 in a file, and there are 23 rules.
const MOST: usize = 1000;

pub(super) fn write(facts: &ImageFacts<'_>, out: &mut impl Write) -> io::Result<()> {
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    let broken = |result: &&RuleResult| {
        !matches!(result.outcome, RuleOutcome::Passed | RuleOutcome::Skipped)
    };
    let mut fingerprints = Fingerprints::default();
    let mut results: Vec<Value> = verdict
        .listed()
        .filter(broken)
        .flat_map(|result| results(facts, result, &mut fingerprints))
        .collect();
    results.extend(verdict.accepted.iter().take(MOST).map(|accepted| {
        let text = finding_text::accepted(facts, accepted);
        let found = Some(&accepted.finding);
        let mut result = sarif_result(
            facts,
            (accepted.rule, "none"),
            &text,
            found,
            &mut fingerprints,
        );
        let reason = &accepted.reason;
        result["suppressions"] = json!([{ "kind": "external", "justification": reason }]);
        result
    }));
    let rules: Vec<Value> = verdict.results.iter().map(rule).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "dive-rs",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    write_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

fn rule(result: &RuleResult) -> Value {
    json!({
        "id": result.id.name(),
        "shortDescription": { "text": result.id.purpose() },
        "defaultConfiguration": { "level": level(result) },
    })
}

const fn level(result: &RuleResult) -> &'static str {
    match result.level {
        RuleLevel::Error => "error",
        RuleLevel::Warn => "warning",
    }
}

/// Returns a result for each finding, and one for the rule when it has none or not all are listed. A rule that cannot be checked has an open result (SARIF
/// 2.1.0, section 3.27.9).
fn results(
    facts: &ImageFacts<'_>,
    result: &RuleResult,
    fingerprints: &mut Fingerprints,
) -> Vec<Value> {
    let broken = finding_text::broken(facts, result);
    if result.outcome == RuleOutcome::Unknown {
        let rule = (result.id, "none");
        let mut open = sarif_result(facts, rule, &broken, None, fingerprints);
        open["kind"] = json!("open");
        return vec![open];
    }
    let rule = (result.id, level(result));
    let (listed, left_out) = finding_text::listed(facts, result, MOST);
    let mut results: Vec<Value> = listed
        .iter()
        .map(|found| {
            let mut text = format!("{} ({broken})", finding_text::line(facts, found));
            for line in finding_text::fix(found) {
                text.push('\n');
                text.push_str(&line);
            }
            sarif_result(facts, rule, &text, Some(found), fingerprints)
        })
        .collect();
    let of_rule = match left_out {
        Some(rest) => Some(format!("{broken}; {rest}")),
        None => listed.is_empty().then_some(broken),
    };
    results.extend(of_rule.map(|text| sarif_result(facts, rule, &text, None, fingerprints)));
    results
}

fn sarif_result(
    facts: &ImageFacts<'_>,
    (rule, level): (RuleId, &str),
    text: &str,
    found: Option<&Violation>,
    fingerprints: &mut Fingerprints,
) -> Value {
    let mut location = json!({ "physicalLocation": location(facts, found.and_then(Violation::responsible_layer)) });
    if let Some(found) = found.filter(|found| found.node.is_some()) {
        let path = finding_text::path(facts, found);
        location["logicalLocations"] = json!([{ "fullyQualifiedName": path, "kind": "resource" }]);
    }
    let (fingerprint, repetition) = fingerprints.of(facts, rule, found);
    json!({
        "ruleId": rule.name(),
        "ruleIndex": RuleId::ALL.iter().position(|id| *id == rule),
        "level": level,
        "message": { "text": text },
        "locations": [location],
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{:016x}:{repetition}", xxh3_64(fingerprint.as_bytes())),
        },
    })
}

/// Returns the lines of the Dockerfile where they are known, else the image's name as a file of one line.
fn location(facts: &ImageFacts<'_>, layer: Option<LayerId>) -> Value {
    let image = facts.image;
    let lines = layer.and_then(|layer| source::lines(image, layer));
    let (first, last, end) = lines.map_or((1, 1, 1), |lines| {
        (lines.first, lines.last, lines.end_column)
    });
    json!({
        "artifactLocation": { "uri": uri(source::file(image, lines).unwrap_or(&image.about.reference)) },
        "region": { "startLine": first, "startColumn": 1, "endLine": last, "endColumn": end },
    })
}

/// Returns a relative URI reference: everything but unreserved characters is percent-encoded, the colon too, which would end a scheme (RFC 3986, 4.2).
fn uri(text: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}
