//! The picker of an archive with several images, in a pseudo-terminal: the image that is picked is loaded, by the screens and by commands that print.

use std::path::Path;

use crate::choosing::{untagged, windows_index, windows_versions};
use crate::pty::Term;
use crate::registry::push::push_index;
use crate::registry::server::Registry;

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
        term.wait_for("⇄");
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
    term.wait_for("⇄");
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

/// Starts a shell line in which `DIVE` is the program; `FILE` and `ID` are as in [`start`], and `OUT` is a file for its output.
fn start_line(line: &str) -> (tempfile::TempDir, Term) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (bundle, ids) = untagged();
    std::fs::write(folder.path().join("two.tar"), bundle.tar()).expect("room for a test");
    let line = line
        .replace("DIVE", env!("CARGO_BIN_EXE_dive-rs"))
        .replace("ID", &ids[0][..12])
        .replace("FILE", "two.tar")
        .replace("OUT", "out");
    let line = format!("cd '{}'; {line}", folder.path().display());
    let term = Term::start(Path::new("/bin/sh"), &["-c", &line]);
    (folder, term)
}

/// Returns what the program wrote to `OUT`.
fn written(folder: &tempfile::TempDir) -> Vec<u8> {
    std::fs::read(folder.path().join("out")).expect("the shell made it")
}

/// The second image of the archive has a file of four bytes.
#[test]
fn commands_that_print_let_the_user_pick_and_leave_standard_output_to_the_result() {
    for (line, printed) in [
        ("DIVE cat FILE /a > OUT", "two!"),
        ("DIVE ls -l FILE | cat > OUT", " 4 B 1 a"),
        ("DIVE du -ab FILE > OUT", "4\t/a"),
        ("DIVE extract FILE /a - | tar -xO > OUT", "two!"),
        ("DIVE --report text FILE > OUT", "4 B  1 layer"),
        ("DIVE --json - FILE > OUT", "\"sizeBytes\": 4"),
        ("DIVE FILE | cat > OUT", "4 B  1 layer"),
        (
            "DIVE --report text=OUT FILE 2>&1 1>/dev/null",
            "4 B  1 layer",
        ),
    ] {
        let (folder, mut term) = start_line(line);
        term.wait_for("pick one of the images of two.tar");
        term.wait_for("↵ pick");
        // No image is marked here.
        term.press("\t");
        term.wait_for("one image is picked here");
        term.press("\x1b[B\r");
        assert_eq!(term.end(), 0, "{line}");
        let written = String::from_utf8(written(&folder)).expect("text");
        assert!(written.contains(printed), "{line}: {written}");
        assert!(!written.contains('\x1b'), "{line}: {written}");
    }
}

#[test]
fn leaving_the_picker_of_a_command_cancels_it() {
    for (line, keys) in [
        ("DIVE ls FILE > OUT", "\x1b"),
        ("DIVE extract FILE - > OUT", "\x03"),
        ("DIVE --report text FILE > OUT", "\x1b"),
        ("DIVE --base FILE docker-archive:FILE:ID > OUT", "\x1b"),
    ] {
        let (folder, mut term) = start_line(line);
        term.wait_for("pick one of the images of two.tar");
        term.press(keys);
        assert_eq!(term.end(), 130, "{line}");
        assert_eq!(written(&folder), b"", "{line}");
    }
}

#[test]
fn every_image_of_a_command_line_can_be_picked() {
    // The base is the image itself, so that all layers are base layers.
    let (folder, mut term) = start_line("DIVE --base FILE docker-archive:FILE:ID > OUT");
    term.wait_for("--base: pick one of the images of two.tar");
    term.press("\r");
    assert_eq!(term.end(), 0);
    let text = String::from_utf8(written(&folder)).expect("text");
    assert!(text.contains("own layers: 0 B in 0 layers"), "{text}");
    // The same before the screen opens.
    let (_folder, mut term) = start_line("DIVE --base FILE docker-archive:FILE:ID");
    term.wait_for("--base: pick one of the images of two.tar");
    term.press("\r");
    term.wait_for("hidden 0 B");
    term.press("q");
    assert_eq!(term.end(), 0);

    let (folder, mut term) = start_line("DIVE --report text FILE FILE > OUT");
    // Both are loaded at the same time, so either may come first.
    let sides = [("before", "\r"), ("after", "\x1b[B\r")];
    let shown = std::cell::Cell::new(0);
    term.wait("a side", |screen| {
        let is_shown = |(side, _): &(&str, _)| screen.contents().contains(&format!("{side}: pick"));
        let found = sides.iter().position(is_shown);
        shown.set(found.unwrap_or_default());
        found.is_some()
    });
    let [first, second] = [sides[shown.get()], sides[1 - shown.get()]];
    term.press(first.1);
    term.wait_for(&format!("{}: pick one of the images of two.tar", second.0));
    term.press(second.1);
    assert_eq!(term.end(), 0);
    let text = String::from_utf8(written(&folder)).expect("text");
    assert!(text.contains("3 B         4 B"), "{text}");

    let (folder, mut term) =
        start_line("DIVE --report text --have FILE docker-archive:FILE:ID > OUT");
    term.wait_for("--have: pick one of the images of two.tar");
    term.press("\r");
    assert_eq!(term.end(), 0);
    assert!(!written(&folder).is_empty());
}

