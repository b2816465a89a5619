//! The picker: the engines' images or those of one archive, the text that filters them, the selected one and the marked ones. It loads nothing and reads no clock.

use crate::bytes;
use crate::compare::{Side, Sides};
use crate::image::seconds_since_1970;
use crate::load::{Engine, ListedImage, LocalImage};

use crate::ui::pane::{Cursor, Edit, Motion, TextInput};

/// An image that can be picked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PickImage {
    /// Its name, `alpine:3.20`; nothing for an untagged image.
    pub name: Option<String>,
    /// Its id, `sha256:…`; empty if unknown.
    pub id: String,
    /// Its size in bytes, if known.
    pub size: Option<u64>,
    /// When it was created, in seconds since 1970.
    pub created: i64,
    /// Where it comes from.
    pub origin: PickOrigin,
}

/// Where an image that can be picked comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PickOrigin {
    /// A local engine.
    Engine(Engine),
    /// The archive or registry that is being opened.
    Listed(Box<ListedImage>),
}

impl From<LocalImage> for PickImage {
    fn from(image: LocalImage) -> Self {
        Self {
            name: image.name,
            id: image.id,
            size: Some(image.size),
            created: image.created,
            origin: PickOrigin::Engine(image.engine),
        }
    }
}

impl From<ListedImage> for PickImage {
    fn from(image: ListedImage) -> Self {
        let id = image.id.clone().unwrap_or_default();
        // A digest in place of a name is shown as the id.
        let name = Some(image.name.clone()).filter(|name| !name.is_empty() && !is_digest(name));
        let created = image.created.as_deref().and_then(seconds_since_1970);
        Self {
            name,
            id,
            size: image.bytes,
            created: created.unwrap_or_default(),
            origin: PickOrigin::Listed(Box::new(image)),
        }
    }
}

impl PickImage {
    /// Returns its engine or its platform.
    #[must_use]
    pub fn origin_text(&self) -> String {
        match &self.origin {
            PickOrigin::Engine(engine) => engine.to_string(),
            PickOrigin::Listed(image) => image.platform.to_string(),
        }
    }
}

fn is_digest(name: &str) -> bool {
    let digest = name.split_once(':');
    digest.is_some_and(|(_, hex)| hex.len() >= 64 && !hex.contains('/'))
}

/// An image that a command line names, to be picked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandImage {
    /// Its option or its side, if it has one: `--base`, `before`.
    pub role: Option<&'static str>,
    /// Its name as the user wrote it.
    pub name: String,
}

/// The picker's state.
#[derive(Clone, Debug, Default)]
pub struct Picker {
    images: Vec<PickImage>,
    /// The current time in seconds since 1970, for ages.
    now: i64,
    /// The text that filters the images.
    pub filter: TextInput,
    shown: Vec<usize>,
    cursor: Cursor,
    /// The images to be compared, in the order they were marked; two at most.
    marked: Vec<usize>,
    /// The side that an image is picked for and the names of the two images to be compared, when it is picked for one of them.
    pub pair: Option<(Side, Sides<String>)>,
    /// What an image is picked for, when the picker is all that is shown and ends with that image.
    pub operand: Option<CommandImage>,
}

impl Picker {
    /// Returns the picker over images, all of them shown.
    #[must_use]
    pub fn new<T: Into<PickImage>>(images: Vec<T>, now: i64) -> Self {
        Self {
            shown: (0..images.len()).collect(),
            images: images.into_iter().map(Into::into).collect(),
            now,
            ..Self::default()
        }
    }

    /// Returns the picker over the images of an archive; `pair` names the two images to be compared and the side that is picked, if it is one of them.
    #[must_use]
    pub fn of_archive(
        images: Vec<ListedImage>,
        pair: Option<(Side, Sides<String>)>,
        now: i64,
    ) -> Self {
        Self {
            pair,
            ..Self::new(images, now)
        }
    }

    /// Returns the picker over the images of an archive, which ends with the one that is picked.
    #[must_use]
    pub fn of_operand(images: Vec<ListedImage>, operand: CommandImage, now: i64) -> Self {
        Self {
            operand: Some(operand),
            ..Self::new(images, now)
        }
    }

    /// Returns whether one image is picked, so that none is marked.
    #[must_use]
    pub(crate) const fn picks_one(&self) -> bool {
        self.pair.is_some() || self.operand.is_some()
    }

    /// Returns whether the images are those of an archive.
    #[must_use]
    pub(crate) fn is_of_archive(&self) -> bool {
        let first = self.images.first().map(|image| &image.origin);
        matches!(first, Some(PickOrigin::Listed(_)))
    }

