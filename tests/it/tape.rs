//! `demo.tape`, parsed as VHS parses it (github.com/charmbracelet/vhs), with its keys played into the real program on a pseudo-terminal; every screen
//! must have the expected texts. Pauses are added up, never slept; an unsupported command fails.

use std::path::Path;
use std::time::Duration;

use regex::Regex;

use crate::pty::Term;

/// VHS's default delay between two keys.
const TYPING: Duration = Duration::from_millis(50);
/// The longest playing time.
const LONGEST: Duration = Duration::from_secs(40);
/// The allowance for each screen that the tape waits for.
const WAITED: Duration = Duration::from_millis(500);

/// A line of a tape.
#[derive(Debug)]
enum Command {
    /// The output file.
    Output(String),
    /// A required program.
    Require(String),
    /// Appearance and typing speed.
    Set(String, String),
    /// Keys, and the time after each if it is not the default.
    Keys(Vec<String>, Option<Duration>),
    Sleep(Duration),
    /// Continues when the screen matches.
    Wait(Regex),
    /// Writes the screen as a picture.
    Screenshot(String),
    /// Stops or resumes recording.
    Shown(bool),
}

/// Parses a tape; an error is the unsupported line.
fn parse(text: &str) -> Result<Vec<Command>, String> {
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let each = |(at, line)| command(line).ok_or_else(|| format!("line {}: {line}", at + 1));
    lines.map(each).collect()
}

fn command(line: &str) -> Option<Command> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    let (name, pause) = match word.split_once('@') {
        Some((name, pause)) => (name, Some(duration(pause)?)),
        None => (word, None),
    };
    let plain = pause.is_none();
    Some(match name {
        "Output" if plain && is_word(rest) => Command::Output(rest.to_owned()),
        "Screenshot" if plain && is_word(rest) => Command::Screenshot(rest.to_owned()),
        "Require" if plain && is_word(rest) => Command::Require(rest.to_owned()),
        "Set" if plain => {
            let (setting, value) = rest.split_once(' ')?;
            Command::Set(setting.to_owned(), set(setting, value.trim())?)
        }
        "Sleep" if plain => Command::Sleep(duration(rest)?),
        "Type" => {
            let keys = quoted(rest)?.chars().map(String::from);
            Command::Keys(keys.collect(), pause)
        }
        "Wait+Screen" if plain => {
            // VHS ends a pattern at the next slash, even after a backslash.
            let pattern = rest.strip_prefix('/')?.strip_suffix('/')?;
            let whole = !pattern.contains('/');
            Command::Wait(whole.then(|| Regex::new(pattern).ok())??)
        }
        "Hide" | "Show" if plain && rest.is_empty() => Command::Shown(name == "Show"),
        name => {
            let times = if rest.is_empty() {
                1
            } else {
                rest.parse().ok()?
            };
            Command::Keys(vec![key(name)?.to_owned(); times], pause)
        }
    })
}

/// Returns a setting and its value, if both are valid.
fn set(name: &str, value: &str) -> Option<String> {
    let number = || value.parse::<f64>().is_ok_and(|number| number >= 0.0);
    let fits = match name {
        "FontSize" | "Width" | "Height" | "Padding" | "Margin" | "Framerate" | "BorderRadius"
        | "WindowBarSize" | "LetterSpacing" | "LineHeight" => number(),
        "TypingSpeed" => duration(value).is_some(),
        "Shell" | "FontFamily" | "Theme" | "MarginFill" | "WindowBar" => {
            return quoted(value).map(str::to_owned);
        }
        "CursorBlink" => ["true", "false"].contains(&value),
        _ => false,
    };
    fits.then(|| value.to_owned())
}

/// Returns the bytes that a terminal sends for a key.
fn key(name: &str) -> Option<&'static str> {
    Some(match name {
        "Enter" => "\r",
        "Tab" => "\t",
        "Escape" => "\x1b",
        "Space" => " ",
        "Backspace" => "\x7f",
        "Up" => "\x1b[A",
        "Down" => "\x1b[B",
        "Right" => "\x1b[C",
        "Left" => "\x1b[D",
        "PageUp" => "\x1b[5~",
        "PageDown" => "\x1b[6~",
        _ => return None,
    })
}

