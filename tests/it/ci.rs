//! Rules on images built in code: dive's own cases, strict limits, disabled rules. The binary is tested in `cli`.

use std::error::Error;

use dive_rs::analysis::findings::FindingKind;
use dive_rs::analysis::{Analysis, BaseHint};
use dive_rs::ci::{Limit, RuleId, RuleOptions, RuleOutcome, Rules, Verdict, judge};
use dive_rs::image::{Compression, Image};

use crate::command::Shell;
use crate::dive_image;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save, layer_tar, oci_archive, pack};

/// Returns the results of dive's three rules in dive's order: efficiency, wasted bytes, wasted percent.
fn outcomes(efficiency: &str, bytes: &str, percent: &str) -> Result<[RuleOutcome; 3], String> {
    let typed = RuleOptions {
        file: None,
        flags: vec![
            (RuleId::LowestEfficiency, efficiency.to_owned()),
            (RuleId::HighestWastedBytes, bytes.to_owned()),
            (RuleId::HighestUserWastedPercent, percent.to_owned()),
        ],
    };
    let (rules, _) = Rules::merge(&typed).map_err(|failure| failure.to_string())?;
    let image = dive_image::image().image();
    let verdict = judge(
        &rules,
        &image,
        &Analysis::of(&image, &BaseHint::default()),
        None,
        None,
        None,
    );
    let all = [
        RuleId::LowestEfficiency,
        RuleId::HighestWastedBytes,
        RuleId::HighestUserWastedPercent,
    ];
    Ok(all.map(|id| {
        let ruling = verdict.results.iter().find(|ruling| ruling.id == id);
        ruling.expect("every rule is judged").outcome
    }))
}

#[test]
fn dives_own_cases() {
    use RuleOutcome::{Failed, Passed, Skipped};
    assert_eq!(outcomes("0.99", "1B", "0.01"), Ok([Failed; 3]));
    assert_eq!(outcomes("0.9", "50kB", "0.5"), Ok([Passed; 3]));
    assert_eq!(
        outcomes("disabled", "disabled", "disabled"),
        Ok([Skipped; 3])
    );
    assert_eq!(outcomes("off", "FALSE", " "), Ok([Skipped; 3]));
    assert_eq!(outcomes("0.9", "1B", "0.5"), Ok([Passed, Failed, Passed]));
    assert!(outcomes("1.1", "1BB", "10").is_err());
    assert!(outcomes("-9", "-1BB", "-0.1").is_err());
}

#[test]
fn the_error_of_a_glob_is_a_source_of_the_failure() {
    let options = RuleOptions {
        file: None,
        flags: vec![(RuleId::Deny, "/etc/[".to_owned())],
    };
    let failure = Rules::merge(&options).expect_err("an invalid glob");
    let sources = std::iter::successors(failure.source(), |error| (*error).source());
    let globs: Vec<&globset::Error> = sources.filter_map(<dyn Error>::downcast_ref).collect();
    assert_eq!(globs.first().and_then(|error| error.glob()), Some("/etc/["));
}

#[test]
fn a_value_equal_to_the_limit_passes() {
    use RuleOutcome::{Failed, Passed};
    let exact = outcomes("0.9844212134184309", "32025", "0.4834911001404049");
    assert_eq!(exact, Ok([Passed; 3]));
    let beyond = outcomes("0.984421213418431", "32024", "0.4834911001404048");
    assert_eq!(beyond, Ok([Failed; 3]));
}

#[test]
fn dives_image_has_dives_numbers() {
    let image = dive_image::image().image();
    let numbers = Analysis::of(&image, &BaseHint::default()).efficiency;
    assert!((numbers.score - dive_image::EFFICIENCY).abs() < f64::EPSILON / 4.0);
    assert_eq!(numbers.wasted_bytes, dive_image::WASTED);
    assert!((numbers.user_wasted_ratio - dive_image::USER_WASTED).abs() < f64::EPSILON / 4.0);
}

