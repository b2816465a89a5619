//! The categories of bytes, with names for people and ids for programs. The rules that assign them are in `table`.

use Category::{
    Application, BaseSystem, BuildTools, DebugSymbols, Docs, InterpreterCaches, Libraries, Locales,
    Other, PackageCaches, Temporary, Tests, VersionControl,
};

/// The category of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// The base image and the distribution's packages, unless another category fits.
    BaseSystem,
    /// Compilers, linkers, build systems, headers, static libraries.
    BuildTools,
    /// Caches that interpreters write beside their sources.
    InterpreterCaches,
    /// Lists, databases, downloads and caches of package managers and build tools.
    PackageCaches,
    /// Manuals and documentation.
    Docs,
    /// Translations and locales.
    Locales,
    /// Debug symbols.
    DebugSymbols,
    /// Tests, and sources of built programs.
    Tests,
    /// Version control and its repositories.
    VersionControl,
    /// Logs, temporary files, caches that are recreated when needed.
    Temporary,
    /// Packages of a language's package manager.
    Libraries,
    /// Copied files, and files in the working folder or beside the main program.
    Application,
    /// Other files of own layers.
    Other,
}

impl Category {
    /// Every category, in the order of reports.
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

    /// Returns the name for people.
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

    /// Returns the id for programs.
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

    /// Returns whether it applies to everything below a folder, whatever the names there, such as `test` in a compiler's sources.
    #[must_use]
    pub(super) const fn covers_subtree(self) -> bool {
        !matches!(self, Libraries | BaseSystem)
    }
}
