//! Which rules there are: one table of names, kinds and defaults for flags, files, reports and help. What a rule does is `judge`'s.

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
    /// Fails when the packed bytes of the layers are above.
    HighestCompressedSize,
    /// Fails when there are more layers.
    HighestLayerCount,
    /// Fails when the bytes no container sees are above.
    HighestHiddenBytes,
    /// Fails when the bytes no container sees ÷ all bytes, a ratio, are above.
    HighestHiddenPercent,
    /// Fails when one file of your layers is larger.
    LargestNewFile,
    /// Fails when a layer ships a path that matches.
    Deny,
    /// Fails when the paths that match weigh more together.
    Budget,
    /// Fails when the image outgrew its baseline by more bytes.
    HighestGrowthBytes,
    /// Fails when growth ÷ the baseline's size, a ratio, is above.
    HighestGrowthPercent,
    /// Fails when there are more layers than the baseline's and these.
    HighestLayerGrowth,
    /// Fails when more bytes came that no container sees.
    HighestHiddenGrowth,
    /// Fails when a file that matches is seen, and the baseline had none of that path.
    DenyNew,
    /// Fails when a scan report names more critical vulnerabilities.
    HighestCritical,
    /// Fails when it names more of high severity.
    HighestHigh,
    /// Fails when it names more of medium severity.
    HighestMedium,
    /// Fails when it names more of low severity.
    HighestLow,
    /// Fails when advice finds something of one of these topics.
    DenyFindings,
    /// Fails when advice finds something of this level or above.
    DenyLevel,
    /// Fails when following all advice saves more bytes.
    HighestSavingsBytes,
}

/// What a rule's limit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LimitKind {
    /// A number from 0 to 1.
    Ratio,
    /// A number from 0 on: something may more than double.
    Growth,
    /// A size.
    Bytes,
    /// A whole number.
    Count,
    /// A list of globs.
    Globs,
    /// A size for each of some globs.
    Budgets,
    /// A list of advice's topics.
    FindingKinds,
    /// A level of advice's.
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

    /// Returns what the rule is for, in one sentence.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::LowestEfficiency => "Paths are not stored again and again (dive's score).",
            Self::HighestWastedBytes => {
                "Few bytes stand in paths stored more than once (dive's count)."
            }
            Self::HighestUserWastedPercent => {
                "Few of the bytes above the first layer stand in paths stored more than once (dive's count)."
            }
            Self::HighestImageSize => "The image is no larger than this, unpacked.",
            Self::HighestCompressedSize => "The image is no larger than this, packed.",
            Self::HighestLayerCount => "The image has no more layers than this.",
            Self::HighestHiddenBytes | Self::HighestHiddenPercent => {
                "Few bytes are shipped that no container can see."
            }
            Self::LargestNewFile => "No single file of your layers is larger than this.",
            Self::Deny => "No layer ships a path that is banned.",
            Self::Budget => "Paths keep to their budgets.",
            Self::HighestGrowthBytes | Self::HighestGrowthPercent => {
                "The image grows little over its baseline."
            }
            Self::HighestLayerGrowth => "The image has few more layers than its baseline.",
            Self::HighestHiddenGrowth => "Little more is shipped unseen than in the baseline.",
            Self::DenyNew => "No file comes that the baseline did not have and that is banned.",
            Self::HighestCritical => "Few critical vulnerabilities are known.",
            Self::HighestHigh => "Few vulnerabilities of high severity are known.",
            Self::HighestMedium => "Few vulnerabilities of medium severity are known.",
            Self::HighestLow => "Few vulnerabilities of low severity are known.",
            Self::DenyFindings => "Advice finds nothing that is banned.",
            Self::DenyLevel => "Advice finds nothing of this level or above.",
            Self::HighestSavingsBytes => "Following all advice would save little.",
        }
    }

    /// Returns what holds when nobody says anything: dive's three rules as in dive, all others off.
    #[must_use]
    pub const fn default(self) -> &'static str {
        match self {
            Self::LowestEfficiency => "0.9",
            Self::HighestUserWastedPercent => "0.1",
            _ => "disabled",
        }
    }

    /// Returns whether it is one of dive's three.
    #[must_use]
    pub const fn is_dives(self) -> bool {
        matches!(
            self,
            Self::LowestEfficiency | Self::HighestWastedBytes | Self::HighestUserWastedPercent
        )
    }

    /// Returns whether it is broken by bytes that no container sees, so that its findings are the image's waste.
    #[must_use]
    pub const fn is_about_waste(self) -> bool {
        matches!(
            self,
            Self::LowestEfficiency
                | Self::HighestWastedBytes
                | Self::HighestUserWastedPercent
                | Self::HighestHiddenBytes
                | Self::HighestHiddenPercent
        )
    }

    /// Returns whether it judges what advice finds.
    #[must_use]
    pub const fn is_about_findings(self) -> bool {
        matches!(
            self,
            Self::DenyFindings | Self::DenyLevel | Self::HighestSavingsBytes
        )
    }

    pub(super) const fn takes(self) -> LimitKind {
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
    /// Returns what is allowed, for a hint.
    pub(super) fn allowed(self) -> String {
        let allowed = match self {
            Self::Ratio => "a number from 0 to 1, or `disabled`",
            Self::Growth => "a number from 0 on, such as 0.05 for a twentieth, or `disabled`",
            Self::Bytes => "a size such as 20MB, 1.5 GiB or 1000, or `disabled`",
            Self::Count => "a whole number, or `disabled`",
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
