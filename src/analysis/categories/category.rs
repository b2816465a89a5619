//! What bytes can be for, and what people and programs call it. Which bytes they are, the table says.

use Category::{
    Application, BaseSystem, BuildTools, DebugSymbols, Docs, InterpreterCaches, Libraries, Locales,
    Other, PackageCaches, Temporary, Tests, VersionControl,
};

/// What bytes are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// The base image and what the distribution's packages add to it, as far as nothing below explains it.
    BaseSystem,
    /// Compilers, linkers, build systems, headers, static libraries.
    BuildTools,
    /// What interpreters write beside what they run.
    InterpreterCaches,
    /// Lists, databases, downloads and caches of package managers and build tools.
    PackageCaches,
    /// Manuals and documentation.
    Docs,
    /// Translations and locales.
    Locales,
    /// Debug symbols.
    DebugSymbols,
    /// Tests, and sources that something was built from.
    Tests,
    /// Version control and its repositories.
    VersionControl,
    /// Logs, temporary files, caches that come back by themselves.
    Temporary,
    /// What a language's package manager installed.
    Libraries,
    /// What you copied, and what stands in the working folder or beside the program that is started.
    Application,
    /// What your own layers wrote elsewhere.
    Other,
}

impl Category {
    /// Every cause, in the order of the table.
    pub const ALL: [Self; 13] = [
        BaseSystem,
        BuildTools,
        InterpreterCaches,
        PackageCaches,
        Docs,
        Locales,
        DebugSymbols,
        Tests,
        VersionControl,
        Temporary,
        Libraries,
        Application,
        Other,
    ];

    /// Returns what people call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            BaseSystem => "base system",
            BuildTools => "compilers and headers",
            InterpreterCaches => "interpreters' caches",
            PackageCaches => "package manager lists and caches",
            Docs => "docs and man pages",
            Locales => "locales",
            DebugSymbols => "debug symbols",
            Tests => "tests and sources",
            VersionControl => "version control",
            Temporary => "logs and temp",
            Libraries => "language dependencies",
            Application => "application",
            Other => "other",
        }
    }

    /// Returns what programs call it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            BaseSystem => "base-system",
            BuildTools => "compilers-and-headers",
            InterpreterCaches => "interpreter-caches",
            PackageCaches => "package-caches",
            Docs => "docs",
            Locales => "locales",
            DebugSymbols => "debug-symbols",
            Tests => "tests-and-sources",
            VersionControl => "version-control",
            Temporary => "logs-and-temp",
            Libraries => "language-dependencies",
            Application => "application",
            Other => "other",
        }
    }

    /// Returns whether a folder of it is whole: names found below it mean nothing, as a test does in a compiler's sources.
    #[must_use]
    pub(super) const fn covers_subtree(self) -> bool {
        !matches!(self, Libraries | BaseSystem)
    }
}
