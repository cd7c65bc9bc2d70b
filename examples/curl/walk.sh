#!/usr/bin/env bash
# Uploads a clip, waits for its memory, asks and prints: bash walk.sh CLIP [QUESTION…]
set -euo pipefail
api=${LOCI_URL:-http://127.0.0.1:8080}/v1
clip=${1:?usage: walk.sh CLIP [QUESTION…]}
shift
[ $# -gt 0 ] || set -- 'How many beds are there in this room?' \
  'What is the floor area of this room (in square meters)?'

# calls the API; on an error, says the title of the problem that it answered with
loci() {
  local body
  body=$(curl --silent --show-error --fail-with-body --header "Authorization: Bearer ${LOCI_KEY:-dev}" "$@") ||
    { jq --raw-output '"walk.sh: \(.title)"' <<<"$body" >&2; return 1; }
  echo "$body"
}
json=(--header 'Content-Type: application/json')

video=$(loci --header 'Content-Type: video/mp4' --data-binary "@$clip" "$api/videos" | jq --raw-output .id)

# without questions a job only builds the memory
job=$(loci "${json[@]}" --data "{\"video_id\": \"$video\"}" "$api/jobs" | jq --raw-output .id)
until state=$(loci "$api/jobs/$job?wait=30") && jq --exit-status .finished_at <<<"$state" >/dev/null; do :; done
if [ "$(jq --raw-output .status <<<"$state")" != succeeded ]; then
  jq --raw-output '"The job ended as \(.status): \(.error.title // "no reason given")."' <<<"$state" >&2
  exit 1
fi
memory=$(jq --raw-output .memory_id <<<"$state")

# a memory may be asked at any time; the video is not touched again
for question in "$@"; do
  jq --null-input --arg question "$question" '{$question}' |
    loci "${json[@]}" --header 'Prefer: wait=60' --data @- "$api/memories/$memory/questions" |
    jq --raw-output '(.answer | [.text, .unit | values] | join(" ")) as $answer |
      "\(.question)\n  \($answer) (\(.answer.confidence * 100 | round) % sure)"'
done
