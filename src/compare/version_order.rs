//! Order of package versions: by the rules of dpkg, apk and rpm for their packages, by natural order for all others. Works on text alone.

use std::cmp::Ordering;

use crate::analysis::packages::PackageKind;

/// Compares two versions as their package manager does.
#[must_use]
pub(super) fn compare_versions(kind: PackageKind, one: &str, other: &str) -> Ordering {
    match kind {
        PackageKind::Dpkg => dpkg(one, other),
        PackageKind::Apk => apk(one, other),
        PackageKind::Rpm => rpm(one, other),
        _ => natural(one, other),
    }
}

/// deb-version(7): epoch, then upstream version, then revision.
fn dpkg(one: &str, other: &str) -> Ordering {
    by_parts(one, other, fragments)
}

/// rpm-version(7): epoch, then version, then release.
fn rpm(one: &str, other: &str) -> Ordering {
    by_parts(one, other, segments)
}

/// Compares epochs as numbers, then the parts before and after the last `-`.
fn by_parts(one: &str, other: &str, compare: impl Fn(&str, &str) -> Ordering) -> Ordering {
    let parts = |text: &'_ str| -> (u64, String, String) {
        let (epoch, rest) = text.split_once(':').unwrap_or(("0", text));
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        (
            epoch.parse().unwrap_or(0),
            upstream.to_owned(),
            revision.to_owned(),
        )
    };
    let (one, other) = (parts(one), parts(other));
    let epochs = one.0.cmp(&other.0);
    let upstream = || compare(&one.1, &other.1);
    let revision = || compare(&one.2, &other.2);
    epochs.then_with(upstream).then_with(revision)
}

/// Compares runs of digits and of letters in turn and ignores the characters between them. `~` sorts before everything, even the end; `^` after the end
/// and before all else; digits, as numbers, after letters.
fn segments(one: &str, other: &str) -> Ordering {
    let counts = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'~' | b'^');
    let rank = |text: &[u8]| match text.first() {
        Some(b'~') => 0,
        None => 1,
        Some(b'^') => 2,
        Some(byte) if byte.is_ascii_digit() => 4,
        Some(_) => 3,
    };
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        one = &one[until(one, counts).len()..];
        other = &other[until(other, counts).len()..];
        let (kind, order) = (rank(one), rank(one).cmp(&rank(other)));
        if order.is_ne() || kind == 1 {
            return order;
        }
        if matches!(kind, 0 | 2) {
            (one, other) = (&one[1..], &other[1..]);
            continue;
        }
        let ends = |byte: &u8| match kind {
            4 => !byte.is_ascii_digit(),
            _ => !byte.is_ascii_alphabetic(),
        };
        let runs = (until(one, ends), until(other, ends));
        let order = match kind {
            4 => numbers(runs.0, runs.1),
            _ => runs.0.cmp(runs.1),
        };
        if order.is_ne() {
            return order;
        }
        (one, other) = (&one[runs.0.len()..], &other[runs.1.len()..]);
    }
}

/// Compares letters and digits in turn: `~` sorts before everything, even the end; letters before other characters; digits as numbers.
fn fragments(one: &str, other: &str) -> Ordering {
    let rank = |byte: Option<&u8>| match byte {
        Some(b'~') => -1,
        None => 0,
        Some(byte) if byte.is_ascii_digit() => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    };
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    loop {
        let words = (
            until(one, u8::is_ascii_digit),
            until(other, u8::is_ascii_digit),
        );
        for at in 0..words.0.len().max(words.1.len()) {
            match rank(words.0.get(at)).cmp(&rank(words.1.get(at))) {
                Ordering::Equal => {}
                unequal => return unequal,
            }
        }
        (one, other) = (&one[words.0.len()..], &other[words.1.len()..]);
        let is_end = |byte: &u8| !byte.is_ascii_digit();
        let digits = (until(one, is_end), until(other, is_end));
        match numbers(digits.0, digits.1) {
            Ordering::Equal if one.is_empty() && other.is_empty() => return Ordering::Equal,
            Ordering::Equal => {}
            unequal => return unequal,
        }
        (one, other) = (&one[digits.0.len()..], &other[digits.1.len()..]);
    }
}