/// A base and two own layers: 1000 B in the base, 700 B in own layers, 250 B of them hidden.
fn small() -> Image {
    ImageBuilder::new("small:1")
        .layer("ADD rootfs /", |layer| {
            layer
                .dir("usr")
                .filled("usr/base", 900, 1)
                .filled("usr/rewritten", 100, 2)
        })
        .empty_layer("CMD [\"sh\"]")
        .layer("COPY . /srv", |layer| {
            layer
                .dir("srv")
                .dir("srv/.git")
                .filled("srv/.git/pack", 200, 3)
                .filled("srv/app", 300, 4)
                .filled("srv/doc.txt", 50, 5)
        })
        .layer("RUN rm -rf /srv/.git && fix", |layer| {
            layer
                .dir("srv")
                .whiteout("srv/.git")
                .filled("srv/doc.txt", 50, 6)
                .filled("usr/rewritten", 100, 7)
        })
        .image()
}

/// Checks the small image against a rules file.
fn judged(yaml: &str) -> Result<Verdict, String> {
    let shell = Shell::new().file("rules.yaml", yaml);
    let typed = RuleOptions {
        file: Some(shell.path().join("rules.yaml")),
        flags: Vec::new(),
    };
    let (rules, notes) = Rules::merge(&typed).map_err(|failure| failure.to_string())?;
    assert_eq!(notes, Vec::<String>::new());
    let image = small();
    Ok(judge(
        &rules,
        &image,
        &Analysis::of(&image, &BaseHint::default()),
        None,
        None,
        None,
    ))
}

/// Returns the result of one rule under a rules file.
fn stands(id: RuleId, yaml: &str) -> RuleOutcome {
    let verdict = judged(yaml).expect("the rules are good");
    verdict
        .results
        .iter()
        .find(|ruling| ruling.id == id)
        .expect("every rule is judged")
        .outcome
}

/// As viper reads them for dive 0.13.1: a key without a value is ignored; a key with a dot is one level deeper and overrides the nested one.
#[test]
fn rules_files_are_read_as_dive_reads_them() {
    use RuleOutcome::{Failed, Passed, Skipped};
    let cases = [
        // More than half of the small image's upper layers is wasted.
        ("rules:\n  highestUserWastedPercent:\n", Failed),
        ("rules:\n  highestUserWastedPercent: ~\n", Failed),
        ("rules:\n  highestUserWastedPercent: off\n", Skipped),
        ("rules.highestUserWastedPercent: 0.9\n", Passed),
        ("rules.highest-user-wasted-percent: 0.9\n", Passed),
        ("RULES.HIGHESTUSERWASTEDPERCENT: 0.9\n", Passed),
        (
            "rules:\n  highestUserWastedPercent: 0.01\nrules.highestUserWastedPercent: 0.9\n",
            Passed,
        ),
        (
            "rules:\n  highestUserWastedPercent: 0.9\nrules.highestUserWastedPercent:\n",
            Passed,
        ),
    ];
    for (yaml, standing) in cases {
        assert_eq!(
            stands(RuleId::HighestUserWastedPercent, yaml),
            standing,
            "{yaml}"
        );
    }
    assert!(
        judged("rules.highestUserWastedPercent: much\n")
            .is_err_and(|printed| printed.contains(":1: "))
    );
}

/// For every rule that dive lacks: a value that passes, one that fails, one that is refused.
#[test]
fn every_rule_passes_fails_and_is_refused() {
    let cases = [
        (RuleId::HighestImageSize, "1700", "1699", "big"),
        (RuleId::HighestLayerCount, "3", "2", "3.5"),
        (RuleId::HighestHiddenBytes, "350", "349B", "1 hectare"),
        (RuleId::HighestHiddenPercent, "0.21", "0.2", "20%"),
        (RuleId::LargestNewFile, "300", "299", "[1]"),
        (
            RuleId::Deny,
            "[\"*.pyc\", \"/srv/*.git\"]",
            "[\"**/.git/**\"]",
            "[\"a[\"]",
        ),
        (
            RuleId::Budget,
            "{\"/srv/**\": 600}",
            "{\"/usr/**\": 5kB, \"/srv/**\": 599}",
            "{\"/srv/**\": much}",
        ),
    ];
    for (id, passing, failing, bad) in cases {
        let name = id.name();
        let file = |value: &str| format!("rules:\n  {name}: {value}\n");
        assert_eq!(
            stands(id, &file(passing)),
            RuleOutcome::Passed,
            "{name}: {passing}"
        );
        assert_eq!(
            stands(id, &file(failing)),
            RuleOutcome::Failed,
            "{name}: {failing}"
        );
        assert_eq!(
            stands(id, ""),
            RuleOutcome::Skipped,
            "{name} is off unless asked for"
        );
        assert!(judged(&file(bad)).is_err(), "{name}: {bad}");
        let warned = format!("{}warn: [{name}]\n", file(failing));
        assert_eq!(
            stands(id, &warned),
            RuleOutcome::Warned,
            "{name} only warns"
        );
    }
    // The compressed size of these layers is unknown.
    assert_eq!(
        stands(
            RuleId::HighestCompressedSize,
            "rules: {highestCompressedSize: 1}"
        ),
        RuleOutcome::Skipped
    );
}

