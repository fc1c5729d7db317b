#!/usr/bin/env bash
# Tries a Debian package as a ward would meet it, in a Debian root of its own: scripts/try-deb.sh FILE.deb [ROOT]
# Installed, a bulletin aired on the line `null`, upgraded while one is on air, killed (kill -9) in the midst of a third and
# started again, the report written, stopped, removed, purged, installed again: after each step the station's files are as
# they were and the log is whole. Needs root, debootstrap and a Debian mirror;
# ROOT (by default below target/) is made anew and removed in the end. KEEP=yes keeps the bare root for another time.
set -euo pipefail
export LC_ALL=C

package=$(realpath "${1:?FILE.deb}")
root=$(realpath -m "${2:-$(dirname "$0")/../target/try-deb}")
home=/var/lib/loa
[ "$(id -u)" -eq 0 ] || { echo "try-deb: this makes a Debian root, for which it has to be root: sudo $0 $*" >&2; exit 1; }

say() { printf 'try-deb: %s\n' "$*" >&2; }
fail() { say "FAILED: $*"; exit 1; }
inside() { chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
as_loa() { inside runuser -u loa -- "$@"; }
loa() { as_loa loa --home $home "$@"; }
apt() { inside apt-get install -y -q --no-install-recommends --allow-downgrades "$@" >"$root/apt.log" 2>&1 || { cat "$root/apt.log" >&2; fail "apt-get install $*"; }; }

daemon() { cut -d ' ' -f 1 "$root$home/var/daemon.txt"; }
started=
clean() {
  [ -z "$started" ] || kill "$(daemon)" || true
  mountpoint -q "$root/proc" && umount "$root/proc"
  if [ "${KEEP-}" = yes ]; then rm -rf "${root:?}/var/lib/loa"; else rm -rf --one-file-system "$root"; fi
}
trap clean EXIT

if [ ! -e "$root/usr/bin/apt-get" ]; then
  command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
  # As new as the system that built the package: an older C library would refuse it.
  suite=${SUITE:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)}
  mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | sort -u | head -n 1)}
  say "making a root of $suite"
  debootstrap --variant=minbase --include=ca-certificates,adduser,init-system-helpers,libasound2 "$suite" "$root" "$mirror" >/dev/null
fi
# A mirror with a certificate of its own, and addresses, as this machine has them.
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
# A station left by an earlier trial is not what is tried.
inside dpkg --purge loa >/dev/null 2>&1 || true
rm -rf "${root:?}$home"

say "installing"
cp "$package" "$root/loa.deb"
apt /loa.deb
as_loa id -nG | grep -qw audio || fail "the account loa is not in the group audio"
[ "$(inside stat -c '%U:%G %a' $home)" = "loa:loa 750" ] || fail "$home is $(inside stat -c '%U:%G %a' $home)"
inside grep -q '^device = "null"$' $home/schedules/station.toml || fail "the first line is not null"
inside grep -q -- '--home "/var/lib/loa" run' /usr/lib/systemd/system/loa.service || fail "the unit does not run the station"

# A bulletin soon, and one that is on air while the package is upgraded.
in_s() { TZ=Asia/Ho_Chi_Minh date -d "@$((began + $1))" "+$2"; }
began=$(date +%s)
month=$(in_s 12 %Y-%m)
inside sed -i 's/^quiet = .*/quiet = []/' $home/schedules/station.toml
cat >>"$root$home/schedules/station.toml" <<TOML

[[topic]]
code  = "a"
title = "Cải cách hành chính"
TOML
cat >"$root$home/schedules/$month.toml" <<TOML
month = "$month"

[[segment]]
id    = "mot"
title = "Nhạc hiệu"
audio = "nhac-hieu.flac"
at    = "$(in_s 12 %H:%M:%S)"
on    = ["$(in_s 12 %F)"]

[[segment]]
id    = "hai"
title = "Bản tin"
audio = "dai.wav"
at    = "$(in_s 30 %H:%M:%S)"
on    = ["$(in_s 30 %F)"]
TOML
# Forty seconds of a tone, 8 kHz 16 bit.
perl -e 'my ($r, $s) = (8000, 40); my $d = pack "s<*", map { 6000 * sin($_ / 8) } 1 .. $r * $s;
  print "RIFF", pack("V", 36 + length $d), "WAVEfmt ", pack("VvvVVvv", 16, 1, 1, $r, 2 * $r, 2, 16), "data", pack("V", length $d), $d' \
  >"$root$home/audio/dai.wav"
