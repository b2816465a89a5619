//! Trivy's JSON (`trivy image --format json`): `Results[].Vulnerabilities[]`; before schema 2 the results were the top-level list. The severity is Trivy's
//! own. The layer is named by its `DiffID`.

use serde_json::Value;

use super::read::{list, some_text, text};
use super::vulnerability::{ScanReport, Severity, Vulnerability};

/// Reads a report; `None` when it is not Trivy's.
pub(super) fn scan(json: &Value) -> Option<ScanReport> {
    let results: Vec<&Value> = match json {
        Value::Array(results) if results.iter().all(|result| result.get("Target").is_some()) => {
            results.iter().collect()
        }
        // A report of an image with nothing to scan has no results.
        Value::Object(map) if map.contains_key("Results") || map.contains_key("ArtifactName") => {
            list(json, "/Results").collect()
        }
        _ => return None,
    };
    let found = results.into_iter().flat_map(|result| {
        list(result, "/Vulnerabilities").map(move |one| vulnerability(one, result))
    });
    Some(ScanReport::new("Trivy", found))
}

fn vulnerability(one: &Value, result: &Value) -> Vulnerability {
    // The target of language packages is their file; that of system packages is the image.
    let class = text(result, "/Class");
    let target = (class == "lang-pkgs")
        .then(|| some_text(result, "/Target"))
        .flatten();
    Vulnerability {
        id: text(one, "/VulnerabilityID"),
        severity: Severity::of(&text(one, "/Severity")),
        package: text(one, "/PkgName"),
        version: text(one, "/InstalledVersion"),
        fixed: text(one, "/FixedVersion"),
        path: some_text(one, "/PkgPath").or(target),
        layer: some_text(one, "/Layer/DiffID").or_else(|| some_text(one, "/Layer/Digest")),
    }
}
