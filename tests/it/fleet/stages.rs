//! A plan and the two stages of a deep run on several processes: no tag is requested again, each layer is fetched once, and the rows are those of one run.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use super::stock::{Stock, image, list};
use super::{column, fleet, other_messages, rows};
use crate::command::{Ended, Shell};
use crate::fixture::{Content, ImageBuilder};
use crate::packages::debian;
use crate::registry::proxy::{Answer, Proxy};

const SHARDS: usize = 3;

/// Returns images on one base, of whose files each needs others: what one shows, another hides, and their main programs differ.
fn on_one_base() -> Vec<(&'static str, ImageBuilder)> {
    let base = || {
        debian().layer("COPY base /", |layer| {
            layer
                .file("etc/os-release", "ID=debian\nVERSION_ID=12\n")
                .file(
                    "srv/app.conf",
                    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY\n",
                )
                .put(
                    "usr/bin/serve",
                    Content::File(b"\x7fELF of a kind".to_vec()),
                )
                .mode(0o755)
        })
    };
    let mut serving = base();
    serving.config.cmd = vec!["/usr/bin/serve".to_owned()];
    let mut hiding = base().layer("RUN upgrade", |layer| {
        layer
            .file("etc/os-release", "ID=debian\nVERSION_ID=13\n")
            .file(
                "var/lib/dpkg/status",
                "Package: other\nStatus: install ok installed\nVersion: 1\n\n",
            )
            .whiteout("srv/app.conf")
    });
    hiding.config.cmd = vec!["sh".to_owned()];
    vec![("base", base()), ("serving", serving), ("hiding", hiding)]
}

/// Returns a registry with many images on few layers, and the list of their tags.
fn stock() -> Option<(Stock, Vec<String>)> {
    let mut stock = Stock::with_images(20)?;
    let mut tags: Vec<String> = (0..20).map(|tag| tag.to_string()).collect();
    for (tag, image) in on_one_base() {
        stock.push("team/app", tag, &image);
        tags.push(tag.to_owned());
    }
    // The same image under another name, and in another repository.
    stock.push("team/app", "again", &image(3));
    stock.push("team/other", "3", &image(3));
    tags.push("again".to_owned());
    Some((stock, tags))
}

fn text(host: &str, tags: &[String]) -> String {
    let line = |tag: &String| format!("registry://{host}/team/app:{tag}\n");
    let lines: String = tags.iter().map(line).collect();
    format!("{lines}registry://{host}/team/other:3\n")
}

/// Returns the lines of the tables in some folders, sorted, each once.
fn tables(shell: &Shell, folders: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in folders {
        for entry in fs::read_dir(shell.path().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            let text = shell.read(&format!("{folder}/{name}"));
            let rows = tables.entry(name).or_default();
            rows.extend(text.lines().map(str::to_owned));
        }
    }
    for rows in tables.values_mut() {
        rows.sort();
        rows.dedup();
    }
    tables
}

/// Runs a command once for each part, all at the same time.
fn in_parts(run: impl Fn(usize) -> Ended + Sync) {
    std::thread::scope(|scope| {
        let run = &run;
        let parts = (0..SHARDS).map(|index| scope.spawn(move || run(index)));
        let parts: Vec<_> = parts.collect();
        for part in parts {
            let ended = part.join().unwrap();
            assert_eq!(ended.code, Some(0), "{ended}");
            assert!(other_messages(&ended).is_empty(), "{ended}");
        }
    });
}

fn layer_requests(proxy: &Proxy, layers: &[String]) -> Vec<String> {
    let blobs = proxy.blobs().into_iter().map(|(digest, _)| digest);
    blobs.filter(|digest| layers.contains(digest)).collect()
}

