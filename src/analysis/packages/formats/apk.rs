//! Alpine's package database, `installed`: one paragraph for each package, with one-letter fields for its folders and files (apk-package(5), "INSTALLED
//! DATABASE").

use crate::analysis::packages::package::NameVersion;

/// A package with the paths of its files, without a leading slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis::packages) struct ApkPackage {
    pub(in crate::analysis::packages) named: NameVersion,
    pub(in crate::analysis::packages) files: Vec<Vec<u8>>,
}

/// Returns the packages, in the file's order.
pub(in crate::analysis::packages) fn packages(text: &[u8]) -> Vec<ApkPackage> {
    let mut found = Vec::new();
    let (mut name, mut version) = (&b""[..], &b""[..]);
    let (mut folder, mut files) = (&b""[..], Vec::new());
    for line in text.split(|&byte| byte == b'\n').chain([&b""[..]]) {
        match line {
            [] => {
                let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
                if let Some(named) = NameVersion::new(text(name), text(version)) {
                    let files = std::mem::take(&mut files);
                    found.push(ApkPackage { named, files });
                }
                (name, version, folder) = (b"", b"", b"");
                files.clear();
            }
            [b'P', b':', rest @ ..] => name = rest,
            [b'V', b':', rest @ ..] => version = rest,
            [b'F', b':', rest @ ..] => folder = rest,
            [b'R', b':', rest @ ..] => files.push([folder, b"/", rest].concat()),
            _ => {}
        }
    }
    found
}
