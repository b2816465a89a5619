//! Contents with several names: hard links that outlive the path that stores a file, as the caches of uv, conda, pnpm and Bazel leave them. What screens,
//! rules and reports make of it; `properties` has random images, `engines/unpacked.rs` what engines unpack.

use dive_rs::analysis::findings::{FindingKind, Findings};
use dive_rs::analysis::{Analysis, BaseHint, Category, HiddenKind, sizes, visible_bytes};
use dive_rs::compare::{RowChange, Side};
use dive_rs::image::{Image, NodeId};
use dive_rs::query::{Condition, Query, Selection};
use serde_json::{Value, json};

use crate::command::Shell;
use crate::fixture::{ImageBuilder, LayerBuilder};
use crate::fixture_tar::{Docker, docker_save};
use crate::packages::{content_analysis, installed};
use crate::properties_compare::compare;
use crate::screens::Screen;

const SIZE: u64 = 2_000_000;
/// Rules on hidden bytes and findings; dive's own count every path stored twice.
const RULES: &str = "rules:
  lowestEfficiency: disabled
  highestUserWastedPercent: disabled
  highestHiddenBytes: 1B
  denyFindings: [deleted, overwritten]
  highestSavingsBytes: 1B
";

/// A file in a cache that is also linked into place, and what the next layer does.
fn linked(next: impl FnOnce(LayerBuilder) -> LayerBuilder) -> ImageBuilder {
    ImageBuilder::new("linked:1")
        .layer("", |layer| layer.filled("etc/base", 10, 1))
        .layer("RUN uv sync", |layer| {
            let layer = layer.filled("cache/x", SIZE, 1);
            layer.hard_link("lib/x", "cache/x")
        })
        .layer("RUN clean", next)
}

fn deleted() -> ImageBuilder {
    linked(|layer| layer.whiteout("cache"))
}

fn overwritten() -> ImageBuilder {
    linked(|layer| layer.filled("cache/x", 5, 2))
}

fn node(image: &Image, path: &str) -> NodeId {
    image.tree.find(path.as_bytes()).expect("a path")
}

fn bytes_at(image: &Image, path: &str) -> u64 {
    sizes(image, &image.snapshot(image.top()))[node(image, path).index()]
}

fn analysed(builder: &ImageBuilder) -> (Image, Analysis, Findings) {
    let (image, analysis, content) = content_analysis(builder, &BaseHint::default());
    (image, analysis, content.findings)
}

#[test]
fn a_deletion_that_leaves_a_name_hides_nothing() {
    for (builder, visible) in [(deleted(), SIZE + 10), (overwritten(), SIZE + 15)] {
        let (image, analysis, findings) = analysed(&builder);
        assert_eq!(analysis.hidden.bytes(), 0);
        assert_eq!(
            (analysis.visible, visible_bytes(&image)),
            (visible, visible)
        );
        assert_eq!(bytes_at(&image, "/lib/x"), SIZE);
        assert_eq!(findings.bytes, 0, "{:?}", findings.list);
        let shell = Shell::new()
            .file("image.tar", docker_save(&builder, Docker::New))
            .file("rules", RULES);
        let ended = shell.run("--ci --ci-config rules --json out.json image.tar");
        assert_eq!(ended.code, Some(0), "{ended}");
        let json: Value = serde_json::from_str(&shell.read("out.json")).expect("JSON");
        assert_eq!(json["image"]["hiddenBytes"], 0);
        assert_eq!(json["image"]["visibleBytes"], visible);
        assert_eq!(json["layer"][1]["hiddenBytes"], 0);
    }
}

#[test]
fn the_instruction_that_removes_the_last_name_hides_the_bytes() {
    let builder = deleted()
        .layer("RUN true", |layer| layer)
        .layer("RUN rm /lib/x", |layer| layer.whiteout("lib/x"));
    let (image, analysis, findings) = analysed(&builder);
    let [hidden] = &analysis.hidden.entries[..] else {
        panic!("{:?}", analysis.hidden.entries);
    };
    assert_eq!(hidden.node, node(&image, "/lib/x"));
    assert_eq!((hidden.bytes, hidden.how), (SIZE, HiddenKind::Deleted));
    assert_eq!((hidden.stored_in.0, hidden.hidden_by.0), (1, 4));
    let finding = findings.list.iter();
    let mut finding = finding.filter(|finding| finding.kind == FindingKind::Deleted);
    let finding = finding.next().expect("a finding");
    // Both names have to be removed where the file is created.
    let lines = finding.fix.lines().join("\n");
    assert!(lines.contains("rm -rf /cache /lib"), "{lines}");
    let query = Query::of(Condition::HiddenBy(hidden.hidden_by));
    let selection = Selection::of(&image, &analysis, None, &query);
    assert_eq!(selection.bytes_below(node(&image, "/lib")), SIZE);
}

