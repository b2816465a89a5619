//! Reads a scan report and detects its scanner by content, never by file name. Unknown keys are ignored, missing ones left empty; a file that is not a scan
//! report is an error.

use std::path::Path;

use serde_json::Value;

use super::vulnerability::ScanReport;
use super::{grype, osv, sarif, trivy};
use crate::escape;
use crate::failure::Failure;
use crate::small_file;

/// The largest scan report, in bytes.
const MOST_BYTES: u64 = 512 << 20;
const KNOWN: &str = "a scan report is the JSON of trivy (--format json), grype (-o json) or osv-scanner (--format json), or SARIF 2.1.0";

/// Reads a report from a file.
///
/// # Errors
/// [`Failure`] when it cannot be read or is not a known scanner's report.
pub fn read(path: &Path) -> Result<ScanReport, Failure> {
    let shown = escape::text(&path.to_string_lossy()).into_owned();
    let bytes = small_file::bytes(
        path,
        MOST_BYTES,
        "larger than 512 MiB, the limit of a scan report",
    );
    let bytes = bytes.map_err(|error| {
        Failure::new(format!("cannot read the scan report {shown}"))
            .because(error)
            .hint("--scan-report FILE names a file that a scanner wrote")
    })?;
    parse(&bytes, &shown)
}

/// Detects the scanner of a report and parses it. `shown` names the report in errors.
///
/// # Errors
/// [`Failure`] when it is not a known scanner's report.
pub fn parse(bytes: &[u8], shown: &str) -> Result<ScanReport, Failure> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let json: Value = serde_json::from_slice(bytes).map_err(|error| {
        Failure::new(format!("{shown} is not a scan report: not JSON"))
            .because(error)
            .hint(KNOWN)
    })?;
    let all = [trivy::scan, grype::scan, osv::scan, sarif::scan];
    let scan = all.iter().find_map(|scan| scan(&json));
    scan.ok_or_else(|| {
        let keys = json.as_object().into_iter().flat_map(|map| map.keys());
        let keys: Vec<&str> = keys.map(String::as_str).take(5).collect();
        let content = match (keys.is_empty(), &json) {
            (false, _) => format!("it has {}", escape::text(&keys.join(", "))),
            (true, Value::Array(_)) => "it is a list".to_owned(),
            (true, _) => "it is empty".to_owned(),
        };
        Failure::new(format!("{shown} is not a scan report: {content}")).hint(KNOWN)
    })
}

/// Returns the text at a JSON pointer; empty when there is none.
pub(super) fn text(json: &Value, pointer: &str) -> String {
    let text = json.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_default().trim().to_owned()
}

/// Returns the text at a JSON pointer, unless it is missing or empty.
pub(super) fn some_text(json: &Value, pointer: &str) -> Option<String> {
    Some(text(json, pointer)).filter(|text| !text.is_empty())
}

/// Returns the elements of the list at a JSON pointer; none when there is no list.
pub(super) fn list<'a>(
    json: &'a Value,
    pointer: &str,
) -> impl Iterator<Item = &'a Value> + use<'a> {
    let list = json.pointer(pointer).and_then(Value::as_array);
    list.into_iter().flatten()
}
