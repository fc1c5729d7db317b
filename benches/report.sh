#!/usr/bin/env bash
# What reports cost: benches/report.sh [AIRINGS]
# Makes a ledger of AIRINGS (1 000 000 unless told), a hundred a day up to the end of 2026, and asks it for the reports of a
# month, a quarter and a year: from the start of the process to its end, in every form, fastest and median of seven; then for a
# month's paper and workbook one after the other.
# Needs the program as wards are given it (`cargo build --profile shipped`) or LOA=FILE, python3 and two GB in the folder for
# temporary files.
set -euo pipefail
cd "$(dirname "$0")/.."
loa=${LOA:-$PWD/target/shipped/loa}
airings=${1:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LOA_LANG=vi

mkdir -p "$work/home/schedules" "$work/home/audio"
sed 's/^device = .*/device = "null"/' schedules/station.toml >"$work/home/schedules/station.toml"
# Loa itself makes the empty ledger, so that it has the newest shape.
timeout --signal=INT 3 "$loa" --home "$work/home" run >"$work/said" 2>&1 || true
python3 benches/ledger.py "$work/home/var/ledger.db" "$airings" 2026-12-31

report() { "$loa" --home "$work/home" report "$@" >"$work/said"; }
both() { report "$1" --format docx -o "$work/b.docx" && report "$1" --format xlsx -o "$work/b.xlsx"; }

best_of() { # RUNS COMMAND …: fastest and median, in ms
  local n from to
  for n in $(seq "$1"); do
    from=${EPOCHREALTIME/./} && "${@:2}" && to=${EPOCHREALTIME/./}
    echo $((to - from))
  done | sort -n | awk '{ us[NR] = $1 } END { printf "fastest %.0f ms, median %.0f ms\n", us[1] / 1000, us[int((NR + 1) / 2)] / 1000 }'
}

for period in 2026-01 2026-12 2026-Q4 2026; do
  for format in json text csv html; do
    printf '%-8s %-5s ' "$period" "$format"
    best_of 7 report "$period" --format "$format"
  done
done
for month in 2026-01 2026-12; do
  printf '%-8s %-5s ' "$month" docx+xlsx
  best_of 7 both "$month"
done
