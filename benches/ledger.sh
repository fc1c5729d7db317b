#!/usr/bin/env bash
# What a large log costs: benches/ledger.sh [AIRINGS]
# Makes a ledger of AIRINGS (1 000 000 unless told), a hundred a day up to yesterday, and measures, from the start of the
# process: until a recording that airs in a moment is armed, the catalogue knowing it, after a run that was ended and after
# one that was killed; and the log of a month out of all those years. Seven times each, with the processor's time and the
# machine's load. Needs the program as wards are given it (`cargo build --profile shipped`) or LOA=FILE, python3 and two GB in
# the folder for temporary files.
set -euo pipefail
cd "$(dirname "$0")/.."
loa=${LOA:-$PWD/target/shipped/loa}
airings=${1:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LOA_LANG=en TZ=Asia/Ho_Chi_Minh
home=$work/home

mkdir -p "$home/schedules" "$home/audio"
printf '[station]\nname = "Đài thử"\n[line]\ndevice = "null"\n[rules]\nquiet = []\n' >"$home/schedules/station.toml"
cp audio/loi-chao.flac "$home/audio/"
# Loa itself makes the empty ledger, so that it has the newest shape.
timeout --signal=INT 3 "$loa" --home "$home" run >"$work/said" 2>&1 || true
python3 benches/ledger.py "$home/var/ledger.db" "$airings" "$(date -d yesterday +%F)"

plan() { # a recording forty seconds from now: it is armed at once, and no run lives to air it
  local at
  at=$(date -d '+40 seconds' '+%F %T')
  printf 'month = "%s"\n[[segment]]\nid = "muc"\ntitle = "Mục"\naudio = "loi-chao.flac"\non = ["%s"]\nat = ["%s"]\n' \
    "${at:0:7}" "${at:0:10}" "${at:11}" >"$home/schedules/${at:0:7}.toml"
  "$loa" --home "$home" check >"$work/said" 2>&1 || true
}

plan
printf 'start to armed, after an end in order: ' && python3 benches/took.py armed "$loa" "$home" end
plan
printf 'start to armed, after a kill: ' && python3 benches/took.py armed "$loa" "$home" kill
month=$(date -d '-1 month' +%Y-%m)
for format in json text csv; do
  printf 'airings of a month, %s: ' "$format"
  python3 benches/took.py ends "$loa" --home "$home" airings --from "$month-01" --to "$month-28" --format "$format"
done
