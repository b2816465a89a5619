//! Copies to the clipboard: the path, digest, fix or text of the selection, or the command that reports the same without a screen.

use crate::compare::Side;
use crate::image::{Description, Naming, NodeId};
use crate::query::{is_glob, options_of};
use crate::ui::compare::{self, Compare};
use crate::ui::model::effect::Effect;
use crate::ui::model::explore::Explore;
use crate::ui::model::{Model, Screen};
use crate::ui::pane::{FilesPane, Focus, OverviewRow, PackageLine, Tab, View};

/// The most bytes that are copied: terminals limit what they accept.
const MOST: usize = 64 << 10;

/// Copies the selection.
pub(super) fn selection(model: &mut Model) -> Option<Effect> {
    let text = match &model.screen {
        Screen::Explore(explore) => of_one(explore),
        Screen::Compare(compare) => of_two(compare),
        Screen::Fleet(fleet) => fleet.copied(),
        _ => None,
    };
    copied(model, text)
}

/// Copies the command.
pub(super) fn command(model: &mut Model) -> Option<Effect> {
    let base = &model.options.base;
    let text = match &model.screen {
        Screen::Explore(explore) => {
            let about = &explore.image.about;
            match printer(explore) {
                Some(Printer::Report) => command_line(&[about], base, None),
                Some(Printer::Listing(listing)) => command_line(&[about], base, Some(listing)),
                None => None,
            }
        }
        Screen::Compare(compare) => {
            let about = Side::BOTH.map(|side| &compare.images.get(side).about);
            command_line(&about, base, None)
        }
        Screen::Fleet(fleet) => Some(line_of(&fleet.command())),
        _ => None,
    };
    copied(model, text)
}

/// A command that lists files: its words before the image, its options, and a path.
struct ListCommand {
    command: &'static [&'static str],
    options: Vec<String>,
    path: Option<String>,
}

/// What prints what is shown.
enum Printer {
    Report,
    Listing(ListCommand),
}

/// Returns what prints what is shown; nothing where no command does.
fn printer(explore: &Explore) -> Option<Printer> {
    let list = |options: Vec<String>, path| {
        Printer::Listing(ListCommand {
            command: &["ls", "-l"],
            options,
            path,
        })
    };
    let is_tab = explore.focus == Focus::Tabs || explore.view == View::Tabs;
    match (is_tab, explore.tab, explore.view) {
        (true, Tab::Packages, _) => return None,
        (true, Tab::Hidden, _) => {
            let hidden = ["--status", "hidden"].map(str::to_owned);
            return Some(list(hidden.to_vec(), None));
        }
        (true, ..) | (_, _, View::Overview) => return Some(Printer::Report),
        _ => {}
    }
    let (image, content) = (&explore.image, explore.content.ready());
    if let Some(selection) = explore.selection() {
        let content = content.map(|content| &content.content_analysis);
        let (options, path) = options_of(selection.query(), image, content)?;
        return Some(list(options, path));
    }
    if explore.view == View::Map {
        let path = if explore.map.is_zoomed() {
            Some(String::from_utf8(image.tree.path(explore.map.root())).ok()?)
        } else {
            None
        };
        return Some(Printer::Listing(ListCommand {
            command: &["du", "-a"],
            options: Vec::new(),
            path,
        }));
    }
    // The tree of the layers up to the selected one.
    let after = explore.tree.comparison().range().after;
    let after = after.filter(|after| Some(*after) != image.top());
    let mut options = after.map_or_else(Vec::new, |after| {
        vec!["--up-to".to_owned(), (after.index() + 1).to_string()]
    });
    let least = explore.tree.lines.filter().least();
    if least > 0 {
        options.extend(["--min-size".to_owned(), least.to_string()]);
    }
    let Some(find) = explore.tree.lines.find().filter(|find| !find.is_empty()) else {
        let command: &[&str] = if least > 0 {
            &["ls", "-l"]
        } else {
            &["du", "-a"]
        };
        return Some(Printer::Listing(ListCommand {
            command,
            options,
            path: None,
        }));
    };
    let text = find.text();
    let option = if is_glob(text) && !text.starts_with("re:") {
        "--glob"
    } else {
        "--find"
    };
    options.extend([option.to_owned(), text.to_owned()]);
    find.is_literal().then(|| list(options, None))
}

