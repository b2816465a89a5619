//! The names of images. No colours, no widths.

use crate::image::Description;

/// The digits of a digest that distinguish images.
const DIGITS: usize = 12;

/// Returns the name of an image: what was picked of an archive, or its tag, unless that is part of the reference that the user typed.
#[must_use]
pub(in crate::ui) fn image(about: &Description) -> &str {
    let reference = &about.reference;
    let picked = about.selected_by.tag.as_ref();
    let of_several = picked.filter(|picked| about.tags.contains(picked));
    let name = match (of_several.or(about.tags.first()), picked) {
        (Some(tag), _) => tag,
        // An image without a tag is picked by its digest or its id.
        (None, Some(picked)) => digest_start(picked).unwrap_or(picked),
        (None, None) => return reference,
    };
    let short = name.strip_suffix(":latest").unwrap_or(name);
    let is_typed = reference.ends_with(name) || reference.ends_with(short);
    if is_typed { reference } else { name }
}

/// Returns the algorithm and the first digits of a digest; `None` for every other name.
fn digest_start(name: &str) -> Option<&str> {
    let (algorithm, digits) = name.split_once(':')?;
    let is_digest = digits.len() >= 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let start = algorithm.len() + 1 + DIGITS;
    is_digest.then(|| name.get(..start)).flatten()
}

#[cfg(test)]
mod tests {
    use super::image;
    use crate::image::{Description, Naming};

    #[test]
    fn a_picked_image_is_named() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        let named = |picked: Option<&str>, tags: &[&str]| {
            let about = Description {
                reference: "two.tar".to_owned(),
                tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
                selected_by: Naming {
                    tag: picked.map(str::to_owned),
                    ..Naming::default()
                },
                ..Description::default()
            };
            image(&about).to_owned()
        };
        assert_eq!(named(None, &[]), "two.tar");
        assert_eq!(named(None, &["app:1", "app:2"]), "app:1");
        assert_eq!(named(Some("app:2"), &["app:1", "app:2"]), "app:2");
        assert_eq!(named(Some(&digest), &["app:1"]), "app:1");
        assert_eq!(named(Some("4f5e"), &["app:1"]), "app:1");
        assert_eq!(named(Some("4f5e"), &[]), "4f5e");
        assert_eq!(named(Some(&digest), &[]), "sha256:abababababab");
    }
}
