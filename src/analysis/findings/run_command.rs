//! Commands of RUN instructions as text: extended by commands or flags. Parses no shell syntax; a command that is not simple is left alone.

/// Returns Dockerfile lines that run a command and then others.
pub(super) fn run_then(command: &str, then: &[String]) -> Vec<String> {
    let mut lines = vec![format!("RUN {command}")];
    for more in then {
        if let Some(last) = lines.last_mut() {
            last.push_str(" \\");
        }
        lines.push(format!(" && {more}"));
    }
    lines
}

/// Returns a command with words inserted before and after each `go build`; `None` when it has none.
pub(super) fn with_go_flag(command: &str, before: &str, after: &str) -> Option<String> {
    let words: Vec<&str> = command.split(' ').collect();
    let mut built: Vec<String> = Vec::new();
    let mut found = false;
    for (at, word) in words.iter().enumerate() {
        let is_build = |at: usize| words[at] == "build" && at > 0 && words[at - 1] == "go";
        let starts = at + 1 < words.len() && is_build(at + 1);
        found |= starts;
        built.extend((starts && !before.is_empty()).then(|| before.to_owned()));
        built.push((*word).to_owned());
        built.extend((is_build(at) && !after.is_empty()).then(|| after.to_owned()));
    }
    found.then(|| built.join(" "))
}

/// Splits a command line at `&&`, `;` and `||`; returns each command as words.
fn parts(command: &str) -> Vec<Vec<&str>> {
    let commands = command
        .split([';', '\n'])
        .flat_map(|part| part.split("&&"))
        .flat_map(|part| part.split("||"));
    commands
        .map(|part| part.split_whitespace().collect())
        .filter(|words: &Vec<&str>| !words.is_empty())
        .collect()
}

/// Returns the packages of every `apt-get install` in a command; `None` when there are none, or when a name contains shell syntax.
pub(super) fn apt_installs(command: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    for words in parts(command) {
        let Some(apt) = words.iter().position(|word| is_apt(word)) else {
            continue;
        };
        let rest = &words[apt + 1..];
        let Some(install) = rest.iter().position(|word| *word == "install") else {
            continue;
        };
        for word in rest.iter().filter(|word| !word.starts_with('-')) {
            if word.contains(['$', '`', '*', '.', '/']) && !word.contains('=') {
                return None;
            }
        }
        let names_given = rest[install + 1..]
            .iter()
            .filter(|word| !word.starts_with('-'));
        let stem = |word: &&'_ str| -> Option<usize> { word.find(['=', ':']) };
        names.extend(names_given.map(|word| stem(word).map_or(*word, |end| &word[..end])));
    }
    (!names.is_empty()).then_some(names)
}

fn is_apt(word: &str) -> bool {
    matches!(word.rsplit('/').next(), Some("apt-get" | "apt"))
}

/// Returns a command with a flag after each `install` of apt.
pub(super) fn with_apt_flag(command: &str, flag: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut apt = false;
    for word in command.split(' ') {
        words.push(word.to_owned());
        match word {
            "&&" | "||" | ";" => apt = false,
            word if is_apt(word) => apt = true,
            "install" if apt => words.push(flag.to_owned()),
            _ => {}
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{apt_installs, run_then, with_apt_flag, with_go_flag};

    #[test]
    fn commands_are_appended() {
        let then = ["rm -rf /a".to_owned(), "true".to_owned()];
        let lines = run_then("apt-get update", &then);
        assert_eq!(
            lines,
            ["RUN apt-get update \\", " && rm -rf /a \\", " && true"]
        );
    }

    #[test]
    fn only_go_is_built_as_go() {
        let flags = |command| with_go_flag(command, "A=b", "-x");
        let built = "cd /src && A=b go build -x -o /app . && cargo build";
        assert_eq!(
            flags("cd /src && go build -o /app . && cargo build").as_deref(),
            Some(built)
        );
        assert_eq!(flags("cargo build"), None);
        assert_eq!(flags("go"), None);
    }

    #[test]
    fn packages_of_apt_install() {
        let command = "apt-get update && DEBIAN_FRONTEND=x apt-get -y install git=1:2 gcc:amd64 && rm -rf /x; apt install -y make";
        assert_eq!(apt_installs(command), Some(vec!["git", "gcc", "make"]));
        for other in [
            "apt-get update",
            "apt-get install $PACKAGES",
            "npm install x",
            "apt-get install ./a.deb",
        ] {
            assert_eq!(apt_installs(other), None, "{other}");
        }
        let flagged = "apt-get update && DEBIAN_FRONTEND=x apt-get -y install --flag git=1:2 gcc:amd64 && rm -rf /x; apt install --flag -y make";
        assert_eq!(with_apt_flag(command, "--flag"), flagged);
    }
}
