//! Changes of instructions, apart from the other lines of a fix: fixes of one instruction are applied to it one after the other, each to what those before it
//! left. How a kind of instruction changes is in `run_change` and `copy_change`.

use crate::analysis::findings::copy_change::{CopyChange, CopyInstructions};
use crate::analysis::findings::run_change::{RunChange, RunInstructions};

/// A change of the instruction of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum InstructionChange {
    Run(RunChange),
    Copy(CopyChange),
}

impl From<RunChange> for InstructionChange {
    fn from(change: RunChange) -> Self {
        Self::Run(change)
    }
}

impl From<CopyChange> for InstructionChange {
    fn from(change: CopyChange) -> Self {
        Self::Copy(change)
    }
}

impl InstructionChange {
    /// Returns the lines of the changed instruction, without any other change.
    pub(super) fn lines(&self) -> Vec<String> {
        Instructions::default().apply(self)
    }
}

/// Instructions with the changes applied so far.
#[derive(Debug, Default)]
pub(super) struct Instructions {
    runs: RunInstructions,
    copies: CopyInstructions,
}

impl Instructions {
    /// Applies a change and returns the lines of the instruction.
    pub(super) fn apply(&mut self, change: &InstructionChange) -> Vec<String> {
        match change {
            InstructionChange::Run(change) => self.runs.apply(change),
            InstructionChange::Copy(change) => vec![self.copies.apply(change)],
        }
    }
}