fn until(text: &[u8], end: impl Fn(&u8) -> bool) -> &[u8] {
    let len = text.iter().position(end).unwrap_or(text.len());
    &text[..len]
}

/// Compares digits as numbers of any length.
fn numbers(one: &[u8], other: &[u8]) -> Ordering {
    let plain = |digits: &'_ [u8]| {
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits[zeros..].to_vec()
    };
    let (one, other) = (plain(one), plain(other));
    one.len().cmp(&other.len()).then_with(|| one.cmp(&other))
}

/// apk-package(5), "Package metadata", pkgver: numbers between dots, a letter, suffixes, `-r` and the build.
fn apk(one: &str, other: &str) -> Ordering {
    let parts = |text: &str| {
        let (rest, build) = text.rsplit_once("-r").unwrap_or((text, "0"));
        let (rest, suffixes) = rest.split_once('_').unwrap_or((rest, ""));
        let letter = rest
            .strip_suffix(|last: char| last.is_ascii_lowercase())
            .map_or("", |numbers| &rest[numbers.len()..]);
        let numbers = &rest[..rest.len() - letter.len()];
        let numbers: Vec<String> = numbers.split('.').map(str::to_owned).collect();
        let suffixes = suffixes.split('_').filter(|suffix| !suffix.is_empty());
        let suffixes: Vec<(i32, u64)> = suffixes.map(suffix).collect();
        let build: u64 = build.parse().unwrap_or(0);
        (numbers, letter.to_owned(), suffixes, build)
    };
    let (one, other) = (parts(one), parts(other));
    let between = one.0.iter().zip(&other.0).enumerate();
    let numbers = between
        .map(|(at, (one, other))| {
            // After the first, a number with a leading zero is a fraction.
            if at > 0 && (one.starts_with('0') || other.starts_with('0')) {
                one.cmp(other)
            } else {
                numbers(one.as_bytes(), other.as_bytes())
            }
        })
        .find(|order| order.is_ne())
        .unwrap_or_else(|| one.0.len().cmp(&other.0.len()));
    let longest = one.2.len().max(other.2.len());
    let suffixes = (0..longest).map(|at| {
        let at = |list: &[(i32, u64)]| list.get(at).copied().unwrap_or((0, 0));
        at(&one.2).cmp(&at(&other.2))
    });
    let suffixes = suffixes.fold(Ordering::Equal, Ordering::then);
    numbers
        .then_with(|| one.1.cmp(&other.1))
        .then(suffixes)
        .then_with(|| one.3.cmp(&other.3))
}

/// Returns a suffix's rank, below 0 before the release itself, and its number.
fn suffix(text: &str) -> (i32, u64) {
    let name = text.trim_end_matches(|last: char| last.is_ascii_digit());
    let rank = match name {
        "alpha" => -4,
        "beta" => -3,
        "pre" => -2,
        "rc" => -1,
        "cvs" => 1,
        "svn" => 2,
        "git" => 3,
        "hg" => 4,
        "p" => 5,
        _ => 0,
    };
    (rank, text[name.len()..].parse().unwrap_or(0))
}

/// Words for the release itself or a later one; any other word after the numbers sorts before the release.
const LATER: [&str; 7] = ["final", "ga", "p", "patch", "post", "release", "sp"];

