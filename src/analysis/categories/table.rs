//! The table of category rules: a pattern, a category and the reason. A new category rule is one line here; `matcher` applies them.
//!
//! The nearest rule that matches a path wins: an exact path, else a folder name, else a suffix, else the folders above. Below a category that
//! `Category::covers_subtree` only exact paths match. Package rules apply where no path rule does; the last rules where nothing else does.

use crate::analysis::categories::category::Category;

use Category::{
    Application, BuildTools, DebugSymbols, DistributionPackages, Docs, InterpreterCaches,
    Libraries, Locales, PackageCaches, SystemFiles, Temporary, Tests, VersionControl,
};
use Pattern::{
    Anything, Base, Below, Copied, Folder, Home, Installed, Library, Package, ProgramFolder,
    Suffix, System,
};

/// What a rule matches. Names are compared byte by byte; a `*` matches any part of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// A path and everything below it.
    Below(&'static str),
    /// As [`Below`], in root's and in every user's home.
    Home(&'static str),
    /// Every folder of this name and everything below it.
    Folder(&'static str),
    /// Every file name with this ending.
    Suffix(&'static str),
    /// Files of distribution packages with this name; a `*` is first or last.
    Package(&'static str),
    /// Files of any distribution package.
    Installed,
    /// Files of an npm, Python or Ruby package.
    Library,
    /// Files of base layers.
    Base,
    /// Files that COPY or ADD stored.
    Copied,
    /// The working folder, the main program, and its folder unless that has system programs.
    ProgramFolder,
    /// A system path and everything below it, when no other rule matches.
    System(&'static str),
    /// Everything else.
    Anything,
}

/// A rule of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct CategoryRule {
    pub(super) pattern: Pattern,
    pub(super) category: Category,
    pub(super) reason: &'static str,
}

const fn row(pattern: Pattern, category: Category, reason: &'static str) -> CategoryRule {
    CategoryRule {
        pattern,
        category,
        reason,
    }
}

const APT_LISTS: &str = "fetched by apt-get update: needed only to install more packages";
const APT_CACHE: &str = "downloaded or computed by apt-get: recreated by its next run";
const DATABASE: &str = "a package manager's record of installed packages";
const DEBCONF: &str = "debconf's questions and answers: only installing packages needs them";
const DOWNLOADS: &str = "downloaded by a package manager: installed packages do not need it";
const BUILD_CACHE: &str = "a build cache: only makes the next build faster";
const PACKAGE_FILE: &str = "a package file: installed packages do not need it";
const HEADERS: &str = "headers: only compilers read them";
const COMPILER: &str = "a compiler or linker and its libraries: only builds need it";
const BUILD_SYSTEM: &str = "a build system or its modules: only builds need it";
const STATIC: &str = "object code for linkers: linked programs have their own copy";
const COMPILER_LIBRARY: &str = "a library that only compilers use";
const BYTECODE: &str = "compiled on first run: recreated by the next run";
const DOCUMENTS: &str = "documentation: rarely read in a container";
const TRANSLATIONS: &str = "translations of messages: a service needs one language at most";
const SYMBOLS: &str = "symbols for debuggers";
const REPOSITORY: &str = "a repository: the history of the sources";
const GIT: &str = "a version control program: only builds need it";
const TESTS: &str = "tests: run before the image is built";
const SOURCES: &str = "sources: the built program does not need them";
const LOGS: &str = "logs of the image build";
const TEMP: &str = "temporary files";
const CACHE: &str = "a cache: recreated when needed";
const MODULES: &str = "modules of a language's package manager";
const SYSTEM: &str = "in a system folder of an own layer; no package owns it";

/// The table.
pub(super) const RULES: &[CategoryRule] = &[
    // Package managers of distributions.
    row(Below("/var/lib/apt/lists"), PackageCaches, APT_LISTS),
    row(Below("/var/lib/apt"), PackageCaches, DATABASE),
    row(Below("/var/cache/apt"), PackageCaches, APT_CACHE),
    row(Below("/var/cache/debconf"), PackageCaches, DEBCONF),
    row(Below("/var/lib/dpkg"), PackageCaches, DATABASE),
    row(Below("/lib/apk/db"), PackageCaches, DATABASE),
    row(Below("/usr/lib/apk/db"), PackageCaches, DATABASE),
    row(Below("/var/cache/apk"), PackageCaches, DOWNLOADS),
    row(Below("/etc/apk/cache"), PackageCaches, DOWNLOADS),
    row(Below("/var/lib/rpm"), PackageCaches, DATABASE),
    row(Below("/usr/lib/sysimage/rpm"), PackageCaches, DATABASE),
    row(Below("/usr/share/rpm"), PackageCaches, DATABASE),
    row(Below("/var/lib/yum"), PackageCaches, DATABASE),
    row(Below("/var/lib/dnf"), PackageCaches, DATABASE),
    row(Below("/var/cache/yum"), PackageCaches, DOWNLOADS),
    row(Below("/var/cache/dnf"), PackageCaches, DOWNLOADS),
    row(Below("/var/cache/libdnf5"), PackageCaches, DOWNLOADS),
    row(Below("/var/cache/zypp"), PackageCaches, DOWNLOADS),
    row(Below("/var/cache/pacman"), PackageCaches, DOWNLOADS),
    row(Below("/var/lib/pacman"), PackageCaches, DATABASE),
    row(Suffix(".deb"), PackageCaches, PACKAGE_FILE),
    row(Suffix(".rpm"), PackageCaches, PACKAGE_FILE),
    // Package managers and build caches of languages.
    row(Home(".cache/pip"), PackageCaches, DOWNLOADS),
    row(Home(".cache/uv"), PackageCaches, DOWNLOADS),
    row(Home(".cache/pypoetry"), PackageCaches, DOWNLOADS),
    row(Home(".npm"), PackageCaches, DOWNLOADS),
    row(Home(".cache/yarn"), PackageCaches, DOWNLOADS),
    row(Home(".yarn"), PackageCaches, DOWNLOADS),
    row(Home(".cache/pnpm"), PackageCaches, DOWNLOADS),
    row(Home(".cache/node-gyp"), PackageCaches, DOWNLOADS),
    row(Below("/usr/local/share/.cache"), PackageCaches, DOWNLOADS),
    row(Home(".cache/composer"), PackageCaches, DOWNLOADS),
    row(Home(".composer/cache"), PackageCaches, DOWNLOADS),
    row(Home(".bundle/cache"), PackageCaches, DOWNLOADS),
    row(Below("/usr/local/bundle/cache"), PackageCaches, DOWNLOADS),
    row(Home(".cargo/registry"), PackageCaches, DOWNLOADS),
    row(Below("/usr/local/cargo/registry"), PackageCaches, DOWNLOADS),
    row(Home(".cache/go-build"), PackageCaches, BUILD_CACHE),
    row(Below("/go/pkg/mod/cache"), PackageCaches, DOWNLOADS),
    row(Home("go/pkg/mod/cache"), PackageCaches, DOWNLOADS),
    row(Home(".gradle/caches"), PackageCaches, DOWNLOADS),
    row(Home(".cache/ccache"), PackageCaches, BUILD_CACHE),
    row(Below("/opt/conda/pkgs"), PackageCaches, DOWNLOADS),
    row(Home(".conda/pkgs"), PackageCaches, DOWNLOADS),
    // Compilers, linkers, headers.
    row(Below("/usr/include"), BuildTools, HEADERS),
    row(Below("/usr/local/include"), BuildTools, HEADERS),
    row(Below("/usr/src/linux-headers-*"), BuildTools, HEADERS),
    row(Below("/usr/lib/gcc"), BuildTools, COMPILER),
    row(Below("/usr/libexec/gcc"), BuildTools, COMPILER),
    row(Below("/usr/lib/bfd-plugins"), BuildTools, COMPILER),
    row(Below("/usr/lib/llvm-*"), BuildTools, COMPILER),
    row(Below("/usr/lib/go"), BuildTools, COMPILER),
    row(Below("/usr/lib/go-*"), BuildTools, COMPILER),
    row(Below("/usr/share/go-*"), BuildTools, COMPILER),
    row(Below("/usr/local/go"), BuildTools, COMPILER),
    row(Below("/usr/lib/rustlib"), BuildTools, COMPILER),
    row(Below("/usr/local/rustup"), BuildTools, COMPILER),
    row(Home(".rustup"), BuildTools, COMPILER),
    row(Below("/usr/lib/pkgconfig"), BuildTools, BUILD_SYSTEM),
    row(Below("/usr/lib/*/pkgconfig"), BuildTools, BUILD_SYSTEM),
    row(Below("/usr/share/pkgconfig"), BuildTools, BUILD_SYSTEM),
    row(Below("/usr/local/lib/pkgconfig"), BuildTools, BUILD_SYSTEM),
    row(Below("/usr/lib/cmake"), BuildTools, BUILD_SYSTEM),
    row(Below("/usr/lib/*/cmake"), BuildTools, BUILD_SYSTEM),
    row(Below("/usr/share/cmake*"), BuildTools, BUILD_SYSTEM),
    row(Below("/usr/share/aclocal*"), BuildTools, BUILD_SYSTEM),
    row(Below("/usr/share/autoconf"), BuildTools, BUILD_SYSTEM),
    row(Below("/usr/share/automake-*"), BuildTools, BUILD_SYSTEM),
    row(Below("/usr/share/gyp"), BuildTools, BUILD_SYSTEM),
    row(Suffix(".a"), BuildTools, STATIC),
    row(Suffix(".la"), BuildTools, STATIC),
    row(Suffix(".o"), BuildTools, STATIC),
    row(Package("gcc*"), BuildTools, COMPILER),
    row(Package("g++*"), BuildTools, COMPILER),
    row(Package("cpp*"), BuildTools, COMPILER),
    row(Package("gfortran*"), BuildTools, COMPILER),
    row(Package("clang*"), BuildTools, COMPILER),
    row(Package("golang*"), BuildTools, COMPILER),
    row(Package("go"), BuildTools, COMPILER),
    row(Package("rustc*"), BuildTools, COMPILER),
    row(Package("rust"), BuildTools, COMPILER),
    row(Package("cargo*"), BuildTools, COMPILER),
    row(Package("nasm"), BuildTools, COMPILER),
    row(Package("yasm"), BuildTools, COMPILER),
    row(Package("binutils*"), BuildTools, COMPILER),
    row(Package("lld*"), BuildTools, COMPILER),
    row(Package("gdb*"), BuildTools, COMPILER),
    row(Package("build-essential"), BuildTools, BUILD_SYSTEM),
    row(Package("build-base"), BuildTools, BUILD_SYSTEM),
    row(Package("dpkg-dev"), BuildTools, BUILD_SYSTEM),
    row(Package("libdpkg-perl"), BuildTools, BUILD_SYSTEM),
    row(Package("make"), BuildTools, BUILD_SYSTEM),
    row(Package("patch"), BuildTools, BUILD_SYSTEM),
    row(Package("cmake*"), BuildTools, BUILD_SYSTEM),
    row(Package("meson"), BuildTools, BUILD_SYSTEM),
    row(Package("ninja*"), BuildTools, BUILD_SYSTEM),
    row(Package("autoconf*"), BuildTools, BUILD_SYSTEM),
    row(Package("automake*"), BuildTools, BUILD_SYSTEM),
    row(Package("libtool*"), BuildTools, BUILD_SYSTEM),
    row(Package("pkg-config"), BuildTools, BUILD_SYSTEM),
    row(Package("pkgconf*"), BuildTools, BUILD_SYSTEM),
    row(Package("bison"), BuildTools, BUILD_SYSTEM),
    row(Package("flex"), BuildTools, BUILD_SYSTEM),
    row(Package("m4"), BuildTools, BUILD_SYSTEM),
    row(Package("gyp"), BuildTools, BUILD_SYSTEM),
    row(Package("node-gyp"), BuildTools, BUILD_SYSTEM),
    row(Package("fakeroot"), BuildTools, BUILD_SYSTEM),
    row(Package("rpcsvc-proto"), BuildTools, BUILD_SYSTEM),
    row(Package("libc-dev-bin"), BuildTools, BUILD_SYSTEM),
    row(Package("libc-devtools"), BuildTools, BUILD_SYSTEM),
    row(Package("*-dev"), BuildTools, HEADERS),
    row(Package("*-devel"), BuildTools, HEADERS),
    row(Package("*-headers"), BuildTools, HEADERS),
    row(Package("linux-headers*"), BuildTools, HEADERS),
    row(Package("libasan*"), BuildTools, COMPILER_LIBRARY),
    row(Package("libhwasan*"), BuildTools, COMPILER_LIBRARY),
    row(Package("liblsan*"), BuildTools, COMPILER_LIBRARY),
    row(Package("libtsan*"), BuildTools, COMPILER_LIBRARY),
    row(Package("libubsan*"), BuildTools, COMPILER_LIBRARY),
    row(Package("libbinutils"), BuildTools, COMPILER_LIBRARY),
    row(Package("libcc1*"), BuildTools, COMPILER_LIBRARY),
    row(Package("libctf*"), BuildTools, COMPILER_LIBRARY),
    row(Package("libgprofng*"), BuildTools, COMPILER_LIBRARY),
    row(Package("libisl*"), BuildTools, COMPILER_LIBRARY),
    row(Package("libmpc3"), BuildTools, COMPILER_LIBRARY),
    row(Package("libmpfr*"), BuildTools, COMPILER_LIBRARY),
    // Interpreters.
    row(Folder("__pycache__"), InterpreterCaches, BYTECODE),
    row(Suffix(".pyc"), InterpreterCaches, BYTECODE),
    row(Suffix(".pyo"), InterpreterCaches, BYTECODE),
    // Documents.
    row(Below("/usr/share/doc"), Docs, DOCUMENTS),
    row(Below("/usr/share/doc-base"), Docs, DOCUMENTS),
    row(Below("/usr/share/gtk-doc"), Docs, DOCUMENTS),
    row(Below("/usr/share/help"), Docs, DOCUMENTS),
    row(Below("/usr/share/info"), Docs, DOCUMENTS),
    row(Below("/usr/share/lintian"), Docs, DOCUMENTS),
    row(Below("/usr/share/man"), Docs, DOCUMENTS),
    row(Below("/usr/local/man"), Docs, DOCUMENTS),
    row(Below("/usr/local/share/doc"), Docs, DOCUMENTS),
    row(Below("/usr/local/share/info"), Docs, DOCUMENTS),
    row(Below("/usr/local/share/man"), Docs, DOCUMENTS),
    row(Below("/opt/conda/share/man"), Docs, DOCUMENTS),
    row(Package("*-doc"), Docs, DOCUMENTS),
    row(Package("man-db"), Docs, DOCUMENTS),
    row(Package("manpages*"), Docs, DOCUMENTS),
    // Languages of people.
    row(Below("/usr/share/locale"), Locales, TRANSLATIONS),
    row(Below("/usr/share/locale-langpack"), Locales, TRANSLATIONS),
    row(Below("/usr/share/i18n"), Locales, TRANSLATIONS),
    row(Below("/usr/lib/locale"), Locales, TRANSLATIONS),
    row(Below("/usr/local/share/locale"), Locales, TRANSLATIONS),
    row(Folder("LC_MESSAGES"), Locales, TRANSLATIONS),
    row(Package("locales*"), Locales, TRANSLATIONS),
    // Debuggers.
    row(Below("/usr/lib/debug"), DebugSymbols, SYMBOLS),
    row(Suffix(".debug"), DebugSymbols, SYMBOLS),
    row(Suffix(".pdb"), DebugSymbols, SYMBOLS),
    row(Package("*-dbg"), DebugSymbols, SYMBOLS),
    row(Package("*-dbgsym"), DebugSymbols, SYMBOLS),
    row(Package("*-debuginfo"), DebugSymbols, SYMBOLS),
    // Tests and sources.
    row(Folder("test"), Tests, TESTS),
    row(Folder("tests"), Tests, TESTS),
    row(Folder("__tests__"), Tests, TESTS),
    row(Folder("testdata"), Tests, TESTS),
    row(Below("/go/src"), Tests, SOURCES),
    row(Home("go/src"), Tests, SOURCES),
    row(Below("/usr/share/gocode"), Tests, SOURCES),
    row(Suffix(".js.map"), Tests, SOURCES),
    row(Suffix(".css.map"), Tests, SOURCES),
    // Version control.
    row(Folder(".git"), VersionControl, REPOSITORY),
    row(Folder(".hg"), VersionControl, REPOSITORY),
    row(Folder(".svn"), VersionControl, REPOSITORY),
    row(Below("/usr/lib/git-core"), VersionControl, GIT),
    row(Below("/usr/libexec/git-core"), VersionControl, GIT),
    row(Below("/usr/share/git-core"), VersionControl, GIT),
    row(Package("git"), VersionControl, GIT),
    row(Package("git-*"), VersionControl, GIT),
    row(Package("mercurial*"), VersionControl, GIT),
    row(Package("subversion*"), VersionControl, GIT),
    // Logs and temporary files.
    row(Below("/tmp"), Temporary, TEMP),
    row(Below("/var/tmp"), Temporary, TEMP),
    row(Below("/run"), Temporary, TEMP),
    row(Below("/var/log"), Temporary, LOGS),
    row(Below("/var/cache"), Temporary, CACHE),
    row(Home(".npm/_logs"), Temporary, LOGS),
    // Languages of programs.
    row(Folder("node_modules"), Libraries, MODULES),
    row(Folder("site-packages"), Libraries, MODULES),
    row(Folder("dist-packages"), Libraries, MODULES),
    row(Folder("bower_components"), Libraries, MODULES),
    row(Folder("vendor"), Libraries, MODULES),
    row(Below("/usr/share/nodejs"), Libraries, MODULES),
    row(Below("/usr/local/bundle"), Libraries, MODULES),
    row(Below("/var/lib/gems"), Libraries, MODULES),
    row(Below("/usr/lib/ruby/gems"), Libraries, MODULES),
    row(Below("/usr/local/lib/ruby/gems"), Libraries, MODULES),
    row(Below("/go/pkg/mod"), Libraries, MODULES),
    row(Home("go/pkg/mod"), Libraries, MODULES),
    row(Home(".m2"), Libraries, MODULES),
    row(Home(".nuget"), Libraries, MODULES),
    row(Home(".local/share/pnpm"), Libraries, MODULES),
    // Where no rule above matches, in this order.
    row(Library, Libraries, MODULES),
    row(
        Installed,
        DistributionPackages,
        "a package of the distribution",
    ),
    row(Base, SystemFiles, "in a base layer; no package owns it"),
    row(
        Copied,
        Application,
        "copied or added by an instruction of the own layers",
    ),
    row(
        ProgramFolder,
        Application,
        "in the working folder, or beside the main program",
    ),
    row(System("/bin"), SystemFiles, SYSTEM),
    row(System("/boot"), SystemFiles, SYSTEM),
    row(System("/etc"), SystemFiles, SYSTEM),
    row(System("/lib"), SystemFiles, SYSTEM),
    row(System("/lib32"), SystemFiles, SYSTEM),
    row(System("/lib64"), SystemFiles, SYSTEM),
    row(System("/libx32"), SystemFiles, SYSTEM),
    row(System("/sbin"), SystemFiles, SYSTEM),
    row(System("/usr/bin"), SystemFiles, SYSTEM),
    row(System("/usr/lib"), SystemFiles, SYSTEM),
    row(System("/usr/lib32"), SystemFiles, SYSTEM),
    row(System("/usr/lib64"), SystemFiles, SYSTEM),
    row(System("/usr/libexec"), SystemFiles, SYSTEM),
    row(System("/usr/libx32"), SystemFiles, SYSTEM),
    row(System("/usr/sbin"), SystemFiles, SYSTEM),
    row(System("/usr/share"), SystemFiles, SYSTEM),
    row(System("/var/lib"), SystemFiles, SYSTEM),
    row(
        Anything,
        Application,
        "stored by an own layer; no other rule matches",
    ),
];
