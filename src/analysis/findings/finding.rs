//! Findings as plain data: the claimed entries, the reason and the fix. The checks create them.

use crate::image::{ContentId, EntryId, LayerId, NodeId};

use crate::analysis::findings::instruction_change::InstructionChange;
use crate::analysis::findings::kind::{FindingKind, FindingLevel};

/// The findings of an image.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Findings of level error first, then by bytes, most first, then by kind and layer.
    pub list: Vec<Finding>,
    /// Unpacked bytes that fixing all of them saves; bytes of several findings count once. Never more than the image size.
    pub bytes: u64,
}

/// A finding. Texts are not escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its kind.
    pub kind: FindingKind,
    /// Its level.
    pub level: FindingLevel,
    /// Unpacked bytes that fixing it alone saves.
    pub bytes: u64,
    /// The layer whose instruction to change; `None` when there is none.
    pub layer: Option<LayerId>,
    /// Its entries, by bytes, most first, then path.
    pub claims: Vec<ClaimedEntry>,
    /// Bytes that fixing it adds, such as those of another base.
    pub costs: u64,
    /// Why, in one or two sentences.
    pub why: String,
    /// What to do.
    pub fix: Fix,
}

/// An entry of a finding, with the bytes it would save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimedEntry {
    /// The path.
    pub node: NodeId,
    /// The entry; `None` for a path of an instruction or of the configuration.
    pub entry: Option<EntryId>,
    /// The layer that stores it.
    pub layer: LayerId,
    /// Unpacked bytes that removing it saves; at most its size.
    pub bytes: u64,
}

impl ClaimedEntry {
    /// Returns the content that the entry stores, or that a hard link names.
    pub(super) fn content(&self) -> Option<ContentId> {
        Some((self.layer, self.entry?))
    }
}

/// What to do about a finding: lines, and where they go. One line or a few of them may be an instruction with a change, to which other fixes of that instruction
/// can be applied first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Where the lines go.
    pub place: FixPlace,
    /// The lines above the changed instruction.
    above: Vec<String>,
    change: Option<InstructionChange>,
    /// The lines below it; without one all of them.
    below: Vec<String>,
}

/// Where the lines of a fix go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixPlace {
    /// Instead of the instruction that made the finding's layer.
    Instead,
    /// After all others, as the last stage; the lines name earlier stages.
    LastStage,
    /// Before the last ENTRYPOINT or CMD.
    Before,
    /// In `.dockerignore`.
    Ignore,
    /// Nowhere: they are text.
    Text,
}

impl FixPlace {
    /// Returns its id, for reports.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Instead => "instead",
            Self::LastStage => "last-stage",
            Self::Before => "before-start",
            Self::Ignore => "dockerignore",
            Self::Text => "text",
        }
    }

    /// Returns it in words, for people.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Instead => "instead of this instruction",
            Self::LastStage => "as the last stage of the Dockerfile",
            Self::Before => "before ENTRYPOINT or CMD",
            Self::Ignore => "in .dockerignore",
            Self::Text => "what to do",
        }
    }
}

impl Fix {
    /// Creates a fix that changes no instruction of the history.
    pub(super) const fn new(place: FixPlace, lines: Vec<String>) -> Self {
        Self {
            place,
            above: Vec::new(),
            change: None,
            below: lines,
        }
    }

    /// Creates a fix that is a sentence.
    pub(super) fn text(words: &str) -> Self {
        Self::new(FixPlace::Text, vec![words.to_owned()])
    }

    /// Creates a fix that changes an instruction, with lines above and below it.
    pub(super) const fn changing(
        place: FixPlace,
        above: Vec<String>,
        change: InstructionChange,
        below: Vec<String>,
    ) -> Self {
        Self {
            place,
            above,
            change: Some(change),
            below,
        }
    }

    /// Creates a fix that replaces an instruction by one with a change, followed by comments.
    pub(super) fn instead(change: impl Into<InstructionChange>, comments: Vec<String>) -> Self {
        Self::changing(FixPlace::Instead, Vec::new(), change.into(), comments)
    }

    /// Returns the change of an instruction.
    pub(super) const fn change(&self) -> Option<&InstructionChange> {
        self.change.as_ref()
    }

    /// Returns the lines, complete without any other fix.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let changed = self.change.as_ref().map(InstructionChange::lines);
        self.lines_with(changed.unwrap_or_default())
    }

    /// Returns the lines with others for the changed instruction.
    pub(super) fn lines_with(&self, instruction: Vec<String>) -> Vec<String> {
        let above = self.above.iter().cloned();
        let below = self.below.iter().cloned();
        above.chain(instruction).chain(below).collect()
    }
}

impl Finding {
    /// Creates a finding at the level of its kind, with sorted claims.
    pub(super) fn new(
        kind: FindingKind,
        layer: Option<LayerId>,
        claims: Vec<ClaimedEntry>,
        why: String,
        fix: Fix,
    ) -> Self {
        let mut finding = Self {
            kind,
            level: kind.level(),
            bytes: 0,
            layer,
            claims,
            costs: 0,
            why,
            fix,
        };
        finding.sort_claims();
        finding.update_bytes();
        finding
    }

    /// Sets the bytes that fixing it adds.
    pub(super) fn costing(mut self, bytes: u64) -> Self {
        self.costs = bytes;
        self.update_bytes();
        self
    }

    /// Sets the level.
    pub(super) fn at(mut self, level: FindingLevel) -> Self {
        self.level = level;
        self
    }

    /// Returns it without the claims that `ignored` matches; `None` when no claim is left.
    #[must_use]
    pub(crate) fn without(&self, ignored: impl Fn(&ClaimedEntry) -> bool) -> Option<Self> {
        let mut finding = self.clone();
        finding.claims.retain(|claim| !ignored(claim));
        finding.update_bytes();
        (!finding.claims.is_empty()).then_some(finding)
    }

    /// Returns it with other paths for its claims.
    pub(super) fn renamed(mut self, path: impl Fn(&ClaimedEntry) -> NodeId) -> Self {
        for claim in &mut self.claims {
            claim.node = path(claim);
        }
        self.sort_claims();
        self
    }

    fn sort_claims(&mut self) {
        self.claims
            .sort_by_key(|claim| (std::cmp::Reverse(claim.bytes), claim.node, claim.layer));
    }

    fn update_bytes(&mut self) {
        let claimed = self.claims.iter().map(|claim| claim.bytes);
        self.bytes = claimed
            .fold(0, u64::saturating_add)
            .saturating_sub(self.costs);
    }
}
