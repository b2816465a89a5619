#!/usr/bin/env bash
# Builds the demo's images with a real engine and writes images.tar.zst, which `dive-rs --demo` opens, beside this file.
#
#   build.sh DIR     also writes the images to DIR with `docker save`; uses $DOCKER_HOST
#
# Missing bases are created: debian:bookworm by debootstrap (needs root), alpine:3.20 from the minirootfs in
# $ALPINE_ROOTFS (alpinelinux.org, "Mini root filesystem"). Without these, both are pulled.
# Needs docker, npm and cargo, but not BuildKit.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build.sh DIR}
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

image_exists() { docker image inspect "$1" >/dev/null 2>&1; }

if ! image_exists debian:bookworm; then
  if command -v debootstrap >/dev/null; then
    debootstrap --variant=minbase bookworm "$work/debian" >&2
    tar -C "$work/debian" -c . | docker import -c 'CMD ["bash"]' - debian:bookworm
  else
    docker pull debian:bookworm
  fi
fi
if ! image_exists alpine:3.20; then
  if [ -n "${ALPINE_ROOTFS:-}" ]; then
    docker import -c 'CMD ["/bin/sh"]' "$ALPINE_ROOTFS" alpine:3.20
  else
    docker pull alpine:3.20
  fi
fi

build() { DOCKER_BUILDKIT=0 docker build --quiet --network host -f "$1/Dockerfile.$2" -t "$3:$2" "$1"; }
build "$here/go-app" onbuild go-app
build "$here/go-app" multistage go-app
cp -r "$here/node-app" "$work/node-app"
(cd "$work/node-app" && npm install --silent --no-audit --no-fund)
build "$work/node-app" default node-app
build "$work/node-app" slim node-app

archives=()
for image in go-app:onbuild go-app:multistage node-app:default node-app:slim; do
  archive=$out/${image/:/-}.tar
  docker save "$image" -o "$archive"
  archives+=("$archive")
done
cargo run --quiet --release --manifest-path "$here/../../Cargo.toml" --example skeleton -- \
  "$here/images.tar.zst" "${archives[@]}"
ls -l "$here/images.tar.zst"
