//! The themes: one style for each role. Views use roles, never colours.

pub(crate) mod categories;
pub(crate) mod palette;
pub(crate) mod terminal_colours;

use ratatui::style::{Color, Modifier, Style};

use crate::analysis::Category;
use crate::syntax::SyntaxRole;
use crate::ui::theme::categories::{CategoryStyle, CategoryStyles};
use crate::ui::theme::palette::{COLOR_BLIND, COLOR_BLIND_LIGHT, DARK, LIGHT, Palette};
use crate::ui::theme::terminal_colours::{ColourDepth, TerminalColours};

/// A set of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// Dark or light, after the background that the environment names.
    #[default]
    Auto,
    /// For a dark background.
    Dark,
    /// For a light background.
    Light,
    /// The terminal's own sixteen colours.
    Terminal,
    /// Distinct with any colour vision (after the palette of Okabe and Ito), dark or light as the environment names.
    ColorBlind,
}

impl ThemeName {
    /// All themes with their names, as the command line and the configuration spell them.
    pub(crate) const ALL: [(&'static str, Self); 5] = [
        ("auto", Self::Auto),
        ("dark", Self::Dark),
        ("light", Self::Light),
        ("terminal", Self::Terminal),
        ("color-blind", Self::ColorBlind),
    ];

    /// Returns the theme of a name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(known, _)| *known == name)?;
        Some(found.1)
    }
}

/// The styles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Theme {
    /// Ordinary text.
    pub text: Style,
    /// Less important text.
    pub(crate) faint: Style,
    /// Borders.
    pub border: Style,
    /// The border of the focused pane.
    pub(crate) border_focus: Style,
    /// Titles.
    pub title: Style,
    /// Keys in the footer and in help.
    pub key: Style,
    /// The selected line of the focused pane.
    pub selected: Style,
    /// The selected line of another pane.
    pub(crate) selected_away: Style,
    /// Added paths.
    pub added: Style,
    /// Modified paths.
    pub modified: Style,
    /// Removed paths.
    pub removed: Style,
    /// Differences that make an image smaller.
    pub smaller: Style,
    /// Differences that make an image larger.
    pub larger: Style,
    /// Text on the colours of both: smaller, larger.
    delta_fills: [Style; 2],
    /// Bars.
    pub bar: Style,
    /// Layers of the base image.
    pub base: Style,
    /// Hits.
    pub hit: Style,
    /// The ends of a range of layers.
    pub mark: Style,
    /// Folders.
    pub folder: Style,
    /// Links.
    pub link: Style,
    /// Errors and hidden bytes.
    pub warning: Style,
    /// What is behind an overlay.
    pub behind: Style,
    /// Bars behind an overlay.
    pub(crate) bar_behind: Style,
    /// The background of added and of removed lines in a diff; `None` where there is no colour for it: their text has the colour of its status.
    pub changed_lines: Option<(Style, Style)>,
    /// One style per part of source text, in the order of [`SyntaxRole`].
    pub syntax: [Style; 5],
    /// One style per category.
    pub categories: CategoryStyles,
    /// Whether there are colours; without them letters mark categories.
    pub(crate) has_colours: bool,
}

impl Theme {
    /// Returns the styles of a theme in the colours that the terminal has. `colours` are the user's own, by name; the terminal's sixteen colours have none.
    #[must_use]
    pub(crate) fn of(
        name: ThemeName,
        terminal: TerminalColours,
        no_color: bool,
        colours: &[(String, u32)],
    ) -> Self {
        if no_color {
            return Self::plain();
        }
        let name = match name {
            _ if terminal.depth == ColourDepth::Sixteen => ThemeName::Terminal,
            ThemeName::Auto if terminal.light => ThemeName::Light,
            ThemeName::Auto => ThemeName::Dark,
            name => name,
        };
        let rgb = |hex: u32| {
            let [_, red, green, blue] = hex.to_be_bytes();
            match terminal.depth {
                ColourDepth::Indexed => Color::Indexed(nearest([red, green, blue])),
                ColourDepth::True | ColourDepth::Sixteen => Color::Rgb(red, green, blue),
            }
        };
        let mut palette = match name {
            ThemeName::Terminal => return Self::terminal(),
            ThemeName::Auto | ThemeName::Dark => DARK,
            ThemeName::Light => LIGHT,
            ThemeName::ColorBlind if terminal.light => COLOR_BLIND_LIGHT,
            ThemeName::ColorBlind => COLOR_BLIND,
        };
        for (name, colour) in colours {
            palette.set(name, *colour);
        }
        Self::coloured(&palette, rgb)
    }

