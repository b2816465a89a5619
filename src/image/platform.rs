//! The platform of an image: how it is written, and which platforms serve a request for one, as in containerd's package `platforms`; no architecture serves
//! another one. Pure.

/// The platform of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    /// `linux`, `windows`, …; empty if unknown.
    pub os: String,
    /// `amd64`, `arm64`, …; empty if unknown.
    pub architecture: String,
    /// `v7`, `v8`, …; mostly empty.
    pub variant: String,
    /// The version of the system, as Windows images have it: `10.0.20348.2322`; mostly empty.
    pub os_version: String,
}

impl Platform {
    /// Parses `os[(version)]/arch[/variant]`, as it is displayed, or `os/arch[/variant]:version`. Other usual names of architectures are replaced.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (text, at_end) = text
            .split_once(':')
            .map_or((text, None), |(text, version)| (text, Some(version)));
        let (os, rest) = text.split_once('/')?;
        let (os, in_parentheses) = match os.split_once('(') {
            Some((os, version)) => (os, Some(version.strip_suffix(')')?)),
            None => (os, None),
        };
        let (architecture, variant) = match rest.split_once('/') {
            Some((architecture, variant)) => (architecture, Some(variant)),
            None => (rest, None),
        };
        let os_version = match (in_parentheses, at_end) {
            (Some(_), Some(_)) => return None,
            (version, None) | (None, version) => version,
        };
        let is_empty = |part: Option<&str>| part.is_some_and(str::is_empty);
        let is_invalid = os.is_empty()
            || architecture.is_empty()
            || is_empty(variant)
            || is_empty(os_version)
            || variant.is_some_and(|variant| variant.contains('/'));
        let owned = |part: Option<&str>| part.unwrap_or_default().to_owned();
        let written = || Self {
            os: os.to_owned(),
            architecture: architecture.to_owned(),
            variant: owned(variant),
            os_version: owned(os_version),
        };
        (!is_invalid).then(|| written().with_usual_names())
    }

    /// Returns the same platform with the names that registries use: `amd64` for `x86_64`, `arm/v7` for `armhf`, `v8` for `8`.
    fn with_usual_names(mut self) -> Self {
        self.os.make_ascii_lowercase();
        if self.os == "macos" {
            "darwin".clone_into(&mut self.os);
        }
        self.architecture.make_ascii_lowercase();
        self.variant.make_ascii_lowercase();
        let (architecture, variant) = match self.architecture.as_str() {
            "x86_64" | "x86-64" => ("amd64", None),
            "i386" => ("386", None),
            "aarch64" => ("arm64", None),
            "armhf" => ("arm", Some("v7")),
            "armel" => ("arm", Some("v6")),
            _ => ("", None),
        };
        if !architecture.is_empty() {
            architecture.clone_into(&mut self.architecture);
        }
        if let Some(variant) = variant {
            variant.clone_into(&mut self.variant);
        } else if self
            .variant
            .starts_with(|first: char| first.is_ascii_digit())
        {
            self.variant.insert(0, 'v');
        }
        self
    }

    /// Returns how well it serves a request, 0 the best; `None` if not at all. Empty parts of the request match anything. A variant is served by itself, then
    /// by the earlier ones, the latest first; a request without one is served by the usual variant first, and by any other last.
    #[must_use]
    pub(crate) fn rank(&self, requested: &Self) -> Option<usize> {
        let (own, wanted) = (
            self.clone().with_usual_names(),
            requested.clone().with_usual_names(),
        );
        let same = |wanted: &str, own: &str| wanted.is_empty() || wanted == own;
        // `10.0.20348` is every `10.0.20348.N`, as in engines.
        let version = own.os_version.strip_prefix(&wanted.os_version);
        let is_version = wanted.os_version.is_empty()
            || version.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        if !same(&wanted.os, &own.os)
            || !same(&wanted.architecture, &own.architecture)
            || !is_version
        {
            return None;
        }
        let variant = own.usual_variant();
        let serving = wanted.serving_variants();
        let rank = serving.iter().position(|serving| *serving == variant);
        rank.or_else(|| wanted.variant.is_empty().then_some(serving.len()))
    }

    /// Returns the variant, where it is empty that of its architecture.
    fn usual_variant(&self) -> String {
        let usual = match self.architecture.as_str() {
            "arm" => "v7",
            "arm64" => "v8",
            "amd64" => "v1",
            _ => "",
        };
        match self.variant.as_str() {
            "" => usual.to_owned(),
            // `v8.0` is `v8`.
            variant => variant.strip_suffix(".0").unwrap_or(variant).to_owned(),
        }
    }

    /// Returns the variants that serve one, the best first.
    fn serving_variants(&self) -> Vec<String> {
        let variant = self.usual_variant();
        let number = variant.strip_prefix('v').unwrap_or_default();
        let (major, minor) = number.split_once('.').unwrap_or((number, "0"));
        let (Ok(major), Ok(minor)) = (major.parse::<u8>(), minor.parse::<u8>()) else {
            return vec![variant];
        };
        let earlier = |first: u8| (first..=major).rev().map(|major| format!("v{major}"));
        match self.architecture.as_str() {
            "arm" => earlier(5).collect(),
            "amd64" => earlier(1).collect(),
            "arm64" => {
                let of = |major: u8, minor: u8| {
                    (0..=minor).rev().map(move |minor| match minor {
                        0 => format!("v{major}"),
                        minor => format!("v{major}.{minor}"),
                    })
                };
                // Armv9.N has all that Armv8.(N + 5) has.
                let eighth = (major == 9).then(|| of(8, minor.saturating_add(5)));
                of(major, minor)
                    .chain(eighth.into_iter().flatten())
                    .collect()
            }
            _ => vec![variant],
        }
    }
}

