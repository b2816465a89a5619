//! The colours of the themes we define, as 24-bit numbers: for roles, for categories, and the background each theme is made for. No terminal, no styles.

use crate::analysis::Category;
#[cfg(doc)]
use crate::syntax::SyntaxRole;

/// The colours of a theme.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    /// The background that the theme is made for. It is not drawn.
    #[cfg_attr(not(test), expect(dead_code, reason = "the contrast is tested"))]
    pub background: u32,
    /// The terminal's text on that background. It is not drawn.
    #[cfg_attr(not(test), expect(dead_code, reason = "the contrast is tested"))]
    pub(crate) foreground: u32,
    /// Added paths.
    pub added: u32,
    /// Modified paths.
    pub modified: u32,
    /// Removed paths.
    pub removed: u32,
    /// Keys, folders and the focused border.
    pub(crate) accent: u32,
    /// Bars.
    pub bar: u32,
    /// Less important text.
    pub(crate) faint: u32,
    /// The background of the selected line of the focused pane.
    pub selected: u32,
    /// The background of the selected line of another pane.
    pub(crate) selected_away: u32,
    /// The background of an added line of a diff.
    pub added_line: u32,
    /// The background of a removed line of a diff.
    pub removed_line: u32,
    /// Parts of source text, in the order of [`SyntaxRole`]: comments, strings, numbers, keywords, names.
    pub syntax: [u32; 5],
    /// One colour per category, in the order of [`Category::ALL`].
    pub categories: [u32; Category::ALL.len()],
}

impl Palette {
    /// Returns the names of the colours in a configuration: roles, then categories.
    #[must_use]
    pub(crate) fn names() -> Vec<String> {
        let categories = Category::ALL.map(Category::id);
        let names = ROLES.into_iter().chain(categories);
        names.map(str::to_owned).collect()
    }

    /// Sets a colour by its name; an unknown name changes nothing.
    pub(crate) fn set(&mut self, name: &str, colour: u32) {
        let categories = Category::ALL.map(Category::id);
        if let Some(at) = categories.iter().position(|known| *known == name) {
            self.categories[at] = colour;
            return;
        }
        let slot = match name {
            "added" => &mut self.added,
            "modified" => &mut self.modified,
            "removed" => &mut self.removed,
            "accent" => &mut self.accent,
            "bar" => &mut self.bar,
            "faint" => &mut self.faint,
            "selected" => &mut self.selected,
            "selected-away" => &mut self.selected_away,
            "added-line" => &mut self.added_line,
            "removed-line" => &mut self.removed_line,
            "comment" => &mut self.syntax[0],
            "string" => &mut self.syntax[1],
            "number" => &mut self.syntax[2],
            "keyword" => &mut self.syntax[3],
            "name" => &mut self.syntax[4],
            _ => return,
        };
        *slot = colour;
    }
}

/// The names of the roles.
const ROLES: [&str; 15] = [
    "added",
    "modified",
    "removed",
    "accent",
    "bar",
    "faint",
    "selected",
    "selected-away",
    "added-line",
    "removed-line",
    "comment",
    "string",
    "number",
    "keyword",
    "name",
];

/// Returns the colour that a text names: `#rrggbb`.
#[must_use]
pub(crate) fn parse(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('#')?;
    let is_hex = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)
}

/// For a dark background.
pub(crate) const DARK: Palette = Palette {
    background: 0x1e_1e_1e,
    foreground: 0xd4_d4_d4,
    added: 0x8c_c8_6e,
    modified: 0xe5_c0_7b,
    removed: 0xf2_88_90,
    accent: 0x61_af_ef,
    bar: 0x5b_9b_d5,
    faint: 0x9a_a2_b1,
    selected: 0x22_3a_55,
    selected_away: 0x2c_31_3a,
    added_line: 0x1d_35_24,
    removed_line: 0x42_26_2a,
    syntax: [0x9a_a2_b1, 0xa8_cc_8c, 0xe0_a8_78, 0xd2_91_e4, 0x73_b8_f2],
    categories: [
        0x7f_8f_a6, 0xe0_6c_75, 0xd1_9a_66, 0xe5_c0_7b, 0x8f_bf_6f, 0x56_b6_c2, 0xc6_78_dd,
        0xb0_a0_ff, 0xff_8f_b2, 0xa0_7a_5a, 0x61_af_ef, 0x3f_d0_8f, 0xb5_b5_b5,
    ],
};

/// For a light background.
pub(crate) const LIGHT: Palette = Palette {
    background: 0xff_ff_ff,
    foreground: 0x1f_23_28,
    added: 0x27_70_1a,
    modified: 0x6b_4c_00,
    removed: 0xa8_1c_2a,
    accent: 0x00_50_9c,
    bar: 0x35_72_b0,
    faint: 0x50_58_62,
    selected: 0xcf_e3_f8,
    selected_away: 0xe4_e7_ec,
    added_line: 0xdf_f3_e1,
    removed_line: 0xfb_e4_e6,
    syntax: [0x59_60_6b, 0x1d_6b_22, 0x8a_4a_00, 0x8b_1f_9b, 0x00_50_9c],
    categories: [
        0x5b_6b_82, 0xc0_30_3c, 0xb0_59_1a, 0x8f_6a_00, 0x3f_7f_1f, 0x0b_7f_8f, 0x90_30_b0,
        0x5a_48_c8, 0xc0_20_60, 0x7a_52_30, 0x1f_6f_c0, 0x0a_80_50, 0x70_70_70,
    ],
};

