//! The judge, on images built in code: dive's own cases, strict limits, what is disabled. No binary is run here; `cli` does that.

use dive_rs::analysis::{Analysis, BaseHint};
use dive_rs::ci::{Id, Rules, Standing, Typed, Verdict, judge};
use dive_rs::image::Image;

use crate::command::Shell;
use crate::dives;
use crate::fixture::ImageBuilder;
use crate::fixture_tar::{Docker, docker_save};

/// Returns the standings of dive's three rules, in dive's order of naming them: efficiency, wasted bytes, wasted percent.
fn standings(efficiency: &str, bytes: &str, percent: &str) -> Result<[Standing; 3], String> {
    let typed = Typed {
        file: None,
        flags: vec![
            (Id::LowestEfficiency, efficiency.to_owned()),
            (Id::HighestWastedBytes, bytes.to_owned()),
            (Id::HighestUserWastedPercent, percent.to_owned()),
        ],
    };
    let (rules, _) = Rules::of(&typed).map_err(|failure| failure.to_string())?;
    let image = dives::image().image();
    let verdict = judge(
        &rules,
        &image,
        &Analysis::of(&image, &BaseHint::default()),
        None,
    );
    let all = [
        Id::LowestEfficiency,
        Id::HighestWastedBytes,
        Id::HighestUserWastedPercent,
    ];
    Ok(all.map(|id| {
        let ruling = verdict.rulings.iter().find(|ruling| ruling.id == id);
        ruling.expect("every rule is judged").standing
    }))
}

#[test]
fn dives_own_cases() {
    use Standing::{Failed, Passed, Skipped};
    assert_eq!(standings("0.99", "1B", "0.01"), Ok([Failed; 3]));
    assert_eq!(standings("0.9", "50kB", "0.5"), Ok([Passed; 3]));
    assert_eq!(
        standings("disabled", "disabled", "disabled"),
        Ok([Skipped; 3])
    );
    assert_eq!(standings("off", "FALSE", " "), Ok([Skipped; 3]));
    assert_eq!(standings("0.9", "1B", "0.5"), Ok([Passed, Failed, Passed]));
    assert!(standings("1.1", "1BB", "10").is_err());
    assert!(standings("-9", "-1BB", "-0.1").is_err());
}

#[test]
fn limits_are_strict_so_that_meeting_them_passes() {
    use Standing::{Failed, Passed};
    let exact = standings("0.9844212134184309", "32025", "0.4834911001404049");
    assert_eq!(exact, Ok([Passed; 3]));
    let beyond = standings("0.984421213418431", "32024", "0.4834911001404048");
    assert_eq!(beyond, Ok([Failed; 3]));
}

#[test]
fn dives_image_has_dives_numbers() {
    let image = dives::image().image();
    let numbers = Analysis::of(&image, &BaseHint::default()).efficiency;
    assert!((numbers.score - dives::EFFICIENCY).abs() < f64::EPSILON / 4.0);
    assert_eq!(numbers.wasted_bytes, dives::WASTED);
    assert!((numbers.user_wasted_percent - dives::USER_WASTED).abs() < f64::EPSILON / 4.0);
}

/// A base and two layers of ours: 1000 B inherited, 700 B ours, of which 250 B are buried.
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

/// Judges the small image by a rules file.
fn judged(yaml: &str) -> Result<Verdict, String> {
    let shell = Shell::new().file("rules.yaml", yaml);
    let typed = Typed {
        file: Some(shell.path().join("rules.yaml")),
        flags: Vec::new(),
    };
    let (rules, notes) = Rules::of(&typed).map_err(|failure| failure.to_string())?;
    assert_eq!(notes, Vec::<String>::new());
    let image = small();
    Ok(judge(
        &rules,
        &image,
        &Analysis::of(&image, &BaseHint::default()),
        None,
    ))
}

/// Returns how one rule stands under a file.
fn stands(id: Id, yaml: &str) -> Standing {
    let verdict = judged(yaml).expect("the rules are good");
    verdict
        .rulings
        .iter()
        .find(|ruling| ruling.id == id)
        .expect("every rule is judged")
        .standing
}

/// For every rule dive does not have: what passes, what fails, what says nothing.
#[test]
fn every_rule_passes_fails_and_is_refused() {
    let cases = [
        (Id::HighestImageSize, "1700", "1699", "big"),
        (Id::HighestLayerCount, "3", "2", "3.5"),
        (Id::HighestReclaimableBytes, "350", "349B", "1 hectare"),
        (Id::HighestReclaimablePercent, "0.21", "0.2", "20%"),
        (Id::LargestNewFile, "300", "299", "[1]"),
        (
            Id::Deny,
            "[\"*.pyc\", \"/srv/*.git\"]",
            "[\"**/.git/**\"]",
            "[\"a[\"]",
        ),
        (
            Id::Budget,
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
            Standing::Passed,
            "{name}: {passing}"
        );
        assert_eq!(
            stands(id, &file(failing)),
            Standing::Failed,
            "{name}: {failing}"
        );
        assert_eq!(
            stands(id, ""),
            Standing::Skipped,
            "{name} is off unless asked for"
        );
        assert!(judged(&file(bad)).is_err(), "{name}: {bad}");
        let warned = format!("{}warn: [{name}]\n", file(failing));
        assert_eq!(stands(id, &warned), Standing::Warned, "{name} only warns");
    }
    // Nobody says how large these layers are packed.
    assert_eq!(
        stands(Id::HighestStoredSize, "rules: {highestStoredSize: 1}"),
        Standing::Skipped
    );
}

