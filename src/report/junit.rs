//! The verdict as JUnit XML: a suite for the image, a test case for each rule. Escaping is the library's.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::finding;
use super::format::Facts;
use crate::ci::{Ruling, Standing};
use crate::escape;

pub(super) fn write(facts: &Facts<'_>, out: &mut impl Write) -> io::Result<()> {
    let Some(verdict) = facts.verdict else {
        return Ok(());
    };
    let mut suite = TestSuite::new(escape::text(&facts.image.about.reference).into_owned());
    suite.add_test_cases(verdict.asked().map(|ruling| case(facts, ruling)));
    let mut report = Report::new("dive-rs");
    report.add_test_suite(suite);
    report.serialize(out).map_err(io::Error::other)
}

fn case(facts: &Facts<'_>, ruling: &Ruling) -> TestCase {
    let lines = || {
        let lines = ruling.findings.iter().map(|found| {
            format!(
                "{}: {}. {}",
                finding::path(facts, found),
                finding::sentence(facts, found),
                found.advice
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    let status = match ruling.standing {
        Standing::Passed | Standing::Warned => TestCaseStatus::success(),
        Standing::Skipped => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(&ruling.why);
            skipped
        }
        Standing::Failed => {
            let mut failed = TestCaseStatus::non_success(NonSuccessKind::Failure);
            failed
                .set_message(finding::broken(facts, ruling))
                .set_type(ruling.id.name())
                .set_description(lines());
            failed
        }
    };
    let mut case = TestCase::new(ruling.id.name(), status);
    case.set_classname("dive-rs");
    if ruling.standing == Standing::Warned {
        case.set_system_out(format!(
            "warning: {}\n{}",
            finding::broken(facts, ruling),
            lines()
        ));
    }
    case
}
