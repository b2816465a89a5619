//! Grype's JSON (`grype -o json`): `matches[]`, each a vulnerability and an artifact. The severity is Grype's own, else that of the highest CVSS base score.
//! The layer is that of the artifact's first location.

use serde_json::Value;

use super::read::{list, some_text, text};
use super::vulnerability::{ScanReport, Severity, Vulnerability};

/// Reads a report; `None` when it is not Grype's.
pub(super) fn scan(json: &Value) -> Option<ScanReport> {
    json.get("matches")?.as_array()?;
    Some(ScanReport::new(
        "Grype",
        list(json, "/matches").map(vulnerability),
    ))
}

fn vulnerability(one: &Value) -> Vulnerability {
    let fixed = list(one, "/vulnerability/fix/versions").filter_map(Value::as_str);
    let scores = list(one, "/vulnerability/cvss");
    let scores = scores.filter_map(|cvss| cvss.pointer("/metrics/baseScore")?.as_f64());
    let severity = match Severity::of(&text(one, "/vulnerability/severity")) {
        Severity::Unknown => scores
            .reduce(f64::max)
            .map(Severity::of_score)
            .unwrap_or_default(),
        severity => severity,
    };
    Vulnerability {
        id: text(one, "/vulnerability/id"),
        severity,
        package: text(one, "/artifact/name"),
        version: text(one, "/artifact/version"),
        fixed: fixed.collect::<Vec<_>>().join(", "),
        path: some_text(one, "/artifact/locations/0/path"),
        layer: some_text(one, "/artifact/locations/0/layerID"),
    }
}
