//! Findings that a rules file accepts, and the reason: parsing, and splitting an image's findings by them. Accepted findings and unused entries are kept
//! for the reports.

use super::rules_file::{self, RawValue};
use super::value_error::ValueError;
use crate::analysis::findings::{ClaimedEntry, Finding, FindingKind, Findings};
use crate::escape;
use crate::failure::Failure;
use crate::image::Image;
use crate::query::Globs;
use crate::suggest::did_you_mean;

/// Findings that break no rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Acceptance {
    /// Their kind.
    pub kind: FindingKind,
    /// Their paths; `None` accepts every finding of the kind.
    pub path: Option<Globs>,
    /// Why, as written in the file; not escaped.
    pub reason: String,
    /// The file and line: `.dive-ci:12: accept`.
    pub location: String,
}

/// Keys of one entry.
const KEYS: [&str; 3] = ["id", "path", "reason"];

impl Acceptance {
    /// Parses one entry; warnings are added to `notes`.
    ///
    /// # Errors
    /// [`Failure`] when the id is missing or unknown, or the reason is missing.
    pub(super) fn of(
        value: &RawValue,
        location: &str,
        notes: &mut Vec<String>,
    ) -> Result<Self, Failure> {
        let refused = |why: ValueError| {
            rules_file::refused(location, &value.to_string(), why).hint(
                "accept takes findings such as {id: secret, path: /srv/test/**, reason: a test key}; docs/ci.md lists the ids",
            )
        };
        let RawValue::Pairs(pairs) = value else {
            return Err(refused(ValueError::NotAFinding));
        };
        for (key, _) in pairs {
            if !KEYS.contains(&key.as_str()) {
                notes.push(rules_file::unknown(location, key, &KEYS));
            }
        }
        let get = |key| pairs.iter().find(|(name, _)| name == key);
        let value_of = |key| get(key).map(|(_, value)| value.trim());
        let id = value_of("id").ok_or_else(|| refused(ValueError::NoId))?;
        let kind = kind(id).map_err(refused)?;
        let path = match value_of("path") {
            None => None,
            Some("") => return Err(refused(ValueError::EmptyPath)),
            Some(path) => {
                Some(Globs::new(vec![path.to_owned()]).map_err(|why| refused(why.into()))?)
            }
        };
        let reason = value_of("reason").unwrap_or_default();
        if reason.is_empty() {
            return Err(refused(ValueError::NoReason));
        }
        Ok(Self {
            kind,
            path,
            reason: reason.to_owned(),
            location: location.to_owned(),
        })
    }

    /// Returns the warning for an entry that matches no finding.
    #[must_use]
    pub(crate) fn unused(&self) -> String {
        let (location, id) = (&self.location, self.kind.id());
        let path = self.path.as_ref().and_then(|path| path.written().first());
        let path = path.map_or_else(String::new, |path| format!(" at `{}`", escape::text(path)));
        format!("{location}: no {id}{path} found; remove this entry")
    }
}

/// Returns the kind of a finding id.
///
/// # Errors
/// [`ValueError`] with the nearest known id.
pub(super) fn kind(id: &str) -> Result<FindingKind, ValueError> {
    FindingKind::from_name(id).ok_or_else(|| {
        let id = id.trim();
        let guess = did_you_mean(id, &FindingKind::ALL.map(FindingKind::id));
        ValueError::UnknownFinding {
            id: id.to_owned(),
            guess,
        }
    })
}

/// Findings of an image, split by whether they are accepted.
#[derive(Debug, Default)]
pub(super) struct FilteredFindings<'a> {
    /// Findings that count, each with the number of its accepted paths.
    pub(super) left: Vec<(Finding, usize)>,
    pub(super) accepted: Vec<(Finding, &'a Acceptance)>,
    pub(super) unused: Vec<&'a Acceptance>,
}

impl<'a> FilteredFindings<'a> {
    /// Splits the findings of the layers from `from` on. A finding without paths is about the image and always counts.
    pub(super) fn of(
        accept: &'a [Acceptance],
        image: &Image,
        findings: &Findings,
        from: usize,
    ) -> Self {
        let matched: Vec<Option<Vec<bool>>> = accept
            .iter()
            .map(|one| one.path.as_ref().map(|globs| globs.matches(image)))
            .collect();
        let mut used = vec![false; accept.len()];
        let mut filtered = Self::default();
        for finding in &findings.list {
            let below = |claim: &ClaimedEntry| claim.layer.index() < from;
            let counted = if finding.claims.iter().any(below) {
                finding.without(below)
            } else {
                Some(finding.clone())
            };
            let all = counted.as_ref().map_or(0, |finding| finding.claims.len());
            let mut left = counted;
            for (at, one) in accept.iter().enumerate() {
                let Some(now) = left.take_if(|_| one.kind == finding.kind) else {
                    continue;
                };
                let Some(matched) = &matched[at] else {
                    used[at] = true;
                    filtered.accepted.push((now, one));
                    continue;
                };
                let matches_path = |claim: &ClaimedEntry| matched[claim.node.index()];
                if !now.claims.iter().any(matches_path) {
                    left = Some(now);
                    continue;
                }
                used[at] = true;
                let fitting = now.without(|claim| !matches_path(claim));
                filtered
                    .accepted
                    .extend(fitting.map(|fitting| (fitting, one)));
                left = now.without(matches_path);
            }
            filtered.left.extend(left.map(|left| {
                let accepted = all - left.claims.len();
                (left, accepted)
            }));
        }
        let unused = accept.iter().zip(used).filter(|(_, used)| !used);
        filtered.unused = unused.map(|(one, _)| one).collect();
        filtered
    }
}
