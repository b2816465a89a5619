//! Describes what created a layer whose instruction is missing or too general, from the comment of the build history. Builders without a Dockerfile write it: Nix
//! names store paths, `docker import` its source, jib and ko name the layer's contents. For display only.

use super::config::HistoryEntry;
use super::container_image::Image;
#[cfg(feature = "cli")]
use super::instruction::without_copied_digest;
use super::instruction::{is_dockerfile_line, plain_instruction};
use super::layer::LayerHeading;

/// The text for a layer without any description.
pub(crate) const NO_INSTRUCTION: &str = "(no instruction known)";

impl LayerHeading {
    /// Returns what made the layer on one line, not escaped; empty where nothing is known.
    #[must_use]
    pub fn description(&self) -> String {
        plain_instruction(self.described.as_deref().unwrap_or(&self.instruction))
    }
}

impl HistoryEntry {
    /// Returns the instruction or what stands for it on one line, not escaped; empty where nothing is known.
    fn description(&self) -> String {
        let described = described(&self.created_by, &self.comment);
        plain_instruction(described.as_deref().unwrap_or(&self.created_by))
    }
}

impl Image {
    /// Returns what a line of the build history did, in the words of the layer that it made, not escaped; empty where nothing is known.
    #[must_use]
    pub(crate) fn history_description(&self, line: &HistoryEntry) -> String {
        let layer = line.layer.and_then(|layer| self.layers.get(layer.index()));
        layer.map_or_else(|| line.description(), |layer| layer.heading.description())
    }

    /// Returns what a line of the build history did for people, without digests of copied files, or that no instruction is known.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn history_text(&self, line: &HistoryEntry) -> String {
        Some(without_copied_digest(&self.history_description(line)))
            .filter(|words| !words.is_empty())
            .unwrap_or_else(|| NO_INSTRUCTION.to_owned())
    }
}

/// Returns the description of a layer whose instruction is missing or too general.
pub(crate) fn described(created_by: &str, comment: &str) -> Option<String> {
    let (created_by, comment) = (created_by.trim(), comment.trim());
    // BuildKit's version and buildah's base are in every comment of theirs.
    if comment.is_empty() || comment.starts_with("buildkit.") || comment.starts_with("FROM ") {
        return None;
    }
    if created_by.is_empty() {
        let described = store_names(comment).or_else(|| import(comment));
        return Some(described.unwrap_or_else(|| comment.to_owned()));
    }
    // A line that starts with `#` is itself a comment, of a base image's script.
    let says_enough = is_dockerfile_line(created_by) || created_by.starts_with('#');
    (!says_enough).then(|| format!("{created_by}: {comment}"))
}

/// Returns what `docker import` or `podman import` read: an archive from standard input, or from where its comment says.
fn import(comment: &str) -> Option<String> {
    Some(match comment.strip_prefix("Imported from ")? {
        "-" => "imported from a tar archive".to_owned(),
        source => format!("imported from {source}"),
    })
}

/// Returns the names and versions of the store paths in a comment of Nix: `store paths: ['/nix/store/HASH-NAME-VERSION', …]`.
fn store_names(comment: &str) -> Option<String> {
    let paths = comment.strip_prefix("store paths:")?;
    let paths = paths.split(['\'', '"', ',', ' ', '[', ']']);
    let names: Vec<String> = paths.filter_map(store_name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Returns the name and the version of a store path, the version after a blank (Nix manual, "parseDrvName").
fn store_name(path: &str) -> Option<String> {
    let below = ["/nix/store/", "/gnu/store/"]
        .iter()
        .find_map(|store| path.strip_prefix(store))?;
    let item = below.split('/').next()?;
    let (hash, name) = item.split_once('-')?;
    if hash.len() != 32 || name.is_empty() {
        return None;
    }
    let is_version = |&(at, _): &(usize, &str)| {
        let next = name[at + 1..].chars().next();
        next.is_some_and(|next| !next.is_alphabetic())
    };
    let version = name.match_indices('-').find(is_version);
    Some(version.map_or_else(
        || name.to_owned(),
        |(at, _)| format!("{} {}", &name[..at], &name[at + 1..]),
    ))
}

#[cfg(test)]
mod tests {
    use super::described;

    #[test]
    fn comments_describe_layers_without_an_instruction() {
        let hash = "0c1wa5n4cbkq4kfxcsvh8iph2y8lvczs";
        let one = format!("store paths: ['/nix/store/{hash}-bash-interactive-5.2-p15']");
        let two = format!(
            "store paths: ['/nix/store/{hash}-glibc-2.37-8', '/nix/store/{hash}-app-customisation-layer']"
        );
        for (created_by, comment, expected) in [
            ("", one.as_str(), Some("bash-interactive 5.2-p15")),
            (
                "",
                two.as_str(),
                Some("glibc 2.37-8, app-customisation-layer"),
            ),
            ("", "store paths: None", Some("store paths: None")),
            (" ", "Imported from -", Some("imported from a tar archive")),
            (
                "",
                "Imported from http://example.com/a.tar",
                Some("imported from http://example.com/a.tar"),
            ),
            ("bash", "with curl", Some("bash: with curl")),
            (
                "jib-maven-plugin:3.4.0",
                "classes",
                Some("jib-maven-plugin:3.4.0: classes"),
            ),
            (
                "ko build ko://example.com/app",
                "go build output, at /ko-app/app",
                Some("ko build ko://example.com/app: go build output, at /ko-app/app"),
            ),
            ("bazel build ...", "", None),
            ("", "buildkit.dockerfile.v0", None),
            ("", "FROM docker.io/library/alpine:3", None),
            ("", "", None),
            ("RUN make # buildkit", "buildkit.dockerfile.v0", None),
            ("/bin/sh -c make", "a message", None),
            ("/bin/sh -c #(nop) COPY dir:01 in / ", "a message", None),
            ("# debian.sh --arch amd64", "debuerreotype 0.15", None),
        ] {
            assert_eq!(
                described(created_by, comment).as_deref(),
                expected,
                "{created_by} {comment}"
            );
        }
    }
}
