//! The picker of an archive with several images, in a pseudo-terminal: the image that is picked is loaded.

use std::path::Path;

use crate::choosing::{untagged, windows_versions};
use crate::pty::Term;

/// Starts the program with these arguments, in which `FILE` is an archive of two images and `ID` the id of the first one.
fn start(args: &[&str]) -> (tempfile::TempDir, Term) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("two.tar");
    let (bundle, ids) = untagged();
    std::fs::write(&file, bundle.tar()).expect("room for a test");
    let file = file.display().to_string();
    let of = |arg: &&str| arg.replace("FILE", &file).replace("ID", &ids[0][..12]);
    let args: Vec<String> = args.iter().map(of).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let term = Term::start(Path::new(env!("CARGO_BIN_EXE_dive-rs")), &args);
    (folder, term)
}

#[test]
fn one_of_an_archives_images_is_picked() {
    let (_folder, mut term) = start(&["FILE"]);
    term.wait_for("several images");
    term.press("\x1b[B\r");
    term.wait_for("hidden 0 B");
    term.wait_for("4 B");
    term.press("q");
    assert_eq!(term.end(), 0);
}

#[test]
fn one_side_of_a_comparison_is_picked() {
    for (args, side) in [
        (["docker-archive:FILE:ID", "FILE"], "after"),
        (["FILE", "docker-archive:FILE:ID"], "before"),
    ] {
        let (_folder, mut term) = start(&args);
        term.wait_for(&format!("{side}: pick one of the images of two.tar"));
        term.press("\x1b[B\r");
        term.wait_for("Δ");
        term.press("q");
        assert_eq!(term.end(), 0);
    }
}

#[test]
fn the_other_image_of_a_comparison_is_picked() {
    let (folder, mut term) = start(&["docker-archive:FILE:ID"]);
    term.wait_for("hidden 0 B");
    term.press("c");
    term.wait_for("with image");
    term.press(&format!("{}/two.tar\r", folder.path().display()));
    term.wait_for("after: pick one of the images of two.tar");
    term.press("\x1b[B\r");
    term.wait_for("Δ");
    term.press("q");
    term.wait_for("hidden 0 B");
    term.press("q");
    assert_eq!(term.end(), 0);
}

#[test]
fn one_of_several_platforms_is_picked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("windows.tar");
    std::fs::write(&file, windows_versions()).expect("room for a test");
    let file = file.display().to_string();
    let program = Path::new(env!("CARGO_BIN_EXE_dive-rs"));
    let mut term = Term::start(program, &[&file]);
    term.wait_for("windows(10.0.17763.5458)/amd64");
    term.wait_for("windows(10.0.20348.2322)/amd64");
    term.press("\x1b[B\r");
    term.wait_for("hidden 0 B");
    term.wait_for("4 B");
    term.press("q");
    assert_eq!(term.end(), 0);
}

#[test]
fn leaving_the_picker_ends_the_program() {
    let (_folder, mut term) = start(&["FILE"]);
    term.wait_for("several images");
    term.press("\x03");
    assert_eq!(term.end(), 0);
}
