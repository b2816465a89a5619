#!/usr/bin/env bash
# Times dive-rs on an engine's image (`--ci`), beside `curl` and the engine's client copying the same export to /dev/null:
#   benches/engine.sh unix:///var/run/docker.sock IMAGE [ROUNDS] [docker|podman]
# Each round runs `curl`, the client's `save` and dive-rs, in reverse order every second round, and prints the ratios; the last line prints their
# medians. $CLI names the client (default: docker or podman). One copy before the first round warms the caches.
set -euo pipefail

[ $# -ge 2 ] || { sed -n '2,5s/^# \?//p' "$0"; exit 2; }
engine=$1 image=$2 rounds=${3:-7} kind=${4:-docker}
root=$(cd "$(dirname "$0")/.." && pwd)
own=${DIVE_RS:-$root/target/release/dive-rs}
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT
[ -x "$own" ] || (cd "$root" && cargo build --release --bin dive-rs)

case $kind in
docker) client=(${CLI:-docker} -H "$engine" save "$image") host=DOCKER_HOST ;;
podman) client=(${CLI:-podman} --url "$engine" save --format docker-archive "$image") host=CONTAINER_HOST ;;
*) echo "unknown kind: $kind (docker or podman)" >&2; exit 2 ;;
esac

copy() { curl -sSf --unix-socket "${engine#unix://}" "http://engine/images/$image/get" -o /dev/null; }
save() { "${client[@]}" >/dev/null; }
# A failed rule (exit code 1) does not matter here.
own() { env CI=true "$host=$engine" "$own" --ci --source "$kind" "$image" >"$scratch/out" || [ $? -eq 1 ]; }

# Prints how many seconds a command takes.
seconds() {
    local begun=$EPOCHREALTIME
    "$@"
    awk -v begun="$begun" -v ended="$EPOCHREALTIME" 'BEGIN { printf "%.3f", ended - begun }'
}

median() { sort -n | awk '{ at[NR] = $1 } END { printf "%.3f", (at[int((NR + 1) / 2)] + at[int((NR + 2) / 2)]) / 2 }'; }

copy
for round in $(seq "$rounds"); do
    if [ $((round % 2)) = 1 ]; then
        copied=$(seconds copy) saved=$(seconds save) read=$(seconds own)
    else
        read=$(seconds own) saved=$(seconds save) copied=$(seconds copy)
    fi
    awk -v copied="$copied" -v saved="$saved" -v read="$read" 'BEGIN {
        printf "curl %.2f s   save %.2f s   dive-rs %.2f s   ÷ curl %.3f   ÷ save %.3f\n", copied, saved, read, read / copied, read / saved
    }'
    awk "BEGIN { print $read / $copied }" >>"$scratch/copies"
    awk "BEGIN { print $read / $saved }" >>"$scratch/saves"
done
printf 'medians: dive-rs ÷ curl %s, dive-rs ÷ save %s\n' "$(median <"$scratch/copies")" "$(median <"$scratch/saves")"
