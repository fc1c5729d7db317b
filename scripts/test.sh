#!/usr/bin/env bash
# Builds all tests and runs their programs, some side by side: scripts/test.sh [NAME …]
# Most of them wait most of their time, for sound takes as long as it lasts. Says of each how long it took, and of a failed
# one all that it said. LANES=1 runs one after the other.
set -euo pipefail
cd "$(dirname "$0")/.."
lanes=${LANES:-$(($(nproc) + 1))}
# Those that take longest begin first, so that none of them is left alone at the end.
longest="sound relay browser run monitor console month restart amplifier unattended faults losses running_order levels"
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

in_order() { # the names asked for, or all, the longest first
  if [ $# -gt 0 ]; then
    printf '%s\n' "$@"
  else
    { tr ' ' '\n' <<<"$longest"; cut -d ' ' -f 1 "$said/programs"; } | awk '!seen[$0]++'
  fi
}

one() { # NAME: runs it; what it says is shown if it fails
  local name=$1 program began=$SECONDS
  program=$(awk -v name="$name" '$1 == name { print $2 }' "$said/programs")
  [ -n "$program" ] || { printf 'no test is called %s\n' "$name"; return 1; }
  local is_well=yes
  "$program" --quiet >"$said/$name.said" 2>&1 || is_well=
  if [ -n "$is_well" ]; then grep -h SKIPPED "$said/$name.said" || true; else cat "$said/$name.said"; fi
  printf '%-15s %s\n' "$name" "$(grep '^test result' "$said/$name.said" || echo "test result: none after $((SECONDS - began)) s")"
  [ -n "$is_well" ]
}

failed=0 running=0
for name in $(in_order "$@"); do
  if [ "$running" -ge "$lanes" ]; then
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
[ $# -gt 0 ] || cargo test --locked --doc --quiet >"$said/doc.said" 2>&1 || { cat "$said/doc.said"; failed=1; }
# All of them together, in one line.
sum() { # WORD: how many did so
  cat "$said"/*.said | awk -v word="$1;" '/^test result/ { for (n = 2; n <= NF; n++) if ($n == word) all += $(n - 1) }
    END { print all + 0 }'
}
printf '%d passed, %d failed\n' "$(sum passed)" "$(sum failed)"
exit "$failed"
