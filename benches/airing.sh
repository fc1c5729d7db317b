#!/usr/bin/env bash
# What airing costs, and what becomes of a line that goes for three seconds: benches/airing.sh [DEVICE …]; or, what memory
# it takes in the long run: benches/airing.sh --memory [MINUTES]
# How late the sound is at the sink when it is ordered for a second, where python3 is there, is printed with it: Loa by its
# schedule, the others by a shell that starts them at that second, or by their own.
# Airs a two-minute stereo MP3 (44.1 kHz, so it is resampled) on each device and prints the daemon's processor time over
# 60 s of it, as a share of one core, with that of the sound server beside it (who leaves the resampling to the server
# has it done there), and its memory; then takes the sink away for three seconds, a second sink being
# there, and says where the sound is ten seconds later. Without a device: the null line, and, where PulseAudio is there, a
# sink of a private server through ALSA and through PulseAudio, and then the same with mpd, mpg123 and Liquidsoap
# where they are installed. For its memory it airs the ten seconds of a recording every twenty for so many minutes (60 unless
# told) and prints what is resident each five minutes. Needs the program as wards are given it (`cargo build --profile
# shipped`); LOA=FILE measures another one. Ratios count, not shares: peers run on the same machine in turn.
set -euo pipefail
cd "$(dirname "$0")/.."
loa=${LOA:-$PWD/target/shipped/loa}
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
export TZ=Asia/Ho_Chi_Minh LOA_LANG=en
for _ in $(seq 12); do cat audio/cchc-ket-qua.mp3; done >"$work/long.mp3"
served=

sink() { # NAME
  pactl load-module module-null-sink "sink_name=$1" rate=48000 channels=2 norewinds=1 >/dev/null
}

server() { # a private sound server with two sinks, `line` and `other`; the first is an ALSA device too
  export XDG_RUNTIME_DIR=$work/pulse PULSE_SERVER=unix:$work/pulse/native ALSA_CONFIG_PATH=$work/asound.conf
  mkdir -m 700 "$work/pulse"
  printf '%s\n' '</usr/share/alsa/alsa.conf>' 'pcm.line { type pulse device line hint { show on description "line" } }' \
    >"$ALSA_CONFIG_PATH"
  HOME=$work pulseaudio -n --exit-idle-time=-1 --log-level=error --use-pid-file=no \
    --load="module-native-protocol-unix socket=$work/pulse/native auth-anonymous=1" &
  local server=$!
  for _ in $(seq 50); do
    if pactl info >/dev/null 2>&1; then
      sink line
      sink other
      served=$server
      return
    fi
    sleep 0.1
  done
  return 1
}

late() { # LABEL AT COMMAND …: the command is run at that second, if there is one; how late the sink sounds
  command -v python3 >/dev/null || return 0
  local label=$1 at=$2 heard
  shift 2
  python3 benches/onset.py line $(((at - $(date +%s)) + 6)) >"$work/onset" &
  local ear=$!
  if [ $# -gt 0 ]; then
    sleep "$(awk -v at="$at" -v now="$EPOCHREALTIME" 'BEGIN { print at - now }')"
    "$@"
  fi
  wait "$ear"
  heard=$(cat "$work/onset")
  awk -v label="$label" -v heard="$heard" -v at="$at" 'BEGIN {
    if (heard == "nothing") printf "%-16s is not heard\n", label
    else printf "%-16s heard %.0f ms late\n", label, (heard - at) * 1000 }'
}

ticks() { # PID: its processor time
  awk '{ print $14 + $15 }' "/proc/$1/stat"
}

cost() { # LABEL PID: its processor time over a minute and the sound server's beside it, and its memory
  local before after before_server=0 after_server=0
  before=$(ticks "$2")
  [ -z "$served" ] || before_server=$(ticks "$served")
  sleep 60
  after=$(ticks "$2")
  [ -z "$served" ] || after_server=$(ticks "$served")
  awk -v label="$1" -v ticks="$((after - before))" -v server="$((after_server - before_server))" \
    -v hz="$(getconf CLK_TCK)" '
    function share(ticks) { return ticks / hz / 60 * 100 }
    /VmHWM/ { peak = $2 } /^VmRSS/ { now = $2 }
    END {
      printf "%-16s %.2f %% of a core, %.2f %% with the sound server; %.1f MiB resident (%.1f MiB at most)\n",
        label, share(ticks), share(ticks + server), now / 1024, peak / 1024
    }
  ' "/proc/$2/status"
}

away() { # the sink goes for three seconds
  [ -n "$served" ] || return 0
  pactl unload-module "$(pactl list short modules | awk '/sink_name=line / { print $1 }')"
  sleep 3
  sink line
  sleep 10
  local at
  at=$(pactl list short sink-inputs | cut -f 2 | sort -u)
  pactl list short sinks | awk -v at="$at" '$1 == at { found = $2 } END {
    printf "                 after its sink was away for 3 s: %s\n", found ? "on `" found "`" : "nowhere" }'
}

