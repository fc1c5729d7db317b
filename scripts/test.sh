#!/usr/bin/env bash
# Builds all tests and runs their programs, some side by side: scripts/test.sh [NAME …]
# Says of each how long it took, and of a failed one all that it said. LANES=1 runs one after the other.
set -euo pipefail
cd "$(dirname "$0")/.."
lanes=${LANES:-$(($(nproc) + 1))}
# Those that mostly wait, for sound takes as long as it lasts. The longest begins first, so that it is not left alone at the end.
waiting="sound relay browser console monitor run faults restart amplifier unattended losses running_order by_hand levels tone player"
# So many of their tests go on at a time; of those that reckon much or hear as well, as many as there are cores.
at_a_time=${RUST_TEST_THREADS:-4}
reckoning_as_well="sound relay browser console monitor faults player cli_schedule"
# All others reckon. They take what is left of the processor: a sound server that is kept waiting for 20 ms makes a hole that says
# nothing of Loa.
# Where nobody has built on what was there before, what the compiler would keep for that costs a minute and is never looked at.
[ -d target/debug/incremental ] || export CARGO_INCREMENTAL=0
said=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$said"' EXIT

cargo test --locked --no-run 2>&1 | tee "$said/build" >&2
# Each program by the name of its test: `unittests src/lib.rs (…/loa-1)` is lib, `tests/relay/main.rs (…/relay-2)` relay.
awk '$1 == "Executable" {
  name = $(NF - 1); program = $NF
  gsub(/[()]/, "", program)
  sub(/\.rs$/, "", name); sub(/\/main$/, "", name); sub(/.*\//, "", name)
  print name, program
}' "$said/build" >"$said/programs"

in_order() { # the names asked for, or all: those that wait, then those that reckon
  if [ $# -gt 0 ]; then
    printf '%s\n' "$@"
  else
    { tr ' ' '\n' <<<"$waiting"; cut -d ' ' -f 1 "$said/programs"; } | awk '!seen[$0]++'
  fi
}
is_of() { [[ " $2 " == *" $1 "* ]]; } # NAME NAMES

one() { # NAME: runs it; what it says is shown if it fails
  local name=$1 program began=$SECONDS
  program=$(awk -v name="$name" '$1 == name { print $2 }' "$said/programs")
  [ -n "$program" ] || { printf 'no test is called %s\n' "$name"; return 1; }
  local is_well=yes how=(nice -n 19)
  ! is_of "$name" "$waiting" || how=(env "RUST_TEST_THREADS=$at_a_time")
  ! is_of "$name" "$reckoning_as_well" || how=(env)
  "${how[@]}" "$program" --quiet >"$said/$name.said" 2>&1 || is_well=
  if [ -n "$is_well" ]; then grep -h SKIPPED "$said/$name.said" || true; else cat "$said/$name.said"; fi
  printf '%-15s %s\n' "$name" "$(grep '^test result' "$said/$name.said" || echo "test result: none after $((SECONDS - began)) s")"
  [ -n "$is_well" ]
}

lane() { # LANES NAME…: runs them, so many at a time, in their order
  local most=$1 running=0 failed=0 name
  shift
  for name in "$@"; do
    if [ "$running" -ge "$most" ]; then
      wait -n || failed=1
      running=$((running - 1))
    fi
    one "$name" &
    running=$((running + 1))
  done
  while [ "$running" -gt 0 ]; do
    wait -n || failed=1
    running=$((running - 1))
  done
  return "$failed"
}

failed=0
mapfile -t names < <(in_order "$@")
if [ "$lanes" -eq 1 ]; then
  lane 1 "${names[@]}" || failed=1
else
  patient=() reckoning=()
  for name in "${names[@]}"; do
    if is_of "$name" "$waiting"; then patient+=("$name"); else reckoning+=("$name"); fi
  done
  lane "$lanes" "${patient[@]}" &
  lane 1 "${reckoning[@]}" &
  wait -n || failed=1
  wait -n || failed=1
fi
# All of them together, in one line.
sum() { # WORD: how many did so
  cat "$said"/*.said | awk -v word="$1;" '/^test result/ { for (n = 2; n <= NF; n++) if ($n == word) all += $(n - 1) }
    END { print all + 0 }'
}
printf '%d passed, %d failed\n' "$(sum passed)" "$(sum failed)"
exit "$failed"
