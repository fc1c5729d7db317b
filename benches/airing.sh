#!/usr/bin/env bash
# What airing costs: benches/airing.sh [DEVICE …]
# Airs a two-minute stereo MP3 (44.1 kHz, so it is resampled) on each device and prints the daemon's processor time over
# 60 s of it, as a share of one core, and its memory. Without a device: the null line, and, where PulseAudio is there, a
# null sink of a private server through ALSA and through its native client. Needs `make demo`'s release build.
set -euo pipefail
cd "$(dirname "$0")/.."
loa=$PWD/target/release/loa
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
export TZ=Asia/Ho_Chi_Minh LOA_LANG=en

server() { # a private sound server with one sink, `line`, which is an ALSA device too
  export XDG_RUNTIME_DIR=$work/pulse PULSE_SERVER=unix:$work/pulse/native ALSA_CONFIG_PATH=$work/asound.conf
  mkdir -m 700 "$work/pulse"
  printf '%s\n' '</usr/share/alsa/alsa.conf>' 'pcm.line { type pulse device line hint { show on description "line" } }' \
    >"$ALSA_CONFIG_PATH"
  HOME=$work pulseaudio -n --exit-idle-time=-1 --log-level=error --use-pid-file=no \
    --load="module-native-protocol-unix socket=$work/pulse/native auth-anonymous=1" \
    --load="module-null-sink sink_name=line rate=48000 channels=2 norewinds=1" &
  for _ in $(seq 50); do pactl info >/dev/null 2>&1 && return; sleep 0.1; done
  return 1
}

measure() { # DEVICE
  local home=$work/home day at ticks
  rm -rf "$home"
  mkdir -p "$home/schedules" "$home/audio"
  for _ in $(seq 12); do cat audio/cchc-ket-qua.mp3; done >"$home/audio/long.mp3"
  day=$(date +%F) at=$(date -d '+5 seconds' +%T)
  printf '[line]\ndevice = "%s"\n[rules]\nquiet = []\n' "$1" >"$home/schedules/station.toml"
  printf 'month = "%s"\n[[segment]]\ntitle = "long"\naudio = "long.mp3"\nat = "%s"\non = "%s"\n' \
    "${day%-*}" "$at" "$day" >"$home/schedules/${day%-*}.toml"
  "$loa" --home "$home" run >"$work/out" 2>"$work/err" &
  local daemon=$!
  sleep 12
  ticks() { awk '{ print $14 + $15 }' "/proc/$daemon/stat"; }
  local before after
  before=$(ticks)
  sleep 60
  after=$(ticks)
  "$loa" --home "$home" status | head -n 1 | grep -q long || { echo "$1: nothing was on air"; cat "$work/err"; return 1; }
  awk -v device="$1" -v ticks="$((after - before))" -v hz="$(getconf CLK_TCK)" '
    /VmHWM/ { peak = $2 } /^VmRSS/ { now = $2 }
    END { printf "%-18s %.2f %% of a core, %.1f MiB resident (%.1f MiB at most)\n", device, ticks / hz / 60 * 100, now / 1024, peak / 1024 }
  ' "/proc/$daemon/status"
  kill "$daemon"
  wait "$daemon" || true
}

if [ $# -eq 0 ]; then
  set -- null
  if command -v pulseaudio >/dev/null && server; then set -- null alsa:line pulseaudio:line; fi
fi
for device in "$@"; do measure "$device"; done
