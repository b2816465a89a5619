//! The themes: one style for each role. Views name roles, never colours; nothing here knows what is drawn where.

pub mod terminal_colours;

use ratatui::style::{Color, Modifier, Style};

use crate::ui::theme::terminal_colours::{Depth, TerminalColours};

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
    /// Distinct with any colour vision (the palette of Okabe and Ito).
    ColorBlind,
}

impl ThemeName {
    /// All themes with their names, as the command line and the configuration spell them.
    pub const ALL: [(&'static str, Self); 5] = [
        ("auto", Self::Auto),
        ("dark", Self::Dark),
        ("light", Self::Light),
        ("terminal", Self::Terminal),
        ("color-blind", Self::ColorBlind),
    ];
}

/// The styles.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    /// Ordinary text.
    pub text: Style,
    /// Less important text.
    pub faint: Style,
    /// Borders.
    pub border: Style,
    /// The border of the focused pane.
    pub border_focus: Style,
    /// Titles.
    pub title: Style,
    /// Keys in the footer and in help.
    pub key: Style,
    /// The selected line of the focused pane.
    pub selected: Style,
    /// The selected line of another pane.
    pub selected_away: Style,
    /// Added paths.
    pub added: Style,
    /// Modified paths.
    pub modified: Style,
    /// Removed paths.
    pub removed: Style,
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
}

impl Theme {
    /// Returns the styles of a theme in the colours that the terminal has.
    #[must_use]
    pub fn of(name: ThemeName, terminal: TerminalColours, no_color: bool) -> Self {
        if no_color {
            return Self::plain();
        }
        let name = match name {
            _ if terminal.depth == Depth::Sixteen => ThemeName::Terminal,
            ThemeName::Auto if terminal.light => ThemeName::Light,
            ThemeName::Auto => ThemeName::Dark,
            name => name,
        };
        let rgb = |hex: u32| {
            let [_, red, green, blue] = hex.to_be_bytes();
            match terminal.depth {
                Depth::Indexed => Color::Indexed(nearest([red, green, blue])),
                Depth::True | Depth::Sixteen => Color::Rgb(red, green, blue),
            }
        };
        // added, modified, removed, accent, bar, faint, selected background, selected background of another pane
        let colors = match name {
            ThemeName::Auto | ThemeName::Dark => [
                rgb(0x8c_c8_6e),
                rgb(0xe5_c0_7b),
                rgb(0xe8_6f_78),
                rgb(0x61_af_ef),
                rgb(0x4f_8f_c7),
                rgb(0x86_8d_9b),
                rgb(0x31_4a_66),
                rgb(0x2c_31_3a),
            ],
            ThemeName::Light => [
                rgb(0x2f_7d_1f),
                rgb(0x97_62_00),
                rgb(0xb4_21_2f),
                rgb(0x00_56_a8),
                rgb(0x3b_78_b5),
                rgb(0x69_6f_79),
                rgb(0xc4_dc_f5),
                rgb(0xe4_e7_ec),
            ],
            ThemeName::Terminal => [
                Color::Green,
                Color::Yellow,
                Color::Red,
                Color::Cyan,
                Color::Blue,
                Color::Reset,
                Color::Reset,
                Color::Reset,
            ],
            ThemeName::ColorBlind => [
                rgb(0x56_b4_e9),
                rgb(0xf0_e4_42),
                rgb(0xd5_5e_00),
                rgb(0x00_9e_73),
                rgb(0x00_72_b2),
                rgb(0x8d_8d_8d),
                rgb(0x2f_3f_4f),
                rgb(0x2b_2b_2b),
            ],
        };
        let [added, modified, removed, accent, bar, faint, here, away] = colors;
        let fg = |color| Style::new().fg(color);
        let mut theme = Self {
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
            bar: fg(bar),
            base: fg(faint),
            hit: fg(modified).add_modifier(Modifier::UNDERLINED),
            mark: fg(modified),
            folder: fg(accent),
            link: Style::new().add_modifier(Modifier::ITALIC),
            warning: fg(removed),
        };
        if name == ThemeName::Terminal {
            // In many palettes bright black is close to the background.
            let faint = Style::new().add_modifier(Modifier::DIM);
            (theme.faint, theme.border, theme.base) = (faint, faint, faint);
            theme.selected = reversed();
            theme.selected_away = Style::new().add_modifier(Modifier::BOLD);
        }
        theme
    }

    /// Returns the styles without colours: bold, dim, reversed and underlined only.
    fn plain() -> Self {
        let (text, bold) = (Style::new(), Style::new().add_modifier(Modifier::BOLD));
        Self {
            text,
            faint: Style::new().add_modifier(Modifier::DIM),
            border: text,
            border_focus: bold,
            title: bold,
            key: bold,
            selected: reversed(),
            selected_away: bold,
            added: text,
            modified: text,
            removed: text,
            bar: text,
            base: text,
            hit: Style::new().add_modifier(Modifier::UNDERLINED),
            mark: bold,
            folder: text,
            link: text,
            warning: bold,
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

/// The selected line where there is no colour for it: reversed, without the colours of its parts.
const fn reversed() -> Style {
    Style::new()
        .fg(Color::Reset)
        .add_modifier(Modifier::REVERSED)
        .remove_modifier(Modifier::DIM)
}
