//! The summary of an image for the explore screen: the analysis and the lists of its tabs, computed once on the loader thread. No cursor, no drawing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use crate::analysis::{Analysis, BaseHint, HiddenKind, Status};
use crate::compare::{Comparison, Side, Sides};
use crate::escape;
use crate::image::{Image, LayerId, NodeId};

/// A line of the Hidden tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HiddenRow {
    /// The path.
    pub node: NodeId,
    /// Unpacked bytes of its hidden versions.
    pub bytes: u64,
    /// The number of hidden versions.
    pub times: u32,
    /// The layer that stores the largest of them.
    pub stored_in: LayerId,
    /// The layer that hides the largest of them.
    pub hidden_by: LayerId,
    /// Why it is hidden.
    pub how: HiddenKind,
}

/// A line of the Config tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigLine {
    /// The label; empty if it is the same as in the line above.
    pub label: &'static str,
    /// The text, escaped.
    pub text: String,
    /// Whether it is less important: a history line without a layer.
    pub(crate) faint: bool,
    /// Whether it is a list item, drawn below its label.
    pub listed: bool,
}

/// A file among the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LargestFile {
    /// The path.
    pub node: NodeId,
    /// The layer that stores it.
    pub layer: LayerId,
    /// Its unpacked bytes.
    pub bytes: u64,
}

/// The summary of an image.
#[derive(Clone, Debug)]
pub struct ExploreSummary {
    /// The analysis.
    pub analysis: Arc<Analysis>,
    /// The lines of the Hidden tab, largest first.
    pub hidden: Vec<HiddenRow>,
    /// The largest visible files, largest first, at most 50.
    pub largest: Vec<LargestFile>,
    /// The lines of the Config tab.
    pub config: Vec<ConfigLine>,
    /// The columns of the widest owner of all records, as `uid:gid`; at least those of the column head.
    pub owner: usize,
}

impl ExploreSummary {
    /// Computes the summary. Linear in the image, except for the sorts.
    #[must_use]
    pub fn of(image: &Image, hint: &BaseHint) -> Self {
        Self::with(image, Arc::new(Analysis::of(image, hint)))
    }

    /// Computes the summary of an image whose analysis is known.
    #[must_use]
    pub fn with(image: &Image, analysis: Arc<Analysis>) -> Self {
        Self {
            hidden: hidden_rows(&analysis),
            largest: largest_files(image),
            config: config_lines(image),
            owner: owner_columns(image),
            analysis,
        }
    }
}

/// Returns the summaries of two images, with the analyses of their comparison.
#[must_use]
pub fn of_pair(images: &Sides<Arc<Image>>, comparison: &Comparison) -> Sides<Arc<ExploreSummary>> {
    let summary = |side| {
        let analysis = Arc::clone(comparison.analyses.get(side));
        Arc::new(ExploreSummary::with(images.get(side), analysis))
    };
    Sides::new(summary(Side::Before), summary(Side::After))
}

/// The most files that are listed as the largest.
pub(crate) const MOST_LARGEST: usize = 50;

/// Returns the largest visible files. One pass over the paths, with a heap of [`MOST_LARGEST`].
fn largest_files(image: &Image) -> Vec<LargestFile> {
    let mut heap = BinaryHeap::with_capacity(MOST_LARGEST + 1);
    for node in image.tree.ids() {
        let shown = image.visible(node);
        let Some(shown) = shown.filter(|shown| shown.bytes > 0) else {
            continue;
        };
        heap.push(Reverse((shown.bytes, Reverse((node, shown.layer)))));
        if heap.len() > MOST_LARGEST {
            heap.pop();
        }
    }
    let sorted = heap.into_sorted_vec().into_iter();
    sorted
        .map(|Reverse((bytes, Reverse((node, layer))))| LargestFile { node, layer, bytes })
        .collect()
}

