//! The lines of the image tab and of the layer details. No colours, no widths, no cursor.

use crate::analysis::{Analysis, HiddenKind, seconds, table_layers_text};
use crate::bytes::{Units, count, human, part_percent, thousands};
use crate::escape;
use crate::image::{CompressedAs, Compression, Description, Image, LayerId, Warning};

use crate::query::{Condition, PathContent};
use crate::report::method;
use crate::scan::Severity;
use crate::ui::loaded::extras::{MOST_VULNERABILITIES, vulnerability_line};
use crate::ui::loaded::summary::ExploreSummary;
use crate::ui::model::explore::Explore;
use crate::ui::wording::categories;
use crate::ui::wording::savings;

pub(crate) use crate::ui::pane::FactRow;
pub(crate) use crate::ui::pane::{Fact, LABEL, LISTED};

/// Returns the glyph and the word for why bytes are hidden.
#[must_use]
pub(in crate::ui) const fn hidden_kind(kind: HiddenKind) -> (&'static str, &'static str) {
    match kind {
        HiddenKind::Overwritten => ("~", "overwritten"),
        HiddenKind::ReStored => ("↻", "re-stored"),
        HiddenKind::Deleted => ("−", "deleted"),
    }
}

/// Returns how a content was hidden, and by which layer, as `layer` words it: `deleted in layer 3`. `None` for a visible content.
#[must_use]
pub(in crate::ui) fn hidden_by(
    image: &Image,
    content: PathContent,
    layer: impl FnOnce(LayerId) -> String,
) -> Option<String> {
    let (_, word) = hidden_kind(content.hidden?);
    let by = content.hidden_by(image).map(layer);
    Some(by.map_or_else(|| word.to_owned(), |layer| format!("{word} in {layer}")))
}

/// Returns a line of details: a label and its text.
#[must_use]
pub(in crate::ui) fn labelled(label: &str, text: &str) -> String {
    format!("{label:<LABEL$}{text}")
}

/// Returns what a number of the image tab counts, where its label does not say it.
#[must_use]
pub(in crate::ui) fn explanation(label: &str) -> Option<&'static str> {
    Some(match label {
        "hidden" => {
            "Bytes that layers store and no container sees: later layers delete them or store the path again."
        }
        "efficiency" => {
            "dive's number: for each path the bytes of its smallest copy, divided by the bytes of all its copies."
        }
        "wasted" => {
            "dive's number: the bytes of every copy of a path that several layers store, the visible copy included. Hidden bytes do not count the visible copy."
        }
        _ => return None,
    })
}

/// Returns the lines of the image tab.
#[must_use]
pub(crate) fn image_lines(explore: &Explore, units: Units) -> Vec<Fact> {
    let mut lines = FactLines::default();
    lines.sizes(explore, units);
    lines.hidden(&explore.summary.analysis, units);
    lines.savings(explore, units);
    lines.base(explore);
    lines.0.extend(categories::categories(explore, units));
    extras(explore, units, &mut lines);
    lines.identity(&explore.image.about);
    lines.warnings(&explore.image.warnings);
    lines.0
}

#[derive(Default)]
struct FactLines(Vec<Fact>);

impl FactLines {
    /// Adds the sizes and the build time.
    fn sizes(&mut self, explore: &Explore, units: Units) {
        let (image, analysis) = (&explore.image, &explore.summary.analysis);
        let sum = |bytes| analysis.sum(bytes, units);
        let top = image.top().unwrap_or(LayerId(0));
        self.opening(
            "size",
            format!("{}, {}", sum(analysis.size), layers(explore)),
            Condition::Layers(LayerId(0), top),
        );
        if let Some(bytes) = image.compressed_size() {
            let text = match image.compressed_as() {
                CompressedAs::Stored | CompressedAs::Listed => human(bytes, units),
                CompressedAs::Tars => "no".to_owned(),
            };
            self.fact("compressed", text, false);
        }
        if let Some(layers) = table_layers_text(image) {
            let text = format!("table of contents ({layers})");
            self.fact("listed from", text, false);
        }
        self.opening("visible", sum(analysis.visible), Condition::Visible);
        let hidden = sum(analysis.hidden.bytes());
        self.opening("hidden", hidden, Condition::Hidden(None));
        if let Some(time) = image.about.build_times.total {
            self.fact("build time", seconds(time.as_secs_f64()), false);
        }
    }

    /// Adds the hidden bytes by reason.
    fn hidden(&mut self, analysis: &Analysis, units: Units) {
        let hidden = &analysis.hidden;
        for (bytes, kind) in [
            (hidden.deleted, HiddenKind::Deleted),
            (hidden.overwritten, HiddenKind::Overwritten),
            (hidden.re_stored, HiddenKind::ReStored),
        ] {
            if bytes > 0 {
                let (glyph, word) = hidden_kind(kind);
                let what = format!("{glyph} {word}");
                let fact = Fact::listed(analysis.amount(bytes), &what, units, None);
                self.0.push(fact.opening(Condition::Hidden(Some(kind))));
            }
        }
        if hidden.unreachable > 0 {
            // Their paths are not in the tree, so it opens nothing.
            let fact = Fact::listed(
                analysis.amount(hidden.unreachable),
                "! unreachable",
                units,
                None,
            );
            self.0.push(fact);
        }
    }

