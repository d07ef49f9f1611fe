# Sourced by check-random and check-shipped: one scenario on both engines, with the RTL clocked in both
# ways. $cyclevisor is the program; $out is made here and goes with the script.
set -eu
ways="fast-fast fast-lockstep stepped-fast stepped-lockstep"  # engine-sync
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# run WAY SCENARIO [OPTION...]: results in $out/WAY; its exit code is one of the results.
run() {
  local way=$1 code=0
  shift
  "$cyclevisor" run "$@" --set "platform.engine=${way%-*}" --sync "${way#*-}" \
    --outdir "$out/$way" >"$out/$way.txt" 2>&1 || code=$?
  echo "exit code $code" >>"$out/$way.txt"
}

# difference WAY OTHER: says what is not the same in two runs; nothing if all is.
difference() {
  local a=$out/$1 b=$out/$2 file
  jq -e '(.digest | test("^[0-9a-f]{32}$")) and .events > 0' "$a/manifest.json" >/dev/null ||
    echo "there is no digest"
  cmp -s <(jq '.digest, .events' "$a/manifest.json") <(jq '.digest, .events' "$b/manifest.json") ||
    echo "the events"
  cmp -s <(grep -v '^results:' "$a.txt") <(grep -v '^results:' "$b.txt") || echo "how it ended"
  for file in "$a"/{stats,latency}.json "$a"/uart-*.log; do
    cmp -s "$file" "$b/${file##*/}" || echo "${file##*/}"
  done
}
