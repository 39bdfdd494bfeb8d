# shellcheck shell=bash
# Functions for the scripts of this folder. Sourcing it changes to the root of the project.
set -euo pipefail
script=$(realpath "$0")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  printf 'scripts/%s: %s\n' "${script##*/}" "$*" >&2
  exit 1
}

# Prints the first comment of the running script.
usage() { sed -n '2,/^[^#]/{/^[^#]/d;s/^# \{0,1\}//;p}' "$script"; }

step() { printf '\n== %s\n' "$*"; }

# Runs a command and shows its output only if it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  [[ $status == 0 ]] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# Configures build/PRESET if it is not configured, or if the presets changed; cmake --build detects
# all other changes.
configure() {
  local ninja_file=build/$1/build.ninja
  if [[ ! -f $ninja_file || CMakePresets.json -nt $ninja_file ]]; then
    quietly cmake --preset "$1" || fail "cannot configure the preset '$1', see above"
  fi
}

# Builds a configured preset; further arguments go to cmake --build.
build() {
  NINJA_STATUS='[%f/%t] ' cmake --build --preset "$1" --parallel "$(nproc)" "${@:2}" ||
    fail "cannot build the preset '$1', see above"
}
