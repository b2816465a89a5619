//! dive's own test image, described in code with the same layers, sizes and changes, so that its known numbers hold without its archive.

use crate::fixture::ImageBuilder;

/// The numbers that dive's tests assert.
pub const EFFICIENCY: f64 = 0.984_421_213_418_430_9;
/// Bytes dive counts as wasted.
pub const WASTED: u64 = 32_025;
/// Wasted ÷ user bytes.
pub const USER_WASTED: f64 = 0.483_491_100_140_404_9;

/// Returns the image: busybox, then thirteen small layers with duplicates, a chmod, a move and a removed folder.
pub fn image() -> ImageBuilder {
    let chmod = "/bin/sh -c chmod 444 /root/example/somefile1.txt";
    ImageBuilder::new("dive-test:latest")
        .layer("/bin/sh -c #(nop) ADD file:ce026b in / ", |layer| {
            layer
                .dir("bin")
                .filled("bin/[", 1_075_464, 1)
                .mode(0o755)
                .hard_link("bin/ls", "bin/[")
                .dir("etc")
                .filled("etc/passwd", 78_897, 2)
                .dir("root")
                .mode(0o700)
                .dir("tmp")
                .mode(0o1777)
        })
        .empty_layer("/bin/sh -c #(nop)  CMD [\"sh\"]")
        .layer(
            "/bin/sh -c #(nop) ADD file:139c37 in /somefile.txt ",
            |layer| layer.filled("somefile.txt", 6405, 3),
        )
        .layer("/bin/sh -c mkdir -p /root/example/really/nested", |layer| {
            nested(layer).dir("root/example/really/nested")
        })
        .layer(
            "/bin/sh -c cp /somefile.txt /root/example/somefile1.txt",
            |layer| example(layer).filled("root/example/somefile1.txt", 6405, 3),
        )
        .layer(chmod, |layer| {
            example(layer)
                .filled("root/example/somefile1.txt", 6405, 3)
                .mode(0o444)
        })
        .layer(
            "/bin/sh -c cp /somefile.txt /root/example/somefile2.txt",
            |layer| example(layer).filled("root/example/somefile2.txt", 6405, 3),
        )
        .layer(
            "/bin/sh -c cp /somefile.txt /root/example/somefile3.txt",
            |layer| example(layer).filled("root/example/somefile3.txt", 6405, 3),
        )
        .layer(
            "/bin/sh -c mv /root/example/somefile3.txt /root/saved.txt",
            |layer| {
                example(layer)
                    .whiteout("root/example/somefile3.txt")
                    .filled("root/saved.txt", 6405, 3)
            },
        )
        .layer("/bin/sh -c cp /root/saved.txt /root/.saved.txt", |layer| {
            layer.dir("root").filled("root/.saved.txt", 6405, 3)
        })
        .layer("/bin/sh -c rm -rf /root/example/", |layer| {
            layer.dir("root").whiteout("root/example")
        })
        .layer(
            "/bin/sh -c #(nop) ADD dir:7ec14b in /root/.data/ ",
            |layer| {
                layer
                    .dir("root")
                    .dir("root/.data")
                    .filled("root/.data/tag.sh", 1270, 4)
                    .mode(0o755)
                    .filled("root/.data/test.sh", 917, 5)
            },
        )
        .layer(
            "/bin/sh -c cp /root/saved.txt /tmp/saved.again1.txt",
            |layer| {
                layer
                    .dir("tmp")
                    .mode(0o1777)
                    .filled("tmp/saved.again1.txt", 6405, 3)
            },
        )
        .layer(
            "/bin/sh -c cp /root/saved.txt /root/.data/saved.again2.txt",
            |layer| {
                layer
                    .dir("root")
                    .dir("root/.data")
                    .filled("root/.data/saved.again2.txt", 6405, 3)
            },
        )
        .layer("/bin/sh -c chmod +x /root/saved.txt", |layer| {
            layer
                .dir("root")
                .filled("root/saved.txt", 6405, 3)
                .mode(0o755)
        })
}

fn example(layer: crate::fixture::LayerBuilder) -> crate::fixture::LayerBuilder {
    layer.dir("root").dir("root/example")
}

fn nested(layer: crate::fixture::LayerBuilder) -> crate::fixture::LayerBuilder {
    example(layer).dir("root/example/really")
}
