#!/usr/bin/env bash
# Times images from a registry on loopback:
#   benches/registry.sh GZIP-OCI-ARCHIVE [ROUNDS]
# Starts docker-registry (Debian's package) twice, in a folder below $TMPDIR that is removed afterwards, and pushes the archive with skopeo: as it is, and as
# zstd:chunked to the second one, because skopeo would reuse the layers of the first. Pushing 1.4 GB as zstd:chunked takes minutes. The works run in turns; for
# each it prints the fastest and the median time in seconds, the largest peak memory, and the requests and bytes of the last run. diving reads registries over TLS
# only and is not included. Needs GNU time, curl, jq.
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,3s/^# \?//p' "$0"; exit 2; }
archive=$(realpath "$1") rounds=${2:-5}
root=$(cd "$(dirname "$0")/.." && pwd)
own=${DIVE_RS:-$root/target/release/dive-rs}
[ -x "$own" ] || (cd "$root" && cargo build --release --bin dive-rs)
gnu_time=$(type -P time || type -P gtime) || { echo "GNU time is not installed" >&2; exit 2; }
scratch=$(mktemp -d)
registries=()
trap 'kill "${registries[@]}" 2>/dev/null; wait; rm -r "$scratch"' EXIT

gzip_port=5919 chunked_port=5920
for port in $gzip_port $chunked_port; do
    cat >"$scratch/$port.yml" <<YML
version: 0.1
log: {level: error, accesslog: {disabled: false}}
storage: {filesystem: {rootdirectory: $scratch/$port}}
http: {addr: "127.0.0.1:$port"}
YML
    docker-registry serve "$scratch/$port.yml" >>"$scratch/$port.log" 2>&1 &
    registries+=($!)
    curl -s --retry 20 --retry-connrefused --retry-delay 1 "http://127.0.0.1:$port/v2/" >/dev/null
done
push() { skopeo copy -q --insecure-policy --dest-tls-verify=false "${@:2}" "oci-archive:$archive" "docker://127.0.0.1:$1/pair:1"; }
push $gzip_port
push $chunked_port --dest-compress-format zstd:chunked

blobs=()
for digest in $(curl -s -H "Accept: application/vnd.oci.image.manifest.v1+json" "http://127.0.0.1:$gzip_port/v2/pair/manifests/1" | jq -r '.layers[].digest'); do
    blobs+=(-o /dev/null "http://127.0.0.1:$gzip_port/v2/pair/blobs/$digest")
done
image() { echo --insecure-registry "127.0.0.1:$1" "registry://127.0.0.1:$1/pair:1"; }
judge="$own --ci --quiet --lowestEfficiency 0 --highestUserWastedPercent 1"
export XDG_CACHE_HOME=$scratch/cache
declare -A works=(
    [1]="curl of the layers, three at a time|curl -f --no-progress-meter --parallel --parallel-max 3 ${blobs[*]}"
    [2]="--ci --verify --no-cache of the archive|$judge --verify --no-cache $archive"
    [3]="--ci --no-cache, gzip|$judge --no-cache $(image $gzip_port)"
    [4]="--ci, gzip, empty cache|$judge $(image $gzip_port)"
    [5]="--ci, gzip, reopened|$judge $(image $gzip_port)"
    [6]="--ci --no-cache, zstd:chunked|$judge --no-cache $(image $chunked_port)"
    [7]="--shallow --json, gzip|$own --quiet --shallow --json - $(image $gzip_port)"
)

# Round 0 warms the page cache and does not count.
for round in $(seq 0 "$rounds"); do
    for work in 1 2 3 4 5 6 7; do
        [ $work != 4 ] || rm -rf "$XDG_CACHE_HOME"
        truncate -s 0 "$scratch"/*.log
        # shellcheck disable=SC2086 # the words of the command
        "$gnu_time" -f '%e %M' -o "$scratch/time" ${works[$work]#*|} >/dev/null
        [ "$round" = 0 ] || cat "$scratch/time" >>"$scratch/times-$work"
        grep -ohE '"GET [^"]+" [0-9]+ [0-9]+' "$scratch"/*.log >"$scratch/served-$work" || true
    done
done
for work in 1 2 3 4 5 6 7; do
    sort -n "$scratch/times-$work" | awk -v name="${works[$work]%%|*}" -v served="$scratch/served-$work" '
        { time[NR] = $1; if ($2 > memory) memory = $2 }
        END {
            while ((getline line < served) > 0) { n = split(line, word, " "); bytes += word[n]; requests++ }
            printf "%-42s fastest %6.3f  median %6.3f  %6.1f MiB  %3d requests  %d bytes\n", name, time[1], time[int((NR + 1) / 2)], memory / 1024, requests, bytes
        }'
done
