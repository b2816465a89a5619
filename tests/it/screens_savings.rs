//! The Savings tab of the explore screen: its list, a finding in full, its files in the tree.

use crate::fixture::ImageBuilder;
use crate::screens::{Screen, screens};
use crate::screens_overview::image;

fn open(width: u16, height: u16) -> Screen {
    Screen::open(&image(), width, height).with_content(&image())
}

screens! {
    open;
    list: 120 by 40, "6";
    list_small: 80 by 24, "6";
    list_large: 200 by 60, "6";
    details: 120 by 40, "6ji";
    details_small: 80 by 24, "6i";
    files: 120 by 40, "6jt";
    image_tab: 120 by 40, "9";
}

#[test]
fn an_empty_list_is_explained() {
    let plain = ImageBuilder::new("plain:1").layer("ADD x /", |layer| layer.filled("x", 9, 1));
    let screen = Screen::open(&plain, 100, 30)
        .with_content(&plain)
        .press("6");
    assert!(screen.shown().contains("no savings found"));
}

#[test]
fn a_finding_without_files_shows_its_text() {
    let mut builder = image();
    builder.config.cmd = vec!["/srv/app".to_owned()];
    let screen = Screen::open(&builder, 120, 40)
        .with_content(&builder)
        .press("6");
    // After the findings that save bytes.
    let screen = screen.press("jjjjt");
    assert!(
        screen.shown().contains("runs-as-root"),
        "{}",
        screen.shown()
    );
}