#[test]
fn rules_can_look_at_your_layers_alone() {
    let own = |id, rule: &str| stands(id, &format!("layers: own\nrules: {{{rule}}}\n"));
    assert_eq!(
        own(Id::HighestImageSize, "highestImageSize: 700"),
        Standing::Passed
    );
    assert_eq!(
        own(Id::HighestImageSize, "highestImageSize: 699"),
        Standing::Failed
    );
    assert_eq!(
        own(Id::HighestLayerCount, "highestLayerCount: 2"),
        Standing::Passed
    );
    // The 100 bytes of the base that were rewritten are not ours to save.
    assert_eq!(
        own(Id::HighestReclaimableBytes, "highestReclaimableBytes: 250"),
        Standing::Passed
    );
    assert_eq!(
        own(Id::HighestReclaimableBytes, "highestReclaimableBytes: 249"),
        Standing::Failed
    );
    assert_eq!(own(Id::Deny, "deny: [/usr/base]"), Standing::Passed);
    assert!(judged("layers: mine\n").is_err());
}

#[test]
fn small_waste_is_below_the_floor() {
    let file = |floor| {
        format!("floor: {floor}\nrules: {{lowestEfficiency: 1, highestReclaimablePercent: 0.1}}\n")
    };
    for id in [
        Id::LowestEfficiency,
        Id::HighestUserWastedPercent,
        Id::HighestReclaimablePercent,
    ] {
        assert_eq!(
            stands(id, &file("1 kB")),
            Standing::Skipped,
            "{}",
            id.name()
        );
        assert_eq!(stands(id, &file("10")), Standing::Failed, "{}", id.name());
    }
    assert!(judged("floor: low\n").is_err());
}

#[test]
fn what_may_be_wasteful_does_not_count() {
    let file = |ignore: &str| {
        format!("ignore: {ignore}\nrules: {{lowestEfficiency: 1, highestReclaimableBytes: 200}}\n")
    };
    let all = "[\"/usr/rewritten\", \"doc.txt\"]";
    assert_eq!(
        stands(Id::HighestReclaimableBytes, &file("[]")),
        Standing::Failed
    );
    assert_eq!(
        stands(Id::HighestReclaimableBytes, &file(all)),
        Standing::Passed
    );
    assert_eq!(
        stands(Id::LowestEfficiency, &file("[\"doc.txt\"]")),
        Standing::Failed
    );
    assert_eq!(stands(Id::LowestEfficiency, &file(all)), Standing::Passed);
    assert_eq!(
        stands(Id::HighestUserWastedPercent, &file(all)),
        Standing::Passed
    );
    assert!(judged("ignore: [\"{\"]\n").is_err());
}

#[test]
fn findings_name_who_stores_and_who_buries() {
    let verdict = judged("rules: {deny: \"**/.git/**\"}").expect("good");
    let ruling = verdict
        .rulings
        .iter()
        .find(|ruling| ruling.id == Id::Deny)
        .expect("judged");
    let image = small();
    let [found] = &ruling.findings[..] else {
        panic!("one path is banned: {:?}", ruling.findings)
    };
    assert_eq!(image.tree.path(found.node), b"/srv/.git/pack");
    assert_eq!(
        (
            found.bytes,
            found.stored_in.0,
            found.buried_by.map(|layer| layer.0)
        ),
        (200, 1, Some(2))
    );
}

/// The small image before and after it grew by a layer of 100 B with a `.pyc` in it.
#[test]
fn growth_is_held_against_an_image_or_its_numbers() {
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
    for (name, passing, failing) in [
        ("highestGrowthBytes", "100", "99"),
        ("highestGrowthPercent", "0.1", "0.099"),
        ("highestLayerGrowth", "1", "0"),
        ("highestReclaimableGrowth", "1 kB", "999"),
        ("denyNew", "[\"*.pyo\", \"old.pyc\"]", "[\"*.pyc\"]"),
    ] {
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
    // Written for `*.pyc`, asked for another.
    std::fs::write(shell.path().join(".dive-ci"), rules("denyNew", "[x]")).expect("writable");
    insta::assert_snapshot!(shell.run("--ci numbers.json after.tar"));
    std::fs::write(shell.path().join("numbers.json"), "{}").expect("writable");
    insta::assert_snapshot!("no baseline", shell.run("--ci numbers.json after.tar"));
}
