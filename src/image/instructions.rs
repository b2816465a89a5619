//! The instructions of a Dockerfile or of a build, matched with the layers they made. Compared as text; the caller attaches a value to each.

use super::instruction::instruction_text;

/// Instructions in the order of a Dockerfile, each with something that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instructions<T>(Vec<Instruction<T>>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Instruction<T> {
    /// Its words without continuations, comments and options that builders drop.
    recorded: String,
    known: T,
    /// Whether it belongs to the last stage, or to one that the last stage is built on.
    shipped: bool,
}

impl<T> Instructions<T> {
    /// Collects instructions as they are written, every stage with its FROM. `target` is the name of the stage that is built; the last without one.
    pub(crate) fn new(all: impl IntoIterator<Item = (String, T)>, target: Option<&str>) -> Self {
        let instruction = |(text, known): (String, T)| Instruction {
            recorded: recorded(&text),
            known,
            shipped: false,
        };
        let mut all: Vec<_> = all.into_iter().map(instruction).collect();
        mark_final_stages(&mut all, target);
        Self(all)
    }

    /// Returns what is known of the instruction of each layer, by the layers' instructions in the build history, bottom first. From the top down, each layer gets
    /// the last matching instruction of a shipped stage above that of the layer over it.
    pub(crate) fn of_layers(&self, made: &[&str]) -> Vec<Option<&T>> {
        let mut end = self.0.len();
        let mut found = vec![None; made.len()];
        for (found, made) in found.iter_mut().zip(made).rev() {
            let wanted = instruction_text(made);
            if wanted.is_empty() {
                continue;
            }
            let before = self.0[..end].iter().enumerate().rev();
            let shipped = before.filter(|(_, line)| line.shipped);
            let exact = shipped.clone().find(|(_, line)| line.recorded == wanted);
            let matching = exact.or_else(|| {
                let to = destination(&wanted)?;
                shipped.clone().find(|(_, line)| {
                    let there = destination(&line.recorded);
                    there.is_some_and(|there| fits(to, there))
                })
            });
            if let Some((at, line)) = matching {
                end = at;
                *found = Some(&line.known);
            }
        }
        found
    }

    /// Returns what is known of each instruction of the last stage, and of those that it is built on, in the order of the file.
    pub(crate) fn shipped(&self) -> impl Iterator<Item = &T> {
        let shipped = self.0.iter().filter(|line| line.shipped);
        shipped.map(|line| &line.known)
    }

    /// Returns how many instructions there are.
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns what is known of the last instruction that equals a layer's, shipped or not.
    pub(crate) fn last_equal(&self, made: &str) -> Option<&T> {
        let wanted = instruction_text(made);
        let mut all = self.0.iter().rev();
        let same = all.find(|line| !wanted.is_empty() && line.recorded == wanted);
        same.map(|line| &line.known)
    }
}

/// Returns the keyword and the destination of a COPY or ADD. The classic builder records a checksum instead of the source (`COPY file:0123 in /srv`), and
/// BuildKit drops options, so only the destination can be compared with the file.
fn destination(words: &str) -> Option<(&str, &str)> {
    let (keyword, rest) = words.split_once(' ')?;
    if !["COPY", "ADD"].contains(&keyword) {
        return None;
    }
    let last = rest.split_whitespace().next_back()?;
    Some((keyword, last.trim_matches(['"', '[', ']'])))
}

/// Returns whether a layer's keyword and destination match those of a line; a variable in the line matches anything.
fn fits((made, to): (&str, &str), (keyword, there): (&str, &str)) -> bool {
    let is_there = to.trim_end_matches('/') == there.trim_end_matches('/');
    made == keyword && (is_there || there.contains('$'))
}

/// Marks the target or the last stage, and the stages that it is built on.
fn mark_final_stages<T>(all: &mut [Instruction<T>], target: Option<&str>) {
    let mut end = all.len();
    let mut wanted: Option<String> = target.map(str::to_owned);
    while let Some(start) = all[..end]
        .iter()
        .rposition(|line| stage(&line.recorded).is_some())
    {
        let (base, name) = stage(&all[start].recorded).unwrap_or_default();
        let is_wanted = wanted
            .as_ref()
            .is_none_or(|wanted| name.eq_ignore_ascii_case(wanted));
        if is_wanted {
            wanted = Some(base.to_owned());
            all[start..end]
                .iter_mut()
                .for_each(|line| line.shipped = true);
        }
        end = start;
    }
}

/// Returns the base of a FROM, and the stage's name.
fn stage(words: &str) -> Option<(&str, &str)> {
    let (keyword, rest) = words.split_once(' ')?;
    if keyword != "FROM" {
        return None;
    }
    let mut rest = rest.split(' ').filter(|word| !word.starts_with("--"));
    // The word between them is `AS`.
    Some((rest.next()?, rest.nth(1).unwrap_or_default()))
}

/// Returns a line of the file as builders record it: without `RUN` and its options, the keyword in capitals.
fn recorded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let Some((first, mut rest)) = words.split_first() else {
        return String::new();
    };
    let keyword = first.to_ascii_uppercase();
    if keyword != "RUN" {
        return format!("{keyword} {}", rest.join(" "));
    }
    while let [option, after @ ..] = rest
        && option.starts_with("--")
    {
        rest = after;
    }
    rest.join(" ")
}
