#!/usr/bin/env bash
# Sees to it that what Cargo cannot fetch is on this machine: scripts/setup.sh build | test | soak | fuzz | bench | windows | package | dist | wine | coverage | deny
#   build  a C compiler and ALSA's headers
#   test   those, rustfmt and clippy, a sound server for the tests to play to, and a browser for them to walk with
#   soak   those of test, and LibreOffice, which opens what Loa writes
#   fuzz   those of build, and a C++ compiler
#   bench  those of build, a sound server, and the programs that Loa is measured beside
#   windows  MinGW's compiler, and Rust's standard library for x86_64-pc-windows-gnu
#   package  those of build, and what makes and tries a Debian package
#   dist   those of package and windows
#   wine   those of dist, Wine and a sound server
#   coverage  those of test, and cargo-llvm-cov
#   deny   cargo-deny
# With all of it there it changes nothing and needs no network. Else it installs the missing Debian packages if it may
# (as root, or by a sudo that asks for no password); if it may not, it names them and the command, and fails.
set -euo pipefail

for_what=${1:-build}
missing=()

# As they were when they were first used here.
deny_version=0.20.2
coverage_version=0.9.1

need() { # PACKAGES COMMAND…: the command succeeds where the packages are there
  local packages=$1
  shift
  "$@" >/dev/null 2>&1 || read -ra missing <<<"${missing[*]-} $packages"
}
have() { command -v "$1"; }
alsa_headers() { pkg-config --exists alsa || { ! have pkg-config && [ -e /usr/include/alsa/asoundlib.h ]; }; }
alsa_to_pulse() { compgen -G '/usr/lib*/alsa-lib/libasound_module_pcm_pulse.so' ||
  compgen -G '/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so'; }

say() { printf 'setup: %s\n' "$*" >&2; }

# install WHY FLAGS…: what is missing, if we may.
install() {
  [ ${#missing[@]} -gt 0 ] || return 0
  local why=$1 as=()
  shift
  local by_hand="apt-get install --no-install-recommends ${missing[*]}"
  if ! have apt-get >/dev/null; then
    say "missing $why. On Debian or Ubuntu these are the packages: ${missing[*]}"
    return 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    if ! sudo -n true 2>/dev/null; then
      say "missing $why, and installing it needs your password. Please run:"
      say "  sudo $by_hand"
      return 1
    fi
    as=(sudo -n)
  fi
  as+=(env DEBIAN_FRONTEND=noninteractive)
  local log
  log=$(mktemp)
  say "installing $why: ${missing[*]}"
  local apt=("${as[@]}" apt-get install -y -q --no-install-recommends "$@" "${missing[@]}")
  # The package lists are fetched only where they do not know a package, or know one that is no longer offered.
  if { apt-cache show "${missing[@]}" && "${apt[@]}"; } >"$log" 2>&1 ||
    { "${as[@]}" apt-get update -q && "${apt[@]}"; } >"$log" 2>&1; then
    rm -f "$log"
    missing=()
  else
    cat "$log" >&2
    rm -f "$log"
    say "that failed. To try by hand: $by_hand"
    return 1
  fi
}

component() { # NAME: a part of the Rust toolchain that small installations leave out
  cargo "$1" --version >/dev/null 2>&1 && return
  local name=$1
  [ "$name" != fmt ] || name=rustfmt
  say "adding $name to the Rust toolchain"
  rustup component add "$name" || { say "missing $name: install it as you installed Rust"; return 1; }
}

if ! have cargo >/dev/null; then
  say "cargo is missing: install Rust as https://www.rust-lang.org/tools/install tells, then open a new terminal"
  exit 1
fi

is_for() { [[ " $* " == *" $for_what "* ]]; }

tool() { # NAME VERSION: one of cargo's own helpers, built from its sources
  cargo "$1" --version >/dev/null 2>&1 && return
  say "building cargo-$1 $2"
  cargo install --quiet --locked "cargo-$1@$2" ||
    { say "that failed. To try by hand: cargo install --locked cargo-$1@$2"; return 1; }
}

if is_for deny; then
  tool deny "$deny_version"
  exit 0
fi

windows_std() { # Rust's standard library for Windows
  local target=x86_64-pc-windows-gnu
  compgen -G "$(rustc --print target-libdir --target $target)/libstd-*.rlib" >/dev/null && return
  if have rustup >/dev/null; then
    say "adding Rust's standard library for Windows"
    rustup target add $target && return
    say "that failed. To try by hand: rustup target add $target"
  else
    say "missing Rust's standard library for $target: it comes with Rust from https://rustup.rs by \`rustup target add $target\`"
  fi
  return 1
}

if ! is_for windows; then
  need "gcc libc6-dev" have cc
  need pkg-config have pkg-config
  need libasound2-dev alsa_headers
fi
! is_for fuzz || need g++ have c++
! is_for windows dist wine || need "gcc-mingw-w64-x86-64" have x86_64-w64-mingw32-gcc
if is_for package dist wine; then
  need dpkg have dpkg-deb
  need binutils have objdump
  need zip have zip
  need debootstrap have debootstrap
fi
if is_for wine; then
  need wine64 eval 'have wine64 || [ -x /usr/lib/wine/wine64 ]'
  need unzip have unzip
  need curl have curl
fi
if is_for bench; then
  need python3 have python3
  need liquidsoap have liquidsoap
  need mpd have mpd
  need mpg123 have mpg123
  need ffmpeg have ffmpeg
fi
install "what the build needs"
if is_for windows dist wine; then windows_std; fi
is_for test soak coverage bench wine || exit 0

if is_for test soak coverage; then
  component fmt
  component clippy
fi

need pulseaudio have pulseaudio
need pulseaudio-utils have parec
need libasound2-plugins alsa_to_pulse
# A desktop may hold another sound server that apt would take away for this one. That is not ours to decide.
if ! install "a sound server for the tests" --no-remove; then
  if have pulseaudio >/dev/null; then
    exit 1
  fi
  say "going on without: the tests that listen will say SKIPPED"
fi

is_for test soak coverage || exit 0
if is_for soak; then
  need "libreoffice-writer libreoffice-calc" have soffice
  need poppler-utils have pdftotext
  install "what opens the report" --no-remove || say "going on without: the tests that open the report will say SKIPPED"
fi
# A browser, and the hands that move it: Node runs them, and its packages lie beside the tests.
need chromium eval 'have chromium || have chromium-browser || have google-chrome'
need nodejs have node
need npm have npm
hands() { # as package-lock.json has them
  cmp -s tests/browser/package-lock.json tests/browser/node_modules/.as-locked && return
  (cd tests/browser && npm ci --silent --no-audit --no-fund) &&
    cp tests/browser/package-lock.json tests/browser/node_modules/.as-locked
}
cd "$(dirname "$0")/.."
if ! install "a browser for the tests" --no-remove || ! hands; then
  say "going on without: the tests in a browser will say SKIPPED"
fi
if is_for coverage; then
  rustup component add llvm-tools >/dev/null 2>&1 || say "missing llvm-tools: rustup component add llvm-tools"
  tool llvm-cov "$coverage_version"
fi