/// Distinct with any colour vision on a dark background: the hues of Okabe and Ito, lightened for text. Categories that share a hue for some eyes differ in
/// lightness.
pub(crate) const COLOR_BLIND: Palette = Palette {
    background: 0x1e_1e_1e,
    foreground: 0xd4_d4_d4,
    added: 0x56_b4_e9,
    modified: 0xf0_e4_42,
    removed: 0xf0_86_3c,
    accent: 0x1f_c0_90,
    bar: 0x3a_94_d6,
    faint: 0xa0_a0_a0,
    selected: 0x24_33_44,
    selected_away: 0x2b_2b_2b,
    added_line: 0x17_32_4a,
    removed_line: 0x46_29_0f,
    syntax: [0xa8_a8_a8, 0x56_b4_e9, 0xf0_e4_42, 0xe0_a0_c4, 0x2c_c8_9a],
    categories: [
        0x96_a5_b4, 0xc3_4b_00, 0xc3_78_69, 0xd2_96_00, 0x96_c3_96, 0x69_b4_ff, 0xa5_69_b4,
        0x87_87_ff, 0xf0_c3_f0, 0x78_69_78, 0x2d_69_f0, 0xd2_c3_00, 0xd2_e1_b4,
    ],
};

/// Distinct with any colour vision on a light background: the same hues, darkened for text.
pub(crate) const COLOR_BLIND_LIGHT: Palette = Palette {
    background: 0xff_ff_ff,
    foreground: 0x1f_23_28,
    added: 0x00_5a_96,
    modified: 0x70_56_00,
    removed: 0x6a_14_00,
    accent: 0x00_63_4a,
    bar: 0x2f_72_b4,
    faint: 0x55_55_55,
    selected: 0xcf_e3_f8,
    selected_away: 0xe6_e6_e6,
    added_line: 0xdc_ec_f8,
    removed_line: 0xfa_e6_d8,
    syntax: [0x59_59_59, 0x00_5a_96, 0x70_56_00, 0x85_2c_62, 0x00_63_4a],
    categories: [
        0x1e_4b_69, 0xb4_5a_00, 0xa5_2d_00, 0xd2_70_00, 0x5a_78_78, 0x3c_69_f0, 0x96_0f_96,
        0x96_5a_b4, 0xb4_6e_d2, 0x5a_2d_2d, 0x3c_3c_d2, 0x5a_5a_4b, 0x87_96_87,
    ],
};

/// Returns the contrast of two colours: from 1, equal, to 21, black and white (WCAG 2.2, "contrast ratio").
#[must_use]
pub(crate) fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// Returns black or white, whichever is more legible on a colour. Its contrast is never below 4.5.
#[must_use]
pub(crate) fn ink(on: u32) -> u32 {
    const WHITE: u32 = 0xff_ff_ff;
    if contrast(0, on) >= contrast(WHITE, on) {
        0
    } else {
        WHITE
    }
}

/// Returns the relative luminance of a colour, from 0 to 1 (WCAG 2.2).
fn luminance(colour: u32) -> f64 {
    let [_, rgb @ ..] = colour.to_be_bytes();
    let [red, green, blue] = rgb.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// Returns a part of a colour in sRGB as a share of light, from 0 to 1.
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.040_45 {
        part / 12.92
    } else {
        ((part + 0.055) / 1.055).powf(2.4)
    }
}

#[cfg(test)]
mod tests {
    use super::super::nearest;
    use super::{
        COLOR_BLIND, COLOR_BLIND_LIGHT, DARK, LIGHT, Palette, contrast, ink, linear, parse,
    };

    const ALL: [Palette; 4] = [DARK, LIGHT, COLOR_BLIND, COLOR_BLIND_LIGHT];

    fn at_least(least: f64, what: &str, one: u32, other: u32) {
        let found = contrast(one, other);
        assert!(
            found >= least,
            "{what}: {one:06x} on {other:06x}: {found:.2}"
        );
    }

    /// Text is legible on the background and on both selection bars; bars stand out; a letter is legible on its category.
    fn is_legible(theme: &Palette) {
        let grounds = [theme.background, theme.selected, theme.selected_away];
        let texts = [
            ("foreground", theme.foreground),
            ("added", theme.added),
            ("modified", theme.modified),
            ("removed", theme.removed),
            ("accent", theme.accent),
            ("faint", theme.faint),
        ];
        for ground in grounds {
            for (role, colour) in texts {
                at_least(4.5, role, colour, ground);
            }
            at_least(3.0, "bar", theme.bar, ground);
        }
        for ground in [theme.background, theme.added_line, theme.removed_line] {
            let signs = [theme.foreground, theme.added, theme.removed, theme.faint];
            for colour in theme.syntax.into_iter().chain(signs) {
                at_least(4.5, "source text", colour, ground);
            }
        }
        for colour in theme.categories {
            at_least(3.0, "category", colour, theme.background);
            at_least(4.5, "letter", ink(colour), colour);
        }
    }

