//! The base image in an image's annotations or labels (OCI image spec, "Pre-Defined Annotation Keys"). Data only: `load` looks it up in an
//! engine, and `analysis` decides which layers are base layers.

/// The base image that an image names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedBase {
    /// `org.opencontainers.image.base.name`: `docker.io/library/debian:bookworm`; empty if there is only the digest.
    pub name: String,
    /// `org.opencontainers.image.base.digest`: of the base's manifest; empty if there is only the name.
    pub digest: String,
    /// Its layers.
    pub layers: BaseLayers,
}

/// The layers of a base image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BaseLayers {
    /// They are unknown: the image came from no engine, or the query failed.
    #[default]
    Unknown,
    /// The engine does not have the base.
    Absent,
    /// Their diff_ids, bottom first.
    Known(Vec<String>),
}

const NAME: &str = "org.opencontainers.image.base.name";
const DIGEST: &str = "org.opencontainers.image.base.digest";

impl NamedBase {
    /// Returns the base in an image's annotations, else in its labels; `None` if neither has one.
    #[must_use]
    pub fn of(annotations: &[(String, String)], labels: &[(String, String)]) -> Option<Self> {
        [annotations, labels].into_iter().find_map(|pairs| {
            let value = |key: &str| {
                let pair = pairs.iter().find(|(known, _)| known == key);
                pair.map(|(_, value)| value.trim().to_owned())
                    .unwrap_or_default()
            };
            let (name, digest) = (value(NAME), value(DIGEST));
            // An image from scratch names no image.
            let names = !matches!(name.as_str(), "" | "scratch") || !digest.is_empty();
            names.then_some(Self {
                name,
                digest,
                layers: BaseLayers::Unknown,
            })
        })
    }

    /// Returns the names by which an engine may have it, the most precise first.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn references(&self) -> Vec<String> {
        let mut references = Vec::new();
        if !self.digest.is_empty() {
            if !self.name.is_empty() {
                references.push(format!("{}@{}", repository(&self.name), self.digest));
            }
            references.push(self.digest.clone());
        }
        if !self.name.is_empty() {
            references.push(self.name.clone());
        }
        references
    }

    /// Returns its name for display: the digest if it has no name.
    #[must_use]
    pub(crate) fn display_name(&self) -> &str {
        if self.name.is_empty() {
            &self.digest
        } else {
            &self.name
        }
    }
}

/// Returns a name without its tag and its digest.
#[cfg(feature = "cli")]
fn repository(name: &str) -> &str {
    let (name, _) = name.split_once('@').unwrap_or((name, ""));
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    fn named(annotations: &[(&str, &str)], labels: &[(&str, &str)]) -> Option<NamedBase> {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect()
        };
        NamedBase::of(&owned(annotations), &owned(labels))
    }

    #[test]
    fn annotations_have_precedence_over_labels() {
        assert_eq!(named(&[("a", "b")], &[]), None);
        assert_eq!(named(&[], &[(NAME, "scratch")]), None);
        let both = named(&[(NAME, "debian:12")], &[(NAME, "alpine:3")]);
        assert_eq!(both.expect("named").name, "debian:12");
        let label = named(&[("a", "b")], &[(DIGEST, "sha256:00")]).expect("named");
        assert_eq!(label.display_name(), "sha256:00");
        assert_eq!(label.references(), ["sha256:00"]);
    }

    #[test]
    fn the_most_precise_reference_comes_first() {
        let base = named(&[(NAME, "reg:5000/debian:12"), (DIGEST, "sha256:00")], &[]);
        assert_eq!(
            base.expect("named").references(),
            [
                "reg:5000/debian@sha256:00",
                "sha256:00",
                "reg:5000/debian:12"
            ]
        );
    }
}