    /// Returns the style of a difference of bytes: smaller is good.
    #[must_use]
    pub(crate) const fn delta(&self, delta: i128) -> Style {
        match delta {
            0 => self.text,
            1.. => self.larger,
            _ => self.smaller,
        }
    }

    /// Returns the style of text on the colour of a difference.
    #[must_use]
    pub(crate) const fn delta_fill(&self, delta: i128) -> Style {
        match delta {
            0 => self.selected_away,
            1.. => self.delta_fills[1],
            _ => self.delta_fills[0],
        }
    }

    /// Returns the style of a category.
    #[must_use]
    pub(crate) const fn category(&self, category: Category) -> &CategoryStyle {
        &self.categories[category as usize]
    }

    /// Returns the style of a part of source text.
    #[must_use]
    pub(crate) const fn syntax(&self, role: SyntaxRole) -> Style {
        self.syntax[role as usize]
    }

    /// Returns the styles in the terminal's own sixteen colours.
    fn terminal() -> Self {
        // In many palettes bright black is close to the background.
        let faint = Style::new().add_modifier(Modifier::DIM);
        Self {
            faint,
            border: faint,
            base: faint,
            behind: behind(),
            // Bars may be close to the background there.
            bar_behind: Style::new().fg(Color::DarkGray),
            selected: reversed(),
            selected_away: Style::new().add_modifier(Modifier::BOLD),
            syntax: [
                faint,
                Style::new().fg(Color::Green),
                Style::new().fg(Color::Yellow),
                Style::new().fg(Color::LightMagenta),
                Style::new().fg(Color::Cyan),
            ],
            categories: categories::terminal(),
            ..Self::of_colours([
                Color::Green,
                Color::Yellow,
                Color::LightRed,
                Color::Cyan,
                Color::LightBlue,
                Color::Reset,
                Color::Reset,
                Color::Reset,
            ])
        }
    }

    /// Returns the styles of a palette; `rgb` turns its numbers into colours that the terminal has.
    fn coloured(palette: &Palette, rgb: impl Fn(u32) -> Color) -> Self {
        let Palette {
            added,
            modified,
            removed,
            accent,
            bar,
            faint,
            selected,
            selected_away,
            ..
        } = *palette;
        let roles = [
            added,
            modified,
            removed,
            accent,
            bar,
            faint,
            selected,
            selected_away,
        ];
        let inked = palette
            .categories
            .map(|colour| (rgb(colour), rgb(palette::ink(colour))));
        Self {
            changed_lines: Some((
                Style::new().bg(rgb(palette.added_line)),
                Style::new().bg(rgb(palette.removed_line)),
            )),
            delta_fills: [added, modified].map(|colour| {
                let ink = rgb(palette::ink(colour));
                Style::new().fg(ink).bg(rgb(colour))
            }),
            syntax: palette.syntax.map(|colour| Style::new().fg(rgb(colour))),
            categories: categories::coloured(inked),
            ..Self::of_colours(roles.map(&rgb))
        }
    }

