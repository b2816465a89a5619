//! What advice is about: one table of ids, titles and levels for screens, reports, rules and help. How a topic is found is its own file's.

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingLevel {
    /// Worth knowing.
    Note,
    /// Worth mending.
    Warning,
    /// Dangerous, or broken.
    Error,
}

impl FindingLevel {
    /// Every level, the least first.
    pub const ALL: [Self; 3] = [Self::Note, Self::Warning, Self::Error];

    /// Returns the word for it: SARIF's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// Returns the level of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let same = |level: &Self| level.name().eq_ignore_ascii_case(word.trim());
        Self::ALL.into_iter().find(same)
    }
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// A secret in a file, in the environment or in an instruction.
    Secret,
    /// The program that is started asks for a loader that is not there.
    LoaderMissing,
    /// Compilers and what only builds need.
    BuildTools,
    /// A base with more than the program needs.
    SmallerBase,
    /// Lists, downloads and caches of package managers.
    PackageCaches,
    /// Packages that came because another recommends them.
    Recommended,
    /// Deletions that save nothing.
    Deleted,
    /// Files stored again because their mode or owner changed.
    ReStored,
    /// Files that several instructions write.
    Overwritten,
    /// What only developers need.
    Development,
    /// The same content at several paths.
    Duplicates,
    /// Programs with symbols for debuggers.
    Unstripped,
    /// Manuals and translations.
    Documents,
    /// Nothing says another user than root.
    RunsAsRoot,
    /// Programs that run as their owner, whoever starts them.
    Setuid,
    /// What everybody may write.
    WorldWritable,
}

impl FindingKind {
    /// Every topic, in the order of the table.
    pub const ALL: [Self; 16] = [
        Self::Secret,
        Self::LoaderMissing,
        Self::BuildTools,
        Self::SmallerBase,
        Self::PackageCaches,
        Self::Recommended,
        Self::Deleted,
        Self::ReStored,
        Self::Overwritten,
        Self::Development,
        Self::Duplicates,
        Self::Unstripped,
        Self::Documents,
        Self::RunsAsRoot,
        Self::Setuid,
        Self::WorldWritable,
    ];

    /// Returns what reports and rules call it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::LoaderMissing => "loader-missing",
            Self::BuildTools => "build-tools",
            Self::SmallerBase => "smaller-base",
            Self::PackageCaches => "package-caches",
            Self::Recommended => "recommended-packages",
            Self::Deleted => "deleted",
            Self::ReStored => "re-stored",
            Self::Overwritten => "overwritten",
            Self::Development => "development-files",
            Self::Duplicates => "duplicates",
            Self::Unstripped => "unstripped",
            Self::Documents => "documents",
            Self::RunsAsRoot => "runs-as-root",
            Self::Setuid => "setuid",
            Self::WorldWritable => "world-writable",
        }
    }

    /// Returns what people call it, in at most 16 columns.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Secret => "secret shipped",
            Self::LoaderMissing => "cannot start",
            Self::BuildTools => "build tools",
            Self::SmallerBase => "smaller base",
            Self::PackageCaches => "package caches",
            Self::Recommended => "only recommended",
            Self::Deleted => "deleted",
            Self::ReStored => "re-stored",
            Self::Overwritten => "overwritten",
            Self::Development => "developer files",
            Self::Duplicates => "duplicate files",
            Self::Unstripped => "debug symbols",
            Self::Documents => "docs and locales",
            Self::RunsAsRoot => "runs as root",
            Self::Setuid => "setuid programs",
            Self::WorldWritable => "world-writable",
        }
    }

    /// Returns how much a finding of it matters at the most.
    #[must_use]
    pub const fn level(self) -> FindingLevel {
        match self {
            Self::Secret | Self::LoaderMissing => FindingLevel::Error,
            Self::BuildTools
            | Self::PackageCaches
            | Self::Recommended
            | Self::Deleted
            | Self::ReStored
            | Self::Development
            | Self::RunsAsRoot
            | Self::WorldWritable => FindingLevel::Warning,
            Self::SmallerBase
            | Self::Overwritten
            | Self::Duplicates
            | Self::Unstripped
            | Self::Documents
            | Self::Setuid => FindingLevel::Note,
        }
    }

    /// Returns the kind of an id or of a former id, in any case.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        let id = id.trim();
        let former = FORMER_IDS.iter();
        let mut former = former.filter(|(name, _)| name.eq_ignore_ascii_case(id));
        let same = |kind: &Self| kind.id().eq_ignore_ascii_case(id);
        let found = Self::ALL.into_iter().find(same);
        found.or_else(|| former.next().map(|(_, kind)| *kind))
    }
}

/// Ids of earlier versions. Rules files may still contain them.
const FORMER_IDS: [(&str, FindingKind); 3] = [
    ("deleted-later", FindingKind::Deleted),
    ("stored-again", FindingKind::ReStored),
    ("written-twice", FindingKind::Overwritten),
];
