//! One-line input of the screen: the file of a comparison's report, and the image to compare with.

use std::sync::Arc;
use std::time::Duration;

use dive_rs::compare::{Side, Sides};
use dive_rs::load::Progress;
use dive_rs::report::Format;
use dive_rs::ui::loaded::content_analysis::ContentComparison;
use dive_rs::ui::loaded::ticket::LoadId;
use dive_rs::ui::model::Screen as Shown;
use dive_rs::ui::model::effect::Effect;
use dive_rs::ui::model::message::{LoadUpdate, Msg};
use dive_rs::ui::model::picker::Picker;
use insta::assert_snapshot;

use crate::picking::listed;
use crate::properties_compare::compare;
use crate::screens::{Screen, app, failure};
use crate::screens_compare::open;

/// Returns the last requested report.
fn report(screen: &Screen) -> Option<(Format, &str)> {
    match screen.effects.last()? {
        Effect::Report { format, to, .. } => Some((*format, to)),
        _ => None,
    }
}

#[test]
fn a_report_has_the_format_of_its_extension() {
    let screen = open(80, 24).press("r");
    assert_snapshot!("report_asks", screen.shown());
    let screen = screen.press("<enter>");
    assert_eq!(report(&screen), Some((Format::Markdown, "comparison.md")));
    for (typed, format) in [
        ("a.json", Format::Json),
        ("b.txt", Format::Text),
        ("c", Format::Text),
        ("D.MD", Format::Markdown),
    ] {
        let screen = open(80, 24).press(&format!("r<ctrl+u>{typed}<enter>"));
        assert_eq!(report(&screen), Some((format, typed)));
    }
    let none = open(80, 24).press("r<ctrl+u><enter>");
    assert_eq!(report(&none), None);
    assert!(none.shown().contains("name a file"));
}

#[test]
fn a_failed_report_prompts_again() {
    let mut screen = open(80, 24).press("r<enter>");
    screen.send(Msg::Reported(Err(failure(
        "comparison.md is there already",
    ))));
    assert!(screen.shown().contains("is there already"));
    let mut screen = screen.press("<back><back>json<enter>");
    assert_eq!(report(&screen), Some((Format::Json, "comparison.json")));
    screen.send(Msg::Reported(Ok("comparison.json".to_owned())));
    assert!(screen.model.overlay.is_none());
    assert!(screen.line(23).contains("written to comparison.json"));
}

/// Returns the image on the screen and a result for the image it is compared with.
fn answer(screen: &Screen) -> Msg {
    let Shown::Explore(explore) = &screen.model.screen else {
        panic!("one image is explored");
    };
    let images = Sides::new(Arc::clone(&explore.image), Arc::new(app().image()));
    let comparison = Arc::new(compare(&images.before, &images.after));
    crate::screens_compare::compared(images, comparison)
}

#[test]
fn another_image_is_named_and_compared_with() {
    let screen = Screen::open(&app(), 80, 24).press("c");
    assert_snapshot!("other_image_prompt", screen.shown());
    let mut screen = screen.press("<enter>other:2<enter>");
    let Some(Effect::CompareWith { reference, .. }) = screen.effects.last() else {
        panic!("it is loaded");
    };
    assert_eq!(reference, "other:2");
    let stream = Progress::Stream {
        done: 5_000_000,
        total: Some(20_000_000),
    };
    let news = LoadUpdate::Progress(stream, Duration::from_secs(1));
    screen.send(Msg::Load(LoadId::AFTER, news));
    assert_snapshot!("other_image_loads", screen.shown());
    let answer = answer(&screen);
    screen.send(answer);
    assert!(matches!(screen.model.screen, Shown::Compare(_)));
    assert!(screen.model.overlay.is_none());
}