impl std::fmt::Display for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = |part: &'_ str| {
            if part.is_empty() {
                "unknown".to_owned()
            } else {
                part.to_owned()
            }
        };
        f.write_str(&known(&self.os))?;
        if !self.os_version.is_empty() {
            write!(f, "({})", self.os_version)?;
        }
        write!(f, "/{}", known(&self.architecture))?;
        if self.variant.is_empty() {
            Ok(())
        } else {
            write!(f, "/{}", self.variant)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Platform;

    fn parsed(text: &str) -> Platform {
        Platform::parse(text).unwrap()
    }

    #[test]
    fn other_names_are_replaced() {
        for (text, expected) in [
            ("linux/x86_64", "linux/amd64"),
            ("Linux/X86-64/v3", "linux/amd64/v3"),
            ("linux/aarch64", "linux/arm64"),
            ("linux/arm64/8", "linux/arm64/v8"),
            ("linux/armhf", "linux/arm/v7"),
            ("linux/armel", "linux/arm/v6"),
            ("linux/i386", "linux/386"),
            ("macos/arm64", "darwin/arm64"),
            ("linux/arm", "linux/arm"),
            ("windows/amd64:10.0.1", "windows(10.0.1)/amd64"),
        ] {
            assert_eq!(parsed(text).to_string(), expected, "{text}");
        }
    }

    #[test]
    fn a_variant_is_served_by_earlier_ones() {
        for (requested, serving) in [
            (
                "linux/arm",
                &[
                    "linux/arm/v7",
                    "linux/arm/v6",
                    "linux/arm/v5",
                    "linux/arm/v8",
                ][..],
            ),
            ("linux/arm/v6", &["linux/arm/v6", "linux/arm/v5"]),
            ("linux/arm64", &["linux/arm64/v8", "linux/arm64/v9"]),
            (
                "linux/arm64/v9",
                &["linux/arm64/v9", "linux/arm64/v8.5", "linux/arm64"],
            ),
            (
                "linux/arm64/v8.2",
                &["linux/arm64/v8.2", "linux/arm64/v8.1", "linux/arm64"],
            ),
            (
                "linux/amd64/v3",
                &["linux/amd64/v3", "linux/amd64/v2", "linux/amd64"],
            ),
            ("linux/amd64", &["linux/amd64/v1", "linux/amd64/v3"]),
            ("linux/mips64le/x", &["linux/mips64le/x"]),
        ] {
            let rank = |own: &&str| parsed(own).rank(&parsed(requested));
            let ranks: Vec<_> = serving.iter().map(rank).collect();
            assert!(
                ranks.is_sorted() && ranks[0] == Some(0),
                "{requested}: {ranks:?}"
            );
        }
        for (requested, other) in [
            ("linux/arm/v6", "linux/arm"),
            ("linux/arm/v6", "linux/arm/v7"),
            ("linux/amd64/v2", "linux/amd64/v3"),
            ("linux/amd64", "linux/386"),
            ("linux/arm64", "linux/arm/v7"),
            ("linux/arm64/v8", "linux/arm64/v9"),
            ("windows/amd64:10.0.2", "windows/amd64:10.0.20348"),
        ] {
            let rank = parsed(other).rank(&parsed(requested));
            assert_eq!(rank, None, "{requested}: {other}");
        }
        assert!(parsed("linux/arm64").rank(&Platform::default()).is_some());
    }
}
