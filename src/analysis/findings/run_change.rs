//! Changes of the commands of RUN instructions: a flag, more commands, or those of another instruction.

use crate::analysis::findings::run_command::{run_then, with_apt_flag, with_go_flag};
use crate::image::LayerId;

/// A change of the RUN instruction of a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RunChange {
    layer: LayerId,
    command: String,
    edit: RunEdit,
}

/// What a [`RunChange`] does to the commands of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RunEdit {
    /// Sets a variable, such as `A=b`, for each `go build`.
    GoVariable(&'static str),
    /// Adds a flag to each `go build`.
    GoFlag(&'static str),
    /// Adds a flag to each `install` of apt.
    AptFlag(&'static str),
    /// Runs more commands after it.
    Then(Vec<String>),
    /// Takes in the command of another layer, whose instruction is left out.
    Join(LayerId, String),
}

impl RunEdit {
    /// Returns a command after an edit within it; unchanged where the edit does not apply.
    fn within(&self, command: &str) -> String {
        let edited = match self {
            Self::GoVariable(variable) => with_go_flag(command, variable, ""),
            Self::GoFlag(flag) => with_go_flag(command, "", flag),
            Self::AptFlag(flag) => Some(with_apt_flag(command, flag)),
            Self::Then(_) | Self::Join(..) => None,
        };
        edited.unwrap_or_else(|| command.to_owned())
    }
}

impl RunChange {
    /// Creates a change of a layer's command.
    pub(super) const fn new(layer: LayerId, command: String, edit: RunEdit) -> Self {
        Self {
            layer,
            command,
            edit,
        }
    }
}

/// RUN instructions with the changes applied so far.
#[derive(Debug, Default)]
pub(super) struct RunInstructions(Vec<RunInstruction>);

/// The commands of one instruction, each with the layer whose instruction had it first.
#[derive(Debug)]
struct RunInstruction(Vec<(LayerId, String)>);

impl RunInstructions {
    /// Applies a change and returns the lines of the instruction.
    pub(super) fn apply(&mut self, change: &RunChange) -> Vec<String> {
        let mut at = self.instruction(change.layer, &change.command);
        if let RunEdit::Join(layer, command) = &change.edit {
            let other = self.instruction(*layer, command);
            if other != at {
                let joined = std::mem::take(&mut self.0[other].0);
                self.0[at].0.extend(joined);
                // Commands stay in the order of the build.
                self.0[at].0.sort_by_key(|(layer, _)| *layer);
                self.0.remove(other);
                at -= usize::from(other < at);
            }
        }
        let RunInstruction(commands) = &mut self.0[at];
        if let RunEdit::Then(more) = &change.edit {
            let is_own = |(layer, _): &(LayerId, String)| *layer == change.layer;
            let end = commands.iter().rposition(is_own).map_or(0, |last| last + 1);
            let more = more.iter().map(|command| (change.layer, command.clone()));
            let more: Vec<_> = more.filter(|one| !commands.contains(one)).collect();
            commands.splice(end..end, more);
        }
        for (layer, command) in commands.iter_mut() {
            if *layer == change.layer {
                *command = change.edit.within(command);
            }
        }
        let commands: Vec<String> = commands
            .iter()
            .map(|(_, command)| command.clone())
            .collect();
        commands
            .split_first()
            .map_or_else(Vec::new, |(first, rest)| run_then(first, rest))
    }

    /// Returns the index of the instruction that has the command of a layer, which is added first if it is new.
    fn instruction(&mut self, layer: LayerId, command: &str) -> usize {
        let has_layer = |run: &RunInstruction| run.0.iter().any(|(of, _)| *of == layer);
        self.0.iter().position(has_layer).unwrap_or_else(|| {
            self.0
                .push(RunInstruction(vec![(layer, command.to_owned())]));
            self.0.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{RunChange, RunEdit, RunInstructions};
    use crate::image::LayerId;

    fn applied(changes: &[RunChange]) -> String {
        let mut instructions = RunInstructions::default();
        let lines = changes.iter().map(|change| instructions.apply(change));
        lines.last().unwrap_or_default().join("\n")
    }

    fn change(layer: u32, command: &str, edit: RunEdit) -> RunChange {
        RunChange::new(LayerId(layer), command.to_owned(), edit)
    }

    #[test]
    fn flags_of_one_build_are_kept_in_either_order() {
        let build = "cd /src && go build -o /app";
        let cgo = change(3, build, RunEdit::GoVariable("CGO_ENABLED=0"));
        let strip = change(3, build, RunEdit::GoFlag("-ldflags='-s -w'"));
        let both = "RUN cd /src && CGO_ENABLED=0 go build -ldflags='-s -w' -o /app";
        assert_eq!(applied(&[cgo.clone(), strip.clone()]), both);
        assert_eq!(applied(&[strip.clone(), cgo]), both);
        let other = change(2, "go build", RunEdit::GoVariable("CGO_ENABLED=0"));
        let alone = "RUN cd /src && go build -ldflags='-s -w' -o /app";
        assert_eq!(applied(&[other, strip]), alone);
    }

    #[test]
    fn commands_are_appended_to_what_is_there() {
        let install = "apt-get install -y git";
        let then = |words: &[&str]| {
            let words = words.iter().map(|word| (*word).to_owned());
            change(1, install, RunEdit::Then(words.collect()))
        };
        let flag = change(1, install, RunEdit::AptFlag("--no"));
        let expected = "RUN apt-get install --no -y git \\\n && rm -rf /a \\\n && rm -rf /b";
        let changes = [
            then(&["rm -rf /a"]),
            flag,
            then(&["rm -rf /a", "rm -rf /b"]),
        ];
        assert_eq!(applied(&changes), expected);
    }

    #[test]
    fn a_joined_instruction_has_the_changes_of_both() {
        let second = "go build -o /b";
        let flag = change(2, second, RunEdit::GoFlag("-x"));
        let join = change(1, "make", RunEdit::Join(LayerId(2), second.to_owned()));
        let then = change(1, "make", RunEdit::Then(vec!["rm a".to_owned()]));
        let both = "RUN make \\\n && go build -x -o /b";
        assert_eq!(applied(&[flag.clone(), join.clone()]), both);
        assert_eq!(applied(&[join.clone(), flag.clone()]), both);
        assert_eq!(applied(&[join.clone(), join.clone(), flag.clone()]), both);
        let all = "RUN make \\\n && rm a \\\n && go build -x -o /b";
        assert_eq!(applied(&[flag, join, then]), all);
    }

    #[test]
    fn joined_commands_stay_in_the_order_of_the_build() {
        let join = |layer, command, other: &str| {
            change(layer, command, RunEdit::Join(LayerId(3), other.to_owned()))
        };
        let joins = [join(1, "one", "three"), join(2, "two", "three")];
        assert_eq!(applied(&joins), "RUN one \\\n && two \\\n && three");
    }
}
