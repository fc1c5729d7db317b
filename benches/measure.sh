#!/usr/bin/env bash
# What measuring and planning cost: benches/measure.sh [MINUTES]
# 1. Measures MINUTES (60 unless told) of stereo MP3 for the first time, by `loa check` and, where ffmpeg is there, by its
#    `ebur128=peak=true` on the same files, and prints the processor time of both and how far their results lie apart.
#    Ten hours (600) take about four minutes of a core and half a GB in the folder for temporary files.
# 2. A month of 620 slots with all its recordings known: `loa check` from process start to its end.
# 3. Months of 1 000, 10 000 and 100 000 slots, likewise.
# 4. A month of three windows a day with running orders of ten items, likewise.
# 5. A year of twelve months of 560 to 620 slots: `loa check` of them all, and `loa check --year`.
# 6. Files full of mistakes, and 1 000 and 10 000 segments at one instant: `loa check` and the calendar.
# Needs the program as wards are given it (`cargo build --profile shipped`) and python3. Times depend on the machine and on
# what else it does; the ratios hardly do.
set -euo pipefail
cd "$(dirname "$0")/.."
loa=$PWD/target/shipped/loa
minutes=${1:-60}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TZ=Asia/Ho_Chi_Minh LOA_LANG=en TIMEFORMAT='%R %U %S'

repeated() { # TIMES FILE: the sample recording of ten seconds so many times
  for _ in $(seq "$1"); do cat audio/cchc-ket-qua.mp3; done >"$2"
}

home() { # NAME: an empty home
  mkdir -p "$work/$1/schedules" "$work/$1/audio"
  printf '[line]\ndevice = "null"\n[rules]\nquiet = []\n' >"$work/$1/schedules/station.toml"
  printf 'month = "2026-12"\n' >"$work/$1/schedules/2026-12.toml"
}

segment() { # HOME TITLE FILE AT DATES
  printf '[[segment]]\ntitle = "%s"\naudio = "%s"\nat = %s\ndates = %s\n' "$2" "$3" "$4" "$5" \
    >>"$work/$1/schedules/2026-12.toml"
}

check() { "$loa" --home "$work/$1" check "${@:2}" >"$work/said" 2>&1 || [ $? -eq 1 ]; }

best_of() { # RUNS HOME [ARGUMENT …]: fastest and median, in ms
  local n from to
  for n in $(seq "$1"); do
    from=${EPOCHREALTIME/./} && check "${@:2}" && to=${EPOCHREALTIME/./}
    echo $((to - from))
  done | sort -n | awk '{ us[NR] = $1 } END { printf "fastest %.1f ms, median %.1f ms", us[1] / 1000, us[int((NR + 1) / 2)] / 1000 }'
}

echo "== first measure of about $minutes minutes of MP3"
home cold
files=$(((minutes + 9) / 10))
for n in $(seq "$files"); do
  repeated $((56 + n % 5)) "$work/cold/audio/$n.mp3"
  # Different bytes behind the sound, so that no file is another's twin.
  printf 'TAG%-125s' "$n" >>"$work/cold/audio/$n.mp3"
  segment cold "s$n" "$n.mp3" "\"$(printf '%02d:%02d' $((n / 4 % 24)) $((n % 4 * 15)))\"" '[1]'
