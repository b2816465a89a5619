//! Carries out the plan of a comparison: loads both images at once, compares, then writes. The order is all there is here.

use super::{base, say};
use crate::cli::Two;
use crate::failure::{Failure, Outcome};
use crate::load::Cancel;
use crate::pair::Pair;
use crate::report::{self, Compared, ProgressLine};

/// Compares two images. How they differ is no failure: the outcome is the same either way.
pub(super) fn run(two: &Two) -> Result<Outcome, Failure> {
    say(two.verbosity, &two.notes);
    let line = ProgressLine::new(two.verbosity == 0, two.config.units);
    let hint = base(&two.base, &line)?;
    let show = |_, progress| line.show(&progress);
    let pair = Pair::load(two.requests.as_ref(), &hint, &Cancel::default(), show)?;
    drop(line);
    let facts = Compared {
        images: pair.images(),
        comparison: &pair.comparison,
        units: two.config.units,
    };
    report::write_comparison(&two.reports, &facts, two.colours)?;
    Ok(Outcome::Done)
}
