//! The table of rules: names, purposes, defaults and limits, for flags, rules files, reports and help. `measure` computes their values.

use crate::analysis::findings::FindingKind;

/// A rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleId {
    /// dive's: fails when the efficiency score is below.
    LowestEfficiency,
    /// dive's: fails when the wasted bytes (dive's count) are above.
    HighestWastedBytes,
    /// dive's: fails when wasted ÷ user bytes, a ratio, is above.
    HighestUserWastedPercent,
    /// Fails when the unpacked bytes of the layers are above.
    HighestImageSize,
    /// Fails when the compressed bytes of the layers are above.
    HighestCompressedSize,
    /// Fails when there are more layers.
    HighestLayerCount,
    /// Fails when the hidden bytes are above.
    HighestHiddenBytes,
    /// Fails when hidden bytes ÷ all bytes, a ratio, is above.
    HighestHiddenPercent,
    /// Fails when one file of the own layers is larger.
    LargestNewFile,
    /// Fails when a layer stores a path that matches.
    Deny,
    /// Fails when the matching paths are larger in total.
    Budget,
    /// Fails when the image grew over its baseline by more bytes.
    HighestGrowthBytes,
    /// Fails when growth ÷ the baseline's size, a ratio, is above.
    HighestGrowthPercent,
    /// Fails when more layers were added since the baseline.
    HighestLayerGrowth,
    /// Fails when more hidden bytes were added since the baseline.
    HighestHiddenGrowth,
    /// Fails when a matching file is visible that the baseline does not have.
    DenyNew,
    /// Fails when a scan report lists more critical vulnerabilities.
    HighestCritical,
    /// Fails when it lists more of high severity.
    HighestHigh,
    /// Fails when it lists more of medium severity.
    HighestMedium,
    /// Fails when it lists more of low severity.
    HighestLow,
    /// Fails on findings of these kinds.
    DenyFindings,
    /// Fails on findings of this level or above.
    DenyLevel,
    /// Fails when fixing all findings saves more bytes.
    HighestSavingsBytes,
}

/// The kind of value that a rule's limit has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LimitKind {
    /// A number from 0 to 1.
    Ratio,
    /// A number from 0 up; growth may exceed 1.
    Growth,
    /// A size.
    Bytes,
    /// An integer.
    Count,
    /// A list of globs.
    Globs,
    /// Globs with a size each.
    Budgets,
    /// A list of finding ids.
    FindingKinds,
    /// A finding level.
    Severity,
}

impl RuleId {
    /// Every rule, in the order reports list them.
    pub const ALL: [Self; 23] = [
        Self::LowestEfficiency,
        Self::HighestWastedBytes,
        Self::HighestUserWastedPercent,
        Self::HighestImageSize,
        Self::HighestCompressedSize,
        Self::HighestLayerCount,
        Self::HighestHiddenBytes,
        Self::HighestHiddenPercent,
        Self::LargestNewFile,
        Self::Deny,
        Self::Budget,
        Self::HighestGrowthBytes,
        Self::HighestGrowthPercent,
        Self::HighestLayerGrowth,
        Self::HighestHiddenGrowth,
        Self::DenyNew,
        Self::HighestCritical,
        Self::HighestHigh,
        Self::HighestMedium,
        Self::HighestLow,
        Self::DenyFindings,
        Self::DenyLevel,
        Self::HighestSavingsBytes,
    ];

