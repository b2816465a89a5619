//! The images built into the program: the real pair with its real numbers, opened without an engine.

use dive_rs::load::Request;

use crate::command::Shell;

#[test]
fn the_demo_is_the_real_pair() {
    let ended = Shell::new().run("--demo");
    assert_eq!(ended.code, Some(0), "{ended}");
    let counts = "318 added, 28 852 removed, 103 changed, 1 moved, 4 unchanged";
    assert!(ended.stdout.contains(counts), "{ended}");
    insta::assert_snapshot!(
        "pair",
        ended.stdout.lines().take(24).collect::<Vec<_>>().join("\n")
    );
}

/// Package counts of the real images, as counted by `apk info -v`, `dpkg-query -W`, `npm ls --all` and `go version -m` inside them.
#[test]
fn demo_images_have_the_package_managers_counts() {
    let installed = |tag: &str| {
        let ended = Shell::new().run(&format!("--demo --tag {tag} --json -"));
        let json: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
        let packages = json["packages"].as_array().expect("packages").clone();
        ["apk", "dpkg", "npm", "go"].map(|kind| {
            let of_kind = packages.iter().filter(|package| package["kind"] == kind);
            let named = of_kind.map(|one| {
                let text = |key: &str| one[key].as_str().expect("a text");
                format!("{}-{}", text("name"), text("version"))
            });
            named.collect::<Vec<String>>()
        })
    };
    let counts = |tag: &str| installed(tag).map(|named| named.len());
    assert_eq!(counts("go-app:onbuild"), [0, 212, 0, 2]);
    assert_eq!(counts("node-app:default"), [0, 757, 71, 0]);
    assert_eq!(counts("node-app:slim"), [0, 101, 71, 0]);
    let [alpine, _, _, go] = installed("go-app:multistage");
    let printed = "\
        alpine-baselayout-3.6.5-r0 alpine-baselayout-data-3.6.5-r0 alpine-keys-2.4-r1 apk-tools-2.14.4-r0 busybox-1.36.1-r29 \
        busybox-binsh-1.36.1-r29 ca-certificates-bundle-20240705-r0 libcrypto3-3.3.2-r0 libssl3-3.3.2-r0 musl-1.2.5-r0 \
        musl-utils-1.2.5-r0 scanelf-1.3.7-r2 ssl_client-1.36.1-r29 zlib-1.3.1-r1";
    assert_eq!(alpine.join(" "), printed);
    assert_eq!(go, ["command-line-arguments-go1.19.8", "stdlib-1.19.8"]);
}

#[test]
fn demo_images_are_selected_by_tag() {
    let size = |tag: &str| {
        let ended = Shell::new().run(&format!("--demo --tag {tag} --json -"));
        let json: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
        let image = &json["image"];
        (
            image["sizeBytes"].as_u64(),
            image["compressedBytes"].as_u64(),
        )
    };
    assert_eq!(
        size("go-app:onbuild"),
        (Some(1_391_335_663), Some(606_927_992))
    );
    assert_eq!(
        size("go-app:multistage"),
        (Some(14_526_343), Some(7_462_442))
    );
    assert_eq!(
        size("node-app:default"),
        (Some(1_425_574_180), Some(664_018_556))
    );
    assert_eq!(
        size("node-app:slim"),
        (Some(300_857_044), Some(129_897_052))
    );
    let pair = Shell::new().run("--demo --tag node-app:default,node-app:slim");
    assert!(
        pair.stdout.starts_with("before  node-app:default"),
        "{pair}"
    );
    let unknown = Shell::new().run("--demo --tag nothing");
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown
            .stderr
            .contains("there are go-app:onbuild, go-app:multistage"),
        "{unknown}"
    );
}

#[test]
fn demo_names_resolve_beside_a_demo_image_only() {
    let shown = Request {
        reference: "go-app:onbuild".to_owned(),
        tag: Some("go-app:onbuild".to_owned()),
        built_in: true,
        ..Request::default()
    };
    let other = shown.beside("go-app:multistage".to_owned());
    assert_eq!(other.tag.as_deref(), Some("go-app:multistage"));
    assert!(other.built_in);
    let own = shown.beside("my-app:1".to_owned());
    assert_eq!((own.tag, own.built_in), (None, false));
    assert_eq!(own.reference, "my-app:1");
    // These names exist in the demo only.
    let elsewhere = Request {
        built_in: false,
        ..shown
    };
    assert!(!elsewhere.beside("node-app:slim".to_owned()).built_in);
}

#[test]
fn the_demo_is_verified_and_checked_like_any_image() {
    let ended = Shell::new().run("--demo --verify --ci --lowestEfficiency 0.999");
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(ended.stdout.starts_with("go-app:onbuild"), "{ended}");
}

#[test]
fn the_demo_is_small() {
    let asset = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo/images.tar.zst");
    let bytes = std::fs::metadata(asset)
        .expect("assets/ holds the demo")
        .len();
    assert!(bytes <= 2_000_000, "{bytes} bytes");
}

/// Findings of the real pair and of the Node example, each with its savings, layer and lines.
#[test]
fn demo_images_have_their_findings() {
    let images = [
        "go-app:onbuild",
        "go-app:multistage",
        "node-app:default",
        "node-app:slim",
    ];
    let observed = images.map(|tag| {
        let ended = Shell::new().run(&format!("--demo --tag {tag} --json -"));
        let json: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
        let findings = json["findings"].as_array().expect("findings").iter();
        let findings = findings.map(|finding| {
            let lines = finding["fix"]["lines"].as_array().expect("lines").iter();
            let lines = lines.map(|line| format!("    {}\n", line.as_str().expect("a line")));
            format!(
                "{} {} B, layer {}, {} paths, {}\n{}",
                finding["id"].as_str().expect("an id"),
                finding["bytes"],
                finding["layer"],
                finding["pathCount"],
                finding["fix"]["place"].as_str().expect("a place"),
                lines.collect::<String>()
            )
        });
        let findings: String = findings.collect();
        format!("{tag}: {} B in all\n{findings}", json["savingsBytes"])
    });
    insta::assert_snapshot!("findings", observed.join("\n"));
}

/// A query is about one image.
#[test]
fn a_query_is_about_the_first_built_in_image() {
    let ended = Shell::new().run("--demo --category docs --json -");
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""));
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let du = Shell::new().run("du --demo -sb --category docs").stdout;
    assert_eq!(du, format!("{}\t/\n", json["selection"]["sizeBytes"]));
}