/// Parses `2s`, `400ms` or `1.5` (seconds).
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1e-3),
        None => (text.strip_suffix('s').unwrap_or(text), 1.0),
    };
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    let number: f64 = number.chars().all(digits).then(|| number.parse().ok())??;
    Duration::try_from_secs_f64(number * unit).ok()
}

/// Returns the text in quotes, or a word without quotes. VHS has no escapes.
fn quoted(text: &str) -> Option<&str> {
    for quote in ['"', '\'', '`'] {
        if let Some(inner) = text.strip_prefix(quote) {
            let inner = inner.strip_suffix(quote)?;
            return (!inner.contains(quote)).then_some(inner);
        }
    }
    is_word(text).then_some(text)
}

fn is_word(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || "._-/%".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(letter)
}

/// Returns the playing time of a tape, with an allowance for each screen it waits for.
fn time(tape: &[Command]) -> Duration {
    let (mut typing, mut shown, mut time) = (TYPING, true, Duration::ZERO);
    for command in tape {
        let takes = match command {
            Command::Set(name, value) if name == "TypingSpeed" => {
                typing = duration(value).unwrap_or(TYPING);
                Duration::ZERO
            }
            Command::Keys(keys, pause) => {
                let many = u32::try_from(keys.len()).unwrap_or(u32::MAX);
                pause.unwrap_or(typing).saturating_mul(many)
            }
            Command::Sleep(pause) => *pause,
            Command::Wait(_) => WAITED,
            Command::Shown(is) => {
                shown = *is;
                Duration::ZERO
            }
            _ => Duration::ZERO,
        };
        if shown {
            time += takes;
        }
    }
    time
}

/// Returns demo.tape.
fn demo() -> Vec<Command> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo.tape");
    parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Plays a tape in a shell that finds `dive-rs`, for a user without any configuration. Each awaited screen must also contain its expected texts.
fn play(tape: &[Command], expected: &[&[&str]]) {
    let built = Path::new(env!("CARGO_BIN_EXE_dive-rs")).parent().unwrap();
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(built.to_owned()).chain(std::env::split_paths(&inherited));
    let path = std::env::join_paths(folders).unwrap();
    let path = format!("PATH={}", path.display());
    let home = tempfile::tempdir().unwrap();
    let [home, config] =
        ["HOME", "XDG_CONFIG_HOME"].map(|name| format!("{name}={}", home.path().display()));
    let variables = [&*path, &home, &config, "PS1=> ", "sh"];
    let mut term = Term::start(Path::new("/usr/bin/env"), &variables);
    term.resize(36, 120);
    term.wait_for(">");
    let mut expected = expected.iter();
    for command in tape {
        match command {
            Command::Keys(keys, _) => keys.iter().for_each(|key| term.press(key)),
            Command::Wait(awaited) => {
                let part = expected.next().expect("texts for each screen");
                let what = format!("{awaited} with {part:?}");
                term.wait(&what, |screen| {
                    let shown = screen.contents();
                    awaited.is_match(&shown) && part.iter().all(|text| shown.contains(text))
                });
            }
            _ => {}
        }
    }
    assert_eq!(expected.next(), None, "is waited for");
    // The program has exited, and the shell exits next.
    term.wait("the shell", |screen| !screen.alternate_screen());
    term.press("exit\r");
    assert_eq!(term.end(), 0);
}

#[test]
fn the_demo_plays_in_under_forty_seconds() {
    let tape = demo();
    let time = time(&tape);
    assert!(time < LONGEST, "{time:?}");
    // What is in the image, the files of the largest saving, the map, the other image, and why it is smaller.
    let expected: [&[&str]; 8] = [
        &[
            "dive-rs  go-app:onbuild",
            "4 layers",
            "692.8 MB",
            "size after",
            "205.6 MB",
        ],
        &["build tools", "1.2 GB of 1.4 GB", "▸ usr"],
        &["692.8 MB"],
        &["ssa.a", "golang-1.19-go_1.", "of the map"],
        &["Compare"],
        &["before go-app:onbuild", "after go-app:multistage"],
        &["Why", "package caches", "L2 apt-get"],
        &["692.8 MB → 0 B", "−692.8 MB"],
    ];
    play(&tape, &expected);
}

