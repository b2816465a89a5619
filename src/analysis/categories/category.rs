//! The categories of bytes: the purpose of a file, independent of its layer and of the package that owns it. Names for people, ids for programs. The rules that assign
//! them are in `table`.

use Category::{
    Application, BuildTools, DebugSymbols, DistributionPackages, Docs, InterpreterCaches,
    Libraries, Locales, PackageCaches, SystemFiles, Temporary, Tests, VersionControl,
};

/// The category of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Category {
    /// Files of distribution packages, unless another category fits.
    DistributionPackages,
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
    /// Files that own layers add, no distribution package owns and no other category fits.
    Application,
    /// Files of base layers and of system folders that no distribution package owns, unless another category fits.
    SystemFiles,
}

impl Category {
    /// Every category, in the order of reports.
    pub const ALL: [Self; 13] = [
        DistributionPackages,
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
        SystemFiles,
    ];

    /// Returns the name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            DistributionPackages => "distribution packages",
            BuildTools => "compilers and headers",
            InterpreterCaches => "interpreter caches",
            PackageCaches => "package caches",
            Docs => "docs",
            Locales => "locales",
            DebugSymbols => "debug symbols",
            Tests => "tests and sources",
            VersionControl => "version control",
            Temporary => "logs and temp",
            Libraries => "language dependencies",
            Application => "application",
            SystemFiles => "system files",
        }
    }

    /// Returns the id for programs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            DistributionPackages => "distribution-packages",
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
            SystemFiles => "system-files",
        }
    }

    /// Returns whether it applies to everything below a folder, whatever the names there, such as `test` in a compiler's sources.
    #[must_use]
    pub(super) const fn covers_subtree(self) -> bool {
        !matches!(self, Libraries)
    }
}