#[test]
fn a_plan_resolves_each_name_once() {
    let Some((stock, tags)) = stock() else {
        return;
    };
    let proxy = stock.before(|_, _| Answer::Pass);
    let host = proxy.host();
    let shell = Shell::new().file(
        "list",
        text(&host, &tags) + &format!("{host}/team/app:gone\n"),
    );
    let plan = |shell: &Shell, rest: &str, stdin: &str| -> Ended {
        fleet(
            shell,
            "x",
            &format!("plan --insecure-registry {host} {rest}"),
            stdin,
        )
    };
    let ended = plan(&shell, "list --out plan.ndjson", "");
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), ""),
        "{ended}"
    );
    assert!(
        ended
            .stderr
            .starts_with("warning: 1 name could not be read, the first because:"),
        "{ended}"
    );
    let written = shell.read("plan.ndjson");
    let lines: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let schema = include_str!("../../../docs/fleet-plan.schema.json");
    let schema = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    assert!(lines.iter().all(|line| schema.is_valid(line)), "{written}");
    // The name that failed is kept as an error.
    assert_eq!(lines.len(), 20 + 3 + 1, "{written}");
    let (failed, images) = lines.split_last().unwrap();
    assert_eq!(failed["error"]["name"], format!("{host}/team/app:gone"));
    let names = |line: &Value| line["names"].as_array().unwrap().len();
    assert_eq!(images.iter().map(names).max(), Some(3), "{written}");
    let opened: Vec<String> = column(images, "image");
    assert!(opened.is_sorted() && opened.iter().all(|name| name.contains("@sha256:")));
    // The order of the list changes nothing, and a plan is the plan of itself.
    let text = shell.read("list");
    let mut backwards: Vec<&str> = text.lines().collect();
    backwards.reverse();
    assert_eq!(plan(&shell, "-", &backwards.join("\n")).stdout, written);
    assert_eq!(plan(&shell, "plan.ndjson", "").stdout, written);
    // No tag is requested again, and the rows are those of the list.
    let expected = fleet(&shell, &host, "list", "");
    let before = proxy.requested().len();
    let ended = fleet(&shell, &host, "plan.ndjson", "");
    assert_eq!(ended.stdout, expected.stdout);
    let requested = proxy.requested().split_off(before);
    // Manifest and config.
    assert_eq!(requested.len(), 2 * 23);
    assert!(
        requested
            .iter()
            .all(|request| request.path.contains("sha256:"))
    );
    // What cannot be resolved at all leaves the file as it is.
    let ended = plan(
        &shell,
        "--out plan.ndjson -",
        &format!("{host}/team/app:gone\n"),
    );
    assert_eq!(ended.code, Some(2), "{ended}");
    assert_eq!(shell.read("plan.ndjson"), written);
}

#[test]
fn images_that_are_in_no_registry_stay_in_a_plan_as_they_are_named() {
    use crate::fixture_tar::oci_archive;
    use dive_rs::image::Compression;
    let archive = oci_archive(&image(1), Compression::Gzip);
    let shell = Shell::new()
        .file("a.tar", &archive)
        .file("b@c.tar", &archive);
    let plan = shell.run("fleet plan --source oci-archive a.tar b@c.tar");
    assert_eq!(plan.code, Some(0), "{plan}");
    let line = |name: &str| {
        format!(
            r#"{{"image":"oci-archive://{name}","platform":null,"names":["{name}"],"layers":[]}}"#
        ) + "\n"
    };
    assert_eq!(plan.stdout, line("a.tar") + &line("b@c.tar"));
    let shell = shell.file("plan", &plan.stdout);
    let direct = shell.run("fleet --source oci-archive a.tar b@c.tar");
    assert_eq!(
        shell.run("fleet plan").code,
        Some(2),
        "a command, not a file"
    );
    let planned = shell.run("fleet ./plan");
    assert_eq!(planned.stdout, direct.stdout);
    // They have no layers in a registry.
    let layers = shell.run("fleet ./plan --stage layers");
    assert_eq!(
        (layers.code, layers.to_string().contains("warning")),
        (Some(0), false),
        "{layers}"
    );
}

#[test]
fn each_layer_is_fetched_once_by_all_processes_together() {
    let Some((stock, tags)) = stock() else {
        return;
    };
    let proxy = stock.before(|_, _| Answer::Pass);
    let host = proxy.host();
    let shell = Shell::new().file("list", text(&host, &tags));
    let whole = fleet(&shell, &host, "list --deep --out whole", "");
    assert_eq!(whole.code, Some(0), "{whole}");
    let layers = shell.read("whole/layers.ndjson");
    let layers: Vec<Value> = layers
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let layers = column(&layers, "layer");
    // One process alone fetches no layer twice either.
    let mut fetched = layer_requests(&proxy, &layers);
    fetched.sort();
    assert_eq!(fetched, layers);
    let plan = format!("plan --insecure-registry {host} list");
    let plan = fleet(&shell, "x", &plan, "").stdout;
    let whole = tables(&shell, &["whole".to_owned()]);
    for list in [plan, shell.read("list")] {
        // Another cache.
        let shell = Shell::new().file("list", list);
        let run = |rest: &str| fleet(&shell, &host, &format!("list {rest}"), "");
        let before = layer_requests(&proxy, &layers).len();
        in_parts(|index| run(&format!("--stage layers --shard {index}/{SHARDS}")));
        let mut fetched = layer_requests(&proxy, &layers).split_off(before);
        fetched.sort();
        assert_eq!(fetched, layers);
        // Nothing is fetched again.
        let before = before + layers.len();
        in_parts(|index| run(&format!("--stage layers --shard {index}/{SHARDS}")));
        let out = |index| format!("part-{index}");
        in_parts(|index| {
            let out = out(index);
            run(&format!(
                "--stage images --shard {index}/{SHARDS} --out {out}"
            ))
        });
        assert_eq!(layer_requests(&proxy, &layers).len(), before);
        let parts: Vec<String> = (0..SHARDS).map(out).collect();
        assert_eq!(tables(&shell, &parts), whole);
    }
}