    /// Adds what can go, and dive's numbers once all layers are loaded.
    fn savings(&mut self, explore: &Explore, units: Units) {
        let mut plain = |label, text: String| self.fact(label, text, false);
        if let Some(after) = savings::after_fixes(explore, units) {
            plain("savings", format!("after all fixes {after}"));
        }
        if explore.loading.is_some() {
            return;
        }
        if let Some(why) = explore
            .summary
            .analysis
            .incomplete()
            .filter(|_| explore.image.about.shallow)
        {
            plain("efficiency", format!("unknown: {why}"));
            return;
        }
        let score = &explore.summary.analysis.efficiency;
        let extent = explore.summary.analysis.scope();
        let efficiency = part_percent(score.score);
        plain("efficiency", format!("{efficiency} (dive's{extent})"));
        plain(
            "wasted",
            format!(
                "{} in {} (dive's{extent})",
                human(score.wasted_bytes, units),
                count(score.inefficient.len() as u64, "path", "paths")
            ),
        );
        plain(
            "",
            format!(
                "{} of user bytes (dive's{extent})",
                part_percent(score.user_wasted_ratio)
            ),
        );
    }

    /// Adds the base, once all layers are loaded.
    fn base(&mut self, explore: &Explore) {
        if explore.loading.is_none() {
            let base = &explore.summary.analysis.base;
            let all = count(explore.image.layers.len() as u64, "layer", "layers");
            let why = base.why();
            let text = format!("{} of {all} ({})", base.layers, escape::text(&why));
            self.fact("base", text, false);
        }
    }

    /// Adds tags, platform, date and digests.
    fn identity(&mut self, about: &Description) {
        let platform = Some(&about.platform).filter(|platform| !platform.os.is_empty());
        let platform = platform.map(ToString::to_string).unwrap_or_default();
        for (label, text) in [
            ("tags", &*about.tags.join(", ")),
            ("platform", &platform),
            (
                "created",
                about.config.created.as_deref().unwrap_or_default(),
            ),
            ("id", about.id.as_deref().unwrap_or_default()),
            ("digest", about.digest.as_deref().unwrap_or_default()),
        ] {
            self.fact(label, escape::text(text).into_owned(), false);
        }
    }

    /// Adds a line for each warning.
    fn warnings(&mut self, warnings: &[Warning]) {
        for (place, warning) in warnings.iter().enumerate() {
            let label = if place == 0 { "warnings" } else { "" };
            self.fact(label, escape::text(&warning.sentence()).into_owned(), true);
        }
    }

    /// Adds a line, unless its text is empty.
    fn fact(&mut self, label: &'static str, text: String, warning: bool) {
        if !text.is_empty() {
            self.0.push(Fact {
                label,
                text,
                warning,
                bar: None,
                listed: false,
                opens: None,
            });
        }
    }

    /// Adds a line that opens the files of a condition.
    fn opening(&mut self, label: &'static str, text: String, condition: Condition) {
        self.0.push(Fact {
            label,
            text,
            warning: false,
            bar: None,
            listed: false,
            opens: Some(condition),
        });
    }
}

/// Adds the extras: the time to transfer the image with the method of the estimate, and the vulnerabilities a scanner reported.
fn extras(explore: &Explore, units: Units, lines: &mut FactLines) {
    let Some(extras) = &explore.extras else {
        return;
    };
    let transfer = &extras.transfer;
    let bytes = transfer.compressed_text(units);
    let moved = count(transfer.layers.len() as u64, "layer", "layers");
    lines.fact("transfer", format!("{bytes} in {moved}"), false);
    if !extras.have.is_empty() {
        let present_layers = count(transfer.present as u64, "layer", "layers");
        let have = extras.have.join(", ");
        let left_out = format!(
            "{present_layers} not transferred: nodes have {}",
            escape::text(&have)
        );
        lines.fact("", left_out, false);
    }
    for &link in &extras.links {
        let (pull, push) = (seconds(transfer.pull(link)), seconds(transfer.push(link)));
        let all = match extras.nodes {
            1 => String::new(),
            nodes => {
                let shared = seconds(transfer.pull_shared(link, nodes));
                format!(", {nodes} nodes at once {shared}")
            }
        };
        // A time never breaks across lines.
        let [pull, push] = [pull, push].map(|time| time.replace(' ', "\u{a0}"));
        let times = format!("{link}: pull\u{a0}{pull}, push\u{a0}{push}{all}");
        lines.fact("", times, false);
    }
    for line in method(
        transfer.speed,
        transfer.is_estimated() && extras.kept,
        units,
    ) {
        lines.fact("", line, false);
    }
    if let Some(why) = explore.not_kept() {
        lines.fact("not kept", why.to_owned(), true);
    }
    let Some(all) = &extras.vulnerabilities else {
        return;
    };
    let tools = all.tools.join(", ");
    let scan = format!("{}; reported by {tools}", all.phrase());
    lines.fact("scan", escape::text(&scan).into_owned(), false);
    for found in all.found.iter().take(MOST_VULNERABILITIES) {
        let bad = found.reported.severity >= Severity::High;
        lines.fact("", vulnerability_line(&explore.image, found), bad);
    }
    if all.found.len() > MOST_VULNERABILITIES {
        let more = all.found.len() - MOST_VULNERABILITIES;
        let more = thousands(more as u64);
        lines.fact("", format!("and {more} more"), false);
    }
}