    /// Returns the images that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &PickImage> {
        self.shown.iter().filter_map(|&at| self.images.get(at))
    }

    /// Returns how many are shown, and of how many.
    #[must_use]
    pub(crate) const fn counts(&self) -> (usize, usize) {
        (self.shown.len(), self.images.len())
    }

    /// Returns the cursor.
    #[must_use]
    pub(crate) const fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Returns the selected image.
    #[must_use]
    pub fn selected(&self) -> Option<&PickImage> {
        self.images.get(*self.shown.get(self.cursor.at())?)
    }

    /// Marks the selected image or removes its mark. A third mark removes the first one.
    pub fn mark(&mut self) {
        if self.picks_one() {
            return;
        }
        let Some(&at) = self.shown.get(self.cursor.at()) else {
            return;
        };
        if let Some(place) = self.marked.iter().position(|&other| other == at) {
            self.marked.remove(place);
        } else {
            self.marked.push(at);
            if self.marked.len() > 2 {
                self.marked.remove(0);
            }
        }
    }

    /// Returns an image's mark, counted from 1, by its place among those shown.
    #[must_use]
    pub(crate) fn mark_of(&self, shown: usize) -> Option<usize> {
        let at = self.shown.get(shown)?;
        let place = self.marked.iter().position(|other| other == at);
        place.map(|place| place + 1)
    }

    /// Returns the images to be compared: both that are marked, or the one that is and the selected one.
    #[must_use]
    pub fn pair(&self) -> Option<Sides<&PickImage>> {
        let selected = self.shown.get(self.cursor.at());
        let second = match self.marked[..] {
            [_, second] => second,
            [first] => *selected.filter(|&&at| at != first)?,
            _ => return None,
        };
        let first = self.images.get(*self.marked.first()?)?;
        Some(Sides::new(first, self.images.get(second)?))
    }

    /// Changes the filter; the selected image stays selected while it is shown.
    pub(crate) fn edit(&mut self, edit: Edit) {
        let selected = self.shown.get(self.cursor.at()).copied();
        self.filter.apply(edit);
        let filter = self.filter.text().to_lowercase();
        let fits = |image: &PickImage| filter.split_whitespace().all(|word| matches(image, word));
        let all = self.images.iter().enumerate();
        let fitting = all.filter(|(_, image)| fits(image));
        self.shown = fitting.map(|(at, _)| at).collect();
        let place = selected.and_then(|at| self.shown.iter().position(|&other| other == at));
        self.cursor = Cursor::default();
        let len = self.shown.len();
        self.cursor.set(place.unwrap_or(0), len, len);
    }

    /// Clears the filter.
    pub fn clear(&mut self) {
        self.filter = TextInput::default();
        self.edit(Edit::End);
    }

    /// Removes all marks.
    pub fn unmark(&mut self) {
        self.marked.clear();
    }

    /// Returns whether an image is marked.
    #[must_use]
    pub(crate) const fn has_marks(&self) -> bool {
        !self.marked.is_empty()
    }

    /// Moves the cursor.
    pub(crate) fn step(&mut self, motion: Motion, height: usize) {
        self.cursor.step(motion, self.shown.len(), height);
    }

    /// Fits the list into so many lines.
    pub(crate) fn fit(&mut self, height: usize) {
        self.cursor.set(self.cursor.at(), self.shown.len(), height);
    }

    /// Selects the image on a line of the view, and returns whether it was selected already.
    pub fn click(&mut self, line: usize, height: usize) -> Option<bool> {
        self.cursor.click(line, self.shown.len(), height)
    }

    /// Returns how old an image is, in words.
    #[must_use]
    pub fn age(&self, image: &PickImage) -> String {
        age(self.now.saturating_sub(image.created))
    }
}

/// Returns the name of an image, or the start of its id.
#[must_use]
pub(crate) fn display_name(image: &PickImage) -> &str {
    image.name.as_deref().unwrap_or_else(|| short_id(image))
}

/// Returns the start of an image's id, as docker shows it.
#[must_use]
pub(crate) fn short_id(image: &PickImage) -> &str {
    let (_, hex) = image.id.split_once(':').unwrap_or(("", &image.id));
    hex.get(..12).unwrap_or(hex)
}

/// Returns whether an image's name, engine or platform contains a word, or its id starts with it.
fn matches(image: &PickImage, word: &str) -> bool {
    let name = image.name.as_deref().unwrap_or_default();
    name.to_lowercase().contains(word)
        || image.origin_text().to_lowercase().contains(word)
        || short_id(image).starts_with(word)
        || image.id.starts_with(word)
}

/// Returns a time in its largest unit, or `–` for a date in the future or near 1970, which reproducible builds set.
fn age(seconds: i64) -> String {
    const UNKNOWN: u64 = 40 * 365 * 86_400;
    match u64::try_from(seconds) {
        Ok(seconds) if seconds < UNKNOWN => bytes::age(seconds).unwrap_or_else(|| "now".to_owned()),
        _ => "–".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn ages_in_their_largest_unit() {
        for (seconds, words) in [
            (0, "now"),
            (60, "1 minute"),
            (7_300, "2 hours"),
            (86_400 * 6, "6 days"),
            (86_400 * 29, "4 weeks"),
            (86_400 * 400, "1 year"),
            (-5, "–"),
            (1_700_000_000, "–"),
        ] {
            assert_eq!(age(seconds), words);
        }
    }
}