/// The compressed size comes from the manifest and the archive only.
#[test]
fn the_compressed_size_is_checked_if_known() {
    let image = dive_image::image();
    let packed: usize = image
        .layers
        .iter()
        .map(|layer| pack(&layer_tar(layer), Compression::Gzip).len())
        .sum();
    let shell = Shell::new().file("oci.tar", oci_archive(&image, Compression::Gzip));
    let judged = |limit: &str| {
        let rule = format!("highestCompressedSize={limit}");
        let off = [
            "--lowestEfficiency",
            "off",
            "--highestUserWastedPercent",
            "off",
        ];
        let ended = shell.run_args(
            &[&["--ci", "oci.tar", "--rule", &rule], &off[..]].concat(),
            b"",
        );
        ended.code
    };
    assert_eq!(judged(&packed.to_string()), Some(0));
    assert_eq!(judged(&(packed - 1).to_string()), Some(1));
    assert_eq!(judged("20%"), Some(2));
}

/// dive's own cases through the binary, with their exit codes.
#[test]
fn dives_own_cases_end_with_their_exit_codes() {
    let shell = Shell::new().file("save.tar", docker_save(&dive_image::image(), Docker::New));
    let cases = [
        (
            ["0.99", "1B", "0.01"],
            1,
            "Result:FAIL [Total:3] [Passed:0] [Failed:3] [Warn:0] [Skipped:0]",
        ),
        (
            ["0.9", "50kB", "0.5"],
            0,
            "Result:PASS [Total:3] [Passed:3] [Failed:0] [Warn:0] [Skipped:0]",
        ),
        (
            ["disabled"; 3],
            0,
            "Result:PASS [Total:3] [Passed:0] [Failed:0] [Warn:0] [Skipped:3]",
        ),
        (
            ["0.9", "1B", "0.5"],
            1,
            "Result:FAIL [Total:3] [Passed:2] [Failed:1] [Warn:0] [Skipped:0]",
        ),
        (["1.1", "1BB", "10"], 2, ""),
        (["-9", "-1BB", "-0.1"], 2, ""),
    ];
    for ([efficiency, bytes, percent], code, result) in cases {
        let flags = [
            ("lowestEfficiency", efficiency),
            ("highestWastedBytes", bytes),
            ("highestUserWastedPercent", percent),
        ];
        let mut args = vec![
            "--report".to_owned(),
            "dive".to_owned(),
            "save.tar".to_owned(),
        ];
        args.extend(flags.map(|(name, value)| format!("--{name}={value}")));
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let ended = Shell::new().env("CI", "true");
        std::fs::copy(shell.path().join("save.tar"), ended.path().join("save.tar"))
            .expect("writable");
        let ended = ended.run_args(&args, b"");
        assert_eq!(ended.code, Some(code), "{ended}");
        assert_eq!(
            ended.stdout.trim_end().lines().last().unwrap_or_default(),
            result
        );
        // Standard output contains only the report, standard error only an error.
        assert_eq!(ended.stdout.is_empty(), code == 2);
        assert_eq!(ended.stderr.is_empty(), code != 2);
    }
    for (name, values) in [
        ("lowestEfficiency", ["1.1", "-9"]),
        ("highestWastedBytes", ["1BB", "-1BB"]),
        ("highestUserWastedPercent", ["10", "-0.1"]),
    ] {
        for value in values {
            let ended = shell.run(&format!("--ci --{name}={value} save.tar"));
            assert_eq!(
                (ended.code, ended.stdout.as_str()),
                (Some(2), ""),
                "{name}={value}"
            );
            assert!(
                ended
                    .stderr
                    .starts_with(&format!("error: --{name}: invalid value")),
                "{ended}"
            );
        }
    }
}

