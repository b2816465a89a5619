//! Findings as plain data: what can go, whose it is, what to write instead. No searching, no words but what a finding brings.

use crate::image::{EntryId, LayerId, NodeId};

use crate::analysis::findings::kind::{FindingKind, FindingLevel};

/// All advice on one image.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The dangerous first, then by bytes, most first, then in the order of the topics and layers.
    pub list: Vec<Finding>,
    /// Unpacked bytes that following all of it saves; what several findings speak of is counted once. Never more than the image size.
    pub bytes: u64,
}

/// One piece of advice. Texts are not made safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// How much it matters.
    pub level: FindingLevel,
    /// Unpacked bytes that following it alone saves.
    pub bytes: u64,
    /// The layer whose instruction is to be changed; nothing where no instruction is.
    pub layer: Option<LayerId>,
    /// The records it speaks of, by bytes, most first, then path.
    pub claims: Vec<Claim>,
    /// Bytes that following it adds: what takes the place of what goes.
    pub costs: u64,
    /// Why, in one or two sentences.
    pub why: String,
    /// What to do.
    pub fix: Fix,
}

/// A record that a finding speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The path.
    pub node: NodeId,
    /// The record; nothing of a path that only an instruction or the configuration knows.
    pub entry: Option<EntryId>,
    /// The layer that stores it.
    pub layer: LayerId,
    /// Unpacked bytes of it that would go; never more than it has.
    pub bytes: u64,
}

/// Lines to write, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Instead of the instruction that made the finding's layer.
    Instead(Vec<String>),
    /// After all others, as the last stage; the stages before are named by the lines themselves.
    LastStage(Vec<String>),
    /// Lines before the last ENTRYPOINT or CMD.
    Before(Vec<String>),
    /// Lines of `.dockerignore`.
    Ignore(Vec<String>),
    /// No lines of a Dockerfile: what to do, in words.
    Words(Vec<String>),
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
            | Self::Words(lines) => lines,
        }
    }

    /// Returns where the lines go, as reports for programs call it.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Instead(_) => "instead",
            Self::LastStage(_) => "last-stage",
            Self::Before(_) => "before-start",
            Self::Ignore(_) => "dockerignore",
            Self::Words(_) => "words",
        }
    }

    /// Returns where the lines go, in words.
    #[must_use]
    pub const fn place(&self) -> &'static str {
        match self {
            Self::Instead(_) => "instead of this instruction",
            Self::LastStage(_) => "as the last stage of the Dockerfile",
            Self::Before(_) => "before ENTRYPOINT or CMD",
            Self::Ignore(_) => "in .dockerignore",
            Self::Words(_) => "what to do",
        }
    }
}

impl Finding {
    /// Returns a finding of a topic about some records, at the topic's own level; the records are put in order.
    pub(super) fn new(
        kind: FindingKind,
        layer: Option<LayerId>,
        claims: Vec<Claim>,
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
        finding
            .claims
            .sort_by_key(|claim| (std::cmp::Reverse(claim.bytes), claim.node, claim.layer));
        finding.weigh();
        finding
    }

    /// Says what takes the place of what goes, in bytes.
    pub(super) fn costing(mut self, bytes: u64) -> Self {
        self.costs = bytes;
        self.weigh();
        self
    }

    /// Returns the finding at another level.
    pub(super) fn at(mut self, level: FindingLevel) -> Self {
        self.level = level;
        self
    }

    /// Returns it without the records that `forgiven` says; nothing when none is left.
    #[must_use]
    pub fn without(&self, forgiven: impl Fn(&Claim) -> bool) -> Option<Self> {
        let mut finding = self.clone();
        finding.claims.retain(|claim| !forgiven(claim));
        finding.weigh();
        (!finding.claims.is_empty()).then_some(finding)
    }

    fn weigh(&mut self) {
        let claimed = self.claims.iter().map(|claim| claim.bytes);
        self.bytes = claimed
            .fold(0, u64::saturating_add)
            .saturating_sub(self.costs);
    }
}
