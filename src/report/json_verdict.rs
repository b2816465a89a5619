//! The verdict as JSON: every evaluated rule with its violations. The document around it is in `json`.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::facts::ImageFacts;
use super::json;
use super::json_string::text;
use super::source::{self, SourceKeys};
use crate::ci::{Measure, RuleLevel, RuleResult, Verdict, Violation};
use crate::image::LayerId;
use crate::query::Globs;
use crate::report::savings::FixKeys;

/// The key `verdict`.
pub(super) struct VerdictKeys<'a>(pub(super) &'a ImageFacts<'a>, pub(super) &'a Verdict);

impl Serialize for VerdictKeys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rules: Vec<RuleKeys<'_>> = self.1.listed().map(|result| rule(self.0, result)).collect();
        let accepted = self.1.accepted.iter().map(|one| AcceptedKeys {
            rule: one.rule.name(),
            reason: &one.reason,
            finding: violation(self.0, &one.finding),
        });
        let unused = self.1.unused_accepts.iter().map(|one| UnusedKeys {
            id: one.kind.id(),
            path: one.path.iter().flat_map(Globs::written).next(),
            reason: &one.reason,
        });
        let mut keys = serializer.serialize_struct("verdict", 4)?;
        keys.serialize_field("passed", &self.1.passed())?;
        keys.serialize_field("rules", &rules)?;
        keys.serialize_field("accepted", &accepted.collect::<Vec<_>>())?;
        keys.serialize_field("unusedAccepts", &unused.collect::<Vec<_>>())?;
        keys.end()
    }
}

#[derive(Serialize)]
struct RuleKeys<'a> {
    rule: &'static str,
    level: &'static str,
    result: &'static str,
    measured: Option<Number>,
    limit: Option<Number>,
    why: &'a str,
    violations: Violations<'a>,
}

/// A measured number; its unit follows from the rule's name.
#[derive(Serialize)]
#[serde(untagged)]
enum Number {
    Ratio(f64),
    Integer(u64),
}

impl From<Measure> for Number {
    fn from(measure: Measure) -> Self {
        match measure {
            Measure::Ratio(ratio) => Self::Ratio(ratio),
            Measure::Bytes(number) | Measure::Count(number) => Self::Integer(number),
        }
    }
}

fn rule<'a>(facts: &'a ImageFacts<'a>, result: &'a RuleResult) -> RuleKeys<'a> {
    RuleKeys {
        rule: result.id.name(),
        level: match result.level {
            RuleLevel::Error => "error",
            RuleLevel::Warn => "warn",
        },
        result: result.outcome.id(),
        measured: result.measured.map(Number::from),
        limit: result.limit.map(Number::from),
        why: &result.why,
        violations: Violations(facts, &result.violations),
    }
}

struct Violations<'a>(&'a ImageFacts<'a>, &'a [Violation]);

impl Serialize for Violations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.1.iter().map(|found| violation(self.0, found)))
    }
}

#[derive(Serialize)]
struct AcceptedKeys<'a> {
    rule: &'static str,
    reason: &'a str,
    #[serde(flatten)]
    finding: ViolationKeys<'a>,
}

#[derive(Serialize)]
struct UnusedKeys<'a> {
    id: &'static str,
    path: Option<&'a String>,
    reason: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ViolationKeys<'a> {
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    size_bytes: u64,
    stored_in: Option<InstructionKeys<'a>>,
    hidden_by: Option<InstructionKeys<'a>>,
    hint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<&'a str>,
    #[serde(flatten)]
    details: Option<DetailKeys>,
}

/// The keys of a finding of the content analysis, named as in the key `findings` of the document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DetailKeys {
    id: &'static str,
    level: &'static str,
    path_count: usize,
    fix: FixKeys,
}

/// A layer and the instruction that made it.
#[derive(Serialize)]
struct InstructionKeys<'a> {
    layer: usize,
    command: &'a str,
    description: Option<String>,
    source: Option<SourceKeys<'a>>,
}

fn violation<'a>(facts: &ImageFacts<'a>, found: &'a Violation) -> ViolationKeys<'a> {
    let path = found.node.map(|node| text(facts.image.tree.path(node)));
    let (path, path_bytes) = path.unzip();
    let place = |layer: LayerId| InstructionKeys {
        layer: layer.index(),
        command: &facts.image.layer(layer).heading.instruction,
        description: json::description(facts.image.layer(layer)),
        source: source::keys(facts.image, layer),
    };
    ViolationKeys {
        path,
        path_bytes: path_bytes.flatten(),
        size_bytes: found.bytes,
        stored_in: found.stored_in.map(place),
        hidden_by: found.hidden_by.map(place),
        hint: &found.hint,
        what: found.what.as_deref(),
        details: found.details.as_ref().map(|details| DetailKeys {
            id: details.kind.id(),
            level: details.level.name(),
            path_count: details.paths,
            fix: FixKeys::of(&details.fix),
        }),
    }
}
