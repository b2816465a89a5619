//! The keys of the configuration except those of the key map: name, default, allowed values, and effect. One table for reading, errors and the
//! documentation.

use super::configuration::Configuration;
use super::key_value::Value;
use crate::bytes::Units;
use crate::ui::pane::{Filter, StatusKind, TreeOrder, View};
use crate::ui::{SPLIT_RANGE, ThemeName};

/// A key of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// `theme`
    Theme,
    /// `units`
    Units,
    /// `start`
    Start,
    /// `sort`
    Sort,
    /// `pane-width`
    PaneWidth,
    /// `show-attributes`
    ShowAttributes,
    /// `hide`
    Hide,
    /// `show-aggregated-changes`
    Aggregated,
    /// `fold`
    Fold,
}

impl Setting {
    /// All settings, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::Theme,
        Self::Units,
        Self::Start,
        Self::Sort,
        Self::PaneWidth,
        Self::ShowAttributes,
        Self::Hide,
        Self::Aggregated,
        Self::Fold,
    ];

    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Units => "units",
            Self::Start => "start",
            Self::Sort => "sort",
            Self::PaneWidth => "pane-width",
            Self::ShowAttributes => "show-attributes",
            Self::Hide => "hide",
            Self::Aggregated => "show-aggregated-changes",
            Self::Fold => "fold",
        }
    }

    /// Returns its default as written in a file.
    #[must_use]
    pub const fn default_text(self) -> &'static str {
        match self {
            Self::Units => "\"si\"",
            Self::Start => "\"overview\"",
            Self::Sort => "\"size\"",
            Self::PaneWidth => "40",
            Self::Theme | Self::ShowAttributes => "\"auto\"",
            Self::Hide => "[]",
            Self::Aggregated => "false",
            Self::Fold => "true",
        }
    }

    /// Returns its allowed values as text.
    #[must_use]
    pub const fn allowed(self) -> &'static str {
        match self {
            Self::Theme => "\"auto\", \"dark\", \"light\", \"terminal\" or \"color-blind\"",
            Self::Units => "\"si\" or \"binary\"",
            Self::Start => "\"overview\", \"tree\", \"files\" or \"map\"",
            Self::Sort => "\"size\" or \"name\"",
            Self::PaneWidth => "a number from 20 to 75",
            Self::ShowAttributes => "true, false or \"auto\"",
            Self::Hide => "a list of \"added\", \"modified\", \"removed\", \"unmodified\"",
            Self::Aggregated | Self::Fold => "true or false",
        }
    }

    /// Returns its description.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::Theme => {
                "the screen's colours; auto and color-blind: dark or light, from `COLORFGBG`"
            }
            Self::Units => "units of sizes: kB, MB (si) or KiB, MiB (binary)",
            Self::Start => "the first view; tree: layers left, tree right, as in dive",
            Self::Sort => "the tree's order when it opens",
            Self::PaneWidth => "the left column's share of the width, in percent",
            Self::ShowAttributes => "permissions and owner in the tree; auto: when there is room",
            Self::Hide => "what the tree hides when it opens",
            Self::Aggregated => "show the combined changes of layer 2 up to the selected layer",
            Self::Fold => {
                "close the tree's folders when it opens, except the largest, until the pane is full"
            }
        }
    }

    /// Returns the setting of a name.
    #[must_use]
    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }

    /// Sets a value; `None` when it is invalid.
    pub(super) fn set(self, config: &mut Configuration, value: &Value) -> Option<()> {
        match (self, value) {
            (Self::Theme, Value::Text(word)) => {
                config.theme = ThemeName::of(word)?;
            }
            (Self::Units, Value::Text(word)) => {
                config.units = one_of(word, [("si", Units::Si), ("binary", Units::Binary)])?;
            }
            (Self::Sort, Value::Text(word)) => {
                config.start.sort =
                    one_of(word, [("size", TreeOrder::Size), ("name", TreeOrder::Name)])?;
            }
            (Self::Start, Value::Text(word)) => {
                config.start.view = one_of(
                    word,
                    [
                        ("overview", View::Overview),
                        ("tree", View::Tree),
                        ("files", View::Files),
                        ("map", View::Map),
                    ],
                )?;
            }
            (Self::PaneWidth, Value::Number(percent)) => {
                config.start.split = (SPLIT_RANGE.0..=SPLIT_RANGE.1)
                    .find(|&allowed| (f64::from(allowed) - percent).abs() < 0.5)?;
            }
            (Self::ShowAttributes, Value::Text(word)) => {
                config.start.attributes = one_of(word, [("auto", None)])?;
            }
            (Self::ShowAttributes, Value::Flag(shown)) => config.start.attributes = Some(*shown),
            (Self::Hide, value) => {
                let words = value.texts()?;
                let changes: Option<Vec<StatusKind>> = words
                    .into_iter()
                    .map(|word| one_of(word, CHANGES))
                    .collect();
                config.start.filter = Filter::hiding(&changes?);
            }
            (Self::Aggregated, Value::Flag(flag)) => config.start.aggregated = *flag,
            (Self::Fold, Value::Flag(flag)) => config.start.folded = *flag,
            _ => return None,
        }
        Some(())
    }
}

const CHANGES: [(&str, StatusKind); 4] = [
    ("added", StatusKind::Added),
    ("modified", StatusKind::Modified),
    ("removed", StatusKind::Removed),
    ("unmodified", StatusKind::Unmodified),
];

fn one_of<T, const N: usize>(word: &str, all: [(&str, T); N]) -> Option<T> {
    let found = all.into_iter().find(|(name, _)| *name == word)?;
    Some(found.1)
}
