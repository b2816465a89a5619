//! SARIF 2.1.0 as scanners write it. The format has no field for packages, so they are parsed from text: Trivy and Grype write lines such as
//! `Package: openssl` in the result's or the rule's text, OSV-Scanner writes `Package 'openssl@3.0.1' is vulnerable to 'CVE-…'`. A result without a package (a
//! secret, a setting) is ignored. The severity is that of the text, else the rule's `security-severity`, a CVSS score, else the level.

use serde_json::Value;

use super::read::{list, some_text, text};
use super::vulnerability::{ScanReport, Severity, Vulnerability};

/// Reads a report; `None` when it is not SARIF.
pub(super) fn scan(json: &Value) -> Option<ScanReport> {
    json.get("runs")?.as_array()?;
    let mut merged: Option<ScanReport> = None;
    for run in list(json, "/runs") {
        let name = text(run, "/tool/driver/name");
        let found = list(run, "/results").filter_map(|result| of_result(run, result));
        let scan = ScanReport::new(&name, found);
        merged = Some(match merged {
            None => scan,
            Some(before) => before.and(scan),
        });
    }
    Some(merged.unwrap_or_default())
}

fn of_result(run: &Value, result: &Value) -> Option<Vulnerability> {
    let name = some_text(result, "/ruleId").or_else(|| some_text(result, "/rule/id"));
    let rule = rule(run, result, name.as_deref()).unwrap_or(&Value::Null);
    let name = name.unwrap_or_else(|| text(rule, "/id"));
    let message = text(result, "/message/text");
    let help = text(rule, "/help/text");
    let line = |keys: &[&str]| {
        let lines = message.lines().chain(help.lines());
        let mut pairs = lines.filter_map(|line| line.split_once(':'));
        let value = pairs.find(|(key, _)| keys.contains(&key.trim()));
        value
            .map(|(_, value)| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    let (package, version, id) = match line(&["Package"]) {
        Some(package) => (
            package,
            line(&["Installed Version", "Version"]),
            vulnerability(&message, &help),
        ),
        None => quoted(&message)?,
    };
    let location = location(result);
    Some(Vulnerability {
        id: id.unwrap_or(name),
        severity: line(&["Severity"])
            .map(|word| Severity::of(&word))
            .filter(|severity| *severity != Severity::Unknown)
            .unwrap_or_else(|| severity(result, rule)),
        package,
        version: version.unwrap_or_default(),
        fixed: line(&["Fixed Version", "Fix Version"]).unwrap_or_default(),
        path: line(&["Location"]).or(location.0),
        layer: location.1,
    })
}

/// Returns the rule of a result, by id or by index.
fn rule<'a>(run: &'a Value, result: &Value, id: Option<&str>) -> Option<&'a Value> {
    let named = |rule: &&Value| id.is_some_and(|id| text(rule, "/id") == id);
    let place = result.get("ruleIndex").and_then(Value::as_u64);
    // Some Grype versions write index 0 for every rule, so the id comes first.
    list(run, "/tool/driver/rules").find(named).or_else(|| {
        let place = usize::try_from(place?).ok()?;
        list(run, "/tool/driver/rules").nth(place)
    })
}

/// Returns the id of a line `Vulnerability CVE-2024-1`.
fn vulnerability(message: &str, help: &str) -> Option<String> {
    let lines = message.lines().chain(help.lines());
    let mut names = lines.filter_map(|line| line.trim().strip_prefix("Vulnerability "));
    names.next().map(|name| name.trim().to_owned())
}

/// Parses OSV-Scanner's sentence into package, version and id.
fn quoted(message: &str) -> Option<(String, Option<String>, Option<String>)> {
    let rest = message.strip_prefix("Package '")?;
    let (package, rest) = rest.split_once('\'')?;
    let (name, version) = package
        .rsplit_once('@')
        .filter(|(name, _)| !name.is_empty())
        .unwrap_or((package, ""));
    let id = rest.split('\'').nth(1).map(str::to_owned);
    Some((name.to_owned(), Some(version.to_owned()), id))
}

fn severity(result: &Value, rule: &Value) -> Severity {
    let score = rule.pointer("/properties/security-severity");
    let score = score.and_then(|score| score.as_f64().or_else(|| score.as_str()?.parse().ok()));
    let level =
        some_text(result, "/level").or_else(|| some_text(rule, "/defaultConfiguration/level"));
    match (score, level.as_deref()) {
        (Some(score), _) => Severity::of_score(score),
        (None, Some("error")) => Severity::High,
        (None, Some("warning")) => Severity::Medium,
        (None, Some("note")) => Severity::Low,
        _ => Severity::Unknown,
    }
}

/// Returns the path of a result, and the layer in Grype's form `image@sha256:…:/path`.
fn location(result: &Value) -> (Option<String>, Option<String>) {
    let location = result.pointer("/locations/0").unwrap_or(&Value::Null);
    let logical = text(location, "/logicalLocations/0/fullyQualifiedName");
    let layer = logical
        .find("sha256:")
        .and_then(|at| logical.get(at..at + 71));
    let uri = some_text(location, "/physicalLocation/artifactLocation/uri");
    let path = uri.map(|uri| match uri.strip_prefix("file://") {
        Some(path) => path.to_owned(),
        None => uri,
    });
    (path, layer.map(str::to_owned))
}
