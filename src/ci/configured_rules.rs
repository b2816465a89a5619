//! The rules of a run, merged from options, rules file and defaults. Every value is checked here, before an image is loaded. Checks no image; files are read by
//! `rules_file`.

use std::path::{Path, PathBuf};

use super::acceptance::{self, Acceptance};
use super::rule_table::{LimitKind, RuleId};
use super::rules_file::{self, RawValue};
use super::value_error::ValueError;
use super::values;
use crate::analysis::findings::{FindingKind, FindingLevel};
use crate::escape;
use crate::failure::Failure;
use crate::query::Globs;

/// How much a broken rule matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleLevel {
    /// The run fails.
    #[default]
    Error,
    /// It is reported, and the run passes.
    Warn,
}

/// What a rule allows.
#[derive(Clone, Debug, PartialEq)]
pub enum Limit {
    /// The rule is disabled.
    Off,
    /// A ratio, 0 to 1.
    Ratio(f64),
    /// Bytes.
    Bytes(u64),
    /// A count.
    Count(u64),
    /// Banned paths.
    Globs(Globs),
    /// Globs, and for each in turn the most bytes of its paths in total.
    Budgets(Globs, Vec<u64>),
    /// Banned kinds of findings.
    FindingKinds(Vec<FindingKind>),
    /// The lowest denied level of findings.
    FindingLevel(FindingLevel),
}

/// A rule with its limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The rule.
    pub id: RuleId,
    /// Its limit.
    pub limit: Limit,
    /// The limit as written.
    pub written: String,
    /// Whether breaking it fails the run.
    pub level: RuleLevel,
}

/// All rules of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// One for each rule, in the order of [`RuleId::ALL`].
    pub all: Vec<Rule>,
    /// Whether only own layers count, for all rules but dive's.
    pub own_layers: bool,
    /// Rules on ratios do not apply when fewer bytes than these are wasted.
    pub floor: u64,
    /// Paths whose hidden bytes are ignored.
    pub ignore: Globs,
    /// Accepted findings.
    pub accept: Vec<Acceptance>,
    /// Whether neither the file nor an option sets any of dive's rules. Their default limits then leave out waste that hard links still show.
    pub dive_defaults: bool,
    /// The rules file that was read.
    pub file: Option<PathBuf>,
}

/// Rules of the command line.
#[derive(Clone, Debug, Default)]
pub struct RuleOptions {
    /// `--ci-config`.
    pub file: Option<PathBuf>,
    /// Rules set by options.
    pub flags: Vec<(RuleId, String)>,
}

/// The rules file that is read if none is named.
pub(crate) const DEFAULT_FILE: &str = ".dive-ci";

impl Rules {
    /// Merges the rules: an option overrides the file, the file overrides the default. Returns them with warnings.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be read or a value is invalid.
    pub fn merge(options: &RuleOptions) -> Result<(Self, Vec<String>), Failure> {
        let default = Path::new(DEFAULT_FILE);
        let found = || default.exists().then_some(default);
        Self::merge_with(options, options.file.as_deref().or_else(found))
    }

    /// Merges the rules as [`Self::merge`] does, without the default rules file.
    ///
    /// # Errors
    /// As of [`Self::merge`].
    pub(crate) fn merge_given(options: &RuleOptions) -> Result<(Self, Vec<String>), Failure> {
        Self::merge_with(options, options.file.as_deref())
    }