#[test]
fn rules_can_apply_to_own_layers_only() {
    let own = |id, rule: &str| stands(id, &format!("layers: own\nrules: {{{rule}}}\n"));
    assert_eq!(
        own(RuleId::HighestImageSize, "highestImageSize: 700"),
        RuleOutcome::Passed
    );
    assert_eq!(
        own(RuleId::HighestImageSize, "highestImageSize: 699"),
        RuleOutcome::Failed
    );
    assert_eq!(
        own(RuleId::HighestLayerCount, "highestLayerCount: 2"),
        RuleOutcome::Passed
    );
    // The 100 overwritten bytes of the base are not in own layers.
    assert_eq!(
        own(RuleId::HighestHiddenBytes, "highestHiddenBytes: 250"),
        RuleOutcome::Passed
    );
    assert_eq!(
        own(RuleId::HighestHiddenBytes, "highestHiddenBytes: 249"),
        RuleOutcome::Failed
    );
    assert_eq!(own(RuleId::Deny, "deny: [/usr/base]"), RuleOutcome::Passed);
    assert!(judged("layers: mine\n").is_err());
}

#[test]
fn small_waste_is_below_the_floor() {
    let file = |floor| {
        format!("floor: {floor}\nrules: {{lowestEfficiency: 1, highestHiddenPercent: 0.1}}\n")
    };
    for id in [
        RuleId::LowestEfficiency,
        RuleId::HighestUserWastedPercent,
        RuleId::HighestHiddenPercent,
    ] {
        assert_eq!(
            stands(id, &file("1 kB")),
            RuleOutcome::Skipped,
            "{}",
            id.name()
        );
        assert_eq!(
            stands(id, &file("10")),
            RuleOutcome::Failed,
            "{}",
            id.name()
        );
    }
    assert!(judged("floor: low\n").is_err());
}

#[test]
fn ignored_paths_do_not_count() {
    let file = |ignore: &str| {
        format!("ignore: {ignore}\nrules: {{lowestEfficiency: 1, highestHiddenBytes: 200}}\n")
    };
    let all = "[\"/usr/rewritten\", \"doc.txt\"]";
    assert_eq!(
        stands(RuleId::HighestHiddenBytes, &file("[]")),
        RuleOutcome::Failed
    );
    assert_eq!(
        stands(RuleId::HighestHiddenBytes, &file(all)),
        RuleOutcome::Passed
    );
    assert_eq!(
        stands(RuleId::LowestEfficiency, &file("[\"doc.txt\"]")),
        RuleOutcome::Failed
    );
    assert_eq!(
        stands(RuleId::LowestEfficiency, &file(all)),
        RuleOutcome::Passed
    );
    assert_eq!(
        stands(RuleId::HighestUserWastedPercent, &file(all)),
        RuleOutcome::Passed
    );
    assert!(judged("ignore: [\"{\"]\n").is_err());
}

#[test]
fn findings_name_the_storing_and_the_hiding_layer() {
    let verdict = judged("rules: {deny: \"**/.git/**\"}").expect("good");
    let ruling = verdict
        .results
        .iter()
        .find(|ruling| ruling.id == RuleId::Deny)
        .expect("judged");
    let image = small();
    let [found] = &ruling.violations[..] else {
        panic!("one path is banned: {:?}", ruling.violations)
    };
    assert_eq!(
        found.node.map(|node| image.tree.path(node)),
        Some(b"/srv/.git/pack".to_vec())
    );
    assert_eq!(
        (
            found.bytes,
            found.stored_in.map(|layer| layer.0),
            found.hidden_by.map(|layer| layer.0)
        ),
        (200, Some(1), Some(2))
    );
}

#[test]
fn a_baseline_that_no_rule_uses_is_reported() {
    let image = ImageBuilder::new("app:1").layer("COPY . /", |layer| layer.filled("a", 1000, 1));
    let shell = Shell::new().file("a.tar", docker_save(&image, Docker::New));
    let note = "no rule compares the image with the baseline";
    let ended = shell.run("--ci a.tar a.tar");
    assert!(ended.stderr.contains(note), "{ended}");
    for used in [
        "--rule highestGrowthBytes=1kB",
        "--report markdown",
        "--quiet",
    ] {
        let ended = shell.run(&format!("--ci {used} a.tar a.tar"));
        assert!(!ended.stderr.contains(note), "{used}: {ended}");
    }
}