#[test]
fn a_content_counts_at_its_first_name_and_the_others_refer_to_it() {
    let builder = linked(|layer| layer.hard_link("app/x", "lib/x"));
    let image = builder.image();
    assert_eq!(bytes_at(&image, "/app/x"), SIZE);
    assert_eq!(bytes_at(&image, "/cache/x"), 0);
    assert_eq!(bytes_at(&image, "/lib"), 0);
    assert_eq!(bytes_at(&image, "/"), SIZE + 10);
    let screen = Screen::open(&builder, 100, 24).press("jj<tab>");
    let shown = screen.press("z").shown();
    assert_eq!(shown.matches("x = /app/x").count(), 2, "{shown}");
    // The layer below has no /app: it counts at /cache/x there.
    let shown = Screen::open(&builder, 100, 24).press("j<tab>z").shown();
    assert!(shown.contains("x = /cache/x"), "{shown}");
    let shown = Screen::open(&deleted(), 100, 24).press("jj<tab>z").shown();
    assert!(!shown.contains("x = "), "{shown}");
}

#[test]
fn a_query_counts_a_content_at_its_first_selected_name() {
    let (image, analysis, content) = content_analysis(&linked(|layer| layer), &BaseHint::default());
    let select = |text: &str| {
        let query = Query::of(Condition::Path(text.to_owned()));
        Selection::of(&image, &analysis, Some(&content), &query)
    };
    let selection = select("lib/");
    assert_eq!(selection.bytes_below(node(&image, "/lib/x")), SIZE);
    assert_eq!(selection.counted_at(node(&image, "/lib/x")), None);
    let selection = select("/x");
    assert_eq!(selection.bytes(), SIZE);
    assert_eq!(
        selection.counted_at(node(&image, "/lib/x")),
        Some(node(&image, "/cache/x"))
    );
}

#[test]
fn a_cache_that_is_linked_into_place_frees_nothing() {
    let cache = |linked: bool| {
        ImageBuilder::new("cache:1")
            .layer("", |layer| layer.filled("usr/bin/sh", 10, 1))
            .layer("RUN uv sync", |layer| {
                let layer = layer.filled("root/.cache/uv/x", SIZE, 1);
                if linked {
                    layer.hard_link("srv/x", "root/.cache/uv/x")
                } else {
                    layer.hard_link("root/.cache/uv/y", "root/.cache/uv/x")
                }
            })
    };
    let caches = |builder: &ImageBuilder| {
        let (_, _, findings) = analysed(builder);
        let mut all = findings.list.into_iter();
        all.find(|finding| finding.kind == FindingKind::LeftoverCaches)
            .map(|finding| finding.bytes)
    };
    assert_eq!(caches(&cache(true)), None);
    assert_eq!(caches(&cache(false)), Some(SIZE));
}

#[test]
fn packages_are_found_and_sized_under_surviving_names() {
    let (info, code) = ("foo-1.0.dist-info/METADATA", "foo/code.so");
    let builder = ImageBuilder::new("uv:1")
        .layer("RUN uv sync", |layer| {
            layer
                .file(format!("c/{info}"), "Name: foo\nVersion: 1.0\n")
                .file("c/foo-1.0.dist-info/RECORD", "foo/code.so,,\n")
                .filled(format!("c/{code}"), SIZE, 1)
                .hard_link(format!("usr/site-packages/{info}"), format!("c/{info}"))
                .hard_link(
                    "usr/site-packages/foo-1.0.dist-info/RECORD",
                    "c/foo-1.0.dist-info/RECORD",
                )
                .hard_link(format!("usr/site-packages/{code}"), format!("c/{code}"))
        })
        .layer("RUN rm", |layer| layer.whiteout("c"));
    let (image, packages) = installed(&builder);
    let [foo] = &packages.list[..] else {
        panic!("{:?}", packages.list);
    };
    assert_eq!((foo.name.as_str(), foo.version.as_str()), ("foo", "1.0"));
    assert!(foo.bytes >= SIZE, "{foo:?}");
    let code = node(&image, "/usr/site-packages/foo/code.so");
    assert!(packages.package_of(code).is_some());
    let (_, _, content) = content_analysis(&builder, &BaseHint::default());
    let total: u64 = Category::ALL
        .map(|it| content.categories.get(it).bytes())
        .iter()
        .sum();
    assert_eq!(total, image.size());
}

