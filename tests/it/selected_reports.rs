//! Reports under a query, through the binary: every report that shows files shows those that the query selects, hidden ones included, and adds up to
//! exactly their bytes; reports of verdicts refuse a query.

use serde_json::Value;

use crate::command::{Ended, Shell};
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save};

const INJECTION: &str = "srv/<b>;x \u{1b}[31my|`9";

/// An image with a path of three versions, a file that becomes a folder, a hard link that outlives its file, and a deleted file whose name is markup.
fn image() -> ImageBuilder {
    ImageBuilder::new("versions:1")
        .layer("COPY a;b /srv", |layer| {
            layer
                .filled("srv/a", 5_000, 1)
                .filled("srv/old", 3_000, 2)
                .filled("cache/x", 2_000, 3)
                .hard_link("lib/x", "cache/x")
                .filled(INJECTION, 700, 4)
                .filled("usr/share/doc/manual", 40_000, 5)
        })
        .layer("RUN two", |layer| {
            layer
                .filled("srv/a", 6_000, 6)
                .filled("srv/old/new", 400, 7)
                .whiteout("cache")
        })
        .layer("RUN three", |layer| {
            layer
                .filled("srv/a", 6_000, 8)
                .whiteout(INJECTION)
                .symlink("srv/link", "a")
        })
}

fn shell() -> Shell {
    Shell::new().file("save.tar", docker_save(&image(), Docker::New))
}

/// Queries, with the bytes and the number of the files that they select.
const QUERIES: [(&str, u64, u64); 13] = [
    ("--status any", 63_100, 9),
    ("--status hidden", 14_700, 4),
    ("--status visible", 48_400, 5),
    ("--status deleted", 700, 1),
    ("--status overwritten --min-size 5kB", 11_000, 2),
    ("--layer 1", 50_700, 5),
    ("--layer 2-3", 12_400, 4),
    ("--hidden-by 2", 8_000, 2),
    ("--glob /lib/*", 2_000, 1),
    ("--find srv/a", 17_000, 3),
    ("--find srv/old", 3_400, 2),
    ("--category docs", 40_000, 1),
    ("--find nothing", 0, 0),
];

/// Returns what a report prints, without a warning.
fn report(shell: &Shell, format: &str, query: &str) -> String {
    let Ended {
        code,
        stdout,
        stderr,
    } = shell.run(&format!("--report {format} {query} save.tar"));
    // Markdown has a verdict, which decides nothing here.
    assert_eq!((code, &*stderr), (Some(0), ""), "{format} {query}");
    stdout
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{why}: {text}"))
}

/// Returns the sum of a list of numbers.
fn sum(values: &Value) -> u64 {
    let values = values.as_array().expect("a list").iter();
    values.map(|value| value.as_u64().expect("a number")).sum()
}

/// Returns the bytes of a folder of ncdu, which is a list that starts with its own record, or of a file.
fn ncdu_bytes(item: &Value) -> u64 {
    match item {
        Value::Array(items) => items.iter().map(ncdu_bytes).sum(),
        record => record["asize"].as_u64().unwrap_or(0),
    }
}

/// Returns the data of a page.
fn page_data(page: &str) -> Value {
    let (_, data) = page.split_once("id=\"data\">").expect("data");
    let (data, _) = data.split_once("</script>").expect("an end");
    json(data)
}

#[test]
fn every_report_adds_up_to_what_the_query_selects() {
    let shell = shell();
    for (query, bytes, files) in QUERIES {
        let selection = &json(&report(&shell, "json", query))["selection"];
        assert_eq!(selection["sizeBytes"], bytes, "{query}");
        assert_eq!(selection["fileCount"], files, "{query}");

        let folded = report(&shell, "folded", query);
        let stacks = folded.lines().map(|line| line.rsplit_once(' '));
        let stacks = stacks.map(|parts| parts.expect("a count").1.parse::<u64>());
        let stacks: u64 = stacks.map(|count| count.expect("a number")).sum();
        assert_eq!(stacks, bytes, "{query}: {folded}");

        let ncdu = json(&report(&shell, "ncdu", query));
        assert_eq!(ncdu_bytes(&ncdu[3]), bytes, "{query}: {ncdu}");

        let page = page_data(&report(&shell, "html", query));
        assert_eq!(page["selection"]["bytes"], bytes, "{query}");
        assert_eq!(page["image"]["files"], files, "{query}");
        assert_eq!(sum(&page["tree"]["sizes"]), bytes, "{query}");
        let categories = page["categories"].as_array().expect("a list").iter();
        let categories: u64 = categories.filter_map(|one| one["bytes"].as_u64()).sum();
        assert_eq!(categories, bytes, "{query}");
        let layers = page["layers"].as_array().expect("a list").iter();
        let layers = layers.flat_map(|layer| layer["categories"].as_array().expect("a list"));
        let layers: u64 = layers.filter_map(|pair| pair[1].as_u64()).sum();
        assert_eq!(layers, bytes, "{query}");

        let text = report(&shell, "text", query);
        let mut lines = text.lines();
        let head = lines.find_map(|line| line.strip_prefix("Selected: "));
        let head = head.expect("a head");
        let markdown = report(&shell, "markdown", query);
        assert!(markdown.contains(&format!("\n### Selected: {head}\n")));
        let rows = markdown
            .lines()
            .skip_while(|line| !line.contains("### Selected"));
        let rows = rows.filter(|line| line.starts_with("| ")).count() as u64;
        assert_eq!(rows, files + 2, "{query}: {markdown}");

        let svg = report(&shell, "svg", query);
        let (_, head) = head.split_once(", ").expect("a number of files");
        let title = format!("<title>save.tar: {head} selected in 3 layers, by category</title>");
        assert!(svg.contains(&title), "{query}: {svg}");
        assert_eq!(covered(&svg), bytes > 0, "{query}: {svg}");
    }
}

