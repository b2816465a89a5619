//! Finds paths by name in the entire tree. The work is split into steps of bounded size, so that no key waits for it.

use std::ops::Range;

use regex::bytes::Regex;

use crate::query::{self, PatternError};
use crate::ui::pane::filtered_paths::FilteredPaths;
use crate::ui::pane::paths::{PathId, Paths};

/// How many paths a step looks at.
const STEP: u32 = 60_000;
/// The same for a regular expression, which costs more per path.
const REGEX_STEP: u32 = 15_000;

/// A find text.
#[derive(Clone, Debug)]
pub enum FindPattern {
    /// Letters in this order, anywhere in the path, the last of them in its name. Lower case unless the text has capitals.
    Fuzzy {
        /// The letters.
        letters: Vec<u8>,
        /// Whether capitals count.
        exact_case: bool,
    },
    /// A regular expression or a glob that matches the path.
    Regex(Regex),
    /// An invalid regular expression or glob; the error.
    Broken(PatternError),
}

impl FindPattern {
    /// Parses a find text: a regular expression after `re:`, a glob, else letters. A trailing slash is ignored, since more is typed after it.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let is_glob = query::is_glob(text) && !text.starts_with("re:");
        let glob = is_glob.then(|| query::glob_pattern(text));
        let pattern = match &glob {
            Some(Ok(pattern)) => Some(&**pattern),
            Some(Err(why)) => return Self::Broken(why.clone()),
            None => text.strip_prefix("re:"),
        };
        let Some(pattern) = pattern else {
            let exact_case = text.bytes().any(|byte| byte.is_ascii_uppercase());
            let text = text.trim_end_matches('/');
            let letters = text.bytes().filter(|&byte| byte != b' ').collect();
            return Self::Fuzzy {
                letters,
                exact_case,
            };
        };
        query::path_regex(pattern).map_or_else(Self::Broken, Self::Regex)
    }
}

/// A find in progress.
#[derive(Clone, Debug)]
pub struct Find<I> {
    text: String,
    matcher: FindPattern,
    /// How many paths there are.
    count: u32,
    /// The next one to look at.
    next: u32,
    /// For each folder above `next`, what of the text its path has used up.
    used: Vec<usize>,
    /// Hits that contain the text as it was typed.
    close: Vec<I>,
    /// Hits that contain its letters in order.
    loose: Vec<I>,
    best: Option<(Rank, I)>,
}

/// How good a hit is; less is better.
type Rank = (u8, u16, usize);

impl<I: PathId> Find<I> {
    /// Starts a search among so many paths; nothing is looked at yet.
    #[must_use]
    pub(crate) fn new(text: &str, count: usize) -> Self {
        Self {
            text: text.to_owned(),
            matcher: FindPattern::of(text),
            count: u32::try_from(count).unwrap_or(u32::MAX),
            next: 1,
            used: Vec::new(),
            close: Vec::new(),
            loose: Vec::new(),
            best: None,
        }
    }

    /// Returns what was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the error of an invalid text.
    #[must_use]
    pub(crate) const fn broken(&self) -> Option<&PatternError> {
        match &self.matcher {
            FindPattern::Broken(why) => Some(why),
            _ => None,
        }
    }

    /// Returns whether the text matches nothing by itself.
    #[must_use]
    pub(crate) const fn is_empty(&self) -> bool {
        match &self.matcher {
            FindPattern::Fuzzy { letters, .. } => letters.is_empty(),
            FindPattern::Regex(_) => false,
            FindPattern::Broken(_) => true,
        }
    }

    /// Returns whether every path has been looked at.
    #[must_use]
    pub(crate) const fn is_done(&self) -> bool {
        self.is_empty() || self.next >= self.count
    }

    /// Returns the hits so far in the tree's order: those that contain the text as typed, or else those that contain its letters.
    #[must_use]
    pub fn hits(&self) -> &[I] {
        if self.close.is_empty() {
            &self.loose
        } else {
            &self.close
        }
    }

    /// Returns whether the hits are what a regular expression, a glob or a text as it was typed finds, not letters in their order.
    #[must_use]
    pub(crate) const fn is_literal(&self) -> bool {
        match &self.matcher {
            FindPattern::Fuzzy { .. } => !self.close.is_empty(),
            FindPattern::Regex(_) => true,
            FindPattern::Broken(_) => false,
        }
    }

    /// Returns whether no hit is better than another one: those of a regular expression or a glob.
    #[must_use]
    pub(crate) const fn is_unranked(&self) -> bool {
        matches!(self.matcher, FindPattern::Regex(_))
    }

    /// Returns the best hit so far.
    #[must_use]
    pub(crate) fn best(&self) -> Option<I> {
        self.best.map(|(_, path)| path)
    }

    /// Returns whether a path is a hit.
    #[must_use]
    pub(crate) fn is_hit(&self, path: I) -> bool {
        self.hits().binary_search(&path).is_ok()
    }

    /// Returns whether a hit lies below a path.
    #[must_use]
    pub(crate) fn has_below(&self, paths: &impl Paths<Id = I>, path: I) -> bool {
        let hits = self.hits();
        let next = hits.partition_point(|&hit| hit <= path);
        hits.get(next).is_some_and(|&hit| hit < paths.end(path))
    }