home() { # DEVICE AT: a station that airs the long recording at that time of today
  rm -rf "$work/home"
  mkdir -p "$work/home/schedules" "$work/home/audio"
  cp "$work/long.mp3" "$work/home/audio/"
  local day=${2% *} at=${2#* }
  # A door of its own: nobody else's browser comes in and is counted.
  printf '[line]\ndevice = "%s"\n[console]\nlisten = "127.0.0.1:16601"\n[rules]\nquiet = []\n' "$1" \
    >"$work/home/schedules/station.toml"
  printf 'month = "%s"\n[[segment]]\ntitle = "long"\naudio = "long.mp3"\nat = "%s"\non = "%s"\n' \
    "${day%-*}" "$at" "$day" >"$work/home/schedules/${day%-*}.toml"
}

measure() { # DEVICE
  local at=$(($(date +%s) + 6))
  home "$1" "$(date -d "@$at" '+%F %T')"
  "$loa" --home "$work/home" run >"$work/out" 2>"$work/err" &
  local daemon=$!
  if [ "$1" = null ]; then sleep 12; else late "$1" "$at"; fi
  "$loa" --home "$work/home" status | head -n 1 | grep -q long || { echo "$1: nothing on air"; cat "$work/err"; return 1; }
  cost "$1" "$daemon"
  [ "$1" = null ] || away
  kill "$daemon"
  wait "$daemon" || true
}

mpd_peer() {
  mkdir -p "$work/mpd"
  cat >"$work/mpd.conf" <<CONF
music_directory "$work"
db_file "$work/mpd/db"
log_file "$work/mpd/log"
bind_to_address "127.0.0.1"
port "16600"
audio_output {
  type "pulse"
  name "line"
  server "$PULSE_SERVER"
  sink "line"
}
CONF
  mpd --no-daemon "$work/mpd.conf" 2>"$work/mpd/err" &
  local peer=$!
  sleep 2
  exec 3<>/dev/tcp/127.0.0.1/16600
  printf 'update\n' >&3
  sleep 3
  printf 'add long.mp3\nrepeat 1\n' >&3
  play_mpd() { printf 'play\n' >&3; }
  late mpd "$(($(date +%s) + 3))" play_mpd
  exec 3>&-
  cost mpd "$peer"
  away
  kill "$peer"
  wait "$peer" || true
}

mpg123_peer() {
  start_mpg123() { mpg123 -q -o pulse -a line --loop -1 "$work/long.mp3" 2>"$work/mpg123" & }
  late mpg123 "$(($(date +%s) + 3))" start_mpg123
  local peer
  peer=$(pgrep -f "mpg123.*$work/long.mp3")
  cost mpg123 "$peer"
  away
  kill "$peer"
}

liquidsoap_peer() { # its own schedule, whose finest grain is a second
  local at=$(($(date +%s) + 15)) root=()
  [ "$(id -u)" -ne 0 ] || root=('settings.init.allow_root.set(true)')
  printf '%s\n' "${root[@]}" 'settings.log.stdout.set(false)' "long = once(single(\"$work/long.mp3\"))" \
    "output.pulseaudio(device=\"line\", fallible=true, switch(track_sensitive=false, [
      ({ time() >= $at. }, long) ]))" >"$work/line.liq"
  liquidsoap "$work/line.liq" >"$work/liquidsoap" 2>&1 &
  local peer=$!
  late liquidsoap "$at"
  cost liquidsoap "$peer"
  away
  kill "$peer"
  wait "$peer" || true
}

memory() { # DEVICE MINUTES
  home "$1" "$(date -d '+5 seconds' '+%F %T')"
  cp audio/cchc-ket-qua.mp3 "$work/home/audio/"
  local day file n starts=
  day=$(date +%F)
  file=$work/home/schedules/${day%-*}.toml
  for n in $(seq 1 $(($2 * 3))); do starts+="\"$(date -d "+$((5 + n * 20)) seconds" +%T)\", "; done
  printf 'month = "%s"\n[[segment]]\ntitle = "short"\naudio = "cchc-ket-qua.mp3"\nat = [%s]\non = "%s"\n' \
    "${day%-*}" "$starts" "$day" >"$file"
  "$loa" --home "$work/home" run >"$work/out" 2>"$work/err" &
  local daemon=$! minute
  for minute in $(seq 0 "$2"); do
    if [ $((minute % 5)) -eq 0 ]; then
      awk -v at="$minute" '/^VmRSS/ { printf "%4d min %6.2f MiB", at, $2 / 1024 } /^Threads/ { printf ", %d threads\n", $2 }' \
        "/proc/$daemon/status"
    fi
    sleep 60
  done
  kill "$daemon"
  wait "$daemon" || true
  "$loa" --home "$work/home" report --period calendar | head -n 12
}

if [ "${1:-}" = --memory ]; then
  server
  memory pulseaudio:line "${2:-60}"
  exit
fi
if [ $# -gt 0 ]; then
  case "$*" in *:line*) server ;; esac
  for device in "$@"; do measure "$device"; done
  exit
fi
measure null
if command -v pulseaudio >/dev/null && server; then
  measure alsa:line
  measure pulseaudio:line
  if command -v mpd >/dev/null; then mpd_peer; fi
  if command -v mpg123 >/dev/null; then mpg123_peer; fi
  if command -v liquidsoap >/dev/null; then liquidsoap_peer; fi
fi