    /// Returns the styles of these colours: added, modified, removed, accent, bar, faint, selected background, selected background of another pane.
    fn of_colours(colors: [Color; 8]) -> Self {
        let [added, modified, removed, accent, bar, faint, here, away] = colors;
        let fg = |color| Style::new().fg(color);
        Self {
            text: Style::new(),
            faint: fg(faint),
            border: fg(faint),
            border_focus: fg(accent),
            title: Style::new().add_modifier(Modifier::BOLD),
            key: fg(accent).add_modifier(Modifier::BOLD),
            selected: Style::new().bg(here).add_modifier(Modifier::BOLD),
            selected_away: Style::new().bg(away),
            added: fg(added),
            modified: fg(modified),
            removed: fg(removed),
            smaller: fg(added),
            larger: fg(modified),
            delta_fills: [added, modified].map(|colour| fg(Color::Black).bg(colour)),
            bar: fg(bar),
            base: fg(faint),
            hit: fg(modified).add_modifier(Modifier::UNDERLINED),
            mark: fg(modified),
            folder: fg(accent),
            link: Style::new().add_modifier(Modifier::ITALIC),
            warning: fg(removed),
            behind: fg(faint).bg(Color::Reset).remove_modifier(EMPHASIS),
            bar_behind: fg(away),
            changed_lines: None,
            syntax: [Style::new(); 5],
            categories: categories::plain(),
            has_colours: true,
        }
    }

    /// Returns the styles without colours: bold, dim, reversed and underlined only.
    fn plain() -> Self {
        let (text, bold) = (Style::new(), Style::new().add_modifier(Modifier::BOLD));
        let dim = Style::new().add_modifier(Modifier::DIM);
        Self {
            text,
            faint: dim,
            border: text,
            border_focus: bold,
            title: bold,
            key: bold,
            selected: reversed(),
            selected_away: bold,
            added: text,
            modified: text,
            removed: text,
            smaller: text,
            larger: bold,
            delta_fills: [reversed(); 2],
            bar: text,
            base: text,
            hit: Style::new().add_modifier(Modifier::UNDERLINED),
            mark: bold,
            folder: text,
            link: text,
            warning: bold,
            behind: behind(),
            bar_behind: behind(),
            changed_lines: None,
            syntax: [dim, text, text, bold, text],
            categories: categories::plain(),
            has_colours: false,
        }
    }
}

/// Returns the nearest of the 256 colours: one of the 6×6×6 cube, or a grey.
fn nearest(wanted: [u8; 3]) -> u8 {
    let step = |at: u8| if at == 0 { 0 } else { 55 + 40 * at };
    let cube = (16..232).map(|number: u8| {
        let at = number - 16;
        (number, [at / 36, at / 6 % 6, at % 6].map(step))
    });
    let greys = (232..=255).map(|number: u8| (number, [8 + 10 * (number - 232); 3]));
    let far = |(_, known): &(u8, [u8; 3])| {
        let parts = known.iter().zip(wanted);
        let squares = parts.map(|(known, wanted)| u32::from(known.abs_diff(wanted)).pow(2));
        squares.sum::<u32>()
    };
    cube.chain(greys)
        .min_by_key(far)
        .map_or(16, |(number, _)| number)
}

/// How text is emphasised.
const EMPHASIS: Modifier = Modifier::BOLD
    .union(Modifier::REVERSED)
    .union(Modifier::UNDERLINED);

/// What is behind an overlay where there is no colour for it.
const fn behind() -> Style {
    Style::new()
        .fg(Color::Reset)
        .bg(Color::Reset)
        .remove_modifier(EMPHASIS)
        .add_modifier(Modifier::DIM)
}

