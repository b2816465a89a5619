#!/bin/sh
# Downloads a release of dive-rs for this machine, checks it and installs it.
#
#   curl -fsSL https://github.com/dive-rs/dive-rs/releases/latest/download/dive-rs-install.sh | sh
#
# Environment:
#   DIVE_RS_VERSION      the version, such as 1.2.3; default: the latest release
#   DIVE_RS_INSTALL_DIR  the folder for the binary; default: ~/.local/bin
#   DIVE_RS_DOWNLOAD     another address to download from
#   DIVE_RS_ATTESTATION  `require` fails when the attestation cannot be checked; default: it is checked where `gh` has a token
#
# Exit code: 1 when the checksum or the attestation is wrong, 3 when there is no release to download.
set -eu

repository=dive-rs/dive-rs

say() { printf 'dive-rs: %s\n' "$*" >&2; }
die() { say "$@"; exit 1; }
# Exits with 3: nothing to download. The action compiles instead.
none() { say "$@"; exit 3; }

case $(uname -s) in
  Linux) os=unknown-linux-musl end=tar.gz ;;
  Darwin) os=apple-darwin end=tar.gz ;;
  MINGW* | MSYS* | CYGWIN*) os=pc-windows-msvc end=zip ;;
  *) none "no release for $(uname -s)" ;;
esac
case $os:$(uname -m) in
  apple-darwin:*) machine=universal ;;
  *:x86_64 | *:amd64) machine=x86_64 ;;
  unknown-linux-musl:aarch64 | unknown-linux-musl:arm64) machine=aarch64 ;;
  *) none "no release for $(uname -m)" ;;
esac
name=dive-rs-$machine-$os
binary=dive-rs
[ "$end" = tar.gz ] || binary=dive-rs.exe

from=${DIVE_RS_DOWNLOAD:-https://github.com/$repository/releases/${DIVE_RS_VERSION:+download/v$DIVE_RS_VERSION}}
[ -n "${DIVE_RS_DOWNLOAD:-}${DIVE_RS_VERSION:-}" ] || from=https://github.com/$repository/releases/latest/download
to=${DIVE_RS_INSTALL_DIR:-${HOME:?}/.local/bin}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
get() { curl -fsSL --retry 3 --proto '=https,file' -o "$work/$1" "$from/$1" || none "cannot download $from/$1"; }
get "$name.$end"
get SHA256SUMS

# The checksum detects a damaged download.
expected=$(awk -v file="$name.$end" '$2 == file { print $1 }' "$work/SHA256SUMS")
[ -n "$expected" ] || die "SHA256SUMS does not list $name.$end"
if command -v sha256sum >/dev/null; then
  actual=$(sha256sum "$work/$name.$end")
else
  actual=$(shasum -a 256 "$work/$name.$end")
fi
[ "${actual%% *}" = "$expected" ] || die "the checksum of $name.$end is wrong"

# The attestation proves that the release's workflow built the file.
if command -v gh >/dev/null && [ -n "${GH_TOKEN:-}${GITHUB_TOKEN:-}" ] || [ "${DIVE_RS_ATTESTATION:-}" = require ]; then
  gh attestation verify "$work/$name.$end" --repo "$repository" >/dev/null ||
    die "the attestation of $name.$end is missing or wrong"
fi

case $end in
  zip) (cd "$work" && unzip -q "$name.zip") ;;
  *) tar -C "$work" -xzf "$work/$name.$end" ;;
esac
mkdir -p "$to"
# The old binary may be running: it is replaced, not written into.
cp "$work/$name/$binary" "$to/.$binary.new"
chmod 755 "$to/.$binary.new"
mv -f "$to/.$binary.new" "$to/$binary"
say "installed $to/$binary ($("$to/$binary" --version))"
case :$PATH: in
  *:"$to":*) ;;
  *) say "$to is not on the PATH" ;;
esac
