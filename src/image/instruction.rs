//! What an instruction says, without what builders put around it. For people only: programs get it as the image has it.

/// Returns an instruction on one line, runs of blanks made one, without the shell and the `#(nop)` of classic builds and BuildKit's mark at its end.
/// Not made safe to show.
#[must_use]
pub fn plain_instruction(text: &str) -> String {
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

/// Returns what a line of a Dockerfile said as far as builders remember it, runs of blanks made one: of a RUN its command alone, without `|1 ARG=x`, the
/// shell, `# buildkit` and `#(nop)`. Not made safe to show.
#[must_use]
pub fn instruction_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut words = words.as_slice();
    if let [rest @ .., "#", "buildkit"] = words {
        words = rest;
    }
    if let ["RUN", rest @ ..] = words {
        words = rest;
    }
    if let [count, rest @ ..] = words
        && let Some(count) = count
            .strip_prefix('|')
            .and_then(|count| count.parse::<usize>().ok())
    {
        words = rest.get(count..).unwrap_or_default();
    }
    if let [shell, rest @ ..] = words
        && shell.starts_with('/')
        && shell.ends_with("sh")
        && let Some(at) = rest.iter().position(|word| *word == "-c")
    {
        words = &rest[at + 1..];
    }
    if let ["#(nop)", rest @ ..] = words {
        words = rest;
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::plain_instruction;

    #[test]
    fn only_what_builders_add_is_left_out() {
        let said = [
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
        for (text, plain) in said {
            assert_eq!(plain_instruction(text), plain);
        }
    }
}