/// The selected line where there is no colour for it: reversed, without the colours of its parts.
const fn reversed() -> Style {
    Style::new()
        .fg(Color::Reset)
        .add_modifier(Modifier::REVERSED)
        .remove_modifier(Modifier::DIM)
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Style};

    use super::palette::{COLOR_BLIND, COLOR_BLIND_LIGHT, contrast};
    use super::terminal_colours::TerminalColours;
    use super::{Theme, ThemeName};

    /// Terminals with their sixteen colours, black first, as they come: xterm, Linux's console, Windows Terminal (Campbell), GNOME (Tango).
    const TERMINALS: [(&str, [u32; 16]); 4] = [
        (
            "xterm",
            [
                0x00_00_00, 0xcd_00_00, 0x00_cd_00, 0xcd_cd_00, 0x00_00_ee, 0xcd_00_cd, 0x00_cd_cd,
                0xe5_e5_e5, 0x7f_7f_7f, 0xff_00_00, 0x00_ff_00, 0xff_ff_00, 0x5c_5c_ff, 0xff_00_ff,
                0x00_ff_ff, 0xff_ff_ff,
            ],
        ),
        (
            "Linux",
            [
                0x00_00_00, 0xaa_00_00, 0x00_aa_00, 0xaa_55_00, 0x00_00_aa, 0xaa_00_aa, 0x00_aa_aa,
                0xaa_aa_aa, 0x55_55_55, 0xff_55_55, 0x55_ff_55, 0xff_ff_55, 0x55_55_ff, 0xff_55_ff,
                0x55_ff_ff, 0xff_ff_ff,
            ],
        ),
        (
            "Campbell",
            [
                0x0c_0c_0c, 0xc5_0f_1f, 0x13_a1_0e, 0xc1_9c_00, 0x00_37_da, 0x88_17_98, 0x3a_96_dd,
                0xcc_cc_cc, 0x76_76_76, 0xe7_48_56, 0x16_c6_0c, 0xf9_f1_a5, 0x3b_78_ff, 0xb4_00_9e,
                0x61_d6_d6, 0xf2_f2_f2,
            ],
        ),
        (
            "Tango",
            [
                0x00_00_00, 0xcc_00_00, 0x4e_9a_06, 0xc4_a0_00, 0x34_65_a4, 0x75_50_7b, 0x06_98_9a,
                0xd3_d7_cf, 0x55_57_53, 0xef_29_29, 0x8a_e2_34, 0xfc_e9_4f, 0x72_9f_cf, 0xad_7f_a8,
                0x34_e2_e2, 0xff_ff_ff,
            ],
        ),
    ];

    /// Returns the index of one of the sixteen colours; `None` for the terminal's text.
    fn index(style: Style) -> Option<usize> {
        use Color::{
            Black, Blue, Cyan, DarkGray, Gray, Green, LightBlue, LightCyan, LightGreen,
            LightMagenta, LightRed, LightYellow, Magenta, Red, White, Yellow,
        };
        let all = [
            Black,
            Red,
            Green,
            Yellow,
            Blue,
            Magenta,
            Cyan,
            Gray,
            DarkGray,
            LightRed,
            LightGreen,
            LightYellow,
            LightBlue,
            LightMagenta,
            LightCyan,
            White,
        ];
        all.into_iter().position(|colour| Some(colour) == style.fg)
    }

    #[test]
    fn the_colour_blind_theme_follows_the_background() {
        for (light, palette) in [(false, COLOR_BLIND), (true, COLOR_BLIND_LIGHT)] {
            let terminal = TerminalColours {
                light,
                ..TerminalColours::default()
            };
            let theme = Theme::of(ThemeName::ColorBlind, terminal, false, &[]);
            let [_, red, green, blue] = palette.added.to_be_bytes();
            assert_eq!(theme.added.fg, Some(Color::Rgb(red, green, blue)));
        }
    }

    /// The colours are the terminal's, so this holds for the common ones: text has at least 4:1, source text 3:1, bars 2.4:1.
    #[test]
    fn sixteen_colours_stand_out_on_black() {
        let theme = Theme::terminal();
        let texts = [
            theme.added,
            theme.modified,
            theme.removed,
            theme.key,
            theme.folder,
            theme.warning,
        ];
        let syntax = theme.syntax.into_iter().map(|style| (style, 3.0));
        let bars = theme.categories.iter().map(|category| (category.bar, 2.4));
        let all = texts.into_iter().map(|style| (style, 4.0));
        for (style, least) in all.chain(syntax).chain(bars).chain([(theme.bar, 3.0)]) {
            let Some(at) = index(style) else { continue };
            for (name, colours) in TERMINALS {
                let found = contrast(colours[at], colours[0]);
                assert!(found >= least, "{name}: {style:?}: {found:.2}");
            }
        }
    }
}
