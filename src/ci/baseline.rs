//! The baseline of an image: numbers and paths of an earlier image, taken from the image itself or read from a file that an earlier run wrote. The limits on
//! growth are in `configured_rules`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::configured_rules::{Limit, Rules};
use super::rule_table::RuleId;
use crate::analysis::Analysis;
use crate::escape;
use crate::failure::Failure;
use crate::image::Image;
use crate::small_file;

/// Incremented when a key changes its meaning or is removed.
const VERSION: u32 = 1;
/// The largest baseline file, in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// Numbers and paths of an earlier image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Baseline {
    schema_version: u32,
    kind: Kind,
    /// The image as named on the command line.
    pub reference: String,
    /// Unpacked bytes over all layers.
    pub size_bytes: u64,
    /// Whether layers were not in the archive, so that sizes are lower bounds and growth over them cannot be measured.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    at_least: bool,
    /// Number of layers.
    pub layers: u64,
    /// Hidden bytes.
    pub hidden_bytes: u64,
    /// The globs of `denyNew`, and the files that matched them.
    globs: Vec<String>,
    paths: BTreeSet<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Baseline,
}

impl Baseline {
    /// Takes the baseline of an image.
    #[must_use]
    pub(crate) fn of(image: &Image, analysis: &Analysis, rules: Option<&Rules>) -> Self {
        let mut paths = BTreeSet::new();
        let mut globs = Vec::new();
        let rule = rules.and_then(|rules| rules.get(RuleId::DenyNew));
        if let Some(Limit::Globs(set)) = rule.map(|rule| &rule.limit) {
            globs = set.written().to_vec();
            set.each(image, |node, _| {
                let visible = image.visible_entry(node);
                if visible.is_some_and(|(_, entry)| !image.entry(entry).is_dir()) {
                    paths.insert(key(&image.tree.path(node)));
                }
            });
        }
        Self {
            schema_version: VERSION,
            kind: Kind::Baseline,
            reference: image.about.reference.clone(),
            size_bytes: analysis.size,
            at_least: !analysis.missing.is_empty(),
            layers: image.layers.len() as u64,
            hidden_bytes: analysis.hidden.bytes(),
            globs,
            paths,
        }
    }

    /// Returns whether a file is a baseline rather than an image: it starts as JSON, which no archive does.
    #[must_use]
    pub(crate) fn is_file(path: &Path) -> bool {
        use std::io::Read as _;
        if !path.is_file() {
            // A pipe can be read only once.
            return false;
        }
        let mut first = [0; 1];
        let read = fs::File::open(path).and_then(|mut file| file.read(&mut first));
        read.is_ok_and(|read| read == 1) && first[0] == b'{'
    }

    /// Reads a baseline file for these rules.
    ///
    /// # Errors
    /// [`Failure`] when the file is not a baseline, or was written for other globs of `denyNew`.
    pub fn read(path: &Path, rules: &Rules) -> Result<Self, Failure> {
        const AGAIN: &str = "write a new one: dive-rs --ci --report baseline=FILE IMAGE";
        let shown = escape::text(&path.to_string_lossy()).into_owned();
        let text = small_file::text(
            path,
            MOST_BYTES,
            "larger than 64 MiB, the limit of a baseline",
        );
        let text = text.map_err(|error| {
            Failure::new(format!("cannot read the baseline {shown}")).because(error)
        })?;
        let baseline: Self = serde_json::from_str(&text).map_err(|error| {
            Failure::new(format!("{shown} is not a baseline"))
                .because(error)
                .hint(AGAIN)
        })?;
        if baseline.schema_version != VERSION {
            let version = baseline.schema_version;
            return Err(Failure::new(format!(
                "{shown}: a baseline of version {version}, not {VERSION}"
            ))
            .hint(AGAIN));
        }
        if let Some(Limit::Globs(set)) = rules.get(RuleId::DenyNew).map(|rule| &rule.limit)
            && set.written() != baseline.globs
        {
            return Err(Failure::new(format!(
                "{shown}: written for other denyNew globs than those of the rules"
            ))
            .hint(AGAIN));
        }
        Ok(baseline)
    }

    /// Returns whether layers of the baseline image were missing.
    pub(super) const fn is_at_least(&self) -> bool {
        self.at_least
    }

    /// Returns whether the baseline image had a file at this path.
    pub(super) fn has(&self, path: &[u8]) -> bool {
        self.paths.contains(&key(path))
    }
}

/// Returns a path as JSON text; one that is not UTF-8 in base64, behind a prefix that no path starts with.
fn key(path: &[u8]) -> String {
    match std::str::from_utf8(path) {
        Ok(text) => text.to_owned(),
        Err(_) => format!("base64:{}", STANDARD.encode(path)),
    }
}
