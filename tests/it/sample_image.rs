//! A web service built the easy way, with the usual mistakes: the image of the report tests.

use dive_rs::image::Config;

use crate::command::Shell;
use crate::fixture::{ImageBuilder, LayerBuilder};
use crate::fixture_tar::{Docker, docker_save};

/// Returns a shell with the image as `shop.tar`.
pub fn shell() -> Shell {
    Shell::new().file("shop.tar", docker_save(&onbuild(), Docker::New))
}

/// A Go service built in one stage: base, toolchain with caches, sources, a build, a late `rm`, a `chmod -R`, an overwritten binary.
fn onbuild() -> ImageBuilder {
    ImageBuilder::new("shop:onbuild")
        .config(Config {
            env: vec![
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned(),
                "GOCACHE=/root/.cache/go-build".to_owned(),
            ],
            entrypoint: vec!["/srv/shop/shop".to_owned()],
            cmd: vec!["--listen=:8080".to_owned()],
            working_dir: "/srv/shop".to_owned(),
            labels: vec![(
                "org.opencontainers.image.title".to_owned(),
                "shop".to_owned(),
            )],
            ..Config::default()
        })
        .layer("ADD debian-rootfs.tar.xz /", base)
        .empty_layer("CMD [\"bash\"]")
        .layer(
            "RUN apt-get update && apt-get install -y git golang-go # buildkit",
            packages,
        )
        .empty_layer("ENV GOCACHE=/root/.cache/go-build")
        .empty_layer("WORKDIR /srv/shop")
        .layer("COPY . /srv/shop # buildkit", sources)
        .layer("RUN go build -o shop ./cmd/shop # buildkit", build)
        .layer("RUN chmod -R g+w /srv/shop # buildkit", chmod)
        .layer(
            "RUN strip shop && mv shop.stripped shop # buildkit",
            rewrite,
        )
        .layer(
            "RUN rm -rf /var/lib/apt/lists/* /var/cache/apt /root/.cache # buildkit",
            remove,
        )
        .empty_layer("ENTRYPOINT [\"/srv/shop/shop\"]")
}

fn dirs(layer: LayerBuilder, paths: &[&str]) -> LayerBuilder {
    paths.iter().fold(layer, LayerBuilder::dir)
}

fn base(layer: LayerBuilder) -> LayerBuilder {
    let layer = dirs(
        layer,
        &[
            "bin",
            "dev",
            "etc",
            "etc/apt",
            "etc/ssl",
            "etc/ssl/certs",
            "home",
            "lib",
            "lib/x86_64-linux-gnu",
            "proc",
            "root",
            "run",
            "srv",
            "sys",
            "tmp",
            "usr",
            "usr/bin",
            "usr/lib",
            "usr/sbin",
            "usr/share",
            "usr/share/doc",
            "usr/share/locale",
            "usr/share/zoneinfo",
            "var",
            "var/cache",
            "var/lib",
            "var/lib/dpkg",
            "var/log",
        ],
    );
    let mut layer = layer
        .file(
            "etc/os-release",
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n",
        )
        .file("etc/passwd", "root:x:0:0:root:/root:/bin/bash\n")
        .file("etc/group", "root:x:0:\n")
        .file("etc/hostname", "localhost\n")
        .symlink("etc/mtab", "/proc/mounts")
        .filled("lib/x86_64-linux-gnu/libc.so.6", 192_000, 1)
        .symlink("lib/x86_64-linux-gnu/libdl.so.2", "libc.so.6")
        .filled("lib/x86_64-linux-gnu/libm.so.6", 90_700, 2)
        .filled("usr/bin/bash", 126_500, 3)
        .mode(0o755)
        .hard_link("usr/bin/sh", "usr/bin/bash")
        .filled("usr/bin/perl", 380_000, 4)
        .mode(0o755)
        .filled("usr/bin/su", 7200, 5)
        .mode(0o4755)
        .filled("var/lib/dpkg/status", 68_000, 6);
    for (at, tool) in ["cat", "chmod", "cp", "grep", "ls", "mv", "rm", "sed", "tar"]
        .iter()
        .enumerate()
    {
        layer = layer
            .filled(format!("usr/bin/{tool}"), 3500 + at as u64 * 1700, 7)
            .mode(0o755);
    }
    for zone in ["Berlin", "London", "Paris", "Rome", "Zurich"] {
        layer = layer.filled(format!("usr/share/zoneinfo/{zone}"), 1100, 8);
    }
    for language in ["de", "es", "fr", "it", "ja", "pt_BR"] {
        layer = layer.dir(format!("usr/share/locale/{language}")).filled(
            format!("usr/share/locale/{language}/messages.mo"),
            14_300,
            9,
        );
    }
    layer
}