/// The small image before and after it grew by a layer of 100 B that contains a `.pyc`.
#[test]
fn growth_is_measured_against_an_image_or_a_baseline() {
    let before = ImageBuilder::new("app:1").layer("COPY . /", |layer| {
        layer.filled("a", 1000, 1).filled("old.pyc", 1, 1)
    });
    let after = before.clone().layer("COPY more /", |layer| {
        layer.filled("new.pyc", 90, 2).filled("a", 10, 3)
    });
    let shell = Shell::new()
        .file("before.tar", docker_save(&before, Docker::New))
        .file("after.tar", docker_save(&after, Docker::Old));
    let rules = |name: &str, limit: &str| {
        format!(
            "rules: {{lowestEfficiency: off, highestUserWastedPercent: off, {name}: {limit}}}\n"
        )
    };
    for (name, passing, failing, bad) in [
        ("highestGrowthBytes", "100", "99", "5 %"),
        ("highestGrowthPercent", "0.1", "0.099", "-0.1"),
        ("highestLayerGrowth", "1", "0", "1.5"),
        ("highestHiddenGrowth", "1 kB", "999", "[1]"),
        (
            "denyNew",
            "[\"*.pyo\", \"old.pyc\"]",
            "[\"*.pyc\"]",
            "[\"{\"]",
        ),
    ] {
        std::fs::write(shell.path().join(".dive-ci"), rules(name, bad)).expect("writable");
        let ended = shell.run("--ci missing.json missing.tar");
        assert_eq!(ended.code, Some(2), "{name}: {bad}");
        assert!(
            ended
                .stderr
                .contains(&format!(".dive-ci:1: {name}: invalid value")),
            "{ended}"
        );
        for (limit, code) in [(passing, 0), (failing, 1)] {
            std::fs::write(shell.path().join(".dive-ci"), rules(name, limit)).expect("writable");
            let ended = shell.run("--ci before.tar after.tar");
            assert_eq!(ended.code, Some(code), "{name}: {limit}\n{ended}");
            assert_eq!(
                shell
                    .run("--ci -q --report baseline=numbers.json before.tar")
                    .code,
                Some(0)
            );
            let ended = shell.run("--ci numbers.json after.tar");
            assert_eq!(
                ended.code,
                Some(code),
                "{name}: {limit} from numbers\n{ended}"
            );
        }
        assert_eq!(
            shell.run("--ci after.tar").code,
            Some(0),
            "{name} says nothing without a baseline"
        );
    }
    // Written for `*.pyc`, checked with another glob.
    std::fs::write(shell.path().join(".dive-ci"), rules("denyNew", "[x]")).expect("writable");
    insta::assert_snapshot!(shell.run("--ci numbers.json after.tar"));
    std::fs::write(shell.path().join("numbers.json"), "{}").expect("writable");
    insta::assert_snapshot!("no baseline", shell.run("--ci numbers.json after.tar"));
}