/// Returns whether the rectangles at the root of a map cover all of it; false for none.
fn covered(svg: &str) -> bool {
    let attribute = |line: &str, name: &str| -> f64 {
        let (_, rest) = line.split_once(&format!(" {name}=\"")).expect(name);
        let (value, _) = rest.split_once('"').expect("an end");
        value.parse().expect("a number")
    };
    let top = svg.lines().filter(|line| {
        let title = line.strip_prefix("<g><title>").unwrap_or_default();
        let path = title.split(", ").next().unwrap_or_default();
        path.matches('/').count() == 1
    });
    let areas = top.map(|line| attribute(line, "width") * attribute(line, "height"));
    (areas.sum::<f64>() / (1200.0 * 620.0) - 1.0).abs() < 0.01
}

#[test]
fn selected_versions_are_told_apart() {
    let shell = shell();
    // Every version of a path, each in its layer.
    let page = page_data(&report(&shell, "html", "--find srv/a"));
    let tree = &page["tree"];
    assert_eq!(tree["names"], serde_json::json!(["srv", "a", "a", "a"]));
    assert_eq!(tree["sizes"], serde_json::json!([0, 5000, 6000, 6000]));
    assert_eq!(tree["notes"]["1"], " (overwritten by layer 2)");
    assert_eq!(tree["notes"]["2"], " (overwritten by layer 3)");
    assert_eq!(tree["notes"]["3"], Value::Null);
    let query = &page["selection"]["query"];
    assert_eq!(query, "--find srv/a");
    insta::assert_snapshot!(
        "folded_any",
        report(&shell, "folded", "--status any --find srv")
    );
    insta::assert_snapshot!("svg_any", report(&shell, "svg", "--status any --find srv"));
    insta::assert_snapshot!(
        "markdown_hidden",
        report(&shell, "markdown", "--status hidden --min-size 600")
    );
}

/// `tests/browser` opens these pages.
#[test]
fn pages_of_a_query_are_kept_for_the_browser() {
    let shell = shell();
    for (name, query) in [
        ("selected", "--status any"),
        ("selected-folder", "--find srv/old"),
        ("selected-none", "--find nothing"),
    ] {
        let page = crate::html::page(name, &shell, &format!("{query} save.tar"));
        assert_eq!(page_data(&page)["selection"]["query"], query);
    }
}

#[test]
fn a_selected_name_is_only_text() {
    let shell = shell();
    for format in [
        "html", "svg", "markdown", "folded", "ncdu", "json", "ndjson",
    ] {
        let printed = report(&shell, format, "--status deleted");
        let is_printable = |character: char| character == '\n' || !character.is_control();
        assert!(printed.chars().all(is_printable), "{format}: {printed}");
        let is_markup = matches!(format, "html" | "svg" | "markdown");
        assert!(
            !is_markup || !printed.contains("<b>"),
            "{format}: {printed}"
        );
    }
}

/// A report is written completely, also under a query; a query that cannot be looked up writes none.
#[test]
fn a_query_that_names_nothing_in_the_image_writes_no_report() {
    let shell = shell();
    for format in ["html", "svg", "markdown", "folded", "ncdu", "ndjson"] {
        for (query, message) in [
            (
                "--package nothing",
                "error: --package: the image has no package `nothing`\n",
            ),
            ("--layer 9", "error: --layer: there is no layer 9\n"),
            (
                "--finding secret",
                "error: --finding: the image has no such finding\n",
            ),
            ("--glob [a", "error: --glob: "),
        ] {
            let ended = shell.run(&format!("--report {format}=out {query} save.tar"));
            assert!(ended.stderr.starts_with(message), "{ended}");
            assert_eq!(ended.stderr.matches("error:").count(), 1, "{ended}");
            assert!(ended.stderr.contains("\nhint: "), "{ended}");
            assert_eq!((ended.code, &*ended.stdout), (Some(2), ""), "{ended}");
            assert!(!shell.path().join("out").exists(), "{format} {query}");
        }
    }
}

#[test]
fn reports_of_verdicts_refuse_a_query() {
    let shell = shell();
    for format in [
        "dive",
        "junit",
        "sarif",
        "codequality",
        "github",
        "baseline",
        "badge",
    ] {
        let ended = shell.run(&format!("--report {format}=out --status hidden save.tar"));
        let expected = format!(
            "error: --report {format} does not show the files that a query selects\n\
             hint: these reports do: text, json, markdown, ndjson, html, svg, folded, ncdu; dive-rs ls lists the files\n"
        );
        assert_eq!((ended.code, ended.stderr), (Some(2), expected));
        assert!(!shell.path().join("out").exists(), "{format}");
    }
}