#[test]
fn comparing_follows_the_content_to_its_surviving_name() {
    let (before, after) = (linked(|layer| layer).image(), deleted().image());
    let comparison = compare(&before, &after);
    let row = |path: &str| {
        let before = node(&before, path);
        comparison.rows.row_of(Side::Before, before).expect("a row")
    };
    assert_eq!(comparison.change(row("/lib/x")), RowChange::Same);
    assert_eq!(comparison.change(row("/cache/x")), RowChange::Removed);
    let bytes = i128::from(SIZE);
    assert_eq!(comparison.delta(row("/lib")), bytes);
    assert_eq!(comparison.delta(row("/cache")), -bytes);
    assert_eq!(comparison.delta(row("/")), 0);

    // The same file, once under its own path and once under a link: it moved.
    let single = ImageBuilder::new("single:1")
        .layer("", |layer| layer.filled("etc/base", 10, 1))
        .layer("RUN", |layer| layer.filled("opt/x", SIZE, 1))
        .image();
    let comparison = compare(&single, &after);
    assert_eq!(comparison.counts.moved, 1);
    // Another file behind a link to a path that neither image has any more is a change.
    let other = ImageBuilder::new("other:1")
        .layer("", |layer| layer.filled("etc/base", 10, 1))
        .layer("RUN", |layer| {
            let layer = layer.filled("cache/x", SIZE, 7);
            layer.hard_link("lib/x", "cache/x")
        })
        .layer("RUN", |layer| layer.whiteout("cache"))
        .image();
    assert_eq!(compare(&other, &after).counts.changed, 1);
}

