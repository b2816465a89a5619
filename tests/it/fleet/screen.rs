//! `fleet report` on a terminal opens the screen, from the folder of a real run and from rows on standard input; elsewhere, and with a text format, it prints.

use std::path::Path;

use dive_rs::image::Compression;

use super::deep::wasteful;
use crate::command::Shell;
use crate::fixture_tar::oci_archive;
use crate::pty::Term;

/// Runs a line of a shell in a folder, on a terminal; `RUN` is the program.
fn on_terminal(shell: &Shell, line: &str) -> Term {
    let program = env!("CARGO_BIN_EXE_dive-rs");
    let line = line.replace("RUN", &format!("'{program}'"));
    let line = format!("cd '{}' && {line}", shell.path().display());
    Term::start(Path::new("/bin/sh"), &["-c", &line])
}

/// Returns a folder with the rows of a deep run over two archives.
fn folder() -> Shell {
    let [one, two] = wasteful();
    let shell = Shell::new()
        .file("one.tar", oci_archive(&one, Compression::Gzip))
        .file("two.tar", oci_archive(&two, Compression::Gzip));
    let ended = shell.run("fleet --deep one.tar two.tar --out rows");
    assert_eq!(ended.code, Some(0), "{ended}");
    let rows = shell.run("fleet --deep one.tar two.tar");
    shell.file("rows.ndjson", rows.stdout)
}

#[test]
fn the_screen_opens_where_a_terminal_is() {
    let shell = folder();
    for from in ["rows", "rows.ndjson", "- < rows.ndjson"] {
        let mut term = on_terminal(&shell, &format!("RUN fleet report {from}"));
        term.wait_for("A fresh node pulls");
        term.press("\r");
        term.wait_for("Overview › Images");
        term.press("\r");
        term.wait_for("Layers, bottom first");
        term.press("\x1b");
        term.wait("the list of images", |screen| {
            !screen.contents().contains("Layers, bottom first")
        });
        term.press("q");
        term.wait_for("A fresh node pulls");
        term.press("q");
        assert_eq!(term.end(), 0, "{from}");
    }
}

#[test]
fn text_is_printed_where_it_is_wanted() {
    let shell = folder();
    let printed = shell.run("fleet report rows");
    assert!(
        printed.stdout.starts_with("2 images with 2 names"),
        "{printed}"
    );
    for line in [
        "RUN fleet report rows --format text",
        "RUN fleet report rows --most 3",
        "CI=true RUN fleet report rows",
    ] {
        let mut term = on_terminal(&shell, line);
        term.wait_for("The same content in several layers");
        // The screen would wait for a key.
        assert_eq!(term.end(), 0, "{line}");
    }
}

/// Returns a page without its markup, and what is above its totals left out.
fn without_markup(page: &str) -> String {
    let (_, body) = page.split_once("<main>").unwrap();
    let (_, body) = body.split_once("</h1>").unwrap();
    let mut text = String::new();
    for part in body.split('<') {
        text.push(' ');
        text += part.split_once('>').map_or(part, |(_, text)| text);
    }
    text
}

/// Returns every size of a text, sorted.
fn sizes(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let pairs = words.windows(2).filter_map(|pair| {
        let unit = pair[1].trim_matches(|letter: char| !letter.is_ascii_alphabetic());
        let number = pair[0].trim_start_matches(|letter: char| !letter.is_ascii_digit());
        let is_size = ["B", "kB", "MB", "GB"].contains(&unit) && !number.is_empty();
        is_size.then(|| format!("{number} {unit}"))
    });
    let mut sizes: Vec<String> = pairs.collect();
    sizes.sort();
    sizes
}

#[test]
fn every_format_has_the_same_lists_with_the_same_numbers() {
    let shell = folder();
    let report = |format: &str| {
        let ended = shell.run(&format!(
            "fleet report rows --earlier rows.ndjson --format {format}"
        ));
        assert_eq!(ended.code, Some(0), "{ended}");
        ended.stdout
    };
    let [text, markdown, html] = ["text", "markdown", "html"].map(report);
    let of_text = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with(' '));
    let titles: Vec<&str> = of_text.skip(1).collect();
    let of_markdown = markdown
        .lines()
        .filter_map(|line| line.strip_prefix("### "));
    let of_markdown = of_markdown.map(|title| title.split(": ").next().unwrap());
    assert_eq!(of_markdown.collect::<Vec<_>>(), titles);
    let of_html = html.split("<h2>").skip(1);
    let of_html = of_html.map(|rest| rest.split("</h2>").next().unwrap());
    assert_eq!(of_html.collect::<Vec<_>>(), titles);
    assert!(titles.len() > 6, "{titles:?}");
    let numbers = sizes(&text);
    assert!(numbers.len() > 20, "{numbers:?}");
    assert_eq!(sizes(&markdown), numbers);
    assert_eq!(sizes(&without_markup(&html)), numbers);
}

/// While rows are read, keys and signals end the program as they end any load.
#[test]
fn reading_rows_is_cancelled() {
    for keys in ["q", "\x03", "\x1b"] {
        let shell = Shell::new();
        let rows = crate::interrupt::pipe(&shell, "rows");
        let mut term = on_terminal(&shell, "RUN fleet report - < rows");
        // Opening blocks until there is a reader; what never comes keeps the program reading.
        let writer = std::fs::File::options().write(true).open(&rows).unwrap();
        term.wait_for("Loading");
        term.press(keys);
        assert_eq!(term.end(), 130, "{keys:?}");
        drop(writer);
    }
}