/// Returns the time of a pull on the middle link, or else on the first.
pub(in crate::ui) fn pull(explore: &Explore) -> Option<String> {
    let extras = explore.extras.as_ref()?;
    let link = extras.middle_link()?;
    let time = seconds(extras.transfer.pull(link));
    Some(format!("pull {time} at {link}"))
}

/// Returns the number of layers, and how many of them are loaded while not all are.
fn layers(explore: &Explore) -> String {
    let all = count(explore.image.layers.len() as u64, "layer", "layers");
    match explore.read_count() {
        read if read < explore.image.layers.len() => {
            if explore.is_cancelled() {
                format!("{read} of {all} loaded; cancelled")
            } else {
                format!("{read} of {all} loaded")
            }
        }
        _ => all,
    }
}

/// Returns a layer's instruction, on one line and escaped.
#[must_use]
pub(in crate::ui) fn instruction(explore: &Explore, layer: LayerId) -> String {
    instruction_in(&explore.image, &explore.summary, layer)
}

/// Returns a layer with its instruction, escaped: `layer 2  RUN make`.
#[must_use]
pub(in crate::ui) fn layer_text(image: &Image, summary: &ExploreSummary, layer: LayerId) -> String {
    let by = instruction_in(image, summary, layer);
    format!("layer {}  {by}", layer.0 + 1)
}

/// Does as [`instruction`], for an image that need not be explored.
#[must_use]
pub(in crate::ui) fn instruction_in(
    image: &Image,
    summary: &ExploreSummary,
    layer: LayerId,
) -> String {
    escape::text(&summary.analysis.base.instruction(image, layer)).into_owned()
}

/// Returns the lines about a layer below its instruction.
#[must_use]
pub(crate) fn layer_lines(explore: &Explore, layer: LayerId, units: Units) -> Vec<String> {
    let known = explore.image.layer(layer);
    let digest = known.heading.diff_id.as_deref().unwrap_or("no digest");
    if !known.read {
        return vec![
            explore.missing().to_owned(),
            escape::text(digest).into_owned(),
        ];
    }
    let changes = explore
        .summary
        .analysis
        .changes
        .get(layer.index())
        .copied()
        .unwrap_or_default();
    let hidden = explore.summary.analysis.hidden.in_layer(layer);
    let compression_note = match (known.compression, known.heading.compressed) {
        (Compression::None, _) => String::new(),
        (Compression::Gzip, None) => "  gzip".to_owned(),
        (Compression::Zstd, None) => "  zstd".to_owned(),
        (Compression::Gzip, Some(compressed_bytes)) => {
            format!("  gzip {}", human(compressed_bytes, units))
        }
        (Compression::Zstd, Some(compressed_bytes)) => {
            format!("  zstd {}", human(compressed_bytes, units))
        }
    };
    if known.missing {
        let digest = escape::text(digest).into_owned();
        let why = if explore.image.about.shallow {
            "not read: size and files unknown"
        } else {
            "not in the archive: size and files unknown"
        };
        return vec![format!("{why}{compression_note}"), digest];
    }
    let compression_note = if known.from_table {
        format!("{compression_note}, from its table of contents")
    } else {
        compression_note
    };
    let time = explore.summary.analysis.time(&explore.image, layer);
    let time = time.map_or_else(String::new, |time| format!("  {time}"));
    let mut counts = format!(
        "{}{compression_note}{time}  {}  files\u{a0}+{}  ~{}  −{}",
        human(known.size, units),
        // A number never breaks across lines.
        count(known.entry_count as u64, "entry", "entries").replace(' ', "\u{a0}"),
        thousands(changes.added as u64).replace(' ', "\u{a0}"),
        thousands(changes.modified as u64).replace(' ', "\u{a0}"),
        thousands(changes.removed as u64).replace(' ', "\u{a0}"),
    );
    if hidden.hides > 0 {
        counts = format!("{counts}  hides {}", human(hidden.hides, units));
    }
    let source = known.heading.source.as_ref();
    let source = source.map(|lines| escape::text(&lines.to_string()).into_owned());
    let digest = escape::text(digest).into_owned();
    [counts].into_iter().chain(source).chain([digest]).collect()
}