#[test]
fn a_layer_that_is_not_in_the_cache_is_not_fetched() {
    let Some(stock) = Stock::with_images(7) else {
        return;
    };
    let proxy = stock.before(|_, _| Answer::Pass);
    let host = proxy.host();
    let shell = Shell::new();
    // The layers of the first image are those of the first six.
    let first = fleet(&shell, &host, "--stage layers -", &list(&host, 1));
    assert_eq!(first.code, Some(0), "{first}");
    let before = proxy.blobs().len();
    let ended = fleet(&shell, &host, "--stage images -", &list(&host, 7));
    assert_eq!(ended.code, Some(0), "{ended}");
    let errors = rows(&ended, "errors");
    assert_eq!(
        column(&errors, "name"),
        [format!("registry://{host}/team/app:6")]
    );
    let (message, hint) = (&errors[0]["message"], &errors[0]["hint"]);
    assert!(
        message.as_str().unwrap().ends_with(" is not in the cache"),
        "{message}"
    );
    assert!(hint.as_str().unwrap().contains("--stage layers"), "{hint}");
    // The configs of the description and of the reading.
    assert_eq!(proxy.blobs().len() - before, 2 * 7);
}

/// A repository may lack a layer that another one has.
#[test]
fn a_layer_that_cannot_be_read_is_tried_in_another_image() {
    let Some(mut stock) = Stock::start() else {
        return;
    };
    let mut image = ImageBuilder::new("app")
        .layer("COPY lost /", |layer| layer.file("lost", "lost"))
        .layer("COPY kept /", |layer| layer.file("kept", "kept"));
    let lost = stock.push("team/app", "1", &image).layers()[0].clone();
    image.config.env = vec!["VARIANT=1".to_owned()];
    stock.push("team/other", "1", &image);
    for (missing, kept) in [("/team/app/", 2), ("/team/", 1)] {
        let lost = lost.clone();
        let proxy = stock.before(move |request, _| {
            if request.path.contains(missing) && request.path.ends_with(&lost) {
                Answer::Own("404 Not Found", Vec::new(), String::new())
            } else {
                Answer::Pass
            }
        });
        let host = proxy.host();
        let shell = Shell::new();
        let text = format!("{host}/team/app:1\n{host}/team/other:1\n");
        let ended = fleet(&shell, &host, "--stage layers -", &text);
        assert_eq!(ended.code, Some(0), "{ended}");
        let cache = shell.run("cache").stdout;
        let in_cache = cache.lines().filter(|line| line.starts_with("sha256:"));
        assert_eq!(in_cache.count(), kept, "{ended}");
        let warnings = other_messages(&ended);
        assert_eq!(warnings.len(), 2 - kept, "{ended}");
        let is_named = |line: &&str| line.contains("is not in the registry");
        assert!(warnings.iter().all(is_named), "{ended}");
    }
}

#[test]
fn stages_are_refused_where_they_have_no_effect() {
    let shell = Shell::new();
    for (line, cause) in [
        (
            "fleet --stage layers --no-cache a",
            "--stage needs the cache",
        ),
        (
            "fleet --stage images --no-cache a",
            "--stage needs the cache",
        ),
        (
            "fleet --stage layers --out b a",
            "--stage layers writes no rows",
        ),
        (
            "fleet --engine report a",
            "an option of `fleet` before `report` has no effect",
        ),
        (
            "fleet --deep plan a",
            "an option of `fleet` before `plan` has no effect",
        ),
        (
            "--json out fleet report a",
            "`fleet` does not support these options",
        ),
        (
            "--json out fleet plan a",
            "`fleet` does not support these options",
        ),
    ] {
        let ended = shell.run(line);
        assert_eq!(ended.code, Some(2), "{line}: {ended}");
        assert!(
            ended.stderr.starts_with(&format!("error: {cause}")),
            "{ended}"
        );
    }
}
