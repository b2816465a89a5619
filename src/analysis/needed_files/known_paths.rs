//! The paths of package databases and metadata: the kind of a file, by its path alone. `needed_file` decides which files to read.

use super::needed_file::FileKind;
use crate::image::{Image, LayerId, NodeId};

/// Folders of distribution packages.
const SYSTEM: [&[u8]; 5] = [b"/usr", b"/bin", b"/sbin", b"/lib", b"/lib64"];
/// Names of rpm's database, by format.
const RPM: [&[u8]; 3] = [b"rpmdb.sqlite", b"Packages.db", b"Packages"];
/// Folders of package managers' files.
const PACKAGE_MANAGER_FILES: [&[u8]; 13] = [
    b"/var/lib/dpkg",
    b"/var/lib/apt",
    b"/var/cache",
    b"/lib/apk",
    b"/var/lib/rpm",
    b"/usr/share",
    b"/usr/local/go",
    b"/usr/local/cargo/registry",
    b"/go/pkg/mod",
    b"/root/.cargo/registry",
    b"/usr/lib/ruby",
    b"/usr/local/bundle",
    b"/var/lib/gems",
];
/// Names of folders with dependencies.
const DEPENDENCIES: [&[u8]; 6] = [
    b"node_modules",
    b"site-packages",
    b"dist-packages",
    b"vendor",
    b"__pycache__",
    b"testdata",
];

/// The known folders and files of an image.
pub(super) struct KnownPaths {
    status: Option<NodeId>,
    diversions: Option<NodeId>,
    info: Option<NodeId>,
    distroless: Option<NodeId>,
    apk: [Option<NodeId>; 2],
    rpm: [Option<NodeId>; 3],
    release: [Option<NodeId>; 2],
    system: Vec<NodeId>,
    local: Option<NodeId>,
    /// Folders of package managers' files, which contain no secrets.
    package_manager_files: Vec<NodeId>,
    /// For each layer whether it writes the database of a distribution's package manager.
    installing: Vec<bool>,
}

impl KnownPaths {
    pub(super) fn of(image: &Image) -> Self {
        let find = |path: &str| image.tree.find(path.as_bytes());
        let mut places = Self {
            status: find("/var/lib/dpkg/status"),
            diversions: find("/var/lib/dpkg/diversions"),
            info: find("/var/lib/dpkg/info"),
            distroless: find("/var/lib/dpkg/status.d"),
            apk: [
                find("/lib/apk/db/installed"),
                find("/usr/lib/apk/db/installed"),
            ],
            rpm: [
                find("/var/lib/rpm"),
                find("/usr/lib/sysimage/rpm"),
                find("/usr/share/rpm"),
            ],
            release: [find("/usr/lib/os-release"), find("/etc/os-release")],
            system: SYSTEM
                .iter()
                .filter_map(|path| image.tree.find(path))
                .collect(),
            package_manager_files: PACKAGE_MANAGER_FILES
                .iter()
                .filter_map(|path| image.tree.find(path))
                .collect(),
            local: find("/usr/local"),
            installing: vec![false; image.layers.len()],
        };
        let rpm = places.rpm.into_iter().flatten();
        let rpm = rpm.flat_map(|folder| RPM.map(|name| image.tree.child(folder, name)));
        let databases = places.apk.into_iter().chain([places.status]).chain(rpm);
        for node in databases.flatten().collect::<Vec<_>>() {
            for event in image.timeline.events(node) {
                places.installing[event.layer.index()] = true;
            }
        }
        places
    }

    /// Returns whether the distribution's package manager installed a program: by its folder and layer.
    pub(super) fn installed(&self, image: &Image, node: NodeId, layer: LayerId) -> bool {
        let below = |folder: &NodeId| image.tree.contains(*folder, node);
        self.installing[layer.index()]
            && self.system.iter().any(below)
            && !self.local.iter().any(below)
    }

    /// Returns whether a file may be the user's own text rather than a package's.
    pub(super) fn is_own(&self, image: &Image, node: NodeId, layer: LayerId) -> bool {
        let below = |folder: &NodeId| image.tree.contains(*folder, node);
        !self.installed(image, node, layer)
            && !self.package_manager_files.iter().any(below)
            && !folders(image, node).any(|name| DEPENDENCIES.contains(&name))
    }

    pub(super) fn kind(&self, image: &Image, node: NodeId) -> Option<FileKind> {
        let tree = &image.tree;
        let (name, parent) = (tree.name(node), tree.parent(node));
        let here = |place: Option<NodeId>| place == Some(node);
        let folder = || parent.map_or(&b""[..], |parent| tree.name(parent));
        if parent.is_some() && parent == self.info {
            return name.ends_with(b".list").then_some(FileKind::DpkgFileList);
        }
        if parent.is_some() && parent == self.distroless {
            return Some(match name.strip_suffix(b".md5sums") {
                Some(_) => FileKind::DistrolessMd5Sums,
                None => FileKind::DistrolessStatus,
            });
        }
        Some(match name {
            b"status" if here(self.status) => FileKind::DpkgStatus,
            b"diversions" if here(self.diversions) => FileKind::DpkgDiversions,
            b"installed" if self.apk.into_iter().any(here) => FileKind::ApkInstalled,
            b"os-release" if self.release.into_iter().any(here) => FileKind::OsRelease,
            name if RPM.contains(&name)
                && self
                    .rpm
                    .iter()
                    .any(|place| *place == parent && place.is_some()) =>
            {
                FileKind::RpmDatabase
            }
            b"package.json" if is_npm_root(image, parent?) => FileKind::PackageJson,
            b"METADATA" if folder().ends_with(b".dist-info") => FileKind::PythonMetadata,
            b"RECORD" if folder().ends_with(b".dist-info") => FileKind::PythonRecord,
            b"PKG-INFO" if folder().ends_with(b".egg-info") => FileKind::EggInfo,
            b"installed-files.txt" if folder().ends_with(b".egg-info") => {
                FileKind::EggInstalledFiles
            }
            _ => match name.rsplit(|&byte| byte == b'.').next() {
                Some(b"egg-info") => FileKind::EggInfo,
                Some(b"gemspec") if is_gem_folder(image, parent?) => FileKind::Gemspec,
                Some(b"jar" | b"war" | b"ear") => FileKind::Jar,
                _ => return None,
            },
        })
    }
}

/// Returns whether a folder is a package below `node_modules`: `node_modules/name` or `node_modules/@scope/name`.
fn is_npm_root(image: &Image, folder: NodeId) -> bool {
    let name = |node: Option<NodeId>| node.map_or(&b""[..], |node| image.tree.name(node));
    let above = image.tree.parent(folder);
    let outer = above.and_then(|above| image.tree.parent(above));
    name(above) == b"node_modules"
        || name(above).starts_with(b"@") && name(outer) == b"node_modules"
}

/// Returns whether a folder is Ruby's `specifications`, or `default` in it.
fn is_gem_folder(image: &Image, folder: NodeId) -> bool {
    let above = image.tree.parent(folder);
    let above = above.map_or(&b""[..], |above| image.tree.name(above));
    match image.tree.name(folder) {
        b"specifications" => true,
        b"default" => above == b"specifications",
        _ => false,
    }
}

/// Returns the names of a path's folders, nearest first.
fn folders(image: &Image, node: NodeId) -> impl Iterator<Item = &[u8]> {
    let up = |node: &NodeId| image.tree.parent(*node);
    std::iter::successors(image.tree.parent(node), up).map(|folder| image.tree.name(folder))
}