#[test]
fn the_demo_is_recorded_for_the_readme() {
    let tape = demo();
    let needs = |command: &Command| matches!(command, Command::Require(name) if name == "dive-rs");
    assert!(tape.iter().any(needs));
    let outputs = tape.iter().filter_map(|command| match command {
        Command::Output(file) => Some(file.as_str()),
        _ => None,
    });
    let outputs: Vec<&str> = outputs.collect();
    assert_eq!(outputs, ["assets/demo.gif"]);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let film = std::fs::read(root.join(outputs[0])).unwrap();
    assert!(film.starts_with(b"GIF89a"));
    assert!(film.len() <= 2_000_000, "{} bytes", film.len());
    let (recorded, played) = (duration_of_gif(&film).expect("a GIF"), time(&tape));
    assert!(
        recorded < LONGEST && recorded > played.mul_f32(0.75),
        "recorded {recorded:?}, played {played:?}"
    );
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.contains("](assets/demo.gif)"));
    let pictures = tape.iter().filter_map(|command| match command {
        Command::Screenshot(picture) => Some(picture.as_str()),
        _ => None,
    });
    for picture in pictures {
        let bytes = std::fs::read(root.join(picture)).unwrap();
        assert!(bytes.starts_with(b"\x89PNG"), "{picture}");
        assert!(bytes.len() <= 300_000, "{picture}: {} bytes", bytes.len());
        assert!(readme.contains(picture), "{picture}");
    }
}

/// Returns the sum of the delays of a GIF's frames.
fn duration_of_gif(film: &[u8]) -> Option<Duration> {
    /// Returns what follows a chain of sub-blocks.
    fn skip_blocks(mut rest: &[u8]) -> Option<&[u8]> {
        loop {
            let (len, after) = rest.split_first()?;
            rest = after.get(usize::from(*len)..)?;
            if *len == 0 {
                return Some(rest);
            }
        }
    }
    let colours = |flags: u8| match flags & 0x80 {
        0 => 0,
        _ => 3 << ((flags & 7) + 1),
    };
    let mut rest = film.get(13 + colours(*film.get(10)?)..)?;
    let mut hundredths = 0;
    loop {
        rest = match rest {
            [0x21, 0xf9, 4, _, low, high, ..] => {
                hundredths += u64::from(u16::from_le_bytes([*low, *high]));
                skip_blocks(&rest[2..])?
            }
            [0x21, _, after @ ..] => skip_blocks(after)?,
            // Position, flags, colours, the size of a code, data.
            [0x2c, ..] => skip_blocks(rest.get(11 + colours(*rest.get(9)?)..)?)?,
            [0x3b, ..] => return Some(Duration::from_millis(hundredths * 10)),
            _ => return None,
        }
    }
}

#[test]
fn unknown_commands_are_errors() {
    for wrong in [
        "Sleap 1s",
        "Sleep soon",
        "Sleep -1s",
        "Type \"a",
        "Type \"a\" \"b\"",
        "Type two words",
        "Enter twice",
        "Set Speed 2",
        "Set Width wide",
        "Wait+Screen reclaimable",
        "Wait+Screen /(/",
        "Wait+Screen /a\\/b/",
        "Ctrl+Q",
        "Output \"my demo.gif\"",
        "Hide 1",
    ] {
        let error = parse(&format!("# a comment\n\n{wrong}\n")).expect_err(wrong);
        assert_eq!(error, format!("line 3: {wrong}"));
    }
}

#[test]
fn playing_time_is_added_up() {
    let tape = "Sleep 2\nType 'ab'\nSet TypingSpeed 10ms\nType@1s \"cd\"\nDown 3\nHide\nSleep 9s\nShow\nEnter@500ms 2\nWait+Screen /x/";
    // 2 s + 2 × 50 ms + 2 × 1 s + 3 × 10 ms + 2 × 500 ms + 500 ms
    let time = time(&parse(tape).unwrap());
    assert_eq!(time, Duration::from_millis(5630));
}
