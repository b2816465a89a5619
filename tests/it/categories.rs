//! Categories: every byte has exactly one in any image, and well-known paths have the expected one.

use dive_rs::analysis::packages::Packages;
use dive_rs::analysis::{Base, BaseHint, Categories, Category, ContentAnalysis, hidden_bytes};
use dive_rs::compare::{CategoryDelta, ContentChanges, Sides};
use dive_rs::image::{Config, Image};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::fixture::{Content, ImageBuilder, LayerBuilder};
use crate::packages::{content_analysis, installed};

fn categories(image: &Image, packages: Option<&Packages>) -> Categories {
    let base = Base::of(image, &BaseHint::default());
    Categories::of(image, &base, &hidden_bytes(image), packages)
}

/// Returns the category of each path, stored by a RUN line above an empty base.
fn of_paths(paths: &[&'static str]) -> Vec<(&'static str, Category)> {
    let image = ImageBuilder::new("paths")
        .layer("FROM scratch", |layer| layer.dir("etc"))
        .layer("RUN make everything", |layer| {
            let put = |layer: LayerBuilder, path: &&str| layer.filled(path, 1, 1);
            paths.iter().fold(layer, put)
        })
        .image();
    let categories = categories(&image, None);
    let category = |path: &&'static str| {
        let node = image.tree.find(path.as_bytes()).expect("it is there");
        (*path, categories.category(node))
    };
    paths.iter().map(category).collect()
}

#[test]
fn paths_have_the_expected_category() {
    let expected = [
        (
            "var/lib/apt/lists/deb_main_Packages",
            Category::PackageCaches,
        ),
        ("var/cache/apt/archives/gcc.deb", Category::PackageCaches),
        ("var/cache/fontconfig/a", Category::Temporary),
        ("lib/apk/db/installed", Category::PackageCaches),
        ("root/.cache/go-build/00/a", Category::PackageCaches),
        ("home/ann/.npm/_cacache/x", Category::PackageCaches),
        ("usr/include/stdio.h", Category::BuildTools),
        ("usr/lib/go-1.19/bin/go", Category::BuildTools),
        (
            "usr/lib/x86_64-linux-gnu/pkgconfig/z.pc",
            Category::BuildTools,
        ),
        ("opt/thing/libthing.a", Category::BuildTools),
        // A compiler's own tests and bytecode belong to the compiler.
        ("usr/local/go/test/a.go", Category::BuildTools),
        ("usr/share/doc/a/test/b.pyc", Category::Docs),
        ("usr/share/locale/de/LC_MESSAGES/a.mo", Category::Locales),
        ("opt/app/locale/de/LC_MESSAGES/a.mo", Category::Locales),
        ("usr/lib/debug/a", Category::DebugSymbols),
        ("srv/app/.git/config", Category::VersionControl),
        ("srv/app/node_modules/a/index.js", Category::Libraries),
        ("srv/app/node_modules/a/test/a.js", Category::Tests),
        ("srv/app/node_modules/a/a.js.map", Category::Tests),
        ("usr/lib/python3/dist-packages/a.py", Category::Libraries),
        (
            "usr/lib/python3/dist-packages/__pycache__/a.pyc",
            Category::InterpreterCaches,
        ),
        ("usr/lib/libz.so.1", Category::SystemFiles),
        // A program named `test` is not a folder of tests.
        ("usr/bin/test", Category::SystemFiles),
        ("tmp/a", Category::Temporary),
        ("srv/data", Category::Application),
        ("usr/local/bin/tini", Category::Application),
        ("test-results", Category::Application),
    ];
    let paths = expected.map(|(path, _)| path);
    assert_eq!(of_paths(&paths), expected);
}

#[test]
fn copied_files_and_the_working_folder_are_the_application() {
    let config = Config {
        working_dir: "/srv/app".to_owned(),
        entrypoint: vec!["/opt/server/bin/server".to_owned()],
        ..Config::default()
    };
    let image = ImageBuilder::new("app")
        .config(config)
        .layer("FROM base", |layer| layer.filled("srv/base", 1, 1))
        .layer("/bin/sh -c #(nop) COPY dir:01 in /data ", |layer| {
            layer
                .filled("data/a", 1, 1)
                .filled("data/node_modules/b", 1, 1)
        })
        .layer("RUN make install", |layer| {
            layer
                .filled("srv/app/main", 1, 1)
                .filled("opt/server/bin/server", 1, 1)
                .filled("opt/server/bin/other", 1, 1)
                .filled("opt/server/lib", 1, 1)
        })
        .image();
    let categories = categories(&image, None);
    for (path, category) in [
        ("srv/base", Category::SystemFiles),
        ("data/a", Category::Application),
        ("data/node_modules/b", Category::Libraries),
        ("srv/app/main", Category::Application),
        ("opt/server/bin/server", Category::Application),
        ("opt/server/bin/other", Category::Application),
        ("opt/server/lib", Category::Application),
    ] {
        let node = image.tree.find(path.as_bytes()).expect("it is there");
        assert_eq!(categories.category(node), category, "{path}");
    }
}

