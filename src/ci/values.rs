//! Limits as people write them: sizes, ratios, the words that switch a rule off, and the nearest word to a misspelt one. Text in, numbers out.

/// Returns the unpacked bytes a size says: `20MB`, `19Mb`, `1KiB`, `1.5 GB`, `1,000`, `42`. Powers of 1000, with an `i` of 1024; case does not
/// matter. As go-humanize's `ParseBytes`, which dive uses.
///
/// # Errors
/// What is wrong with it, in words.
pub fn bytes(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let split = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let scale = scale(unit.trim())
        .ok_or_else(|| format!("`{}` is no unit of size", unit.trim().escape_debug()))?;
    let digits = number.replace(',', "");
    if let Ok(whole) = digits.parse::<u64>() {
        return whole
            .checked_mul(scale)
            .ok_or_else(|| "too large".to_owned());
    }
    let value: f64 = digits.parse().map_err(|_| "not a size".to_owned())?;
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
        Err("too large".to_owned())
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

/// Returns the ratio a text says, 0 to 1.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn ratio(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(ratio) if (0.0..=1.0).contains(&ratio) => Ok(ratio),
        Ok(_) => Err("outside 0 to 1".to_owned()),
        Err(_) => Err("not a number".to_owned()),
    }
}

/// Returns how many times its size something may grow by, from 0 on.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn growth(text: &str) -> Result<f64, String> {
    match text.trim().parse::<f64>() {
        Ok(growth) if growth >= 0.0 && growth.is_finite() => Ok(growth),
        Ok(_) => Err("below 0 or endless".to_owned()),
        Err(_) => Err("not a number".to_owned()),
    }
}

/// Returns whether a value switches its rule off.
pub(super) fn is_off(text: &str) -> bool {
    let text = text.trim();
    ["", "disabled", "off", "false"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word))
}

/// Returns the known word nearest to a misspelt one, when one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .iter()
        .map(|known| (distance(&word, &known.to_lowercase()), *known))
        .min()
        .filter(|(steps, known)| *steps <= 1 + known.len() / 3)
        .map(|(_, known)| known)
}

/// Levenshtein's distance: letters to add, drop or change.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{bytes, is_off, nearest, ratio};

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

    #[test]
    fn misspelt_words_find_the_meant_one() {
        let known = ["lowestEfficiency", "highestWastedBytes"];
        assert_eq!(nearest("lowestEficiency", &known), Some("lowestEfficiency"));
        assert_eq!(nearest("plugins", &known), None);
    }
}
