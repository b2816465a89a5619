//! What a scanner found, and what it has to do with an image. Plain data; texts are the report's own and must be made safe before they are shown.

use std::collections::HashSet;

use crate::image::{LayerId, NodeId};

/// How bad a vulnerability is, as the report has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The report does not say.
    #[default]
    Unknown,
    /// Grype's word for what hardly matters.
    Negligible,
    /// CVSS 0.1 to 3.9.
    Low,
    /// CVSS 4.0 to 6.9.
    Medium,
    /// CVSS 7.0 to 8.9.
    High,
    /// CVSS 9.0 to 10.0.
    Critical,
}

impl Severity {
    /// Every severity, the worst first.
    pub const ALL: [Self; 6] = [
        Self::Critical,
        Self::High,
        Self::Medium,
        Self::Low,
        Self::Negligible,
        Self::Unknown,
    ];

    /// Returns the word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Negligible => "negligible",
            Self::Unknown => "unknown",
        }
    }

    /// Returns the severity that a scanner's word means; GitHub's advisories say `moderate`.
    #[must_use]
    pub fn of(word: &str) -> Self {
        let word = word.trim();
        if word.eq_ignore_ascii_case("moderate") {
            return Self::Medium;
        }
        let named = Self::ALL.into_iter();
        let mut named = named.filter(|severity| word.eq_ignore_ascii_case(severity.name()));
        named.next().unwrap_or_default()
    }

    /// Returns the severity of a CVSS score (CVSS 3.1, section 5, "Qualitative Severity Rating Scale"; 2.0 has no scale of its own).
    #[must_use]
    pub fn of_score(score: f64) -> Self {
        match score {
            9.0..=10.0 => Self::Critical,
            7.0..9.0 => Self::High,
            4.0..7.0 => Self::Medium,
            0.1..4.0 => Self::Low,
            0.0..0.1 => Self::Negligible,
            _ => Self::Unknown,
        }
    }
}

/// One vulnerability of one package, as a report has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vulnerability {
    /// `CVE-2024-1234`, `GHSA-…`.
    pub id: String,
    /// How bad.
    pub severity: Severity,
    /// The package.
    pub package: String,
    /// Its version that is installed.
    pub version: String,
    /// The versions that mend it; empty when there are none.
    pub fixed: String,
    /// The file that the package was found by.
    pub path: Option<String>,
    /// The layer's diff_id or digest.
    pub layer: Option<String>,
}

/// What a report says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scan {
    /// Whose it is: `Trivy`, `Grype`, `OSV-Scanner`, or what a SARIF file calls its tool.
    pub tools: Vec<String>,
    /// What was found, in the order of the report; one id of one package in one version is there once.
    pub found: Vec<Vulnerability>,
}

impl Scan {
    pub(super) fn new(tool: &str, found: impl IntoIterator<Item = Vulnerability>) -> Self {
        Self {
            tools: vec![tool.to_owned()],
            found: found.into_iter().collect(),
        }
        .once()
    }

    /// Returns two reports of one image as one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.tools.extend(other.tools);
        self.tools.dedup();
        self.found.extend(other.found);
        self.once()
    }

    /// Keeps of equals the first, with the worst severity that either says.
    fn once(mut self) -> Self {
        let key = |one: &Vulnerability| (one.id.clone(), one.package.clone(), one.version.clone());
        self.found
            .sort_by_cached_key(|one| (key(one), std::cmp::Reverse(one.severity)));
        let mut seen = HashSet::new();
        self.found.retain(|one| seen.insert(key(one)));
        self
    }
}

/// A vulnerability and where in the image it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What the report says.
    pub said: Vulnerability,
    /// The layer that brought it: the report's own, else the package's, else the path's.
    pub layer: Option<LayerId>,
    /// The file, or what the package can be looked at by.
    pub node: Option<NodeId>,
    /// Whether it came with the base; nothing when the layer is not known.
    pub inherited: Option<bool>,
}

impl Found {
    /// Returns whose it is, in a word or two.
    #[must_use]
    pub const fn whose(&self) -> &'static str {
        match self.inherited {
            Some(true) => "in the base",
            Some(false) => "yours",
            None => "in no known layer",
        }
    }

    /// Returns it as one phrase, not made safe: `CVE-2024-1 (high) in openssl 3.0.1, in the base, fixed in 3.0.2`.
    #[must_use]
    pub fn phrase(&self) -> String {
        let said = &self.said;
        let fixed = match said.fixed.as_str() {
            "" => "no fix known".to_owned(),
            fixed => format!("fixed in {fixed}"),
        };
        format!(
            "{} ({}) in {} {}, {}, {fixed}",
            said.id,
            said.severity.name(),
            said.package,
            said.version,
            self.whose()
        )
    }
}

/// Everything that was found in an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vulnerabilities {
    /// Who says so.
    pub tools: Vec<String>,
    /// The worst first, then by package, version and id.
    pub found: Vec<Found>,
}

/// How many of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All of that severity.
    pub all: usize,
    /// Those that came with the base.
    pub inherited: usize,
    /// Those that a newer version of the package mends.
    pub mendable: usize,
}

impl Vulnerabilities {
    /// Returns how many are so bad.
    #[must_use]
    pub fn count(&self, severity: Severity) -> Counts {
        let mut counts = Counts::default();
        for found in self.of(severity) {
            counts.all += 1;
            counts.inherited += usize::from(found.inherited == Some(true));
            counts.mendable += usize::from(!found.said.fixed.is_empty());
        }
        counts
    }

    /// Returns those that are so bad.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Found> {
        self.found
            .iter()
            .filter(move |found| found.said.severity == severity)
    }

    /// Returns the severities there are with how many, in one phrase: `2 critical, 1 low`; `none`.
    #[must_use]
    pub fn phrase(&self) -> String {
        let counted = Severity::ALL.map(|severity| (self.count(severity).all, severity.name()));
        let words: Vec<String> = counted
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{count} {name}"))
            .collect();
        if words.is_empty() {
            return "none".to_owned();
        }
        words.join(", ")
    }
}
