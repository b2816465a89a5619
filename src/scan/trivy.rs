//! Trivy's JSON (`trivy image --format json`): `Results[].Vulnerabilities[]`; before schema 2 the results were the whole document. A severity is
//! Trivy's own word. The layer is named by its `DiffID`.

use serde_json::Value;

use super::read::{list, some_text, text};
use super::vulnerability::{ScanReport, Severity, Vulnerability};

/// Reads a document; nothing when it is none of Trivy's.
pub(super) fn scan(json: &Value) -> Option<ScanReport> {
    let results: Vec<&Value> = match json {
        Value::Array(results) if results.iter().all(|result| result.get("Target").is_some()) => {
            results.iter().collect()
        }
        // An image without anything to scan has no results.
        Value::Object(map) if map.contains_key("Results") || map.contains_key("ArtifactName") => {
            list(json, "/Results").collect()
        }
        _ => return None,
    };
    let found = results
        .into_iter()
        .flat_map(|result| list(result, "/Vulnerabilities").map(move |one| found(one, result)));
    Some(ScanReport::new("Trivy", found))
}

fn found(one: &Value, result: &Value) -> Vulnerability {
    // The target of a language's packages is the file they are in; of the system's it is the image.
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
