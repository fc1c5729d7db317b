#!/usr/bin/env bash
# Searches for texts and recordings that Loa answers wrongly: scripts/fuzz.sh [MINUTES [TARGET…]]
# Each target (schedule, catalogue) is searched for so many minutes, ten unless told. What was found to lead somewhere new
# is kept in fuzz/target/corpus/ and the next search goes on from there; what broke Loa lies in fuzz/target/found/.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"

minutes=${1:-10}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(schedule catalogue)

# What libFuzzer counts: each edge of our code and of the libraries, and what is compared with what. Stable Rust can.
instrumented=(--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
  -Cllvm-args=-sanitizer-coverage-trace-compares)
host=$(rustc -vV | sed -n 's/^host: //p')
built=${CARGO_TARGET_DIR:-target}
# With a target named, the flags do not reach build scripts, which have nothing that could count. The lock file follows what
# Loa itself has come to need.
RUSTFLAGS="${instrumented[*]}" CARGO_TARGET_DIR=$built cargo build --release --target "$host"

for target in "${targets[@]}"; do
  corpus=target/corpus/$target
  mkdir -p "$corpus" "target/seeds/$target" target/found
  printf '\n== %s, %s min\n' "$target" "$minutes"
  # A text or recording of 16 KiB reaches all code; one that takes longer than a minute hangs.
  "$built/$host/release/$target" -max_total_time=$((minutes * 60)) -max_len=16384 -timeout=60 -rss_limit_mb=2048 \
    -dict="target/seeds/$target.dict" -artifact_prefix="target/found/$target-" -print_final_stats=1 \
    "$corpus" "target/seeds/$target"
  printf '%s: clean, %s files in its corpus\n' "$target" "$(find "$corpus" -type f | wc -l)"
done
