//! The text of an instruction without what builders add to it. For display only: reports for programs keep the original.

/// Returns an instruction on one line with single blanks, without the shell and the `#(nop)` of classic builds and BuildKit's mark at its end. Not escaped.
#[must_use]
pub(crate) fn plain_instruction(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut words = words.as_slice();
    if let [rest @ .., "#", "buildkit"] = words {
        words = rest;
    }
    let mut first = None;
    if let ["RUN", rest @ ..] = words {
        (first, words) = (Some("RUN"), rest);
    }
    if let ["/bin/sh", "-c", rest @ ..] = words {
        words = rest;
    }
    if let ["#(nop)", rest @ ..] = words {
        words = rest;
    }
    let all: Vec<&str> = first.into_iter().chain(words.iter().copied()).collect();
    all.join(" ")
}

/// Returns a plain instruction without the digest that classic builders write in the place of what they copy: `COPY file:HASH in /app` is `COPY … /app`.
#[must_use]
pub(crate) fn without_copied_digest(text: &str) -> String {
    let is_digest = |word: &str| {
        let mut kinds = ["file:", "dir:", "multi:"].iter();
        let hash = kinds.find_map(|kind| word.strip_prefix(kind));
        hash.is_some_and(|hash| {
            !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    };
    let words: Vec<&str> = text.split(' ').collect();
    let copies = matches!(words.first(), Some(&("COPY" | "ADD")));
    let place = words
        .windows(2)
        .position(|pair| is_digest(pair[0]) && pair[1] == "in");
    match place.filter(|_| copies) {
        Some(at) => [&words[..at], &["…"], &words[at + 2..]].concat().join(" "),
        None => text.to_owned(),
    }
}

/// Returns the words of a Dockerfile line with single blanks, as far as builders keep them: of a RUN only its command, without `|1 ARG=x`, the shell,
/// `# buildkit` and `#(nop)`. Not escaped.
#[must_use]
pub(crate) fn instruction_text(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut words = words.as_slice();
    if let [rest @ .., "#", "buildkit"] = words {
        words = rest;
    }
    if let ["RUN", rest @ ..] = words {
        words = rest;
    }
    words = after_shell(after_arguments(words)).unwrap_or(after_arguments(words));
    if let ["#(nop)", rest @ ..] = words {
        words = rest;
    }
    words.join(" ")
}

/// Returns the command of a RUN line like [`instruction_text`]; `None` for any other line, and for layers that were committed from a container, imported,
/// or built without a Dockerfile.
#[must_use]
pub(crate) fn run_command(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let plain = after_arguments(&words);
    let runs = words.first() == Some(&"RUN")
        || after_shell(plain).is_some_and(|rest| rest.first() != Some(&"#(nop)"));
    let command = instruction_text(text);
    (runs && !command.is_empty()).then_some(command)
}

/// Returns whether a text is a line of a Dockerfile as builders keep it.
#[must_use]
pub(crate) fn is_dockerfile_line(text: &str) -> bool {
    const KEYWORDS: [&str; 17] = [
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "MAINTAINER",
        "ONBUILD",
        "SHELL",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    ];
    let line = plain_instruction(text);
    let first = line.split(' ').next().unwrap_or_default();
    KEYWORDS.contains(&first) || run_command(text).is_some()
}

/// Returns the words after `|2 ONE=a b TWO=c`: values can have blanks, so a shell ends them.
fn after_arguments<'a, 'b>(words: &'b [&'a str]) -> &'b [&'a str] {
    let [count, rest @ ..] = words else {
        return words;
    };
    let count = count.strip_prefix('|');
    let Some(count) = count.and_then(|count| count.parse::<usize>().ok()) else {
        return words;
    };
    let least = rest.get(count..).unwrap_or_default();
    let shell = (0..least.len()).find(|at| after_shell(&least[*at..]).is_some());
    &least[shell.unwrap_or(0)..]
}

/// Returns the words after `/bin/sh -c`, with any options.
fn after_shell<'a, 'b>(words: &'b [&'a str]) -> Option<&'b [&'a str]> {
    let [shell, rest @ ..] = words else {
        return None;
    };
    let is_shell = shell.starts_with('/') && shell.ends_with("sh");
    let options = |word: &&&str| word.starts_with(['-', '+']) || **word == "pipefail";
    let at = rest
        .iter()
        .take_while(options)
        .position(|word| word.ends_with('c') && word.starts_with('-'))?;
    is_shell.then(|| &rest[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::{instruction_text, plain_instruction, run_command, without_copied_digest};

    #[test]
    fn the_destination_of_a_classic_copy_is_not_behind_a_digest() {
        let cases = [
            ("COPY file:9ff6f3 in /app/goapp", "COPY … /app/goapp"),
            ("COPY dir:68a in /etc/ssl", "COPY … /etc/ssl"),
            ("ADD multi:0b in /srv/", "ADD … /srv/"),
            ("COPY --chown=1:1 file:0b in /a", "COPY --chown=1:1 … /a"),
            ("COPY file:in /a", "COPY file:in /a"),
            ("COPY src /app", "COPY src /app"),
            ("RUN echo file:01 in x", "RUN echo file:01 in x"),
            ("", ""),
        ];
        for (text, plain) in cases {
            assert_eq!(without_copied_digest(text), plain);
        }
    }

    #[test]
    fn only_run_lines_have_commands() {
        let cases = [
            ("RUN /bin/sh -c make  all # buildkit", Some("make all")),
            ("RUN make all", Some("make all")),
            ("/bin/sh -c make all", Some("make all")),
            ("|1 A=b /bin/sh -c make", Some("make")),
            (
                "RUN |2 A=big b C=d e /bin/sh -c make # buildkit",
                Some("make"),
            ),
            ("RUN /bin/bash -o pipefail -c a | b", Some("a | b")),
            ("/bin/bash -eo pipefail -c a", Some("a")),
            ("/bin/sh -c #(nop) COPY dir:01 in / ", None),
            ("COPY . / # buildkit", None),
            ("bash", None),
            ("/bin/sh", None),
            ("bazel build ...", None),
            ("Imported from -", None),
            ("buildpacksio/lifecycle:0.17", None),
            ("RUN", None),
            ("", None),
        ];
        for (text, command) in cases {
            assert_eq!(run_command(text).as_deref(), command, "{text}");
        }
        assert_eq!(instruction_text("|1 A=b c make"), "c make");
    }

    #[test]
    fn only_what_builders_add_is_removed() {
        let cases = [
            ("/bin/sh -c #(nop) ADD file:01 in / ", "ADD file:01 in /"),
            ("#(nop)  CMD [\"sh\"]", "CMD [\"sh\"]"),
            ("RUN /bin/sh -c make  \t all # buildkit", "RUN make all"),
            (
                "RUN |1 A=b /bin/sh -c make # buildkit",
                "RUN |1 A=b /bin/sh -c make",
            ),
            ("COPY . /srv # buildkit", "COPY . /srv"),
            ("echo '#(nop)' # built", "echo '#(nop)' # built"),
            ("", ""),
        ];
        for (text, plain) in cases {
            assert_eq!(plain_instruction(text), plain);
        }
    }
}
