//! The table of rules: names, kinds of limit and purposes, for options, rules files, reports and help.
//!
//! CONTRIBUTING.md, "A rule", lists the files to change for a new one.

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
    FindingLevel,
}

/// A row of the table.
struct RuleEntry {
    id: RuleId,
    name: &'static str,
    limit: LimitKind,
    purpose: &'static str,
}

const fn rule(
    id: RuleId,
    name: &'static str,
    limit: LimitKind,
    purpose: &'static str,
) -> RuleEntry {
    RuleEntry {
        id,
        name,
        limit,
        purpose,
    }
}

/// The table, in the order of [`RuleId`].
const RULES: [RuleEntry; 23] = [
    rule(
        RuleId::LowestEfficiency,
        "lowestEfficiency",
        LimitKind::Ratio,
        "Efficiency, dive's score: paths are rarely stored more than once.",
    ),
    rule(
        RuleId::HighestWastedBytes,
        "highestWastedBytes",
        LimitKind::Bytes,
        "Wasted bytes, dive's count: the bytes of paths stored more than once.",
    ),
    rule(
        RuleId::HighestUserWastedPercent,
        "highestUserWastedPercent",
        LimitKind::Ratio,
        "Wasted bytes, dive's count, as a share of the bytes above the first layer.",
    ),
    rule(
        RuleId::HighestImageSize,
        "highestImageSize",
        LimitKind::Bytes,
        "Size of the image, unpacked.",
    ),
    rule(
        RuleId::HighestCompressedSize,
        "highestCompressedSize",
        LimitKind::Bytes,
        "Compressed size of the image.",
    ),
    rule(
        RuleId::HighestLayerCount,
        "highestLayerCount",
        LimitKind::Count,
        "Number of layers.",
    ),
    rule(
        RuleId::HighestHiddenBytes,
        "highestHiddenBytes",
        LimitKind::Bytes,
        "Hidden bytes: stored in a layer, visible in no container.",
    ),
    rule(
        RuleId::HighestHiddenPercent,
        "highestHiddenPercent",
        LimitKind::Ratio,
        "Hidden bytes as a ratio of all bytes that the layers store.",
    ),
    rule(
        RuleId::LargestNewFile,
        "largestNewFile",
        LimitKind::Bytes,
        "Size of the largest file in the own layers.",
    ),
    rule(
        RuleId::Deny,
        "deny",
        LimitKind::Globs,
        "No layer stores a denied path.",
    ),
    rule(
        RuleId::Budget,
        "budget",
        LimitKind::Budgets,
        "Paths stay within their size budgets.",
    ),
    rule(
        RuleId::HighestGrowthBytes,
        "highestGrowthBytes",
        LimitKind::Bytes,
        "Growth of the image over its baseline, in bytes.",
    ),
    rule(
        RuleId::HighestGrowthPercent,
        "highestGrowthPercent",
        LimitKind::Growth,
        "Growth of the image over its baseline, as a ratio.",
    ),
    rule(
        RuleId::HighestLayerGrowth,
        "highestLayerGrowth",
        LimitKind::Count,
        "Layers added since the baseline.",
    ),
    rule(
        RuleId::HighestHiddenGrowth,
        "highestHiddenGrowth",
        LimitKind::Bytes,
        "Hidden bytes added since the baseline.",
    ),
    rule(
        RuleId::DenyNew,
        "denyNew",
        LimitKind::Globs,
        "No denied file was added since the baseline.",
    ),
    rule(
        RuleId::HighestCritical,
        "highestCritical",
        LimitKind::Count,
        "Number of critical vulnerabilities.",
    ),
    rule(
        RuleId::HighestHigh,
        "highestHigh",
        LimitKind::Count,
        "Number of vulnerabilities of high severity.",
    ),
    rule(
        RuleId::HighestMedium,
        "highestMedium",
        LimitKind::Count,
        "Number of vulnerabilities of medium severity.",
    ),
    rule(
        RuleId::HighestLow,
        "highestLow",
        LimitKind::Count,
        "Number of vulnerabilities of low severity.",
    ),
    rule(
        RuleId::DenyFindings,
        "denyFindings",
        LimitKind::FindingKinds,
        "No finding of a denied kind.",
    ),
    rule(
        RuleId::DenyLevel,
        "denyLevel",
        LimitKind::FindingLevel,
        "No finding of this level or above.",
    ),
    rule(
        RuleId::HighestSavingsBytes,
        "highestSavingsBytes",
        LimitKind::Bytes,
        "Bytes that fixing all findings saves.",
    ),
];

impl RuleId {
    /// Every rule, in the order reports list them.
    pub const ALL: [Self; RULES.len()] = {
        let mut all = [Self::LowestEfficiency; RULES.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = RULES[at].id;
            assert!(all[at] as usize == at, "a row is out of order");
            at += 1;
        }
        all
    };

    const fn row(self) -> &'static RuleEntry {
        &RULES[self as usize]
    }

    /// Returns the name in options, files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// Returns the purpose of the rule, one sentence.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        self.row().purpose
    }

    /// Returns the default limit: dive's three rules as in dive, all others disabled.
    #[must_use]
    pub(crate) const fn default(self) -> &'static str {
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

    /// Returns whether it compares the image with its baseline.
    #[must_use]
    pub(crate) const fn needs_baseline(self) -> bool {
        matches!(
            self,
            Self::HighestGrowthBytes
                | Self::HighestGrowthPercent
                | Self::HighestLayerGrowth
                | Self::HighestHiddenGrowth
                | Self::DenyNew
        )
    }

    /// Returns whether hidden bytes break it, so that its findings are hidden files.
    #[must_use]
    pub(crate) const fn is_about_hidden(self) -> bool {
        matches!(
            self,
            Self::LowestEfficiency
                | Self::HighestWastedBytes
                | Self::HighestUserWastedPercent
                | Self::HighestHiddenBytes
                | Self::HighestHiddenPercent
        )
    }

    /// Returns whether it checks findings.
    #[must_use]
    pub(super) const fn is_about_findings(self) -> bool {
        matches!(
            self,
            Self::DenyFindings | Self::DenyLevel | Self::HighestSavingsBytes
        )
    }

    /// Returns the kind of its limit.
    pub(super) const fn limit_kind(self) -> LimitKind {
        self.row().limit
    }

    /// Returns the rule of a name or of a former name, in any case, with or without `-` and `_`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let normalized = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
        let name = normalized(name);
        let found = Self::ALL
            .into_iter()
            .find(|id| normalized(id.name()) == name);
        found.or_else(|| {
            let mut former = FORMER_NAMES.iter();
            former
                .find(|(old, _)| normalized(old) == name)
                .map(|(_, id)| *id)
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
            Self::FindingLevel => "note, warning or error, or `disabled`",
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
