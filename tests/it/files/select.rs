//! Selections by category, package, status, size and path: the same on the command line as on the screen.

use dive_rs::analysis::findings::Findings;
use dive_rs::analysis::packages::PackageId;
use dive_rs::analysis::{BaseHint, Category, HiddenKind};
use dive_rs::cli::{self, Plan};
use dive_rs::image::LayerId;
use dive_rs::query::{
    Condition, PackageFilter, Query, QueryOptions, Selection, StatusOption, StoredAs, options_of,
};
use insta::assert_snapshot;
use serde_json::Value;

use super::{runs, shell};
use crate::command::Shell;
use crate::fixture_tar::{Docker, docker_save};
use crate::packages::content_analysis;
use crate::screens_packages::debian;

fn debian_shell() -> Shell {
    Shell::new().file("debian.tar", docker_save(&debian(), Docker::New))
}

/// Returns the words of `dive-rs ls` with options.
fn words(options: &[String]) -> QueryOptions {
    let fixed = ["dive-rs", "ls", "image.tar"].map(str::to_owned);
    let line = fixed.iter().chain(options).map(Into::into);
    match cli::parse(line.collect::<Vec<std::ffi::OsString>>()) {
        Ok(Plan::Files(plan)) => plan.query,
        other => panic!("{options:?}: {other:?}"),
    }
}

#[test]
fn the_options_of_a_query_select_the_same() {
    let (image, analysis, content) = content_analysis(&debian(), &BaseHint::default());
    let Findings { list, .. } = &content.findings;
    let packages: Vec<PackageId> = content.packages.ids().map(|(id, _)| id).collect();
    assert!(!list.is_empty() && packages.len() > 1);
    let mut conditions = vec![
        Condition::Layers(LayerId(1), LayerId(1)),
        Condition::Layers(LayerId(0), LayerId(1)),
        Condition::HiddenBy(LayerId(1)),
        Condition::Visible,
        Condition::Hidden(None),
        Condition::Hidden(Some(HiddenKind::Overwritten)),
        Condition::Change(StoredAs::Added),
        Condition::Change(StoredAs::Modified),
        Condition::MinSize(90_000),
        Condition::Path("**/doc".to_owned()),
        Condition::Path("LIBC".to_owned()),
        Condition::Path("re:gcc.*\\.gz$".to_owned()),
    ];
    conditions.extend(Category::ALL.map(Condition::Category));
    conditions.extend(PackageFilter::ALL.map(Condition::Package));
    conditions.extend(
        packages
            .iter()
            .map(|id| Condition::Package(PackageFilter::Package(*id))),
    );
    conditions.extend((0..list.len()).map(Condition::Finding));
    let select = |query: &Query| {
        let selection = Selection::of(&image, &analysis, Some(&content), query);
        selection.contents().to_vec()
    };
    for (at, condition) in conditions.iter().enumerate() {
        // Alone, and with the condition before it.
        let one = Query::of(condition.clone());
        let two = one.clone().and(conditions[at.saturating_sub(1)].clone());
        for query in [one, two] {
            let Some((options, path)) = options_of(&query, &image, Some(&content)) else {
                let kinds = query.conditions.iter().map(std::mem::discriminant);
                let kinds: std::collections::HashSet<_> = kinds.collect();
                assert!(query.conditions.len() == 2 && kinds.len() == 1, "{query:?}");
                continue;
            };
            assert_eq!(path, None);
            let again = words(&options).query(&image, Some(&content));
            let again = again.unwrap_or_else(|error| panic!("{options:?}: {error:?}"));
            assert_eq!(select(&again), select(&query), "{options:?}");
        }
    }
    let doc = image.tree.find(b"/usr/share/doc").expect("a folder");
    let (options, path) =
        options_of(&Query::of(Condition::Below(doc)), &image, None).expect("a path");
    assert_eq!(words(&options).statuses, [StatusOption::Any]);
    assert_eq!(path.as_deref(), Some("/usr/share/doc"));
}

#[test]
fn files_are_selected_by_path_status_and_size() {
    assert_snapshot!(runs(
        &shell(),
        &[
            "ls -l --status any app.tar",
            "ls -l --status hidden app.tar",
            "ls -l --status overwritten app.tar /etc",
            "ls --hidden-by 4 app.tar",
            "ls --min-size 1kB --status visible app.tar",
            "ls --layer 1 --min-size 11 app.tar",
            "ls --up-to 2 --min-size 1kB app.tar",
            "ls --glob *.bin app.tar",
            "ls --glob passwd --status modified app.tar",
            "ls --glob /usr/bin app.tar",
            "ls --find BUSY app.tar",
            "ls --find re:^/app/[a-n]+$ app.tar",
            "ls --json --status deleted app.tar",
            "du --bytes --status hidden app.tar",
            "du -a --min-size 20kB app.tar",
            "ls --status deleted --status visible app.tar",
        ]
    ));
}

#[test]
fn files_are_selected_by_category_package_owner_and_finding() {
    let shell = debian_shell();
    assert_snapshot!(runs(
        &shell,
        &[
            "ls -l --category docs debian.tar",
            "ls --package gcc-12 debian.tar",
            "ls --package dpkg:libc6 --min-size 1MB debian.tar",
            "ls --owned-by none debian.tar",
            "ls --finding build-tools debian.tar",
            "du --category compilers-and-headers debian.tar",
        ]
    ));
    shell.run("--json all.json debian.tar");
    let all: Value = serde_json::from_str(&shell.read("all.json")).expect("JSON");
    for category in all["categories"].as_array().expect("a list") {
        let id = category["category"].as_str().expect("text");
        let sum = shell
            .run(&format!("du -s --json --category {id} debian.tar"))
            .stdout;
        let sum: Value = serde_json::from_str(&sum).expect("JSON");
        assert_eq!(sum["sizeBytes"], category["sizeBytes"], "{id}");
    }
}

#[test]
fn reports_show_the_selected_files() {
    let shell = debian_shell();
    let text = shell.run("--category docs debian.tar").stdout;
    let from = text.find("Selected").expect("a section");
    let section = text[from..].split("\n\n").next().expect("a section");
    assert_snapshot!(section);
    let json = shell
        .run("--layer 2 --min-size 50kB --json - debian.tar")
        .stdout;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let schema = include_str!("../../../docs/json.schema.json");
    assert_eq!(
        crate::verdict::errors(schema, &json.to_string()),
        crate::verdict::NONE
    );
    assert_snapshot!(serde_json::to_string_pretty(&json["selection"]).expect("JSON"));
}

#[test]
fn wrong_words_are_errors_with_a_hint() {
    let shell = debian_shell().file("other.tar", "");
    assert_snapshot!(runs(
        &shell,
        &[
            "ls --category none debian.tar",
            "ls --package gc-12 debian.tar",
            "ls --owned-by me debian.tar",
            "ls --finding nothing debian.tar",
            "ls --finding deleted:x debian.tar",
            "ls --finding loader-missing debian.tar",
            "ls --status gone debian.tar",
            "ls --min-size big debian.tar",
            "ls --glob [ debian.tar",
            "ls --find re:( debian.tar",
            r"ls --find re:\p{L} debian.tar",
            "ls --hidden-by 9 debian.tar",
            "cat --category docs debian.tar /etc/hostname",
            "--category docs cat debian.tar /etc/hostname",
            "--category docs debian.tar other.tar",
            "--layer 9 debian.tar",
            "--category docs --report sarif debian.tar",
        ]
    ));
}
