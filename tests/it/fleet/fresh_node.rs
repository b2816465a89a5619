//! docs/fresh-node.md: its commands print the output on the page.

use crate::command::Shell;

const PAGE: &str = include_str!("../../../docs/fresh-node.md");

#[test]
fn the_page_has_the_output_of_its_commands() {
    let shell = Shell::new();
    let mut commands = 0;
    for block in PAGE.split("```").skip(1).step_by(2) {
        for part in block.split("\n$ ").skip(1) {
            let (command, expected) = part.split_once('\n').unwrap();
            let mut output = String::new();
            for program in command.split(" | ") {
                let words: Vec<&str> = program.split_whitespace().collect();
                assert_eq!(words[0], "dive-rs", "{command}");
                let ended = shell.run_args(&words[1..], output.as_bytes());
                assert_eq!(ended.code, Some(0), "{ended}");
                output = ended.stdout;
            }
            assert_eq!(output, expected, "{command}");
            commands += 1;
        }
    }
    assert!(commands >= 2, "{commands}");
}