/// Returns the command that reports one image or two, or lists files of one: what selects the image, and the base image. No command names a built-in image beside another one.
fn command_line(
    images: &[&Description],
    base: &[String],
    listing: Option<ListCommand>,
) -> Option<String> {
    let built_in = images.iter().filter(|about| about.selected_by.built_in);
    let mut words = vec!["dive-rs".to_owned()];
    if let Some(listing) = &listing {
        words.extend(base.iter().cloned());
        words.extend(listing.command.iter().map(|word| (*word).to_owned()));
    }
    match built_in.count() {
        0 => {
            let name = |about: &&Description| about.selected_by.named(&about.reference);
            words.extend(images.iter().map(name));
        }
        all if all == images.len() => words.push("--demo".to_owned()),
        _ => return None,
    }
    let namings = || images.iter().map(|about| &about.selected_by);
    let tags = namings().map(|naming| naming.tag.clone());
    words.extend(option("--tag", tags.collect()));
    let platform = |naming: &Naming| naming.platform.as_ref().map(ToString::to_string);
    words.extend(option("--platform", namings().map(platform).collect()));
    if let Some(listing) = listing {
        words.extend(listing.options);
        words.extend(listing.path);
    } else {
        words.extend(base.iter().cloned());
        words.extend(["--report", "text"].map(str::to_owned));
    }
    Some(line_of(&words))
}

/// Returns the words of a command as a line for a shell.
fn line_of(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    words.join(" ")
}

/// Returns an option with one value for all images, or one for each with a comma between; nothing without a value.
fn option(name: &str, mut values: Vec<Option<String>>) -> Vec<String> {
    if values.iter().all(Option::is_none) {
        return Vec::new();
    }
    values.dedup();
    let values = values.into_iter().map(Option::unwrap_or_default);
    let value = values.collect::<Vec<_>>().join(",");
    vec![name.to_owned(), value]
}

/// Shows what is copied; its start, if it is long.
fn copied(model: &mut Model, text: Option<String>) -> Option<Effect> {
    let text = text.filter(|text| !text.is_empty());
    let Some(mut text) = text else {
        model.notice = Some("there is nothing to copy here".to_owned());
        return None;
    };
    let end = (0..=MOST.min(text.len())).rfind(|&end| text.is_char_boundary(end));
    text.truncate(end.unwrap_or(0));
    let first = text.lines().next().unwrap_or_default();
    let more = if text.lines().count() > 1 { " …" } else { "" };
    model.notice = Some(format!("copied: {first}{more}"));
    Some(Effect::Copy(text))
}

fn of_one(explore: &Explore) -> Option<String> {
    let path = |node: NodeId| String::from_utf8_lossy(&explore.image.tree.path(node)).into_owned();
    let content = explore.content.ready();
    let fix = |at: usize| {
        let step = content.and_then(|content| content.fix(at))?;
        Some(step.lines.join("\n"))
    };
    let at = explore.tab_cursor().at();
    match (explore.focus, explore.tab) {
        (Focus::Layers, _) => {
            let layer = explore.image.layer(explore.layer()?);
            layer.heading.diff_id.clone()
        }
        (Focus::Files, _) if explore.list().is_some_and(FilesPane::has_marks) => {
            let marked = explore.list()?.marked().map(|content| path(content.node));
            Some(marked.collect::<Vec<_>>().join("\n"))
        }
        (Focus::Tree | Focus::Files, _) => explore.selected_node().map(path),
        (Focus::Map, _) => explore.map.selected().map(|tile| path(tile.node)),
        (Focus::Overview, _) => match explore.overview.selected()? {
            OverviewRow::Category(category) => Some(category.name().to_owned()),
            OverviewRow::Saving(saving) => fix(saving.finding),
            OverviewRow::Security(at) => fix(at),
            OverviewRow::File(at) => explore.summary.largest.get(at).map(|file| path(file.node)),
        },
        (Focus::Tabs, Tab::Hidden) => explore.summary.hidden.get(at).map(|row| path(row.node)),
        (Focus::Tabs, Tab::Savings) => fix(explore.selected_finding()?),
        (Focus::Tabs, Tab::Packages) => match explore.packages.rows().get(at)? {
            PackageLine::Package(id) => {
                let package = content?.content_analysis.packages.get(*id);
                Some(format!("{} {}", package.name, package.version))
            }
            _ => None,
        },
        (Focus::Tabs, Tab::Image) => {
            let row = explore.facts.rows().get(at)?;
            let fact = explore.facts.facts().get(row.fact)?;
            Some(fact.text.clone())
        }
        (Focus::Tabs, Tab::Config) => {
            let line = explore.summary.config.get(at)?;
            Some(line.text.clone())
        }
    }
}

fn of_two(compare: &Compare) -> Option<String> {
    match compare.front.focus {
        compare::CompareFocus::Files => {
            let row = compare.selected_row()?;
            let path = compare.comparison.path(compare.both(), row);
            Some(String::from_utf8_lossy(&path).into_owned())
        }
        compare::CompareFocus::Tabs => {
            let line = compare.selected_line()?;
            let parts = [Some(line.label.trim()), Some(line.left.trim())];
            let parts = parts.into_iter().chain([line.right.as_deref()]).flatten();
            let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
            Some(parts.join("  "))
        }
    }
}

/// Returns a word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/:@+,".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