/// An archive with several images opens the picker in front of the image on the screen.
#[test]
fn one_of_several_images_is_picked_and_compared_with() {
    let names = Sides::new("shop/app:1".to_owned(), "two.tar".to_owned());
    let pick = || {
        let picker = Picker::of_archive(listed(), Some((Side::After, names.clone())), 0);
        Msg::Pick(Box::new(picker))
    };
    let typed = || Screen::open(&app(), 100, 24).press("ctwo.tar<enter>");
    let mut screen = typed();
    screen.send(pick());
    let head = screen.line(0);
    assert!(
        head.contains("after: pick one of the images of two.tar"),
        "{head}"
    );
    let footer = screen.line(23);
    assert!(footer.contains("↵ compare"), "{footer}");
    assert!(footer.contains("esc back"), "{footer}");
    let mut screen = screen.press("win<enter>");
    let Some(Effect::CompareWith {
        reference, picked, ..
    }) = screen.effects.last()
    else {
        panic!("it is loaded");
    };
    assert_eq!(reference, "two.tar");
    let picked = picked.as_ref().map(|image| image.name.as_str());
    assert_eq!(picked, Some("app:win"));
    let answer = answer(&screen);
    screen.send(answer);
    assert!(matches!(screen.model.screen, Shown::Compare(_)));
    // The way back does not lead over the picker.
    let screen = screen.press("q");
    assert!(matches!(screen.model.screen, Shown::Explore(_)));

    let mut screen = typed();
    screen.send(pick());
    let mut screen = screen.press("win<esc><esc>");
    assert!(matches!(screen.model.screen, Shown::Explore(_)));
    screen.send(pick());
    assert!(matches!(screen.model.screen, Shown::Explore(_)), "too late");
}

#[test]
fn a_failed_image_prompts_again() {
    let mut screen = Screen::open(&app(), 80, 24).press("cother:2<enter>");
    screen.send(Msg::CompareFailed(failure("no such image")));
    assert!(screen.shown().contains("no such image"));
    let screen = screen.press("1<enter>");
    assert!(matches!(
        screen.effects.last(),
        Some(Effect::CompareWith { reference, .. }) if reference == "other:21"
    ));
    let refused = Screen::open(&app(), 80, 24).press("c-<enter>");
    assert!(refused.shown().contains("standard input cannot be read"));
}

/// What was accepted before is there again, and typing replaces it.
#[test]
fn a_prompt_remembers_what_was_accepted() {
    let cancel = "<enter><esc><esc>";
    let asked = |screen: Screen| match screen.press("<enter>").effects.pop() {
        Some(Effect::CompareWith { reference, .. }) => reference,
        other => panic!("{other:?}"),
    };
    let open = || Screen::open(&app(), 80, 24).press(&format!("cone:1{cancel}ctwo:2{cancel}c"));
    for (keys, expected) in [
        ("", "two:2"),
        ("<up>", "one:1"),
        ("<up><up>", "one:1"),
        ("<up><down>", "two:2"),
        ("<down>three:3", "three:3"),
        ("four:4", "four:4"),
    ] {
        assert_eq!(asked(open().press(keys)), expected, "{keys}");
    }
    // Folders and files of reports have their own.
    let screen = open().press("<esc>E");
    assert!(screen.press("<up>").shown().contains("./filesystem"));
}

#[test]
fn a_cancelled_comparison_is_not_shown() {
    let mut screen = Screen::open(&app(), 80, 24).press("cother:2<enter><esc>");
    assert!(matches!(screen.effects.last(), Some(Effect::Stop(_))));
    let late = answer(&screen);
    screen.send(late);
    assert!(matches!(screen.model.screen, Shown::Explore(_)));
    let screen = screen.press("<esc>");
    assert!(screen.model.overlay.is_none());
}

#[test]
fn the_analysis_of_a_comparison_is_the_images_too() {
    let mut screen = Screen::open(&app(), 120, 40).press("cother:2<enter>");
    let compared = answer(&screen);
    let Msg::Compared(images, comparison, _) = &compared else {
        panic!("two images");
    };
    let (images, comparison) = (images.clone(), Arc::clone(comparison));
    screen.send(compared);
    // The comparison is left before its analysis is there.
    let mut screen = screen.press("q");
    let content = |image| crate::screens::content_of(&app(), image);
    let both = Sides::new(content(&images.before), content(&images.after));
    let content = ContentComparison::new(&comparison, images.as_ref().map(|image| &**image), both);
    screen.send(Msg::ContentComparison(images, Ok(Arc::new(content))));
    let Shown::Explore(explore) = &screen.model.screen else {
        panic!("the image");
    };
    assert!(explore.content.ready().is_some());
}

#[test]
fn a_comparison_leads_back_to_the_image() {
    for key in ["<esc>", "q"] {
        let screen = Screen::open(&app(), 120, 40).press("j<tab><enter>j");
        let before = screen.shown();
        let mut screen = screen.press("cother:2<enter>");
        let answer = answer(&screen);
        screen.send(answer);
        assert!(matches!(screen.model.screen, Shown::Compare(_)));
        let screen = screen.press(key);
        assert_eq!(screen.shown(), before, "{key}");
    }
}
