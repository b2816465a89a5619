//! The manual pages: dive-rs(1), whose options and commands come from the same table as `--help`, and dive-ci(5), whose rules come from the table of
//! rules. The other sections are files in `assets/man`.

use clap::builder::StyledStr;
use clap::{Arg, Command, CommandFactory as _, ValueEnum};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};

use super::args::Args;
use crate::ci::RuleId;

/// The longest line of text.
const WIDTH: usize = 72;
/// The day of the last change to the pages' own text, for builds without the date of their commit.
const DATE: &str = "2026-11-28";

/// A manual page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ManPage {
    /// The program.
    #[value(name = "dive-rs")]
    Program,
    /// The rules file.
    #[value(name = "dive-ci")]
    Rules,
}

/// Returns a page as roff.
pub(super) fn page(page: ManPage) -> String {
    let mut text = Vec::new();
    let written = match page {
        ManPage::Program => program(&mut text),
        ManPage::Rules => rules(&mut text),
    };
    debug_assert!(written.is_ok(), "writing into memory does not fail");
    tidy(&String::from_utf8_lossy(&text))
}

/// Returns roff with short lines, without breaks that a space makes anyway, as `mandoc -T lint` requires, and with code in bold.
fn tidy(text: &str) -> String {
    let text = text.replace(".br\n\n.br\n", ".sp\n");
    let mut tidied = String::with_capacity(text.len());
    for line in text.lines().map(bold_code) {
        let mut column = 0;
        for (at, word) in line.split(' ').enumerate() {
            let breaks = column + word.len() > WIDTH && at > 0 && !line.starts_with('.');
            if breaks {
                tidied.push('\n');
                column = 0;
                // A text line must not look like a request.
                if word.starts_with(['.', '\'']) {
                    tidied.push_str("\\&");
                }
            } else if at > 0 {
                tidied.push(' ');
            }
            tidied.push_str(word);
            column += word.len() + 1;
        }
        tidied.push('\n');
    }
    tidied
}

/// Returns a line with the text between backticks in bold.
fn bold_code(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return line.to_owned();
    }
    let part = |(at, part): (usize, &&str)| match at % 2 {
        0 => (*part).to_owned(),
        _ => format!("\\fB{part}\\fR"),
    };
    parts.iter().enumerate().map(part).collect()
}

fn program(text: &mut Vec<u8>) -> std::io::Result<()> {
    let command = Args::command();
    title("DIVE-RS", "1", text)?;
    text.extend(include_bytes!("../../assets/man/dive-rs.man"));
    Man::new(command.clone()).render_options_section(text)?;
    commands(&command).to_writer(text)?;
    text.extend(include_bytes!("../../assets/man/dive-rs-end.man"));
    Ok(())
}

/// Returns the section of commands, each with its arguments and with the options that the program does not have.
fn commands(program: &Command) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["COMMANDS"]);
    roff.text([roman(
        "Options on how an image is read, and --units, can follow a command as well.",
    )]);
    for (name, command) in subcommands(program, "") {
        let arguments = || {
            let arguments = command.get_arguments();
            arguments.filter(|argument| !argument.is_hide_set() && argument.get_id() != "help")
        };
        let mut line = vec![bold(name)];
        for argument in arguments().filter(|argument| argument.is_positional()) {
            let name = match argument.get_value_names() {
                Some([name, ..]) => name.to_string(),
                _ => argument.get_id().to_string().to_uppercase(),
            };
            line.extend([roman(" ["), italic(name), roman("]")]);
        }
        roff.control("TP", []).text(line);
        roff.text([roman(help_text(command.get_about()))]);
        let is_own = |argument: &&Arg| {
            let mut known = program.get_arguments();
            let long = argument.get_long();
            long.is_some() && (!known.any(|known| known.get_long() == long) || long == Some("json"))
        };
        let own: Vec<&Arg> = arguments().filter(is_own).collect();
        if own.is_empty() {
            continue;
        }
        roff.control("RS", []);
        for option in own {
            let mut line = Vec::new();
            if let Some(short) = option.get_short() {
                line.extend([bold(format!("-{short}")), roman(", ")]);
            }
            line.push(bold(format!("--{}", option.get_long().unwrap_or_default())));
            if option.get_action().takes_values()
                && let Some([name, ..]) = option.get_value_names()
            {
                line.extend([roman(" "), italic(name.as_str())]);
            }
            roff.control("TP", []).text(line);
            roff.text([roman(help_text(option.get_help()))]);
        }
        roff.control("RE", []);
    }
    roff
}

/// Returns the commands of a command with their names, each followed by its own commands.
fn subcommands<'a>(command: &'a Command, above: &str) -> Vec<(String, &'a Command)> {
    let mut all = Vec::new();
    for command in command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
    {
        let name = format!("{above}{}", command.get_name());
        let below = subcommands(command, &format!("{name} "));
        all.push((name, command));
        all.extend(below);
    }
    all
}

fn help_text(text: Option<&StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

fn rules(text: &mut Vec<u8>) -> std::io::Result<()> {
    title("DIVE-CI", "5", text)?;
    text.extend(include_bytes!("../../assets/man/dive-ci.man"));
    let mut roff = Roff::new();
    roff.control("SH", ["RULES"]);
    for id in RuleId::ALL {
        roff.control("TP", []).text([bold(id.name())]);
        roff.text([roman(id.purpose())]);
        if id.default() != "disabled" {
            roff.text([roman(format!("Default: {}.", id.default()))]);
        }
    }
    roff.to_writer(text)?;
    text.extend(include_bytes!("../../assets/man/dive-ci-end.man"));
    Ok(())
}

fn title(name: &str, section: &str, text: &mut Vec<u8>) -> std::io::Result<()> {
    let version = concat!("dive-rs ", env!("CARGO_PKG_VERSION"));
    let mut roff = Roff::new();
    roff.control(
        "TH",
        [
            name,
            section,
            crate::version::DATE.unwrap_or(DATE),
            version,
            "dive-rs",
        ],
    );
    roff.to_writer(text)
}
