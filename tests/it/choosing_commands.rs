//! Every name and platform that chooses one of several images, in every command that reads one: the screens' pickers are in `pty_picker`.

use serde_json::{Value, json};

use crate::bundle::{Bundle, blob, config, digest, index, listed, manifest};
use crate::choosing::{untagged, windows_versions};
use crate::command::{Ended, Shell};
use crate::raw_tar::RawTar;

/// The content of the file `a` in each of the two images.
const CONTENTS: [&str; 2] = ["one", "two!"];

/// Returns an OCI layout of two images without names, and the words that choose each of them.
fn nameless() -> (Bundle, [Vec<String>; 2]) {
    let layers = CONTENTS.map(|text| RawTar::default().file("a", text).end());
    let images = [0, 1].map(|at| {
        let config = config("amd64", &[&layers[at]]);
        let manifest = manifest(&config, &[&layers[at]]);
        (config, manifest)
    });
    let lines = images
        .each_ref()
        .map(|(_, manifest)| listed(manifest, &json!({})));
    let bundle = Bundle::default()
        .file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
        .json("index.json", &index(&lines));
    let bundle = layers.iter().fold(bundle, Bundle::blob);
    let documents = images
        .iter()
        .flat_map(|(config, manifest)| [config, manifest]);
    let words = images.each_ref().map(|(config, manifest)| {
        let (config, digest) = (config.to_string(), digest(manifest.to_string()));
        let id = crate::bundle::digest(&config);
        vec![
            digest[..19].to_owned(),
            digest[7..19].to_owned(),
            format!("app@{digest}"),
            digest,
            id[..19].to_owned(),
            id[7..19].to_owned(),
            id,
            blob(config),
        ]
    });
    (documents.fold(bundle, Bundle::json_blob), words)
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|why| panic!("{why}: {ended}"))
}

/// Checks that an option chooses the image at a place in every command.
fn check(shell: &Shell, image: &str, option: &str, at: usize) {
    let (content, size) = (CONTENTS[at], CONTENTS[at].len());
    let run = |line: &str| {
        let line = line.replace("IMAGE", image).replace("OPTION", option);
        let ended = shell.run(&line);
        // The rules of `--ci` may pass or fail.
        assert!(matches!(ended.code, Some(0 | 1)), "{line}: {ended}");
        ended
    };
    assert_eq!(run("cat IMAGE OPTION /a").stdout, content);
    assert_eq!(
        run("du -ab IMAGE OPTION /a").stdout,
        format!("{size}\t/a\n")
    );
    assert!(
        run("ls -lb IMAGE OPTION")
            .stdout
            .contains(&format!(" {size} 1 a"))
    );
    assert!(run("extract IMAGE OPTION /a -").stdout.contains(content));
    let document = json(&run("IMAGE OPTION --json -"));
    assert_eq!(document["image"]["sizeBytes"], size);
    let shown = format!("{size} B  1 layer");
    for line in ["IMAGE OPTION --report text", "IMAGE OPTION --ci"] {
        assert!(run(line).stdout.contains(&shown), "{line}");
    }
}

/// Checks that a name after the path chooses a base, and that `--tag` does not.
fn check_base(shell: &Shell, named: &str, image: &str, option: &str) {
    let ended = shell.run(&format!("{image} {option} --base {named} --report text"));
    assert!(
        ended.stdout.contains("own layers: 0 B in 0 layers"),
        "{named}: {ended}"
    );
}

