//! Where the names come from: words, files, repositories, catalogs, the JSON of kubectl.

use dive_rs::image::Compression;
use serde_json::json;

use super::stock::{Stock, image, list};
use super::{column, fleet, rows};
use crate::command::Shell;
#[cfg(unix)]
use crate::engines;
use crate::fixture_tar::{Docker, docker_save, oci_archive, pack};
use crate::registry::proxy::Answer;

#[test]
fn files_and_archives_are_told_apart() {
    let Some(stock) = Stock::with_images(2) else {
        return;
    };
    let host = stock.registry.host();
    let shell = Shell::new()
        .file("list.txt", list(&host, 2))
        .file(
            "more.txt",
            "oci.tar\n./docker.tar\nwhole.tar.gz\ntext.tar.gz\n",
        )
        .file("oci.tar", oci_archive(&image(7), Compression::Gzip))
        .file("docker.tar", docker_save(&image(8), Docker::Old))
        .file(
            "whole.tar.gz",
            pack(&docker_save(&image(9), Docker::New), Compression::Gzip),
        )
        .file("text.tar.gz", b"\x1f\x8b\x08\0");
    let ended = fleet(&shell, &host, "list.txt more.txt", "");
    assert_eq!(ended.code, Some(0), "{ended}");
    let mut names = column(&rows(&ended, "names"), "name");
    names.sort();
    let expected = [
        "./docker.tar".to_owned(),
        "oci.tar".to_owned(),
        format!("registry://{host}/team/app:0"),
        format!("registry://{host}/team/app:1"),
        "whole.tar.gz".to_owned(),
    ];
    assert_eq!(names, expected, "{ended}");
    assert_eq!(column(&rows(&ended, "errors"), "name"), ["text.tar.gz"]);
    // An archive as a word is an image, not a list.
    let ended = fleet(&shell, &host, "oci.tar", "");
    assert_eq!(rows(&ended, "images").len(), 1, "{ended}");
    assert_eq!(rows(&ended, "layers").len(), 3, "{ended}");
}

#[test]
fn all_tags_of_a_repository_and_all_repositories_of_a_registry() {
    let Some(mut stock) = Stock::with_images(7) else {
        return;
    };
    stock.push("team/other", "1", &image(1));
    stock.push("solo", "x", &image(20));
    let host = stock.registry.host();
    let shell = Shell::new();
    let ended = fleet(
        &shell,
        &host,
        &format!("--repository registry://{host}/team/app"),
        "",
    );
    assert_eq!(rows(&ended, "names").len(), 7, "{ended}");
    let ended = fleet(&shell, &host, &format!("--catalog registry://{host}"), "");
    assert_eq!(rows(&ended, "names").len(), 9, "{ended}");
    assert_eq!(
        rows(&ended, "images").len(),
        8,
        "one is in two repositories"
    );
    for (option, cause) in [
        (
            "--repository registry://HOST/team/app:1",
            "is not a repository's name",
        ),
        (
            "--repository registry://me:pw@HOST/team/app",
            "cannot contain a user or password",
        ),
        (
            "--repository registry://HOST/absent",
            "/absent: the list of tags is not in the registry",
        ),
        ("--catalog registry://HOST/team", "is not a registry's host"),
    ] {
        let ended = fleet(&shell, &host, &option.replace("HOST", &host), "");
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(ended.stderr.contains(cause), "{ended}");
        assert_eq!(rows(&ended, "errors").len(), 1, "{ended}");
        assert!(!ended.stdout.contains("pw@"), "{ended}");
    }
}

