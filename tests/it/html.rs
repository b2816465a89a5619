//! The HTML page through the binary: one file that loads nothing, whose data are JSON with the numbers of every other report, and in which no name is
//! markup. `tests/browser` opens the pages written here in a real browser.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::command::Shell;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save};

/// Runs the program in a folder of its own and returns the page it wrote; it is kept for the browser too.
pub fn page(name: &str, shell: &Shell, images: &str) -> String {
    let ended = shell.run(&format!("--report html=page.html {images}"));
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
    let page = fs::read_to_string(shell.path().join("page.html")).expect("a page");
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&kept).expect("a folder");
    fs::write(kept.join(format!("{name}.html")), &page).expect("room");
    page
}

/// Returns the page's data.
fn data(page: &str) -> Value {
    let (_, data) = page.split_once("id=\"data\">").expect("data");
    let (data, _) = data.split_once("</script>").expect("an end");
    serde_json::from_str(data).expect("JSON")
}

fn hostile() -> ImageBuilder {
    let markup = "<img src=x onerror=alert(1)>";
    ImageBuilder::new("<script>alert(1)</script>")
        .layer("RUN </script><script>alert(1)</script>", |layer| {
            layer
                .file("</script><script>alert(1)", "one")
                .file(markup, "two")
                .file("javascript:alert(1)//\u{202e}gpj", "three")
                .file("{{data}} {{style}}", "four")
                .filled("style='x'/\"><svg onload=alert(1)>", 5_000, 1)
        })
        .layer("COPY <b>bold</b> /", |layer| layer.filled("a&b", 9_000, 2))
}

#[test]
fn a_page_has_the_numbers_of_the_other_reports() {
    let shell = crate::sample_image::shell();
    let page = page("shop", &shell, "shop.tar");
    let data = data(&page);
    let json = shell.run("--json - shop.tar").stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let image = &data["image"];
    for (ours, theirs) in [
        ("size", "sizeBytes"),
        ("visible", "visibleBytes"),
        ("hidden", "hiddenBytes"),
    ] {
        assert_eq!(image[ours], json["image"][theirs], "{ours}");
    }
    let sum = |values: &Value| {
        values
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(Value::as_u64)
            .sum::<u64>()
    };
    assert_eq!(Some(sum(&data["tree"]["sizes"])), image["visible"].as_u64());
    let categories = data["categories"].as_array().expect("a list");
    let categories: u64 = categories
        .iter()
        .filter_map(|one| one["bytes"].as_u64())
        .sum();
    assert_eq!(Some(categories), image["size"].as_u64());
    let names = data["tree"]["names"].as_array().expect("a list").len();
    for column in ["depths", "sizes", "layers", "categories", "packages"] {
        let column = data["tree"][column].as_array().expect("a list");
        assert_eq!(column.len(), names);
    }
}

#[test]
fn a_page_of_two_images_sums_to_their_difference() {
    let folder = Shell::new()
        .file("one.tar", docker_save(&hostile(), Docker::New))
        .file(
            "two.tar",
            docker_save(&crate::dive_image::image(), Docker::New),
        );
    let page = page("two", &folder, "one.tar two.tar");
    let data = data(&page);
    let steps = data["waterfall"].as_array().expect("a list");
    let of = |step: &Value, key: &str| step[key].as_i64().expect("bytes");
    let delta: i64 = steps
        .iter()
        .map(|step| of(step, "after") - of(step, "before"))
        .sum();
    assert_eq!(
        delta,
        of(&data["after"], "size") - of(&data["before"], "size")
    );
}

#[test]
fn no_name_is_markup() {
    let shell = Shell::new().file("save.tar", docker_save(&hostile(), Docker::New));
    let page = page("hostile", &shell, "save.tar");
    // The page's own two scripts and nothing else.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("<img") && !page.contains("<svg") && !page.contains("<b>"));
    assert!(
        page.chars()
            .all(|character| character == '\n' || !character.is_control())
    );
    assert!(!page.contains('\u{202e}'));
    let names = data(&page)["tree"]["names"].to_string();
    assert!(names.contains("{{data}}"), "{names}");
}

#[test]
fn the_policy_names_the_script_and_the_style() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let page = page("policy", &crate::sample_image::shell(), "shop.tar");
    for element in ["style", "script"] {
        let (_, text) = page
            .rsplit_once(&format!("<{element}>"))
            .expect("an element");
        let (text, _) = text.split_once(&format!("</{element}>")).expect("its end");
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text));
        assert!(page.contains(&format!("{element}-src 'sha256-{hash}'")));
    }
    assert!(page.contains("default-src 'none'"));
}
