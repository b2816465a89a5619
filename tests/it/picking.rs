//! The picker: the list of the engines' images, filtering and loading.

use dive_rs::compare::{Side, Sides};
use dive_rs::image::Platform;
use dive_rs::load::{Engine, ListedImage, LocalImage, Request};
use dive_rs::ui::ScreenOptions;
use dive_rs::ui::layout::Size;
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::message::{Mouse, Msg};
use dive_rs::ui::model::picker::{CommandImage, PickOrigin, Picker};
use dive_rs::ui::model::{self, Model};
use insta::assert_snapshot;

use crate::screens::Screen;

const NOW: i64 = 1_790_000_000;

fn image(engine: Engine, name: &str, id: char, size: u64, age: i64) -> LocalImage {
    LocalImage {
        engine,
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        id: format!("sha256:{}", id.to_string().repeat(64)),
        size,
        created: NOW - age,
    }
}

pub fn picker(width: u16, height: u16) -> Screen {
    let day = 86_400;
    let images = vec![
        image(Engine::Docker, "shop/app:1.4", 'a', 13_600_000, 3 * 3600),
        image(Engine::Docker, "", 'b', 13_500_000, 2 * day),
        image(
            Engine::Docker,
            "debian:bookworm",
            'c',
            117_000_000,
            40 * day,
        ),
        image(
            Engine::Podman,
            "localhost/evil\u{202e}\x1b[2J:1",
            'd',
            7,
            400 * day,
        ),
        image(Engine::Podman, "alpine:3.20", 'e', 8_800_000, NOW),
    ];
    let size = Size { width, height };
    Screen::of(Model::picking(images, NOW, size, ScreenOptions::default()))
}

/// Returns the name and the engine of the image to load.
fn picked(screen: &Screen) -> Option<(String, Engine)> {
    screen.effects.iter().find_map(|effect| match effect {
        Effect::Load(image) => match image.origin {
            PickOrigin::Engine(engine) => Some((image.name.clone().unwrap_or_default(), engine)),
            PickOrigin::Listed(_) => None,
        },
        _ => None,
    })
}

#[test]
fn the_list_shows_size_age_and_engine() {
    assert_snapshot!(picker(100, 12).shown());
    assert_snapshot!("narrow", picker(50, 12).press("<down>").shown());
}

#[test]
fn typing_narrows_it_and_enter_explores() {
    let screen = picker(100, 12).press("book");
    assert!(screen.line(1).contains("1/1 of 5"), "{}", screen.line(1));
    let screen = screen.press("<enter>");
    let expected = ("debian:bookworm".to_owned(), Engine::Docker);
    assert_eq!(picked(&screen), Some(expected));
    assert!(
        screen.line(0).contains("debian:bookworm"),
        "it is being loaded"
    );
    let screen = picker(100, 12).press("podman 3.2<enter>");
    assert_eq!(
        picked(&screen),
        Some(("alpine:3.20".to_owned(), Engine::Podman))
    );
    let screen = picker(100, 12).press("bbbb");
    assert!(screen.line(3).contains("‹no name›"), "an id counts too");
    let none = picker(100, 12).press("nothing<enter>");
    assert_eq!(picked(&none), None);
    assert!(none.line(3).contains("no image matches"));
}

#[test]
fn escape_shows_all_and_then_leaves() {
    let screen = picker(100, 12).press("q?deb<esc>");
    assert!(screen.effects.is_empty(), "letters are the query's");
    assert!(screen.line(1).contains("/5 "), "{}", screen.line(1));
    let screen = screen.press("<esc>");
    assert!(matches!(screen.effects[..], [Effect::Quit]));
    // Escape clears marks first.
    let screen = picker(100, 12).press("<tab>deb<tab>");
    assert!(
        screen.line(11).contains("esc clear filter"),
        "{}",
        screen.line(11)
    );
    let screen = screen.press("<esc>");
    assert!(
        screen.line(11).contains("esc clear marks"),
        "{}",
        screen.line(11)
    );
    let screen = screen.press("<esc>");
    assert!(screen.effects.is_empty());
    assert!(screen.line(11).contains("↵ explore"), "{}", screen.line(11));
    assert!(screen.line(11).contains("esc quit"), "{}", screen.line(11));
    assert!(matches!(screen.press("<esc>").effects[..], [Effect::Quit]));
    assert!(matches!(
        picker(100, 12).press("x<ctrl+c>").effects[..],
        [Effect::Quit]
    ));
}