/// A rules file is read or refused before the image is loaded, with one line.
#[test]
fn odd_rules_files_are_read_or_refused() {
    let off = "highestUserWastedPercent: off";
    let nested = |open: &str| format!("rules: {}", open.repeat(2000));
    let bomb = (0..9)
        .map(|at| {
            let below = if at == 0 {
                "x".to_owned()
            } else {
                format!("*a{}", at - 1)
            };
            format!("a{at}: &a{at} [{}]\n", [below.as_str(); 9].join(", "))
        })
        .collect::<Vec<String>>()
        .concat();
    let files = [
        (
            "an anchor",
            format!("a: &a 0.1\nrules:\n  lowestEfficiency: *a\n  {off}\n"),
        ),
        (
            "a merge",
            format!("a: &a {{lowestEfficiency: 0.1, {off}}}\nrules:\n  <<: *a\n"),
        ),
        ("itself", "rules: &r\n  <<: *r\n".to_owned()),
        ("aliases of aliases", bomb),
        ("a tab", "rules:\n\tlowestEfficiency: 0.9\n".to_owned()),
        (
            "a key twice",
            "rules:\n  lowestEfficiency: 0.9\n  lowestEfficiency: 0.1\n".to_owned(),
        ),
        ("a section twice", "rules: {}\nrules: {}\n".to_owned()),
        ("nothing", String::new()),
        ("a list", "[a, b]\n".to_owned()),
        ("a word", "rules\n".to_owned()),
        ("rules in a list", "rules: [lowestEfficiency]\n".to_owned()),
        (
            "two documents",
            "---\nrules: {}\n---\nrules: {}\n".to_owned(),
        ),
        (
            "a mark and CRLF",
            format!("\u{feff}rules: {{lowestEfficiency: 0.1, {off}}}\r\n"),
        ),
        ("deep lists", nested("[")),
        ("deep maps", nested("{a: ")),
        ("ten megabytes", format!("# {}\n", "x".repeat(10_000_000))),
        (
            "a control character",
            "rules: {\"\\e[31m\": 1}\n".to_owned(),
        ),
        (
            "a size too large",
            "rules: {highestImageSize: 99999999999999999999}\n".to_owned(),
        ),
    ];
    let printed = files.map(|(name, text)| {
        let shell = Shell::new().file(".dive-ci", text);
        format!("# {name}\n{}", shell.run("--ci missing.tar").stderr)
    });
    insta::assert_snapshot!(printed.join("\n"));
    let ended = Shell::new()
        .file(".dive-ci", b"rules: {\xff: 1}")
        .run("--ci missing.tar");
    assert!(ended.stderr.contains("not UTF-8"), "{ended}");
    // Endless input: at most the size limit of a rules file is kept in memory.
    #[cfg(target_os = "linux")]
    assert_eq!(
        Shell::new().run("--ci --ci-config /dev/zero --demo").code,
        Some(2)
    );
}

