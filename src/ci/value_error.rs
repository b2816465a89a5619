//! Why a value of a rule or of a rules file is invalid. Files, lines and values are added where it becomes a failure.

use crate::escape;
use crate::query::PatternError;

/// Why a value is invalid.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum ValueError {
    /// An unknown unit.
    #[error("`{}` is not a unit of size", .0.escape_debug())]
    SizeUnit(String),
    /// No number before the unit.
    #[error("not a size")]
    NotASize,
    /// More bytes than 64 bits can count.
    #[error("too large")]
    TooLarge,
    /// A ratio out of range.
    #[error("outside 0 to 1")]
    OutsideRatio,
    /// A growth out of range.
    #[error("below 0 or infinite")]
    OutsideGrowth,
    /// Not a number.
    #[error("not a number")]
    NotANumber,
    /// Not a count.
    #[error("not an integer")]
    NotAnInteger,
    /// An unknown level of findings.
    #[error("no finding has that level")]
    UnknownLevel,
    /// An unknown finding; the nearest known id.
    #[error("unknown finding `{}`{guess}", escape::text(.id))]
    UnknownFinding {
        /// The unknown id.
        id: String,
        /// A suggestion, to be appended; may be empty.
        guess: String,
    },
    /// An invalid glob.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// The size of one glob of a budget.
    #[error("`{}`: {source}", escape::text(.size))]
    Budget {
        /// The size as written.
        size: String,
        /// What is wrong with it.
        source: Box<ValueError>,
    },
    /// A budget without sizes.
    #[error("not globs with a size each")]
    NotABudget,
    /// Several values.
    #[error("expected one value, not a list or mapping")]
    NotOneValue,
    /// Lists deeper than any rule allows.
    #[error("not a value")]
    NotAValue,
    /// A list in a list.
    #[error("nested lists are not allowed")]
    NestedList,
    /// Which layers count.
    #[error("neither `own` nor `all`")]
    NotLayers,
    /// Accepted findings that are not a list.
    #[error("not a list of findings, each with id and reason")]
    NotFindings,
    /// An accepted finding that is not a mapping.
    #[error("not a finding with id and reason")]
    NotAFinding,
    /// An accepted finding without an id.
    #[error("no id")]
    NoId,
    /// An accepted finding with an empty path.
    #[error("the path is empty; without `path`, all findings are accepted")]
    EmptyPath,
    /// An accepted finding without a reason.
    #[error("no reason")]
    NoReason,
}
