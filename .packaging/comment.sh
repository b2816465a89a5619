#!/usr/bin/env bash
# Posts a Markdown report of dive-rs as a comment of a pull request, in the place of the one that an earlier run posted.
#
#   GITHUB_TOKEN=TOKEN GITHUB_REPOSITORY=OWNER/NAME .packaging/comment.sh FILE PULL_REQUEST [NAME]
#
# An earlier comment is found by its author and by its first line, which is that of FILE. With NAME, a pull request has a comment for each name.
# Needs curl and jq. Exit code: 1 when FILE is no report, or GitHub refuses.
set -euo pipefail

api=${GITHUB_API_URL:-https://api.github.com}/repos/${GITHUB_REPOSITORY:?}
file=${1:?FILE} number=${2:?PULL_REQUEST} name=${3:-}
most=65536 # the most characters of a comment

die() { echo "::error title=dive-rs::$*"; exit 1; }
refused() { die "GitHub refuses to comment: $(jq -r '.message? // empty' <<<"$1" 2>/dev/null | head -c 200 | tr -d '\r\n')"; }
# The token is read from standard input, so that no list of processes shows it.
# A body goes to a file, which a retry begins anew.
call() {
  local code=0
  curl --silent --show-error --fail-with-body --retry 3 --max-time 60 --output "$work/body" --config - "$@" <<<"header = \"Authorization: Bearer ${GITHUB_TOKEN:?}\"
header = \"Accept: application/vnd.github+json\"
header = \"X-GitHub-Api-Version: 2022-11-28\"" || code=$?
  cat "$work/body"
  return "$code"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case $number in *[!0-9]* | '') die "$number is not the number of a pull request" ;; esac
case $name in *[!A-Za-z0-9._-]*) die "the name of a comment has letters, digits and ._- only" ;; esac
if [ ! -f "$file" ] || [ -L "$file" ]; then die "there is no report $file"; fi
IFS= read -r mark <"$file" || die "$file is empty"
[ "$mark" = "<!-- dive-rs -->" ] || die "$file is not a Markdown report of dive-rs"
[ -z "$name" ] || mark="<!-- dive-rs $name -->"
body=$(printf '%s\n' "$mark"; tail -n +2 "$file")
[ "$(wc -m <<<"$body")" -le $((most + 1)) ] || die "$file has more than $most characters"

# A token of a job belongs to no user.
author=$(call "${api%/repos/*}/user" 2>/dev/null | jq -r .login) || author="github-actions[bot]"
id=
for ((page = 1; page <= 30; page++)); do
  comments=$(call "$api/issues/$number/comments?per_page=100&page=$page") || refused "$comments"
  id=$(jq -r --arg mark "$mark" --arg author "$author" \
    'first(.[] | select(.user.login == $author and (.body | startswith($mark))) | .id) // empty' <<<"$comments")
  if [ -n "$id" ] || [ "$(jq length <<<"$comments")" != 100 ]; then break; fi
done
if [ -n "$id" ]; then
  method=PATCH to=$api/issues/comments/$id retries=3
else
  # A second attempt could post a second comment.
  method=POST to=$api/issues/$number/comments retries=0
fi
jq -n --arg body "$body" '{body: $body}' >"$work/sent"
posted=$(call -X "$method" --retry "$retries" --data-binary "@$work/sent" "$to") || refused "$posted"
jq -r .html_url <<<"$posted"
