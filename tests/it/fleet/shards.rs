//! Parts of one list, each read by a process of its own: together they have the rows of one run.

use std::collections::BTreeSet;

use super::stock::{Stock, list};
use super::{fleet, rows};
use crate::command::{Ended, Shell};

const IMAGES: usize = 40;

#[test]
fn the_parts_have_the_rows_of_the_whole() {
    let Some(stock) = Stock::with_images(IMAGES) else {
        return;
    };
    let host = stock.registry.host();
    let shell = Shell::new().file("list", list(&host, IMAGES + 1));
    for options in ["", "--deep"] {
        let whole = fleet(&shell, &host, &format!("list {options} --out whole"), "");
        assert_eq!(whole.code, Some(0), "{whole}");
        let mut all = 0;
        for index in 0..3 {
            let words = format!("list {options} --out part-{index} --shard {index}/3");
            let part = fleet(&shell, &host, &words, "");
            assert_eq!(part.code, Some(0), "{part}");
            let names = shell.read(&format!("part-{index}/names.ndjson"));
            assert!(names.lines().count() > 3, "{names}");
            all += names.lines().count();
        }
        assert_eq!(all, IMAGES, "each name is in one part");
        for entry in std::fs::read_dir(shell.path().join("whole")).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            let parts = (0..3).map(|index| shell.read(&format!("part-{index}/{name}")));
            let parts: Vec<String> = parts.collect();
            let together: BTreeSet<&str> = parts.iter().flat_map(|part| part.lines()).collect();
            let whole = shell.read(&format!("whole/{name}"));
            let whole: BTreeSet<&str> = whole.lines().collect();
            assert_eq!(together, whole, "{name}");
        }
        for format in ["text", "json"] {
            let together = shell.run(&format!(
                "fleet report part-0 part-1 part-2 --format {format}"
            ));
            let whole = shell.run(&format!("fleet report whole --format {format}"));
            assert_eq!(together.to_string(), whole.to_string());
        }
    }
}

#[test]
fn the_index_of_a_job_names_the_part() {
    let Some(stock) = Stock::with_images(8) else {
        return;
    };
    let host = stock.registry.host();
    let part = |shell: &Shell, shard: &str| -> Ended {
        fleet(shell, &host, &format!("--shard {shard} -"), &list(&host, 8))
    };
    let expected = part(&Shell::new(), "1/2");
    assert_eq!(expected.code, Some(0), "{expected}");
    for variable in [
        "JOB_COMPLETION_INDEX",
        "AWS_BATCH_JOB_ARRAY_INDEX",
        "SLURM_ARRAY_TASK_ID",
    ] {
        let shell = Shell::new().env(variable, "1");
        assert_eq!(part(&shell, "job/2").stdout, expected.stdout, "{variable}");
        // Variables of a job that no option uses change nothing.
        assert_eq!(
            part(&shell, "0/1").stdout.lines().next(),
            expected.stdout.lines().next()
        );
        assert_eq!(rows(&part(&shell, "0/1"), "names").len(), 8);
    }
    // An array of Slurm's tasks can begin at any number.
    let shell = Shell::new()
        .env("SLURM_ARRAY_TASK_ID", "8")
        .env("SLURM_ARRAY_TASK_MIN", "7");
    assert_eq!(part(&shell, "job/2").stdout, expected.stdout);
    let shell = Shell::new();
    for shard in ["2/2", "1", "1/0", "x/2", "-1/2", "1/2/3", "job/2", "job"] {
        let refused = shell.run(&format!("fleet --shard={shard} alpine"));
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(refused.stderr.contains("is not a shard"), "{refused}");
    }
    // A part without images is no failure.
    let empty = (0..50).map(|index| part(&shell, &format!("{index}/50")));
    let mut empty = empty.filter(|part| rows(part, "names").is_empty());
    let empty = empty.next().expect("50 parts of 8 images");
    assert_eq!(empty.code, Some(0), "{empty}");
}
