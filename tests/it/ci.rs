//! The judge, on images built in code: dive's own cases, strict limits, what is disabled. No binary is run here; `cli` does that.

use dive_rs::analysis::{Analysis, BaseHint};
use dive_rs::ci::{Id, Rules, Standing, Typed, judge};

use crate::dives;

/// Returns the standings of dive's three rules, in dive's order of naming them: efficiency, wasted bytes, wasted percent.
fn standings(efficiency: &str, bytes: &str, percent: &str) -> Result<[Standing; 3], String> {
    let typed = Typed {
        file: None,
        flags: vec![
            (Id::LowestEfficiency, efficiency.to_owned()),
            (Id::HighestWastedBytes, bytes.to_owned()),
            (Id::HighestUserWastedPercent, percent.to_owned()),
        ],
    };
    let (rules, _) = Rules::of(&typed).map_err(|failure| failure.to_string())?;
    let image = dives::image().image();
    let verdict = judge(&rules, &Analysis::of(&image, &BaseHint::default()));
    let all = [
        Id::LowestEfficiency,
        Id::HighestWastedBytes,
        Id::HighestUserWastedPercent,
    ];
    Ok(all.map(|id| {
        let ruling = verdict.rulings.iter().find(|ruling| ruling.id == id);
        ruling.expect("every rule is judged").standing
    }))
}

#[test]
fn dives_own_cases() {
    use Standing::{Failed, Passed, Skipped};
    assert_eq!(standings("0.99", "1B", "0.01"), Ok([Failed; 3]));
    assert_eq!(standings("0.9", "50kB", "0.5"), Ok([Passed; 3]));
    assert_eq!(
        standings("disabled", "disabled", "disabled"),
        Ok([Skipped; 3])
    );
    assert_eq!(standings("off", "FALSE", " "), Ok([Skipped; 3]));
    assert_eq!(standings("0.9", "1B", "0.5"), Ok([Passed, Failed, Passed]));
    assert!(standings("1.1", "1BB", "10").is_err());
    assert!(standings("-9", "-1BB", "-0.1").is_err());
}

#[test]
fn limits_are_strict_so_that_meeting_them_passes() {
    use Standing::{Failed, Passed};
    let exact = standings("0.9844212134184309", "32025", "0.4834911001404049");
    assert_eq!(exact, Ok([Passed; 3]));
    let beyond = standings("0.984421213418431", "32024", "0.4834911001404048");
    assert_eq!(beyond, Ok([Failed; 3]));
}

#[test]
fn dives_image_has_dives_numbers() {
    let image = dives::image().image();
    let numbers = Analysis::of(&image, &BaseHint::default()).efficiency;
    assert!((numbers.score - dives::EFFICIENCY).abs() < f64::EPSILON / 4.0);
    assert_eq!(numbers.wasted_bytes, dives::WASTED);
    assert!((numbers.user_wasted_percent - dives::USER_WASTED).abs() < f64::EPSILON / 4.0);
}
