//! Images as other programs pack and push them, in each registry that is there: zstd and zstd:chunked of Podman and skopeo, eStargz of BuildKit. What their
//! tables of contents list equals what the layers contain, files are read by range, and the bytes are counted.

use std::fs;

use dive_rs::image::Compression;
use serde_json::{Value, json};

use super::lazy::{Tables, image, noise, unmarked, warnings};
use super::proxy::{Answer, Proxy};
use super::push::pull;
use super::server::Registry;
use super::tables::PackedLayer;
use super::{NAME, facts};
use crate::command::Shell;
use crate::engines::{self, is_installed};
use crate::fixture_tar::oci_archive;

/// A layer up to this many bytes is fetched whole.
const SMALL: u64 = 128 << 10;

impl Tables {
    /// Returns what a program pushed as `NAME:1`.
    fn pushed(registry: Registry) -> Self {
        let host = registry.host();
        let media_type = "application/vnd.oci.image.manifest.v1+json";
        let manifest = pull(&host, &format!("/v2/{NAME}/manifests/1"), media_type);
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        let layers = manifest["layers"].as_array().unwrap().iter();
        let layers = layers.map(|layer| {
            let path = format!("/v2/{NAME}/blobs/{}", layer["digest"].as_str().unwrap());
            PackedLayer {
                blob: pull(&host, &path, "*/*"),
                diff_id: String::new(),
                annotations: json!({}),
            }
        });
        Self {
            layers: layers.collect(),
            proxy: Proxy::start(host, |_, _| Answer::Pass),
            registry,
        }
    }

    /// Checks an image of which so many layers have a table; `/usr/lib/small` is a file of 10 kB in one of them.
    fn check(&self, with_tables: u32) {
        let shell = Shell::new();
        let (listed, marks) = unmarked(&self.run(&shell, "--json -"));
        assert_eq!(marks, with_tables as usize);
        // The tables are in the cache.
        let (all, streamed) = self.counted(&shell, "--verify --json -");
        assert_eq!(warnings(&streamed), [""; 0]);
        assert_eq!((all, unmarked(&streamed)), (self.total(), (listed, 0)));
        let (listed_bytes, paths) = self.counted_files(&shell, "ls", "-lR --deleted");
        let verified = self.files(&shell, "ls --verify", "-lR --deleted");
        assert_eq!(paths.stdout, verified.stdout);
        let (extracted_bytes, small) =
            self.counted_files(&shell, "extract", "/usr/lib/small small");
        assert_eq!(small.code, Some(0), "{small}");
        assert!(fs::read(shell.path().join("small/small")).unwrap() == noise(9, 10_000));
        if with_tables == 0 {
            assert_eq!([listed_bytes, extracted_bytes], [all; 2]);
        } else {
            // The whole small layers, and the ends of the others.
            let layers = self.layers.iter().map(|layer| layer.blob.len() as u64);
            let small: u64 = layers.filter(|length| *length <= SMALL).sum();
            let most = small + u64::from(with_tables) * SMALL / 2;
            assert!(listed_bytes <= most, "{listed_bytes} of {all}");
            // At most the chunk that has the file, which cannot be compressed, and the header of the next one: it may be at the end.
            let more = extracted_bytes - listed_bytes;
            assert!(more < 12_000, "{more}");
        }
    }
}

/// Returns the numbers of an image without its compressed sizes.
fn unpacked(mut numbers: Value) -> Value {
    for layer in numbers["layer"].as_array_mut().unwrap() {
        layer.as_object_mut().unwrap().remove("compressedBytes");
    }
    numbers
}

/// Checks images that a program pushes as zstd, and as zstd:chunked: from `image.tar` in the shell to `NAME:1` of the registry at a host.
fn check_zstd(push: impl Fn(&Shell, &str, &str)) {
    for (format, with_tables) in [("zstd", 0), ("zstd:chunked", 2)] {
        for registry in Registry::each() {
            let archive = oci_archive(&image(), Compression::Gzip);
            let shell = Shell::new().file("image.tar", archive);
            push(&shell, &registry.host(), format);
            let pushed = Tables::pushed(registry);
            pushed.check(with_tables);
            let expected = unpacked(facts(&shell.run("--json - image.tar")));
            let verified = facts(&pushed.run(&shell, "--no-cache --verify --json -"));
            assert_eq!(unpacked(verified), expected, "{format}");
        }
    }
}

#[test]
fn what_skopeo_pushes_is_listed() {
    if !is_installed("skopeo") {
        return;
    }
    check_zstd(|shell, host, format| {
        let to = format!("docker://{host}/{NAME}:1");
        let options =
            "copy --quiet --insecure-policy --dest-tls-verify=false --dest-compress-format";
        let options = options.split(' ');
        let args: Vec<&str> = options
            .chain([format, "oci-archive:image.tar", &to])
            .collect();
        let copied = shell.program("skopeo", &args);
        assert_eq!(copied.code, Some(0), "{copied}");
    });
}

#[test]
fn what_podman_pushes_is_listed() {
    if !is_installed("podman") {
        return;
    }
    check_zstd(|shell, host, format| {
        // Its own storage in the folder.
        let [root, run] = ["root", "run"].map(|name| shell.path().join(name).display().to_string());
        let podman = |line: &str| {
            let storage = [
                "--root",
                &root,
                "--runroot",
                &run,
                "--storage-driver",
                "vfs",
            ];
            let args: Vec<&str> = storage.into_iter().chain(line.split(' ')).collect();
            let done = shell.program("podman", &args);
            assert_eq!(done.code, Some(0), "{done}");
            done.stdout
        };
        let loaded = podman("load --quiet -i image.tar");
        let (_, id) = loaded.trim_end().rsplit_once(": ").unwrap();
        podman(&format!(
            "push --tls-verify=false --compression-format {format} {id} docker://{host}/{NAME}:1"
        ));
    });
}

/// A stage with a program, large files and small ones, and a layer that changes them.
const DOCKERFILE: &str = r#"FROM scratch
COPY busybox /bin/busybox
COPY small noise /usr/lib/
RUN ["/bin/busybox", "sh", "-c", "PATH=/bin; busybox --install -s /bin; cd /usr/lib; rm noise; ln small hard; ln -s small soft; mkfifo pipe; chmod 4755 .; head -c 300000 /dev/urandom > more"]
COPY motd /etc/motd
"#;

#[test]
fn what_buildkit_pushes_is_listed() {
    for registry in Registry::each() {
        let Some(shell) = engines::buildkit() else {
            return;
        };
        let shell = shell
            .file("Dockerfile", DOCKERFILE)
            .file("small", noise(9, 10_000))
            .file("noise", noise(1, 950_000))
            .file("motd", "hello\n");
        let host = registry.host();
        let output = format!(
            "type=image,name={host}/{NAME}:1,push=true,registry.insecure=true,oci-mediatypes=true,compression=estargz,force-compression=true"
        );
        let args = [
            "buildx",
            "build",
            "--network=none",
            "--provenance=false",
            "--output",
            &output,
            ".",
        ];
        let built = shell.program("docker", &args);
        assert_eq!(built.code, Some(0), "{built}");
        Tables::pushed(registry).check(3);
        shell.program("docker", &["rmi", &format!("{host}/{NAME}:1")]);
    }
}