/// A gate, and a command whose input or messages go elsewhere, cannot be answered.
#[test]
fn where_nobody_can_be_asked_there_is_no_picker() {
    for line in [
        "DIVE --ci FILE",
        "CI=true DIVE ls FILE",
        "CI=true DIVE --base FILE docker-archive:FILE:ID",
        "cat FILE | DIVE ls -",
        "DIVE ls FILE < /dev/null",
        "DIVE ls FILE 2> OUT; code=$?; cat OUT; exit $code",
    ] {
        let (_folder, mut term) = start_line(line);
        term.wait_for("the archive has 2 images: sha256:");
        term.wait_for("hint: ");
        assert_eq!(term.end(), 2, "{line}");
    }
}

#[test]
fn a_signal_ends_the_picker_and_restores_the_terminal() {
    for signal in ["TERM", "HUP", "INT"] {
        let (folder, mut term) = start_line("exec DIVE ls FILE > OUT");
        term.wait_for("pick one of the images of two.tar");
        term.kill(signal);
        assert_eq!(term.end(), 130, "{signal}");
        assert_eq!(written(&folder), b"");
    }
}

/// The index of an image in a registry lists the platforms, before any of them is fetched.
#[test]
fn one_of_a_registrys_platforms_is_picked_for_a_command() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    push_index(&host, "app", "1", &windows_index(0));
    let line =
        format!("DIVE cat --no-cache --insecure-registry {host} registry://{host}/app:1 /a > OUT");
    let (folder, mut term) = start_line(&line);
    term.wait_for("pick one of the images of app:1");
    term.wait_for("windows(10.0.20348.2322)/amd64");
    term.press("\x1b[B\r");
    assert_eq!(term.end(), 0);
    assert_eq!(written(&folder), b"two!");
}

/// The command that the screen copies names the base that was picked, whether by its name or by its platform: run, it finds the same base.
#[test]
fn the_copied_command_selects_the_base_that_was_picked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (bundle, _) = untagged();
    for (name, bytes) in [
        ("two.tar", bundle.tar()),
        ("windows.tar", windows_versions()),
    ] {
        std::fs::write(folder.path().join(name), bytes).expect("room for a test");
    }
    let program = env!("CARGO_BIN_EXE_dive-rs");
    let run = |line: &str| {
        let mut shell = std::process::Command::new("/bin/sh");
        let shell = shell
            .current_dir(folder.path())
            .env("XDG_CACHE_HOME", folder.path());
        let ended = shell.args(["-c", line]).output().expect("a shell");
        String::from_utf8(ended.stdout).expect("text")
    };
    let cases = [
        (
            "two.tar",
            "docker-archive:two.tar:@0",
            "--base docker-archive:two.tar:sha256:",
        ),
        (
            "windows.tar",
            "oci-archive:windows.tar:@0",
            "--base oci-archive:windows.tar:sha256:",
        ),
    ];
    for (base, image, named) in cases {
        let folder = folder.path().display();
        let line = format!("cd '{folder}'; {program} --base {base} {image}");
        let mut term = Term::start(Path::new("/bin/sh"), &["-c", &line]);
        term.wait_for(&format!("--base: pick one of the images of {base}"));
        term.press("\r");
        term.wait_for("hidden 0 B");
        term.resize(24, 300);
        // The overview shows the base.
        term.press("1Y");
        let copied = std::cell::RefCell::new(String::new());
        term.wait("the command", |screen| {
            let text = screen.contents();
            let found = text
                .lines()
                .find_map(|line| line.split_once("copied: dive-rs "));
            // Before it is drawn for the wider terminal, it is cut.
            let found = found.filter(|(_, command)| command.contains("--report text"));
            if let Some((_, command)) = found {
                command.trim_end().clone_into(&mut copied.borrow_mut());
            }
            found.is_some()
        });
        let copied = copied.into_inner();
        assert!(copied.contains(named), "{copied}");
        let text = run(&format!("{program} {copied}"));
        assert!(
            text.contains("own layers: 0 B in 0 layers"),
            "{copied}: {text}"
        );
        term.press("q");
        assert_eq!(term.end(), 0);
    }
}
