//! Numbers as text for people: sizes, differences, counts, ages. No colours, no padding, and no format that programs parse.

use humansize::{BINARY, DECIMAL, FormatSizeOptions, format_size};

/// The units of sizes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Units {
    /// Powers of 1000 as docker prints them: kB, MB, GB.
    #[default]
    Si,
    /// Powers of 1024: KiB, MiB, GiB.
    Binary,
}

impl Units {
    /// Returns the columns of the widest size that [`human`] returns below a thousand of the largest unit.
    #[must_use]
    pub const fn columns(self) -> usize {
        match self {
            Self::Si => 8,
            Self::Binary => 10,
        }
    }
}

/// Formats bytes as [`human`]; `unknown` without any.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn human_if_known(bytes: Option<u64>, units: Units) -> String {
    bytes.map_or_else(|| "unknown".to_owned(), |bytes| human(bytes, units))
}

/// Returns a number of bytes as text: without decimals below one kilobyte, else with one. At most ten columns wide.
#[must_use]
pub fn human(bytes: u64, units: Units) -> String {
    let (options, step) = match units {
        Units::Si => (DECIMAL, 1000),
        Units::Binary => (BINARY, 1024),
    };
    let options = FormatSizeOptions::from(options)
        .decimal_places(1)
        .decimal_zeroes(usize::from(bytes >= step));
    let text = format_size(bytes, options);
    // 999 999 B is 1.0 MB, not 1000.0 kB.
    if text.starts_with("1000.0 ") || text.starts_with("1024.0 ") {
        return format_size(next_power(bytes, step), options);
    }
    text
}

/// Returns a number with its noun: `1 layer`, `28 852 files`.
#[must_use]
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!(
        "{} {}",
        thousands(number),
        if number == 1 { one } else { many }
    )
}

/// Returns a number in groups of three digits from ten thousand on: `9999`, `10 000`.
#[must_use]
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let first = digits.len() % 3;
    let (head, rest) = digits.split_at(first);
    let groups = rest.as_bytes().chunks(3).map(String::from_utf8_lossy);
    let groups: Vec<_> = groups.collect();
    format!("{head} {}", groups.join(" "))
        .trim_start()
        .to_owned()
}

/// Returns a part of a total in percent: `44.3 %`. Of nothing it is `0.0 %`.
#[cfg(feature = "cli")]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "shown to one decimal")]
pub(crate) fn share(part: u64, total: u64) -> String {
    part_percent(part as f64 / total.max(1) as f64)
}

/// Returns a part of 1 in percent with one decimal, never rounded up to a full hundred: `99.9 %`.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn part_percent(ratio: f64) -> String {
    percent_text(ratio, 1)
}

/// The most decimals of a percentage.
#[cfg(feature = "cli")]
const MOST_DECIMALS: usize = 4;

/// Returns two parts of 1 as [`part_percent`], with more decimals where one would show different parts as equal: `90.0 %` and `89.98 %`.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn part_percents(parts: [f64; 2]) -> [String; 2] {
    let mut shown = parts.map(part_percent);
    for more in 2..=MOST_DECIMALS {
        if shown[0] != shown[1] || parts[0].total_cmp(&parts[1]).is_eq() {
            break;
        }
        let longer = parts.map(|ratio| percent_text(ratio, more));
        if longer[0] != longer[1] {
            shown = longer;
        }
    }
    shown
}

#[cfg(feature = "cli")]
fn percent_text(ratio: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", ratio * 100.0);
    let text = match ratio {
        ..1.0 if text.starts_with("100") => format!("99.{}", "9".repeat(decimals)),
        _ => text,
    };
    format!("{text} %")
}

/// Returns a time in its largest unit, `4 weeks`; `None` below a minute.
#[cfg(feature = "cli")]
pub(crate) fn age(seconds: u64) -> Option<String> {
    const UNITS: [(u64, &str, &str); 6] = [
        (365 * 86_400, "year", "years"),
        (30 * 86_400, "month", "months"),
        (7 * 86_400, "week", "weeks"),
        (86_400, "day", "days"),
        (3_600, "hour", "hours"),
        (60, "minute", "minutes"),
    ];
    let (length, one, many) = UNITS.into_iter().find(|(length, ..)| seconds >= *length)?;
    Some(count(seconds / length, one, many))
}

/// Returns a difference of bytes with its sign: `+1.2 MB`, `−3 B`, `0 B`.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn signed(delta: i128, units: Units) -> String {
    let bytes = human(
        u64::try_from(delta.unsigned_abs()).unwrap_or(u64::MAX),
        units,
    );
    match delta {
        0 => bytes,
        1.. => format!("+{bytes}"),
        _ => format!("−{bytes}"),
    }
}

