//! The verdict as SARIF 2.1.0 for code scanning: a result for each finding, at the Dockerfile's line when it is known, else at the image.

use std::io::{self, Write};

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::finding::{self, Prints};
use super::format::Facts;
use crate::ci::{Outcome, RuleFinding, RuleId, RuleLevel, RuleResult};
use crate::image::LayerId;

/// Results of one rule. Code scanning takes 25 000 in a file, and there are 23 rules.
const MOST: usize = 1000;

pub(super) fn write(facts: &Facts<'_>, out: &mut impl Write) -> io::Result<()> {
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    let broken = |ruling: &&RuleResult| matches!(ruling.outcome, Outcome::Failed | Outcome::Warned);
    let mut prints = Prints::default();
    let mut results: Vec<Value> = verdict
        .enabled()
        .filter(broken)
        .flat_map(|ruling| results(facts, ruling, &mut prints))
        .collect();
    results.extend(verdict.accepted.iter().take(MOST).map(|accepted| {
        let text = finding::accepted(facts, accepted);
        let found = Some(&accepted.finding);
        let mut result = result(facts, (accepted.rule, "none"), &text, found, &mut prints);
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
    serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

fn rule(ruling: &RuleResult) -> Value {
    json!({
        "id": ruling.id.name(),
        "shortDescription": { "text": ruling.id.purpose() },
        "defaultConfiguration": { "level": level(ruling) },
    })
}

const fn level(ruling: &RuleResult) -> &'static str {
    match ruling.level {
        RuleLevel::Error => "error",
        RuleLevel::Warn => "warning",
    }
}

/// One result a finding; one for the rule when nothing is to blame but the whole image.
fn results(facts: &Facts<'_>, ruling: &RuleResult, prints: &mut Prints) -> Vec<Value> {
    let broken = finding::broken(facts, ruling);
    let rule = (ruling.id, level(ruling));
    let (listed, left_out) = finding::listed(facts, ruling, MOST);
    let mut results: Vec<Value> = listed
        .iter()
        .map(|found| {
            let mut text = format!("{} ({broken})", finding::line(facts, found));
            for line in finding::fix(found) {
                text.push('\n');
                text.push_str(&line);
            }
            result(facts, rule, &text, Some(found), prints)
        })
        .collect();
    let whole = match left_out {
        Some(rest) => Some(format!("{broken}; {rest}")),
        None => listed.is_empty().then_some(broken),
    };
    results.extend(whole.map(|text| result(facts, rule, &text, None, prints)));
    results
}

fn result(
    facts: &Facts<'_>,
    (rule, level): (RuleId, &str),
    text: &str,
    found: Option<&RuleFinding>,
    prints: &mut Prints,
) -> Value {
    let mut location =
        json!({ "physicalLocation": place(facts, found.and_then(RuleFinding::blame)) });
    if let Some(found) = found.filter(|found| found.node.is_some()) {
        let path = finding::path(facts, found);
        location["logicalLocations"] = json!([{ "fullyQualifiedName": path, "kind": "resource" }]);
    }
    let (print, time) = prints.of(facts, rule, found);
    json!({
        "ruleId": rule.name(),
        "ruleIndex": RuleId::ALL.iter().position(|id| *id == rule),
        "level": level,
        "message": { "text": text },
        "locations": [location],
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{:016x}:{time}", xxh3_64(print.as_bytes())),
        },
    })
}

/// The Dockerfile's lines when they are known, else the image's name as a file of one line.
fn place(facts: &Facts<'_>, layer: Option<LayerId>) -> Value {
    if let Some(file) = facts.dockerfile {
        let lines = layer.and_then(|layer| file.find(facts.image, layer));
        let (first, last, end) = lines.map_or((1, 1, 1), |lines| {
            (lines.first, lines.last, lines.end_column)
        });
        return json!({
            "artifactLocation": { "uri": uri(&file.path.to_string_lossy()) },
            "region": { "startLine": first, "startColumn": 1, "endLine": last, "endColumn": end },
        });
    }
    json!({
        "artifactLocation": { "uri": uri(&facts.image.about.reference) },
        "region": { "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1 },
    })
}

/// A relative URI reference: what is not unreserved is percent-encoded; a colon too, since it would end a scheme (RFC 3986, 4.2).
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
