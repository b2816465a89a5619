//! The base score of a CVSS 3.0 or 3.1 vector (first.org, "Common Vulnerability Scoring System v3.1", section 7.1). Vectors of other versions have no
//! score here.

/// Returns the base score of `CVSS:3.1/AV:N/AC:L/…`; nothing when it is no whole vector of version 3.
pub(super) fn score(vector: &str) -> Option<f64> {
    let metrics = vector.trim().strip_prefix("CVSS:3.")?;
    let value = |name: &str| {
        let mut pairs = metrics
            .split('/')
            .skip(1)
            .filter_map(|part| part.split_once(':'));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let weigh = |name: &str, weights: &[(&str, f64)]| {
        let value = value(name)?;
        weights
            .iter()
            .find(|(known, _)| *known == value)
            .map(|(_, weight)| *weight)
    };
    let changed = match value("S")? {
        "C" => true,
        "U" => false,
        _ => return None,
    };
    let privileges = if changed {
        [0.85, 0.68, 0.5]
    } else {
        [0.85, 0.62, 0.27]
    };
    let harm = [("H", 0.56), ("L", 0.22), ("N", 0.0)];
    let exploitability = 8.22
        * weigh("AV", &[("N", 0.85), ("A", 0.62), ("L", 0.55), ("P", 0.2)])?
        * weigh("AC", &[("L", 0.77), ("H", 0.44)])?
        * weigh(
            "PR",
            &[
                ("N", privileges[0]),
                ("L", privileges[1]),
                ("H", privileges[2]),
            ],
        )?
        * weigh("UI", &[("N", 0.85), ("R", 0.62)])?;
    let kept = ["C", "I", "A"]
        .into_iter()
        .map(|name| Some(1.0 - weigh(name, &harm)?));
    let base = 1.0 - kept.product::<Option<f64>>()?;
    let impact = if changed {
        7.52 * (base - 0.029) - 3.25 * (base - 0.02).powi(15)
    } else {
        6.42 * base
    };
    if impact <= 0.0 {
        return Some(0.0);
    }
    let whole = impact + exploitability;
    Some(round_up(
        (if changed { 1.08 * whole } else { whole }).min(10.0),
    ))
}

/// Rounds up to one decimal, as appendix A does it: without what floating point adds.
fn round_up(score: f64) -> f64 {
    (((score * 100_000.0).round() / 10_000.0).ceil()) / 10.0
}

#[cfg(test)]
mod tests {
    use super::score;

    /// Scores as the specification's examples and the advisories of these vectors have them.
    #[test]
    fn known_vectors_have_their_known_scores() {
        for (vector, known) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
            ("CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:N/A:N", 5.9),
            ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/E:P", 7.5),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N", 5.3),
            ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:L/I:L/A:N", 4.8),
            ("CVSS:3.1/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:H", 8.2),
            ("CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:C/C:H/I:H/A:H", 8.5),
            ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", 0.0),
        ] {
            let found = score(vector).expect(vector);
            assert!((found - known).abs() < 1e-9, "{vector}: {found}");
        }
        for vector in [
            "",
            "7.5",
            "CVSS:3.1/AV:N",
            "AV:N/AC:L/Au:N/C:N/I:N/A:P",
            "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N",
            "CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        ] {
            assert_eq!(score(vector), None, "{vector}");
        }
    }
}