/// Compares numbers as numbers and words as words, part by part. A version that continues with a word is earlier, like a release candidate; one that
/// continues with a number is later. A `+` and the text after it name the build and are ignored.
fn natural(one: &str, other: &str) -> Ordering {
    let parts = |text: &'_ str| {
        let text = text.split('+').next().unwrap_or_default().to_lowercase();
        let text = text.strip_prefix('v').unwrap_or(&text);
        let mut parts: Vec<String> = Vec::new();
        let mut last = None;
        for letter in text.chars() {
            let kind = (letter.is_ascii_digit(), letter.is_alphanumeric());
            if kind.1 {
                match parts.last_mut() {
                    Some(part) if last == Some(kind) => part.push(letter),
                    _ => parts.push(letter.to_string()),
                }
            }
            last = Some(kind);
        }
        parts
    };
    let is_number = |part: &str| part.starts_with(|first: char| first.is_ascii_digit());
    // The order of a longer version: later with a number, mostly earlier with a word.
    let beyond = |part: &str| {
        if is_number(part) || LATER.contains(&part) {
            Ordering::Greater
        } else {
            Ordering::Less
        }
    };
    let (one, other) = (parts(one), parts(other));
    for at in 0..one.len().max(other.len()) {
        let order = match (one.get(at), other.get(at)) {
            (Some(one), Some(other)) => match (is_number(one), is_number(other)) {
                (true, true) => numbers(one.as_bytes(), other.as_bytes()),
                (false, false) => {
                    let later = |part: &String| LATER.contains(&part.as_str());
                    later(one).cmp(&later(other)).then_with(|| one.cmp(other))
                }
                (true, false) => beyond(other).reverse(),
                (false, true) => beyond(one),
            },
            (Some(one), None) => beyond(one),
            (None, Some(other)) => beyond(other).reverse(),
            (None, None) => Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::{PackageKind, compare_versions};

    /// Each list is in order; every version is compared with every other.
    fn assert_in_order(kind: PackageKind, versions: &[&str]) {
        for (at, one) in versions.iter().enumerate() {
            for (other_at, other) in versions.iter().enumerate() {
                let order = compare_versions(kind, one, other);
                assert_eq!(order, at.cmp(&other_at), "{one} and {other}");
            }
        }
    }

    #[test]
    fn dpkgs_versions() {
        let versions = [
            "1.0~beta1~svn1245-1",
            "1.0~beta1-1",
            "1.0-1",
            "1.0-1+deb12u1",
            "1.0-1.1",
            "1.0a-1",
            "1.0+dfsg-1",
            "1.2.3-2",
            "1.2.3-10",
            "1.10-1",
            "2023c-5+deb12u1",
            "1:0.1-1",
        ];
        assert_in_order(PackageKind::Dpkg, &versions);
        let same = compare_versions(PackageKind::Dpkg, "0:1.00-1", "1.0-1");
        assert_eq!(same, Ordering::Equal);
    }

    #[test]
    fn apks_versions() {
        let versions = [
            "1.1.1_alpha2-r0",
            "1.1.1_rc1-r0",
            "1.1.1-r0",
            "1.1.1-r10",
            "1.1.1_git20240101-r0",
            "1.1.1_p1-r0",
            "1.1.1a-r0",
            "1.1.1w-r1",
            "1.1.10-r0",
            "1.36.1-r29",
            "20240226-r0",
        ];
        assert_in_order(PackageKind::Apk, &versions);
    }

    #[test]
    fn rpms_versions() {
        let versions = [
            "1.0~rc1-1",
            "1.0-1",
            "1.0^git1-1",
            "1.0.a-1",
            "1.0.1-1",
            "1.0.1a-1",
            "5.5p1-1",
            "5.5p10-1",
            "10-1",
            "10-1.el9",
            "10-2",
            "1:0.1-1",
        ];
        assert_in_order(PackageKind::Rpm, &versions);
        let compare = |one, other| compare_versions(PackageKind::Rpm, one, other);
        assert!(compare("10.0001-1", "10.1-1").is_eq());
        assert!(compare("10a1-1", "10xyz-1").is_lt());
        assert!(compare("xyz10-1", "10-1").is_lt());
        assert!(compare("1.0_1-1", "1.0.1-1").is_eq());
    }

    #[test]
    fn other_versions() {
        let versions = [
            "0.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.0.post1",
            "1.0.1rc1",
            "1.0.1",
            "1.9.0",
            "v1.10.0",
            "2.0.0+build",
        ];
        assert_in_order(PackageKind::Npm, &versions);
    }
}