    #[test]
    fn every_colour_can_be_set() {
        for name in Palette::names() {
            let mut palette = DARK;
            palette.set(&name, 0x12_34_56);
            let shown = format!("{palette:?}");
            assert!(
                shown.contains(&0x12_34_56_u32.to_string()),
                "{name}: {shown}"
            );
        }
        assert_eq!(parse("#1234aF"), Some(0x12_34_af));
        for wrong in ["", "red", "#12345", "#+12345", "123456", "#12345é"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_theme_is_legible() {
        for theme in ALL {
            is_legible(&theme);
        }
    }

    /// The colours that a terminal with 256 of them shows; the background is its own.
    #[test]
    fn every_theme_is_legible_in_256_colours() {
        for theme in ALL {
            let Palette {
                background,
                foreground,
                ..
            } = theme;
            let shown = |colour: u32| {
                let [_, rgb @ ..] = colour.to_be_bytes();
                indexed(nearest(rgb))
            };
            let shown = Palette {
                background,
                foreground,
                added: shown(theme.added),
                modified: shown(theme.modified),
                removed: shown(theme.removed),
                accent: shown(theme.accent),
                bar: shown(theme.bar),
                faint: shown(theme.faint),
                selected: shown(theme.selected),
                selected_away: shown(theme.selected_away),
                added_line: shown(theme.added_line),
                removed_line: shown(theme.removed_line),
                syntax: theme.syntax.map(shown),
                categories: theme.categories.map(shown),
            };
            is_legible(&shown);
            has_distinct_categories(&shown);
        }
    }

    /// Returns the colour with a number from 16 on (xterm, "256 colors").
    fn indexed(number: u8) -> u32 {
        let step = |at: u8| if at == 0 { 0 } else { 55 + 40 * at };
        let cube = |at: u8| [at / 36, at / 6 % 6, at % 6].map(step);
        let grey = number.checked_sub(232).map(|grey| [8 + 10 * grey; 3]);
        let [red, green, blue] = grey.unwrap_or_else(|| cube(number - 16));
        u32::from_be_bytes([0, red, green, blue])
    }

    #[test]
    fn every_category_has_its_own_colour() {
        for theme in ALL {
            has_distinct_categories(&theme);
        }
    }

    fn has_distinct_categories(theme: &Palette) {
        let mut colours = theme.categories.to_vec();
        colours.sort_unstable();
        colours.dedup();
        assert_eq!(colours.len(), theme.categories.len());
    }

    /// What the eyes without one kind of cones see of linear red, green and blue (Machado, Oliveira and Fernandes 2009, severity 1): no change, then
    /// deuteranopia, protanopia, tritanopia.
    const VISIONS: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];

    fn times(rows: &[[f64; 3]; 3], column: [f64; 3]) -> [f64; 3] {
        rows.map(|row| row.iter().zip(column).map(|(one, other)| one * other).sum())
    }

    /// Returns the place of a colour in Oklab as eyes see it: equal distances look equally large.
    fn seen(vision: &[[f64; 3]; 3], colour: u32) -> [f64; 3] {
        let [_, rgb @ ..] = colour.to_be_bytes();
        let cones = times(
            &[
                [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
                [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
                [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
            ],
            times(vision, rgb.map(linear)).map(|part| part.clamp(0.0, 1.0)),
        );
        times(
            &[
                [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
                [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
                [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
            ],
            cones.map(f64::cbrt),
        )
    }

    fn distance(vision: &[[f64; 3]; 3], one: u32, other: u32) -> f64 {
        let (one, other) = (seen(vision, one), seen(vision, other));
        let squares = one
            .iter()
            .zip(other)
            .map(|(one, other)| (one - other).powi(2));
        squares.sum::<f64>().sqrt()
    }

    /// Every two categories, and every two kinds of change, look different to all eyes in the themes made for that.
    #[test]
    fn colour_blind_themes_are_distinct_with_any_colour_vision() {
        for theme in [COLOR_BLIND, COLOR_BLIND_LIGHT] {
            for vision in &VISIONS {
                for (colours, least) in [
                    (theme.categories.as_slice(), 0.06),
                    (&[theme.added, theme.modified, theme.removed], 0.09),
                ] {
                    for (at, one) in colours.iter().enumerate() {
                        for other in &colours[at + 1..] {
                            let far = distance(vision, *one, *other);
                            assert!(far >= least, "{one:06x} and {other:06x}: {far:.3}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((contrast(0, 0xff_ff_ff) - 21.0).abs() < 1e-9);
        assert!((contrast(0x77_77_77, 0xff_ff_ff) - 4.478).abs() < 1e-3);
    }
}
