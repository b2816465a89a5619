//! The colours and weights of printed text, when they are enabled. The screen's colours are in `ui::theme`.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// Whether text has colours.
#[derive(Clone, Copy, Debug)]
pub(super) struct Styling {
    on: bool,
}

impl Styling {
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

    pub(super) fn warning(self, text: &str) -> impl Display {
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
