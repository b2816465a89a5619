//! A host that is reached by plain HTTP or with an unchecked certificate: never silently, whatever is written.

use dive_rs::image::Compression;

use super::access::certificates;
use super::server::Registry;
use super::{NAME, Served};
use crate::command::Shell;
use crate::engines::skip;
use crate::pty::Term;
use crate::source::Scratch;

#[test]
fn an_insecure_host_is_named_in_every_output() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let host = served.registry.host();
    let image = format!("registry://{host}/{NAME}:1");
    let warning = format!("{host} was read over plain HTTP");
    for (line, is_in_report) in [
        ("{}", true),
        ("--json - {}", true),
        ("--ci {}", true),
        ("--ci --report markdown {}", true),
        ("--ci --report junit {}", true),
        ("--ci --report sarif {}", false),
        ("--report ncdu {}", false),
        ("{} {}", true),
        ("--json - {} {}", true),
        ("--report markdown {} {}", true),
        ("--report html {} {}", false),
        ("--shallow {}", true),
        ("ls {}", false),
        ("fleet {}", false),
        ("fleet --stage layers {}", false),
    ] {
        let line = format!("{} --insecure-registry {host}", line.replace("{}", &image));
        let ended = Shell::new().run(&line);
        let (shown, other) = if is_in_report {
            (&ended.stdout, &ended.stderr)
        } else {
            (&ended.stderr, &ended.stdout)
        };
        // Markdown writes a colon as an entity.
        let shown = shown.replace("&#58;", ":");
        assert!(shown.contains(&warning), "{line}: {ended}");
        assert!(!other.contains("plain HTTP"), "twice: {line}: {ended}");
    }
}

/// The base and the baseline are in no report.
#[test]
fn an_insecure_host_of_another_image_is_named() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let host = served.registry.host();
    let image = format!("registry://{host}/{NAME}:1");
    let shell = Shell::new().file("image.tar", &served.archive);
    for line in [
        "--ci {} image.tar",
        "--base {} image.tar",
        "--transfer --have {} image.tar",
    ] {
        let line = format!("{} --insecure-registry {host}", line.replace("{}", &image));
        let ended = shell.run(&line);
        let warning = format!("/{NAME}:1: {host} was read over plain HTTP");
        assert!(ended.stderr.contains(&warning), "{line}: {ended}");
    }
}

#[test]
fn an_unchecked_certificate_is_named() {
    let scratch = Scratch::new("registry-unchecked");
    if !certificates(scratch.path()) {
        return skip("openssl cannot make certificates");
    }
    for registry in Registry::each_with_tls(scratch.path()) {
        let host = registry.host();
        let line =
            format!("fleet --repository registry://{host}/{NAME} --insecure-registry {host}");
        let ended = Shell::new().run(&line);
        let warning = format!("{host}'s certificate was not checked");
        assert!(ended.stderr.contains(&warning), "{ended}");
    }
}

#[test]
fn the_screen_of_a_comparison_names_an_insecure_host() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let host = served.registry.host();
    let image = format!("registry://{host}/{NAME}:1");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_dive-rs"));
    let args = ["--no-cache", "--insecure-registry", &host, &image, &image];
    let mut term = Term::start(program, &args);
    term.wait_for("⇄");
    term.press("8");
    term.wait_for("! warning");
    term.press("q");
    assert_eq!(term.end(), 0);
}
