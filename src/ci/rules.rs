//! The rules of a run: what flags, file and defaults together ask for. Everything is checked here, before an image is loaded. No judging; no
//! reading of files but through `file`.

use std::path::{Path, PathBuf};

use super::acceptance::{self, Acceptance};
use super::rule_id::{LimitKind, RuleId};
use super::rules_file::{self, RawValue};
use super::values;
use crate::analysis::findings::{FindingKind, FindingLevel as Severity};
use crate::escape;
use crate::failure::Failure;
use crate::query::Globs;

/// How much a broken rule matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleLevel {
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
    /// Bytes.
    Bytes(u64),
    /// A number of things.
    Count(u64),
    /// Paths that may not be.
    Globs(Globs),
    /// Paths, and for each glob in turn the bytes they may have together.
    Budgets(Globs, Vec<u64>),
    /// What advice may not find.
    FindingKinds(Vec<FindingKind>),
    /// The lowest level that it may not find anything of.
    Severity(Severity),
}

/// A rule as it will be applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Which.
    pub id: RuleId,
    /// What it allows.
    pub limit: Limit,
    /// The limit as it was written.
    pub written: String,
    /// What breaking it means.
    pub level: RuleLevel,
}

/// All rules of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// One a rule, in [`RuleId::ALL`]'s order.
    pub all: Vec<Rule>,
    /// Whether only the layers above the base count, for all rules but dive's.
    pub own_layers: bool,
    /// Rules on ratios do not apply when fewer bytes than these are wasted.
    pub floor: u64,
    /// Paths that may be wasteful.
    pub ignore: Globs,
    /// What advice may find.
    pub accept: Vec<Acceptance>,
    /// The rules file that was read.
    pub file: Option<PathBuf>,
}

/// What the command line says of the rules.
#[derive(Clone, Debug, Default)]
pub struct RuleOptions {
    /// `--ci-config`.
    pub file: Option<PathBuf>,
    /// Rules given as flags.
    pub flags: Vec<(RuleId, String)>,
}

/// A rules file's name when none is given.
pub const DEFAULT_FILE: &str = ".dive-ci";

impl Rules {
    /// Puts the rules together: a flag beats the file, the file beats the default. Returns them with what is odd but no error.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be read or a value says nothing.
    pub fn of(typed: &RuleOptions) -> Result<(Self, Vec<String>), Failure> {
        let path = typed.file.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
        let (written, file, mut notes) = if typed.file.is_some() || path.exists() {
            let (written, notes) = rules_file::read(path)?;
            (written, Some(path.to_owned()), notes)
        } else {
            (rules_file::RulesFile::default(), None, Vec::new())
        };
        let shown = escape::text(&path.to_string_lossy()).into_owned();
        let rule = |id: RuleId| -> Result<Rule, Failure> {
            let flag = typed.flags.iter().rfind(|(flag, _)| *flag == id);
            let mut rule = if let Some((_, text)) = flag {
                let option = if id.is_dives() { "--" } else { "--rule " };
                rule(
                    id,
                    &RawValue::typed(text),
                    &format!("{option}{}", id.name()),
                )
            } else if let Some(line) = written.rules.iter().find(|line| line.id == id) {
                rule(
                    id,
                    &line.value,
                    &format!("{shown}:{}: {}", line.at, id.name()),
                )
            } else {
                rule(id, &RawValue::One(id.default().to_owned()), id.name())
            }?;
            if written.warn.contains(&id) {
                rule.level = RuleLevel::Warn;
            }
            Ok(rule)
        };
        let all = RuleId::ALL
            .into_iter()
            .map(rule)
            .collect::<Result<_, Failure>>()?;
        let rules = Self {
            all,
            own_layers: written.own_layers,
            floor: written.floor,
            ignore: written.ignore,
            accept: written.accept,
            file,
        };
        if let Some(first) = rules.accept.first()
            && !rules.needs_findings()
        {
            let asking = RuleId::ALL.into_iter().filter(|id| id.is_about_findings());
            let asking: Vec<&str> = asking.map(RuleId::name).collect();
            let place = &first.place;
            let asking = asking.join(", ");
            notes.push(format!("{place}: no rule asks for findings: {asking}"));
        }
        Ok((rules, notes))
    }

    /// Returns whether one of them judges what advice finds.
    #[must_use]
    pub fn needs_findings(&self) -> bool {
        let asks = |rule: &Rule| rule.id.is_about_findings() && rule.limit != Limit::Off;
        self.all.iter().any(asks)
    }

    /// Returns one rule.
    #[must_use]
    pub fn get(&self, id: RuleId) -> Option<&Rule> {
        self.all.iter().find(|rule| rule.id == id)
    }
}

fn rule(id: RuleId, value: &RawValue, place: &str) -> Result<Rule, Failure> {
    let limit = match value {
        RawValue::One(text) if values::is_off(text) => Ok(Limit::Off),
        value => limit(id.takes(), value),
    };
    let limit = limit.map_err(|why| {
        let value = value.to_string();
        Failure::new(format!(
            "{place}: cannot take `{}`: {why}",
            escape::text(&value)
        ))
        .hint(format!("{} takes {}", id.name(), id.takes().allowed()))
    })?;
    Ok(Rule {
        id,
        limit,
        written: value.to_string(),
        level: RuleLevel::Error,
    })
}

fn limit(takes: LimitKind, value: &RawValue) -> Result<Limit, String> {
    match (takes, value) {
        (LimitKind::Ratio, RawValue::One(text)) => values::ratio(text).map(Limit::Ratio),
        (LimitKind::Growth, RawValue::One(text)) => values::growth(text).map(Limit::Ratio),
        (LimitKind::Bytes, RawValue::One(text)) => values::bytes(text).map(Limit::Bytes),
        (LimitKind::Count, RawValue::One(text)) => text
            .trim()
            .parse()
            .map(Limit::Count)
            .map_err(|_| "not a whole number".to_owned()),
        (LimitKind::Globs, RawValue::One(text)) => Globs::new(vec![text.clone()]).map(Limit::Globs),
        (LimitKind::Globs, RawValue::Many(list)) => Globs::new(list.clone()).map(Limit::Globs),
        (LimitKind::Budgets, RawValue::Pairs(pairs)) => {
            let (globs, sizes): (Vec<String>, Vec<&String>) = pairs
                .iter()
                .map(|(glob, size)| (glob.clone(), size))
                .unzip();
            let sizes = sizes.into_iter().map(|size| {
                values::bytes(size).map_err(|why| format!("`{}`: {why}", escape::text(size)))
            });
            Ok(Limit::Budgets(
                Globs::new(globs)?,
                sizes.collect::<Result<_, _>>()?,
            ))
        }
        (LimitKind::FindingKinds, RawValue::One(text)) => topics(text.split(',')),
        (LimitKind::FindingKinds, RawValue::Many(list)) => topics(list.iter().map(String::as_str)),
        (LimitKind::Severity, RawValue::One(text)) => Severity::of(text)
            .map(Limit::Severity)
            .ok_or_else(|| "no finding has that level".to_owned()),
        (LimitKind::Budgets, _) => Err("not globs with a size each".to_owned()),
        (_, RawValue::Many(_) | RawValue::Pairs(_)) => {
            Err("a list or a mapping where one value belongs".to_owned())
        }
        (_, RawValue::Bad) => Err("not a value".to_owned()),
    }
}

fn topics<'a>(names: impl Iterator<Item = &'a str>) -> Result<Limit, String> {
    names
        .map(acceptance::kind)
        .collect::<Result<_, _>>()
        .map(Limit::FindingKinds)
}
