//! The base image that an image's annotations or labels name (OCI image spec, "Pre-Defined Annotation Keys"). Data only: whether an engine has it is
//! found out elsewhere, what follows from it is analysis's to say.

use super::value::Description;

/// The base an image names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedBase {
    /// `org.opencontainers.image.base.name`: `docker.io/library/debian:bookworm`; empty when only the digest is said.
    pub name: String,
    /// `org.opencontainers.image.base.digest`: of the base's manifest; empty when only the name is said.
    pub digest: String,
    /// Its layers.
    pub layers: BaseLayers,
}

/// What is known of a base's layers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BaseLayers {
    /// Nobody was asked: the image came from no engine, or the engine could not say.
    #[default]
    Unasked,
    /// The engine does not have the base.
    Absent,
    /// Their diff_ids, bottom first.
    Known(Vec<String>),
}

const NAME: &str = "org.opencontainers.image.base.name";
const DIGEST: &str = "org.opencontainers.image.base.digest";

impl NamedBase {
    /// Returns the base that an image names, in its annotations before its labels; nothing when in neither.
    #[must_use]
    pub fn of(about: &Description) -> Option<Self> {
        [&about.annotations, &about.config.labels]
            .into_iter()
            .find_map(|pairs| {
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
                    layers: BaseLayers::Unasked,
                })
            })
    }

    /// Returns what an engine may know it by, the surest first.
    #[must_use]
    pub fn references(&self) -> Vec<String> {
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

    /// Returns what it is called.
    #[must_use]
    pub fn called(&self) -> &str {
        if self.name.is_empty() {
            &self.digest
        } else {
            &self.name
        }
    }
}

/// Returns a name without its tag and its digest.
fn repository(name: &str) -> &str {
    let (name, _) = name.split_once('@').unwrap_or((name, ""));
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(annotations: &[(&str, &str)], labels: &[(&str, &str)]) -> Option<NamedBase> {
        let owned = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            pairs
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect()
        };
        let mut about = Description {
            annotations: owned(annotations),
            ..Description::default()
        };
        about.config.labels = owned(labels);
        NamedBase::of(&about)
    }

    #[test]
    fn annotations_go_before_labels_and_nothing_is_nothing() {
        assert_eq!(named(&[("a", "b")], &[]), None);
        assert_eq!(named(&[], &[(NAME, "scratch")]), None);
        let both = named(&[(NAME, "debian:12")], &[(NAME, "alpine:3")]);
        assert_eq!(both.expect("named").name, "debian:12");
        let label = named(&[("a", "b")], &[(DIGEST, "sha256:00")]).expect("named");
        assert_eq!(label.called(), "sha256:00");
        assert_eq!(label.references(), ["sha256:00"]);
    }

    #[test]
    fn the_surest_reference_is_asked_first() {
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
