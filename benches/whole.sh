#!/usr/bin/env bash
# Measures wall time, processor time and peak memory of the whole process in CI mode on each archive, for dive-rs, and for dive and diving when they
# are installed: `benches/whole.sh ARCHIVE…`. Each program runs RUNS times (default 3); the fastest run counts. On a busy machine, compare processor
# time. Needs GNU time.
#
#   go install github.com/wagoodman/dive@v0.13.1
#   cargo install diving
#   cargo bench --bench archives -- FOLDER      # writes the synthetic archives
set -euo pipefail

runs=${RUNS:-3}
root=$(cd "$(dirname "$0")/.." && pwd)
own=${DIVE_RS:-$root/target/release/dive-rs}
scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT

[ $# -gt 0 ] || { sed -n '2,4s/^# \?//p' "$0"; exit 2; }
[ -x "$own" ] || (cd "$root" && cargo build --release --bin dive-rs)
gnu_time=$(type -P time || type -P gtime) || { echo "GNU time is not installed" >&2; exit 2; }

# Prints "SECONDS KILOBYTES USER SYSTEM" of the fastest run. A failed rule does not matter here.
measure() {
    local best="" line
    for _ in $(seq "$runs"); do
        CI=true "$gnu_time" -f '%e %M %U %S' -o "$scratch/time" "$@" >"$scratch/out" 2>&1 </dev/null || [ $? -lt 3 ] || {
            sed 's/^/  /' "$scratch/out" | tail -n 3 >&2
        }
        line=$(tail -n 1 "$scratch/time")
        if [ -z "$best" ] || awk "BEGIN { exit !(${line%% *} < ${best%% *}) }"; then best=$line; fi
    done
    echo "$best"
}

# Prints a row: program, time, processor time, memory, and the ratios dive-rs ÷ this program.
row() {
    awk -v name="$1" -v other="$2" -v own="$3" 'BEGIN {
        split(other, o); split(own, w)
        busy = o[3] + o[4]
        printf "  %-8s %8.2f s %8.2f s busy %8.1f MiB", name, o[1], busy, o[2] / 1024
        if (name != "dive-rs") {
            printf "   dive-rs takes %.3f of the time, ", w[1] / (o[1] ? o[1] : 0.01)
            printf "%.3f of the processor, %.2f of the memory", (w[3] + w[4]) / (busy ? busy : 0.01), w[2] / o[2]
        }
        print ""
    }'
}

for archive in "$@"; do
    printf '%s (%s MB)\n' "$archive" "$(awk -v bytes="$(wc -c <"$archive")" 'BEGIN { printf "%.0f", bytes / 1e6 }')"
    cat "$archive" >/dev/null
    mine=$(measure "$own" "$archive")
    row dive-rs "$mine" "$mine"
    if type dive >/dev/null 2>&1; then row dive "$(measure dive "docker-archive://$archive")" "$mine"; fi
    if type diving >/dev/null 2>&1; then row diving "$(measure diving "file://$archive")" "$mine"; fi
done
