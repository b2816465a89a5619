//! Debian's package database: `status`, a file list for each package, diversions; and the `status.d` of distroless images (deb-control(5), dpkg(1),
//! dpkg-divert(1)).

use crate::analysis::packages::package::NameVersion;

/// A package of `status` or `status.d`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis::packages) struct DpkgPackage {
    pub(in crate::analysis::packages) named: NameVersion,
    pub(in crate::analysis::packages) architecture: String,
    /// Its dependencies: groups of alternatives (deb-control(5), "Depends").
    pub(in crate::analysis::packages) needs: Vec<Vec<String>>,
    /// Its virtual names ("Provides").
    pub(in crate::analysis::packages) provides: Vec<String>,
}

/// Returns the installed packages, in the file's order. A paragraph without a status, as in distroless images, is installed.
pub(in crate::analysis::packages) fn packages(text: &[u8]) -> Vec<DpkgPackage> {
    let mut found = Vec::new();
    let mut fields = Fields::default();
    for line in text.split(|&byte| byte == b'\n') {
        if line.trim_ascii().is_empty() {
            found.extend(std::mem::take(&mut fields).package());
        } else if let Some((name, value)) = field(line) {
            match name {
                b"Package" => fields.package = value,
                b"Version" => fields.version = value,
                b"Architecture" => fields.architecture = value,
                b"Depends" | b"Pre-Depends" => fields.needs.extend(groups(value)),
                b"Provides" => fields.provides = groups(value).flatten().collect(),
                b"Status" => fields.uninstalled = !value.ends_with(b" ok installed"),
                _ => {}
            }
        }
    }
    found.extend(fields.package());
    found
}

/// The fields of a paragraph that are used.
#[derive(Default)]
struct Fields<'a> {
    package: &'a [u8],
    version: &'a [u8],
    architecture: &'a [u8],
    needs: Vec<Vec<String>>,
    provides: Vec<String>,
    uninstalled: bool,
}

impl Fields<'_> {
    fn package(self) -> Option<DpkgPackage> {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        if self.uninstalled {
            return None;
        }
        Some(DpkgPackage {
            named: NameVersion::new(text(self.package), text(self.version))?,
            architecture: text(self.architecture),
            needs: self.needs,
            provides: self.provides,
        })
    }
}

/// Returns the groups of names in a list of packages, without versions and architectures: `a (>= 1), b | c:any`.
fn groups(value: &[u8]) -> impl Iterator<Item = Vec<String>> {
    let name = |one: &[u8]| {
        let ends = |byte: &u8| matches!(byte, b' ' | b'(' | b':' | b'[' | b'<');
        let name = one.trim_ascii().split(ends).next().unwrap_or_default();
        (!name.is_empty()).then(|| String::from_utf8_lossy(name).into_owned())
    };
    let groups = value.split(|&byte| byte == b',');
    groups.map(move |group| group.split(|&byte| byte == b'|').filter_map(name).collect())
}

/// Returns the name and the value of a field's first line; `None` for a continuation line.
pub(in crate::analysis::packages) fn field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        return None;
    }
    let colon = line.iter().position(|&byte| byte == b':')?;
    Some((&line[..colon], line[colon + 1..].trim_ascii()))
}

/// Returns the paths of an `info/NAME.list` that are files: a path followed by one below it is a folder.
pub(in crate::analysis::packages) fn list(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut lines = text
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .peekable();
    std::iter::from_fn(move || {
        loop {
            let line = lines.next()?;
            let below = |next: &&[u8]| {
                next.strip_prefix(line)
                    .is_some_and(|rest| rest.starts_with(b"/"))
            };
            if !lines.peek().is_some_and(below) {
                return Some(line);
            }
        }
    })
}

/// Returns the paths of a distroless `status.d/NAME.md5sums`: a checksum, two spaces, a path.
pub(in crate::analysis::packages) fn sums(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n').filter_map(|line| {
        let space = line.iter().position(|&byte| byte == b' ')?;
        let path = line[space..].trim_ascii_start();
        (!path.is_empty()).then_some(path)
    })
}

/// A diverted path: the files of all packages but one are at another path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis::packages) struct Diversion<'a> {
    pub(in crate::analysis::packages) from: &'a [u8],
    pub(in crate::analysis::packages) to: &'a [u8],
    /// The package whose file is at `from`; `:` for a local diversion.
    pub(in crate::analysis::packages) by: &'a [u8],
}

/// Returns the diversions, three lines each.
pub(in crate::analysis::packages) fn diversions(text: &[u8]) -> Vec<Diversion<'_>> {
    let lines: Vec<&[u8]> = text.split(|&byte| byte == b'\n').collect();
    lines
        .chunks_exact(3)
        .map(|three| Diversion {
            from: three[0],
            to: three[1],
            by: three[2],
        })
        .collect()
}
