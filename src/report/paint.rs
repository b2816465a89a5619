//! Colours of printed text, or none. The screen's colours are a theme's; these are the three a report needs.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// Whether text has colours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    on: bool,
}

impl Paint {
    pub(super) const fn new(on: bool) -> Self {
        Self { on }
    }

    pub(super) fn bold(self, text: &str) -> impl Display {
        self.with(Style::new().bold(), text)
    }

    pub(super) fn good(self, text: &str) -> impl Display {
        self.with(AnsiColor::Green.on_default(), text)
    }

    pub(super) fn bad(self, text: &str) -> impl Display {
        self.with(AnsiColor::Red.on_default().bold(), text)
    }

    pub(super) fn odd(self, text: &str) -> impl Display {
        self.with(AnsiColor::Yellow.on_default(), text)
    }

    pub(super) fn faint(self, text: &str) -> impl Display {
        self.with(Style::new().dimmed(), text)
    }

    fn with(self, style: Style, text: &str) -> String {
        if self.on {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }
}