    /// Returns the name in flags, files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LowestEfficiency => "lowestEfficiency",
            Self::HighestWastedBytes => "highestWastedBytes",
            Self::HighestUserWastedPercent => "highestUserWastedPercent",
            Self::HighestImageSize => "highestImageSize",
            Self::HighestCompressedSize => "highestCompressedSize",
            Self::HighestLayerCount => "highestLayerCount",
            Self::HighestHiddenBytes => "highestHiddenBytes",
            Self::HighestHiddenPercent => "highestHiddenPercent",
            Self::LargestNewFile => "largestNewFile",
            Self::Deny => "deny",
            Self::Budget => "budget",
            Self::HighestGrowthBytes => "highestGrowthBytes",
            Self::HighestGrowthPercent => "highestGrowthPercent",
            Self::HighestLayerGrowth => "highestLayerGrowth",
            Self::HighestHiddenGrowth => "highestHiddenGrowth",
            Self::DenyNew => "denyNew",
            Self::HighestCritical => "highestCritical",
            Self::HighestHigh => "highestHigh",
            Self::HighestMedium => "highestMedium",
            Self::HighestLow => "highestLow",
            Self::DenyFindings => "denyFindings",
            Self::DenyLevel => "denyLevel",
            Self::HighestSavingsBytes => "highestSavingsBytes",
        }
    }

    /// Returns the purpose of the rule, one sentence.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::LowestEfficiency => {
                "Efficiency, dive's score: paths are rarely stored more than once."
            }
            Self::HighestWastedBytes => {
                "Wasted bytes, dive's count: the bytes of paths stored more than once."
            }
            Self::HighestUserWastedPercent => {
                "Wasted bytes, dive's count, as a share of the bytes above the first layer."
            }
            Self::HighestImageSize => "Size of the image, unpacked.",
            Self::HighestCompressedSize => "Compressed size of the image.",
            Self::HighestLayerCount => "Number of layers.",
            Self::HighestHiddenBytes | Self::HighestHiddenPercent => {
                "Hidden bytes: stored in a layer, visible in no container."
            }
            Self::LargestNewFile => "Size of the largest file in the own layers.",
            Self::Deny => "No layer stores a banned path.",
            Self::Budget => "Paths stay within their size budgets.",
            Self::HighestGrowthBytes | Self::HighestGrowthPercent => {
                "Growth of the image over its baseline."
            }
            Self::HighestLayerGrowth => "Layers added since the baseline.",
            Self::HighestHiddenGrowth => "Hidden bytes added since the baseline.",
            Self::DenyNew => "No banned file was added since the baseline.",
            Self::HighestCritical => "Number of critical vulnerabilities.",
            Self::HighestHigh => "Number of vulnerabilities of high severity.",
            Self::HighestMedium => "Number of vulnerabilities of medium severity.",
            Self::HighestLow => "Number of vulnerabilities of low severity.",
            Self::DenyFindings => "No finding of a banned kind.",
            Self::DenyLevel => "No finding of this level or above.",
            Self::HighestSavingsBytes => "Bytes that fixing all findings saves.",
        }
    }

    /// Returns the default limit: dive's three rules as in dive, all others disabled.
    #[must_use]
    pub const fn default(self) -> &'static str {
        match self {
            Self::LowestEfficiency => "0.9",
            Self::HighestUserWastedPercent => "0.1",
            _ => "disabled",
        }
    }

    /// Returns whether it is one of dive's three rules.
    #[must_use]
    pub(super) const fn is_dives(self) -> bool {
        matches!(
            self,
            Self::LowestEfficiency | Self::HighestWastedBytes | Self::HighestUserWastedPercent
        )
    }

    /// Returns whether hidden bytes break it, so that its findings are hidden files.
    #[must_use]
    pub const fn is_about_hidden(self) -> bool {
        matches!(
            self,
            Self::LowestEfficiency
                | Self::HighestWastedBytes
                | Self::HighestUserWastedPercent
                | Self::HighestHiddenBytes
                | Self::HighestHiddenPercent
        )
    }

    /// Returns whether it judges findings.
    #[must_use]
    pub(super) const fn is_about_findings(self) -> bool {
        matches!(
            self,
            Self::DenyFindings | Self::DenyLevel | Self::HighestSavingsBytes
        )
    }

    pub(super) const fn limit_kind(self) -> LimitKind {
        match self {
            Self::LowestEfficiency
            | Self::HighestUserWastedPercent
            | Self::HighestHiddenPercent => LimitKind::Ratio,
            Self::HighestWastedBytes
            | Self::HighestImageSize
            | Self::HighestCompressedSize
            | Self::HighestHiddenBytes
            | Self::LargestNewFile
            | Self::HighestGrowthBytes
            | Self::HighestHiddenGrowth
            | Self::HighestSavingsBytes => LimitKind::Bytes,
            Self::HighestGrowthPercent => LimitKind::Growth,
            Self::HighestLayerCount
            | Self::HighestLayerGrowth
            | Self::HighestCritical
            | Self::HighestHigh
            | Self::HighestMedium
            | Self::HighestLow => LimitKind::Count,
            Self::Deny | Self::DenyNew => LimitKind::Globs,
            Self::Budget => LimitKind::Budgets,
            Self::DenyFindings => LimitKind::FindingKinds,
            Self::DenyLevel => LimitKind::Severity,
        }
    }

    /// Returns the rule of a name or of a former name, in any case, with or without `-` and `_`.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let bare = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
        let name = bare(name);
        let found = Self::ALL.into_iter().find(|id| bare(id.name()) == name);
        found.or_else(|| {
            let mut former = FORMER_NAMES.iter();
            former.find(|(old, _)| bare(old) == name).map(|(_, id)| *id)
        })
    }
}

impl LimitKind {
    /// Returns the allowed values, for a hint.
    pub(super) fn allowed(self) -> String {
        let allowed = match self {
            Self::Ratio => "a number from 0 to 1, or `disabled`",
            Self::Growth => "a number from 0 up, such as 0.05 for 5 %, or `disabled`",
            Self::Bytes => "a size such as 20MB, 1.5 GiB or 1000, or `disabled`",
            Self::Count => "an integer, or `disabled`",
            Self::Globs => "a list of globs such as [\"**/.git/**\"]",
            Self::Budgets => "globs with a size each, such as {\"/usr/share/doc/**\": 5MB}",
            Self::FindingKinds => {
                let ids = FindingKind::ALL.map(FindingKind::id).join(", ");
                return format!("a list of: {ids}; or `disabled`");
            }
            Self::Severity => "note, warning or error, or `disabled`",
        };
        allowed.to_owned()
    }
}

/// Rule names of earlier versions. Rules files may still contain them.
const FORMER_NAMES: [(&str, RuleId); 5] = [
    ("highestReclaimableBytes", RuleId::HighestHiddenBytes),
    ("highestReclaimablePercent", RuleId::HighestHiddenPercent),
    ("highestReclaimableGrowth", RuleId::HighestHiddenGrowth),
    ("highestStoredSize", RuleId::HighestCompressedSize),
    ("highestAdvisedBytes", RuleId::HighestSavingsBytes),
];
