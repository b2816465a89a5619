#!/bin/sh
# Measures time and peak memory of comparing two archives with dive-rs, and with `diving diff` when it is installed:
#   benches/pair.sh BEFORE.tar AFTER.tar [RUNS]
# Goal for a pair of images such as the one in docs/speed.md: 0.25 s, 80 MB, four times as fast as diving.
set -eu

before=$(realpath "$1") after=$(realpath "$2") runs=${3:-5}
program=${DIVE_RS:-target/release/dive-rs}
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT

measure() {
    name=$1
    shift
    for _ in $(seq "$runs"); do
        # An empty home folder: no cache of an earlier run.
        rm -rf "$home"
        mkdir "$home"
        HOME=$home XDG_CACHE_HOME=$home /usr/bin/time -a -o "$home/time" -f '%e s  %M kB' "$@" >"$home/out" 2>&1 || true
        printf '%s  %s\n' "$name" "$(tail -n 1 "$home/time")"
    done
}

measure dive-rs "$program" "$before" "$after"
if command -v diving >/dev/null; then
    measure diving diving diff "file://$before" "file://$after"
fi
