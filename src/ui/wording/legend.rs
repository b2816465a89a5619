//! The signs and words of the screens in plain words, for the end of the list of keys.

use crate::ui::keys::HelpLine;

/// Each sign or word, and what it means.
const LEGEND: [(&str, &str); 16] = [
    ("+", "added by the layer; of two images: only in after"),
    ("−", "removed by the layer; of two images: only in before"),
    ("~", "modified; hidden bytes: overwritten by a later layer"),
    ("=", "the same, also where a layer stores it again"),
    ("≈", "a layer rebuilt for after with the same visible files"),
    ("⇢", "moved: the same content at another path"),
    (
        "↻  re-stored",
        "a later layer stores the same content again",
    ),
    ("‼  !  ·", "a finding: error, warning, note"),
    ("Δ", "the difference: after − before"),
    ("L2", "layer 2, counted from the bottom"),
    ("base layers", "the layers of the image it is built from"),
    ("own layers", "the layers above the base layers"),
    ("unowned", "no package owns the file"),
    ("hidden", "bytes that no container sees"),
    (
        "wasted (dive's)",
        "all copies of a repeated path, the visible one too",
    ),
    ("by history", "from the times in the build history"),
];

/// Returns the lines, below a heading.
pub(in crate::ui) fn lines() -> impl Iterator<Item = HelpLine> {
    let lines = LEGEND.map(|(sign, text)| HelpLine::Keys(sign.to_owned(), text.into()));
    [HelpLine::Space, HelpLine::Heading("Signs and words")]
        .into_iter()
        .chain(lines)
}