/// Returns a difference in percent and as a factor: `−99.0 %, 95.8× smaller`. Empty without a difference, and when `before` is zero.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn ratio(before: u64, after: u64) -> String {
    let parts = [percent(before, after), factor(before, after)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

/// From how many times the size on a growth is shown as a factor alone: `95.8× larger` instead of `+9478.0 %`.
#[cfg(feature = "cli")]
const MOST_TIMES: u64 = 10;

/// Returns a difference in percent: `−99.0 %`. `None` without a difference, when `before` is zero, and from ten times as much on.
#[cfg(feature = "cli")]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "shown to one decimal")]
pub(crate) fn percent(before: u64, after: u64) -> Option<String> {
    if before == after || before == 0 || after / before >= MOST_TIMES {
        return None;
    }
    let percent = (after as f64 - before as f64) * 100.0 / before as f64;
    let sign = if after > before { "+" } else { "−" };
    Some(format!("{sign}{:.1} %", percent.abs()))
}

/// Returns a difference as a factor: `95.8× smaller`. `None` without a difference, and when either number is zero.
#[cfg(feature = "cli")]
#[must_use]
pub(crate) fn factor(before: u64, after: u64) -> Option<String> {
    let word = if after > before { "larger" } else { "smaller" };
    Some(format!("{} {word}", times(before, after)?))
}

/// Returns how many times as large the larger of two numbers is: `95.8×`. `None` as for [`factor`].
#[cfg(feature = "cli")]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "shown to one decimal")]
pub(crate) fn times(before: u64, after: u64) -> Option<String> {
    let less = before.min(after);
    if before == after || less == 0 {
        return None;
    }
    let factor = before.max(after) as f64 / less as f64;
    Some(format!("{factor:.1}×"))
}

/// Returns whether [`times`] is rounded to `1.0×`.
#[must_use]
#[cfg(feature = "cli")]
pub(crate) fn is_about_equal(before: u64, after: u64) -> bool {
    u128::from(before.max(after)) * 100 < u128::from(before.min(after)) * 105
}

/// Returns the smallest power of `step` that is at least `bytes`.
fn next_power(bytes: u64, step: u64) -> u64 {
    let mut power = step;
    while power < bytes {
        power = power.saturating_mul(step);
    }
    power
}

#[cfg(test)]
mod tests {
    use super::{Units, human};

    #[cfg(feature = "cli")]
    #[test]
    fn a_part_is_never_a_hundred_percent() {
        let parts = [
            (9_995, 10_000),
            (9_999_999, 10_000_000),
            (10, 10),
            (1, 3),
            (0, 0),
        ];
        let shares = parts.map(|(part, total)| super::share(part, total));
        assert_eq!(shares, ["99.9 %", "99.9 %", "100.0 %", "33.3 %", "0.0 %"]);
    }

    #[cfg(feature = "cli")]
    #[test]
    fn different_parts_are_told_apart() {
        let shown = |one, other| super::part_percents([one, other]);
        assert_eq!(shown(0.9, 0.5), ["90.0 %", "50.0 %"]);
        assert_eq!(shown(0.9, 0.9), ["90.0 %", "90.0 %"]);
        assert_eq!(shown(0.8998, 0.9), ["89.98 %", "90.00 %"]);
        assert_eq!(shown(0.999_99, 1.0), ["99.9 %", "100.0 %"]);
        assert_eq!(shown(0.9, 0.900_000_001), ["90.0 %", "90.0 %"]);
    }

    #[test]
    fn one_decimal_and_no_thousand() {
        let si = |bytes| human(bytes, Units::Si);
        assert_eq!(
            [0, 999, 1000, 1050, 999_949].map(si),
            ["0 B", "999 B", "1.0 kB", "1.1 kB", "999.9 kB"]
        );
        assert_eq!(si(999_999), "1.0 MB");
        assert_eq!(si(1_390_000_000), "1.4 GB");
        assert_eq!(human(1024, Units::Binary), "1.0 KiB");
        assert_eq!(human(1023, Units::Binary), "1023 B");
        assert_eq!(human((1 << 20) - 1, Units::Binary), "1.0 MiB");
    }

    #[test]
    fn any_number_fits_ten_columns() {
        for shift in 0..64 {
            for bytes in [1_u64 << shift, (1 << shift) - 1, u64::MAX >> shift] {
                assert!(human(bytes, Units::Si).len() <= 10);
                assert!(human(bytes, Units::Binary).len() <= 10);
            }
        }
    }
}
