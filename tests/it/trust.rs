//! Trust in digests: equal names with different bytes, and links that lead out of a layout.

#[cfg(unix)]
use std::path::Path;

#[cfg(unix)]
use dive_rs::archive::{Cancel, Error, Input, read};
use serde_json::Value;

use crate::bundle::oci;
#[cfg(unix)]
use crate::bundle::{Bundle, blob};
use crate::command::Shell;
use crate::raw_tar::RawTar;
#[cfg(unix)]
use crate::reading::options;

/// Two images with one config and other layers, and a copy of the first.
fn shell() -> Shell {
    let named = RawTar::default().file("etc/motd", "hello").end();
    let other = RawTar::default().file("etc/motd", "there is more").end();
    // They have the same length, so that only the bytes differ.
    let third = RawTar::default().file("etc/motd", "olleh").end();
    let image = |layer: &[u8]| oci(&[&named], &[layer]).tar();
    Shell::new()
        .file("named.tar", image(&named))
        .file("copy.tar", image(&named))
        .file("other.tar", image(&other))
        .file("third.tar", image(&third))
}

#[test]
fn images_are_the_same_only_if_their_files_are() {
    let shell = shell();
    let is_same = |line: &str| {
        let ended = shell.run(&format!("--json - {line}"));
        assert_eq!(ended.code, Some(0), "{ended}");
        let json: Value = serde_json::from_str(&ended.stdout).expect("JSON");
        (json["sameImage"].clone(), json["sameImageVerified"].clone())
    };
    assert_eq!(is_same("named.tar copy.tar"), (true.into(), false.into()));
    assert_eq!(
        is_same("--verify named.tar copy.tar"),
        (true.into(), true.into())
    );
    assert_eq!(is_same("named.tar other.tar"), (false.into(), false.into()));

    let text = shell.run("named.tar copy.tar").stdout;
    let unverified = "Both are the same image by their digests, which are unverified";
    assert!(text.contains(unverified), "{text}");
    let text = shell.run("--verify named.tar copy.tar").stdout;
    assert!(text.contains("Both are the same image.\n"), "{text}");
    for report in ["text", "markdown"] {
        let text = shell
            .run(&format!("--report {report} named.tar other.tar"))
            .stdout;
        let differ = "Both have the same digests, but their layers differ";
        assert!(text.contains(differ), "{text}");
    }
    for lying in ["other.tar", "third.tar"] {
        let ended = shell.run(&format!("--verify named.tar {lying}"));
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(
            ended.stderr.contains("does not match its digest"),
            "{ended}"
        );
    }
}

#[cfg(unix)]
fn open(layout: &Path) -> Result<(), Error> {
    let input = Input::Folder(layout.to_owned());
    read(input, &options(), &Cancel::default(), &|_| ()).map(drop)
}

#[cfg(unix)]
/// Puts a link to a file outside in the place of a file in a layout.
fn link(layout: &Path, name: &str, target: &Path) {
    let path = layout.join(name);
    let _ = std::fs::remove_file(&path);
    std::os::unix::fs::symlink(target, path).expect("a free name");
}

#[cfg(unix)]
fn layout(bundle: &Bundle) -> (tempfile::TempDir, std::path::PathBuf, std::path::PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let (layout, outside) = (folder.path().join("layout"), folder.path().join("outside"));
    bundle.write(&layout);
    (folder, layout, outside)
}

#[cfg(unix)]
#[test]
fn nothing_is_quoted_from_a_file_outside_that_is_no_image() {
    let layer = RawTar::default().file("etc/motd", "hello").end();
    let bundle = oci(&[&layer], &[&layer]);
    let (_folder, layout, outside) = layout(&bundle);
    // As in a folder of links that a build system makes.
    std::fs::copy(layout.join("index.json"), &outside).expect("ours");
    link(&layout, "index.json", &outside);
    assert!(open(&layout).is_ok());
    for secret in [
        r#"{"schemaVersion": "hunter2"}"#,
        r#"{"manifests": "hunter2"}"#,
        r#"["hunter2"]"#,
        r#""hunter2""#,
        "hunter2:x:0:0:",
    ] {
        std::fs::write(&outside, secret).expect("ours");
        let error = open(&layout).expect_err("no image");
        let text = format!("{error} {:?}", error.hint());
        assert!(!text.contains("hunter2"), "{secret}: {text}");
    }
    // A pipe or a device is not opened.
    link(&layout, "index.json", Path::new("/dev/zero"));
    assert!(open(&layout).is_err());
}

#[cfg(unix)]
#[test]
fn a_link_out_of_a_layout_leads_to_a_file_of_the_size_in_the_descriptor() {
    let layer = RawTar::default().file("etc/motd", "hello").end();
    let (_folder, layout, outside) = layout(&oci(&[&layer], &[&layer]));
    // Terabytes, which are not hashed to find out that they are others.
    let file = std::fs::File::create(&outside).expect("ours");
    file.set_len(4 << 40).expect("a file of holes");
    link(&layout, &blob(&layer), &outside);
    let error = open(&layout).expect_err("another file");
    assert!(error.to_string().contains("4398046511104 bytes"), "{error}");
}