fn packages(layer: LayerBuilder) -> LayerBuilder {
    let mut layer = dirs(
        layer,
        &[
            "usr",
            "usr/bin",
            "usr/lib",
            "usr/lib/git-core",
            "usr/lib/go-1.19",
            "usr/lib/go-1.19/bin",
            "usr/lib/go-1.19/pkg",
            "usr/lib/go-1.19/src",
            "usr/share",
            "usr/share/doc",
            "var",
            "var/cache",
            "var/cache/apt",
            "var/cache/apt/archives",
            "var/lib",
            "var/lib/apt",
            "var/lib/apt/lists",
            "var/lib/dpkg",
            "var/log",
        ],
    )
    .filled("usr/bin/git", 370_000, 20)
    .mode(0o755)
    .filled("usr/lib/go-1.19/bin/go", 1_410_000, 21)
    .mode(0o755)
    .symlink("usr/bin/go", "../lib/go-1.19/bin/go")
    .filled("var/lib/dpkg/status", 84_000, 22)
    .filled("var/log/dpkg.log", 21_000, 23)
    .filled(
        "var/lib/apt/lists/deb.debian.org_dists_bookworm_main_binary-amd64_Packages",
        880_000,
        24,
    )
    .filled(
        "var/lib/apt/lists/deb.debian.org_dists_bookworm_InRelease",
        15_100,
        25,
    )
    .filled("var/cache/apt/pkgcache.bin", 410_000, 26)
    .filled("var/cache/apt/srcpkgcache.bin", 405_000, 27)
    .filled(
        "var/cache/apt/archives/golang-1.19-go_1.19.8-2_amd64.deb",
        260_000,
        28,
    )
    .filled("var/cache/apt/archives/git_2.39.5-0_amd64.deb", 72_000, 29);
    for (at, name) in [
        "bufio", "bytes", "crypto", "encoding", "fmt", "io", "net", "os", "reflect", "runtime",
        "strings", "sync",
    ]
    .iter()
    .enumerate()
    {
        let at = at as u64;
        layer = layer
            .dir(format!("usr/lib/go-1.19/src/{name}"))
            .filled(
                format!("usr/lib/go-1.19/src/{name}/{name}.go"),
                9000 + at * 2100,
                30,
            )
            .filled(
                format!("usr/lib/go-1.19/pkg/{name}.a"),
                31_000 + at * 7700,
                31,
            );
    }
    for name in ["git", "golang-1.19-go", "libcurl4", "perl"] {
        layer = layer
            .dir(format!("usr/share/doc/{name}"))
            .filled(format!("usr/share/doc/{name}/copyright"), 3900, 32)
            .filled(
                format!("usr/share/doc/{name}/changelog.Debian.gz"),
                2200,
                33,
            );
    }
    layer
}

fn sources(layer: LayerBuilder) -> LayerBuilder {
    dirs(
        layer,
        &[
            "srv",
            "srv/shop",
            "srv/shop/.git",
            "srv/shop/.git/objects",
            "srv/shop/cmd",
            "srv/shop/cmd/shop",
            "srv/shop/static",
        ],
    )
    .file("srv/shop/go.mod", "module example.com/shop\n\ngo 1.19\n")
    .file(
        "srv/shop/cmd/shop/main.go",
        "package main\n\nfunc main() {\n\tserve(\":8080\")\n}\n",
    )
    .filled("srv/shop/static/logo.png", 61_000, 40)
    .filled("srv/shop/static/app.js", 148_000, 41)
    .filled("srv/shop/.git/objects/pack-5f2c.pack", 320_000, 42)
    .file("srv/shop/.env", "DATABASE_URL=postgres://shop@db/shop\n")
}

fn build(layer: LayerBuilder) -> LayerBuilder {
    dirs(
        layer,
        &[
            "srv",
            "srv/shop",
            "root",
            "root/.cache",
            "root/.cache/go-build",
        ],
    )
    .filled("srv/shop/shop", 640_000, 50)
    .mode(0o755)
    .filled("root/.cache/go-build/4a-d", 290_000, 51)
    .filled("root/.cache/go-build/9c-d", 204_000, 52)
}

/// The same bytes again, for one mode bit.
fn chmod(layer: LayerBuilder) -> LayerBuilder {
    dirs(layer, &["srv"])
        .dir("srv/shop")
        .mode(0o775)
        .dir("srv/shop/static")
        .mode(0o775)
        .filled("srv/shop/shop", 640_000, 50)
        .mode(0o775)
        .filled("srv/shop/static/logo.png", 61_000, 40)
        .mode(0o664)
        .filled("srv/shop/static/app.js", 148_000, 41)
        .mode(0o664)
        .filled("srv/shop/.git/objects/pack-5f2c.pack", 320_000, 42)
        .mode(0o664)
}

fn rewrite(layer: LayerBuilder) -> LayerBuilder {
    dirs(layer, &["srv", "srv/shop"])
        .filled("srv/shop/shop", 450_000, 60)
        .mode(0o775)
}

fn remove(layer: LayerBuilder) -> LayerBuilder {
    dirs(
        layer,
        &[
            "root",
            "var",
            "var/cache",
            "var/lib",
            "var/lib/apt",
            "var/lib/apt/lists",
        ],
    )
    .whiteout("root/.cache")
    .whiteout("var/cache/apt")
    .whiteout("var/lib/apt/lists/deb.debian.org_dists_bookworm_InRelease")
    .whiteout("var/lib/apt/lists/deb.debian.org_dists_bookworm_main_binary-amd64_Packages")
}