#[test]
fn ids_choose_in_every_command() {
    let (bundle, ids) = untagged();
    let shell = Shell::new().file("two.tar", bundle.tar());
    for (at, id) in ids.iter().enumerate() {
        let short = &id[..12];
        for name in [
            id.clone(),
            format!("sha256:{id}"),
            short.to_owned(),
            format!("sha256:{short}"),
            format!("{id}.json"),
            // As skopeo counts.
            format!("@{at}"),
        ] {
            check(&shell, "two.tar", &format!("--tag {name}"), at);
            let named = format!("docker-archive:two.tar:{name}");
            check(&shell, &named, "", at);
            check_base(&shell, &named, "two.tar", &format!("--tag {name}"));
        }
    }
    let absent = shell.run("ls docker-archive:two.tar:@2");
    assert!(
        absent
            .stderr
            .contains("no image named `@2`; there are sha256:"),
        "{absent}"
    );
    // Either side of a comparison.
    let [one, two] = ids.each_ref().map(|id| &id[..12]);
    let compared = shell.run(&format!("two.tar two.tar --tag {one},{two} --json -"));
    assert_eq!(json(&compared)["difference"]["sizeBytes"], 1, "{compared}");
    let compared = shell.run(&format!(
        "docker-archive:two.tar:{two} two.tar --tag ,{one} --json -"
    ));
    assert_eq!(json(&compared)["difference"]["sizeBytes"], -1, "{compared}");
    // The baseline has its own name.
    let grown = shell.run(&format!(
        "--ci docker-archive:two.tar:{one} two.tar --tag {two} --rule highestGrowthBytes=0"
    ));
    assert!(grown.stdout.contains("FAIL  highestGrowthBytes"), "{grown}");
    let unnamed = shell.run(&format!("--ci two.tar two.tar --tag {two}"));
    assert!(
        unnamed.stderr.contains("name one after the path"),
        "{unnamed}"
    );
    let compared = shell.run(&format!("two.tar two.tar --tag {one},{two}"));
    for (side, id) in [("before", one), ("after ", two)] {
        let title = format!("{side}  two.tar  linux/amd64  sha256:{id}\n");
        assert!(compared.stdout.contains(&title), "{compared}");
    }
}

#[test]
fn digests_choose_in_every_command() {
    let (bundle, words) = nameless();
    let shell = Shell::new().file("two.tar", bundle.tar());
    bundle.write(&shell.path().join("layout"));
    for (at, words) in words.iter().enumerate() {
        for word in words {
            check(&shell, "two.tar", &format!("--tag {word}"), at);
        }
        for (image, named) in [("layout", "oci:layout"), ("two.tar", "oci-archive:two.tar")] {
            let named = format!("{named}:{}", words[3]);
            check(&shell, &named, "", at);
            check_base(&shell, &named, image, &format!("--tag {}", words[1]));
        }
    }
}

#[test]
fn versions_of_windows_choose_in_every_command() {
    let shell = Shell::new().file("windows.tar", windows_versions());
    for (at, platform) in [
        (0, "windows/amd64:10.0.17763"),
        (1, "windows/amd64:10.0.20348"),
        (1, "windows(10.0.20348.2322)/amd64"),
        (1, "windows(10.0.20348)/amd64"),
    ] {
        let option = format!("--platform {platform}");
        check(&shell, "windows.tar", &option, at);
        check_base(&shell, "windows.tar", "windows.tar", &option);
    }
    let pair = "windows/amd64:10.0.17763,windows(10.0.20348)/amd64";
    let compared = shell.run(&format!(
        "windows.tar windows.tar --platform {pair} --json -"
    ));
    assert_eq!(json(&compared)["difference"]["sizeBytes"], 1, "{compared}");
    // The platforms of two images are not one of a base.
    let base = "--base windows.tar --report text";
    let ended = shell.run(&format!("windows.tar windows.tar --platform {pair} {base}"));
    assert!(
        ended
            .stderr
            .starts_with("error: --base: windows.tar: the image is for"),
        "{ended}"
    );
}