    /// Returns the paths at and below the hits, as ranges in the tree's order.
    #[must_use]
    pub(crate) fn selected(&self, paths: &impl Paths<Id = I>) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for &hit in self.hits() {
            if ranges.last().is_none_or(|last| last.end <= hit.index()) {
                ranges.push(hit.index()..paths.end(hit).index());
            }
        }
        ranges
    }

    /// Looks at some more paths; `kept` is what the filter keeps, nothing when it keeps all.
    pub(crate) fn step(&mut self, paths: &impl Paths<Id = I>, kept: Option<&FilteredPaths>) {
        if self.is_done() {
            return;
        }
        let may_hit = |path: I| paths.is_in_query(path) && kept.is_none_or(|kept| kept.stays(path));
        match self.matcher.clone() {
            FindPattern::Fuzzy {
                letters,
                exact_case,
            } => {
                let end = self.next.saturating_add(STEP).min(self.count);
                for id in self.next..end {
                    self.letters(paths, I::of(id), &letters, exact_case, &may_hit);
                }
                self.next = end;
            }
            FindPattern::Regex(regex) => {
                let end = self.next.saturating_add(REGEX_STEP).min(self.count);
                let mut path = Path::default();
                for id in self.next..end {
                    let at = I::of(id);
                    if regex.is_match(path.at(paths, at)) && may_hit(at) {
                        self.close.push(at);
                    }
                }
                self.next = end;
            }
            FindPattern::Broken(_) => {}
        }
    }

    /// Matches greedily from the root down. `used` has the letters that each folder's path matched, so no path is read twice. The last letter has to be in
    /// the name itself, or everything below a hit would be a hit.
    fn letters(
        &mut self,
        paths: &impl Paths<Id = I>,
        path: I,
        letters: &[u8],
        exact_case: bool,
        may_hit: &impl Fn(I) -> bool,
    ) {
        let name = paths.name(path);
        let depth = usize::from(paths.depth(path));
        self.used.truncate(depth);
        let mut used = self.used.last().copied().unwrap_or(0);
        let same = |a: u8, b: u8| a == b || (!exact_case && a.to_ascii_lowercase() == b);
        if used < letters.len() - 1 && letters[used] == b'/' {
            used += 1;
        }
        let mut own = used;
        for &byte in name {
            if own < letters.len() && same(byte, letters[own]) {
                own += 1;
            }
        }
        self.used.resize(depth, 0);
        self.used.push(own.min(letters.len() - 1));
        if own < letters.len() || !may_hit(path) {
            return;
        }
        let full_path;
        let text = if letters.contains(&b'/') {
            full_path = paths.path(path);
            let reach = (letters.len() + name.len()).min(full_path.len());
            &full_path[full_path.len() - reach..]
        } else {
            name
        };
        let place = text
            .windows(letters.len())
            .position(|window| window.iter().zip(letters).all(|(&a, &b)| same(a, b)));
        let grade = match place {
            Some(place)
                if place + letters.len() == text.len() && (place == 0 || letters[0] == b'/') =>
            {
                0
            }
            Some(0) => 1,
            Some(_) => 2,
            None => 3,
        };
        let list = if grade < 3 {
            &mut self.close
        } else {
            &mut self.loose
        };
        list.push(path);
        self.rank((grade, paths.depth(path), name.len()), path);
    }

    fn rank(&mut self, rank: Rank, path: I) {
        if self.best.is_none_or(|(best, _)| rank < best) {
            self.best = Some((rank, path));
        }
    }
}

/// One path after the other, each made from its parent's.
#[derive(Default)]
struct Path {
    bytes: Vec<u8>,
    /// Where the path of each folder above ends.
    ends: Vec<usize>,
}

impl Path {
    fn at<P: Paths>(&mut self, paths: &P, path: P::Id) -> &[u8] {
        let depth = usize::from(paths.depth(path));
        if self.ends.is_empty() {
            // The first one of a step: its folder's path is not known yet.
            let above: Vec<P::Id> = paths.above(path).collect();
            for folder in above.into_iter().rev() {
                self.push(paths.name(folder));
            }
        }
        self.ends.truncate(depth);
        self.bytes.truncate(self.ends.last().copied().unwrap_or(0));
        self.push(paths.name(path));
        &self.bytes
    }

    fn push(&mut self, name: &[u8]) {
        if !name.is_empty() {
            self.bytes.push(b'/');
            self.bytes.extend_from_slice(name);
        }
        self.ends.push(self.bytes.len());
    }
}

#[cfg(test)]
mod tests {
    use super::FindPattern;

    #[test]
    fn a_slash_at_the_end_takes_no_hit_away() {
        for (query, wanted) in [("usr/", &b"usr"[..]), ("usr/b", b"usr/b"), ("/", b"")] {
            let FindPattern::Fuzzy { letters, .. } = FindPattern::of(query) else {
                panic!("{query}");
            };
            assert_eq!(letters, wanted);
        }
    }
}
