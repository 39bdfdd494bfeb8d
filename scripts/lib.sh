# shellcheck shell=bash
# What the scripts of this folder share. Source it; it changes to the root of the project.
set -euo pipefail
script=$(realpath "$0")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  printf 'scripts/%s: %s\n' "${script##*/}" "$*" >&2
  exit 1
}

# Prints the comment at the head of the script that runs.
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

# Configures build/PRESET, unless nothing changed that cmake --build would not notice by itself.
configure() {
  local ninja_file=build/$1/build.ninja
  if [[ ! -f $ninja_file || CMakePresets.json -nt $ninja_file ]]; then
    quietly cmake --preset "$1" || fail "cmake cannot configure the preset '$1'"
  fi
}

# Builds a configured preset; further arguments go to cmake --build.
build() {
  NINJA_STATUS='[%f/%t] ' cmake --build --preset "$1" --parallel "$(nproc)" "${@:2}" ||
    fail "the build of the preset '$1' failed"
}
