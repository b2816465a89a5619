//! The owner and the mode of copied files as flags of their COPY or ADD instruction, instead of RUN instructions after it.

use crate::image::LayerId;

/// The flags that a COPY or ADD instruction gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CopyChange {
    /// The layer of the instruction.
    pub(super) layer: LayerId,
    /// `COPY` or `ADD`.
    pub(super) keyword: String,
    /// What follows it.
    pub(super) arguments: String,
    /// The layer after which the files have this owner and mode.
    pub(super) until: LayerId,
    /// User and group, if they change.
    pub(super) owner: Option<(u32, u32)>,
    /// The permissions, if they change.
    pub(super) mode: Option<u16>,
}

/// COPY and ADD instructions with the changes applied so far.
#[derive(Debug, Default)]
pub(super) struct CopyInstructions(Vec<CopyChange>);

impl CopyInstructions {
    /// Applies a change and returns the instruction: of two owners or modes the one of the later layer stays.
    pub(super) fn apply(&mut self, change: &CopyChange) -> String {
        self.0.push(change.clone());
        self.0.sort_by_key(|change| change.until);
        let same = || self.0.iter().filter(|other| other.layer == change.layer);
        let owner = same().filter_map(|change| change.owner).next_back();
        let mode = same().filter_map(|change| change.mode).next_back();
        let owner = owner.map(|(user, group)| format!("--chown={user}:{group}"));
        let mode = mode.map(|mode| format!("--chmod={mode:o}"));
        let flags = owner.into_iter().chain(mode);
        let words = std::iter::once(change.keyword.clone()).chain(flags);
        let words = words.chain([change.arguments.clone()]);
        words.collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::{CopyChange, CopyInstructions};
    use crate::image::LayerId;

    #[test]
    fn flags_of_one_instruction_are_kept_in_either_order() {
        let change = |layer, until, owner: Option<u32>, mode| CopyChange {
            layer: LayerId(layer),
            keyword: "COPY".to_owned(),
            arguments: "a /b".to_owned(),
            until: LayerId(until),
            owner: owner.map(|id| (id, id)),
            mode,
        };
        let applied = |changes: &[CopyChange]| {
            let mut instructions = CopyInstructions::default();
            let lines = changes.iter().map(|change| instructions.apply(change));
            lines.last().unwrap_or_default()
        };
        let (owner, mode) = (change(1, 2, Some(7), None), change(1, 3, None, Some(0o640)));
        let both = "COPY --chown=7:7 --chmod=640 a /b";
        assert_eq!(applied(&[owner.clone(), mode.clone()]), both);
        assert_eq!(applied(&[mode.clone(), owner.clone()]), both);
        // The state in the end counts.
        let later = change(1, 4, Some(9), None);
        let both = "COPY --chown=9:9 a /b";
        assert_eq!(applied(&[owner.clone(), later.clone()]), both);
        assert_eq!(applied(&[later, owner.clone()]), both);
        let other = change(5, 6, Some(9), None);
        assert_eq!(applied(&[other, owner]), "COPY --chown=7:7 a /b");
    }
}
