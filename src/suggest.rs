//! The nearest known name to a misspelt one, for errors that ask "did you mean …?". No list of names belongs here.

/// Returns the known name nearest to a word by Levenshtein distance, when it is near enough to be meant: a third of its letters and one more.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .iter()
        .map(|known| (strsim::levenshtein(&word, &known.to_lowercase()), *known))
        .min()
        .filter(|(steps, known)| *steps <= 1 + known.len() / 3)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_misspelt_name_finds_the_nearest_known_one() {
        let known = ["lowestEfficiency", "highestWastedBytes"];
        assert_eq!(nearest("lowestEficiency", &known), Some("lowestEfficiency"));
        assert_eq!(nearest("plugins", &known), None);
    }
}