inside chown -R loa:loa $home/schedules $home/audio
state() { (cd "$root$home" && find schedules audio -type f | sort | xargs -d '\n' sha256sum); }
files=$(state)
loa check "$month" || fail "the station has problems"
start() {
  as_loa loa --home $home run >>"$root/run.log" 2>&1 &
  started=$!
}
start

until_aired() { # TITLE SECONDS
  local i
  for i in $(seq "$2"); do
    ! loa --lang en airings 2>/dev/null | grep "$1" | grep -q Aired || return 0
    sleep 1
  done
  loa airings >&2 || true
  cat "$root/run.log" >&2
  fail "“$1” did not air"
}
until_aired "Nhạc hiệu" 60
say "aired"

while [ "$(date +%s)" -lt $((began + 35)) ]; do sleep 1; done
loa status --json | grep -A 9 '"on_air": {' | grep -q 'Bản tin' || fail "nothing is on air to upgrade under"
say "upgrading while it is on air"
rm -rf "$root/again" && dpkg-deb -R "$package" "$root/again"
sed -i 's/^Version: .*/&+again/' "$root/again/DEBIAN/control"
dpkg-deb --root-owner-group -b "$root/again" "$root/again.deb" >/dev/null
apt /again.deb
[ "$(inside dpkg-query -W -f '${Version}' loa)" != "$(dpkg-deb -f "$package" Version)" ] || fail "it was not upgraded"
kill -0 "$(daemon)" || fail "the upgrade ended the station"
until_aired "Bản tin" 90
[ "$files" = "$(state)" ] || fail "the upgrade changed the station's files"
say "aired over the upgrade, whole"

# A third, heard for ten seconds when the program is killed; two seconds later it runs again, as its supervisor would do.
now=$(date +%s)
cat >>"$root$home/schedules/$month.toml" <<TOML

[[segment]]
id    = "ba"
title = "Bản tin dở"
audio = "dai.wav"
at    = "$(in_s $((now - began + 15)) %H:%M:%S)"
on    = ["$(in_s $((now - began + 15)) %F)"]
grace = "10m"
topic = "a"
TOML
files=$(state)
loa check "$month" || fail "the station has problems"
while [ "$(date +%s)" -lt $((now + 25)) ]; do sleep 1; done
loa status --json | grep -A 9 '"on_air": {' | grep -q 'Bản tin dở' || fail "nothing is on air to be killed under"
say "killing it in mid-airing"
kill -KILL "$(daemon)"
wait "$started" || true
sleep 2
start
until_aired "Bản tin dở" 90
loa log verify || fail "the log is not whole after the kill"
loa --lang en airings
say "heard again from its begin after the kill"

loa report "$month" --period calendar --format docx -o $home/bao-cao.docx || fail "no report"
[ "$(head -c 2 "$root$home/bao-cao.docx")" = PK ] || fail "the report is no document"
loa report "$month" --period calendar | grep 'Bản tin dở' || fail "the report does not name what aired"

kill -TERM "$(daemon)"
wait "$started" || fail "the station ended with status $?"
started=
loa log verify || fail "the log is not whole"
ledger=$(sha256sum <"$root$home/var/ledger.db")
station=$(loa airings --format json | grep -o '"station": "[^"]*"' | sort -u)

say "removing, purging"
inside apt-get remove -y -q loa >"$root/apt.log" 2>&1 || fail "remove: $(cat "$root/apt.log")"
[ ! -e "$root/usr/bin/loa" ] || fail "the program is left"
inside apt-get purge -y -q loa >"$root/apt.log" 2>&1 || fail "purge: $(cat "$root/apt.log")"
grep -q "$home" "$root/apt.log" || fail "the purge does not say where the station lies"
[ "$files" = "$(state)" ] || fail "the purge changed the station's files"
[ "$ledger" = "$(sha256sum <"$root$home/var/ledger.db")" ] || fail "the purge changed the log"

say "installing again"
apt /loa.deb
[ "$files" = "$(state)" ] || fail "the installation wrote over the station's files"
loa log verify || fail "the log is not whole"
[ "$station" = "$(loa airings --format json | grep -o '"station": "[^"]*"' | sort -u)" ] || fail "the station has another UUID"
say "all well"
