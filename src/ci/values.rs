//! Values of rules as people write them: sizes, ratios, and the words that disable a rule. Text in, numbers out.

use super::value_error::ValueError;

/// Parses a size into bytes: `20MB`, `19Mb`, `1KiB`, `1.5 GB`, `1,000`, `42`. Units are powers of 1000, with an `i` of 1024, in any case, as in go-humanize's
/// `ParseBytes`, which dive uses.
///
/// # Errors
/// [`ValueError`] when it is not one.
pub(crate) fn bytes(text: &str) -> Result<u64, ValueError> {
    let text = text.trim();
    let split = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let scale = scale(unit.trim()).ok_or_else(|| ValueError::SizeUnit(unit.trim().to_owned()))?;
    let digits = number.replace(',', "");
    if let Ok(count) = digits.parse::<u64>() {
        return count.checked_mul(scale).ok_or(ValueError::TooLarge);
    }
    let value: f64 = digits.parse().map_err(|_| ValueError::NotASize)?;
    #[expect(clippy::cast_precision_loss, reason = "units are exact in f64")]
    let value = value * scale as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "in range, not negative, and fractions of a byte do not count"
    )]
    if value.is_finite() && value < u64::MAX as f64 {
        Ok(value as u64)
    } else {
        Err(ValueError::TooLarge)
    }
}

fn scale(unit: &str) -> Option<u64> {
    let unit = unit.to_ascii_lowercase();
    let letters = unit.strip_suffix('b').unwrap_or(&unit);
    let (letter, step) = match letters.strip_suffix('i') {
        Some(letter) => (letter, 1024_u64),
        None => (letters, 1000),
    };
    let power = match letter {
        "" if step == 1000 => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        "e" => 6,
        _ => return None,
    };
    Some(step.pow(power))
}

/// Parses a ratio, 0 to 1.
///
/// # Errors
/// [`ValueError`] when it is not one.
pub(super) fn ratio(text: &str) -> Result<f64, ValueError> {
    match text.trim().parse::<f64>() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        Ok(_) => Err(ValueError::OutsideRatio),
        Err(_) => Err(ValueError::NotANumber),
    }
}

/// Parses a growth ratio, 0 or more.
///
/// # Errors
/// [`ValueError`] when it is not one.
pub(super) fn growth(text: &str) -> Result<f64, ValueError> {
    match text.trim().parse::<f64>() {
        Ok(growth) if growth >= 0.0 && growth.is_finite() => Ok(growth),
        Ok(_) => Err(ValueError::OutsideGrowth),
        Err(_) => Err(ValueError::NotANumber),
    }
}

/// Returns whether a value disables its rule.
pub(super) fn is_off(text: &str) -> bool {
    let text = text.trim();
    ["", "disabled", "off", "false"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::{bytes, is_off, ratio};

    #[test]
    fn sizes_as_dive_reads_them() {
        for (text, value) in [
            ("20MB", 20_000_000),
            ("19Mb", 19_000_000),
            ("1KiB", 1024),
            ("1.5 GB", 1_500_000_000),
            ("1,000", 1000),
            ("42", 42),
            ("0.5k", 500),
            ("1B", 1),
            ("2 mib", 2 << 20),
            ("1.7", 1),
        ] {
            assert_eq!(bytes(text), Ok(value), "{text}");
        }
        for text in [
            "1BB", "-1BB", "MB", "", "1.2.3 kB", "30000PB", "99EB", "1 ib",
        ] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ratios_and_words() {
        assert_eq!(ratio("0.9"), Ok(0.9));
        for text in ["1.1", "-9", "NaN", "inf", "ninety", "90%"] {
            assert!(ratio(text).is_err(), "{text}");
        }
        assert!([" Disabled", "OFF", "false", ""].iter().all(|w| is_off(w)));
        assert!(!is_off("0"));
    }
}
