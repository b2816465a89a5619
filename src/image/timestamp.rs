//! Times as configs write them (RFC 3339), as numbers. No clock.

/// Returns the time in full seconds since 1970; `None` for a text that is not a time.
#[cfg(feature = "cli")]
pub(crate) fn seconds_since_1970(text: &str) -> Option<i64> {
    let seconds = nanoseconds_since_1970(text)?.div_euclid(SECOND);
    i64::try_from(seconds).ok()
}

/// Returns a time in seconds since 1970 as date and time of day, UTC.
#[cfg(feature = "cli")]
pub(crate) fn date_and_time(seconds: u32) -> String {
    let (days, second) = (i64::from(seconds / 86_400), seconds % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute) = (second / 3_600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

/// Nanoseconds of a second.
const SECOND: i128 = 1_000_000_000;

/// Returns the time in nanoseconds since 1970, further digits cut off; `None` for a text that is not a time.
pub(crate) fn nanoseconds_since_1970(text: &str) -> Option<i128> {
    let (date, time) = text.trim().split_once(['T', 't', ' '])?;
    let mut parts = date.splitn(3, '-').map(number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut parts = time.splitn(3, ':').map(number);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let is_valid = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !is_valid || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    let nanoseconds: i128 = format!("{fraction:0<9.9}").parse().ok()?;
    Some(i128::from(seconds - offset(zone)?) * SECOND + nanoseconds)
}

/// Returns a number without a sign.
fn number(text: &str) -> Option<i64> {
    let is_plain = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok())?
}

/// Returns the offset of a time zone in seconds: `Z`, `+02:00`.
fn offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let seconds = number(hours)? * 3_600 + number(minutes)? * 60;
    Some(if zone.starts_with('-') {
        -seconds
    } else {
        seconds
    })
}

/// Returns the days from 1970-01-01 to a date of the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last one.
    let year = if month > 2 { year } else { year - 1 };
    let month = (month + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let era = year.div_euclid(400);
    let year = year.rem_euclid(400);
    era * 146_097 + year * 365 + year / 4 - year / 100 + day_of_year - 719_468
}

/// Returns the date of the Gregorian calendar so many days after 1970-01-01: year, month, day.
#[cfg(feature = "cli")]
fn date(days: i64) -> (i64, i64, i64) {
    // The inverse of `days`: years begin in March, an era has 400 of them.
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::nanoseconds_since_1970;
    #[cfg(feature = "cli")]
    use super::seconds_since_1970;

    #[cfg(feature = "cli")]
    #[test]
    fn times_are_seconds_since_1970() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1969-12-31T23:59:59.5Z", Some(-1)),
            ("2000-02-29T12:00:00Z", Some(951_825_600)),
            ("2024-05-01T10:00:00.123456789Z", Some(1_714_557_600)),
            ("2024-05-01T12:00:00+02:00", Some(1_714_557_600)),
            ("2024-05-01T05:30:00.1-04:30", Some(1_714_557_600)),
            ("0001-01-01T00:00:00Z", Some(-62_135_596_800)),
            ("2024-13-01T00:00:00Z", None),
            ("2024-05-01T24:00:00Z", None),
            ("2024-05-01T10:00:00", None),
            ("2024-05-01", None),
            ("2024-05-01T10:00:00.x1Z", None),
            ("2024-05-01T+1:00:00Z", None),
            ("99999999999-05-01T10:00:00Z", None),
            ("", None),
        ] {
            assert_eq!(seconds_since_1970(text), expected, "{text}");
        }
    }

    #[cfg(feature = "cli")]
    #[test]
    fn a_date_is_the_one_of_its_time() {
        for (text, expected) in [
            ("1970-01-01T00:00:59Z", "1970-01-01 00:00"),
            ("2000-02-29T12:01:00Z", "2000-02-29 12:01"),
            ("2024-12-31T23:59:59Z", "2024-12-31 23:59"),
            ("2100-03-01T00:00:00Z", "2100-03-01 00:00"),
            ("2106-02-07T06:28:15Z", "2106-02-07 06:28"),
        ] {
            let seconds = seconds_since_1970(text).unwrap();
            let shown = super::date_and_time(seconds.try_into().unwrap());
            assert_eq!(shown, expected);
        }
        for day in 0..50_000 {
            let (year, month, of_month) = super::date(day);
            assert_eq!(super::days(year, month, of_month), day);
        }
    }

    #[test]
    fn fractions_are_nanoseconds() {
        for (text, expected) in [
            ("1970-01-01T00:00:01Z", 1_000_000_000),
            ("1970-01-01T00:00:01.5Z", 1_500_000_000),
            ("1970-01-01T00:00:00.123456789Z", 123_456_789),
            ("1970-01-01T00:00:00.1234567899Z", 123_456_789),
            ("1969-12-31T23:59:59.5Z", -500_000_000),
        ] {
            assert_eq!(nanoseconds_since_1970(text), Some(expected), "{text}");
        }
    }
}