done
loa_time=$({ time check cold; } 2>&1)
echo "loa    (wall, user, system s): $loa_time"
if command -v ffmpeg >/dev/null; then
  ffmpeg_time=$({ time for file in "$work"/cold/audio/*.mp3; do
    ffmpeg -nostdin -hide_banner -threads 1 -i "$file" -af ebur128=peak=true -f null - 2>"$file.log"
  done; } 2>&1)
  echo "ffmpeg (wall, user, system s): $ffmpeg_time"
  python3 - "$work/cold" "$loa_time" "$ffmpeg_time" <<'PYTHON'
import json, pathlib, re, sqlite3, sys
home, ours, theirs = pathlib.Path(sys.argv[1]), *[list(map(float, t.split())) for t in sys.argv[2:]]
busy = lambda t: t[1] + t[2]
print(f"per core: loa needs 1 s where ffmpeg needs {busy(theirs) / busy(ours):.2f} s; "
      f"loa kept {busy(ours) / ours[0]:.2f} cores busy")
db = sqlite3.connect(next(home.glob("var/**/catalogue.db")))
lu = tp = 0.0
for rel, measures in db.execute("SELECT rel, measures FROM file JOIN sound USING (sha256)"):
    measures = json.loads(measures)
    said = (home / "audio" / f"{rel}.log").read_text(errors="replace")
    said = said[said.rindex("Summary:"):]
    lufs, peak = (float(re.search(rf"{word}:\s+(\S+)", said)[1]) for word in ("I", "Peak"))
    lu = max(lu, abs(measures["loudness_clufs"] / 100 - lufs))
    tp = max(tp, abs(measures["true_peak_cdbtp"] / 100 - peak))
print(f"furthest apart: {lu:.2f} LU, {tp:.2f} dB of true peak (ffmpeg rounds to 0.1)")
PYTHON
else
  echo "ffmpeg is not installed here: nothing to compare with"
fi

echo "== a known month of 620 slots"
home warm
days=$(seq -s, 31)
for n in $(seq 20); do
  repeated $((n % 3 + 1)) "$work/warm/audio/$n.mp3"
  printf 'TAG%-125s' "$n" >>"$work/warm/audio/$n.mp3"
  segment warm "s$n" "$n.mp3" "\"$(printf '%02d:%02d' $((6 + n / 4)) $((n % 4 * 15)))\"" "[$days]"
done
check warm
tail -n 1 "$work/said"
best_of 20 warm
echo

echo "== planning"
for at_a_day in 33 323 3225; do
  home "plan$at_a_day"
  repeated 1 "$work/plan$at_a_day/audio/a.mp3"
  step=$((86400 / at_a_day))
  times=$(seq 0 $((at_a_day - 1)) | awk -v step=$step '{ s = $1 * step; printf "%s\"%02d:%02d:%02d\"", (NR > 1 ? ", " : ""), s / 3600, s / 60 % 60, s % 60 }')
  segment "plan$at_a_day" a a.mp3 "[$times]" "[$days]"
  check "plan$at_a_day"
  printf '%6d slots: ' $((at_a_day * 31))
  best_of 7 "plan$at_a_day"
  printf '   (%s)\n' "$(tail -n 1 "$work/said")"
done

echo "== a month of windows"
home orders
for n in 1 2 3 4 5 6 7; do repeated 1 "$work/orders/audio/$n.mp3"; done
for hour in 06 11 17; do
  printf '[[window]]\nid = "w%s"\nstart = "%s:00"\nend = "%s:45"\nrunning_order = [\n' $hour $hour $hour
  printf '  { audio = "1.mp3", kind = "ident" }, { column = "c1" }, { column = "c2", sting = "2.mp3" }, { column = "c3" },\n'
  printf '  { audio = "3.mp3", kind = "music" }, { column = "c4" }, { column = "c5" }, { audio = "2.mp3", kind = "sting" },\n'
  printf '  { audio = "4.mp3", kind = "sign_off" },\n]\n'
done >>"$work/orders/schedules/station.toml"
for n in 1 2 3 4 5; do
  printf '[[column]]\nid = "c%s"\n' "$n" >>"$work/orders/schedules/station.toml"
  printf '[[segment]]\ntitle = "s%s"\naudio = "%s.mp3"\ncolumn = "c%s"\ndates = [%s]\n' "$n" $((n + 2)) "$n" "$days" \
    >>"$work/orders/schedules/2026-12.toml"
done
check orders
tail -n 1 "$work/said"
best_of 20 orders
echo

echo "== a year"
home year
for n in $(seq 20); do repeated $((n % 3 + 1)) "$work/year/audio/$n.mp3"; done
for month in 01 02 03 04 05 06 07 08 09 10 11 12; do
  file=$work/year/schedules/2026-$month.toml
  printf 'month = "2026-%s"\n' $month >"$file"
  for n in $(seq 20); do
    printf '[[segment]]\ntitle = "s%s"\naudio = "%s.mp3"\nat = "%02d:%02d"\ndays = "T2-CN"\n' \
      "$n" "$n" $((6 + n / 4)) $((n % 4 * 15)) >>"$file"
  done
done
check year
tail -n 1 "$work/said"
printf 'check:        ' && best_of 20 year && echo
printf 'check --year: ' && best_of 20 year --year 2026 && echo

echo "== files full of mistakes"
wrong() { # NAME: how long the check of such a home takes, and what it says last
  printf '%-28s ' "$1:"
  best_of 3 wrong
  printf '   (%s; %d KB told)\n' "$(tail -n 1 "$work/said")" $(($(stat -c %s "$work/said") / 1024))
}
home wrong
month=$work/wrong/schedules/2026-12.toml
seq 380000 | awk 'BEGIN { print "month = \"2026-12\"" } { print "k" $1 "=1" }' >"$month"
wrong '380 000 unknown keys'
seq 100000 | awk 'BEGIN { print "month = \"2026-12\"" } { print "[[segment]]\ntitle=\"a\"\naudio=\"a\"\nat=\"6h\"" }' >"$month"
wrong '100 000 segments'
for n in 1000 10000; do
  seq $n | awk 'BEGIN { print "month = \"2026-12\"" } { printf "[[segment]]\nid = \"s%d\"\ntitle = \"a\"\naudio = \"%d.mp3\"\nat = \"06:00\"\ndates = [31]\n", $1, $1 }' >"$month"
  wrong "$n without a recording"
  repeated 1 "$work/wrong/audio/a.mp3"
  sed -i 's/"[0-9]*.mp3"/"a.mp3"/' "$month"
  wrong "$n at one instant"
  from=${EPOCHREALTIME/./}
  "$loa" --home "$work/wrong" timetable 2026-12 --format html >"$work/said"
  printf '%-28s %d ms\n' "their calendar:" $(((${EPOCHREALTIME/./} - from) / 1000))
done
