//! OSV-Scanner's JSON (`osv-scanner scan image --format json`): `results[].packages[]`, each a package with its vulnerabilities and groups of aliases. A
//! group's severity is OSV-Scanner's CVSS score (`max_severity`), else the advisory database's severity (`database_specific.severity`), else the
//! score of a CVSS 3 vector. The layer is an index into `image_metadata`.

use cvss::v3::Vector;
use serde_json::Value;

use super::read::{list, some_text, text};
use super::vulnerability::{ScanReport, Severity, Vulnerability};

/// Reads a report; `None` when it is not OSV-Scanner's.
pub(super) fn scan(json: &Value) -> Option<ScanReport> {
    let results = json.get("results")?;
    if !results.is_array() && !results.is_null() {
        return None;
    }
    let results: Vec<&Value> = list(json, "/results").collect();
    // An image without findings has results of null.
    if !results
        .iter()
        .all(|result| result.get("packages").is_some())
    {
        return None;
    }
    let mut found = Vec::new();
    for result in results {
        for package in list(result, "/packages") {
            collect(json, result, package, &mut found);
        }
    }
    Some(ScanReport::new("OSV-Scanner", found))
}

fn collect(json: &Value, result: &Value, package: &Value, found: &mut Vec<Vulnerability>) {
    let layer = package.pointer("/package/image_origin_details/index");
    let layer = layer.and_then(Value::as_u64).and_then(|at| {
        some_text(
            json,
            &format!("/image_metadata/layer_metadata/{at}/diff_id"),
        )
    });
    let base = Vulnerability {
        package: some_text(package, "/package/os_package_name")
            .unwrap_or_else(|| text(package, "/package/name")),
        version: text(package, "/package/version"),
        path: some_text(result, "/source/path"),
        layer,
        ..Vulnerability::default()
    };
    let all: Vec<&Value> = list(package, "/vulnerabilities").collect();
    let mut grouped: Vec<String> = Vec::new();
    for group in list(package, "/groups") {
        let ids: Vec<String> = list(group, "/ids")
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let Some(first) = ids.first() else { continue };
        let members = all
            .iter()
            .copied()
            .filter(|one| ids.contains(&text(one, "/id")));
        let members: Vec<&Value> = members.collect();
        let score = text(group, "/max_severity").parse().map(Severity::of_score);
        found.push(Vulnerability {
            id: first.clone(),
            severity: score.unwrap_or_else(|_| worst(&members)),
            fixed: fixed(&members, package),
            ..base.clone()
        });
        grouped.extend(ids);
    }
    for one in all {
        let id = text(one, "/id");
        if !grouped.contains(&id) {
            found.push(Vulnerability {
                id,
                severity: worst(&[one]),
                fixed: fixed(&[one], package),
                ..base.clone()
            });
        }
    }
}

/// Returns the worst severity of some advisories.
fn worst(advisories: &[&Value]) -> Severity {
    let severities = advisories.iter().map(|one| {
        let word = Severity::of(&text(one, "/database_specific/severity"));
        let vectors = list(one, "/severity").filter_map(|one| base_score(&text(one, "/score")));
        let scored = vectors.map(Severity::of_score).max().unwrap_or_default();
        if word == Severity::Unknown {
            scored
        } else {
            word
        }
    });
    severities.max().unwrap_or_default()
}

/// Returns the fixed versions of the package, as written in the advisories.
fn fixed(advisories: &[&Value], package: &Value) -> String {
    let name = text(package, "/package/name");
    let mut versions: Vec<String> = Vec::new();
    for affected in advisories.iter().flat_map(|one| list(one, "/affected")) {
        let of = text(affected, "/package/name");
        if !of.is_empty() && of != name {
            continue;
        }
        for event in list(affected, "/ranges").flat_map(|range| list(range, "/events")) {
            if let Some(version) = some_text(event, "/fixed").filter(|one| !versions.contains(one))
            {
                versions.push(version);
            }
        }
    }
    versions.join(", ")
}

/// Returns the base score of a CVSS 3.0 or 3.1 vector with all of its base metrics (first.org, "Common Vulnerability Scoring System v3.1", section 7.1).
fn base_score(vector: &str) -> Option<f64> {
    let vector: Vector = vector.trim().parse().ok()?;
    let exploitability = vector.av.is_some() && vector.ac.is_some() && vector.pr.is_some();
    let scope = vector.ui.is_some() && vector.s.is_some();
    let impact = vector.c.is_some() && vector.i.is_some() && vector.a.is_some();
    (exploitability && scope && impact).then(|| vector.base_score().value())
}

#[cfg(test)]
mod tests {
    use super::base_score;

    /// Scores from the specification's examples and from the advisories of these vectors.
    #[test]
    fn known_vectors_have_their_known_scores() {
        for (vector, known) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
            ("CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 5.9),
            ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/E:P", 7.5),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", 5.3),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N", 4.8),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:H", 8.2),
            ("CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:C/C:H/I:H/A:H", 8.5),
            ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", 0.0),
        ] {
            let found = base_score(vector).expect(vector);
            assert!((found - known).abs() < 1e-9, "{vector}: {found}");
        }
        for vector in [
            "",
            "7.5",
            "CVSS:3.1/AV:N",
            "AV:N/AC:L/Au:N/C:N/I:N/A:P",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N",
            "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        ] {
            assert_eq!(base_score(vector), None, "{vector}");
        }
    }
}
