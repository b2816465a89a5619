//! `ls`, `du`, `cat` and `extract` on images of real engines and of a real registry: what the image stores, and what the engine shows of it.

use dive_rs::image::Compression;
use dive_rs::source::Engine;

use super::{Tested, build, image};
use crate::command::{Ended, Shell};
use crate::fixture_tar::{Docker, docker_save, oci_archive};
use crate::registry::push::push;
use crate::registry::server::Registry;

/// The size of the test image's random file.
const NOISE: u64 = 2 << 20;

/// What has the image, and the options that lead there.
struct Place {
    shell: Shell,
    image: String,
    options: String,
}

impl Place {
    fn run(&self, line: &str) -> Ended {
        let Self { image, options, .. } = self;
        let line = line.replace("IMAGE", image);
        self.shell.run(&format!("{line} {options}"))
    }

    /// Returns standard output of a line that succeeds.
    fn printed(&self, line: &str) -> String {
        let ended = self.run(line);
        assert_eq!(ended.code, Some(0), "{line}: {ended}");
        ended.stdout
    }
}

/// Checks the commands on the engines' test image: a file of five bytes below one of two megabytes.
fn check(place: &Place) {
    assert_eq!(place.printed("ls IMAGE"), "hello\nnoise\n");
    let long = place.printed("ls -lb IMAGE");
    let lines: Vec<Vec<&str>> = long
        .lines()
        .map(|line| line.split_whitespace().skip(3).collect())
        .collect();
    let size = NOISE.to_string();
    assert_eq!(
        lines,
        [["5", "1", "hello"], [&size, "2", "noise"]],
        "{long}"
    );
    assert_eq!(place.printed("ls IMAGE --layer 1"), "hello\n");
    assert_eq!(place.printed("ls IMAGE --up-to 1"), "hello\n");
    assert_eq!(place.printed("ls IMAGE --min-size 1MB"), "/noise\n");
    assert_eq!(
        place.printed("du -ab IMAGE"),
        format!("5\t/hello\n{NOISE}\t/noise\n{}\t/\n", NOISE + 5)
    );
    assert_eq!(place.printed("cat IMAGE /hello"), "hello");
    assert_eq!(place.printed("cat IMAGE h*"), "hello");
    place.printed("extract IMAGE out");
    assert_eq!(place.shell.read("out/hello"), "hello");
    let noise = std::fs::read(place.shell.path().join("out/noise")).unwrap();
    assert_eq!(noise.len() as u64, NOISE);
    let tar = place.printed("extract IMAGE /hello -");
    assert!(tar.contains("hello"), "{tar}");

    let absent = place.run("cat IMAGE /nothing/there");
    assert_eq!(absent.code, Some(2), "{absent}");
    assert!(
        absent
            .stderr
            .contains("error: there is no /nothing/there in "),
        "{absent}"
    );
    assert!(absent.stderr.contains("\nhint: "), "{absent}");
    // An image that is not there.
    let absent = place.run("ls IMAGE-absent --pull never");
    assert_eq!(absent.code, Some(2), "{absent}");
    assert!(absent.stderr.starts_with("error: "), "{absent}");
    assert!(absent.stdout.is_empty(), "{absent}");
}

pub(super) fn files_are_listed_printed_and_extracted(tested: &Tested) {
    let (name, from) = match tested.engine {
        Engine::Docker => ("docker", image::NAME.to_owned()),
        Engine::Podman => ("podman", format!("localhost/{}", image::NAME)),
    };
    let shell = build::context(tested);
    check(&Place {
        image: format!("{name}://{from}"),
        options: String::new(),
        shell,
    });
}