    fn merge_with(
        options: &RuleOptions,
        file: Option<&Path>,
    ) -> Result<(Self, Vec<String>), Failure> {
        let (written, mut notes) = match file {
            Some(path) => rules_file::read(path)?,
            None => (rules_file::RulesFile::default(), Vec::new()),
        };
        let shown = file.map(|path| escape::text(&path.to_string_lossy()).into_owned());
        let shown = shown.unwrap_or_default();
        let rule = |id: RuleId| -> Result<Rule, Failure> {
            let flag = options.flags.iter().rfind(|(flag, _)| *flag == id);
            let mut rule = if let Some((_, text)) = flag {
                let option = if id.is_dives() { "--" } else { "--rule " };
                rule(
                    id,
                    &RawValue::from_flag(text),
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
        let flags = options.flags.iter().map(|(id, _)| *id);
        let mut set = flags.chain(written.rules.iter().map(|line| line.id));
        let dive_defaults = !set.any(RuleId::is_dives);
        let rules = Self {
            all,
            dive_defaults,
            own_layers: written.own_layers,
            floor: written.floor,
            ignore: written.ignore,
            accept: written.accept,
            file: file.map(Path::to_owned),
        };
        if let Some(first) = rules.accept.first()
            && !rules.needs_findings()
        {
            let names = RuleId::ALL.into_iter().filter(|id| id.is_about_findings());
            let names: Vec<&str> = names.map(RuleId::name).collect();
            let location = &first.location;
            let names = names.join(", ");
            notes.push(format!(
                "{location}: accept has no effect: no rule checks findings: {names}"
            ));
        }
        Ok((rules, notes))
    }

    /// Returns all that a verdict depends on beside the image, as written.
    #[must_use]
    pub(crate) fn as_written(&self) -> String {
        let rules = self.all.iter();
        let mut lines: Vec<String> = rules
            .map(|rule| format!("{}={} {:?}", rule.id.name(), rule.written, rule.level))
            .collect();
        let accepted = self.accept.iter().map(|one| {
            let path = one.path.iter().flat_map(Globs::written);
            let path: Vec<&String> = path.collect();
            format!("accept {} {path:?}", one.kind.id())
        });
        lines.extend(accepted);
        lines.push(format!("ignore {:?}", self.ignore.written()));
        lines.push(format!("floor {} own {}", self.floor, self.own_layers));
        lines.join("\n")
    }

    /// Returns whether a rule checks findings.
    #[must_use]
    pub(crate) fn needs_findings(&self) -> bool {
        self.check(RuleId::is_about_findings)
    }

    /// Returns whether a rule compares the image with its baseline.
    #[must_use]
    pub(crate) fn need_baseline(&self) -> bool {
        self.check(RuleId::needs_baseline)
    }

    /// Returns whether a rule of a kind has a limit.
    fn check(&self, is_of_kind: fn(RuleId) -> bool) -> bool {
        let mut limited = self.all.iter().filter(|rule| rule.limit != Limit::Off);
        limited.any(|rule| is_of_kind(rule.id))
    }

    /// Returns a rule by id.
    #[must_use]
    pub fn get(&self, id: RuleId) -> Option<&Rule> {
        self.all.iter().find(|rule| rule.id == id)
    }
}

fn rule(id: RuleId, value: &RawValue, location: &str) -> Result<Rule, Failure> {
    let limit = match value {
        RawValue::One(text) if values::is_off(text) => Ok(Limit::Off),
        value => limit(id.limit_kind(), value),
    };
    let limit = limit.map_err(|why| {
        let value = value.to_string();
        let allowed = id.limit_kind().allowed();
        rules_file::refused(location, &value, why).hint(format!("{} takes {allowed}", id.name()))
    })?;
    Ok(Rule {
        id,
        limit,
        written: value.to_string(),
        level: RuleLevel::Error,
    })
}

fn limit(kind: LimitKind, value: &RawValue) -> Result<Limit, ValueError> {
    match (kind, value) {
        (LimitKind::Ratio, RawValue::One(text)) => values::ratio(text).map(Limit::Ratio),
        (LimitKind::Growth, RawValue::One(text)) => values::growth(text).map(Limit::Ratio),
        (LimitKind::Bytes, RawValue::One(text)) => values::bytes(text).map(Limit::Bytes),
        (LimitKind::Count, RawValue::One(text)) => text
            .trim()
            .parse()
            .map(Limit::Count)
            .map_err(|_| ValueError::NotAnInteger),
        (LimitKind::Globs, RawValue::One(text)) => {
            Ok(Limit::Globs(Globs::new(vec![text.clone()])?))
        }
        (LimitKind::Globs, RawValue::Many(list)) => Ok(Limit::Globs(Globs::new(list.clone())?)),
        (LimitKind::Budgets, RawValue::Pairs(pairs)) => {
            let (globs, sizes): (Vec<String>, Vec<&String>) = pairs
                .iter()
                .map(|(glob, size)| (glob.clone(), size))
                .unzip();
            let sizes = sizes.into_iter().map(|size| {
                values::bytes(size).map_err(|source| ValueError::Budget {
                    size: size.clone(),
                    source: Box::new(source),
                })
            });
            Ok(Limit::Budgets(
                Globs::new(globs)?,
                sizes.collect::<Result<_, _>>()?,
            ))
        }
        (LimitKind::FindingKinds, RawValue::One(text)) => kinds(text.split(',')),
        (LimitKind::FindingKinds, RawValue::Many(list)) => kinds(list.iter().map(String::as_str)),
        (LimitKind::FindingLevel, RawValue::One(text)) => FindingLevel::from_name(text)
            .map(Limit::FindingLevel)
            .ok_or(ValueError::UnknownLevel),
        (LimitKind::Budgets, _) => Err(ValueError::NotABudget),
        (_, RawValue::Many(_) | RawValue::Pairs(_)) => Err(ValueError::NotOneValue),
        (_, RawValue::Bad) => Err(ValueError::NotAValue),
    }
}

fn kinds<'a>(names: impl Iterator<Item = &'a str>) -> Result<Limit, ValueError> {
    names
        .map(acceptance::kind)
        .collect::<Result<_, _>>()
        .map(Limit::FindingKinds)
}
