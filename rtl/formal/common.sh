# Sourced by the scripts of this folder: works on a private copy of the RTL in $work, changed by the
# sed script "$1" if one is given.
set -euo pipefail
formal=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=(timer_pkg.sv timer_core.sv timer_apb.sv timer.sv)
cp "${sources[@]/#/$formal/../}" "$formal"/*_lemma.svh "$work"

mutate() {
  sed -i -E -f "$1" "${sources[@]/#/$work/}"
  local source changed=0
  for source in "${sources[@]}"; do
    cmp -s "$formal/../$source" "$work/$source" || changed=1
  done
  if [ "$changed" = 0 ]; then
    echo "${0##*/}: $1 does not change the RTL any more" >&2
    exit 2
  fi
}
