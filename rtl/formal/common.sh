# Sourced by the scripts of this folder: works on a private copy of the RTL and its lemma in $work.
set -euo pipefail
formal=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sources=(timer_pkg.sv timer_core.sv timer_apb.sv timer.sv)
lemmas=(timer_core_lemma.svh timer_apb_lemma.svh)
cp "${sources[@]/#/$formal/../}" "${lemmas[@]/#/$formal/}" "$work"

# mutate SCRIPT FILE...: edits these files with the sed script.
mutate() {
  local script=$1 file changed=0
  shift
  for file; do
    cp "$work/$file" "$work/unchanged"
    sed -i -E -f "$script" "$work/$file"
    cmp -s "$work/unchanged" "$work/$file" || changed=1
  done
  if [ "$changed" = 0 ]; then
    echo "${0##*/}: $script does not change anything any more" >&2
    exit 2
  fi
}