/// `oci:latest` and `registry:2` are names of images where there is no such path.
pub(super) fn names_that_look_like_schemes_are_images(tested: &Tested) {
    let shell = build::context(tested);
    // Podman takes the others for transports of its own.
    let (source, names) = match tested.engine {
        Engine::Docker => ("docker", &["registry:2", "oci:latest", "dir:1"][..]),
        Engine::Podman => ("podman", &["registry:2"][..]),
    };
    for name in names {
        tested.socket.tag(image::NAME, name);
        for line in [
            format!("--source {source} ls {name}"),
            format!("--pull never ls {name}"),
        ] {
            let ended = shell.run(&line);
            assert_eq!(ended.stdout, "hello\nnoise\n", "{line}: {ended}");
        }
        tested.socket.remove(name);
    }
}

/// What a container of the image has, by the engine itself: a deleted file, an overwritten one, links.
pub(super) fn files_are_those_of_the_engines_containers(tested: &Tested) {
    let name = match tested.engine {
        Engine::Docker => "docker",
        Engine::Podman => "podman",
    };
    let shell = build::context(tested);
    let base = match tested.engine {
        Engine::Docker => image::NAME.to_owned(),
        Engine::Podman => format!("localhost/{}", image::NAME),
    };
    let text = format!("FROM {base}\nCOPY a /more\nCOPY b /hello\nCOPY a /dir/deep/file\n");
    std::fs::write(shell.path().join("Dockerfile"), text).unwrap();
    let built = format!("localhost/dive-rs-files-{name}:1");
    let engine = |args: &[&str]| {
        let done = shell.program(name, args);
        assert_eq!(done.code, Some(0), "{done}");
        done.stdout
    };
    engine(&["build", "-t", &built, "."]);
    let container = engine(&["create", &built, "true"]);
    let container = container.trim();
    engine(&["export", container, "-o", "export.tar"]);
    engine(&["rm", container]);
    let place = Place {
        image: format!("{name}://{built}"),
        options: String::new(),
        shell,
    };
    let export = std::fs::File::open(place.shell.path().join("export.tar")).unwrap();
    let mut compared = 0;
    for entry in tar::Archive::new(export).entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        // Engines add folders and empty files, such as /etc/hosts.
        if !entry.header().entry_type().is_file() || entry.size() == 0 || path == "noise" {
            continue;
        }
        let mut content = String::new();
        std::io::Read::read_to_string(&mut entry, &mut content).unwrap();
        assert_eq!(
            place.printed(&format!("cat IMAGE /{path}")),
            content,
            "{path}"
        );
        compared += 1;
    }
    assert_eq!(compared, 3, "/more, /hello and /dir/deep/file");
    assert_eq!(place.printed("ls IMAGE"), "dir\nhello\nmore\nnoise\n");
    assert_eq!(place.printed("ls -R IMAGE /dir/**/f*"), "/dir/deep/file\n");
    assert_eq!(place.printed("cat IMAGE --up-to 2 /hello"), "hello");
    assert_eq!(place.printed("cat IMAGE --layer 1 /hello"), "hello");
    place.printed("extract --parents IMAGE /dir out");
    let more = place.printed("cat IMAGE /more");
    assert_eq!(place.shell.read("out/dir/deep/file"), more);
}

#[test]
fn files_of_an_image_in_a_registry_are_listed_printed_and_extracted() {
    let Some(registry) = Registry::start() else {
        return;
    };
    let host = registry.host();
    for compression in [Compression::Gzip, Compression::Zstd, Compression::None] {
        let image = crate::fixture::ImageBuilder::new("files")
            .layer("ADD hello /", |layer| layer.file("hello", "hello"))
            .layer("RUN dd", |layer| layer.filled("noise", NOISE, b'n'));
        push(
            &host,
            "dive-rs/files",
            "1",
            &oci_archive(&image, compression),
        );
        check(&Place {
            shell: Shell::new(),
            image: format!("registry://{host}/dive-rs/files:1"),
            options: format!("--insecure-registry {host}"),
        });
        // The same from the archive.
        check(&Place {
            shell: Shell::new().file("saved.tar", docker_save(&image, Docker::New)),
            image: "./saved.tar".to_owned(),
            options: String::new(),
        });
    }
}