#[test]
fn a_second_click_opens() {
    let mut screen = picker(100, 12);
    screen.send(Msg::Mouse(Mouse::Press(5, 5)));
    assert_eq!(picked(&screen), None);
    screen.send(Msg::Mouse(Mouse::Double(5, 5)));
    assert_eq!(picked(&screen).expect("picked").0, "debian:bookworm");
}

#[test]
fn a_selected_image_stays_selected_and_in_view() {
    let screen = picker(100, 11).press("<pgdn><pgdn>a");
    assert_eq!(
        picked(&screen.press("<enter>")).expect("picked").0,
        "alpine:3.20"
    );
}

#[test]
fn two_marked_images_are_compared() {
    let pair = |screen: &Screen| {
        screen.effects.iter().find_map(|effect| match effect {
            Effect::LoadTwo(pair) => Some(
                pair.as_ref()
                    .map(|image| image.name.clone().unwrap_or_default()),
            ),
            _ => None,
        })
    };
    let marked = picker(100, 12).press("<down><down><tab><up><up><tab>");
    assert_snapshot!("marked", marked.shown());
    let screen = marked.press("<down><enter>");
    let names = pair(&screen).expect("two are loaded");
    assert_eq!(names.before, "debian:bookworm");
    assert_eq!(names.after, "shop/app:1.4");
    // One mark and another line are two images; a cleared mark is none.
    let screen = picker(100, 12).press("<tab><down><down><enter>");
    assert_eq!(pair(&screen).expect("two").after, "debian:bookworm");
    let screen = picker(100, 12).press("<tab><tab><enter>");
    assert_eq!(pair(&screen), None);
    assert_eq!(picked(&screen).expect("one").0, "shop/app:1.4");
    let screen = picker(100, 12).press("<tab><enter>");
    assert_eq!(picked(&screen).expect("one").0, "shop/app:1.4");
    // A filtered list keeps its marks; a third mark replaces the first.
    let screen = picker(100, 12).press("<tab>book<tab><esc><end>");
    let screen = screen.press("<pgdn><tab><enter>");
    let names = pair(&screen).expect("two are loaded");
    assert_eq!(
        (names.before.as_str(), names.after.as_str()),
        ("debian:bookworm", "alpine:3.20")
    );
}

#[test]
fn the_footer_shows_as_many_keys_as_fit() {
    for (width, words) in [
        (50, vec!["↵ explore   F1 keys"]),
        (80, vec!["↵ explore   ⇥ mark   F1 keys   esc quit"]),
        (100, vec!["↵ explore   ⇥ mark   F1 keys   esc quit"]),
    ] {
        let footer = picker(width, 12).line(11);
        for word in words {
            assert!(footer.contains(word), "{width}: {footer}");
        }
        let typed = picker(width, 12).press("a query").line(11);
        assert!(typed.contains("a query"), "{width}: {typed}");
    }
}

#[test]
fn only_enabled_keys_are_listed() {
    let marked = picker(100, 12).press("<tab><down><tab>");
    assert!(marked.line(11).contains("↵ compare"), "{}", marked.line(11));
    assert!(!marked.line(11).contains("explore"), "{}", marked.line(11));
    let mut tall = picker(100, 60).press("<tab><down><tab>");
    let f1 = dive_rs::ui::bindings::message(&tall.model, dive_rs::ui::keys::Key::F(1));
    tall.send(f1.expect("it means something"));
    let help = tall.press("<end>").shown();
    assert!(help.contains("compare the two"), "{help}");
    assert!(!help.contains("explore the image"), "{help}");
    let none = picker(100, 12).press("nothing");
    for word in ["explore", "mark"] {
        assert!(!none.line(11).contains(word), "{}", none.line(11));
    }
    for key in ["<enter>", "<tab>"] {
        let printed = picker(100, 12).press("nothing").press(key).line(11);
        assert!(printed.contains("no image matches"), "{printed}");
    }
}