/// Two platforms of one tag and an entry of it without a platform, in the index and in its config: each of the listed names chooses its image.
#[test]
fn an_entry_without_a_platform_is_chosen_by_its_digest() {
    let contents = [CONTENTS[0], CONTENTS[1], "three"];
    let layers = contents.map(|text| RawTar::default().file("a", text).end());
    let platforms = [
        json!({"os": "plan9", "architecture": "386"}),
        json!({"os": "plan9", "architecture": "arm"}),
        json!({}),
    ];
    let images = [0, 1, 2].map(|at| {
        let mut config = config("386", &[&layers[at]]);
        for key in ["os", "architecture"] {
            config[key] = platforms[at][key].clone();
        }
        if at == 2 {
            config.as_object_mut().expect("keys").remove("os");
            config.as_object_mut().expect("keys").remove("architecture");
        }
        let manifest = manifest(&config, &[&layers[at]]);
        (config, manifest)
    });
    for tag in [None, Some("app:1")] {
        let lines = [0, 1, 2].map(|at| {
            let mut line = listed(&images[at].1, &json!({}));
            if at < 2 {
                line["platform"] = platforms[at].clone();
            }
            if let Some(tag) = tag {
                line["annotations"] = json!({"org.opencontainers.image.ref.name": tag});
            }
            line
        });
        let bundle = Bundle::default()
            .file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#)
            .json("index.json", &index(&lines));
        let bundle = layers.iter().fold(bundle, Bundle::blob);
        let documents = images
            .iter()
            .flat_map(|(config, manifest)| [config, manifest]);
        let shell = Shell::new().file("mixed.tar", documents.fold(bundle, Bundle::json_blob).tar());
        let nameless = digest(images[2].1.to_string());
        let ended = shell.run("ls mixed.tar");
        let message = format!(
            "the image is for plan9/386, plan9/arm, {nameless}\nhint: choose one with --platform PLATFORM, or --tag NAME\n"
        );
        assert_eq!(
            (ended.code, ended.stderr.ends_with(&message)),
            (Some(2), true),
            "{ended}"
        );
        for (option, content) in [
            ("--platform plan9/386", "one"),
            ("--platform plan9/arm", "two!"),
            (&format!("--tag {nameless}"), "three"),
            (&format!("--tag {}", &nameless[7..19]), "three"),
        ] {
            assert_eq!(
                shell.run(&format!("cat mixed.tar {option} /a")).stdout,
                content
            );
        }
    }
}

#[test]
fn without_a_choice_every_command_lists_what_can_be_chosen() {
    let (bundle, ids) = untagged();
    let shell = Shell::new()
        .file("two.tar", bundle.tar())
        .file("windows.tar", windows_versions());
    let names = format!("has 2 images: sha256:{}, sha256:{}", ids[0], ids[1]);
    let first = format!("docker-archive:two.tar:{}", &ids[0][..12]);
    let platforms = "is for windows(10.0.17763.5458)/amd64, windows(10.0.20348.2322)/amd64";
    for (line, option) in [
        ("ls IMAGE", None),
        ("du IMAGE", None),
        ("cat IMAGE /a", None),
        ("extract IMAGE -", None),
        ("--report text IMAGE", None),
        ("--json - IMAGE", None),
        ("--ci IMAGE", None),
        ("--json - IMAGE NAMED", None),
        ("--json - NAMED IMAGE", None),
        ("--ci --base IMAGE NAMED", Some("--base")),
        ("--base IMAGE ls --status hidden NAMED", Some("--base")),
        ("--transfer --have IMAGE NAMED", Some("--have")),
    ] {
        for (image, list, chosen_by) in [
            ("two.tar", names.as_str(), "--tag NAME"),
            ("windows.tar", platforms, "--platform OS/ARCH:VERSION"),
        ] {
            let line = line.replace("IMAGE", image).replace("NAMED", &first);
            let ended = shell.run(&line);
            assert_eq!(ended.code, Some(2), "{line}: {ended}");
            assert!(ended.stderr.contains(list), "{line}: {ended}");
            let hint = match option {
                Some(_) if image == "two.tar" => {
                    "name one after the path: docker-archive:PATH:NAME, oci-archive:PATH:NAME or oci:PATH:NAME"
                }
                _ => chosen_by,
            };
            let (_, printed) = ended.stderr.split_once("hint: ").expect("a hint");
            assert!(printed.contains(hint), "{line}: {ended}");
            assert!(!ended.stderr.contains('\x1b'), "{line}: {ended}");
        }
    }
}
