//! The rules: which there are, what each takes, and what flags, file and defaults together ask for. Everything is checked here, before an image
//! is loaded. No judging; no reading of files but through `file`.

use std::path::{Path, PathBuf};

use super::file;
use super::words;
use crate::escape;
use crate::failure::Failure;

/// A rule's name and kind: one table for flags, files, reports and help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Id {
    /// dive's: fails when the efficiency score is below.
    LowestEfficiency,
    /// dive's: fails when the wasted bytes (dive's count) are above.
    HighestWastedBytes,
    /// dive's: fails when wasted ÷ user bytes, a ratio, is above.
    HighestUserWastedPercent,
}

/// What a rule's limit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// A number from 0 to 1.
    Ratio,
    /// A size.
    Bytes,
}

impl Id {
    /// Every rule, in the order reports list them.
    pub const ALL: [Self; 3] = [
        Self::LowestEfficiency,
        Self::HighestWastedBytes,
        Self::HighestUserWastedPercent,
    ];

    /// Returns the name in flags, files and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LowestEfficiency => "lowestEfficiency",
            Self::HighestWastedBytes => "highestWastedBytes",
            Self::HighestUserWastedPercent => "highestUserWastedPercent",
        }
    }

    /// Returns what holds when nobody says anything.
    #[must_use]
    pub const fn default(self) -> &'static str {
        match self {
            Self::LowestEfficiency => "0.9",
            Self::HighestWastedBytes => "disabled",
            Self::HighestUserWastedPercent => "0.1",
        }
    }

    const fn takes(self) -> Takes {
        match self {
            Self::LowestEfficiency | Self::HighestUserWastedPercent => Takes::Ratio,
            Self::HighestWastedBytes => Takes::Bytes,
        }
    }

    /// Returns the rule of a name; case, `-` and `_` do not matter.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let bare = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|id| bare(id.name()) == bare(name))
    }
}

/// How much a broken rule matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// The run fails.
    #[default]
    Error,
    /// It is told, and the run passes.
    Warn,
}

/// What a rule allows.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// Nothing is asked.
    Off,
    /// A ratio, 0 to 1.
    Ratio(f64),
    /// Unpacked bytes.
    Bytes(u64),
}

/// A rule as it will be applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Which.
    pub id: Id,
    /// What it allows.
    pub limit: Limit,
    /// The limit as it was written.
    pub written: String,
    /// What breaking it means.
    pub level: Level,
}

/// All rules of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// One a rule, in [`Id::ALL`]'s order.
    pub all: Vec<Rule>,
    /// The rules file that was read.
    pub file: Option<PathBuf>,
}

/// What the command line says of the rules.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// `--ci-config`.
    pub file: Option<PathBuf>,
    /// Rules given as flags.
    pub flags: Vec<(Id, String)>,
}

/// A rules file's name when none is given.
const DEFAULT_FILE: &str = ".dive-ci";

impl Rules {
    /// Puts the rules together: a flag beats the file, the file beats the default. Returns them with what is odd but no error.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be read or a value says nothing.
    pub fn of(typed: &Typed) -> Result<(Self, Vec<String>), Failure> {
        let path = typed.file.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
        let (written, file, notes) = if typed.file.is_some() || path.exists() {
            let (written, notes) = file::read(path)?;
            (written, Some(path.to_owned()), notes)
        } else {
            (file::Written::default(), None, Vec::new())
        };
        let rule = |id: Id| {
            let flag = typed.flags.iter().rfind(|(flag, _)| *flag == id);
            if let Some((_, value)) = flag {
                return rule(id, value, &format!("--{}", id.name()));
            }
            match written.rules.iter().find(|line| line.id == id) {
                Some(line) => {
                    let place = format!(
                        "{}:{}: {}",
                        escape::text(&path.to_string_lossy()),
                        line.at,
                        id.name()
                    );
                    rule(id, &line.value, &place)
                }
                None => rule(id, id.default(), id.name()),
            }
        };
        let all = Id::ALL.into_iter().map(rule).collect::<Result<_, _>>()?;
        Ok((Self { all, file }, notes))
    }

    /// Returns one rule.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<&Rule> {
        self.all.iter().find(|rule| rule.id == id)
    }
}

fn rule(id: Id, value: &str, place: &str) -> Result<Rule, Failure> {
    let limit = if words::is_off(value) {
        Ok(Limit::Off)
    } else {
        match id.takes() {
            Takes::Ratio => words::ratio(value).map(Limit::Ratio),
            Takes::Bytes => words::bytes(value).map(Limit::Bytes),
        }
    };
    let limit = limit.map_err(|why| {
        let allowed = match id.takes() {
            Takes::Ratio => "a number from 0 to 1, or `disabled`",
            Takes::Bytes => "a size such as 20MB, 1.5 GiB or 1000, or `disabled`",
        };
        let value = escape::text(value);
        Failure::new(format!("{place}: cannot take `{value}`: {why}"))
            .hint(format!("{} takes {allowed}", id.name()))
    })?;
    Ok(Rule {
        id,
        limit,
        written: value.trim().to_owned(),
        level: Level::Error,
    })
}
