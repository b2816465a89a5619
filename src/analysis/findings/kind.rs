//! The kinds of findings: a variant each, with its id, title and level for screens, reports, rules and help. The files of `checks` find them.

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingLevel {
    /// Worth knowing.
    Note,
    /// Worth fixing.
    Warning,
    /// Dangerous, or broken.
    Error,
}

impl FindingLevel {
    /// Every level, the least first.
    pub const ALL: [Self; 3] = [Self::Note, Self::Warning, Self::Error];

    /// Returns its name, as in SARIF.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// Returns the level of a name, in any case.
    #[must_use]
    pub fn from_name(word: &str) -> Option<Self> {
        let same = |level: &Self| level.name().eq_ignore_ascii_case(word.trim());
        Self::ALL.into_iter().find(same)
    }
}

/// The kind of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// A secret in a file, in the environment or in an instruction.
    Secret,
    /// The main program needs a loader that is missing.
    LoaderMissing,
    /// Compilers and other files that only builds need.
    BuildTools,
    /// A base that is larger than the program needs.
    SmallerBase,
    /// Lists, downloads and caches of package managers.
    LeftoverCaches,
    /// Packages that are only recommended by others.
    Recommended,
    /// Files that a later layer deletes.
    Deleted,
    /// Files that a later layer stores again with equal content.
    ReStored,
    /// Files that a later layer overwrites.
    Overwritten,
    /// Files that only developers need.
    Development,
    /// The same content at several paths.
    Duplicates,
    /// Programs with symbols for debuggers.
    Unstripped,
    /// Manuals and translations.
    Documents,
    /// No user but root is set.
    RunsAsRoot,
    /// Programs with a setuid or setgid bit.
    Setuid,
    /// Paths that every user may write.
    WorldWritable,
}

impl FindingKind {
    /// Every kind, in the order of reports.
    pub(crate) const ALL: [Self; 16] = [
        Self::Secret,
        Self::LoaderMissing,
        Self::BuildTools,
        Self::SmallerBase,
        Self::LeftoverCaches,
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

    /// Returns the id for reports and rules.
    #[must_use]
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::LoaderMissing => "loader-missing",
            Self::BuildTools => "build-tools",
            Self::SmallerBase => "smaller-base",
            Self::LeftoverCaches => "leftover-caches",
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

    /// Returns the title for people, at most 20 columns: the id in words.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::LoaderMissing => "missing loader",
            Self::BuildTools => "build tools",
            Self::SmallerBase => "smaller base",
            Self::LeftoverCaches => "leftover caches",
            Self::Recommended => "recommended packages",
            Self::Deleted => "deleted files",
            Self::ReStored => "re-stored files",
            Self::Overwritten => "overwritten files",
            Self::Development => "development files",
            Self::Duplicates => "duplicates",
            Self::Unstripped => "unstripped programs",
            Self::Documents => "docs and locales",
            Self::RunsAsRoot => "runs as root",
            Self::Setuid => "setuid programs",
            Self::WorldWritable => "world-writable",
        }
    }

    /// Returns the highest level of its findings.
    #[must_use]
    pub(crate) const fn level(self) -> FindingLevel {
        match self {
            Self::Secret | Self::LoaderMissing => FindingLevel::Error,
            Self::BuildTools
            | Self::LeftoverCaches
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
    pub fn from_name(id: &str) -> Option<Self> {
        let id = id.trim();
        let former = FORMER_IDS.iter();
        let mut former = former.filter(|(name, _)| name.eq_ignore_ascii_case(id));
        let same = |kind: &Self| kind.id().eq_ignore_ascii_case(id);
        let found = Self::ALL.into_iter().find(same);
        found.or_else(|| former.next().map(|(_, kind)| *kind))
    }
}

/// Ids of earlier versions. Rules files may still contain them.
const FORMER_IDS: [(&str, FindingKind); 4] = [
    ("package-caches", FindingKind::LeftoverCaches),
    ("deleted-later", FindingKind::Deleted),
    ("stored-again", FindingKind::ReStored),
    ("written-twice", FindingKind::Overwritten),
];
