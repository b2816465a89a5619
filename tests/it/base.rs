//! The boundary between base and own layers, from the names in the image itself; engine answers are passed in.

use dive_rs::analysis::{Base, BaseHint};
use dive_rs::image::{BaseLayers, Image, NamedBase};

use crate::screens::app;

fn image(layers: BaseLayers) -> Image {
    let mut image = app().image();
    image.about.base = Some(NamedBase {
        name: "debian:bookworm".to_owned(),
        digest: String::new(),
        layers,
    });
    image
}

fn boundary(image: &Image, hint: &BaseHint) -> (usize, String) {
    let base = Base::of(image, hint);
    (base.layers, base.why())
}

fn diff_ids(image: &Image, layers: usize) -> Vec<String> {
    let ids = image.layers[..layers].iter();
    ids.filter_map(|layer| layer.heading.diff_id.clone())
        .collect()
}

#[test]
fn layers_shared_with_the_named_base_are_the_base() {
    let ids = diff_ids(&app().image(), 2);
    let image = image(BaseLayers::Known(ids));
    let why = "shared with debian:bookworm, named by the image".to_owned();
    assert_eq!(boundary(&image, &BaseHint::default()), (2, why));
}

#[test]
fn an_unmatched_base_is_still_named() {
    let (layers, why) = boundary(&app().image(), &BaseHint::default());
    for (known, but) in [
        (BaseLayers::Unknown, ", which was not looked up"),
        (BaseLayers::Absent, ", which is not available"),
        (
            BaseLayers::Known(vec!["sha256:ff".to_owned()]),
            ", whose layers differ here",
        ),
    ] {
        let words = format!("the image names debian:bookworm{but}; {why}");
        assert_eq!(
            boundary(&image(known), &BaseHint::default()),
            (layers, words)
        );
    }
}

#[test]
fn options_override_the_named_base() {
    let image = image(BaseLayers::Known(diff_ids(&app().image(), 2)));
    let hint = BaseHint {
        layers: Some(3),
        image: None,
    };
    assert_eq!(boundary(&image, &hint), (3, "set by the user".to_owned()));
}