/// Returns the images that an archive of several lists.
pub fn listed() -> Vec<ListedImage> {
    let listed = |name: &str, version: &str, id: char, bytes| ListedImage {
        name: name.to_owned(),
        platform: Platform {
            os: if version.is_empty() {
                "linux"
            } else {
                "windows"
            }
            .to_owned(),
            architecture: "amd64".to_owned(),
            os_version: version.to_owned(),
            ..Platform::default()
        },
        id: Some(format!("sha256:{}", id.to_string().repeat(64))),
        bytes,
        created: Some("2026-09-20T12:26:40Z".to_owned()),
    };
    let digest = format!("sha256:{}", "b".repeat(64));
    vec![
        listed("app:1", "", 'a', Some(13_600_000)),
        listed(&digest, "", 'b', None),
        listed("app:win", "10.0.20348.2322", 'c', Some(117_000_000)),
    ]
}

#[test]
fn the_images_of_an_archive_are_picked_in_the_same_list() {
    let mut screen = picker(100, 12);
    let archive = || Box::new(Picker::of_archive(listed(), None, NOW));
    screen.send(Msg::Pick(archive()));
    assert_snapshot!("archive", screen.shown());
    let screen = screen.press("win<enter>");
    let image = screen.effects.iter().find_map(|effect| match effect {
        Effect::Load(image) => Some(image.clone()),
        _ => None,
    });
    let PickOrigin::Listed(image) = image.expect("picked").origin else {
        panic!("of an engine")
    };
    let request = Request {
        tag: Some("other".to_owned()),
        ..Request::default()
    };
    let request = request.choose(&image);
    assert_eq!(request.tag.as_deref(), Some("app:win"));
    assert_eq!(
        request
            .platform
            .map(|platform| platform.to_string())
            .as_deref(),
        Some("windows(10.0.20348.2322)/amd64")
    );
    // The platform is searched as it is shown.
    for (words, names) in [("AMD64 c", 1), ("linux", 2), ("20348", 1), ("arm", 0)] {
        let mut screen = picker(100, 12);
        screen.send(Msg::Pick(archive()));
        let screen = screen.press(words);
        let model::Screen::Picker(picker) = &screen.model.screen else {
            panic!("a list of images");
        };
        assert_eq!(picker.shown().count(), names, "{words}");
    }
    // Two of one archive are compared.
    let mut screen = picker(100, 12);
    screen.send(Msg::Pick(archive()));
    let screen = screen.press("<tab><down><enter>");
    assert!(matches!(screen.effects[..], [Effect::LoadTwo(_)]));
    // For one of two images a mark would have no meaning.
    let pair = Sides::new("/a/old.tar".to_owned(), "new.tar".to_owned());
    let mut screen = picker(100, 12);
    screen.send(Msg::Pick(Box::new(Picker::of_archive(
        listed(),
        Some((Side::Before, pair)),
        NOW,
    ))));
    let head = screen.line(0);
    let words = "before: pick one of the images of old.tar";
    assert!(head.contains(words), "{head}");
    let footer = screen.line(11);
    assert!(footer.contains("↵ compare"), "{footer}");
    assert!(!footer.contains("mark"), "{footer}");
    let screen = screen.press("<tab><down><enter>");
    assert!(matches!(screen.effects[..], [Effect::Load(_)]));
}

#[test]
fn one_image_is_picked_for_a_command() {
    let operand = |role| CommandImage {
        role,
        name: "/a/b/two\x1b[2J.tar".to_owned(),
    };
    let mut screen = picker(80, 12);
    screen.model.screen =
        model::Screen::Picker(Picker::of_operand(listed(), operand(Some("--base")), NOW));
    screen.send(Msg::Resize(Size {
        width: 80,
        height: 12,
    }));
    assert_snapshot!("operand", screen.shown());
    let screen = screen.press("<tab>");
    let refused = screen.line(11);
    assert!(refused.contains("one image is picked here"), "{refused}");
    let screen = screen.press("win<enter>");
    let [Effect::Pick(image)] = &screen.effects[..] else {
        panic!("{:?}", screen.effects)
    };
    let PickOrigin::Listed(image) = &image.origin else {
        panic!("of an engine")
    };
    assert_eq!(image.name, "app:win");
    let mut screen = picker(80, 12);
    screen.model.screen = model::Screen::Picker(Picker::of_operand(listed(), operand(None), NOW));
    let head = screen.press("<esc>");
    assert!(matches!(head.effects[..], [Effect::Quit]));
    assert!(
        head.line(0).starts_with(" dive-rs  pick one of the images"),
        "{}",
        head.line(0)
    );
}
