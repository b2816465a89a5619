//! The colours of categories in pages and pictures, on a light or a dark background. The screen's colours are in `ui::theme`.

use crate::analysis::Category;

/// One colour for each category, in the order of [`Category::ALL`].
pub(super) const CATEGORIES: [&str; Category::ALL.len()] = [
    "#5b8ff9", "#d9534f", "#b37feb", "#e0a100", "#7f8c8d", "#a0785a", "#c2185b", "#2e9e6b",
    "#00838f", "#9e9d24", "#3f7f3f", "#1f77b4", "#6d6d8f",
];

/// Returns the colour of text on a colour: black or white, whichever has more contrast (WCAG 2.2, relative luminance).
pub(super) fn ink(colour: &str) -> &'static str {
    let channel = |from: usize| {
        let hex = colour.get(from..from + 2).unwrap_or("00");
        let value = f64::from(u8::from_str_radix(hex, 16).unwrap_or(0)) / 255.0;
        if value <= 0.03928 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
    if luminance > 0.179 { "#000" } else { "#fff" }
}
