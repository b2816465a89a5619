//! The look of a category: a letter and a colour, the same in stripe, bars, map and lists.

use ratatui::style::{Color, Modifier, Style};

use crate::analysis::Category;

/// The look of a category.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CategoryStyle {
    /// Its letter, so that colour is never the only mark.
    pub letter: &'static str,
    /// A bar or a mark on the background.
    pub bar: Style,
    /// Text on the category's colour.
    pub fill: Style,
}

/// The styles of all categories, in the order of [`Category::ALL`].
pub(crate) type CategoryStyles = [CategoryStyle; Category::ALL.len()];

/// Returns the letter of a category.
#[must_use]
pub(crate) const fn letter(category: Category) -> &'static str {
    match category {
        Category::DistributionPackages => "R",
        Category::BuildTools => "C",
        Category::InterpreterCaches => "I",
        Category::PackageCaches => "P",
        Category::Docs => "D",
        Category::Locales => "L",
        Category::DebugSymbols => "G",
        Category::Tests => "T",
        Category::VersionControl => "V",
        Category::Temporary => "X",
        Category::Libraries => "M",
        Category::Application => "A",
        Category::SystemFiles => "S",
    }
}

/// The terminal's own colours for categories: hues differ between categories that are often large, compilers and version control among
/// them; letters tell the others apart. Blue is close to black in most terminals.
const TERMINAL: [Color; Category::ALL.len()] = [
    Color::LightBlue,
    Color::LightRed,
    Color::LightMagenta,
    Color::Yellow,
    Color::Green,
    Color::Cyan,
    Color::Red,
    Color::White,
    Color::Magenta,
    Color::LightYellow,
    Color::LightCyan,
    Color::LightGreen,
    Color::Gray,
];

/// Returns the styles in colours and in the colour of the letters on each.
pub(super) fn coloured(colours: [(Color, Color); Category::ALL.len()]) -> CategoryStyles {
    Category::ALL.map(|category| {
        let (colour, ink) = colours[category as usize];
        CategoryStyle {
            letter: letter(category),
            bar: Style::new().fg(colour),
            fill: Style::new().fg(ink).bg(colour),
        }
    })
}

/// Returns the styles in the terminal's own sixteen colours.
pub(super) fn terminal() -> CategoryStyles {
    coloured(TERMINAL.map(|colour| (colour, Color::Black)))
}

/// Returns the styles without colours.
pub(super) fn plain() -> CategoryStyles {
    Category::ALL.map(|category| CategoryStyle {
        letter: letter(category),
        bar: Style::new(),
        fill: Style::new().add_modifier(Modifier::REVERSED),
    })
}

#[cfg(test)]
mod tests {
    use super::{TERMINAL, letter};
    use crate::analysis::Category;

    #[test]
    fn every_category_has_its_own_letter_and_colour() {
        for one in Category::ALL {
            for other in Category::ALL.into_iter().filter(|other| *other != one) {
                assert_ne!(letter(one), letter(other));
                assert_ne!(TERMINAL[one as usize], TERMINAL[other as usize]);
            }
        }
    }
}
