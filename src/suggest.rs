//! The nearest known name to a misspelt one, for errors that end with "did you mean …?". No list of names belongs here.

/// Returns the known name nearest to a word by Levenshtein distance, when at most a third of its letters and one more differ.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .iter()
        .map(|known| (strsim::levenshtein(&word, &known.to_lowercase()), *known))
        .min()
        .filter(|(steps, known)| *steps <= 1 + known.len() / 3)
        .map(|(_, known)| known)
}

/// Returns the known name that a word becomes by one edit: a letter more, less, other, or two letters swapped.
pub(crate) fn one_edit<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let is_near = |known: &&&str| strsim::osa_distance(word, known) == 1;
    known.iter().find(is_near).copied()
}

/// Returns the end of a message about an unknown name: `; did you mean …?`, or an empty text if no known name is near.
pub(crate) fn did_you_mean(word: &str, known: &[&str]) -> String {
    nearest(word, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, nearest, one_edit};

    #[test]
    fn a_misspelt_name_finds_the_nearest_known_one() {
        let known = ["lowestEfficiency", "highestWastedBytes"];
        assert_eq!(nearest("lowestEficiency", &known), Some("lowestEfficiency"));
        assert_eq!(nearest("plugins", &known), None);
        assert_eq!(
            did_you_mean("lowestEficiency", &known),
            "; did you mean `lowestEfficiency`?"
        );
        assert_eq!(did_you_mean("plugins", &known), "");
    }

    #[test]
    fn one_edit_leads_to_a_known_name() {
        let known = ["ls", "extract"];
        for (word, expected) in [
            ("lss", Some("ls")),
            ("l", Some("ls")),
            ("exrtact", Some("extract")),
            ("extracct", Some("extract")),
            ("ls", None),
            ("lsss", None),
            ("alpine", None),
        ] {
            assert_eq!(one_edit(word, &known), expected, "{word}");
        }
    }
}
