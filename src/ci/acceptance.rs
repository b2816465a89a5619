//! What a rules file accepts of what advice finds, and why: read here, and held against the findings. Nothing is silently dropped: what was accepted and what
//! nothing matches is kept.

use super::rules_file::{self, RawValue};
use crate::analysis::findings::{Claim, Finding, FindingKind, Findings};
use crate::escape;
use crate::failure::Failure;
use crate::image::Image;
use crate::query::Globs;
use crate::suggest::nearest;

/// Findings that may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Acceptance {
    /// What they are about.
    pub kind: FindingKind,
    /// Their paths; without any the whole kind.
    pub path: Option<Globs>,
    /// Why, in the words of who accepts it; not made safe.
    pub reason: String,
    /// Where it is written: `.dive-ci:12: accept`.
    pub place: String,
}

/// Keys of one.
const KEYS: [&str; 3] = ["id", "path", "reason"];

impl Acceptance {
    /// Reads one; what is odd but no error goes to `notes`.
    ///
    /// # Errors
    /// [`Failure`] when it says no known id or no reason.
    pub(super) fn of(
        value: &RawValue,
        place: &str,
        notes: &mut Vec<String>,
    ) -> Result<Self, Failure> {
        let refused = |why: &str| {
            rules_file::refused(place, &value.to_string(), why).hint(
                "accept takes findings such as {id: secret, path: /srv/test/**, reason: a key of the tests}; docs/ci.md lists the ids",
            )
        };
        let RawValue::Pairs(pairs) = value else {
            return Err(refused("not a finding with id and reason"));
        };
        for (key, _) in pairs {
            if !KEYS.contains(&key.as_str()) {
                notes.push(rules_file::unknown(place, key, &KEYS));
            }
        }
        let get = |key| pairs.iter().find(|(name, _)| name == key);
        let reported = |key| get(key).map(|(_, value)| value.trim());
        let id = reported("id").ok_or_else(|| refused("no id"))?;
        let kind = kind(id).map_err(|why| refused(&why))?;
        let path = match reported("path") {
            None => None,
            Some("") => return Err(refused("an empty path: without the key all are accepted")),
            Some(path) => Some(Globs::new(vec![path.to_owned()]).map_err(|why| refused(&why))?),
        };
        let reason = reported("reason").unwrap_or_default();
        if reason.is_empty() {
            return Err(refused("no reason"));
        }
        Ok(Self {
            kind,
            path,
            reason: reason.to_owned(),
            place: place.to_owned(),
        })
    }

    /// Returns what is said of one that nothing matched.
    #[must_use]
    pub fn stale(&self) -> String {
        let (place, id) = (&self.place, self.kind.id());
        let path = self.path.as_ref().and_then(|path| path.written().first());
        let path = path.map_or_else(String::new, |path| format!(" at `{}`", escape::text(path)));
        format!("{place}: there is no {id}{path}: the line can go")
    }
}

/// Returns the kind of an id.
///
/// # Errors
/// That it is none, and which is meant.
pub(super) fn kind(id: &str) -> Result<FindingKind, String> {
    FindingKind::of(id).ok_or_else(|| {
        let near = nearest(id.trim(), &FindingKind::ALL.map(FindingKind::id));
        let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        format!("no finding is called `{}`{near}", escape::text(id.trim()))
    })
}

/// Findings, told apart by whether they are accepted.
#[derive(Debug, Default)]
pub(super) struct FilteredFindings<'a> {
    /// What counts, each with how many of its paths were accepted.
    pub(super) left: Vec<(Finding, usize)>,
    pub(super) accepted: Vec<(Finding, &'a Acceptance)>,
    pub(super) stale: Vec<&'a Acceptance>,
}

impl<'a> FilteredFindings<'a> {
    /// Sifts what advice found of the layers from `from` on; what has no path is the whole image's, and counts always.
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
        let mut sifted = Self::default();
        for finding in &findings.list {
            let below = |claim: &Claim| claim.layer.index() < from;
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
                    sifted.accepted.push((now, one));
                    continue;
                };
                let fits = |claim: &Claim| matched[claim.node.index()];
                if !now.claims.iter().any(fits) {
                    left = Some(now);
                    continue;
                }
                used[at] = true;
                let taken = now.without(|claim| !fits(claim));
                sifted.accepted.extend(taken.map(|taken| (taken, one)));
                left = now.without(fits);
            }
            sifted.left.extend(left.map(|left| {
                let accepted = all - left.claims.len();
                (left, accepted)
            }));
        }
        let stale = accept.iter().zip(used).filter(|(_, used)| !used);
        sifted.stale = stale.map(|(one, _)| one).collect();
        sifted
    }
}