#[test]
fn packages_decide_when_no_path_matches() {
    let status = ["gcc-12", "libz-dev", "curl", "git"]
        .map(|name| format!("Package: {name}\nStatus: install ok installed\nVersion: 1\n\n"));
    let image = ImageBuilder::new("app")
        .layer("FROM base", |layer| layer.dir("etc"))
        .layer("RUN apt-get install gcc curl git", |layer| {
            layer
                .filled("usr/bin/gcc-12", 1, 1)
                .filled("usr/bin/z-config", 1, 1)
                .filled("opt/curl", 1, 1)
                .filled("usr/bin/git", 1, 1)
                .filled("usr/share/doc/gcc-12/copyright", 1, 1)
                .file("var/lib/dpkg/status", status.concat())
                .file(
                    "var/lib/dpkg/info/gcc-12.list",
                    "/usr/bin/gcc-12\n/usr/share/doc/gcc-12/copyright\n",
                )
                .file("var/lib/dpkg/info/libz-dev.list", "/usr/bin/z-config\n")
                .file("var/lib/dpkg/info/curl.list", "/opt/curl\n")
                .file("var/lib/dpkg/info/git.list", "/usr/bin/git\n")
        });
    let (image, packages) = installed(&image);
    let (owned, unowned) = (
        categories(&image, Some(&packages)),
        categories(&image, None),
    );
    for (path, with, without) in [
        (
            "usr/bin/gcc-12",
            Category::BuildTools,
            Category::SystemFiles,
        ),
        (
            "usr/bin/z-config",
            Category::BuildTools,
            Category::SystemFiles,
        ),
        (
            "opt/curl",
            Category::DistributionPackages,
            Category::Application,
        ),
        (
            "usr/bin/git",
            Category::VersionControl,
            Category::SystemFiles,
        ),
        (
            "usr/share/doc/gcc-12/copyright",
            Category::Docs,
            Category::Docs,
        ),
    ] {
        let node = image.tree.find(path.as_bytes()).expect("it is there");
        assert_eq!(
            (owned.category(node), unowned.category(node)),
            (with, without),
            "{path}"
        );
    }
}

/// A few layers with paths that are in the table.
pub fn known() -> impl Strategy<Value = ImageBuilder> {
    let names = [
        "usr",
        "lib",
        "share",
        "doc",
        "local",
        "go",
        "var",
        "cache",
        "apt",
        "tmp",
        "home",
        "root",
        ".cache",
        "pip",
        ".git",
        "node_modules",
        "test",
        "a.pyc",
        "a.a",
        "package.json",
        "status",
        "dpkg",
        "info",
        "a.list",
        "bin",
        "app",
    ];
    let path = vec(prop::sample::select(names.to_vec()), 1..=5);
    let path = path.prop_map(|parts| parts.join("/"));
    let size = prop::sample::select(vec![0_u64, 1, 7, 700, 3000]);
    let content = prop_oneof![
        8 => (size, 0_u8..2).prop_map(|(size, fill)| Content::Filled { size, fill }),
        1 => Just(Content::File(b"Package: app\nStatus: install ok installed\nVersion: 1\n".to_vec())),
        1 => Just(Content::File(b"/usr/bin/app\n/usr/lib/a.a\n".to_vec())),
        1 => Just(Content::File(b"{\"name\":\"app\",\"version\":\"1\"}".to_vec())),
        3 => Just(Content::Directory),
        2 => Just(Content::Whiteout),
        1 => Just(Content::Opaque),
    ];
    let instruction = prop::sample::select(vec!["RUN make", "COPY . .", "ADD a /"]);
    let layer = (instruction, vec((path, content), 0..16));
    vec(layer, 1..5).prop_map(|layers| {
        let put = |layer: LayerBuilder, (path, content)| layer.put(path, content);
        let add = |image: ImageBuilder, (instruction, records): (&str, Vec<(String, Content)>)| {
            image.layer(instruction, |layer| records.into_iter().fold(layer, put))
        };
        layers
            .into_iter()
            .fold(ImageBuilder::new("property:2"), add)
    })
}

fn sum(content_analysis: &ContentAnalysis) -> (u64, u64) {
    let list = content_analysis.categories.list;
    let sum = |of: fn(&dive_rs::analysis::CategoryBytes) -> u64| list.iter().map(of).sum();
    (sum(|bytes| bytes.visible), sum(|bytes| bytes.hidden))
}

proptest! {
    #[test]
    fn every_byte_has_one_category(builder in prop_oneof![known(), crate::properties::image()]) {
        let (image, analysis, content_analysis) = content_analysis(&builder, &BaseHint::default());
        let (visible, hidden) = sum(&content_analysis);
        prop_assert_eq!((visible, hidden), (analysis.visible, analysis.hidden.bytes()));
        prop_assert_eq!(visible + hidden, image.size());
    }

    #[test]
    fn categories_of_a_difference_sum_to_it(before in known(), after in known()) {
        let [before, after] = [&before, &after].map(|builder| content_analysis(builder, &BaseHint::default()));
        let images = Sides::new(&before.0, &after.0);
        let comparison = crate::properties_compare::compare(images.before, images.after);
        let why = ContentChanges::of(&comparison, images, Sides::new(&before.2, &after.2));
        let sum: i128 = why.categories.iter().map(CategoryDelta::delta).sum();
        prop_assert_eq!(sum, i128::from(images.after.size()) - i128::from(images.before.size()));
    }

    #[test]
    fn every_byte_has_at_most_one_package(builder in known()) {
        let (image, packages) = installed(&builder);
        let top = image.top().expect("a layer");
        for (id, package) in packages.ids() {
            let sizes = packages.files(id).map(|node| {
                let entry = image.timeline.at(node, top).expect("what is owned is seen");
                image.entry(entry).size
            });
            prop_assert_eq!(sizes.sum::<u64>(), package.bytes);
            prop_assert_eq!(packages.files(id).count(), package.files);
        }
    }
}
