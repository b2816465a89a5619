//! The terminal's colours, from the environment: their number, and whether the background is light. The terminal itself is not queried: a missing
//! answer would block the screen, and a late one would be read as typed text.

/// How many colours a terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourDepth {
    /// Any.
    #[default]
    True,
    /// 256 by their numbers.
    Indexed,
    /// Its own sixteen.
    Sixteen,
}

/// A terminal's colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerminalColours {
    /// Whether its background is light.
    pub light: bool,
    /// Their number.
    pub depth: ColourDepth,
}

impl TerminalColours {
    /// Reads the process's environment.
    #[must_use]
    pub(crate) fn of_process() -> Self {
        let var = |name| std::env::var(name).ok();
        let (background, colorterm, term) = (var("COLORFGBG"), var("COLORTERM"), var("TERM"));
        Self::of(background.as_deref(), colorterm.as_deref(), term.as_deref())
    }

    /// Parses `COLORFGBG`, `COLORTERM` and `TERM`.
    #[must_use]
    pub fn of(background: Option<&str>, colorterm: Option<&str>, term: Option<&str>) -> Self {
        // The last number is the background: white, or a bright colour.
        let number = background.and_then(|value| value.rsplit(';').next()?.parse().ok());
        let light = matches!(number, Some(7_u8 | 9..=15));
        let any = matches!(colorterm, Some("truecolor" | "24bit"));
        let depth = match term {
            Some(term) if any || term.ends_with("-direct") => ColourDepth::True,
            Some(term) if term.contains("256color") => ColourDepth::Indexed,
            Some(_) => ColourDepth::Sixteen,
            // Windows has no TERM, and its terminal has all colours.
            None => ColourDepth::True,
        };
        Self { light, depth }
    }
}