fn owner_columns(image: &Image) -> usize {
    let digits = |id: u32| id.checked_ilog10().map_or(1, |more| more as usize + 1);
    let owners = image.entries().iter();
    let widest = owners.map(|entry| digits(entry.uid) + 1 + digits(entry.gid));
    widest.max().unwrap_or(0).max("Owner".len())
}

fn hidden_rows(analysis: &Analysis) -> Vec<HiddenRow> {
    let mut rows: BTreeMap<NodeId, HiddenRow> = BTreeMap::new();
    // Largest first, so the first one of a path is its largest.
    for hidden in &analysis.hidden.entries {
        let row = rows.entry(hidden.node).or_insert(HiddenRow {
            node: hidden.node,
            bytes: 0,
            times: 0,
            stored_in: hidden.stored_in,
            hidden_by: hidden.hidden_by,
            how: hidden.how,
        });
        row.bytes = row.bytes.saturating_add(hidden.bytes);
        row.times += 1;
    }
    let mut rows: Vec<HiddenRow> = rows.into_values().collect();
    rows.sort_by_key(|row| Reverse(row.bytes));
    rows
}

fn config_lines(image: &Image) -> Vec<ConfigLine> {
    let config = &image.about.config;
    let mut lines = ConfigLines(Vec::new());
    lines.one("entrypoint", &words(&config.entrypoint));
    lines.one("cmd", &words(&config.cmd));
    lines.one("user", &config.user);
    lines.one("workdir", &config.working_dir);
    lines.many("env", &config.env);
    lines.many("ports", &config.ports);
    lines.many("volumes", &config.volumes);
    let labels = config
        .labels
        .iter()
        .map(|(key, value)| format!("{key}={value}"));
    lines.many("labels", &labels.collect::<Vec<_>>());
    lines.one(
        "stop signal",
        config.stop_signal.as_deref().unwrap_or_default(),
    );
    lines.one("shell", &words(&config.shell));
    let health = config.health.as_ref().map(|health| words(&health.test));
    lines.one("health", health.as_deref().unwrap_or_default());
    lines.one("author", config.author.as_deref().unwrap_or_default());
    let history = image.about.history.iter().map(|line| {
        let place = match line.layer {
            Some(layer) => format!("{:>3}", layer.0 + 1),
            None => "  ·".to_owned(),
        };
        (
            format!("{place}  {}", image.history_text(line)),
            line.layer.is_none(),
        )
    });
    let listed = |(text, faint): (String, bool)| ConfigLine {
        label: "",
        text: escape::text(&text).into_owned(),
        faint,
        listed: true,
    };
    let history: Vec<ConfigLine> = history.map(listed).collect();
    if !history.is_empty() {
        lines.push("history", "of the build, oldest first");
        lines.0.extend(history);
    }
    lines.0
}

fn words(words: &[String]) -> String {
    let quoted = |word: &String| {
        if word.is_empty() || word.contains(' ') {
            format!("{word:?}")
        } else {
            word.clone()
        }
    };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

struct ConfigLines(Vec<ConfigLine>);

impl ConfigLines {
    fn push(&mut self, label: &'static str, text: &str) {
        self.0.push(ConfigLine {
            label,
            text: escape::text(text).into_owned(),
            faint: false,
            listed: false,
        });
    }

    fn one(&mut self, label: &'static str, text: &str) {
        if !text.is_empty() {
            self.push(label, text);
        }
    }

    fn many(&mut self, label: &'static str, texts: &[String]) {
        for (place, text) in texts.iter().enumerate() {
            self.push(if place == 0 { label } else { "" }, text);
        }
    }
}

/// Returns the word for a status.
#[must_use]
pub(crate) const fn status_word(status: Status) -> &'static str {
    match status {
        Status::Absent => "absent",
        Status::Unmodified => "unchanged",
        Status::Added => "added",
        Status::Removed => "removed",
        Status::Modified(_) => "modified",
    }
}
