//! What the environment says of the terminal's colours: how many it has, and whether its background is light. The terminal itself is not asked: an
//! answer that never comes would keep the screen waiting, and one that comes late is typed text.

/// How many colours a terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// Any.
    #[default]
    True,
    /// 256 by their numbers.
    Indexed,
    /// Its own sixteen.
    Sixteen,
}

/// What is said of a terminal's colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerminalColours {
    /// Whether its background is light.
    pub light: bool,
    /// How many there are.
    pub depth: Depth,
}

impl TerminalColours {
    /// Looks at the process's environment.
    #[must_use]
    pub fn of_process() -> Self {
        let said = |name| std::env::var(name).ok();
        let (background, colorterm, term) = (said("COLORFGBG"), said("COLORTERM"), said("TERM"));
        Self::of(background.as_deref(), colorterm.as_deref(), term.as_deref())
    }

    /// Understands `COLORFGBG`, `COLORTERM` and `TERM`.
    #[must_use]
    pub fn of(background: Option<&str>, colorterm: Option<&str>, term: Option<&str>) -> Self {
        // The last number is the background's: white, or a bright colour.
        let number = background.and_then(|said| said.rsplit(';').next()?.parse().ok());
        let light = matches!(number, Some(7_u8 | 9..=15));
        let any = matches!(colorterm, Some("truecolor" | "24bit"));
        let depth = match term {
            Some(term) if any || term.ends_with("-direct") => Depth::True,
            Some(term) if term.contains("256color") => Depth::Indexed,
            Some(_) => Depth::Sixteen,
            // Nobody says so where there is no terminal description: Windows' own knows them all.
            None => Depth::True,
        };
        Self { light, depth }
    }
}
