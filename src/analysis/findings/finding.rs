//! Findings as plain data: the claimed entries, the reason and the fix. The checks create them.

use crate::image::{ContentId, EntryId, LayerId, NodeId};

use crate::analysis::findings::kind::{FindingKind, FindingLevel};
use crate::analysis::findings::run_change::RunChange;

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
    /// The change of a RUN instruction that the lines of the fix contain.
    pub change: Option<RunChange>,
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

/// The lines of a fix, and their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Instead of the instruction that made the finding's layer.
    Instead(Vec<String>),
    /// After all others, as the last stage; the lines name earlier stages.
    LastStage(Vec<String>),
    /// Lines before the last ENTRYPOINT or CMD.
    Before(Vec<String>),
    /// Lines of `.dockerignore`.
    Ignore(Vec<String>),
    /// No lines of a file, but text.
    Text(Vec<String>),
}

impl Fix {
    /// Returns the lines.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        match self {
            Self::Instead(lines)
            | Self::LastStage(lines)
            | Self::Before(lines)
            | Self::Ignore(lines)
            | Self::Text(lines) => lines,
        }
    }

    /// Returns the id of the place, for reports.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Instead(_) => "instead",
            Self::LastStage(_) => "last-stage",
            Self::Before(_) => "before-start",
            Self::Ignore(_) => "dockerignore",
            Self::Text(_) => "text",
        }
    }

    /// Returns the place, for people.
    #[must_use]
    pub const fn place(&self) -> &'static str {
        match self {
            Self::Instead(_) => "instead of this instruction",
            Self::LastStage(_) => "as the last stage of the Dockerfile",
            Self::Before(_) => "before ENTRYPOINT or CMD",
            Self::Ignore(_) => "in .dockerignore",
            Self::Text(_) => "what to do",
        }
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
            change: None,
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

    /// Sets the change of a RUN instruction that the lines of its fix contain.
    pub(super) fn changing(mut self, change: Option<RunChange>) -> Self {
        self.change = change;
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
