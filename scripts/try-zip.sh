#!/usr/bin/env bash
# Tries the archive for Windows as a ward would meet it, under Wine: scripts/try-zip.sh FILE.zip
# Unpacked into a folder with a Vietnamese name, a station made, a bulletin heard through WASAPI at the sink of a private
# sound server, the console asked for, killed (as kill -9 does) in the midst of a second bulletin and started again, the report
# written, the program replaced while it runs, the log looked over. Needs wine64 (version 9 or
# newer; WINE=FILE names another than the system's), PulseAudio and unzip; touches nothing else.
# Wine is no Windows: docs/windows.md says what this does not show.
set -euo pipefail
export LC_ALL=C.UTF-8 TZ=Asia/Ho_Chi_Minh

archive=$(realpath "${1:?FILE.zip}")
work=$(mktemp -d)
# Wine looks for the sound server where a desktop has it.
export HOME=$work WINEPREFIX=$work/wine WINEDEBUG=-all XDG_RUNTIME_DIR=$work/run PULSE_SERVER=unix:$work/run/pulse/native
# Neither a browser of Wine's own nor its menus.
export WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe=d" LOA_LANG=en
mkdir -m 700 "$XDG_RUNTIME_DIR"

say() { printf 'try-zip: %s\n' "$*" >&2; }
fail() {
  say "FAILED: $*"
  [ ! -e "$work/run.log" ] || cat "$work/run.log" >&2
  exit 1
}
wine=${WINE:-$(command -v wine64 || echo /usr/lib/wine/wine64)}
trap '"$wine" wineboot --kill >/dev/null 2>&1 || true; kill $(jobs -p) 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work" 2>/dev/null || { sleep 3; rm -rf "$work"; }' EXIT

pulseaudio -n --exit-idle-time=-1 --log-level=error --use-pid-file=no \
  --load="module-native-protocol-unix socket=$work/run/pulse/native auth-anonymous=1" \
  --load="module-null-sink sink_name=line sink_properties=device.description=Loa rate=48000 channels=2 norewinds=1" &
for _ in $(seq 50); do pactl info >/dev/null 2>&1 && break; sleep 0.1; done
"$wine" wineboot --init >/dev/null 2>&1 || fail "Wine does not start"

mkdir -p "$work/Đài truyền thanh phường"
cd "$work/Đài truyền thanh phường"
unzip -q "$archive"
cd loa-*
loa() { "$wine" ./loa.exe --home dai-phuong "$@"; }

version=$("$wine" ./loa.exe --version) || fail "the program does not start: Wine 9 or newer is needed (bcryptprimitives.dll); WINE=FILE names another"
say "$version"
# What Chay-Loa.cmd does at first.
"$wine" ./loa.exe init dai-phuong --line null >/dev/null || fail "init"
device=$(loa devices | tr -d '\r' | sed -n 's/^\(wasapi:[^ ]*\) .*/\1/p' | head -n 1)
[ -n "$device" ] || { loa devices >&2; fail "no WASAPI device"; }
say "the line is $device"
sed -i -e "s|^device = .*|device = \"$device\"|" -e 's/^quiet = .*/quiet = []/' -e 's/$/\r/' dai-phuong/schedules/station.toml

in_s() { date -d "@$((began + $1))" "+$2"; }
began=$(date +%s)
month=$(in_s 15 %Y-%m)
# Thirty seconds of a tone, 8 kHz 16 bit, under a name with marks.
perl -e 'my ($r, $s) = (8000, 30); my $d = pack "s<*", map { 6000 * sin($_ / 8) } 1 .. $r * $s;
  print "RIFF", pack("V", 36 + length $d), "WAVEfmt ", pack("VvvVVvv", 16, 1, 1, $r, 2 * $r, 2, 16), "data", pack("V", length $d), $d' \
  >"dai-phuong/audio/bản tin số 1.wav"
segment() { # ID TITLE AUDIO AFTER
  printf '[[segment]]\r\nid = "%s"\r\ntitle = "%s"\r\naudio = "%s"\r\nat = "%s"\r\non = ["%s"]\r\ngrace = "10m"\r\n\r\n' \
    "$1" "$2" "$3" "$(in_s "$4" %H:%M:%S)" "$(in_s "$4" %F)"
}
{ printf 'month = "%s"\r\n\r\n' "$month"; segment mot "Nhạc hiệu" nhac-hieu.flac 15; segment hai "Bản tin số 1" "bản tin số 1.wav" 30
} >"dai-phuong/schedules/$month.toml"
loa check "$month" || fail "the station has problems"

heard() { # SECONDS: the loudest sample of the sink's monitor meanwhile, of 32768
  timeout "$1" parec --device=line.monitor --format=s16le --rate=48000 --channels=1 2>/dev/null |
    perl -e 'local $/; my $max = 0; for (unpack "s<*", <STDIN>) { $max = abs if abs > $max } print $max' || true
}
until_said() { # SECONDS WORDS COMMAND…: what the command prints has the words
  local i seconds=$1 words=$2
  shift 2
  for i in $(seq "$seconds"); do
    ! "$@" 2>/dev/null | grep -q "$words" || return 0
    sleep 1
  done
  "$@" >&2 || true
  fail "not said within $seconds s: $words"
}
mot() { loa airings | grep 'Nhạc hiệu'; }
hai() { loa airings | grep 'Bản tin số 1'; }

loa run >>"$work/run.log" 2>&1 &
while [ "$(date +%s)" -lt $((began + 14)) ]; do sleep 0.2; done
level=$(heard 4)
[ "${level:-0}" -gt 1000 ] || fail "nothing was heard: a level of $level"
until_said 20 Aired mot
say "heard (at $level of 32768) and logged: $(mot | tr -d '\r')"

url=$(loa status --json | tr -d '\r' | sed -n 's/.*"url": "\([^"]*\)".*/\1/p' | head -n 1)
curl -fsS -o /dev/null "${url%/}/dang-nhap" || fail "the console at $url does not answer"
say "the console answers at $url"

while [ "$(date +%s)" -lt $((began + 40)) ]; do sleep 0.2; done
until_said 5 'Bản tin' loa status
say "killing it in mid-airing"
"$wine" taskkill /f /im loa.exe >/dev/null 2>&1 || true
wait %2 2>/dev/null || true
sleep 2
loa run >>"$work/run.log" 2>&1 &
until_said 90 Aired hai
loa log verify || fail "the log is not whole after the kill"
say "heard again after the kill: $(hai | tr -d '\r')"

loa report "$month" --period calendar --format docx -o "báo cáo.docx" || fail "no report"
[ "$(head -c 2 "báo cáo.docx")" = PK ] || fail "the report is no document"

say "putting another program in its place while it runs"
mv loa.exe loa.cu.exe
cp loa.cu.exe loa.exe
loa status >/dev/null || fail "the new program does not reach the running one"
loa airings --format json >/dev/null
loa doctor | tr -d '\r' || true
say "all well"
