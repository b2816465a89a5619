//! Go's formats in dive's outputs: go-humanize's sizes, `%v` of a float, `os.FileMode`.

use std::fmt::Write as _;

use crate::image::Entry;

/// Returns a size as go-humanize 1.0.1's `Bytes` does: `999 B`, `1.0 kB`, `13 kB`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "as go-humanize computes it; the exponent is 0 to 6"
)]
pub(in crate::report) fn human(bytes: u64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    if bytes < 10 {
        return format!("{bytes} B");
    }
    let size = bytes as f64;
    let exponent = (size.ln() / 1000_f64.ln()).floor();
    let value = (size / 1000_f64.powf(exponent) * 10.0 + 0.5).floor() / 10.0;
    let unit = UNITS[(exponent as usize).min(UNITS.len() - 1)];
    if value < 10.0 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.0} {unit}")
    }
}

/// Returns a float as Go's `%v` does: the shortest digits, with an exponent below 1e-4 and from 1e21 on.
pub(in crate::report) fn float(value: f64) -> String {
    let shortest = format!("{value:e}");
    let Some((digits, exponent)) = shortest.split_once('e') else {
        return shortest;
    };
    match exponent.parse::<i32>() {
        Ok(power) if value != 0.0 && !(-4..21).contains(&power) => {
            let mut text = String::from(digits);
            let sign = if power < 0 { '-' } else { '+' };
            // Writing to a string cannot fail.
            let _ = write!(text, "e{sign}{:02}", power.abs());
            text
        }
        _ => format!("{value}"),
    }
}

/// Returns a record's mode as Go's `os.FileMode` (`archive/tar`, `FileInfo().Mode()`).
pub(in crate::report) fn file_mode(entry: &Entry) -> u32 {
    const DIR: u32 = 1 << 31;
    const SYMLINK: u32 = 1 << 27;
    const DEVICE: u32 = 1 << 26;
    const PIPE: u32 = 1 << 25;
    const SOCKET: u32 = 1 << 24;
    const SETUID: u32 = 1 << 23;
    const SETGID: u32 = 1 << 22;
    const CHAR_DEVICE: u32 = 1 << 21;
    const STICKY: u32 = 1 << 20;

    let unix = u32::from(entry.mode);
    let mut mode = unix & 0o777;
    for (bit, go) in [(0o4000, SETUID), (0o2000, SETGID), (0o1000, STICKY)] {
        if unix & bit != 0 {
            mode |= go;
        }
    }
    mode |= match unix & 0o170_000 {
        0o040_000 => DIR,
        0o010_000 => PIPE,
        0o120_000 => SYMLINK,
        0o060_000 => DEVICE,
        0o020_000 => DEVICE | CHAR_DEVICE,
        0o140_000 => SOCKET,
        _ => 0,
    };
    mode | match entry.type_flag {
        b'2' => SYMLINK,
        b'3' => DEVICE | CHAR_DEVICE,
        b'4' => DEVICE,
        b'5' => DIR,
        b'6' => PIPE,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{file_mode, float, human};
    use crate::image::Entry;

    #[test]
    fn sizes_match_go_humanize() {
        for (bytes, text) in [
            (0, "0 B"),
            (10, "10 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1050, "1.1 kB"),
            (9950, "10 kB"),
            (10_500, "10 kB"),
            (999_499, "1000 kB"),
            (999_999, "1000 kB"),
            (1_000_000, "1.0 MB"),
            (999_999_999, "1000 MB"),
            (1_000_000_000, "1.0 GB"),
            (32_025, "32 kB"),
            (12_810, "13 kB"),
            (6405, "6.4 kB"),
        ] {
            assert_eq!(human(bytes), text, "{bytes}");
        }
        assert!(human(u64::MAX).ends_with("EB"));
    }

    #[test]
    fn floats_match_percent_v() {
        for (value, text) in [
            (0.1, "0.1"),
            (0.483_491_100_140_404_9, "0.4834911001404049"),
            (0.000_01, "1e-05"),
            (0.000_123, "0.000123"),
            (1.0, "1"),
            (0.0, "0"),
            (1.5e-7, "1.5e-07"),
            (1e21, "1e+21"),
        ] {
            assert_eq!(float(value), text);
        }
    }

    #[test]
    fn modes_are_those_of_go() {
        let mode = |mode, type_flag| {
            file_mode(&Entry {
                mode,
                type_flag,
                ..Entry::IMPLIED
            })
        };
        assert_eq!(mode(0o1777, b'5'), 2_148_532_735);
        assert_eq!(mode(0o4755, b'0'), 8_389_101);
        assert_eq!(mode(0o2755, b'0'), 4_194_797);
        assert_eq!(mode(0o666, b'3'), 69_206_454);
        assert_eq!(mode(0o660, b'4'), 67_109_296);
        assert_eq!(mode(0o644, b'6'), 33_554_852);
        assert_eq!(mode(0o777, b'2'), 134_218_239);
        assert_eq!(mode(0o100_644, b'0'), 420);
        assert_eq!(mode(0o040_755, b'0'), (1 << 31) | 0o755);
    }
}
