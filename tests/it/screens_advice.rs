//! The Savings tab of the explore screen: its list, a finding in full, its files in the tree.

use dive_rs::ui::keys;
use dive_rs::ui::keys::context::Context;

use crate::fixture::ImageBuilder;
use crate::screens::{Screen, screens};

fn image() -> ImageBuilder {
    let token = "token = 'glpat-0123456789abcdefghij'\n";
    ImageBuilder::new("shop/app:1")
        .layer("FROM debian", |layer| layer.filled("usr/bin/su", 900_000, 1).mode(0o4755))
        .layer("RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends git # buildkit", |layer| {
            layer
                .filled("var/lib/apt/lists/deb_Packages", 20_000_000, 2)
                .filled("usr/bin/git", 3_000_000, 3)
        })
        .layer("COPY . /srv", |layer| {
            layer
                .filled("srv/.git/pack", 700_000, 4)
                .file("srv/settings.ini", token)
                .filled("srv/app", 500_000, 5)
        })
        .layer("RUN /bin/sh -c chmod 755 /srv/app # buildkit", |layer| {
            layer.filled("srv/app", 500_000, 5).mode(0o755)
        })
}

fn open(width: u16, height: u16) -> Screen {
    Screen::open(&image(), width, height).with_content(&image())
}

screens! {
    open;
    advice: 120 by 40, "6";
    advice_small: 80 by 24, "6";
    advice_large: 200 by 60, "6";
    finding_whole: 120 by 40, "6ji";
    finding_whole_small: 80 by 24, "6i";
    finding_in_tree: 120 by 40, "6jt";
    in_the_image_tab: 120 by 40, "9";
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

/// The help lists every context with keys, except its own, whose keys are on its border.
#[test]
fn help_lists_every_context() {
    let map = dive_rs::ui::keys::KeyMap::default();
    let shown: Vec<&str> = keys::help(&map)
        .iter()
        .filter_map(|line| match line {
            keys::HelpLine::Heading(title) => Some(*title),
            _ => None,
        })
        .collect();
    let others = keys::TABLE
        .iter()
        .filter(|binding| binding.context != Context::Help);
    for binding in others {
        assert!(
            shown.contains(&binding.context.title()),
            "{}",
            binding.context.title()
        );
    }
}