#[test]
fn pages_are_followed_and_never_in_a_circle() {
    let Some(stock) = Stock::with_images(3) else {
        return;
    };
    let proxy = stock.before(|requested, _| {
        let page = |tags: &str, link: &str| {
            let link = vec![("Link", link.to_owned())];
            Answer::Own(
                "200 OK",
                link,
                format!(r#"{{"name":"team/app","tags":[{tags}]}}"#),
            )
        };
        match requested.path.as_str() {
            "/v2/team/app/tags/list" => page(r#""0""#, "</v2/evil/tags/list?last=0>; rel=\"next\""),
            "/v2/team/app/tags/list?last=0" => page(r#""1","0","bad tag""#, "<?last=1>; rel=next"),
            "/v2/team/app/tags/list?last=1" => page(r#""1""#, "<?last=1>; rel=next"),
            _ => Answer::Pass,
        }
    });
    let host = proxy.host();
    let ended = fleet(
        &Shell::new(),
        &host,
        &format!("--repository {host}/team/app"),
        "",
    );
    assert_eq!(rows(&ended, "names").len(), 2, "{ended}");
    assert_eq!(rows(&ended, "errors").len(), 1, "{ended}");
    let lists = proxy.requested();
    let lists = lists.iter().filter(|one| one.path.contains("tags/list"));
    assert_eq!(lists.count(), 3);
}

#[test]
fn kubectl_names_images_by_digest_and_platform() {
    let Some(mut stock) = Stock::with_images(1) else {
        return;
    };
    let blobs = stock.push("team/app", "run", &image(3));
    let digest = blobs.image()["digest"].as_str().unwrap();
    let host = stock.registry.host();
    let pods = json!({
        "kind": "List",
        "items": [
            {
                "kind": "Pod",
                "spec": {
                    "nodeName": "n1",
                    "initContainers": [{ "name": "i", "image": format!("{host}/team/app:0") }],
                    "containers": [{ "name": "c", "image": format!("{host}/team/app:moved") }],
                },
                "status": { "containerStatuses": [
                    { "name": "c", "imageID": format!("{host}/team/app@{digest}") },
                ] },
            },
            {
                "kind": "Node",
                "metadata": { "name": "n1" },
                "status": {
                    "nodeInfo": { "architecture": "amd64", "operatingSystem": "linux" },
                    "images": (0..50).map(|_| json!({ "names": [format!("{host}/team/app:0")] })).collect::<Vec<_>>(),
                },
            },
        ],
    });
    // A file of that name is no image of a cluster.
    let shell = Shell::new().file("pods.json", pods.to_string());
    for (operand, stdin) in [("-", pods.to_string()), ("pods.json", String::new())] {
        let ended = fleet(&shell, &host, operand, &stdin);
        assert_eq!(ended.code, Some(0), "{ended}");
        assert_eq!(rows(&ended, "errors").len(), 0, "{ended}");
        let names = rows(&ended, "names");
        assert_eq!(
            column(&names, "name"),
            [
                format!("{host}/team/app:0"),
                format!("{host}/team/app@{digest}")
            ]
        );
        assert_eq!(column(&names, "platform"), ["linux/amd64", "linux/amd64"]);
        assert!(
            ended.stderr.starts_with("warning: n1 lists 50 images"),
            "{ended}"
        );
    }
}

/// A prefix that may be reached without TLS allows it for no other images of the same host.
#[test]
fn an_insecure_prefix_is_not_the_whole_host() {
    let Some(mut stock) = Stock::with_images(1) else {
        return;
    };
    stock.push("other/app", "0", &image(0));
    let host = stock.registry.host();
    let text = format!(
        "[[registry]]\nprefix = \"{host}/team\"\nlocation = \"{host}/team\"\ninsecure = true\n\
         [[registry]]\nprefix = \"{host}/other\"\nlocation = \"{host}/other\"\n"
    );
    let shell = Shell::new().file("registries.conf", text);
    let file = shell.path().join("registries.conf").display().to_string();
    let shell = shell.env("CONTAINERS_REGISTRIES_CONF", &file);
    let images = format!("registry://{host}/team/app:0\nregistry://{host}/other/app:0\n");
    let ended = shell.run_args(&["fleet", "--parallel", "1", "-"], images.as_bytes());
    let names = column(&rows(&ended, "names"), "name");
    assert_eq!(names, [format!("registry://{host}/team/app:0")], "{ended}");
    let failed = column(&rows(&ended, "errors"), "name");
    assert_eq!(
        failed,
        [format!("registry://{host}/other/app:0")],
        "{ended}"
    );
}

#[cfg(unix)]
/// The images of a real engine are described by the engine, and exported for their files.
#[test]
fn all_images_of_an_engine() {
    let Some(name) = engines::engine_with_image("DIVE_RS_TEST_DOCKER") else {
        return;
    };
    let shell = Shell::new().env(
        "DOCKER_HOST",
        &std::env::var("DIVE_RS_TEST_DOCKER").unwrap(),
    );
    let ended = shell.run("fleet --engine --source docker");
    assert_eq!(ended.code, Some(0), "{ended}");
    let names = rows(&ended, "names");
    let own = names.iter().find(|row| row["name"] == name);
    let image = &own.expect("the test image")["image"];
    let images = rows(&ended, "images");
    let row = images.iter().find(|row| row["image"] == *image).unwrap();
    assert_eq!(row["platform"], "linux/amd64", "{row}");
    assert_eq!(row["layers"], 2, "{row}");
    assert!(row["size_bytes"].as_i64().unwrap() > 2 << 20, "{row}");
    // Its files, and none of the other images.
    let ended = shell.run(&format!("fleet --deep docker://{name}"));
    assert_eq!(ended.code, Some(0), "{ended}");
    let files = rows(&ended, "large_files");
    assert_eq!(column(&files, "path"), ["/noise"], "{ended}");
    assert!(column(&files, "hash")[0].starts_with("xxh3:"), "{ended}");
}