#[test]
fn lists_and_budgets_can_be_typed() {
    let shell = Shell::new().file("save.tar", docker_save(&dive_image::image(), Docker::New));
    let failed = |rule: &str| {
        let off = "highestUserWastedPercent=off";
        let ended = shell.run_args(&["--ci", "save.tar", "--rule", off, "--rule", rule], b"");
        ended.code
    };
    assert_eq!(failed(r#"deny=["*.pyc", "/tmp/**"]"#), Some(1));
    assert_eq!(failed(r#"deny=["*.pyc", "/none/**"]"#), Some(0));
    // A glob may begin with a bracket.
    assert_eq!(failed("deny=[s]omefile.txt"), Some(1));
    assert_eq!(failed("deny={some,any}file.txt"), Some(1));
    assert_eq!(
        failed(r#"budget={"/root/**": 1MB, "/tmp/**": 6405}"#),
        Some(0)
    );
    assert_eq!(
        failed(r#"budget={"/root/**": 1MB, "/tmp/**": 6404}"#),
        Some(1)
    );
    assert_eq!(failed("budget=much"), Some(2));
    // With either kind of quotes, with none, or empty; a list is never read as a character class.
    assert_eq!(failed("deny=['/tmp/**']"), Some(1));
    assert_eq!(failed("deny=[/none, /tmp/**]"), Some(1));
    assert_eq!(failed("deny=[]"), Some(0));
    assert_eq!(failed("deny={/none,/tmp/**}"), Some(1));
    assert_eq!(failed("deny=[*.pyc, /tmp/**]"), Some(2));
    assert_eq!(failed("budget={/tmp/**: 6404}"), Some(1));
    assert_eq!(failed("budget={}"), Some(2));
}

/// A glob that matches no file measures nothing and is a warning.
#[test]
fn globs_that_match_no_file_are_a_warning() {
    let shell = Shell::new().file("save.tar", docker_save(&dive_image::image(), Docker::New));
    let warnings = |rule: &str| {
        let off = "highestUserWastedPercent=off";
        let ended = shell.run_args(&["--ci", "save.tar", "--rule", off, "--rule", rule], b"");
        assert_eq!(ended.code, Some(0), "{rule}: {ended}");
        ended.stderr
    };
    let folder = "names a folder and not the files in it: write";
    for (rule, warning) in [
        (
            r#"budget={"/root": 1}"#,
            format!("budget: `/root` {folder} `/root/**`"),
        ),
        (
            r#"budget={"/none/a": 1}"#,
            "budget: no path matches `/none/a`".to_owned(),
        ),
        (r#"budget={"/none/**": 1}"#, String::new()),
        (
            r#"deny=["/root/"]"#,
            format!("deny: `/root/` {folder} `/root/**`"),
        ),
        (
            r#"deny=["/root", "/none"]"#,
            format!("deny: `/root` {folder} `/root/**`"),
        ),
        (r#"budget={"/root/**": 1MB}"#, String::new()),
    ] {
        let printed = match &*warning {
            "" => String::new(),
            warning => format!("warning: {warning}\n"),
        };
        assert_eq!(warnings(rule), printed, "{rule}");
    }
}

/// Every rule refuses an invalid value with an error that names the rule.
#[test]
fn every_rule_refuses_invalid_values() {
    for id in RuleId::ALL {
        let name = id.name();
        let printed = judged(&format!("rules:\n  {name}: [[deny]]\n"));
        assert!(
            printed.is_err_and(|printed| printed.contains(name)),
            "{name}"
        );
    }
    for id in [
        RuleId::HighestCritical,
        RuleId::HighestHigh,
        RuleId::HighestMedium,
        RuleId::HighestLow,
    ] {
        let printed = judged(&format!("rules:\n  {}: 1.5\n", id.name()));
        assert!(printed.is_err(), "{}", id.name());
    }
}

/// A value that is not a list where one is expected is refused, not ignored.
#[test]
fn lists_within_lists_are_refused() {
    for section in ["warn", "ignore"] {
        let printed = judged(&format!("{section}: [[deny]]\n"));
        assert!(
            printed.is_err_and(|printed| printed.contains(section)),
            "{section}"
        );
    }
}

/// A pipe is read once, from its first byte, also as a baseline.
#[cfg(unix)]
#[test]
fn images_come_from_pipes() {
    let shell = Shell::new().file("save.tar", docker_save(&dive_image::image(), Docker::New));
    let run = |script: &str| {
        let ended = shell.program("bash", &["-c", script]);
        assert_eq!(ended.code, Some(0), "{script}\n{ended}");
    };
    let off = "--highestUserWastedPercent off";
    run(&format!("dive-rs --ci {off} <(cat save.tar)"));
    run(&format!(
        "dive-rs --ci {off} <(cat save.tar) <(cat save.tar)"
    ));
}

#[test]
fn former_names_of_rules_and_findings_still_work() {
    for (former, rule) in [
        ("highestReclaimableBytes", RuleId::HighestHiddenBytes),
        ("highest-reclaimable-percent", RuleId::HighestHiddenPercent),
        ("HIGHESTRECLAIMABLEGROWTH", RuleId::HighestHiddenGrowth),
        ("highestStoredSize", RuleId::HighestCompressedSize),
        ("highestAdvisedBytes", RuleId::HighestSavingsBytes),
    ] {
        assert_eq!(RuleId::from_name(former), Some(rule), "{former}");
    }
    for (former, kind) in [
        ("deleted-later", FindingKind::Deleted),
        ("Stored-Again", FindingKind::ReStored),
        ("written-twice", FindingKind::Overwritten),
        ("package-caches", FindingKind::LeftoverCaches),
    ] {
        assert_eq!(FindingKind::from_name(former), Some(kind), "{former}");
    }
    let text = "rules:\n  highestStoredSize: 5MB\n  denyFindings: [deleted-later, overwritten]\naccept:\n  - {id: stored-again, reason: known}\n";
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), text).expect("a file");
    let options = RuleOptions {
        file: Some(file.path().to_owned()),
        flags: Vec::new(),
    };
    let (rules, notes) = Rules::merge(&options).expect("the former names");
    assert_eq!(notes, Vec::<String>::new());
    let limit = |id| rules.get(id).map(|rule| &rule.limit);
    assert_eq!(
        limit(RuleId::HighestCompressedSize),
        Some(&Limit::Bytes(5_000_000))
    );
    let denied = vec![FindingKind::Deleted, FindingKind::Overwritten];
    assert_eq!(
        limit(RuleId::DenyFindings),
        Some(&Limit::FindingKinds(denied))
    );
    assert_eq!(rules.accept[0].kind, FindingKind::ReStored);
}