/// The path is equal on both sides and only one side counts the content there: the reports list it, so that what they list is the difference.
#[test]
fn a_report_of_two_lists_where_a_content_counts() {
    let other = ImageBuilder::new("other:1")
        .layer("", |layer| layer.filled("etc/base", 10, 1))
        .layer("RUN", |layer| {
            let layer = layer.filled("aaa/x", SIZE, 1);
            layer.hard_link("lib/x", "aaa/x")
        });
    let shell = Shell::new()
        .file("a.tar", docker_save(&deleted(), Docker::New))
        .file("b.tar", docker_save(&other, Docker::New));
    let text = shell.run("a.tar b.tar --report text").stdout;
    for line in [
        "+2.0 MB  added    /aaa/x\n",
        "−2.0 MB  same     /lib/x  counted at /aaa/x\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    let text = shell.run("b.tar a.tar --report text").stdout;
    for line in [
        "−2.0 MB  removed  /aaa/x\n",
        "+2.0 MB  same     /lib/x  counted at /aaa/x before\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    let markdown = shell.run("a.tar b.tar --report markdown").stdout;
    let row = "| −2.0 MB | same | <code>/lib/x</code> | counted at <code>/aaa/x</code> |";
    assert!(markdown.contains(row), "{markdown}");
    let document: Value =
        serde_json::from_str(&shell.run("a.tar b.tar --json -").stdout).expect("JSON");
    let schema = include_str!("../../docs/compare.schema.json");
    let schema = serde_json::from_str(schema).expect("JSON");
    jsonschema::validate(&schema, &document).expect("it keeps to the schema");
    let changes = document["changes"].as_array().expect("a list");
    let lib = changes.iter().find(|change| change["path"] == "/lib/x");
    assert_eq!(
        lib,
        Some(&json!({
            "path": "/lib/x",
            "status": "same",
            "what": [],
            "before": {"sizeBytes": SIZE},
            "after": {"sizeBytes": 0, "countedAt": "/aaa/x"},
        }))
    );
}

#[test]
fn a_finding_names_the_path_that_a_container_shows() {
    let key = format!(
        "-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n",
        "b3Bl".repeat(20)
    );
    let secret = |clean: &str| {
        let builder = ImageBuilder::new("key:1")
            .layer("", |layer| layer.filled("etc/base", 10, 1))
            .layer("RUN keygen", |layer| {
                let layer = layer.file("tmp/k", &key).hard_link("app/k", "tmp/k");
                // Known by its name alone, which its own path lacks.
                layer.filled("tmp/l", 9, 1).hard_link("app/.netrc", "tmp/l")
            })
            .layer("RUN rm", |layer| {
                let paths = clean.split_whitespace();
                paths.fold(layer, LayerBuilder::whiteout)
            });
        let (image, _, findings) = analysed(&builder);
        let mut all = findings.list.into_iter();
        let found = all.find(|finding| finding.kind == FindingKind::Secret);
        let found = found.expect("a finding");
        let paths = found.claims.iter().map(|claim| image.tree.path(claim.node));
        let paths = paths.map(|path| String::from_utf8(path).expect("UTF-8"));
        (paths.collect::<Vec<_>>(), found.why)
    };
    let (paths, why) = secret("tmp/k tmp/l");
    assert_eq!(paths, ["/app/.netrc", "/app/k"]);
    assert!(why.contains("/app/k: a private key on line 1"), "{why}");
    assert!(why.ends_with(". Everyone who can pull the image can read it."));
    // Its own path while that is a name, and when none is.
    assert_eq!(secret("tmp/l").0, ["/app/.netrc", "/tmp/k"]);
    assert_eq!(secret("tmp app").0, ["/tmp/k"]);

    // What a fix saves is at such a path too.
    let cache = ImageBuilder::new("cache:1")
        .layer("", |layer| layer.filled("usr/bin/sh", 10, 1))
        .layer("RUN uv sync", |layer| {
            let layer = layer.filled("root/.cache/uv/x", SIZE, 1);
            layer.hard_link("root/.cache/uv/y", "root/.cache/uv/x")
        })
        .layer("RUN rm", |layer| layer.whiteout("root/.cache/uv/x"));
    let (image, _, findings) = analysed(&cache);
    let mut all = findings.list.into_iter();
    let found = all.find(|finding| finding.kind == FindingKind::LeftoverCaches);
    let found = found.expect("a finding");
    assert_eq!(found.bytes, SIZE);
    assert_eq!(found.claims[0].node, node(&image, "/root/.cache/uv/y"));
}

#[test]
fn a_budget_counts_a_content_once_for_any_of_its_names() {
    let shell = Shell::new()
        .file(
            "image.tar",
            docker_save(&linked(|layer| layer), Docker::New),
        )
        .file(
            "rules",
            "rules:\n  budget: {\"/lib/**\": 1MB, \"/**\": 3MB}\n",
        );
    let ended = shell.run("--ci --ci-config rules image.tar");
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(ended.stdout.contains("/lib/**"), "{ended}");
}

/// As an engine's `link` does: a symbolic link on the way to the target is followed, one at its end is not.
#[test]
fn the_target_of_a_link_leads_through_symbolic_links() {
    let builder = ImageBuilder::new("usrmerge:1")
        .layer("", |layer| {
            let layer = layer.symlink("lib", "usr/lib").filled("usr/lib/x", 10, 1);
            let layer = layer
                .symlink("srv/up", "../lib")
                .symlink("end", "usr/lib/x");
            layer.symlink("loop", "loop/on").symlink("root", "/lib")
        })
        .layer("RUN ln", |layer| {
            let layer = layer.hard_link("app/one", "lib/x");
            let layer = layer.hard_link("app/two", "srv/up/x");
            let layer = layer.hard_link("app/three", "root/x");
            let layer = layer.hard_link("none/end", "end");
            layer.hard_link("none/loop", "loop/x")
        })
        // A folder in place of the symbolic link has nothing of what it led to.
        .layer("RUN mkdir", |layer| {
            let layer = layer.filled("lib/y", 5, 2);
            layer.hard_link("none/replaced", "lib/x")
        });
    let image = builder.image();
    let content = image.timeline.events(node(&image, "/usr/lib/x"))[0];
    let content = (content.layer, content.entry.expect("a file"));
    let names: Vec<_> = image.names(content).collect();
    let paths = ["/app/one", "/app/three", "/app/two", "/usr/lib/x"];
    assert_eq!(names, paths.map(|path| node(&image, path)));
    assert_eq!(bytes_at(&image, "/app"), 10);
    assert_eq!(bytes_at(&image, "/none"), 0);
    assert_eq!(bytes_at(&image, "/"), 15);
}

#[test]
fn a_link_that_is_stored_again_is_one_name() {
    let copied = |layer: LayerBuilder| {
        let layer = layer.filled("app/.git/a", SIZE, 1);
        layer.hard_link("app/.git/b", "app/.git/a")
    };
    let builder = ImageBuilder::new("git:1")
        .layer("", |layer| layer.filled("etc/base", 10, 1))
        .layer("COPY . /app", copied)
        .layer("RUN true", |layer| {
            layer.hard_link("app/.git/b", "app/.git/a")
        });
    let (image, analysis, findings) = analysed(&builder);
    let [a, b] = ["/app/.git/a", "/app/.git/b"].map(|path| node(&image, path));
    let stored = image.timeline.events(a)[0];
    let content = (stored.layer, stored.entry.expect("a file"));
    assert_eq!(image.names(content).collect::<Vec<_>>(), [a, b]);
    assert_eq!(analysis.hidden.bytes(), 0);
    let mut all = findings.list.iter();
    let finding = all.find(|finding| finding.kind == FindingKind::Development);
    assert_eq!(finding.map(|finding| finding.bytes), Some(SIZE));
}
