//! Any bytes as a text that the content analysis reads: package records of dpkg, apk, npm, Python and Ruby, os-release, and texts searched for secrets.

use crate::fixture::{ImageBuilder, LayerBuilder};
use crate::{analyse, choice, parts};

/// The files of each ecosystem; the input has their contents.
const PATHS: &[&[&str]] = &[
    &[
        "var/lib/dpkg/status",
        "var/lib/dpkg/info/bash.list",
        "var/lib/dpkg/diversions",
    ],
    &[
        "var/lib/dpkg/status.d/base",
        "var/lib/dpkg/status.d/base.md5sums",
    ],
    &["lib/apk/db/installed", "usr/lib/apk/db/installed"],
    &[
        "usr/lib/node_modules/npm/package.json",
        "app/node_modules/@a/b/package.json",
    ],
    &[
        "usr/lib/python3/site-packages/a-1.dist-info/METADATA",
        "usr/lib/python3/site-packages/a-1.dist-info/RECORD",
    ],
    &[
        "usr/lib/python3/site-packages/b.egg-info/PKG-INFO",
        "usr/lib/python3/site-packages/b.egg-info/installed-files.txt",
        "usr/lib/python3/site-packages/c.egg-info",
    ],
    &["usr/lib/ruby/gems/specifications/rake-13.gemspec"],
    &["etc/os-release", "root/.netrc"],
    &[
        "app/config.env",
        "root/.ssh/id_rsa",
        "root/.docker/config.json",
    ],
];

/// Runs the target on an input.
pub fn run(bytes: &[u8]) {
    let (first, rest) = choice(bytes);
    let paths = PATHS[usize::from(first) % PATHS.len()];
    let contents = parts(rest, paths.len());
    let add = |layer: LayerBuilder| {
        let files = paths.iter().zip(contents);
        files.fold(layer.filled("bin/bash", 9, 1), |layer, (path, content)| {
            layer.file(path, content)
        })
    };
    analyse(&ImageBuilder::new("packages").layer("RUN", add));
}
