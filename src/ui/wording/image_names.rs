//! The names of images. No colours, no widths.

use crate::image::Description;

/// Returns the name of an image: its tag, unless that is part of the reference that the user typed.
#[must_use]
pub(in crate::ui) fn image(about: &Description) -> &str {
    let reference = &about.reference;
    let Some(tag) = about.tags.first() else {
        return reference;
    };
    let short = tag.strip_suffix(":latest").unwrap_or(tag);
    let is_typed = reference.ends_with(tag) || reference.ends_with(short);
    if is_typed { reference } else { tag }
}
