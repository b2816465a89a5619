#!/usr/bin/env bash
# Builds the images of the demo with a real engine and writes what `dive-rs --demo` opens beside this file.
#
#   build.sh DIR     the images go to DIR, as `docker save` writes them; uses $DOCKER_HOST
#
# Bases that the engine lacks are made here: debian:bookworm by debootstrap (needs root), alpine:3.20 from the
# minirootfs that $ALPINE_ROOTFS names (alpinelinux.org, "Mini root filesystem"); without that both are pulled.
# Needs docker, npm, cargo. BuildKit is not needed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build.sh DIR}
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

there() { docker image inspect "$1" >/dev/null 2>&1; }

if ! there debian:bookworm; then
  if command -v debootstrap >/dev/null; then
    debootstrap --variant=minbase bookworm "$work/debian" >&2
    tar -C "$work/debian" -c . | docker import -c 'CMD ["bash"]' - debian:bookworm
  else
    docker pull debian:bookworm
  fi
fi
if ! there alpine:3.20; then
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
